import type { StoreDb } from '../store/index.ts';

/**
 * What was counted over all tenants is kept, in each of the store's threads, until a fact that is counted changes. The number
 * of changes stands in the database, so that a change of another thread is seen with the next question.
 */

interface Kept {
  readonly changeNo: number;
  readonly value: unknown;
}

const MOST_KEPT = 256;
const kept = new WeakMap<StoreDb, Map<string, Kept>>();

export const changeNoOf = (db: StoreDb): number =>
  db.get<{ change_no: number }>('SELECT change_no FROM tenant_changes WHERE one = 1')!.change_no;

/** @param key says what is counted; the scope of the query is part of it without being named */
export function countedOnce<T>(db: StoreDb, key: string, count: () => T): { readonly value: T; readonly cached: boolean } {
  const mine = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, mine);
  const full = JSON.stringify([db.scope.partnerId, db.scope.tenantId, key]);
  const changeNo = changeNoOf(db);
  const found = mine.get(full);
  mine.delete(full);
  const isHit = found?.changeNo === changeNo;
  const value = isHit ? (found.value as T) : count();
  mine.set(full, { changeNo, value });
  // A map keeps the order in which keys were set: the first is the one that was asked for longest ago.
  if (mine.size > MOST_KEPT) mine.delete(mine.keys().next().value!);
  return { value, cached: isHit };
}

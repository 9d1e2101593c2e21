import type { DeliveryResult, QuarantineInput, RequeueResult, WholeDelivery } from '../../sources/index.ts';
import { NO_ROWS } from '../../sources/index.ts';
import type { StoreDb } from '../../store/index.ts';
import { storeDeclaration } from './declared-queries.ts';
import { readDeclaration } from './declared-totals.ts';

/** Files of declared totals, as the feed of events delivers them: one file is one row. */

const HEAD_BYTES = 64 * 1024;
export const TOTALS_UNUSABLE = 'TOTALS_UNUSABLE';

const sourceNoOf = (db: StoreDb, sourceId: string): number =>
  db.get<{ source_no: number }>('SELECT source_no FROM sources WHERE source_id = ?', [sourceId])!.source_no;

export function acceptTotals(db: StoreDb, { sourceId, path, bytes, now }: WholeDelivery): DeliveryResult {
  const read = readDeclaration(bytes);
  if (read.ok) {
    const isNew = storeDeclaration(db, { sourceNo: sourceNoOf(db, sourceId), path, declaration: read.declaration, now });
    return { counts: { ...NO_ROWS, received: 1, accepted: isNew ? 1 : 0, duplicate: isNew ? 0 : 1 }, quarantine: [] };
  }
  const held: QuarantineInput = {
    path,
    line: null,
    byteOffset: null,
    bytes: Uint8Array.from(bytes.subarray(0, HEAD_BYTES)),
    byteLength: bytes.length,
    code: TOTALS_UNUSABLE,
    says: read.says,
    nextStep: read.nextStep,
    address: null,
  };
  return { counts: { ...NO_ROWS, received: 1, quarantined: 1 }, quarantine: [held] };
}

/** Looks at a held file again: a newer program may read it. */
export function requeueTotals(db: StoreDb, sourceId: string, row: QuarantineInput, now: string): RequeueResult {
  const read = row.bytes.length < row.byteLength ? null : readDeclaration(row.bytes);
  if (read === null)
    return { outcome: 'still-bad', code: row.code, says: 'Only the beginning of the file is held here.', nextStep: row.nextStep };
  if (!read.ok) return { outcome: 'still-bad', code: TOTALS_UNUSABLE, says: read.says, nextStep: read.nextStep };
  storeDeclaration(db, { sourceNo: sourceNoOf(db, sourceId), path: row.path, declaration: read.declaration, now });
  return { outcome: 'resolved', code: row.code, says: 'The declared totals are kept now.', nextStep: 'See /usage?tab=reconciliation.' };
}

import type { StoreDb } from '../store/index.ts';
import { deriveStanding } from './standing.ts';
import type { SubscriptionRecord } from './subscription-record.ts';
import { canonicalRecord, type TenantRecord } from './tenant-record.ts';

/**
 * Records as facts. The newest updated_at stands; older versions stay as history. Of two contents with one updated_at the one
 * with the smaller SHA-256 stands, so that the state is the same whichever came first, and the other counts as a conflict.
 */

export interface RecordPlace {
  readonly origin: 'source' | 'console';
  /** Of the source; null for what was made here. */
  readonly sourceNo: number | null;
  readonly path: string | null;
  readonly byteOffset: number | null;
  readonly runId: string | null;
  readonly memberId: string | null;
  readonly reason: string | null;
  /** ISO 8601 UTC. */
  readonly now: string;
}

export type RecordOutcome = 'accepted' | 'duplicate' | 'conflict';

/** Another content came with one and the same updated_at. */
export interface RecordConflict {
  readonly kind: 'tenant' | 'subscription';
  readonly id: string;
  /** The tenant it concerns; null while that is not known. */
  readonly tenantNo: number | null;
  readonly updatedAt: string;
  readonly now: string;
}

export interface Taken {
  readonly outcome: RecordOutcome;
  /** Tenants whose standing follows from another record now. */
  readonly touched: readonly number[];
  readonly conflict: RecordConflict | null;
}

interface Current {
  readonly no: number;
  readonly updated_at: string;
  readonly sha256: string;
}

interface RecordTables {
  readonly records: 'tenant_records' | 'subscription_records';
  readonly key: 'tenant_no' | 'subscription_no';
}

const TENANTS: RecordTables = { records: 'tenant_records', key: 'tenant_no' };
const SUBSCRIPTIONS: RecordTables = { records: 'subscription_records', key: 'subscription_no' };

const nextNo = (db: StoreDb, table: string, column: string): number =>
  db.get<{ next: number }>(`SELECT coalesce(max(${column}), 0) + 1 AS next FROM ${table}`)!.next;

/** What became of a content beside those that are kept. */
function outcomeOf(db: StoreDb, { records, key }: RecordTables, no: number, updatedAt: string, sha256: string): RecordOutcome {
  const same = db.all<{ sha256: string }>(`SELECT sha256 FROM ${records} WHERE ${key} = ? AND updated_at = ?`, [no, updatedAt]);
  if (same.some((other) => other.sha256 === sha256)) return 'duplicate';
  return same.length > 0 ? 'conflict' : 'accepted';
}

function insertRecord(
  db: StoreDb,
  { records, key }: RecordTables,
  record: { recordNo: number; no: number; updatedAt: string; body: string; sha256: string },
  place: RecordPlace,
): void {
  db.run(
    `INSERT INTO ${records} (record_no, ${key}, updated_at, body, sha256, origin, source_no, path, byte_offset, received_at, run_id, member_id, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      record.recordNo,
      record.no,
      record.updatedAt,
      record.body,
      record.sha256,
      place.origin,
      place.sourceNo,
      place.path,
      place.byteOffset,
      place.now,
      place.runId,
      place.memberId,
      place.reason,
    ],
  );
}

const stands = (current: Current, updatedAt: string, sha256: string): boolean =>
  updatedAt > current.updated_at || (updatedAt === current.updated_at && sha256 < current.sha256);

/** Takes a tenant's record. Inside a write. The standing of what it touched is the caller's to derive. */
export function takeTenantRecord(db: StoreDb, record: TenantRecord, place: RecordPlace): Taken {
  const { body, sha256 } = canonicalRecord(record);
  const current = db.get<Current>(
    'SELECT t.tenant_no AS no, t.updated_at, r.sha256 FROM tenants t JOIN tenant_records r ON r.record_no = t.record_no WHERE t.tenant_id = ?',
    [record.tenant_id],
  );
  const outcome = current === undefined ? 'accepted' : outcomeOf(db, TENANTS, current.no, record.updated_at, sha256);
  if (outcome === 'duplicate') return { outcome, touched: [], conflict: null };
  const recordNo = nextNo(db, 'tenant_records', 'record_no');
  const no = current?.no ?? nextNo(db, 'tenants', 'tenant_no');
  const made = { recordNo, no, updatedAt: record.updated_at, body, sha256 };
  const columns = [
    record.partner_id,
    record.name,
    record.tier,
    record.plan_id,
    record.plan_version,
    record.status,
    record.region,
    record.created_at,
    record.updated_at,
    recordNo,
  ] as const;
  if (current === undefined) {
    db.run(
      `INSERT INTO tenants (partner_id, name, tier, plan_id, plan_version, status, region, created_at, updated_at, record_no, tenant_no, tenant_id,
         first_seen_at, records, conflicts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)`,
      [...columns, no, record.tenant_id, place.now],
    );
    insertRecord(db, TENANTS, made, place);
    return { outcome, touched: [no], conflict: null };
  }
  insertRecord(db, TENANTS, made, place);
  db.run('UPDATE tenants SET records = records + 1, conflicts = conflicts + ? WHERE tenant_no = ?', [outcome === 'conflict' ? 1 : 0, no]);
  const wins = stands(current, record.updated_at, sha256);
  if (wins)
    db.run(
      `UPDATE tenants SET partner_id = ?, name = ?, tier = ?, plan_id = ?, plan_version = ?, status = ?, region = ?, created_at = ?,
         updated_at = ?, record_no = ? WHERE tenant_no = ?`,
      [...columns, no],
    );
  return {
    outcome,
    touched: wins ? [no] : [],
    conflict:
      outcome === 'conflict' ? { kind: 'tenant', id: record.tenant_id, tenantNo: no, updatedAt: record.updated_at, now: place.now } : null,
  };
}

const tenantNos = (db: StoreDb, ids: readonly string[]): number[] =>
  [...new Set(ids)].flatMap((id) =>
    db.all<{ no: number }>('SELECT tenant_no AS no FROM tenants WHERE tenant_id = ?', [id]).map(({ no }) => no),
  );

/** Takes a subscription's record; its tenant may come later. As `takeTenantRecord`. */
export function takeSubscriptionRecord(db: StoreDb, record: SubscriptionRecord, place: RecordPlace): Taken {
  const { body, sha256 } = canonicalRecord(record);
  const current = db.get<Current & { tenant_id: string }>(
    `SELECT s.subscription_no AS no, s.updated_at, r.sha256, s.tenant_id FROM subscriptions s
     JOIN subscription_records r ON r.record_no = s.record_no WHERE s.subscription_id = ?`,
    [record.subscription_id],
  );
  const outcome = current === undefined ? 'accepted' : outcomeOf(db, SUBSCRIPTIONS, current.no, record.updated_at, sha256);
  if (outcome === 'duplicate') return { outcome, touched: [], conflict: null };
  const recordNo = nextNo(db, 'subscription_records', 'record_no');
  const no = current?.no ?? nextNo(db, 'subscriptions', 'subscription_no');
  const made = { recordNo, no, updatedAt: record.updated_at, body, sha256 };
  const columns = [
    record.tenant_id,
    record.tier,
    record.status,
    record.quantity,
    record.unit_amount,
    record.currency,
    record.interval,
    record.discount_percent,
    record.started_at,
    record.ended_at,
    record.last_dunning_at,
    record.updated_at,
    recordNo,
  ] as const;
  if (current === undefined) {
    db.run(
      `INSERT INTO subscriptions (tenant_id, tier, status, quantity, unit_amount, currency, interval, discount_percent, started_at, ended_at,
         last_dunning_at, updated_at, record_no, subscription_no, subscription_id, first_seen_at, records, conflicts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)`,
      [...columns, no, record.subscription_id, place.now],
    );
    insertRecord(db, SUBSCRIPTIONS, made, place);
    return { outcome, touched: tenantNos(db, [record.tenant_id]), conflict: null };
  }
  insertRecord(db, SUBSCRIPTIONS, made, place);
  db.run('UPDATE subscriptions SET records = records + 1, conflicts = conflicts + ? WHERE subscription_no = ?', [
    outcome === 'conflict' ? 1 : 0,
    no,
  ]);
  const wins = stands(current, record.updated_at, sha256);
  if (wins)
    db.run(
      `UPDATE subscriptions SET tenant_id = ?, tier = ?, status = ?, quantity = ?, unit_amount = ?, currency = ?, interval = ?,
         discount_percent = ?, started_at = ?, ended_at = ?, last_dunning_at = ?, updated_at = ?, record_no = ? WHERE subscription_no = ?`,
      [...columns, no],
    );
  return {
    outcome,
    // It may have gone from one tenant to another.
    touched: wins ? tenantNos(db, [record.tenant_id, current.tenant_id]) : [],
    conflict:
      outcome === 'conflict'
        ? {
            kind: 'subscription',
            id: record.subscription_id,
            tenantNo: tenantNos(db, [record.tenant_id])[0] ?? null,
            updatedAt: record.updated_at,
            now: place.now,
          }
        : null,
  };
}

/** Derives the standing of each tenant once. */
export const deriveTouched = (db: StoreDb, touched: Iterable<number>, now: string): void => {
  for (const tenantNo of new Set(touched)) deriveStanding(db, tenantNo, now);
};

import type { TenantRecordVersion } from '../../src-shared/contract/tenants.ts';
import type { StoreDb } from '../store/index.ts';
import { shownTime } from './record-fields.ts';
import { inOrder, standing, tenantChanges, type Version } from './record-history.ts';
import type { SubscriptionRecord } from './subscription-record.ts';
import type { TenantRecord } from './tenant-record.ts';

/** Versions of records, read out of the facts. */

interface VersionRow {
  readonly key: string;
  readonly body: string;
  readonly sha256: string;
  readonly origin: 'source' | 'console';
  readonly source: string | null;
  readonly member: string | null;
  readonly reason: string | null;
  readonly received_at: string;
}

const SELECT = (key: string, table: string, more: string): string =>
  `SELECT ${key} AS key, r.body, r.sha256, r.origin, s.name AS source, m.name AS member, r.reason, r.received_at
   FROM ${table} r LEFT JOIN sources s USING (source_no) LEFT JOIN members m USING (member_id) ${more}`;

const versionOf = <R>(row: VersionRow): Version<R> => ({
  // Written by this program from a record it had read.
  record: JSON.parse(row.body) as R,
  sha256: row.sha256,
  origin: row.origin,
  sourceName: row.source,
  by: row.member,
  reason: row.reason,
  receivedAt: row.received_at,
});

export const tenantVersions = (db: StoreDb, tenantNo: number): Version<TenantRecord>[] =>
  db
    .all<VersionRow>(`${SELECT('r.tenant_no', 'tenant_records', 'WHERE r.tenant_no = ? ORDER BY r.record_no')}`, [tenantNo])
    .map((row) => versionOf<TenantRecord>(row));

/** Versions of each subscription that is the tenant's now. */
export function subscriptionVersions(db: StoreDb, tenantId: string): ReadonlyMap<string, Version<SubscriptionRecord>[]> {
  const rows = db.all<VersionRow>(
    SELECT(
      'c.subscription_id',
      'subscription_records',
      'JOIN subscriptions c USING (subscription_no) WHERE c.tenant_id = ? ORDER BY r.record_no',
    ),
    [tenantId],
  );
  const found = new Map<string, Version<SubscriptionRecord>[]>();
  for (const row of rows) {
    const version = versionOf<SubscriptionRecord>(row);
    // What it was while it was another tenant's is that tenant's.
    if (version.record.tenant_id === tenantId) found.set(row.key, [...(found.get(row.key) ?? []), version]);
  }
  return found;
}

/** All versions, newest first, each with what it changed. */
export function shownVersions(versions: readonly Version<TenantRecord>[]): TenantRecordVersion[] {
  const sorted = inOrder(versions);
  const stood = new Set(standing(versions).map(({ sha256 }) => sha256));
  const newest = sorted.at(-1);
  let before: TenantRecord | null = null;
  const shown = sorted.map((version): TenantRecordVersion => {
    const changes = before === null ? [] : tenantChanges(before, version.record);
    const state = version === newest ? 'current' : stood.has(version.sha256) ? 'older' : 'conflict';
    if (state !== 'conflict') before = version.record;
    return {
      updatedAt: shownTime(version.record.updated_at),
      receivedAt: version.receivedAt,
      origin: version.origin,
      sourceName: version.sourceName,
      by: version.by,
      reason: version.reason,
      state,
      sha256: version.sha256,
      changes,
    };
  });
  return shown.reverse();
}

/** Since when the plan version and the status are what they are, by the records that are kept. */
export function sinceWhen(versions: readonly Version<TenantRecord>[]): { readonly plan: string; readonly status: string } {
  const stood = standing(versions).map(({ record }) => record);
  const since = (same: (a: TenantRecord, b: TenantRecord) => boolean): string => {
    let at = stood.length - 1;
    while (at > 0 && same(stood[at - 1]!, stood[at]!)) at -= 1;
    // The first record says how it was from the beginning, as far as is known.
    return shownTime(at === 0 ? stood[0]!.created_at : stood[at]!.updated_at);
  };
  return {
    plan: since((a, b) => a.plan_id === b.plan_id && a.plan_version === b.plan_version),
    status: since((a, b) => a.status === b.status),
  };
}

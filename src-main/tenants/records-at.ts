import type { StoreDb } from '../store/index.ts';
import { normalNow } from './standing.ts';
import type { SubscriptionRecord } from './subscription-record.ts';
import type { TenantRecord } from './tenant-record.ts';

/** Records as they stood at a time: the newest version up to it. Unscoped: for rules over all tenants. */

const newest = (records: string, key: string): string =>
  `SELECT r.body FROM ${records} r JOIN (
     SELECT x.${key} AS no, max(x.updated_at) AS at FROM ${records} x WHERE x.updated_at <= ? GROUP BY x.${key}
   ) n ON r.${key} = n.no AND r.updated_at = n.at
   WHERE r.sha256 = (SELECT min(y.sha256) FROM ${records} y WHERE y.${key} = r.${key} AND y.updated_at = r.updated_at)
   ORDER BY r.${key}`;

/** A subscription as it stood, with the number of its tenant; null while that is not known. */
export interface SubscriptionAt extends SubscriptionRecord {
  readonly tenantNo: number | null;
}

/**
 * All subscriptions at a time, in the order in which they were first seen. Times in them have nine places.
 * @param at ISO 8601 UTC, included
 */
export function subscriptionsAt(db: StoreDb, at: string): SubscriptionAt[] {
  const numbers = new Map(
    db.all<{ id: string; no: number }>('SELECT tenant_id AS id, tenant_no AS no FROM tenants').map(({ id, no }) => [id, no]),
  );
  return db.all<{ body: string }>(newest('subscription_records', 'subscription_no'), [normalNow(at)]).map(({ body }) => {
    const record = JSON.parse(body) as SubscriptionRecord;
    return { ...record, tenantNo: numbers.get(record.tenant_id) ?? null };
  });
}

/** All tenants at a time, as `subscriptionsAt`; deleted ones too. */
export function tenantsAt(db: StoreDb, at: string): (TenantRecord & { readonly tenantNo: number })[] {
  const numbers = new Map(
    db.all<{ id: string; no: number }>('SELECT tenant_id AS id, tenant_no AS no FROM tenants').map(({ id, no }) => [id, no]),
  );
  return db.all<{ body: string }>(newest('tenant_records', 'tenant_no'), [normalNow(at)]).map(({ body }) => {
    const record = JSON.parse(body) as TenantRecord;
    return { ...record, tenantNo: numbers.get(record.tenant_id)! };
  });
}

import type { TenantStatus } from '../../src-shared/contract/tenants.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { deriveTouched, takeTenantRecord } from './record-store.ts';
import { normalNow } from './standing.ts';
import { tenantAddress, tenantIdOf } from './scope.ts';
import type { TenantRecord } from './tenant-record.ts';

/**
 * What an action decides about a tenant, as a new version of its record: a fact made here, that a newer record of the source
 * overrules.
 */

/** One nanosecond after a time of nine places: a record made here stands before the one it follows, whatever the clocks say. */
export function justAfter(updatedAt: string): string {
  const nanos = BigInt(updatedAt.slice(20, 29)) + 1n;
  if (nanos < 1_000_000_000n) return `${updatedAt.slice(0, 20)}${String(nanos).padStart(9, '0')}Z`;
  const next = new Date(Date.parse(`${updatedAt.slice(0, 19)}Z`) + 1000).toISOString();
  return `${next.slice(0, 19)}.000000000Z`;
}

interface LocalChange {
  readonly tenantNo: number;
  readonly reason: string;
  readonly by: ChangedBy;
}

function change(db: StoreDb, { tenantNo, reason, by }: LocalChange, action: string, alter: Partial<TenantRecord>): TenantRecord {
  const tenantId = tenantIdOf(db, tenantNo);
  const { body } = db.get<{ body: string }>(
    'SELECT r.body FROM tenants t JOIN tenant_records r ON r.record_no = t.record_no WHERE t.tenant_no = ?',
    [tenantNo],
  )!;
  const before = JSON.parse(body) as TenantRecord;
  const now = normalNow(by.now);
  const after: TenantRecord = { ...before, ...alter, updated_at: now > before.updated_at ? now : justAfter(before.updated_at) };
  const taken = takeTenantRecord(db, after, {
    origin: 'console',
    sourceNo: null,
    path: null,
    byteOffset: null,
    runId: null,
    memberId: by.memberId,
    reason,
    now: by.now,
  });
  deriveTouched(db, taken.touched, by.now);
  const shown = (record: TenantRecord) => ({
    status: record.status,
    planId: record.plan_id,
    planVersion: record.plan_version,
    tier: record.tier,
  });
  recordChange(db, by, {
    action,
    subject: tenantId,
    before: shown(before),
    after: { ...shown(after), reason },
    address: tenantAddress(tenantId),
  });
  return after;
}

/** Gives a tenant a status from now on. Inside a write; audited. The caller has asked the policy and `visibleTenant`. */
export const setTenantStatus = (db: StoreDb, args: LocalChange & { readonly status: TenantStatus }): TenantRecord =>
  change(db, args, 'tenant.status', { status: args.status });

/** Gives a tenant a version of a plan from now on; the tier is the plan's. As `setTenantStatus`. */
export const setTenantPlan = (
  db: StoreDb,
  args: LocalChange & { readonly planId: string; readonly planVersion: string; readonly tier: string },
): TenantRecord => change(db, args, 'tenant.plan', { plan_id: args.planId, plan_version: args.planVersion, tier: args.tier });

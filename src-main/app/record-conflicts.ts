import { openIncident } from '../incidents/index.ts';
import type { MetricConflict } from '../metering/index.ts';
import { planAddress, type PlanConflict } from '../plans/index.ts';
import { type RecordConflict, shownTime, tenantAddress, tenantIdOf } from '../tenants/index.ts';
import type { StoreDb } from '../store/index.ts';

/** One id with two contents is an incident, whoever found it: plans and tenants know no incidents, so it is put together here. */

export function recordConflictFound(db: StoreDb, { kind, id, tenantNo, updatedAt, now }: RecordConflict): void {
  openIncident(db, {
    key: `conflict/${kind}/${id}`,
    kind: 'conflict',
    severity: 'warn',
    tenantNo,
    title: `Two records of ${kind} ${id} have one time`,
    says: `Both say updated_at ${shownTime(updatedAt)} and differ in content. Both are kept; the one with the smaller SHA-256 stands. Have the source deliver a newer record.`,
    address: tenantNo === null ? null : tenantAddress(tenantIdOf(db, tenantNo)),
    ownerRole: 'engineering',
    now,
  });
}

export function planConflictFound(db: StoreDb, { planId, version, sourceName, path, now }: PlanConflict): void {
  openIncident(db, {
    key: `conflict/plan/${planId}/${version}`,
    kind: 'conflict',
    severity: 'warn',
    tenantNo: null,
    title: `Plan ${planId} ${version} came with another content`,
    says: `${path} of ${sourceName} differs from the version that is kept. A version never changes: the first one stands. Give the changed plan a new version.`,
    address: planAddress(planId, version),
    ownerRole: 'finance',
    now,
  });
}

export function metricConflictFound(db: StoreDb, { sourceName, path, says, now }: MetricConflict): void {
  openIncident(db, {
    key: `conflict/metric/${sourceName}/${path}`,
    kind: 'conflict',
    severity: 'warn',
    tenantNo: null,
    title: 'A metric came with another content',
    says: `${path} of ${sourceName}: ${says} Give the changed metric a new version.`,
    address: '/usage',
    ownerRole: 'engineering',
    now,
  });
}

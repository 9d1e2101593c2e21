import type { PlanLimit, PlanPrice } from '../../src-shared/contract/plans.ts';
import type { StoreDb } from '../store/index.ts';
import { LAUNCH_PLANS } from './launch-list.ts';
import type { PlanSpec } from './plan-spec.ts';
import { compareVersions } from './plan-version.ts';
import { limitsOf, priceOf } from './plan-view.ts';
import { canonicalPlan } from './read-plan.ts';

/** Versions of plans as facts, and the seam by which later rooms ask for what they say. */

export interface StoredPlan {
  readonly spec: PlanSpec;
  readonly sha256: string;
  readonly origin: 'built-in' | 'source' | 'console';
  readonly sourceName: string | null;
  readonly receivedAt: string | null;
  readonly by: string | null;
}

interface VersionRow {
  readonly spec: string;
  readonly sha256: string;
  readonly origin: 'source' | 'console';
  readonly source: string | null;
  readonly received_at: string;
  readonly member: string | null;
}

const SELECT = `SELECT v.spec, v.sha256, v.origin, s.name AS source, v.received_at, m.name AS member
  FROM plan_versions v LEFT JOIN sources s USING (source_no) LEFT JOIN members m USING (member_id)`;

const BUILT_IN: readonly StoredPlan[] = LAUNCH_PLANS.map((spec) => ({
  spec,
  sha256: canonicalPlan(spec).sha256,
  origin: 'built-in',
  sourceName: null,
  receivedAt: null,
  by: null,
}));

const storedPlan = (row: VersionRow): StoredPlan => ({
  // Written by this program from a specification it had read, with its defaults filled in.
  spec: JSON.parse(row.spec) as PlanSpec,
  sha256: row.sha256,
  origin: row.origin,
  sourceName: row.source,
  receivedAt: row.received_at,
  by: row.member,
});

/** A version of a plan; null where neither the workspace nor the launch list has it. */
export function planVersion(db: StoreDb, planId: string, version: string): StoredPlan | null {
  const row = db.get<VersionRow>(`${SELECT} WHERE v.plan_id = ? AND v.version = ?`, [planId, version]);
  if (row !== undefined) return storedPlan(row);
  return BUILT_IN.find(({ spec }) => spec.plan_id === planId && spec.version === version) ?? null;
}

/** All versions, of all plans or of one: by plan id, oldest version first. A file stands before a built-in of the same version. */
export function planVersions(db: StoreDb, planId?: string): StoredPlan[] {
  const stored = db
    .all<VersionRow>(`${SELECT} ${planId === undefined ? '' : 'WHERE v.plan_id = ?'}`, planId === undefined ? [] : [planId])
    .map(storedPlan);
  const has = new Set(stored.map(({ spec }) => `${spec.plan_id} ${spec.version}`));
  const builtIn = BUILT_IN.filter(
    ({ spec }) => (planId === undefined || spec.plan_id === planId) && !has.has(`${spec.plan_id} ${spec.version}`),
  );
  return [...stored, ...builtIn].sort((a, b) =>
    a.spec.plan_id < b.spec.plan_id ? -1 : a.spec.plan_id > b.spec.plan_id ? 1 : compareVersions(a.spec.version, b.spec.version),
  );
}

/** The newest version of each plan, by version and not by arrival; by plan id. */
export function latestPlanVersions(db: StoreDb): StoredPlan[] {
  const newest = new Map<string, StoredPlan>();
  for (const plan of planVersions(db)) newest.set(plan.spec.plan_id, plan);
  return [...newest.values()];
}

/** Limits of a version; empty where it is not known. Quantities are decimal texts. */
export const planLimits = (db: StoreDb, planId: string, version: string): PlanLimit[] => {
  const plan = planVersion(db, planId, version);
  return plan === null ? [] : limitsOf(plan.spec);
};

/** Null where the version is not known. */
export const planPrice = (db: StoreDb, planId: string, version: string): PlanPrice | null => {
  const plan = planVersion(db, planId, version);
  return plan === null ? null : priceOf(plan.spec);
};

/** The limits that finance telemetry compares (contracts A.2), by name; empty where the version is not known. */
export const planGuardrails = (db: StoreDb, planId: string, version: string): Readonly<Record<string, number>> =>
  planVersion(db, planId, version)?.spec.guardrails ?? {};

export interface PlanPlace {
  readonly origin: 'source' | 'console';
  readonly sourceId: string | null;
  readonly path: string | null;
  readonly runId: string | null;
  readonly memberId: string | null;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** `conflict`: the version is taken by another content, which stands. */
export type PlanOutcome = 'accepted' | 'duplicate' | 'conflict';

/** Keeps a version. Inside a write. */
export function storePlan(db: StoreDb, spec: PlanSpec, place: PlanPlace): PlanOutcome {
  const { text, sha256 } = canonicalPlan(spec);
  const taken = db.get<{ sha256: string }>('SELECT sha256 FROM plan_versions WHERE plan_id = ? AND version = ?', [
    spec.plan_id,
    spec.version,
  ]);
  const sourceNo =
    place.sourceId === null
      ? null
      : db.get<{ source_no: number }>('SELECT source_no FROM sources WHERE source_id = ?', [place.sourceId])!.source_no;
  if (taken === undefined) {
    db.run(
      `INSERT INTO plan_versions (version_no, plan_id, version, spec, sha256, origin, source_no, path, received_at, run_id, member_id)
       VALUES ((SELECT coalesce(max(version_no), 0) + 1 FROM plan_versions), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [spec.plan_id, spec.version, text, sha256, place.origin, sourceNo, place.path, place.now, place.runId, place.memberId],
    );
    return 'accepted';
  }
  if (taken.sha256 === sha256) return 'duplicate';
  const known = db.get('SELECT 1 FROM plan_conflicts WHERE plan_id = ? AND version = ? AND sha256 = ?', [
    spec.plan_id,
    spec.version,
    sha256,
  ]);
  if (known !== undefined) return 'duplicate';
  db.run(
    `INSERT INTO plan_conflicts (conflict_no, plan_id, version, spec, sha256, source_no, path, received_at, run_id)
     VALUES ((SELECT coalesce(max(conflict_no), 0) + 1 FROM plan_conflicts), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [spec.plan_id, spec.version, text, sha256, sourceNo, place.path, place.now, place.runId],
  );
  return 'conflict';
}

/** How many other contents came under each version; by `plan_id version`. */
export const conflictCounts = (db: StoreDb): ReadonlyMap<string, number> =>
  new Map(
    db
      .all<{ key: string; n: number }>(
        `SELECT plan_id || ' ' || version AS key, count(*) AS n FROM plan_conflicts GROUP BY plan_id, version`,
      )
      .map(({ key, n }) => [key, n]),
  );

import type { PlanDifference, PlanProblem, PlanProposal, PlanSpecView, PlanVersionRow } from '../../src-shared/contract/plans.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { conflictCounts, planVersion, planVersions, storePlan, type StoredPlan } from './plan-store.ts';
import type { PlanSpec } from './plan-spec.ts';
import { changesPrice, planDifferences, priceOf, specView } from './plan-view.ts';
import { canonicalPlan, readPlan } from './read-plan.ts';

export const planAddress = (planId: string, version?: string): string =>
  `/plans/${encodeURIComponent(planId)}${version === undefined ? '' : `/${encodeURIComponent(version)}`}`;

/** Tenants by version are another room's to count. */
type VersionFacts = Omit<PlanVersionRow, 'tenants'>;

const rowOf = (plan: StoredPlan, newest: boolean, conflicts: number): VersionFacts => ({
  planId: plan.spec.plan_id,
  version: plan.spec.version,
  name: plan.spec.name,
  tier: plan.spec.tier,
  price: priceOf(plan.spec),
  origin: plan.origin,
  sourceName: plan.sourceName,
  receivedAt: plan.receivedAt,
  by: plan.by,
  sha256: plan.sha256,
  newest,
  conflicts,
  address: planAddress(plan.spec.plan_id, plan.spec.version),
});

const rowsOf = (db: StoreDb, plans: readonly StoredPlan[]): VersionFacts[] => {
  const conflicts = conflictCounts(db);
  return plans.map((plan, at) =>
    rowOf(plan, plans[at + 1]?.spec.plan_id !== plan.spec.plan_id, conflicts.get(`${plan.spec.plan_id} ${plan.spec.version}`) ?? 0),
  );
};

function mustFind(db: StoreDb, planId: string, version: string): StoredPlan {
  const plan = planVersion(db, planId, version);
  if (plan !== null) return plan;
  throw new AppError('NOT_FOUND', `There is no plan ${planId} ${version}.`, {
    nextStep: 'Look for it in the list of plans.',
    details: { planId, version },
  });
}

interface ProposalRow {
  readonly proposal_no: number;
  readonly at: string;
  readonly member: string | null;
  readonly plan_id: string;
  readonly version: string;
  readonly outcome: 'added' | 'refused';
  readonly says: string;
  readonly reason: string;
  readonly differences: string;
}

const PROPOSALS = `SELECT p.proposal_no, p.at, m.name AS member, p.plan_id, p.version, p.outcome, p.says, p.reason, p.differences
  FROM plan_proposals p LEFT JOIN members m USING (member_id)`;

const proposalOf = (row: ProposalRow): PlanProposal => ({
  proposalNo: row.proposal_no,
  at: row.at,
  by: row.member,
  planId: row.plan_id,
  version: row.version,
  outcome: row.outcome,
  says: row.says,
  reason: row.reason,
  differences: JSON.parse(row.differences) as PlanDifference[],
});

/** The newest version of the same plan beside the one that is looked at. */
const newestBeside = (db: StoreDb, spec: PlanSpec): StoredPlan | null =>
  planVersions(db, spec.plan_id).findLast(({ spec: other }) => other.version !== spec.version) ?? null;

export interface PlanCheck {
  readonly spec: PlanSpecView | null;
  readonly problems: readonly PlanProblem[];
  readonly comparedWith: string | null;
  readonly differences: readonly PlanDifference[];
  readonly changesPrice: boolean;
}

export const plansReads = {
  'plans.list': (db: StoreDb, { planId }: { planId: string | null }): VersionFacts[] => {
    const rows = rowsOf(db, planVersions(db, planId ?? undefined));
    return planId === null ? rows.filter(({ newest }) => newest) : rows.toReversed();
  },
  'plans.show': (
    db: StoreDb,
    { planId, version }: { planId: string; version: string | null },
  ): { plan: VersionFacts; spec: PlanSpecView; versions: VersionFacts[]; previous: string | null; differences: PlanDifference[] } => {
    const plans = planVersions(db, planId);
    const at = version === null ? plans.length - 1 : plans.findIndex(({ spec }) => spec.version === version);
    const plan = plans[at];
    if (plan === undefined)
      throw new AppError('NOT_FOUND', `There is no plan ${planId}${version === null ? '' : ` ${version}`}.`, {
        nextStep: 'Look for it in the list of plans.',
        details: { planId, version },
      });
    const rows = rowsOf(db, plans);
    const previous = plans[at - 1];
    return {
      plan: rows[at]!,
      spec: specView(plan.spec),
      versions: rows.toReversed(),
      previous: previous?.spec.version ?? null,
      differences: previous === undefined ? [] : planDifferences(previous.spec, plan.spec),
    };
  },
  'plans.compare': (
    db: StoreDb,
    { a, b }: { a: { planId: string; version: string }; b: { planId: string; version: string } },
  ): { a: PlanSpecView; b: PlanSpecView; differences: PlanDifference[] } => {
    const [left, right] = [mustFind(db, a.planId, a.version), mustFind(db, b.planId, b.version)];
    return { a: specView(left.spec), b: specView(right.spec), differences: planDifferences(left.spec, right.spec) };
  },
  'plans.check': (db: StoreDb, { text }: { text: string }): PlanCheck => {
    const { spec, problems } = readPlan(text);
    if (spec === null) return { spec: null, problems, comparedWith: null, differences: [], changesPrice: false };
    const taken = planVersion(db, spec.plan_id, spec.version);
    const before = newestBeside(db, spec);
    const isTaken: PlanProblem[] =
      taken === null || taken.origin === 'built-in' || taken.sha256 === canonicalPlan(spec).sha256
        ? []
        : [
            {
              severity: 'warning',
              code: 'PLAN_VERSION_TAKEN',
              pointer: '/version',
              line: null,
              says: `${spec.plan_id} ${spec.version} exists with another content, and a version never changes.`,
              nextStep: 'Give it a new version.',
            },
          ];
    return {
      spec: specView(spec),
      problems: [...problems, ...isTaken],
      comparedWith: before?.spec.version ?? null,
      differences: before === null ? [] : planDifferences(before.spec, spec),
      changesPrice: before !== null && changesPrice(before.spec, spec),
    };
  },
  'plans.proposals': (
    db: StoreDb,
    { before, limit }: { before: number | null; limit: number },
  ): { proposals: PlanProposal[]; next: number | null } => {
    const rows = db.all<ProposalRow>(`${PROPOSALS} WHERE p.proposal_no < ? ORDER BY p.proposal_no DESC LIMIT ?`, [
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    return { proposals: page.map(proposalOf), next: rows.length > limit ? page.at(-1)!.proposal_no : null };
  },
} satisfies QueryMap;

export interface ProposalArgs {
  readonly text: string;
  readonly reason: string;
  /** Why price motions are frozen, as one sentence; null where they are not. */
  readonly frozen: string | null;
  readonly by: ChangedBy;
}

export const plansWrites = {
  /**
   * Adds a version, or refuses it: either is recorded. A version that is taken by another content is a CONFLICT, a text that
   * is no plan BAD_INPUT; neither is recorded.
   */
  'plans.propose': (db: StoreDb, { text, reason, frozen, by }: ProposalArgs): PlanProposal => {
    const { spec, problems } = readPlan(text);
    if (spec === null) {
      const [first] = problems;
      throw new AppError('BAD_INPUT', `The text is no plan. ${first?.says ?? ''} Nothing was added.`, {
        nextStep: first?.nextStep ?? 'Check it with “plan validate”.',
        details: { problems: problems.slice(0, 20) },
      });
    }
    const { text: canonical, sha256 } = canonicalPlan(spec);
    const taken = planVersion(db, spec.plan_id, spec.version);
    if (taken !== null)
      throw new AppError(
        'CONFLICT',
        `${spec.plan_id} ${spec.version} exists already${taken.sha256 === sha256 ? '' : ' with another content'}. Nothing was added.`,
        {
          nextStep: 'Give it a new version; a version never changes.',
          details: { planId: spec.plan_id, version: spec.version },
        },
      );
    const before = newestBeside(db, spec);
    const differences = before === null ? [] : planDifferences(before.spec, spec);
    // A plan that is new has a price that nobody paid before: it is a price motion as well.
    const isRefused = frozen !== null && (before === null ? spec.price.model !== 'internal' : changesPrice(before.spec, spec));
    const says = isRefused
      ? `Refused: price motions are frozen. ${frozen}`
      : `${spec.plan_id} ${spec.version} was added. No tenant has it until one is changed to it.`;
    if (!isRefused) storePlan(db, spec, { origin: 'console', sourceId: null, path: null, runId: null, memberId: by.memberId, now: by.now });
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(proposal_no), 0) + 1 AS next FROM plan_proposals')!;
    db.run(
      `INSERT INTO plan_proposals (proposal_no, at, member_id, plan_id, version, spec, sha256, outcome, says, reason, differences)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        next,
        by.now,
        by.memberId,
        spec.plan_id,
        spec.version,
        canonical,
        sha256,
        isRefused ? 'refused' : 'added',
        says,
        reason,
        JSON.stringify(differences),
      ],
    );
    recordChange(db, by, {
      action: 'plan.propose',
      subject: `${spec.plan_id} ${spec.version}`,
      before: before === null ? null : { version: before.spec.version, sha256: before.sha256 },
      after: {
        outcome: isRefused ? 'refused' : 'added',
        version: spec.version,
        sha256,
        reason,
        says,
        differences: differences.slice(0, 50),
      },
      address: planAddress(spec.plan_id, isRefused ? undefined : spec.version),
    });
    return proposalOf(db.get<ProposalRow>(`${PROPOSALS} WHERE p.proposal_no = ?`, [next])!);
  },
} satisfies QueryMap;

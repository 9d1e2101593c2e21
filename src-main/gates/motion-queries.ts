import type { Motion } from '../../src-shared/contract/gates.ts';
import { artifactsForMonth, type MonthArtifact, readContent } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { freezeState } from './freeze-queries.ts';
import { judgeArtifact, rootOf } from './gate-artifacts.ts';
import { defaultGatePlan } from './gate-options.ts';
import { newestMonth } from './judge-month.ts';
import { type DecisionFacts, type GuardAnswer, type GuardInput, readDecisionFacts } from './motion-guard.ts';
import { latestRun } from './run-queries.ts';

/** What the guard looks at in the store, and proposals as facts: the refused ones too. */

/** A month that has no artifacts of its own: of each role the newest that was captured by now. */
const NO_MONTH = '9999-12';

/** Without closes and members: those are asked of other rooms. */
export function guardFacts(db: StoreDb, now: string): Omit<GuardInput, 'productionCloses' | 'members'> {
  const artifacts = artifactsForMonth(db, NO_MONTH, now);
  const plan = defaultGatePlan();
  const at = BigInt(Date.parse(now)) * 1000n;
  const judged = (artifact: MonthArtifact | null, role: 'policy-decisions' | 'pricing-benchmarks') => {
    const bytes = artifact === null ? null : readContent(db, artifact.sha256);
    if (artifact === null || bytes === null) return null;
    return {
      artifactId: artifact.artifactId,
      name: artifact.name,
      verdict: judgeArtifact(role, bytes, plan, at),
      root: rootOf(role, bytes),
    };
  };
  const decided = judged(artifacts['policy-decisions'], 'policy-decisions');
  const register = judged(artifacts['pricing-benchmarks'], 'pricing-benchmarks');
  const freeze = freezeState(db);
  const unread: Omit<DecisionFacts, 'artifactId' | 'name' | 'verdict'> = {
    sourceType: null,
    monthsObserved: null,
    motionAllowed: null,
    governanceMode: null,
    owners: null,
  };
  return {
    frozen: freeze === null ? null : { frozenAt: freeze.frozenAt, says: freeze.latest ?? freeze.says },
    decisions:
      decided === null
        ? null
        : {
            artifactId: decided.artifactId,
            name: decided.name,
            verdict: { verdict: decided.verdict.verdict, message: decided.verdict.message },
            ...(decided.root === null ? unread : readDecisionFacts(decided.root)),
          },
    register:
      register === null
        ? null
        : {
            artifactId: register.artifactId,
            name: register.name,
            verdict: { verdict: register.verdict.verdict, message: register.verdict.message },
          },
  };
}

/**
 * Months whose newest run judged telemetry that holds, with decisions that call it observed in production. What counts as a
 * close where nothing else says so.
 */
export function productionCloses(db: StoreDb): string[] {
  const months = db.all<{ month: string }>('SELECT DISTINCT month FROM gate_cells ORDER BY month').map(({ month }) => month);
  return months.filter((month) => {
    const run = latestRun(db, month);
    const telemetry = run?.results.filter(({ group, decides }) => group === 'telemetry' && decides) ?? [];
    if (run === null || telemetry.length === 0 || !telemetry.every(({ state }) => state === 'pass')) return false;
    const decisions = run.inputs.find(({ role }) => role === 'policy-decisions');
    const bytes = decisions === undefined ? null : readContent(db, decisions.sha256);
    const root = bytes === null ? null : rootOf('policy-decisions', bytes);
    return root !== null && readDecisionFacts(root).sourceType === 'production_observed';
  });
}

interface Row {
  readonly motion_no: number;
  readonly motion_id: string;
  readonly proposed_at: string;
  readonly kind: Motion['kind'];
  readonly title: string;
  readonly body: string;
  readonly outcome: Motion['outcome'];
  readonly missing: string;
  readonly run_no: number | null;
  readonly member: string | null;
}

const SELECT = `SELECT p.motion_no, p.motion_id, p.proposed_at, p.kind, p.title, p.body, p.outcome, p.missing, p.run_no, m.name AS member
  FROM price_motions p LEFT JOIN members m USING (member_id)`;

const motionOf = (row: Row): Motion => ({
  motionId: row.motion_id,
  motionNo: row.motion_no,
  proposedAt: row.proposed_at,
  proposedBy: row.member ?? '',
  kind: row.kind,
  title: row.title,
  changes: (JSON.parse(row.body) as { changes: string }).changes,
  outcome: row.outcome,
  missing: JSON.parse(row.missing) as Motion['missing'],
  runNo: row.run_no,
});

export interface ProposeArgs {
  readonly motionId: string;
  readonly kind: Motion['kind'];
  readonly title: string;
  readonly changes: string;
  readonly guard: GuardAnswer;
  readonly by: ChangedBy;
}

export const motionReads = {
  'gates.guardFacts': (db: StoreDb, { now }: { now: string }) => guardFacts(db, now),
  'gates.productionCloses': (db: StoreDb, _args: null): string[] => productionCloses(db),
  'gates.motions': (
    db: StoreDb,
    { before, limit }: { before: number | null; limit: number },
  ): { motions: Motion[]; next: number | null; total: number } => {
    const rows = db.all<Row>(`${SELECT} WHERE p.motion_no < ? ORDER BY p.motion_no DESC LIMIT ?`, [
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    const { total } = db.get<{ total: number }>('SELECT count(*) AS total FROM price_motions')!;
    return { motions: page.map(motionOf), next: rows.length > limit ? page.at(-1)!.motion_no : null, total };
  },
} satisfies QueryMap;

export const motionWrites = {
  /** A freeze that came between the guard's answer and this write is seen here: what is refused then is refused. */
  'gates.propose': (db: StoreDb, { motionId, kind, title, changes, guard, by }: ProposeArgs): Motion => {
    const freeze = freezeState(db);
    const late = freeze !== null && !guard.missing.some(({ code }) => code === 'FROZEN');
    const missing = late
      ? [
          {
            code: 'FROZEN',
            says: `Motions are frozen since ${freeze.frozenAt.slice(0, 10)}: ${freeze.latest ?? freeze.says}`,
            nextStep: 'Carry out the corrective plan, then run the gates of the newest month: the freeze lifts when they pass.',
            address: '/evidence',
          },
          ...guard.missing,
        ]
      : guard.missing;
    const outcome: Motion['outcome'] = missing.length === 0 ? 'proposed' : 'refused';
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(motion_no), 0) + 1 AS next FROM price_motions')!;
    const month = newestMonth(db, by.now);
    const run = month === null ? null : latestRun(db, month);
    db.run(
      `INSERT INTO price_motions (motion_no, motion_id, proposed_at, member_id, kind, title, body, outcome, missing, run_no)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [next, motionId, by.now, by.memberId, kind, title, JSON.stringify({ changes }), outcome, JSON.stringify(missing), run?.runNo ?? null],
    );
    recordChange(db, by, {
      action: outcome === 'proposed' ? 'motion.propose' : 'motion.refuse',
      subject: title,
      before: null,
      after: { motion: next, kind, changes, outcome, missing: missing.map(({ code }) => code) },
      address: '/evidence?tab=motions',
    });
    return motionOf(db.get<Row>(`${SELECT} WHERE p.motion_no = ?`, [next])!);
  },
} satisfies QueryMap;

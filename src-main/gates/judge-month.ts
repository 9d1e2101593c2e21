import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AppError } from '../../src-shared/kernel/errors.ts';
import {
  type ArtifactRole,
  artifactsForMonth,
  findInconsistencies,
  KIND_NAMES,
  type Micros,
  type MonthArtifacts,
  monthsWithEvidence,
  readContent,
} from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { type FigureSources, readGateFigures } from './gate-figures.ts';
import { GATE_ROLES, type GateRole } from './gate-flags.ts';
import { type GateFlags, type GatePlan, parseGateOptions } from './gate-options.ts';
import { policyFindings, type RunFinding } from './policy-findings.ts';
import { type GateDecision, type GateLine, type GivenArtifacts, runReleaseGate } from './release-gate.ts';
import { thresholdsFor } from './thresholds-queries.ts';

/** A month judged from the workspace's own evidence. Reads only: what is stored of it is another question. */

/** In a workspace the committee's four artifacts are required beside those that the contract always asks for. */
const WORKSPACE_FLAGS: GateFlags = {
  'finance-evidence-required': true,
  'finance-telemetry-snapshot-required': true,
  'pricing-benchmark-register-required': true,
  'pkg-fin-policy-decisions-required': true,
};

export interface RunInput {
  readonly role: ArtifactRole;
  readonly artifactId: string;
  readonly name: string;
  readonly sha256: string;
  readonly capturedAt: string | null;
  readonly month: string | null;
  /** Null for what no verifier judges in the run: the assumptions. */
  readonly verdict: 'pass' | 'fail' | null;
  readonly message: string | null;
}

export interface RunPlan {
  readonly limits: GatePlan['limits'];
  readonly stressRequiredDatabaseEngine: string;
  readonly required: readonly GateRole[];
  /** By the contract's limits: only such a run fills the matrix, freezes and lifts. */
  readonly standard: boolean;
}

/** A run before it is stored, with everything that it was decided from. */
export interface RunDraft {
  readonly month: string;
  /** ISO 8601 UTC. */
  readonly judgedAt: string;
  readonly ruleVersion: string;
  readonly thresholdsVersion: number;
  readonly decision: GateDecision;
  readonly plan: RunPlan;
  readonly inputs: readonly RunInput[];
  readonly missing: readonly GateRole[];
  readonly results: readonly GateLine[];
  readonly findings: readonly RunFinding[];
  /** SHA-256 of the canonical JSON of all of the above. */
  readonly resultSha256: string;
}

/** The months that have telemetry or guardrails, oldest first. */
export const judgeableMonths = (db: StoreDb, now: string): string[] =>
  monthsWithEvidence(db).filter((month) => {
    const artifacts = artifactsForMonth(db, month, now);
    return artifacts['finance-telemetry'] !== null || artifacts['finance-guardrails'] !== null;
  });

/** The newest of them; null where there is none. */
export function newestMonth(db: StoreDb, now: string): string | null {
  return (
    monthsWithEvidence(db).findLast((month) => {
      const artifacts = artifactsForMonth(db, month, now);
      return artifacts['finance-telemetry'] !== null || artifacts['finance-guardrails'] !== null;
    }) ?? null
  );
}

/**
 * The time by which ages count. The newest month is judged now. An earlier one is judged at the last capture of its own
 * artifacts: whether it held at its close does not change because a year went by.
 */
export function judgedAtOf(db: StoreDb, month: string, now: string): string {
  if (month === newestMonth(db, now)) return now;
  const own = Object.values(artifactsForMonth(db, month, now)).flatMap((artifact) =>
    artifact?.month === month && artifact.capturedAt !== null ? [artifact.capturedAt] : [],
  );
  const last = own
    .map((at) => new Date(at).toISOString())
    .sort()
    .at(-1);
  return last === undefined || last > now ? now : last;
}

/**
 * @param flags limits other than the contract's, named as on the command line
 * @throws AppError NOT_FOUND where the month has neither telemetry nor guardrails
 */
export function judgeMonth(db: StoreDb, args: { month: string | null; now: string; flags?: GateFlags }): RunDraft {
  const { now, flags = {} } = args;
  const month = args.month ?? newestMonth(db, now);
  if (month === null)
    throw new AppError('NOT_FOUND', 'There is no evidence to judge yet.', {
      nextStep: 'Add a source with finance evidence and sync it, or make the artifacts here; then run the gates.',
    });
  const judgedAt = judgedAtOf(db, month, now);
  const artifacts = artifactsForMonth(db, month, judgedAt);
  if (artifacts['finance-telemetry'] === null && artifacts['finance-guardrails'] === null)
    throw new AppError('NOT_FOUND', `${month} has neither telemetry nor guardrails: there is nothing to judge.`, {
      nextStep: 'Choose a month that has evidence, or sync the source that should have delivered it.',
      details: { month, months: judgeableMonths(db, now).slice(-36) },
    });
  const bytesOf = (role: ArtifactRole): Uint8Array | null => {
    const artifact = artifacts[role];
    return artifact === null ? null : readContent(db, artifact.sha256);
  };
  const plan = parseGateOptions({ ...WORKSPACE_FLAGS, ...flags }, {}, 'workspace');
  const given: Partial<Record<GateRole, { name: string; bytes: Uint8Array }>> = {};
  for (const role of GATE_ROLES) {
    const bytes = bytesOf(role);
    if (bytes !== null) given[role] = { name: artifacts[role]!.name, bytes };
  }
  const run = runReleaseGate(plan, given satisfies GivenArtifacts, microsOf(judgedAt));
  const thresholds = thresholdsFor(db, month, now);
  const figures = readGateFigures(figureSources(bytesOf));
  const draft = {
    month,
    judgedAt,
    ruleVersion: run.ruleVersion,
    thresholdsVersion: thresholds.version,
    decision: run.decision,
    plan: planOf(plan),
    inputs: inputsOf(artifacts, run.artifacts),
    missing: run.missing,
    results: run.gates,
    findings: [
      ...(figures === null ? [] : policyFindings(figures, thresholds.body, thresholds.version)),
      ...findInconsistencies(db, month, judgedAt).findings.map(({ code, severity, title, says }): RunFinding => ({
        code,
        severity,
        title,
        says,
        from: 'consistency',
        gate: null,
      })),
    ],
  };
  return { ...draft, resultSha256: digestOf(draft) };
}

export const figureSources = (bytesOf: (role: ArtifactRole) => Uint8Array | null): FigureSources => ({
  guardrails: bytesOf('finance-guardrails'),
  telemetry: bytesOf('finance-telemetry'),
  assumptions: bytesOf('finance-assumptions'),
});

const standardPlan = parseGateOptions(WORKSPACE_FLAGS, {}, 'workspace');

const planOf = (plan: GatePlan): RunPlan => ({
  limits: plan.limits,
  stressRequiredDatabaseEngine: plan.stressRequiredDatabaseEngine,
  required: GATE_ROLES.filter((role) => plan.artifacts[role].required),
  standard:
    plan.stressRequiredDatabaseEngine === standardPlan.stressRequiredDatabaseEngine &&
    Object.entries(plan.limits).every(([limit, value]) => standardPlan.limits[limit as keyof GatePlan['limits']] === value),
});

type Judged = ReturnType<typeof runReleaseGate>['artifacts'];

/** In the order of the roles; the assumptions last. */
const inputsOf = (artifacts: MonthArtifacts, judged: Judged): RunInput[] =>
  ([...GATE_ROLES, 'finance-assumptions'] as const).flatMap((role) => {
    const artifact = artifacts[role];
    if (artifact === null) return [];
    const verdict = judged.find((one) => one.role === role)?.verdict;
    const { artifactId, name, sha256, capturedAt, month } = artifact;
    return [{ role, artifactId, name, sha256, capturedAt, month, verdict: verdict?.verdict ?? null, message: verdict?.message ?? null }];
  });

/** What was captured within the same millisecond as the clock counts as captured by it. */
const microsOf = (iso: string): Micros => BigInt(Date.parse(iso)) * 1000n;

const digestOf = (draft: Omit<RunDraft, 'resultSha256'>): string =>
  createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(draft)) as unknown) ?? '', 'utf8')
    .digest('hex');

/** What a role is called, for people. */
export const roleTitle = (role: ArtifactRole): string => KIND_NAMES[role];

import { createHash } from 'node:crypto';
import { type EvidenceVerdict, instantText, KIND_NAMES, type Micros, type ObjectValue } from '../evidence/index.ts';
import { capturedAt, type GivenArtifacts, judgeArtifact, judgeTogether, rootOf } from './gate-artifacts.ts';
import { type CatalogueGate, GATE_CATALOGUE, type GateGroup } from './gate-catalogue.ts';
import { GATE_ROLES, type GateRole } from './gate-flags.ts';
import { type Measure, measureOf } from './gate-measures.ts';
import type { GatePlan } from './gate-options.ts';
import { artifactGateState, type GateState, readinessState, refreshState, type StateAndReason } from './gate-states.ts';

export type { GivenArtifact, GivenArtifacts } from './gate-artifacts.ts';

/**
 * The release gate (contract A.9): judges every artifact by the limits of the plan and answers for each gate. Pure: the
 * same bytes, plan and clock give the same answer, in whatever order the artifacts come.
 */
export const GATE_RULES = 'release-gate/1';

export interface GateLine extends Measure {
  readonly id: string;
  readonly group: GateGroup;
  readonly shortId: string;
  readonly name: string;
  /** `stale`: it fails, and only because time passed. `no-run`: there was nothing to judge, or it was not reached. */
  readonly state: GateState;
  readonly comparison: CatalogueGate['comparison'];
  readonly unit: CatalogueGate['unit'];
  /** One plain sentence. */
  readonly reason: string;
  /** Whether its artifact was required. */
  readonly required: boolean;
  /** Whether its failing fails the run; see the catalogue. */
  readonly decides: boolean;
}

export interface GateArtifact {
  readonly role: GateRole;
  readonly kind: GateRole;
  readonly name: string;
  readonly sha256: string;
  readonly required: boolean;
  /** ISO 8601 UTC; null where it cannot be read. */
  readonly capturedAt: string | null;
  /** Whether it could be read at all: JSON with an object at its top, or the notes of a key rotation drill. */
  readonly usable: boolean;
  readonly verdict: EvidenceVerdict;
}

export type GateDecision = 'pass' | 'fail' | 'cannot-decide';

export interface GateRun {
  readonly decision: GateDecision;
  readonly dryRun: boolean;
  readonly ruleVersion: string;
  /** The clock that ages were measured by, ISO 8601 UTC. */
  readonly judgedAt: string;
  /** In the order of the catalogue. */
  readonly gates: readonly GateLine[];
  readonly artifacts: readonly GateArtifact[];
  /** Verdicts over guardrails, telemetry and decisions together; empty where one of them is missing or cannot be read. */
  readonly together: readonly EvidenceVerdict[];
  /** Required roles that had no artifact. */
  readonly missing: readonly GateRole[];
  /**
   * 0 passes; 1 a gate does not hold; 2 nothing fails, but an artifact cannot be read; 3 nothing fails, but a required
   * artifact is missing. A dry run ends with 2 or 3 likewise, else with 0: it says nothing about the release.
   */
  readonly exitCode: 0 | 1 | 2 | 3;
}

/** @param now microseconds since 1970-01-01T00:00:00Z */
export function runReleaseGate(plan: GatePlan, given: GivenArtifacts, now: Micros): GateRun {
  const roots = new Map<GateRole, ObjectValue>();
  const artifacts = GATE_ROLES.flatMap((role): GateArtifact[] => {
    const artifact = given[role] ?? null;
    if (artifact === null) return [];
    const root = rootOf(role, artifact.bytes);
    if (root !== null) roots.set(role, root);
    const captured = root === null ? null : capturedAt(root);
    return [
      {
        role,
        kind: role,
        name: artifact.name,
        sha256: createHash('sha256').update(artifact.bytes).digest('hex'),
        required: plan.artifacts[role].required,
        capturedAt: captured === null ? null : instantText(captured),
        usable: root !== null,
        verdict: judgeArtifact(role, artifact.bytes, plan, now),
      },
    ];
  });
  const missing = GATE_ROLES.filter((role) => plan.artifacts[role].required && (given[role] ?? null) === null);
  const together = judgeTogether(given, roots, plan, now);
  const gates = GATE_CATALOGUE.map((gate) => lineOf(gate, { plan, given, artifacts, roots, together, now }));
  const decision = decide(gates, artifacts, missing);
  return {
    decision,
    dryRun: plan.dryRun,
    ruleVersion: GATE_RULES,
    judgedAt: instantText(now),
    gates,
    artifacts,
    together,
    missing,
    exitCode: exitCodeOf(decision, plan.dryRun, artifacts, missing),
  };
}

interface Judged {
  readonly plan: GatePlan;
  readonly given: GivenArtifacts;
  readonly artifacts: readonly GateArtifact[];
  readonly roots: ReadonlyMap<GateRole, ObjectValue>;
  readonly together: readonly EvidenceVerdict[];
  readonly now: Micros;
}

function lineOf(gate: CatalogueGate, judged: Judged): GateLine {
  const { id, group, shortId, name, comparison, unit, decides } = gate;
  const { state, reason, measure = measureIn(gate, judged) } = stateOf(gate, judged);
  const required = isRequired(gate, judged.plan);
  return { id, group, shortId, name, state, ...measure, comparison, unit, reason: sentence(reason), required, decides };
}

const MONTHLY: readonly GateRole[] = ['finance-guardrails', 'finance-telemetry', 'policy-decisions'];

const isRequired = ({ source }: CatalogueGate, plan: GatePlan): boolean =>
  (source === 'monthly-refresh' || source === 'operational-readiness' ? MONTHLY : [source]).every((role) => plan.artifacts[role].required);

function stateOf(gate: CatalogueGate, judged: Judged): StateAndReason {
  const { source } = gate;
  if (source === 'monthly-refresh' || source === 'operational-readiness') {
    const verdict = judged.together.find(({ kind }) => kind === source);
    if (verdict === undefined) {
      return {
        state: 'no-run',
        reason: 'It is judged from guardrails, telemetry and policy decisions together, and not all three can be read',
      };
    }
    return source === 'monthly-refresh' ? refreshState(gate.id, verdict, judged.plan.limits) : readinessState(gate.id, verdict);
  }
  const artifact = judged.artifacts.find(({ role }) => role === source);
  const title = KIND_NAMES[source].toLowerCase();
  if (artifact === undefined) return { state: 'no-run', reason: `No ${title} artifact was given` };
  if (!artifact.usable) return { state: 'no-run', reason: `${artifact.name} cannot be read: ${artifact.verdict.message ?? ''}` };
  const bytes = judged.given[source]!.bytes;
  const captured = capturedAt(judged.roots.get(source)!);
  return artifactGateState(gate.id, artifact.verdict, () =>
    // Judged as on the day of its capture: what holds then fails by the passing of time alone.
    captured === null ? null : judgeArtifact(source, bytes, judged.plan, captured),
  );
}

function measureIn({ id, source }: CatalogueGate, { roots, plan, now }: Judged): Measure {
  const root = source === 'monthly-refresh' || source === 'operational-readiness' ? undefined : roots.get(source);
  return root === undefined ? { value: null, threshold: null } : measureOf(id, root, { limits: plan.limits, now });
}

function decide(gates: readonly GateLine[], artifacts: readonly GateArtifact[], missing: readonly GateRole[]): GateDecision {
  if (gates.some(({ decides, state }) => decides && (state === 'fail' || state === 'stale'))) return 'fail';
  return missing.length > 0 || artifacts.some(({ usable }) => !usable) ? 'cannot-decide' : 'pass';
}

function exitCodeOf(
  decision: GateDecision,
  dryRun: boolean,
  artifacts: readonly GateArtifact[],
  missing: readonly GateRole[],
): GateRun['exitCode'] {
  if (decision === 'fail' && !dryRun) return 1;
  if (artifacts.some(({ usable }) => !usable)) return 2;
  return missing.length > 0 ? 3 : 0;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

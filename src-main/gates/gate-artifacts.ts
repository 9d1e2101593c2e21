import {
  type EvidenceVerdict,
  isNotes,
  isObject,
  type Micros,
  notesFields,
  type ObjectValue,
  readInstant,
  readJson,
  Refusal,
  verifyEvidence,
} from '../evidence/index.ts';
import type { GateRole } from './gate-flags.ts';
import type { GatePlan } from './gate-options.ts';

/** How the release gate reads and judges artifacts: by the verifier of their kind, under the limits of the plan. */

/** What the run is judged from. */
export interface GivenArtifact {
  /** File name or place in the workspace; never a path of the machine. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
export type GivenArtifacts = Readonly<Partial<Record<GateRole, GivenArtifact | null>>>;

/** The root of an artifact; null where it cannot be read at all. */
export function rootOf(role: GateRole, bytes: Uint8Array): ObjectValue | null {
  try {
    if (role === 'key-rotation-drill' && isNotes(bytes)) return notesFields(bytes);
    const { value } = readJson(bytes);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** When it was captured; notes of a drill say when it was executed. */
export function capturedAt(root: ObjectValue): Micros | null {
  const text = root.get('captured_at') ?? root.get('executed_at_utc');
  const read = typeof text === 'string' ? readInstant(text.trim()) : null;
  return read?.ok === true ? read.at : null;
}

/** The verdict of the artifact's own verifier. */
export function judgeArtifact(role: GateRole, bytes: Uint8Array, plan: GatePlan, now: Micros): EvidenceVerdict {
  const { limits } = plan;
  const artifact = { artifact: bytes };
  switch (role) {
    case 'finance-guardrails':
      return verifyEvidence(role, artifact, { maxArtifactAgeHours: limits.financeMaxAgeHours }, now);
    case 'finance-telemetry':
      return verifyEvidence(role, artifact, { maxArtifactAgeHours: limits.telemetryMaxAgeHours }, now);
    case 'pricing-benchmarks':
      return verifyEvidence(role, artifact, { maxSourceAgeDays: limits.benchmarkMaxSourceAgeDays }, now);
    case 'policy-decisions':
      return verifyEvidence(role, artifact, { maxArtifactAgeHours: limits.decisionsMaxAgeHours }, now);
    case 'stress': {
      const options = {
        maxArtifactAgeHours: limits.stressMaxAgeHours,
        minDurationSeconds: limits.stressMinDurationSeconds,
        minConcurrentUsers: limits.stressMinConcurrentUsers,
        requiredDatabaseEngine: plan.stressRequiredDatabaseEngine,
      };
      return verifyEvidence(role, artifact, options, now);
    }
    case 'failure-injection':
      return verifyEvidence(role, artifact, { maxArtifactAgeHours: limits.failureMaxAgeHours }, now);
    case 'disposition-register': {
      const options = { maxAgeDays: limits.dispositionMaxAgeDays, maxReviewWindowDays: limits.dispositionMaxReviewWindowDays };
      return verifyEvidence(role, artifact, options, now);
    }
    case 'key-rotation-drill':
      return verifyEvidence(role, artifact, { maxAgeDays: limits.keyRotationMaxAgeDays }, now);
  }
}

/** Guardrails, telemetry and decisions together (contract A.7, A.8), where all three can be read. */
export function judgeTogether(
  given: GivenArtifacts,
  roots: ReadonlyMap<GateRole, ObjectValue>,
  { limits }: GatePlan,
  now: Micros,
): readonly EvidenceVerdict[] {
  const bytes = (role: GateRole): Uint8Array | null => (roots.has(role) ? (given[role]?.bytes ?? null) : null);
  const inputs = { guardrails: bytes('finance-guardrails'), telemetry: bytes('finance-telemetry'), policy: bytes('policy-decisions') };
  if (Object.values(inputs).includes(null)) return [];
  const refresh = { maxAgeDays: limits.refreshMaxAgeDays, maxCaptureSpreadDays: limits.refreshMaxCaptureSpreadDays };
  const readiness = {
    maxFinanceAgeHours: limits.financeMaxAgeHours,
    maxTelemetryAgeHours: limits.telemetryMaxAgeHours,
    maxPolicyAgeHours: limits.decisionsMaxAgeHours,
  };
  return [verifyEvidence('monthly-refresh', inputs, refresh, now), verifyEvidence('operational-readiness', inputs, readiness, now)];
}

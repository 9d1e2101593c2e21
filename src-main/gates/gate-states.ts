import type { EvidenceVerdict } from '../evidence/index.ts';
import type { Measure } from './gate-measures.ts';
import type { GatePlan } from './gate-options.ts';

/** How the verdict over an artifact becomes the state of each of its gates. */

export type GateState = 'pass' | 'fail' | 'stale' | 'no-run';

export interface StateAndReason {
  readonly state: GateState;
  readonly reason: string;
  /** Where the figure is not read from the artifact but follows from the verdict. */
  readonly measure?: Measure;
}

/**
 * The state of one gate of one artifact.
 *
 * - A gate that was computed holds or does not; one that declares something else than its figures does not hold either.
 * - Where the artifact is rejected for another reason than a gate, none of its gates can be relied on: all fail.
 * - What fails now, but held when the artifact was captured, is stale.
 * - What was not reached because another gate failed before it is not judged.
 * @param atCapture the verdict as on the day of its capture; asked for only where the artifact is rejected
 */
export function artifactGateState(id: string, verdict: EvidenceVerdict, atCapture: () => EvidenceVerdict | null): StateAndReason {
  const now = gateIn(id, verdict);
  if (verdict.verdict === 'pass') {
    return now === null
      ? { state: 'fail', reason: 'The verifier passed the artifact without judging this gate' }
      : { state: now.holds ? 'pass' : 'fail', reason: now.says };
  }
  const message = verdict.message ?? 'The artifact is rejected';
  const then = atCapture();
  const before = then === null ? null : gateIn(id, then);
  if (hasFallenGate(verdict)) {
    if (now === null) return { state: 'no-run', reason: `Not reached: ${message}` };
    if (now.holds) return { state: 'pass', reason: now.says };
    return { state: before?.holds === true ? 'stale' : 'fail', reason: now.says };
  }
  if (then === null || (then.verdict === 'fail' && !hasFallenGate(then))) return { state: 'fail', reason: message };
  if (before === null) return { state: 'no-run', reason: `Not reached: ${then.message ?? message}` };
  return before.holds ? { state: 'stale', reason: message } : { state: 'fail', reason: before.says };
}

/** What became of a gate; null where the verifier did not come to it. */
function gateIn(id: string, verdict: EvidenceVerdict): { readonly holds: boolean; readonly says: string } | null {
  const found = verdict.gateResults.find(({ gate }) => gate === id);
  if (found === undefined) return null;
  const lies = found.declared !== null && found.declared !== found.computed;
  if (lies) return { holds: false, says: `The artifact says ${found.declared}, its figures say ${found.computed}: ${found.says}` };
  return { holds: found.computed, says: found.says };
}

const hasFallenGate = (verdict: EvidenceVerdict): boolean => verdict.gateResults.some(({ gate }) => gateIn(gate, verdict)?.holds === false);

/** The two gates over the capture times of guardrails, telemetry and decisions. */
export function refreshState(id: string, verdict: EvidenceVerdict, limits: GatePlan['limits']): StateAndReason {
  const reason = verdict.message ?? '';
  if (id === 'monthly_refresh_gate_capture_spread') {
    const spread = verdict.figures.find((figure) => figure.id === 'capture_spread_days');
    if (spread === undefined) return { state: 'no-run', reason: `Not reached: ${reason}` };
    const measure = { value: spread.computed, threshold: limits.refreshMaxCaptureSpreadDays };
    return { state: spread.holds ? 'pass' : 'fail', reason: spread.holds ? `Captured within ${spread.computed} days` : reason, measure };
  }
  const ages = verdict.figures.filter((figure) => figure.id.startsWith('age_days.'));
  const oldest = ages.reduce<number | null>(
    (most, { computed }) => (computed === null ? most : Math.max(most ?? computed, computed)),
    null,
  );
  const measure = { value: oldest, threshold: limits.refreshMaxAgeDays };
  if (oldest === null) return { state: 'fail', reason };
  if (ages.every(({ holds }) => holds)) return { state: 'pass', reason: `The oldest capture is ${oldest} days old`, measure };
  // A capture that lies ahead was never right; one that is too old was.
  return { state: ages.every(({ holds, computed }) => holds || (computed ?? 0) > 0) ? 'stale' : 'fail', reason, measure };
}

const READINESS_WORDS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  prelaunch_operational_ready: [
    'All gates of guardrails, telemetry and decisions hold',
    'A gate of guardrails, telemetry or decisions does not hold',
  ],
  production_observed_telemetry_ready: [
    'The decisions rest on months that were observed in production',
    'The decisions do not rest on two months that were observed in production',
  ],
  segregated_approval_governance_ready: ['Three different owners approve', 'Owners are not separate yet'],
  postlaunch_pricing_motion_ready: ['Everything that a pricing motion needs is there', 'Something that a pricing motion needs is missing'],
};

/** How far things are; these decide nothing. */
export function readinessState(id: string, verdict: EvidenceVerdict): StateAndReason {
  const holds = verdict.derived[id];
  const months = verdict.derived['months_observed'];
  const measure =
    id === 'production_observed_telemetry_ready'
      ? { value: typeof months === 'number' ? months : null, threshold: 2 }
      : { value: null, threshold: null };
  if (typeof holds !== 'boolean') return { state: 'no-run', reason: `Not reached: ${verdict.message ?? ''}`, measure };
  const [yes, no] = READINESS_WORDS[id] ?? ['It holds', 'It does not hold'];
  return { state: holds ? 'pass' : 'fail', reason: holds ? yes : no, measure };
}

import type { Fields } from '../reference/fields.ts';
import { dateOf, type Micros, MICROS_PER_SECOND } from '../reference/timestamps.ts';
import { dayText } from './drill-parts.ts';
import type { ComputedGate } from './rules.ts';

/** What both forms of a key rotation drill have in common: the JSON record and the Markdown notes. */

export interface KeyRotationOptions {
  /** Days since the drill, above 0; 120 where it is absent. */
  readonly maxAgeDays?: number;
}

export const KEY_ROTATION_DEFAULTS = { maxAgeDays: 120 } as const;

export const ROTATION_GATES = [
  'key_rotation_gate_steps_passed',
  'key_rotation_gate_new_key_accepted',
  'key_rotation_gate_old_key_refused',
  'key_rotation_gate_rollback_tested',
  'key_rotation_gate_defences_intact',
] as const;
export type RotationGate = (typeof ROTATION_GATES)[number];

/** Every check has a gate. `notes` is what the Markdown form calls it. */
export const ROTATION_CHECKS = [
  { name: 'old_key_accepted_before_rotation', notes: 'pre_rotation_tokens_accepted', gate: 'key_rotation_gate_new_key_accepted' },
  { name: 'new_key_accepted_after_rotation', notes: 'post_rotation_new_tokens_accepted', gate: 'key_rotation_gate_new_key_accepted' },
  { name: 'old_key_refused_after_rotation', notes: 'post_rotation_old_tokens_rejected', gate: 'key_rotation_gate_old_key_refused' },
  { name: 'fallback_verified', notes: 'fallback_verification_passed', gate: 'key_rotation_gate_defences_intact' },
  { name: 'rollback_tested', notes: 'rollback_validation_passed', gate: 'key_rotation_gate_rollback_tested' },
  { name: 'replay_refused', notes: 'replay_protection_intact', gate: 'key_rotation_gate_defences_intact' },
  { name: 'alerts_verified', notes: 'alert_pipeline_verified', gate: 'key_rotation_gate_defences_intact' },
] as const satisfies readonly { name: string; notes: string; gate: RotationGate }[];
export type RotationCheck = (typeof ROTATION_CHECKS)[number]['name'];

/** The gates, as they follow from what failed. */
export function rotationGates(stepsHold: boolean, stepsSay: string, failed: ReadonlySet<RotationCheck>): readonly ComputedGate[] {
  return ROTATION_GATES.map((gate) => {
    if (gate === 'key_rotation_gate_steps_passed') return { gate, holds: stepsHold, says: stepsSay };
    const checks = ROTATION_CHECKS.filter((check) => check.gate === gate).map(({ name }) => name);
    const fallen = checks.filter((name) => failed.has(name));
    return { gate, holds: fallen.length === 0, says: fallen.length === 0 ? checks.join(', ') : `not so: ${fallen.join(', ')}` };
  });
}

/** Clocks of two machines differ a little. */
const AHEAD: Micros = 300n * MICROS_PER_SECOND;

/** Refuses a time that lies more than five minutes ahead: a drill is written down when it is over. */
export function refuseAhead(fields: Fields, key: string, at: Micros, now: Micros): void {
  if (at > now + AHEAD) throw fields.refuse(key, 'lies in the future');
}

/** The next drill (days since 1970-01-01) is neither before this one nor overdue. */
export function checkNextDrill(fields: Fields, key: string, due: number, executedAt: Micros, now: Micros): void {
  if (due < dateOf(executedAt)) throw fields.refuse(key, `must not be before the drill, ${dayText(dateOf(executedAt))}`);
  if (due < dateOf(now)) throw fields.refuse(key, `has passed: the next drill was due on ${dayText(due)}`);
}

import { checkNumber, type Fields } from '../reference/fields.ts';
import { type Micros, secondsOf } from '../reference/timestamps.ts';
import { placeholderIn } from '../reference/text.ts';
import { Refusal } from '../verdict.ts';
import type { Draft, VerifierOption } from './verifier.ts';

/** Rules that several kinds share (contract A.0). */

export interface AgeOptions {
  /** Hours, at least 0.01; no limit where it is absent. */
  readonly maxArtifactAgeHours?: number;
}

export const AGE_OPTION: VerifierOption<'maxArtifactAgeHours'> = {
  name: 'maxArtifactAgeHours',
  flag: 'max-artifact-age-hours',
  type: 'number',
  says: 'oldest capture that counts, in hours (at least 0.01)',
};

/** `captured_at`, within the age limit if there is one. A capture in the future is accepted, as by the reference. */
export function readCapturedAt(root: Fields, { maxArtifactAgeHours }: AgeOptions, now: Micros): Micros {
  const capturedAt = root.instant('captured_at');
  if (maxArtifactAgeHours === undefined) return capturedAt;
  const { value: limit } = checkNumber(maxArtifactAgeHours, 'max_artifact_age_hours', { min: 0.01 });
  const ageHours = hoursOf(now - capturedAt);
  if (ageHours > limit) throw root.refuse('captured_at', `is too old: ${ageHours} hours, at most ${limit} are allowed`);
  return capturedAt;
}

export const hoursOf = (duration: Micros): number => secondsOf(duration) / 3600;
export const daysOf = (duration: Micros): number => secondsOf(duration) / 86_400;

export interface Window {
  readonly fields: Fields;
  readonly start: Micros;
  readonly end: Micros;
}

/** `window.start` and `window.end`; both may be the same instant. */
export function readWindow(root: Fields): Window {
  const fields = root.child('window');
  const start = fields.instant('start');
  const end = fields.instant('end');
  if (end < start) throw fields.refuse('end', 'must not be before window.start');
  return { fields, start, end };
}

export interface ComputedGate {
  readonly gate: string;
  readonly holds: boolean;
  /** The comparison with its figures. */
  readonly says: string;
}

/**
 * Compares the declared gates with the computed ones. A gate that is honestly false passes here: whether it may be false is
 * the next question.
 * @throws Refusal where one is no boolean or says something else than its figures
 */
export function judgeGates(root: Fields, gates: readonly ComputedGate[], draft: Draft): void {
  const stated = root.raw('gate_results');
  for (const { gate, holds, says } of gates) {
    const declared = stated instanceof Map ? (stated as ReadonlyMap<string, unknown>).get(gate) : null;
    draft.gates[gate] = holds;
    draft.gateResults.push({ gate, declared: typeof declared === 'boolean' ? declared : null, computed: holds, says });
  }
  const results = root.child('gate_results');
  const declared = gates.map(({ gate }) => results.boolean(gate));
  for (const [index, { gate, holds, says }] of gates.entries()) {
    if (declared[index] !== holds) throw results.refuse(gate, `says ${declared[index]}, but its figures say ${holds}: ${says}`);
  }
}

/** @throws Refusal naming the gates that are false */
export function requireAllGates(gates: readonly ComputedGate[]): void {
  const failed = gates.filter(({ holds }) => !holds);
  if (failed.length === 0) return;
  throw new Refusal(
    `${failed.length === 1 ? 'a gate is' : 'gates are'} false: ${failed.map(({ gate, says }) => `${gate} (${says})`).join('; ')}`,
  );
}

/** @throws Refusal naming the required tiers that no row has */
export function requireTiers(found: ReadonlySet<string>, required: readonly string[], where: string): void {
  const missing = required.filter((tier) => !found.has(tier));
  if (missing.length > 0) throw new Refusal(`${where} has no row for ${missing.join(', ')}`);
}

/** The tier of a row, trimmed and in lower case, as all comparisons take it. */
export const tierOf = (row: Fields): string => row.text('tier').toLowerCase();

/** A required text that is no placeholder such as TODO or example.com (contract A.4). */
export function decidedText(fields: Fields, key: string): string {
  const text = fields.text(key);
  const token = placeholderIn(text);
  if (token !== null) throw fields.refuse(key, `still holds the placeholder “${token}”`);
  return text;
}

/** Comparisons as `says` writes them: both figures, with the sign that really holds between them. */
export const atLeast = (what: string, value: number, floor: number): string => `${what} ${value} ${value >= floor ? '≥' : '<'} ${floor}`;
export const atMost = (what: string, value: number, limit: number): string => `${what} ${value} ${value <= limit ? '≤' : '>'} ${limit}`;

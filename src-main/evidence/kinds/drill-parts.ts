import { checkNumber, type Fields, nameOf, shortened } from '../reference/fields.ts';
import { pyStrip } from '../reference/numbers.ts';
import { placeholderIn, pyStr, requiredText } from '../reference/text.ts';
import { instantText, type Micros, readDate } from '../reference/timestamps.ts';
import type { Value } from '../reference/value.ts';
import { Refusal } from '../verdict.ts';
import { daysOf, hoursOf } from './rules.ts';
import type { Draft, VerifierOption } from './verifier.ts';

/** What stress runs, failure drills, dispositions and key rotation drills have in common (contract A.10). */

/** For whole numbers that are compared with a figure anyway: a bound below all numbers that are read (4,300 digits). */
export const NO_LEAST = -(10n ** 4301n);

/** An option of these verifiers: finite and above zero. Unlike the finance verifiers they know no smallest age. */
export function positiveOption(value: number, name: string): number {
  checkNumber(value, name);
  if (value <= 0) throw new Refusal(`${name} must be above 0, not ${value}`, name);
  return value;
}

/** Refuses what is older than the limit; exactly at the limit is not too old, and a time still to come is accepted. */
export function refuseOlder(at: Micros, now: Micros, limit: number, unit: 'hours' | 'days', fields: Fields, key: string): void {
  const age = unit === 'hours' ? hoursOf(now - at) : daysOf(now - at);
  if (age > limit) {
    throw fields.refuse(key, `is too old: ${instantText(at)} is ${age.toFixed(2)} ${unit} ago, and at most ${limit} are allowed`);
  }
}

/** A required text without placeholders that is an item of a list; `path` is its own path (`steps[0].evidence_refs[1]`). */
export function saidItem(value: Value, path: string): string {
  const text = requiredText(value);
  if (text === '') throw new Refusal(`${path} must be a text that is not empty, not ${nameOf(value)}`, path);
  const token = placeholderIn(text);
  if (token !== null) throw new Refusal(`${path} still holds the placeholder “${token}”`, path);
  return text;
}

/** A calendar date, as days since 1970-01-01. */
export function readDay(fields: Fields, key: string): number {
  const text = fields.text(key);
  const day = readDate(text);
  if (day === null) throw fields.refuse(key, `must be a date such as 2026-09-30, not “${shortened(text)}”`);
  return day;
}

export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** `str(value or "").strip().lower()`: names of profiles and classes do not depend on case. */
export const lowered = (value: Value): string => requiredText(value).toLowerCase();

/** A list of texts, none of them blank. Anything counts as its text, as in the reference: only blank ones say nothing. */
export function filledTexts(fields: Fields, key: string): readonly Value[] {
  const items = fields.list(key, { filled: true });
  if (items.some((item) => pyStrip(pyStr(item)) === '')) throw fields.refuse(key, 'must not hold blank entries');
  return items;
}

export interface DrillAgeOptions {
  /** Hours, above 0; no limit where it is absent. */
  readonly maxArtifactAgeHours?: number;
}

export const DRILL_AGE_OPTION: VerifierOption<'maxArtifactAgeHours'> = {
  name: 'maxArtifactAgeHours',
  flag: 'max-artifact-age-hours',
  type: 'number',
  says: 'oldest capture that counts, in hours',
};

/** `captured_at`, within the age limit if there is one. */
export function checkCapturedAt(root: Fields, { maxArtifactAgeHours }: DrillAgeOptions, now: Micros): void {
  const capturedAt = root.instant('captured_at');
  if (maxArtifactAgeHours === undefined) return;
  refuseOlder(capturedAt, now, positiveOption(maxArtifactAgeHours, 'max_artifact_age_hours'), 'hours', root, 'captured_at');
}

/** A gate of ours: the artifact declares none, it only follows from its figures. */
export function addGate(draft: Draft, gate: string, holds: boolean, says: string): void {
  draft.gates[gate] = holds;
  draft.gateResults.push({ gate, declared: null, computed: holds, says });
}

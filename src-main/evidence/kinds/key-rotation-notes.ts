import { isUtf8 } from 'node:buffer';
import { Fields, shortened } from '../reference/fields.ts';
import { pyStrip } from '../reference/numbers.ts';
import type { Micros } from '../reference/timestamps.ts';
import type { ObjectValue, Value } from '../reference/value.ts';
import { Refusal } from '../verdict.ts';
import { addGate, lowered, positiveOption, readDay, refuseOlder } from './drill-parts.ts';
import {
  checkNextDrill,
  KEY_ROTATION_DEFAULTS,
  type KeyRotationOptions,
  refuseAhead,
  ROTATION_CHECKS,
  rotationGates,
} from './key-rotation-rules.ts';
import type { Draft } from './verifier.ts';

/**
 * A key rotation drill as the reference keeps it: Markdown in which every line `- field: value` counts, wherever it stands.
 * Fields and rules are the reference's: `drill_id`, `environment`, `owner`, `approver` (another one), `post_drill_status`
 * PASS, seven outcomes that are true, each with a `source_…` of its own that names a test (`tests/…::…`),
 * `executed_at_utc` and `next_drill_due_on`.
 */

const FIELD = /^- ([a-z0-9_]+):\s*(.+)$/;
const LINE_ENDS = /\r\n|\r|\n/;
const TRUE = new Set(['true', 'yes', '1']);
const FALSE = new Set(['false', 'no', '0']);

/** Whether the bytes are such notes rather than JSON. */
export function isNotes(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trimStart();
  return !/^[{["]/.test(text) && text.split(LINE_ENDS).some((line) => FIELD.test(pyStrip(line)));
}

/** @throws Refusal at the first rule that does not hold */
export function verifyRotationNotes(bytes: Uint8Array, options: KeyRotationOptions, now: Micros, draft: Draft): void {
  const notes = new Fields(notesFields(bytes), draft.strictness);
  for (const key of ['drill_id', 'environment', 'owner', 'approver', 'post_drill_status']) notes.text(key);
  addGates(notes, draft);
  if (notes.text('post_drill_status').toUpperCase() !== 'PASS') throw notes.refuse('post_drill_status', 'must be PASS');
  if (notes.text('owner') === notes.text('approver')) throw notes.refuse('approver', 'must be another person than owner');
  for (const { notes: key } of ROTATION_CHECKS) {
    const said = notes.text(key).toLowerCase();
    if (!TRUE.has(said) && !FALSE.has(said)) throw notes.refuse(key, `must be true or false, not “${shortened(said)}”`);
    if (!TRUE.has(said)) throw notes.refuse(key, 'must be true');
  }
  checkSources(notes);
  const executedAt = notes.instant('executed_at_utc');
  const due = readDay(notes, 'next_drill_due_on');
  refuseAhead(notes, 'executed_at_utc', executedAt, now);
  const maxAge = positiveOption(options.maxAgeDays ?? KEY_ROTATION_DEFAULTS.maxAgeDays, 'max_age_days');
  refuseOlder(executedAt, now, maxAge, 'days', notes, 'executed_at_utc');
  checkNextDrill(notes, 'next_drill_due_on', due, executedAt, now);
}

/**
 * The fields of the notes, by name.
 * @throws Refusal where they are not UTF-8, or a field stands twice
 */
export function notesFields(bytes: Uint8Array): ObjectValue {
  if (!isUtf8(bytes)) throw new Refusal('The notes are not UTF-8.');
  const fields = new Map<string, Value>();
  for (const line of Buffer.from(bytes).toString('utf8').split(LINE_ENDS)) {
    const [, key, value] = FIELD.exec(pyStrip(line)) ?? [];
    if (key === undefined || value === undefined) continue;
    if (fields.has(key)) throw new Refusal(`${key} stands twice in the notes`, key);
    fields.set(key, pyStrip(value));
  }
  return fields;
}

/** What is not clearly true counts as failed here; the rules say in their order what is wrong with it. */
function addGates(notes: Fields, draft: Draft): void {
  const isTrue = (key: string): boolean => TRUE.has(lowered(notes.raw(key)));
  const failed = new Set(ROTATION_CHECKS.filter(({ notes: key }) => !isTrue(key)).map(({ name }) => name));
  const status = notes.text('post_drill_status');
  for (const { gate, holds, says } of rotationGates(status.toUpperCase() === 'PASS', `the drill ended with ${shortened(status)}`, failed)) {
    addGate(draft, gate, holds, says);
  }
}

/** Each outcome rests on a test of its own. */
function checkSources(notes: Fields): void {
  const seen = new Set<string>();
  const sources = ROTATION_CHECKS.map(({ notes: outcome }) => {
    const key = `source_${outcome}`;
    const source = notes.text(key);
    if (!source.startsWith('tests/') || !source.includes('::')) throw notes.refuse(key, 'must name a test, as tests/…::…');
    return { key, source };
  });
  for (const { key, source } of sources) {
    if (seen.has(source)) throw notes.refuse(key, 'already proves another outcome: each needs its own test');
    seen.add(source);
  }
}

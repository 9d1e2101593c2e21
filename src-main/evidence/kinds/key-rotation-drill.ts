import type { Fields } from '../reference/fields.ts';
import type { Micros } from '../reference/timestamps.ts';
import { lowered, positiveOption, readDay, refuseOlder, saidItem } from './drill-parts.ts';
import { isNotes, verifyRotationNotes } from './key-rotation-notes.ts';
import {
  checkNextDrill,
  KEY_ROTATION_DEFAULTS,
  type KeyRotationOptions,
  refuseAhead,
  ROTATION_CHECKS,
  type RotationCheck,
  rotationGates,
} from './key-rotation-rules.ts';
import { decidedText, judgeGates, requireAllGates } from './rules.ts';
import type { Verifier } from './verifier.ts';

/**
 * The drill in which a signing key is replaced: the new one works, the old one is refused, and there is a way back.
 *
 * The reference keeps its drills as Markdown notes (key-rotation-notes.ts); they are read too. The JSON form below is ours.
 * It asks for everything that the notes ask for, and for the keys and steps:
 *
 * | Field | Rule |
 * | --- | --- |
 * | `profile` | `key_rotation_drill` |
 * | `drill_id`, `environment` | texts, no placeholders |
 * | `captured_at` | when the record was made; at most five minutes ahead of now |
 * | `executed_at` | when the drill began; not after `captured_at`; at most `max-age-days` (120) old |
 * | `next_drill_due_on` | a date, neither before the drill nor in the past |
 * | `executed_by`, `approved_by` | two persons, whatever the case of the letters |
 * | `keys` | `purpose`, `old_key_id`, `new_key_id`; the ids differ |
 * | `steps[]` | `id` (once each), `name`, `status` pass or fail, `performed_at` in order and within the drill, `evidence_refs[]` |
 * | `checks` | the seven of `ROTATION_CHECKS`, each `{passed, evidence_ref}`; no reference proves two checks |
 * | `gate_results` | the five of `ROTATION_GATES`, as they follow from steps and checks; each must be true |
 */
export const keyRotationDrill: Verifier<KeyRotationOptions> = {
  label: 'key-rotation-drill',
  roles: ['artifact'],
  options: [{ name: 'maxAgeDays', flag: 'max-age-days', type: 'number', says: 'oldest drill that counts, in days (120)' }],
  verify(files, options, now, draft) {
    const bytes = files.bytes('artifact');
    if (isNotes(bytes)) {
      verifyRotationNotes(bytes, options, now, draft);
      return;
    }
    const maxAge = positiveOption(options.maxAgeDays ?? KEY_ROTATION_DEFAULTS.maxAgeDays, 'max_age_days');
    const root = files.root('artifact', draft);
    if (lowered(root.raw('profile')) !== 'key_rotation_drill') throw root.refuse('profile', 'must be key_rotation_drill');
    decidedText(root, 'drill_id');
    decidedText(root, 'environment');
    const { executedAt, capturedAt } = readTimes(root, maxAge, now);
    checkPersons(root);
    checkKeys(root.child('keys'));
    const steps = readSteps(root, executedAt, capturedAt);
    const fallen = steps.filter(({ passed }) => !passed).map(({ id }) => id);
    const stepsSay = fallen.length === 0 ? `${steps.length} of ${steps.length} steps passed` : `not passed: ${fallen.join(', ')}`;
    const gates = rotationGates(fallen.length === 0, stepsSay, readChecks(root.child('checks')));
    judgeGates(root, gates, draft);
    requireAllGates(gates);
  },
};

function readTimes(root: Fields, maxAge: number, now: Micros): { executedAt: Micros; capturedAt: Micros } {
  const capturedAt = root.instant('captured_at');
  const executedAt = root.instant('executed_at');
  refuseAhead(root, 'captured_at', capturedAt, now);
  if (executedAt > capturedAt) throw root.refuse('executed_at', 'must not be after captured_at');
  refuseOlder(executedAt, now, maxAge, 'days', root, 'executed_at');
  checkNextDrill(root, 'next_drill_due_on', readDay(root, 'next_drill_due_on'), executedAt, now);
  return { executedAt, capturedAt };
}

function checkPersons(root: Fields): void {
  const executedBy = decidedText(root, 'executed_by');
  if (decidedText(root, 'approved_by').toLowerCase() === executedBy.toLowerCase()) {
    throw root.refuse('approved_by', 'must be another person than executed_by');
  }
}

function checkKeys(keys: Fields): void {
  decidedText(keys, 'purpose');
  const old = decidedText(keys, 'old_key_id');
  if (decidedText(keys, 'new_key_id').toLowerCase() === old.toLowerCase()) {
    throw keys.refuse('new_key_id', 'must be another key than old_key_id');
  }
}

function readSteps(root: Fields, from: Micros, to: Micros): { id: string; passed: boolean }[] {
  const steps: { id: string; passed: boolean }[] = [];
  let before = from;
  for (const step of root.items('steps', { filled: true })) {
    const id = decidedText(step, 'id').toUpperCase();
    if (steps.some((other) => other.id === id)) throw step.refuse('id', `${id} stands twice`);
    decidedText(step, 'name');
    const status = step.oneOf('status', ['pass', 'fail'], { anyCase: true });
    const at = step.instant('performed_at');
    if (at < before) throw step.refuse('performed_at', `must not be before the ${steps.length === 0 ? 'drill' : 'step above'}`);
    if (at > to) throw step.refuse('performed_at', 'must not be after captured_at');
    before = at;
    const refs = step.list('evidence_refs', { filled: true });
    for (const [index, ref] of refs.entries()) saidItem(ref, `${step.at('evidence_refs')}[${index}]`);
    steps.push({ id, passed: status === 'pass' });
  }
  return steps;
}

/** The checks that did not pass. */
function readChecks(checks: Fields): ReadonlySet<RotationCheck> {
  const failed = new Set<RotationCheck>();
  const proofs = new Set<string>();
  for (const { name } of ROTATION_CHECKS) {
    const check = checks.child(name);
    const passed = check.boolean('passed');
    const proof = decidedText(check, 'evidence_ref');
    if (proofs.has(proof)) throw check.refuse('evidence_ref', 'already proves another check: each needs its own');
    proofs.add(proof);
    if (!passed) failed.add(name);
  }
  return failed;
}

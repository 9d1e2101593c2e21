import { type Fields, shortened } from '../reference/fields.ts';
import { placeholderIn, pyStr, requiredText } from '../reference/text.ts';
import { pyStrip } from '../reference/numbers.ts';
import { dateOf, type Micros, readDate } from '../reference/timestamps.ts';
import { Refusal } from '../verdict.ts';
import { decidedText } from './rules.ts';

/** The backlog within the policy decisions: thirty decisions, each locked or scheduled (contract A.4). */

const numbered = (series: string, numbers: readonly number[]): string[] => numbers.map((n) => `${series}-${String(n).padStart(3, '0')}`);

/** The decisions that must be there, neither more nor fewer; those that were carried out already are not among them. */
export const DECISION_IDS: readonly string[] = [
  ...numbered('PKG', [4, 5, 9, 11, 12, 13, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]),
  ...numbered('FIN', [1, 2, 3, 4, 5, 6, 7, 8]),
];

const OWNER_FUNCTIONS = ['product', 'finance', 'go_to_market', 'legal', 'engineering', 'operations'] as const;
const RESOLUTIONS = ['locked_prelaunch', 'scheduled_postlaunch'] as const;

export interface Backlog {
  readonly items: number;
  readonly blockers: number;
  /** Ids of launch blockers that are not locked. */
  readonly openBlockers: readonly string[];
  readonly scheduled: number;
}

/** @throws Refusal */
export function readBacklog(backlog: Fields, capturedAt: Micros): Backlog {
  requireCanonicalIds(backlog);
  const items = new Map<string, Item>();
  for (const fields of backlog.items('decision_items')) {
    const id = decidedText(fields, 'id').toUpperCase();
    if (items.has(id)) throw fields.refuse('id', `stands twice: “${shortened(id)}”`);
    if (!DECISION_IDS.includes(id)) throw fields.refuse('id', `is none of the ${DECISION_IDS.length} decisions: “${shortened(id)}”`);
    items.set(id, readItem(fields, capturedAt));
  }
  const missing = DECISION_IDS.filter((id) => !items.has(id));
  if (missing.length > 0) throw new Refusal(`decision_backlog.decision_items has no item for ${missing.join(', ')}`);
  const blockers = [...items].filter(([, { blocking }]) => blocking);
  return {
    items: items.size,
    blockers: blockers.length,
    openBlockers: blockers.filter(([, { locked }]) => !locked).map(([id]) => id),
    scheduled: [...items.values()].filter(({ locked }) => !locked).length,
  };
}

function requireCanonicalIds(backlog: Fields): void {
  const found = new Set<string>();
  for (const [index, given] of backlog.list('required_decision_ids').entries()) {
    const path = `${backlog.at('required_decision_ids')}[${index}]`;
    const text = requiredText(given);
    if (text === '') throw new Refusal(`${path} must be a text that is not empty`, path);
    const token = placeholderIn(text);
    if (token !== null) throw new Refusal(`${path} still holds the placeholder “${token}”`, path);
    found.add(text.toUpperCase());
  }
  const missing = DECISION_IDS.filter((id) => !found.has(id));
  const extra = [...found].filter((id) => !DECISION_IDS.includes(id));
  if (missing.length === 0 && extra.length === 0) return;
  const says = [
    missing.length > 0 ? `lacks ${missing.join(', ')}` : '',
    extra.length > 0 ? `holds unknown ${extra.map(shortened).join(', ')}` : '',
  ];
  throw backlog.refuse('required_decision_ids', says.filter(Boolean).join(' and '));
}

interface Item {
  readonly blocking: boolean;
  readonly locked: boolean;
}

function readItem(fields: Fields, capturedAt: Micros): Item {
  fields.oneOf('owner_function', OWNER_FUNCTIONS, { anyCase: true, text: decidedText(fields, 'owner_function') });
  decidedText(fields, 'owner');
  decidedText(fields, 'decision_summary');
  const resolution = fields.oneOf('resolution', RESOLUTIONS, { anyCase: true, text: decidedText(fields, 'resolution') });
  const blocking = fields.boolean('launch_blocking');
  decidedText(fields, 'approval_record_ref');
  if (fields.instant('approved_at') > capturedAt) throw fields.refuse('approved_at', 'must not be after captured_at');
  const locked = resolution === 'locked_prelaunch';
  readTargetDate(fields, locked, capturedAt);
  if (!locked) decidedText(fields, 'success_criteria');
  return { blocking, locked };
}

/** What is scheduled has a date, not before the capture (UTC). What is locked may have one; then it must be a date. */
function readTargetDate(fields: Fields, locked: boolean, capturedAt: Micros): void {
  const given = fields.raw('target_date');
  if (locked && given === null) return;
  const text = locked ? pyStrip(pyStr(given)) : decidedText(fields, 'target_date');
  const day = readDate(text);
  if (day === null) throw fields.refuse('target_date', `must be a date such as 2026-03-31, not “${shortened(text)}”`);
  if (typeof given !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(given)) {
    fields.note('LENIENT_DATE', 'target_date', `“${shortened(text)}” is no RFC 3339 date; the reference reads it all the same`);
  }
  if (!locked && day < dateOf(capturedAt)) throw fields.refuse('target_date', 'must not be before the date of captured_at');
}

import type { StoredKind } from './artifact-roles.ts';
import { pyStrip } from './reference/numbers.ts';
import { type Micros, readInstant } from './reference/timestamps.ts';
import { isObject, type ObjectValue, type Value } from './reference/value.ts';

/** What is read out of an artifact when it arrives, so that it can be found: never changes, for its bytes never do. */
export interface ContentFacts {
  /** The month (YYYY-MM) it speaks of; null where neither window nor time of capture can be read. */
  readonly month: string | null;
  readonly windowLabel: string | null;
  /** ISO 8601 UTC. */
  readonly windowStart: string | null;
  readonly windowEnd: string | null;
  readonly capturedAt: string | null;
}

const MONTH = /\d{4}-(?:0[1-9]|1[0-2])/g;

const instantOf = (value: Value | undefined): Micros | null => {
  if (typeof value !== 'string') return null;
  const read = readInstant(pyStrip(value));
  return read.ok ? read.at : null;
};

const isoOf = (at: Micros | null): string | null => {
  if (at === null) return null;
  // Down, so that a time never lies after the one it stands for.
  const ms = at / 1000n - (at % 1000n < 0n ? 1n : 0n);
  const date = new Date(Number(ms));
  // Years before 0 and after 9999 have another form, which would not sort.
  return date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999 ? null : date.toISOString();
};

const textOf = (value: Value | undefined): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);

/**
 * The window's month is the one it ends in; an end on the stroke of a month is the end of the month before. Assumptions
 * have no window: the label of the window they were made for counts, and nothing else can say it.
 */
export function contentFacts(kind: StoredKind, document: ObjectValue): ContentFacts {
  const window = document.get('window');
  const members = isObject(window) ? window : new Map<string, Value>();
  const captured = isoOf(instantOf(document.get('captured_at')));
  const start = instantOf(members.get('start'));
  const end = instantOf(members.get('end'));
  const last = end === null ? null : isoOf(start !== null && end > start ? end - 1n : end);
  const label = textOf(members.get('label')) ?? (kind === 'finance-assumptions' ? textOf(document.get('source_window_label')) : null);
  const labelled = kind === 'finance-assumptions' && label !== null ? (label.match(MONTH)?.at(-1) ?? null) : null;
  return {
    month: (last ?? labelled ?? captured)?.slice(0, 7) ?? null,
    windowLabel: label === null ? null : label.slice(0, 200).toWellFormed(),
    windowStart: isoOf(start),
    windowEnd: isoOf(end),
    capturedAt: captured,
  };
}

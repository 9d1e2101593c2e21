import type { ArtifactState, EvidenceArtifact, EvidenceStoredKind, MakerKind } from '../../../src-shared/contract/evidence.ts';
import { decimal, integer } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';
import { parseTime, span } from '../../ui/time-format.ts';

/** How evidence reads: one place for its words. Pure. */

export const KIND_WORDS: Readonly<Record<EvidenceStoredKind, string>> = {
  'finance-guardrails': 'Finance guardrails',
  'finance-telemetry': 'Finance telemetry',
  'pricing-benchmarks': 'Pricing benchmarks',
  'policy-decisions': 'Policy decisions',
  stress: 'Stress test',
  'failure-injection': 'Failure injection',
  'disposition-register': 'Disposition register',
  'key-rotation-drill': 'Key rotation drill',
  'finance-assumptions': 'Finance assumptions',
  'committee-packet': 'Committee packet',
};

export const MAKER_WORDS: Readonly<Record<MakerKind, { readonly title: string; readonly note: string }>> = {
  'pricing-benchmarks': { title: 'Pricing benchmark register', note: 'sources with class, confidence and expiry' },
  'policy-decisions': { title: 'Policy decisions', note: 'the 30 decisions, policies and approvals' },
  'finance-assumptions': { title: 'Finance assumptions', note: 'what the packet is computed with' },
  governance: { title: 'Governance and approvals', note: 'who owns what, and who approved it' },
};

/** The maker of a kind; null for what other systems write. */
export const makerOf = (kind: EvidenceStoredKind): Exclude<MakerKind, 'governance'> | null =>
  kind === 'pricing-benchmarks' || kind === 'policy-decisions' || kind === 'finance-assumptions' ? kind : null;

const STATES: Readonly<Record<ArtifactState, { readonly status: Status; readonly word: string }>> = {
  pass: { status: 'ok', word: 'passes' },
  fail: { status: 'bad', word: 'fails' },
  stale: { status: 'warn', word: 'too old' },
  none: { status: 'idle', word: 'not verified' },
};

export const stateLook = (state: ArtifactState, kind?: EvidenceStoredKind): { readonly status: Status; readonly word: string } =>
  state === 'none' && kind === 'committee-packet' ? { status: 'idle', word: 'nothing to verify' } : STATES[state];

const DAY_MS = 86_400_000;
/** With less left than this a person should look. */
const SOON_MS = 7 * DAY_MS;

/** `in 12 d`, `since 4 d`: how long the verdict still holds, or has not held; null where time does not matter. */
export const countdown = (
  { state, holdsUntil }: Pick<EvidenceArtifact, 'state' | 'holdsUntil'>,
  nowMs: number,
): { readonly status: Status; readonly text: string; readonly leftMs: number } | null => {
  const until = holdsUntil === null ? null : parseTime(holdsUntil);
  if (until === null || state !== 'pass') return null;
  const leftMs = until - nowMs;
  if (leftMs <= 0) return { status: 'warn', text: 'is verified again', leftMs };
  return { status: leftMs < SOON_MS ? 'warn' : 'ok', text: `${span(leftMs)} left`, leftMs };
};

export type CellLook = 'ok' | 'soon' | 'past' | 'stale' | 'fail' | 'idle';

/**
 * A cell of the grid. What was in time for its month and has been followed by a newer artifact of its kind is past, not late:
 * only the newest of a kind can be too old.
 */
export const cellLook = (
  cell: { readonly state: ArtifactState; readonly holdsUntil: string | null },
  isNewest: boolean,
  nowMs: number,
): { readonly look: CellLook; readonly figure: string; readonly words: string } => {
  if (cell.state === 'fail') return { look: 'fail', figure: '', words: 'fails' };
  if (cell.state === 'none') return { look: 'idle', figure: '', words: 'kept, nothing verified' };
  if (cell.state === 'stale' && isNewest) return { look: 'stale', figure: '', words: 'too old: a newer one is due' };
  if (cell.state === 'stale' || !isNewest) return { look: 'past', figure: '', words: 'passed in its time' };
  const left = countdown(cell, nowMs);
  if (left === null) return { look: 'ok', figure: '', words: 'passes; time does not matter' };
  const days = Math.max(0, Math.floor(left.leftMs / DAY_MS));
  const figure = days > 0 ? `${days} d` : `${Math.max(0, Math.floor(left.leftMs / 3_600_000))} h`;
  return { look: left.status === 'ok' ? 'ok' : 'soon', figure, words: `passes, ${left.text}` };
};

const UNITS: Readonly<Record<string, (n: number) => string>> = {
  percent: (n) => `${decimal(n, 2)}%`,
  usd: (n) => decimal(n, 2),
  days: (n) => `${decimal(n, 2)} d`,
  hours: (n) => `${decimal(n, 2)} h`,
  seconds: (n) => `${decimal(n, 3)} s`,
  count: (n) => integer(n),
  ratio: (n) => decimal(n, 6),
};

/** A figure in its unit; what is no number stays as it is. */
export const figureWords = (text: string | null, unit: string): string => {
  if (text === null) return '–';
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? text : (UNITS[unit]?.(value) ?? text);
};

export const originWords = ({ origin, sourceName }: Pick<EvidenceArtifact, 'origin' | 'sourceName'>): string =>
  sourceName ?? (origin === 'made' ? 'made here' : origin === 'imported' ? 'added here' : 'a removed source');

/** The last part of a pointer as a person says it: `/metrics/stress_margin_percent` → `stress margin percent`. */
export const pointerWords = (pointer: string): string => (pointer.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('_', ' ');

/** The JSON pointer of a field as the verifiers write it: `metrics.x`, `sources[2].url`. */
export const pointerOfField = (field: string): string =>
  `/${field
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((part) => part !== '')
    .join('/')}`;

/** Verifiers write binary doubles with all their digits; a person reads two of them. Short ones stay as they are. */
export const shortFigures = (text: string): string => text.replace(/\d+\.\d{5,}/g, (figure) => decimal(Number(figure), 2));

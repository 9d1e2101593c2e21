import type { IconName } from '@blueprintjs/core';
import type { PacketFigure } from '../../../src-shared/contract/packet-document.ts';
import type { PacketState } from '../../../src-shared/contract/packets.ts';
import { counted } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';

/** How months, states and exact figures read. Pure: texts of the contract in, texts for people out. */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const MINUS = '\u2212';

const monthWord = (month: string): string => MONTHS[Number(month.slice(5, 7)) - 1] ?? month;

/** `2026-05` → `May 2026`. */
export const monthName = (month: string): string => `${monthWord(month)} ${month.slice(0, 4)}`;

/** `April`, or `December 2025` where the year is another than that of the month it stands beside. */
export const monthBeside = (month: string, beside: string): string =>
  month.slice(0, 4) === beside.slice(0, 4) ? monthWord(month) : monthName(month);

/** `26-05`, for axes. */
export const monthTick = (month: string): string => month.slice(2);

export const isMonth = (text: string | undefined): text is string => text !== undefined && /^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text);

/** The month `by` months later. */
export const monthAfter = (month: string, by = 1): string => {
  const n = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(n / 12)).padStart(4, '0')}-${String((n % 12) + 1).padStart(2, '0')}`;
};

export interface StateLook {
  readonly status: Status;
  readonly icon: IconName;
  readonly word: string;
}

const LOOKS: Readonly<Record<PacketState, StateLook>> = {
  draft: { status: 'idle', icon: 'edit', word: 'draft' },
  'in-review': { status: 'accent', icon: 'eye-open', word: 'in review' },
  accepted: { status: 'ok', icon: 'tick-circle', word: 'accepted' },
  'sent-back': { status: 'warn', icon: 'undo', word: 'sent back' },
};
export const stateLook = (state: PacketState): StateLook => LOOKS[state];

type Unit = PacketFigure['unit'];

/** Exact: the digits of the contract, grouped, with a true minus. `-1234.50` → `−1,234.50`. */
export const grouped = (text: string): string => {
  const [whole = '0', part] = text.replace('-', '').split('.');
  return `${text.startsWith('-') ? MINUS : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${part === undefined ? '' : `.${part}`}`;
};

/** In a table whose header names the unit: amounts bare, percentages with their sign. */
export const shown = (value: string | null, unit: Unit): string => {
  if (value === null) return 'none';
  if (unit === 'percent') return `${grouped(value)}%`;
  return unit === 'points' ? changeShown(value, 'points') : grouped(value);
};

export const isZero = (value: string): boolean => Number(value) === 0;

/** A change always has its sign; what is a percentage changes by points. */
export const changeShown = (change: string | null, unit: Unit): string => {
  if (change === null) return '';
  const size = grouped(change.replace('-', ''));
  const text = `${isZero(change) ? '±' : change.startsWith('-') ? MINUS : '+'}${isZero(change) ? '0' : size}`;
  return unit === 'percent' || unit === 'points' ? `${text} pt` : text;
};

/** Key figures are without cents. */
export const wholeUnits = (value: string): number => Math.round(Number(value));

/** `floor 80.00%`, `limit 8.00%`. */
export const boundShown = ({ kind, value }: NonNullable<PacketFigure['limit']>, unit: Unit): string =>
  `${kind === 'min' ? 'floor' : 'limit'} ${unit === 'USD' ? grouped(value) : `${grouped(value)}%`}`;

export const GATE_LOOK = {
  pass: { status: 'ok', icon: 'tick', word: 'passes' },
  fail: { status: 'bad', icon: 'cross', word: 'fails' },
  stale: { status: 'warn', icon: 'time', word: 'stale' },
  'no-run': { status: 'idle', icon: 'minus', word: 'no run' },
} as const satisfies Record<string, StateLook>;

export const DECISION_WORDS = {
  pass: 'all gates pass',
  fail: 'a gate fails',
  'cannot-decide': 'cannot be decided',
  'no-run': 'no gate run for the month',
} as const;

export const SEVERITY_LOOK = {
  error: { status: 'bad', icon: 'error', word: 'error' },
  warning: { status: 'warn', icon: 'warning-sign', word: 'warning' },
  note: { status: 'idle', icon: 'info-sign', word: 'note' },
} as const satisfies Record<string, StateLook>;

export const openWords = (open: number): string => `${counted(open, 'item')} open`;

/** `Questions 3 asked, 2 answered, 1 withdrawn`. */
export const questionWords = (questions: readonly { readonly state: 'open' | 'answered' | 'withdrawn' }[]): string => {
  const of = (state: string): number => questions.filter((each) => each.state === state).length;
  const parts = [
    `${questions.length} asked`,
    `${of('answered')} answered`,
    ...(of('withdrawn') === 0 ? [] : [`${of('withdrawn')} withdrawn`]),
    ...(of('open') === 0 ? [] : [`${of('open')} open`]),
  ];
  return questions.length === 0 ? 'none asked' : parts.join(', ');
};

const EVENT_WORDS: Readonly<Record<string, string>> = {
  submitted: 'submitted it for review',
  comment: 'commented',
  question: 'asked',
  answer: 'answered',
  withdrawn: 'withdrew a question',
  checked: 'ticked',
  unchecked: 'took the tick from',
  accepted: 'accepted the packet',
  'sent-back': 'sent the packet back',
  verified: 'verified',
};
export const eventWords = (kind: string): string => EVENT_WORDS[kind] ?? kind;

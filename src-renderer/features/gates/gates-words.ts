import type { IconName } from '@blueprintjs/core';
import type { Freeze, GateChange, GateDecision, GateState } from '../../../src-shared/contract/gates.ts';
import { counted, listed } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';

/** How gates, months and freezes read. Pure. */

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const MINUS = '\u2212';

export const isMonth = (text: string | undefined): text is string => text !== undefined && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);
export const monthWord = (month: string): string => MONTHS[Number(month.slice(5, 7)) - 1] ?? month;
/** `May 2026`. */
export const monthName = (month: string): string => `${monthWord(month)} ${month.slice(0, 4)}`;
/** `05-26` is no date anybody writes: the axis has `25-06`. */
export const monthTick = (month: string): string => month.slice(2);

/** `2 November`, of a moment or a date; with the year where it is another than that of `beside`. */
export const dayWords = (iso: string, beside?: string): string => {
  const day = `${Number(iso.slice(8, 10))} ${monthWord(iso)}`;
  return beside !== undefined && beside.slice(0, 4) === iso.slice(0, 4) ? day : `${day} ${iso.slice(0, 4)}`;
};

/** Decimal text as it is shown, with its unit: `8.32%`, `−1,204.50`. */
export const figureText = (value: string | null, unit = ''): string => {
  if (value === null) return '–';
  const [whole = '', part] = value.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${value.startsWith('-') ? MINUS : ''}${grouped}${part === undefined ? '' : `.${part}`}${unit}`;
};

/** A difference of percentages is in points. */
export const differenceText = (difference: string | null, unit: string): string =>
  difference === null ? '–' : `${difference}${unit === '%' ? ' pt' : unit}`;

export interface StateLook {
  readonly word: string;
  readonly icon: IconName;
  readonly status: Status;
}

const LOOKS: Readonly<Record<GateState, StateLook>> = {
  pass: { word: 'passes', icon: 'small-tick', status: 'ok' },
  fail: { word: 'fails', icon: 'cross', status: 'bad' },
  stale: { word: 'is stale', icon: 'time', status: 'warn' },
  'no-run': { word: 'no run', icon: 'minus', status: 'idle' },
};
/** What decides nothing is not bad where it does not hold: it is not there yet. */
const NOT_YET: StateLook = { word: 'not yet', icon: 'issue', status: 'warn' };

export const gateLook = (state: GateState, decides = true): StateLook => (state === 'fail' && !decides ? NOT_YET : LOOKS[state]);

export const DECISIONS: Readonly<Record<GateDecision, { readonly word: string; readonly status: Status }>> = {
  pass: { word: 'passes', status: 'ok' },
  fail: { word: 'fails', status: 'bad' },
  'cannot-decide': { word: 'cannot be decided', status: 'warn' },
};

export interface Totals {
  readonly gates: number;
  readonly failing: number;
  readonly stale: number;
}

/** `1 of 19 gates fails`, for the page's head. */
export const totalsWords = ({ gates, failing, stale }: Totals): { readonly text: string; readonly status: Status } => {
  if (gates === 0) return { text: 'no gate was judged', status: 'idle' };
  if (failing > 0) return { text: `${failing} of ${counted(gates, 'gate')} ${failing === 1 ? 'fails' : 'fail'}`, status: 'bad' };
  if (stale > 0) return { text: `${stale} of ${counted(gates, 'gate')} ${stale === 1 ? 'is' : 'are'} stale`, status: 'warn' };
  return { text: gates === 1 ? 'the one gate passes' : `all ${counted(gates, 'gate')} pass`, status: 'ok' };
};

/** For ears: "LLM cost containment, May 2026: fails, 8.32%". */
export const cellWords = (
  gate: { readonly name: string; readonly unit: string; readonly decides: boolean },
  cell: { readonly month: string; readonly state: GateState; readonly value: string | null },
): string => {
  const figure = cell.value === null ? '' : `, ${figureText(cell.value, gate.unit)}`;
  return `${gate.name}, ${monthName(cell.month)}: ${gateLook(cell.state, gate.decides).word}${figure}`;
};

export const freezeTitle = ({ frozenAt, gates, month }: Pick<Freeze, 'frozenAt' | 'gates' | 'month'>, now: string): string =>
  `Price and packaging changes are frozen since ${dayWords(frozenAt, now)}, because ${listed(gates.map(({ short }) => short))} failed at the ${monthWord(month)} close`;

export const FREEZE_WORDS = {
  none: null,
  opened: 'Price and packaging changes are frozen from now on.',
  'failed-again': 'Price and packaging changes stay frozen.',
  lifted: 'The freeze of price and packaging changes is lifted.',
  holds: 'Price and packaging changes stay frozen: not every gate that froze them could be judged.',
} as const;

const CHANGE_ICONS: Readonly<Record<GateChange['kind'], IconName>> = {
  figure: 'trending-up',
  limit: 'layers',
  people: 'people',
  price: 'dollar',
  decision: 'endorsed',
  source: 'document',
  threshold: 'horizontal-distribution',
  other: 'edit',
};
export const changeIcon = (kind: GateChange['kind']): IconName => CHANGE_ICONS[kind];

/** `/evidence?gate=…&month=…`: where a cell of the matrix opens. */
export const gateAddress = (gate: string, month: string): string => `/evidence?${new URLSearchParams({ gate, month }).toString()}`;

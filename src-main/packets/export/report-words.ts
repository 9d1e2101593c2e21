import type { PacketDocument, PacketFigure } from '../../../src-shared/contract/packet-document.ts';
import type { PacketEvent, PacketState } from '../../../src-shared/contract/packets.ts';
import { absolute, minus, signOf } from '../exact.ts';
import { changeShown, grouped, monthName, shown } from '../figure-words.ts';
import { type Cell, mark, type Status, type TextNode } from './report-nodes.ts';
import { INK } from './palette.ts';

/** How figures, times and states read in a report. */

/** `2026-11-02T19:20:00.000Z` → `2026-11-02 19:20 UTC` */
export const utc = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** In a table whose head names the unit: amounts bare, percentages with their sign. */
export const bare = (value: string | null, unit: PacketFigure['unit']): string =>
  value === null ? 'none' : unit === 'USD' ? grouped(value) : unit === 'points' ? changeShown(value, 'points') : shown(value, unit);

/** Signed; without a currency where the head names it, and `±0` for none. */
export const change = (value: string | null | undefined, unit: PacketFigure['unit']): string => {
  if (value === null || value === undefined) return '';
  const amount = signOf(value) === 0 ? '±0' : `${signOf(value) > 0 ? '+' : '−'}${grouped(absolute(value))}`;
  return unit === 'percent' || unit === 'points' ? `${amount} pt` : amount;
};

/** A key figure's amount without cents: `332668.50` → `332,669`, half away from zero. */
export function whole(value: string): string {
  const negative = value.startsWith('-');
  const [integer = '0', part = ''] = absolute(value).split('.');
  const up = /^[5-9]/.test(part) ? BigInt(integer) + 1n : BigInt(integer);
  return grouped(`${negative && up !== 0n ? '-' : ''}${up}`);
}

export const wholeChange = (figure: Pick<PacketFigure, 'value' | 'previous' | 'unit'>): string => {
  const { value, previous, unit } = figure;
  if (previous === null || previous.change === null) return '';
  if (unit !== 'USD' || value === null || previous.value === null) return change(previous.change, unit);
  const rounded = (text: string): string => whole(text).replaceAll(',', '').replace('−', '-');
  return change(minus(rounded(value), rounded(previous.value)), 'USD');
};

/** `floor 80.00%`, `limit 8.00%`. */
export const bound = ({ kind, value }: NonNullable<PacketFigure['limit']>, unit: PacketFigure['unit']): string =>
  `${kind === 'min' ? 'floor' : 'limit'} ${unit === 'USD' ? grouped(value) : `${grouped(value)}%`}`;

/** On the first page; the whole text stands further on. */
export const shortened = (text: string, most: number): string => {
  const letters = [...text.replaceAll(/\s+/g, ' ').trim()];
  return letters.length <= most
    ? letters.join('')
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};

export const STATES: Readonly<Record<PacketState, readonly [Status, string]>> = {
  draft: ['idle', 'draft'],
  'in-review': ['accent', 'in review'],
  accepted: ['ok', 'accepted'],
  'sent-back': ['warn', 'sent back'],
};

export const GATE_STATES: Readonly<Record<PacketDocument['gates']['results'][number]['state'], readonly [Status, string]>> = {
  pass: ['ok', 'passes'],
  fail: ['bad', 'fails'],
  stale: ['warn', 'stale'],
  'no-run': ['idle', 'no run'],
};

export const DECISIONS: Readonly<Record<PacketDocument['gates']['decision'], string>> = {
  pass: 'every gate passes',
  fail: 'a gate fails',
  'cannot-decide': 'cannot be decided',
  'no-run': 'no gate run for the month',
};

export const SEVERITIES: Readonly<Record<PacketDocument['findings'][number]['severity'], readonly [Status, string]>> = {
  error: ['bad', 'error'],
  warning: ['warn', 'warning'],
  note: ['idle', 'note'],
};

export const EVENTS: Readonly<Record<PacketEvent['kind'], string>> = {
  submitted: 'submitted it for review',
  comment: 'commented',
  question: 'asked',
  answer: 'answered',
  withdrawn: 'withdrew a question',
  checked: 'ticked',
  unchecked: 'took the tick from',
  accepted: 'accepted the packet',
  'sent-back': 'sent the packet back',
  verified: 'recomputed it',
};

export const person = (who: string, role: string | null): string => (role === null ? who : `${who} (${role})`);

export const figuresById = (document: Pick<PacketDocument, 'figures'>): ReadonlyMap<string, PacketDocument['figures'][number]> =>
  new Map(document.figures.map((figure) => [figure.id, figure]));

/** A figure in a cell; red and with a sign where it does not hold its bound. */
export const limitCell = (text: string, holds: boolean): Cell => (holds ? text : ({ text, color: INK.bad, bold: true } satisfies TextNode));

/** "8.32% > 8.00%" with its sign before it. */
export const comparisonCell = (limit: PacketFigure['limit']): Cell =>
  limit === null
    ? ''
    : {
        columns: [
          { ...mark(limit.holds ? 'ok' : 'bad', 6.5), margin: [0, 1.5, 0, 0] },
          { text: limit.says, alignment: 'left', width: '*', ...(limit.holds ? {} : { color: INK.bad, bold: true }) },
        ],
        columnGap: 3,
      };

export const monthShort = (month: string): string => monthName(month).replace(/^(\w{3})\w*/, '$1');

export const since = (document: Pick<PacketDocument, 'comparison'>): string =>
  document.comparison === null ? '' : `Since ${monthName(document.comparison.month)}`;

/** How exact quantities and amounts read. They come as decimal strings; what is shortened stands beside the whole. Pure. */
import { decimal } from './format.ts';

const MINUS = '\u2212';
const UNITS = [
  { from: 1e12, by: 1e12, sign: 'T' },
  { from: 1e9, by: 1e9, sign: 'G' },
  { from: 1e6, by: 1e6, sign: 'M' },
] as const;

/** Three significant figures at most: `55.8`, `1.16`, `60`, `212`. */
const significant = (value: number): string => {
  const places = value < 10 ? 2 : value < 100 ? 1 : 0;
  const text = decimal(value, places);
  return places === 0 ? text : text.replace(/0+$/, '').replace(/\.$/, '');
};

/**
 * A quantity as it is grasped: `55.8 M`, `41,208`, `212.4`. From a million on shortened to three significant figures, under
 * it whole; decimals only under a thousand, and one of them.
 */
export const compactQuantity = (exact: string): string => {
  const value = Number(exact);
  if (!Number.isFinite(value)) return exact;
  const size = Math.abs(value);
  // 999,999.6 would be shown as 1,000,000: the step is taken on the rounded figure.
  const unit = UNITS.find(({ from }) => Math.round(size) >= from);
  const sign = value < 0 ? MINUS : '';
  if (unit !== undefined) return `${sign}${significant(size / unit.by)} ${unit.sign}`;
  const places = size < 1000 && !Number.isInteger(size) ? (size < 0.1 ? 3 : 1) : 0;
  return `${Number(size.toFixed(places)) === 0 ? '' : sign}${decimal(size, places)}`;
};

/** All of it, grouped: `55,812,408.25`. Nothing is rounded. */
export const wholeQuantity = (exact: string): string => {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(exact);
  if (match === null) return exact;
  const [, sign = '', whole = '', part = ''] = match;
  return `${sign === '' ? '' : MINUS}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${part}`;
};

/** An amount with a fixed number of decimals; its currency stands in the label. */
export const amountText = (exact: string, places: 0 | 2 = 2): string => {
  const value = Number(exact);
  return Number.isFinite(value) ? decimal(value, places) : exact;
};

/** Basis points as a percentage: 7163 is `71.6%` with one place. */
export const percentOfBp = (bp: number, places = 1): string => `${decimal(bp / 100, places)}%`;

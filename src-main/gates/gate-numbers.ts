import { pyRound } from '../evidence/index.ts';

/** How the gates write figures: two places, and more only where two would hide on which side of its limit a figure lies. */

const MOST_PLACES = 6;

/** `8.32`, as decimal text with a plain minus; −0 is 0. */
export const fixed = (value: number, places = 2): string => {
  const text = pyRound(value, places).toFixed(places);
  return Number(text) === 0 ? text.replace('-', '') : text;
};

/** A figure and its limit with the fewest places, two at least, at which they differ if they differ. */
export function shownPair(value: number, limit: number): { readonly value: string; readonly limit: string } {
  for (let places = 2; places <= MOST_PLACES; places += 1) {
    const pair = { value: fixed(value, places), limit: fixed(limit, places) };
    if (value === limit || pair.value !== pair.limit) return pair;
  }
  return { value: String(value), limit: String(limit) };
}

/** The difference of two figures as shown, signed: `+0.32`, `−1.10`, `±0.00`. */
export function signedDifference(value: string, from: string): string {
  const places = Math.max(decimals(value), decimals(from));
  const scale = 10 ** places;
  const units = Math.round(Number(value) * scale) - Math.round(Number(from) * scale);
  const text = (Math.abs(units) / scale).toFixed(places);
  return units === 0 ? `±${text}` : `${units > 0 ? '+' : '−'}${text}`;
}

const decimals = (text: string): number => text.split('.')[1]?.length ?? 0;

/** Digits grouped by threes, with a true minus: `32,190.52`. */
export const grouped = (text: string): string => {
  const [whole = '', part] = text.replace('-', '').split('.');
  return `${text.startsWith('-') ? '−' : ''}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}${part === undefined ? '' : `.${part}`}`;
};

/** USD to cents: `4,119.50`. */
export const usd = (value: number): string => grouped(fixed(value, 2));
export const percentText = (value: number): string => `${grouped(fixed(value, 2))}%`;
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `May`, or `May 2026` where the year is wanted. */
export const monthName = (month: string, withYear = false): string => {
  const name = MONTHS[Number(month.slice(5, 7)) - 1] ?? month;
  return withYear ? `${name} ${month.slice(0, 4)}` : name;
};

export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const counted = (n: number, one: string, many = `${one}s`): string => `${grouped(String(n))} ${n === 1 ? one : many}`;

/** Months from `first` to `last`, both among them. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

export const monthAfter = (month: string): string => shiftMonth(month, 1);
export const shiftMonth = (month: string, by: number): string => {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`;
};

/**
 * Times of metering: UTC, half-open, proleptic Gregorian, no leap seconds. A moment is whole milliseconds since 1970 and the
 * nanoseconds beyond them, for a double holds no nanoseconds of this century. Months count 12 × year + month − 1.
 */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS);
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

/** Days since 1970 of a date (the algorithm of Hinnant, "chrono-compatible low-level date algorithms"). */
const daysOf = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468;
};

export const monthStartMs = (month: number): number => daysOf(Math.floor(month / 12), (month % 12) + 1, 1) * DAY_MS;

export const monthOf = (ms: number): number => {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** `2026-06` */
export const monthText = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

/** @returns null where the text is no month like `2026-06` */
export const parseMonth = (text: string): number | null => {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  return match === null ? null : Number(match[1]) * 12 + Number(match[2]) - 1;
};

/** ISO 8601 UTC to the second, as buckets begin. */
export const isoSecond = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** With as many digits behind the second as it needs. */
export const momentText = (ms: number, ns: number): string => {
  const text = new Date(ms).toISOString();
  const fraction = (text.slice(20, 23) + String(ns).padStart(6, '0')).replace(/0+$/, '');
  return `${text.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
};

export type Grain = 'hour' | 'day' | 'month';

/** How a grain counts its buckets, and where they begin and end. */
export interface Buckets {
  readonly of: (ms: number) => number;
  readonly startMs: (bucket: number) => number;
}

export const BUCKETS: Readonly<Record<Grain, Buckets>> = {
  hour: { of: hourOf, startMs: (hour) => hour * HOUR_MS },
  day: { of: dayOf, startMs: (day) => day * DAY_MS },
  month: { of: monthOf, startMs: monthStartMs },
};

export interface Moment {
  readonly ms: number;
  /** 0 … 999,999 */
  readonly ns: number;
}

/** Before 1970 nothing was metered; behind 2261 a count of nanoseconds passes 64 bits. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2261;

/**
 * Reads RFC 3339 times quickly: one after another mostly have the same date. What was read stands in `ms` and `ns`.
 * A time without an offset, a leap second, and digits finer than a nanosecond are refused.
 */
export class MomentReader {
  ms = 0;
  ns = 0;
  private date = -1;
  private dateMs = 0;

  /** @returns false where the text is no such time */
  read(text: string): boolean {
    const { length } = text;
    if (length < 20) return false;
    const year = two(text, 0) * 100 + two(text, 2);
    const month = two(text, 5);
    const day = two(text, 8);
    const hour = two(text, 11);
    const minute = two(text, 14);
    const second = two(text, 17);
    // A place that is no digit makes its number NaN, and every comparison false.
    if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59))
      return false;
    const t = text.charCodeAt(10);
    if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || (t !== 0x54 && t !== 0x74)) return false;
    if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return false;
    const date = (year * 100 + month) * 100 + day;
    if (date !== this.date) {
      if (day > daysOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysOf(year, month, 1)) return false;
      this.date = date;
      this.dateMs = daysOf(year, month, day) * DAY_MS;
    }
    let at = 19;
    let millis = 0;
    let nanos = 0;
    if (text.charCodeAt(at) === 0x2e) {
      const start = (at += 1);
      for (; at < length; at += 1) {
        const digit = text.charCodeAt(at) - 0x30;
        if (!(digit >= 0 && digit <= 9)) break;
        const place = at - start;
        if (place < 3) millis = millis * 10 + digit;
        else if (place < 9) nanos = nanos * 10 + digit;
        else if (digit !== 0) return false;
      }
      const digits = at - start;
      if (digits === 0) return false;
      for (let place = digits; place < 3; place += 1) millis *= 10;
      for (let place = Math.max(3, digits); place < 9; place += 1) nanos *= 10;
    }
    const zone = text.charCodeAt(at);
    let offset = 0;
    if (zone === 0x5a || zone === 0x7a) {
      if (at + 1 !== length) return false;
    } else {
      if ((zone !== 0x2b && zone !== 0x2d) || at + 6 !== length || text.charCodeAt(at + 3) !== 0x3a) return false;
      const hours = two(text, at + 1);
      const minutes = two(text, at + 4);
      if (!(hours <= 23 && minutes <= 59)) return false;
      offset = (hours * 60 + minutes) * (zone === 0x2d ? -60_000 : 60_000);
    }
    this.ms = this.dateMs + hour * HOUR_MS + minute * 60_000 + second * 1000 + millis - offset;
    this.ns = nanos;
    return true;
  }
}

/** Two digits as a number; NaN where they are none. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
};

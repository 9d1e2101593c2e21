/**
 * Times and dates as the reference reads them: Python 3.11's `datetime.fromisoformat`, which takes far more than RFC 3339:
 * basic forms, week dates, any character between date and time, `+00`, fractions of any length (cut to microseconds).
 * It reads its text as bytes with a zero at the end and overlooks one odd character before an offset; so do we, because
 * the verdict must be the same, and the spelling is noted beside it.
 */

/** Microseconds since 1970-01-01T00:00:00Z; the reference's datetimes are exact to one. */
export type Micros = bigint;

export type InstantReading =
  | { readonly ok: true; readonly at: Micros; /** Written as RFC 3339 with upper-case letters. */ readonly plain: boolean }
  | { readonly ok: false; readonly why: 'empty' | 'not-a-time' | 'no-zone' | 'out-of-range' };

export const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;
const FIRST: Micros = -62_135_596_800n * MICROS_PER_SECOND;
const BEYOND: Micros = 253_402_300_800n * MICROS_PER_SECOND;

const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;

/** @param text already stripped, as the reference does before it reads */
export function readInstant(text: string): InstantReading {
  if (text === '') return { ok: false, why: 'empty' };
  const parts = readDateTime(text.endsWith('Z') ? `${text.slice(0, -1)}+00:00` : text);
  if (parts === null) return { ok: false, why: 'not-a-time' };
  if (parts.offset === null) return { ok: false, why: 'no-zone' };
  const at = parts.local - parts.offset;
  // Python has no year 0 and no year 10000, not even for the length of a time zone.
  if (at < FIRST || at >= BEYOND) return { ok: false, why: 'out-of-range' };
  return { ok: true, at, plain: PLAIN.test(text) };
}

interface DateTimeParts {
  readonly local: Micros;
  /** Microseconds east of UTC; null where the text names no zone. */
  readonly offset: Micros | null;
}

function readDateTime(text: string): DateTimeParts | null {
  if (text.length < 7) return null;
  const separator = separatorOf(text);
  if (separator < 0) return null;
  const day = readDay(text, separator);
  if (day === null) return null;
  const local = BigInt(day) * MICROS_PER_DAY;
  if (text.length <= separator) return { local, offset: null };
  const time = readTime(text, separator + (text.codePointAt(separator)! > 0xffff ? 2 : 1));
  return time === null ? null : { local: local + time.ofDay, offset: time.offset };
}

const code = (text: string, at: number): number => text.charCodeAt(at) || 0;
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const DASH = 0x2d;
const WEEK = 0x57;
const POINT = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Where the date ends: any character may stand between it and the time, so the form of the date decides. */
function separatorOf(text: string): number {
  if (text.length === 7) return 7;
  if (code(text, 4) === DASH) {
    if (code(text, 5) !== WEEK) return 10;
    if (text.length > 8 && code(text, 8) === DASH) {
      if (text.length === 9) return -1;
      // YYYY-Www-## may be a day and a digit as separator, or a dash as separator and an hour: the latter is likelier.
      return text.length > 10 && isDigit(code(text, 10)) ? 8 : 10;
    }
    return 8;
  }
  if (code(text, 4) !== WEEK) return 8;
  let end = 7;
  while (end < text.length && isDigit(code(text, end))) end += 1;
  if (end < 9) return end;
  return end % 2 === 0 ? 7 : 8;
}

/** Days since 1970-01-01 of the date in the first `length` characters, or null. */
function readDay(text: string, length: number): number | null {
  const year = digits(text, 0, 4);
  if (year === null) return null;
  const dashed = code(text, 4) === DASH;
  let at = dashed ? 5 : 4;
  if (code(text, at) === WEEK) {
    const week = digits(text, at + 1, 2);
    if (week === null) return null;
    at += 3;
    if (at >= length) return dayOfWeekDate(year, week, 1);
    if (dashed && code(text, at++) !== DASH) return null;
    const weekday = digits(text, at, 1);
    return weekday === null ? null : dayOfWeekDate(year, week, weekday);
  }
  const month = digits(text, at, 2);
  if (month === null) return null;
  at += 2;
  if (dashed && code(text, at++) !== DASH) return null;
  const day = digits(text, at, 2);
  if (day === null || at + 2 !== length || year < 1) return null;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month) ? dayOf(year, month, day) : null;
}

interface TimeParts {
  readonly ofDay: Micros;
  readonly offset: Micros | null;
}

function readTime(text: string, start: number): TimeParts | null {
  let zone = start;
  while (zone < text.length && !'Z+-'.includes(text.charAt(zone))) zone += 1;
  const time = readClock(text, start, zone);
  if (time === null || time.hour > 23 || time.minute > 59 || time.second > 59) return null;
  const ofDay = microsOf(time);
  if (zone >= text.length) return time.more ? null : { ofDay, offset: null };
  if (text.charAt(zone) === 'Z') return code(text, zone + 1) === 0 ? { ofDay, offset: 0n } : null;
  const offset = readClock(text, zone + 1, text.length);
  if (offset === null || offset.more) return null;
  const seconds = (offset.hour * 60 + offset.minute) * 60 + offset.second;
  // An offset of whole zero seconds is UTC, whatever its fraction says.
  const east = seconds === 0 ? 0n : microsOf(offset);
  if (east >= MICROS_PER_DAY) return null;
  return { ofDay, offset: text.charAt(zone) === '-' ? -east : east };
}

interface ClockParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
  /** Characters stand behind what was read. */
  readonly more: boolean;
}

const microsOf = (clock: ClockParts): Micros =>
  BigInt((clock.hour * 60 + clock.minute) * 60 + clock.second) * MICROS_PER_SECOND + BigInt(clock.micro);

/** `HH[:?MM[:?SS[.,f…]]]` in `[start, end)`, with the reference's oversights about the character at the end. */
function readClock(text: string, start: number, end: number): ClockParts | null {
  const parts: [number, number, number] = [0, 0, 0];
  const clock = (micro: number, more: boolean): ClockParts => ({ hour: parts[0], minute: parts[1], second: parts[2], micro, more });
  let at = start;
  let colons = true;
  for (const part of [0, 1, 2] as const) {
    const read = digits(text, at, 2);
    if (read === null) return null;
    parts[part] = read;
    at += 2;
    const next = code(text, at++);
    if (part === 0) colons = next === COLON;
    if (at >= end) return clock(0, next !== 0);
    if (colons && next === COLON) continue;
    if (next === POINT || next === COMMA) break;
    if (colons) return null;
    at -= 1;
  }
  const width = Math.min(end - at, 6);
  const fraction = digits(text, at, width);
  if (fraction === null) return null;
  at += width;
  while (isDigit(code(text, at))) at += 1;
  return clock(fraction * 10 ** (6 - width), code(text, at) !== 0);
}

function digits(text: string, at: number, count: number): number | null {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const unit = code(text, i);
    if (!isDigit(unit)) return null;
    value = value * 10 + unit - 0x30;
  }
  return value;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const daysOfMonth = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : DAYS_OF_MONTH[month - 1]!);

/** Days since 1970-01-01 in the Gregorian calendar, also before its introduction. */
function dayOf(year: number, month: number, day: number): number {
  // Years that begin in March have their leap day at the end (H. Hinnant, days_from_civil).
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** ISO 8601 week dates; 53 weeks only in the years that have them. */
function dayOfWeekDate(year: number, week: number, weekday: number): number | null {
  if (year < 1 || weekday < 1 || weekday > 7 || week < 1) return null;
  const firstOfYear = dayOf(year, 1, 1);
  // 1970-01-01 was a Thursday; Monday is 0 here.
  const weekdayOfFirst = (((firstOfYear + 3) % 7) + 7) % 7;
  const hasLongYear = weekdayOfFirst === 3 || (weekdayOfFirst === 2 && isLeap(year));
  if (week > (hasLongYear ? 53 : 52)) return null;
  const firstMonday = firstOfYear - weekdayOfFirst + (weekdayOfFirst > 3 ? 7 : 0);
  const day = firstMonday + (week - 1) * 7 + weekday - 1;
  return day >= Number(FIRST / MICROS_PER_DAY) && day < Number(BEYOND / MICROS_PER_DAY) ? day : null;
}

/**
 * Days since 1970-01-01 of a date alone (`date.fromisoformat`): `2027-01-01`, `20270101`, `2027-W05-3`; null where the
 * reference reads none.
 */
export const readDate = (text: string): number | null =>
  text.length === 7 || text.length === 8 || text.length === 10 ? readDay(text, text.length) : null;

/** The UTC date of an instant, as days since 1970-01-01. */
export const dateOf = (at: Micros): number => Number(floorDivide(at, MICROS_PER_DAY));

export const microsOfMillis = (ms: number): Micros => BigInt(ms) * 1000n;

/** An instant as text: RFC 3339 in UTC, fraction only where there is one. */
export function instantText(at: Micros): string {
  const seconds = floorDivide(at, MICROS_PER_SECOND);
  const micros = at - seconds * MICROS_PER_SECOND;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return micros === 0n ? `${text}Z` : `${text}.${micros.toString().padStart(6, '0')}Z`;
}

/** `timedelta.total_seconds()`: the exact quotient, rounded once. */
export function secondsOf(duration: Micros): number {
  if (duration > -MOST_EXACT && duration < MOST_EXACT) return Number(duration) / 1e6;
  const size = duration < 0n ? -duration : duration;
  const text = `${duration < 0n ? '-' : ''}${size / MICROS_PER_SECOND}.${(size % MICROS_PER_SECOND).toString().padStart(6, '0')}`;
  return Number(text);
}

const MOST_EXACT = 1n << 53n;

const floorDivide = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n);

/** Times of receipts: `YYYY-MM-DDTHH:MM:SS[.mmm]Z`, nothing else (trust format §3; attack corpus, schema cases). */

const digit = (bytes: Uint8Array, p: number): number => {
  const value = bytes[p]! - 0x30;
  return value >= 0 && value <= 9 ? value : NaN;
};
const two = (bytes: Uint8Array, p: number): number => digit(bytes, p) * 10 + digit(bytes, p + 1);

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 of the time whose text is the bytes `[start, end)`, or NaN where it is not such a time: a date
 * that does not exist, a leap second, an offset in place of Z.
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length !== 20 && length !== 24) return NaN;
  if (
    bytes[start + 4] !== 0x2d ||
    bytes[start + 7] !== 0x2d ||
    bytes[start + 10] !== 0x54 ||
    bytes[start + 13] !== 0x3a ||
    bytes[start + 16] !== 0x3a ||
    bytes[end - 1] !== 0x5a
  ) {
    return NaN;
  }
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const month = two(bytes, start + 5);
  const day = two(bytes, start + 8);
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  let millisecond = 0;
  if (length === 24) {
    if (bytes[start + 19] !== 0x2e) return NaN;
    millisecond = digit(bytes, start + 20) * 100 + two(bytes, start + 21);
  }
  if (!(month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 60)) return NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > DAYS_OF_MONTH[month - 1]! + (isLeap && month === 2 ? 1 : 0)) return NaN;
  const before = year - 1;
  const days =
    year * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    DAYS_BEFORE_MONTH[month - 1]! +
    day -
    1 +
    (isLeap && month > 2 ? 1 : 0);
  return (days - DAYS_TO_1970) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
}

/** Days from the year 0 to 1970 in the count above. */
const DAYS_TO_1970 = 1970 * 365 + Math.floor(1969 / 4) - Math.floor(1969 / 100) + Math.floor(1969 / 400);

/** The same for a string, such as `--now`. */
export function parseTimestampText(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  return parseTimestamp(bytes, 0, bytes.length);
}

export const formatTimestamp = (ms: number): string => new Date(ms).toISOString();

import { floatText } from './float-text.ts';
import type { Value } from './value.ts';

/**
 * How the reference turns a JSON value into a number: it calls Python's `float()` and `int()` on whatever is there, so
 * that `true`, `" 1_000 "` and `5.0` count as numbers. The functions say what came out, or why nothing did.
 */
export type Coerced<T> =
  | { readonly ok: true; readonly value: T; readonly coerced: boolean }
  | { readonly ok: false; readonly why: 'not-a-number' | 'too-large' | 'not-finite' };

/** Python refuses longer texts and numbers in both directions. */
const MOST_DIGITS = 4300;

const bad = (why: 'not-a-number' | 'too-large' | 'not-finite') => ({ ok: false, why }) as const;

/** `float(value)`. Gives infinities and NaN too: whether they count is the caller's rule. */
export function toFloat(value: Value): Coerced<number> {
  if (typeof value === 'number') return { ok: true, value, coerced: false };
  if (typeof value === 'boolean') return { ok: true, value: value ? 1 : 0, coerced: true };
  if (typeof value === 'bigint') {
    const float = Number(value);
    return Number.isFinite(float) ? { ok: true, value: float, coerced: false } : bad('too-large');
  }
  const float = typeof value === 'string' ? floatOfText(value) : null;
  return float === null ? bad('not-a-number') : { ok: true, value: float, coerced: true };
}

/** `int(value)`: fractions are cut off toward zero, texts must be whole numbers. */
export function toInteger(value: Value): Coerced<bigint> {
  if (typeof value === 'bigint') return { ok: true, value, coerced: false };
  if (typeof value === 'boolean') return { ok: true, value: value ? 1n : 0n, coerced: true };
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { ok: true, value: BigInt(Math.trunc(value)), coerced: true } : bad('not-finite');
  }
  const integer = typeof value === 'string' ? integerOfText(value) : null;
  return integer === null ? bad('not-a-number') : { ok: true, value: integer, coerced: true };
}

const FLOAT = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const INTEGER = /^[+-]?\d+(?:_\d+)*$/;
const WORD = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

/** `float(text)`, or null where Python raises. */
export function floatOfText(text: string): number | null {
  const plain = numberWord(text);
  if (FLOAT.test(plain)) return Number(plain.replaceAll('_', ''));
  const word = WORD.exec(plain);
  if (word === null) return null;
  if (word[2] === undefined) return NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}

/** `int(text)`, or null where Python raises. */
export function integerOfText(text: string): bigint | null {
  const plain = numberWord(text);
  if (!INTEGER.test(plain)) return null;
  const digits = plain.replaceAll('_', '').replace(/^\+/, '');
  return digits.replace('-', '').length > MOST_DIGITS ? null : BigInt(digits);
}

const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;

/** What Python reads as a number: the decimal digits of all scripts count, and padding goes, though not all that strip() takes. */
function numberWord(text: string): string {
  return pyStrip(text.replace(/[\x1c-\x1f]/g, NO_NUMBER).replace(OTHER_DIGIT, digitOf));
}

const NO_NUMBER = '?';

function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  // Each script's digits stand in a row from zero to nine, some rows directly behind each other.
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}

const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const PADDING = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');
const PADDED = new RegExp(`^${SPACE}|${SPACE}$`);

/** `str.strip()`: Python's white space, which is not quite JavaScript's. */
export const pyStrip = (text: string): string => (PADDED.test(text) ? text.replace(PADDING, '') : text);

/** `str(value)` of a number: whole numbers without, floats with a point or an exponent. */
export const numberText = (value: bigint | number): string => (typeof value === 'bigint' ? value.toString() : floatText(value));

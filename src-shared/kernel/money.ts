/**
 * Amounts of money: decimal texts in, whole minor units out, never a binary double in between. Two currencies never meet in
 * one sum; that is the caller's to keep.
 */

export interface Decimal {
  readonly units: bigint;
  /** How many of the digits stand after the point. */
  readonly places: number;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** @returns null where the text is no plain decimal number: no sign but a minus, no exponent, no spaces */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', part = ''] = match;
  const units = BigInt(whole + part);
  return { units: sign === '-' ? -units : units, places: part.length };
}

/** @throws RangeError where the text is no plain decimal number */
export function decimalOf(text: string): Decimal {
  const found = parseDecimal(text);
  if (found === null) throw new RangeError(`“${text}” is no decimal number`);
  return found;
}

/** The shortest text of the same value: no zeros at the end, no sign before zero. */
export function formatDecimal({ units, places }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const whole = places === 0 ? digits : digits.slice(0, -places);
  const part = places === 0 ? '' : digits.slice(-places).replace(/0+$/, '');
  const text = part === '' ? whole : `${whole}.${part}`;
  return units < 0n ? `-${text}` : text;
}

/** Negative, zero or positive as a is less than, equal to or more than b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const places = Math.max(a.places, b.places);
  const difference = a.units * 10n ** BigInt(places - a.places) - b.units * 10n ** BigInt(places - b.places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** a × b */
export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, places: a.places + b.places });

/** over ÷ under as a whole number, a tie to the even one (the rounding of ledgers: ties do not add up to a drift). */
export function divideHalfEven(over: bigint, under: bigint): bigint {
  if (under === 0n) throw new RangeError('Nothing can be divided by zero');
  const negative = over < 0n !== under < 0n;
  const [n, d] = [over < 0n ? -over : over, under < 0n ? -under : under];
  const down = n / d;
  const twice = (n % d) * 2n;
  const rounded = twice > d || (twice === d && down % 2n === 1n) ? down + 1n : down;
  return negative ? -rounded : rounded;
}

/** Digits of the minor unit where they are not two (ISO 4217). */
const MINOR_PLACES: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

export const minorPlaces = (currency: string): number => MINOR_PLACES[currency] ?? 2;

/** Whole minor units as decimal text with all their places: 14902 cents are `149.02`. */
export function formatMinor(minor: bigint | number, currency: string): string {
  const places = minorPlaces(currency);
  const units = BigInt(minor);
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
}

/** A fraction of major units (`over` ÷ `under`) in whole minor units, half-even. */
export const toMinor = (over: bigint, under: bigint, currency: string): bigint =>
  divideHalfEven(over * 10n ** BigInt(minorPlaces(currency)), under);

/**
 * Exact quantities and ledger amounts: a whole number of attos (10⁻¹⁸ of a unit) as bigint. Everything between ±9·10¹⁸
 * units with up to 18 decimals has exactly one such number; what lies beyond is refused, never rounded.
 */

export const DECIMALS = 18;
/** One unit in attos. */
export const ONE = 10n ** 18n;
/** The largest quantity a single event or price may have, either sign: 9·10¹⁸ units. */
export const MAX_EXACT = 9n * 10n ** 18n * ONE;

/** `syntax`: no decimal number. `digits`: more than 18 decimals that are not zero. `range`: beyond ±9·10¹⁸. */
export type ExactFault = 'syntax' | 'digits' | 'range';

/** A JSON number (RFC 8259 §6): what a decimal text must look like too, so that both are read by one rule. */
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Zeros before or after the digits that count; a longer text is no quantity of this world. */
const MOST_CHARACTERS = 400;

/**
 * The value a decimal text or the text of a JSON number stands for, digit by digit: `"1.50"`, `15e-1`.
 * Zeros behind the 18th decimal lose nothing and are accepted.
 */
export function readExact(text: string): bigint | ExactFault {
  if (text.length > MOST_CHARACTERS) return 'syntax';
  const match = NUMBER.exec(text);
  if (match === null) return 'syntax';
  const [, sign, whole = '', part = '', power] = match;
  const digits = (whole + part).replace(/^0+/, '');
  if (digits === '') return 0n;
  const exponent = power === undefined ? 0 : Number(power);
  const kept = digits.replace(/0+$/, '');
  // The place of the last digit that counts, and of the first: both known before a large number is made.
  const last = exponent - part.length + (digits.length - kept.length);
  if (last + kept.length > 19) return 'range';
  if (last < -DECIMALS) return 'digits';
  const value = BigInt(kept) * 10n ** BigInt(last + DECIMALS);
  if (value > MAX_EXACT) return 'range';
  return sign === '-' ? -value : value;
}

/** @throws RangeError where the text is no exact number ({@link readExact} says why without throwing) */
export function parseExact(text: string): bigint {
  const value = readExact(text);
  if (typeof value === 'bigint') return value;
  const why =
    value === 'syntax' ? 'is no decimal number' : value === 'digits' ? 'has more than 18 decimals' : 'lies beyond 9·10^18, either sign';
  throw new RangeError(`“${text.slice(0, 60)}” ${why}`);
}

/** The shortest decimal text of the value: no exponent, no zeros at the end, no sign before zero. */
export function formatExact(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const part = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${part === '' ? '' : `.${part}`}`;
}

/** over ÷ under as a whole number, a tie to the even one. @throws RangeError where `under` is 0 */
export function roundHalfEven(over: bigint, under: bigint): bigint {
  if (under === 0n) throw new RangeError('Nothing can be divided by zero');
  const [n, d] = under < 0n ? [-over, -under] : [over, under];
  const down = n / d - (n % d < 0n ? 1n : 0n);
  const twice = (n - down * d) * 2n;
  return twice > d || (twice === d && down % 2n !== 0n) ? down + 1n : down;
}

/** a × b. A product with more than 18 decimals is rounded half to even at the 18th: less than 10⁻¹⁸ of a unit. */
export const mulExact = (a: bigint, b: bigint): bigint => roundHalfEven(a * b, ONE);

/** over ÷ under, rounded half to even at the 18th decimal. @throws RangeError where `under` is 0 */
export const divExact = (over: bigint, under: bigint): bigint => roundHalfEven(over * ONE, under);

/** Three limbs of one sign, as the database holds a quantity: SQLite's INTEGER has 64 bits, an atto count needs 123. */
export interface Limbs {
  /** −9·10¹⁸ … 9·10¹⁸ */
  readonly units: bigint;
  /** 10⁻⁹ units, |nano| < 10⁹ */
  readonly nano: bigint;
  /** 10⁻¹⁸ units, |atto| < 10⁹ */
  readonly atto: bigint;
}

const BILLION = 1_000_000_000n;

export const toLimbs = (value: bigint): Limbs => ({
  units: value / ONE,
  nano: (value / BILLION) % BILLION,
  atto: value % BILLION,
});

/** Also of limbs that were added up and not carried: each limb counts for itself. */
export const fromLimbs = ({
  units,
  nano,
  atto,
}: {
  readonly units: bigint | number;
  readonly nano: bigint | number;
  readonly atto: bigint | number;
}): bigint => BigInt(units) * ONE + BigInt(nano) * BILLION + BigInt(atto);

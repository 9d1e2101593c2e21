/**
 * Decimal texts and fractions, exactly. Figures of a packet are compared as they are shown, and reasons for a change add up
 * to it: neither survives binary doubles.
 */

export interface Fraction {
  readonly over: bigint;
  /** Above 0. */
  readonly under: bigint;
}

interface Scaled {
  readonly units: bigint;
  readonly places: number;
}

const DECIMAL = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

function parse(text: string): Scaled {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`“${text}” is no decimal number`);
  const [, sign, whole = '', part = ''] = match;
  const units = BigInt(whole + part);
  return { units: sign === '-' ? -units : units, places: part.length };
}

function format(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
}

const raised = ({ units, places }: Scaled, to: number): bigint => units * 10n ** BigInt(to - places);

/** Both with the places of the longer one. */
function both(a: string, b: string, combine: (a: bigint, b: bigint) => bigint): string {
  const [left, right] = [parse(a), parse(b)];
  const places = Math.max(left.places, right.places);
  return format(combine(raised(left, places), raised(right, places)), places);
}

/** a − b */
export const minus = (a: string, b: string): string => both(a, b, (left, right) => left - right);
export const plus = (a: string, b: string): string => both(a, b, (left, right) => left + right);
export const sumOf = (texts: readonly string[], places = 2): string => texts.reduce(plus, format(0n, places));
export const signOf = (text: string): -1 | 0 | 1 => {
  const { units } = parse(text);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
};
export const compare = (a: string, b: string): -1 | 0 | 1 => signOf(minus(a, b));
export const absolute = (text: string): string => text.replace(/^-/, '');

/**
 * A double as decimal text, with at least `places` and at most `most` places; the caller has rounded it. Zero has no sign.
 * @throws RangeError where it is not finite
 */
export function decimalText(value: number, places: number, most = places): string {
  if (!Number.isFinite(value)) throw new RangeError('A figure must be finite');
  // From here on a double is whole, and toFixed would change to exponents.
  const text = Math.abs(value) >= 1e21 ? `${BigInt(value)}.${'0'.repeat(most)}` : value.toFixed(most);
  const [whole = '', part = ''] = text.split('.');
  const kept = part.replace(/0+$/, '').padEnd(places, '0');
  const made = kept === '' ? whole : `${whole}.${kept}`;
  return /[1-9]/.test(made) ? made : absolute(made);
}

/** The shortest decimal that stands for the double, without an exponent: a multiplier as it was written. */
export function plainNumber(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa === '-0' ? '0' : mantissa;
  const { units, places } = parse(mantissa);
  const shift = Number(exponent) - places;
  return shift >= 0 ? format(units * 10n ** BigInt(shift), 0) : format(units, -shift);
}

export const fraction = (over: bigint, under: bigint): Fraction => {
  if (under === 0n) throw new RangeError('A fraction cannot be over zero');
  return under < 0n ? { over: -over, under: -under } : { over, under };
};
export const fractionOf = (text: string): Fraction => {
  const { units, places } = parse(text);
  return fraction(units, 10n ** BigInt(places));
};
export const ZERO: Fraction = { over: 0n, under: 1n };
export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under + b.over * a.under, a.under * b.under);
export const subtract = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under - b.over * a.under, a.under * b.under);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under, a.under * b.over);

/**
 * The parts as decimals with the places of `total`, adding up to it exactly. Each is rounded down, and what is then missing
 * goes to the largest remainders; so no part is more than one unit of its last place from its exact value, as long as the
 * total is the rounded sum of the parts.
 */
export function spread(total: string, parts: readonly Fraction[]): string[] {
  const { units: wanted, places } = parse(total);
  if (parts.length === 0) return [];
  const scale = 10n ** BigInt(places);
  const floors = parts.map(({ over, under }, index) => {
    const scaled = over * scale;
    const down = scaled / under - (scaled % under < 0n ? 1n : 0n);
    return { index, down, left: fraction(scaled - down * under, under) };
  });
  let missing = wanted - floors.reduce((sum, { down }) => sum + down, 0n);
  const byRemainder = [...floors].sort((a, b) => {
    const order = b.left.over * a.left.under - a.left.over * b.left.under;
    return order > 0n ? 1 : order < 0n ? -1 : a.index - b.index;
  });
  const made = floors.map(({ down }) => down);
  for (let turn = 0; missing !== 0n; turn += 1) {
    const step = missing > 0n ? 1n : -1n;
    const order = missing > 0n ? byRemainder : byRemainder.toReversed();
    const { index } = order[turn % order.length]!;
    made[index] = made[index]! + step;
    missing -= step;
  }
  return made.map((units) => format(units, places));
}

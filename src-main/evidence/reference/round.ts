/**
 * Rounding as the reference does it: to the nearest decimal of the exact binary value, an exact tie to the even digit
 * (Python's `round(x, digits)` on floats). `2.675` is a little less than it looks, so it becomes 2.67; `0.125` is a tie.
 *
 * `toFixed` is exact too (ECMA-262, Number.prototype.toFixed, "as close to zero as possible") but takes a tie away from
 * zero. A tie needs `x · 2 · 10^digits` to be an odd whole number; as 5^digits is odd, that is the case exactly where
 * `x · 2^(digits + 1)` is one, and scaling by a power of two loses nothing.
 */
export function pyRound(value: number, digits: number): number {
  // Zero keeps its sign, which toFixed would drop.
  if (value === 0 || !Number.isFinite(value) || Math.abs(value) >= LARGEST_WITH_FRACTION) return value;
  const scaled = value * 2 ** (digits + 1);
  if (Number.isInteger(scaled) && scaled % 2 !== 0) return roundTie(BigInt(scaled), digits, value);
  return Number(value.toFixed(digits));
}

/** From here on all doubles are whole. */
const LARGEST_WITH_FRACTION = 2 ** 52;

function roundTie(scaled: bigint, digits: number, value: number): number {
  const doubled = (scaled < 0n ? -scaled : scaled) * 5n ** BigInt(digits);
  const below = (doubled - 1n) / 2n;
  const even = below % 2n === 0n ? below : below + 1n;
  const text = `${even}e-${digits}`;
  return value < 0 ? -Number(text) : Number(text);
}

/** The reference's "approximately equal": equal when both are rounded. Not a tolerance. */
export const equalRounded = (a: number, b: number, digits: number): boolean => pyRound(a, digits) === pyRound(b, digits);

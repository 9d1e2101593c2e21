import { formatMinor, minorPlaces } from '../../src-shared/kernel/money.ts';
import { ONE, roundHalfEven } from '../../src-shared/kernel/quantity.ts';

/** Amounts of an export: exact values become whole minor units once, and what is shown adds up to its total. */

/** An exact amount (attos of a major unit) in whole minor units, half to even. */
export const minorOf = (exact: bigint, currency: string): bigint => roundHalfEven(exact * 10n ** BigInt(minorPlaces(currency)), ONE);

/**
 * Exact parts in whole minor units that add up to the rounded sum of the parts: what is left after rounding down goes to the
 * largest remainders, the earlier part first where two are equal. No part is a whole minor unit away from its exact value.
 */
export function spreadMinor(parts: readonly bigint[], currency: string): bigint[] {
  const scale = 10n ** BigInt(minorPlaces(currency));
  const total = minorOf(
    parts.reduce((sum, part) => sum + part, 0n),
    currency,
  );
  const down = parts.map((part) => floorDiv(part * scale, ONE));
  const order = parts
    .map((part, index) => ({ index, rest: part * scale - down[index]! * ONE }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const left = Number(total - down.reduce((sum, part) => sum + part, 0n));
  for (const { index } of order.slice(0, left)) down[index]! += 1n;
  return down;
}

const floorDiv = (over: bigint, under: bigint): bigint => over / under - (over % under < 0n ? 1n : 0n);

/** Minor units as decimal text with all places of the currency: `14.90`. */
export const amountText = (minor: bigint, currency: string): string => formatMinor(minor, currency);

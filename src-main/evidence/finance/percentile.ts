import { pyRound } from '../reference/round.ts';

/**
 * Percentile of values in any order, by linear interpolation on the sorted values: rank = p/100 × (n − 1), as numpy's
 * "linear". Nothing to rank is 0. Not rounded.
 * Rule: the telemetry contract; tenants without usage belong among the values.
 * @param percent 0 to 100
 */
export function percentileLinear(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  if (last < 0) return 0;
  const rank = (percent / 100) * last;
  const below = Math.floor(rank);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, last)] ?? low;
  return low + (high - low) * (rank - below);
}

export interface CostPercentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What one tenant costs in the month (USD) at three percentiles, each rounded to 6 decimals half-even, as telemetry states them. */
export const tenantCostPercentiles = (costsUsd: readonly number[]): CostPercentiles => ({
  p50: pyRound(percentileLinear(costsUsd, 50), 6),
  p95: pyRound(percentileLinear(costsUsd, 95), 6),
  p99: pyRound(percentileLinear(costsUsd, 99), 6),
});

/** Statistics that a single odd day does not bend. Pure; figures are doubles, because nothing here becomes an amount. */

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What the median absolute deviation of a normal distribution is multiplied by to be its standard deviation. */
const MAD_TO_SIGMA = 1.4826;
/** So that a series that never moves does not call every step an anomaly: of the median. */
const SCALE_FLOOR = 0.05;

export interface RobustScore {
  readonly median: number;
  readonly scale: number;
  readonly z: number;
}

/** How far a value lies from a baseline, in robust standard deviations; null with fewer than `least` values. */
export function robustScore(value: number, baseline: readonly number[], least = 14): RobustScore | null {
  if (baseline.length < least) return null;
  const middle = median(baseline);
  const deviation = median(baseline.map((x) => Math.abs(x - middle))) * MAD_TO_SIGMA;
  const scale = Math.max(deviation, Math.abs(middle) * SCALE_FLOOR);
  if (scale === 0) return null;
  return { median: middle, scale, z: (value - middle) / scale };
}

/** Median of the slopes between all pairs (Theil–Sen), for each step; null with fewer than three values. */
export function slope(values: readonly number[]): number | null {
  if (values.length < 3) return null;
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i += 1)
    for (let j = i + 1; j < values.length; j += 1) slopes.push((values[j]! - values[i]!) / (j - i));
  return median(slopes);
}

/**
 * What a random sample says of all cells. Sampling is without replacement, so the number of deviating cells in it is
 * hypergeometric; the bound is exact (Clopper–Pearson's inversion for finite populations), not a normal approximation.
 */

/** ln n!, by summing up to 256 and Stirling's series above; relative error below 1e-14. */
export function lnFactorial(n: number): number {
  if (n < SMALL) return table()[n]!;
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
}

const SMALL = 256;
let kept: number[] | null = null;
const table = (): readonly number[] => {
  if (kept === null) {
    kept = [0];
    for (let n = 1; n < SMALL; n += 1) kept.push(kept[n - 1]! + Math.log(n));
  }
  return kept;
};

const lnChoose = (n: number, k: number): number => lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);

/** P(X ≤ found): at most so many deviating cells in a sample when `deviating` of `population` deviate. */
export function atMost(found: number, sample: number, deviating: number, population: number): number {
  const whole = lnChoose(population, sample);
  let sum = 0;
  for (let i = Math.max(0, sample - (population - deviating)); i <= Math.min(found, deviating, sample); i += 1)
    sum += Math.exp(lnChoose(deviating, i) + lnChoose(population - deviating, sample - i) - whole);
  return Math.min(1, sum);
}

export interface SampleBound {
  /** At most so many of all cells deviate, with the confidence that was asked for. */
  readonly cells: number;
  /** The same as a share of all cells, 0 to 1. */
  readonly share: number;
}

/**
 * The largest number of deviating cells that is not yet implausible (probability of a sample as good above 1 − confidence).
 * Of a sample of everything it is what was found.
 * @param confidence between 0 and 1, such as 0.95
 */
export function upperBound(args: {
  readonly population: number;
  readonly sample: number;
  readonly found: number;
  readonly confidence: number;
}): SampleBound {
  const { population, sample, found, confidence } = args;
  if (population === 0) return { cells: 0, share: 0 };
  let low = found;
  let high = population - (sample - found);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (atMost(found, sample, middle, population) > 1 - confidence) low = middle;
    else high = middle - 1;
  }
  return { cells: low, share: low / population };
}

/**
 * Cells to look at, so that a sample without a deviation bounds their share by `share`: the rule of three and its kin,
 * ln(1 − confidence) / ln(1 − share), never more than there are.
 */
export const sampleFor = (population: number, share: number, confidence: number): number =>
  Math.min(population, Math.ceil(Math.log(1 - confidence) / Math.log(1 - share)));

/** How far two figures are apart, as a whole number of basis points of the one that is right, rounded up: nothing that deviates is shown as 0. */

/** What is further apart, or deviates from nothing, reads no worse: ten thousand percent. */
export const MOST_DEVIATION_BP = 1_000_000;

export function deviationBp(right: bigint, other: bigint): number {
  if (right === other) return 0;
  if (right === 0n) return MOST_DEVIATION_BP;
  const apart = (abs(right - other) * 10_000n + abs(right) - 1n) / abs(right);
  return apart > BigInt(MOST_DEVIATION_BP) ? MOST_DEVIATION_BP : Number(apart);
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

/** Percent with two places at most, as basis points. */
export const percentToBp = (percent: number): number => Math.round(percent * 100);

/** "0.25%" of 25 basis points; whole percents without places. */
export const bpSays = (bp: number): string => {
  if (bp >= MOST_DEVIATION_BP) return 'more than 10,000%';
  const [whole, part] = [Math.floor(bp / 100), bp % 100];
  return `${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}${part === 0 ? '' : `.${String(part).padStart(2, '0').replace(/0$/, '')}`}%`;
};

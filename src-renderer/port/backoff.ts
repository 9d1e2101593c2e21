const FIRST_MS = 250;
const MOST_MS = 15_000;

/**
 * Wait before the n-th new try (n from 1), ms: doubling up to 15 s, spread by `chance` (0 to 1) over the upper half, so that
 * many windows do not come back at the same moment.
 */
export const backoffMs = (n: number, chance: number): number => {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(Math.max(n, 1) - 1, 16));
  return Math.round(full / 2 + (full / 2) * Math.min(Math.max(chance, 0), 1));
};

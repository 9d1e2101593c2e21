import { createHash } from 'node:crypto';

/** Chance that anyone can repeat: the same seed gives the same sample, on any machine. */

/** Numbers from 0 (included) to 1 (excluded), 48 bits each, from SHA-256 of seed and counter. */
export function seededChance(seed: string): () => number {
  let block = Buffer.alloc(0);
  let at = 0;
  let counter = 0;
  return () => {
    if (at + 6 > block.length) {
      block = createHash('sha256').update(`${seed}\n${counter}`).digest();
      counter += 1;
      at = 0;
    }
    const value = block.readUIntBE(at, 6) / 2 ** 48;
    at += 6;
    return value;
  };
}

/**
 * Chooses `size` of the positions 0 … population − 1 without replacement, each set of them with the same chance (Floyd's
 * algorithm): work and memory by the sample, not by the population. Ascending.
 */
export function choosePositions(population: number, size: number, chance: () => number): number[] {
  const chosen = new Set<number>();
  for (let last = population - Math.min(size, population); last < population; last += 1) {
    const drawn = Math.floor(chance() * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return [...chosen].sort((a, b) => a - b);
}

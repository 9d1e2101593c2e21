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
 * Chooses `size` of `population` items that come by in order, each set of them with the same chance (selection sampling,
 * Knuth 3.4.2 S): one pass, no list of all.
 */
export function createSampler(population: number, size: number, chance: () => number): { readonly takes: () => boolean } {
  let seen = 0;
  let taken = 0;
  return {
    takes: () => {
      if (seen >= population) return false;
      const takes = (population - seen) * chance() < size - taken;
      seen += 1;
      if (takes) taken += 1;
      return takes;
    },
  };
}

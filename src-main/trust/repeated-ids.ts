/**
 * Finds repeated receipt_ids with 8 bytes a receipt: a 53-bit fingerprint of each id is kept and sorted; equal neighbours
 * are suspects, and only their ids are read again and compared. A fingerprint is no proof: ids that merely collide are told
 * apart in the second pass, so a collision costs time and never a false finding.
 */

/** A line whose id is looked at. */
export interface SuspectLine {
  readonly id: string;
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Fingerprint of the bytes `[start, end)`: two MurmurHash3-like lanes, 53 bits as an exact double. */
export function fingerprint(bytes: Uint8Array, start: number, end: number): number {
  let a = 0x9747b28c ^ (end - start);
  let b = 0x3c6ef372;
  let p = start;
  for (; p + 4 <= end; p += 4) {
    const word = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
    let k = Math.imul(word, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    a ^= Math.imul(k, 0x1b873593);
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    let m = Math.imul(word, 0x38b34ae5);
    m = (m << 17) | (m >>> 15);
    b ^= Math.imul(m, 0xa1e38b93);
    b = (Math.imul((b << 18) | (b >>> 14), 5) + 0x96cd1c35) | 0;
  }
  for (; p < end; p += 1) {
    a = Math.imul(a ^ bytes[p]!, 0x01000193);
    b = Math.imul(b ^ bytes[p]!, 0x85ebca6b);
  }
  return (mix(a) >>> 0) * 0x200000 + (mix(b) >>> 11);
}

function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** About the receipts of a stretch of a file: most lists have one block. */
const BLOCK = 2_048;

/** Collects fingerprints in blocks, so that growing never copies all of them. */
export class FingerprintList {
  readonly #full: Float64Array[] = [];
  #block = new Float64Array(BLOCK);
  #used = 0;

  push(value: number): void {
    if (this.#used === BLOCK) {
      this.#full.push(this.#block);
      this.#block = new Float64Array(BLOCK);
      this.#used = 0;
    }
    this.#block[this.#used++] = value;
  }

  /** All of them, in a buffer of their own. */
  take(): Float64Array<ArrayBuffer> {
    const all = new Float64Array(this.#full.length * BLOCK + this.#used);
    this.#full.forEach((block, i) => {
      all.set(block, i * BLOCK);
    });
    all.set(this.#block.subarray(0, this.#used), this.#full.length * BLOCK);
    return all;
  }
}

/** Suspects beyond this many are not looked up again; their number is still known. */
export const SUSPECT_CAP = 100_000;

/**
 * The fingerprints that stand more than once in the lists together, at most `SUSPECT_CAP`. 8 bytes a receipt go into the
 * sorted copy.
 */
export function repeatedFingerprints(lists: readonly Float64Array[]): {
  readonly suspects: Float64Array<ArrayBuffer>;
  readonly repeats: number;
} {
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort();
  const suspects: number[] = [];
  let repeats = 0;
  for (let i = 1; i < all.length; i += 1) {
    if (all[i] !== all[i - 1]) continue;
    repeats += 1;
    if (suspects.at(-1) !== all[i] && suspects.length < SUSPECT_CAP) suspects.push(all[i]!);
  }
  return { suspects: Float64Array.from(suspects), repeats };
}

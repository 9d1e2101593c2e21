/**
 * Inclusion and consistency proofs of RFC 6962 §2.1.1 and §2.1.2: built from the hashes of aligned subtrees, verified by
 * the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2, as strictly as the vectors of transparency-dev/merkle demand.
 */
import { CompactRange, decomposeRange, type Digest, DIGEST_BYTES, digestFromBytes, EMPTY_ROOT, nodeHash } from './merkle.ts';

/** Gives the hash of the perfect subtree of 2^level leaves at `index`; is never asked for one beyond the tree. */
export type SubtreeSource = (level: number, index: number) => Digest;

/** A source over leaf hashes that start at leaf 0. Inner nodes are computed on first use and kept. */
export function subtreesOfLeaves(leaves: readonly Digest[]): SubtreeSource {
  const levels: (Digest | undefined)[][] = [];
  const source: SubtreeSource = (level, index) => {
    if (level === 0) {
      const leaf = leaves[index];
      if (leaf === undefined) throw new RangeError(`leaf ${index} is not among the ${leaves.length} at hand`);
      return leaf;
    }
    const row = (levels[level] ??= []);
    return (row[index] ??= nodeHash(source(level - 1, 2 * index), source(level - 1, 2 * index + 1)));
  };
  return source;
}

/** Hashes a tile of C2SP tlog-tiles holds when it is full, and the levels of the tree it spans. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/**
 * A source over stored tiles (C2SP tlog-tiles): `readTile(tileLevel, tileIndex)` gives the concatenated 32-byte hashes of
 * level `8 · tileLevel`, from hash `256 · tileIndex` on; the last tile of a level may be partial. Throws a RangeError
 * where the tile is too short for what is asked.
 */
export function subtreesOfTiles(readTile: (tileLevel: number, tileIndex: number) => Uint8Array): SubtreeSource {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const first = index * width;
    const tile = readTile(tileLevel, Math.floor(first / TILE_WIDTH));
    const from = (first % TILE_WIDTH) * DIGEST_BYTES;
    if (from + width * DIGEST_BYTES > tile.length) {
      throw new RangeError(`tile ${tileLevel}/${Math.floor(first / TILE_WIDTH)} ends before hash ${first + width - 1}`);
    }
    const range = new CompactRange();
    for (let i = 0; i < width; i += 1) {
      range.append(digestFromBytes(tile.subarray(from + i * DIGEST_BYTES, from + (i + 1) * DIGEST_BYTES)));
    }
    return range.root();
  };
}

/** Root of the tree of `size` leaves. */
export const rootOfTree = (size: number, subtree: SubtreeSource): Digest => (size === 0 ? EMPTY_ROOT : rangeRoot(0, size, subtree));

/** RFC 6962 hash of the leaves `[start, end)` taken as a tree; `start` is aligned as every split of the RFC is. */
function rangeRoot(start: number, end: number, subtree: SubtreeSource): Digest {
  return decomposeRange(start, end)
    .map((place) => subtree(place.level, place.index))
    .reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two below `n`, for n ≥ 2: where RFC 6962 splits a tree of n leaves. */
function splitPoint(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/**
 * Proof that the leaf at `index` is in the tree of `size` leaves, from its sibling up to the child of the root.
 * Throws a RangeError unless 0 ≤ index < size.
 */
export function buildInclusionProof(index: number, size: number, subtree: SubtreeSource): Digest[] {
  if (!isIndex(index) || !isIndex(size) || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const downwards: Digest[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      downwards.push(rangeRoot(middle, end, subtree));
      end = middle;
    } else {
      downwards.push(rangeRoot(start, middle, subtree));
      start = middle;
    }
  }
  return downwards.reverse();
}

/**
 * Proof that the tree of `size2` leaves begins with that of `size1`. Empty when the sizes are equal. Throws a RangeError
 * unless 1 ≤ size1 ≤ size2: every tree extends the empty one, so nothing is left to prove from size 0.
 */
export function buildConsistencyProof(size1: number, size2: number, subtree: SubtreeSource): Digest[] {
  if (!isIndex(size1) || !isIndex(size2) || size1 < 1 || size1 > size2) {
    throw new RangeError(`no consistency proof from size ${size1} to ${size2}`);
  }
  const downwards: Digest[] = [];
  let [start, end] = [0, size2];
  while (end !== size1) {
    const middle = start + splitPoint(end - start);
    if (size1 <= middle) {
      downwards.push(rangeRoot(middle, end, subtree));
      end = middle;
    } else {
      downwards.push(rangeRoot(start, middle, subtree));
      start = middle;
    }
  }
  // The smaller tree itself is known to the verifier only where it is one perfect subtree from leaf 0.
  if (start > 0) downwards.push(rangeRoot(start, end, subtree));
  return downwards.reverse();
}

/** A proof that holds, or the reason why it does not. */
export type ProofCheck = { readonly ok: true } | { readonly ok: false; readonly code: ProofCode; readonly reason: string };
export type ProofCode = 'PROOF_INCLUSION' | 'PROOF_CONSISTENCY';

const HOLDS: ProofCheck = { ok: true };
const fails = (code: ProofCode, reason: string): ProofCheck => ({ ok: false, code, reason });

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Digest;
  readonly root: Digest;
  readonly proof: readonly Digest[];
}

/** Verify an inclusion proof (RFC 9162 §2.1.3.2). Never throws. */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): ProofCheck {
  const code = 'PROOF_INCLUSION';
  if (!isIndex(index) || !isIndex(size)) return fails(code, 'index and size must be whole numbers from 0 to 2^53 - 1');
  if (index >= size) return fails(code, `a tree of ${size} has no leaf ${index}`);
  if (!areDigests(leaf, root, proof)) return fails(code, 'every hash must have 32 bytes');
  let place = index;
  let last = size - 1;
  let node = leaf;
  for (const sibling of proof) {
    if (last === 0) return fails(code, 'the proof has too many hashes');
    if (place % 2 === 1 || place === last) {
      node = nodeHash(sibling, node);
      // A right edge that has no sibling on a level stands for itself on the next.
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      node = nodeHash(node, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0) return fails(code, 'the proof has too few hashes');
  return node === root ? HOLDS : fails(code, 'the proof leads to another root');
}

/** The claim that the leaf at `index` is in the subtree `[start, end)`, whose hash is `root`. */
export interface SubtreeInclusionClaim {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly leaf: Digest;
  readonly root: Digest;
  readonly proof: readonly Digest[];
}

/**
 * Verify inclusion in a subtree (draft-ietf-plants-merkle-tree-certs, "Subtrees"): inclusion in the tree that the
 * subtree is by itself. Never throws.
 */
export function verifySubtreeInclusion({ index, start, end, leaf, root, proof }: SubtreeInclusionClaim): ProofCheck {
  if (!isIndex(index) || !isSubtree(start, end)) return fails('PROOF_INCLUSION', `[${start}, ${end}) is not a subtree`);
  if (index < start) return fails('PROOF_INCLUSION', `leaf ${index} is not in [${start}, ${end})`);
  return verifyInclusion({ index: index - start, size: end - start, leaf, root, proof });
}

export interface ConsistencyClaim {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Digest;
  readonly root2: Digest;
  readonly proof: readonly Digest[];
}

/**
 * Verify a consistency proof (RFC 9162 §2.1.4.2). From size 0 it is refused whatever the proof: such a proof says nothing,
 * and an attacker who may claim "I started empty" could present any tree. Handle the empty log before. Never throws.
 */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): ProofCheck {
  if (size1 === 0) return fails('PROOF_CONSISTENCY', 'nothing is consistent with size 0 by proof');
  return verifySubtreeConsistency({ start: 0, end: size1, size: size2, subtreeRoot: root1, root: root2, proof });
}

/** The claim that the subtree `[start, end)` with hash `subtreeRoot` is part of the tree of `size` leaves with `root`. */
export interface SubtreeConsistencyClaim {
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly subtreeRoot: Digest;
  readonly root: Digest;
  readonly proof: readonly Digest[];
}

/**
 * Verify that a subtree is part of a tree (draft-ietf-plants-merkle-tree-certs, "Subtree Consistency Proofs"): the
 * algorithm of RFC 9162 §2.1.4.2, which is its case of start 0. The subtree without leaves is part of every tree, and only
 * the empty proof shows it. Never throws.
 */
export function verifySubtreeConsistency({ start, end, size, subtreeRoot, root, proof }: SubtreeConsistencyClaim): ProofCheck {
  const code = 'PROOF_CONSISTENCY';
  if (!isIndex(start) || !isIndex(end) || !isIndex(size)) return fails(code, 'sizes must be whole numbers from 0 to 2^53 - 1');
  if (end > size) return fails(code, `a tree of ${size} cannot extend one of ${end}`);
  if (start === end) {
    return proof.length === 0 && subtreeRoot === EMPTY_ROOT ? HOLDS : fails(code, 'of no leaves only the empty root and proof hold');
  }
  if (!isSubtree(start, end)) return fails(code, `[${start}, ${end}) is not a subtree`);
  if (end - start === size) {
    if (proof.length > 0) return fails(code, 'between equal sizes the proof must be empty');
    return subtreeRoot === root ? HOLDS : fails(code, 'equal sizes have different roots');
  }
  if (!areDigests(subtreeRoot, root, proof)) return fails(code, 'every hash must have 32 bytes');

  // On the level reached, `first` and `place` are the nodes over the first and last leaf of the subtree, `last` that over
  // the last leaf of the tree.
  let [first, place, last] = [start, end - 1, size - 1];
  const rise = (): void => {
    [first, place, last] = [Math.floor(first / 2), Math.floor(place / 2), Math.floor(last / 2)];
  };
  // A subtree on the right edge of the tree, or one that is perfect, is a node of the tree: its hash is known and left out
  // of the proof, which then begins with a sibling. Otherwise the proof begins with the last perfect part of the subtree.
  const onRightEdge = place === last;
  while (first !== place && (onRightEdge || place % 2 === 1)) rise();
  const [seed, ...siblings] = first === place ? [subtreeRoot, ...proof] : proof;
  if (seed === undefined) return fails(code, 'the proof is empty');
  let subtreeNode = seed;
  let node = seed;
  for (const sibling of siblings) {
    if (last === 0) return fails(code, 'the proof has too many hashes');
    if (place % 2 === 1 || place === last) {
      if (first < place) subtreeNode = nodeHash(sibling, subtreeNode);
      node = nodeHash(sibling, node);
      while (place % 2 === 0 && place !== 0) rise();
    } else {
      node = nodeHash(node, sibling);
    }
    rise();
  }
  if (last !== 0) return fails(code, 'the proof has too few hashes');
  if (subtreeNode !== subtreeRoot) return fails(code, 'the proof leads to another root of the smaller tree');
  return node === root ? HOLDS : fails(code, 'the proof leads to another root of the larger tree');
}

/** Whether `[start, end)` is what a Merkle tree has as a subtree: start is a multiple of the power of two that holds it. */
function isSubtree(start: number, end: number): boolean {
  if (!isIndex(start) || !isIndex(end) || start >= end) return false;
  let width = 1;
  while (width < end - start) width *= 2;
  return start % width === 0;
}

const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

const areDigests = (a: Digest, b: Digest, proof: readonly Digest[]): boolean =>
  a.length === DIGEST_BYTES && b.length === DIGEST_BYTES && proof.every((digest) => digest.length === DIGEST_BYTES);

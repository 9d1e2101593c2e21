import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CompactRange,
  decomposeRange,
  type Digest,
  digestFromBytes,
  digestToBase64,
  digestToBytes,
  digestToHex,
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  rootOfLeaves,
} from '../../../src-main/trust/merkle.ts';
import {
  buildConsistencyProof,
  buildInclusionProof,
  rootOfTree,
  subtreesOfLeaves,
  subtreesOfTiles,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
} from '../../../src-main/trust/merkle-proof.ts';

/** RFC 6962 §2.1, word for word and over Buffers: nothing of the code under test. */
function referenceRoot(entries: readonly Buffer[]): Buffer {
  const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]!);
  let k = 1;
  while (2 * k < entries.length) k *= 2;
  return sha256(Buffer.of(1), referenceRoot(entries.slice(0, k)), referenceRoot(entries.slice(k)));
}

const entriesOf = (n: number): Buffer[] => Array.from({ length: n }, (_, i) => Buffer.from(`entry ${i}`));
const leavesOf = (n: number): Digest[] => entriesOf(n).map((entry) => leafHash(entry));
const rangeOf = (leaves: readonly Digest[], start: number, end: number): CompactRange => {
  const range = new CompactRange(start);
  for (const leaf of leaves.slice(start, end)) range.append(leaf);
  return range;
};
const flipBit = (digest: Digest, bit: number): Digest => {
  const bytes = digestToBytes(digest);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return digestFromBytes(bytes);
};

describe('tree hashing', () => {
  it('gives the roots that Certificate Transparency publishes for its eight test entries', () => {
    const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const leaves = entries.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(digestToHex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestToHex(rootOfLeaves(leaves.slice(0, 1)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(digestToHex(rootOfLeaves(leaves))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('agrees with the recursive definition at every size up to 130', () => {
    for (let n = 0; n <= 130; n += 1) {
      const expected = referenceRoot(entriesOf(n)).toString('hex');
      expect(digestToHex(rootOfLeaves(leavesOf(n))), `size ${n}`).toBe(expected);
      expect(digestToHex(rootOfTree(n, subtreesOfLeaves(leavesOf(n)))), `size ${n}`).toBe(expected);
    }
  });

  it('hashes a part of a buffer as that part alone, short or longer than an entry may be', () => {
    const bytes = Buffer.from('before|entry|after');
    expect(leafHash(bytes, 7, 12)).toBe(leafHash(Buffer.from('entry')));
    for (const length of [0, 65_535, 65_536, 200_000]) {
      const entry = Buffer.alloc(length, 7);
      const expected = createHash('sha256')
        .update(Buffer.concat([Buffer.of(0), entry]))
        .digest('hex');
      expect(digestToHex(leafHash(entry)), `${length} bytes`).toBe(expected);
    }
    expect(digestToHex(leafHash(Buffer.from('entry')))).not.toBe(digestToHex(leafHash(Buffer.from('entr'))));
  });

  it('keeps leaves and nodes apart, so that a node cannot pass for an entry', () => {
    const [a, b] = leavesOf(2) as [Digest, Digest];
    expect(nodeHash(a, b)).not.toBe(leafHash(Buffer.concat([digestToBytes(a), digestToBytes(b)])));
    expect(nodeHash(a, b)).not.toBe(nodeHash(b, a));
  });

  it('turns digests into bytes and back, and refuses other lengths', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const digest = digestFromBytes(bytes);
        expect(digest).toHaveLength(32);
        expect([...digestToBytes(digest)]).toEqual([...bytes]);
        expect(digestToBase64(digest)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
    expect(() => digestFromBytes(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('compact range', () => {
  it('gives the same root however the leaves are split into segments', () => {
    const leaves = leavesOf(300);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }), (size, cuts) => {
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, size)).sort((a, b) => a - b), size];
        const joined = new CompactRange();
        for (let i = 1; i < bounds.length; i += 1) {
          for (const { level, digest } of rangeOf(leaves, bounds[i - 1]!, bounds[i]!).nodes()) joined.appendSubtree(level, digest);
        }
        expect(joined.size).toBe(size);
        expect(joined.root()).toBe(rootOfLeaves(leaves.slice(0, size)));
      }),
    );
  });

  it('joins segments into a segment too, in any grouping', () => {
    const leaves = leavesOf(200);
    const index = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(index, index, index, (a, b, c) => {
        const [start, middle, end] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const joined = rangeOf(leaves, start, middle);
        joined.appendRange(rangeOf(leaves, middle, end));
        expect(joined.nodes()).toEqual(rangeOf(leaves, start, end).nodes());
      }),
    );
  });

  it('hands over the aligned subtrees of its place, each with its own root', () => {
    const leaves = leavesOf(70);
    for (let start = 0; start <= 70; start += 1) {
      for (let end = start; end <= 70; end += 1) {
        const nodes = rangeOf(leaves, start, end).nodes();
        expect(nodes.map(({ level, index }) => ({ level, index }))).toEqual(decomposeRange(start, end));
        for (const { level, index, digest } of nodes) {
          if (digest !== rootOfLeaves(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))) {
            expect.fail(`[${start}, ${end}): node ${level}/${index}`);
          }
        }
      }
    }
  });

  it('covers a range with few subtrees, without gap or overlap, far beyond 32 bits', () => {
    const index = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.maxSafeNat());
    fc.assert(
      fc.property(index, index, (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const places = decomposeRange(start, end);
        let at = start;
        for (const { level, index: place } of places) {
          expect(place * 2 ** level).toBe(at);
          at += 2 ** level;
        }
        expect(at).toBe(end);
        expect(places.length).toBeLessThanOrEqual(Math.max(1, 2 * Math.floor(Math.log2(end - start + 2))));
      }),
    );
    expect(() => decomposeRange(3, 2)).toThrow(RangeError);
    expect(() => decomposeRange(-1, 2)).toThrow(RangeError);
    expect(() => decomposeRange(0, 2 ** 53)).toThrow(RangeError);
  });

  it('goes on from its serialised state, which stays under 2 KB', () => {
    const leaves = leavesOf(150);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 150 }), (a, b) => {
        const [start, stop] = [Math.min(a, b), Math.max(a, b)];
        const restored = CompactRange.fromBytes(rangeOf(leaves, start, stop).toBytes());
        for (const leaf of leaves.slice(stop)) restored.append(leaf);
        expect(restored.nodes()).toEqual(rangeOf(leaves, start, 150).nodes());
      }),
    );
    const worst = new CompactRange();
    for (let level = 51; level >= 0; level -= 1) worst.appendSubtree(level, EMPTY_ROOT);
    expect(worst.size).toBe(2 ** 52 - 1);
    expect(worst.toBytes().length).toBe(17 + 52 * 32);
    expect(CompactRange.fromBytes(worst.toBytes()).root()).toBe(worst.root());
  });

  it('refuses state that is cut, longer, of another version or of an impossible range', () => {
    const state = rangeOf(leavesOf(11), 0, 11).toBytes();
    for (let length = 0; length < state.length; length += 1) {
      expect(() => CompactRange.fromBytes(state.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
    }
    expect(() => CompactRange.fromBytes(Buffer.concat([state, Buffer.alloc(32)]))).toThrow(RangeError);
    expect(() => CompactRange.fromBytes(Buffer.concat([Buffer.of(2), state.subarray(1)]))).toThrow(RangeError);
    const backwards = Buffer.from(state);
    backwards.writeBigUInt64BE(12n, 1);
    expect(() => CompactRange.fromBytes(backwards)).toThrow(RangeError);
    const huge = Buffer.from(state);
    huge.writeBigUInt64BE(2n ** 63n, 9);
    expect(() => CompactRange.fromBytes(huge)).toThrow(RangeError);
  });

  it('refuses a subtree that is not aligned and a segment that does not follow', () => {
    const leaves = leavesOf(8);
    const range = rangeOf(leaves, 0, 3);
    expect(() => range.appendSubtree(1, leaves[0]!)).toThrow(RangeError);
    expect(() => range.appendSubtree(-1, leaves[0]!)).toThrow(RangeError);
    expect(() => range.appendSubtree(0.5, leaves[0]!)).toThrow(RangeError);
    expect(() => range.appendRange(rangeOf(leaves, 4, 8))).toThrow(RangeError);
    expect(() => rangeOf(leaves, 1, 3).root()).toThrow(RangeError);
    expect(() => new CompactRange(-1)).toThrow(RangeError);
    expect(range.root()).toBe(rootOfLeaves(leaves.slice(0, 3)));
  });

  it('makes a copy that goes on by itself', () => {
    const leaves = leavesOf(9);
    const range = rangeOf(leaves, 0, 5);
    const copy = range.clone();
    copy.append(leaves[5]!);
    expect(range.root()).toBe(rootOfLeaves(leaves.slice(0, 5)));
    expect(copy.root()).toBe(rootOfLeaves(leaves.slice(0, 6)));
  });
});

describe('inclusion proofs', () => {
  it('hold for every leaf of every size up to 40, and for no other index', () => {
    const leaves = leavesOf(40);
    const subtree = subtreesOfLeaves(leaves);
    for (let size = 1; size <= 40; size += 1) {
      const root = rootOfTree(size, subtree);
      for (let index = 0; index < size; index += 1) {
        const proof = buildInclusionProof(index, size, subtree);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        for (let claimed = 0; claimed < size; claimed += 1) {
          const check = verifyInclusion({ index: claimed, size, leaf: leaves[index]!, root, proof });
          if (check.ok !== (claimed === index)) expect.fail(`leaf ${index} of ${size} claimed at ${claimed}: ${check.ok}`);
        }
      }
    }
  });

  it('fail when any bit of leaf, root or proof is flipped, or a hash is added, removed or moved', () => {
    const leaves = leavesOf(100);
    const subtree = subtreesOfLeaves(leaves);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), fc.nat(), fc.nat(255), (size, at, which, bit) => {
        const index = at % size;
        const sound = {
          index,
          size,
          leaf: leaves[index]!,
          root: rootOfTree(size, subtree),
          proof: buildInclusionProof(index, size, subtree),
        };
        expect(verifyInclusion(sound)).toEqual({ ok: true });
        const refused = { ok: false, code: 'PROOF_INCLUSION' };
        expect(verifyInclusion({ ...sound, leaf: flipBit(sound.leaf, bit) })).toMatchObject(refused);
        expect(verifyInclusion({ ...sound, root: flipBit(sound.root, bit) })).toMatchObject(refused);
        expect(verifyInclusion({ ...sound, proof: [...sound.proof, EMPTY_ROOT] })).toMatchObject(refused);
        expect(verifyInclusion({ ...sound, leaf: sound.leaf.slice(1) })).toMatchObject(refused);
        if (sound.proof.length > 0) {
          const place = which % sound.proof.length;
          expect(verifyInclusion({ ...sound, proof: sound.proof.with(place, flipBit(sound.proof[place]!, bit)) })).toMatchObject(refused);
          expect(verifyInclusion({ ...sound, proof: sound.proof.toSpliced(place, 1) })).toMatchObject(refused);
          expect(verifyInclusion({ ...sound, proof: sound.proof.with(place, '') })).toMatchObject(refused);
        }
        if (sound.proof.length > 1) expect(verifyInclusion({ ...sound, proof: sound.proof.toReversed() })).toMatchObject(refused);
      }),
    );
  });

  it('of a billion leaves are as long as the tree is high', () => {
    // All leaves alike, so that any subtree of a level has the same hash and none need be stored.
    const levels = [leafHash(Buffer.from('same'))];
    for (let level = 1; level <= 31; level += 1) levels.push(nodeHash(levels[level - 1]!, levels[level - 1]!));
    const subtree = (level: number): Digest => levels[level]!;
    const size = 1_000_000_007;
    const proof = buildInclusionProof(999_999_999, size, subtree);
    const root = rootOfTree(size, subtree);
    expect(proof.length).toBeLessThanOrEqual(30);
    expect(verifyInclusion({ index: 999_999_999, size, leaf: levels[0]!, root, proof })).toEqual({ ok: true });
    const older = rootOfTree(600_000_001, subtree);
    const consistency = buildConsistencyProof(600_000_001, size, subtree);
    expect(verifyConsistency({ size1: 600_000_001, size2: size, root1: older, root2: root, proof: consistency })).toEqual({ ok: true });
  });

  it('are not built for a leaf outside the tree, and refuse numbers that are no index', () => {
    const subtree = subtreesOfLeaves(leavesOf(4));
    for (const [index, size] of [
      [4, 4],
      [-1, 4],
      [0, 0],
      [0.5, 4],
    ] as const) {
      expect(() => buildInclusionProof(index, size, subtree)).toThrow(RangeError);
      expect(verifyInclusion({ index, size, leaf: EMPTY_ROOT, root: EMPTY_ROOT, proof: [] })).toMatchObject({ ok: false });
    }
    expect(verifyInclusion({ index: 0, size: 2 ** 53, leaf: EMPTY_ROOT, root: EMPTY_ROOT, proof: [] })).toMatchObject({ ok: false });
    expect(() => buildInclusionProof(0, 5, subtree)).toThrow(/leaf 4 is not among the 4/);
  });
});

describe('consistency proofs', () => {
  it('hold between any two sizes up to 40', () => {
    const subtree = subtreesOfLeaves(leavesOf(40));
    for (let size2 = 1; size2 <= 40; size2 += 1) {
      for (let size1 = 1; size1 <= size2; size1 += 1) {
        const claim = {
          size1,
          size2,
          root1: rootOfTree(size1, subtree),
          root2: rootOfTree(size2, subtree),
          proof: buildConsistencyProof(size1, size2, subtree),
        };
        expect(verifyConsistency(claim), `${size1} to ${size2}`).toEqual({ ok: true });
      }
    }
  });

  it('fail when any bit is flipped, a hash is added or removed, or the heads change places', () => {
    const subtree = subtreesOfLeaves(leavesOf(100));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 99 }), fc.nat(), fc.nat(), fc.nat(255), (size2, at, which, bit) => {
        const size1 = 1 + (at % (size2 - 1));
        const [root1, root2] = [rootOfTree(size1, subtree), rootOfTree(size2, subtree)];
        const proof = buildConsistencyProof(size1, size2, subtree);
        const sound = { size1, size2, root1, root2, proof };
        expect(verifyConsistency(sound)).toEqual({ ok: true });
        const refused = { ok: false, code: 'PROOF_CONSISTENCY' };
        const place = which % proof.length;
        expect(verifyConsistency({ ...sound, root1: flipBit(root1, bit) })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, root2: flipBit(root2, bit) })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, proof: proof.with(place, flipBit(proof[place]!, bit)) })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, proof: proof.toSpliced(place, 1) })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, proof: [...proof, EMPTY_ROOT] })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, root1: root2, root2: root1 })).toMatchObject(refused);
        expect(verifyConsistency({ ...sound, size1: size2, size2: size1 })).toMatchObject(refused);
      }),
    );
  });

  it('show a rewritten entry: no proof leads from the older root', () => {
    const honest = leavesOf(20);
    const forged = honest.with(5, leafHash(Buffer.from('rewritten')));
    const root1 = rootOfLeaves(honest.slice(0, 12));
    const root2 = rootOfLeaves(forged);
    for (const leaves of [honest, forged]) {
      const proof = buildConsistencyProof(12, 20, subtreesOfLeaves(leaves));
      expect(verifyConsistency({ size1: 12, size2: 20, root1, root2, proof })).toMatchObject({ ok: false, code: 'PROOF_CONSISTENCY' });
    }
  });

  it('are refused from size 0, and are not built from there or backwards', () => {
    const subtree = subtreesOfLeaves(leavesOf(4));
    const root = rootOfTree(4, subtree);
    for (const proof of [[], [root]]) {
      expect(verifyConsistency({ size1: 0, size2: 4, root1: EMPTY_ROOT, root2: root, proof })).toMatchObject({ ok: false });
    }
    expect(verifyConsistency({ size1: 0, size2: 0, root1: EMPTY_ROOT, root2: EMPTY_ROOT, proof: [] })).toMatchObject({ ok: false });
    expect(() => buildConsistencyProof(0, 4, subtree)).toThrow(RangeError);
    expect(() => buildConsistencyProof(4, 3, subtree)).toThrow(RangeError);
    expect(buildConsistencyProof(4, 4, subtree)).toEqual([]);
  });

  it('place a stored block in the tree without the blocks before it', () => {
    const leaves = leavesOf(11);
    const claim = {
      start: 8,
      end: 11,
      size: 11,
      subtreeRoot: rootOfLeaves(leaves.slice(8)),
      root: rootOfLeaves(leaves),
      proof: [rootOfLeaves(leaves.slice(0, 8))],
    };
    expect(verifySubtreeConsistency(claim)).toEqual({ ok: true });
    expect(verifySubtreeConsistency({ ...claim, start: 7 })).toMatchObject({ ok: false });
    expect(verifySubtreeConsistency({ ...claim, subtreeRoot: leaves[8]! })).toMatchObject({ ok: false });
  });
});

describe('tiles', () => {
  it('serve the same proofs as leaves do, across full, partial and upper tiles', () => {
    const leaves = leavesOf(600);
    const tiles = new Map<string, Buffer>();
    const upper: Digest[] = [];
    for (let tile = 0; tile * 256 < leaves.length; tile += 1) {
      const part = leaves.slice(tile * 256, (tile + 1) * 256);
      tiles.set(`0/${tile}`, Buffer.concat(part.map(digestToBytes)));
      if (part.length === 256) upper.push(rootOfLeaves(part));
    }
    tiles.set('1/0', Buffer.concat(upper.map(digestToBytes)));
    const stored = subtreesOfTiles((level, index) => tiles.get(`${level}/${index}`)!);
    const direct = subtreesOfLeaves(leaves);
    for (const index of [0, 255, 256, 511, 512, 599]) {
      expect(buildInclusionProof(index, 600, stored)).toEqual(buildInclusionProof(index, 600, direct));
    }
    for (const size of [1, 256, 257, 512, 599, 600]) {
      expect(buildConsistencyProof(size, 600, stored)).toEqual(buildConsistencyProof(size, 600, direct));
      expect(rootOfTree(size, stored)).toBe(rootOfLeaves(leaves.slice(0, size)));
    }
    expect(() => stored(0, 600)).toThrow(/tile 0\/2 ends before hash 600/);
  });
});

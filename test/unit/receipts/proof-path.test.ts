import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pathOf } from '../../../src-main/receipts/receipt-proof.ts';
import { digestFromBytes, digestToHex, leafHash, nodeHash, rootOfLeaves } from '../../../src-main/trust/merkle.ts';
import { buildInclusionProof, subtreesOfLeaves } from '../../../src-main/trust/merkle-proof.ts';

it('the path names, for every sibling, the side and exactly the entries it stands for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(69), (size, at) => {
      const index = at % size;
      const leaves = Array.from({ length: size }, (_none, i) => leafHash(Buffer.from([i])));
      const path = pathOf(index, size, buildInclusionProof(index, size, subtreesOfLeaves(leaves)));
      let node = leaves[index]!;
      let covered = { from: index, to: index + 1 };
      for (const { side, hash, covers } of path) {
        expect(hash).toBe(digestToHex(rootOfLeaves(leaves.slice(covers.from, covers.to))));
        const sibling = digestFromBytes(Buffer.from(hash, 'hex'));
        node = side === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling);
        expect(side === 'left' ? covers.to : covers.from).toBe(side === 'left' ? covered.from : covered.to);
        covered = { from: Math.min(covers.from, covered.from), to: Math.max(covers.to, covered.to) };
      }
      expect(covered).toEqual({ from: 0, to: size });
      expect(node).toBe(rootOfLeaves(leaves));
    }),
  );
});

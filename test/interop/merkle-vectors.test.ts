// The proof vectors of transparency-dev/merkle: valid proofs, and mutations of them that a strict verifier must refuse.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Digest } from '../../src-main/trust/merkle.ts';
import {
  type ProofCheck,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from '../../src-main/trust/merkle-proof.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

/** Each family has the fields that its claim needs. */
interface Vector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly size1: number;
  readonly size2: number;
  readonly leafHash: string;
  readonly root: string;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

// Some vectors hold roots that are no digests on purpose, so nothing is checked in decoding.
const digest = (base64: string): Digest => Buffer.from(base64, 'base64').toString('latin1');
const proofOf = (vector: Vector): Digest[] => (vector.proof ?? []).map(digest);

const FAMILIES: [family: string, count: number, verify: (vector: Vector) => ProofCheck][] = [
  [
    'inclusion',
    98,
    (v) => verifyInclusion({ index: v.leafIdx, size: v.treeSize, leaf: digest(v.leafHash), root: digest(v.root), proof: proofOf(v) }),
  ],
  [
    'consistency',
    98,
    (v) => verifyConsistency({ size1: v.size1, size2: v.size2, root1: digest(v.root1), root2: digest(v.root2), proof: proofOf(v) }),
  ],
  [
    'subtreeinclusion',
    204,
    (v) =>
      verifySubtreeInclusion({
        index: v.leafIdx,
        start: v.start,
        end: v.end,
        leaf: digest(v.leafHash),
        root: digest(v.root),
        proof: proofOf(v),
      }),
  ],
  [
    'subtreeconsistency',
    118,
    (v) =>
      verifySubtreeConsistency({
        start: v.start,
        end: v.end,
        size: v.size,
        subtreeRoot: digest(v.root1),
        root: digest(v.root2),
        proof: proofOf(v),
      }),
  ],
];

describeShared('transparency-dev/merkle proof vectors', () => {
  it.each(FAMILIES)('%s: each of the %i vectors has its verdict', (family, count, verify) => {
    const folder = sharedData('trust', 'merkle', 'testdata', family);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    expect(files).toHaveLength(count);
    const wrong: string[] = [];
    let accepted = 0;
    for (const file of files) {
      const vector = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Vector;
      const check = verify(vector);
      if (check.ok) accepted += 1;
      if (check.ok === vector.wantErr) wrong.push(`${file}: ${check.ok ? 'accepted' : check.reason}`);
    }
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(count);
  });
});

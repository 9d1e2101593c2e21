// A log written by transparency-dev/tessera: every head it signed, its tiles and its entries agree with our tree.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../../src-main/trust/checkpoint.ts';
import { CompactRange, digestToBytes, EMPTY_ROOT, leafHash } from '../../src-main/trust/merkle.ts';
import {
  buildConsistencyProof,
  buildInclusionProof,
  rootOfTree,
  subtreesOfTiles,
  verifyConsistency,
  verifyInclusion,
} from '../../src-main/trust/merkle-proof.ts';
import { formatTlogProof, verifyTlogProof } from '../../src-main/trust/tlog-proof.ts';
import { parseTrustFile } from '../../src-main/trust/trust-file.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const file = (...path: string[]): Buffer => readFileSync(sharedData('trust', 'tessera', ...path));
const keys = () => parseTrustFile(file('log.vkey')).keys;
const NEWEST = 15;

function checkpointOf(size: number): Checkpoint {
  const opened = openCheckpoint(file('testdata', 'log', `checkpoint.${size}`), keys(), { origin: 'example.com/log/testdata' });
  expect(opened.problems, `checkpoint.${size}`).toEqual([]);
  expect(opened.trusted).toBe(true);
  return opened.checkpoint!;
}

/** Entry bundle of C2SP tlog-tiles: entries behind a big-endian 16-bit length. */
function entriesOf(size: number): Buffer[] {
  const bundle = file('testdata', 'log', 'tile', 'entries', '000.p', String(size));
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 + bundle.readUInt16BE(at);
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

const tiles = (size: number) =>
  subtreesOfTiles((level, index) => {
    expect([level, index]).toEqual([0, 0]);
    return file('testdata', 'log', 'tile', '0', '000.p', String(size));
  });

describeShared('a log of transparency-dev/tessera', () => {
  it('has 16 checkpoints, all signed by its key', () => {
    const names = readdirSync(sharedData('trust', 'tessera', 'testdata', 'log')).filter((name) => /^checkpoint\.\d+$/.test(name));
    expect(names).toHaveLength(NEWEST + 1);
    for (let size = 0; size <= NEWEST; size += 1) expect(checkpointOf(size)).toMatchObject({ size, extensions: [] });
    expect(openCheckpoint(file('testdata', 'log', 'checkpoint'), keys()).checkpoint).toEqual(checkpointOf(NEWEST));
  });

  it('has the roots that we compute from its entries and from its tiles', () => {
    expect(checkpointOf(0).root).toBe(EMPTY_ROOT);
    for (let size = 1; size <= NEWEST; size += 1) {
      const { root } = checkpointOf(size);
      const entries = entriesOf(size);
      expect(entries).toHaveLength(size);
      const range = new CompactRange();
      for (const entry of entries) range.append(leafHash(entry));
      expect(range.root(), `entries of ${size}`).toBe(root);
      expect(rootOfTree(size, tiles(size)), `tile of ${size}`).toBe(root);
      const hashes = Buffer.concat(entries.map((entry) => digestToBytes(leafHash(entry))));
      expect(hashes.equals(file('testdata', 'log', 'tile', '0', '000.p', String(size)))).toBe(true);
    }
  });

  it('proves inclusion and consistency from its tiles to its signed heads', () => {
    const entries = entriesOf(NEWEST);
    for (let size = 1; size <= NEWEST; size += 1) {
      const { root } = checkpointOf(size);
      for (let index = 0; index < size; index += 1) {
        const proof = buildInclusionProof(index, size, tiles(NEWEST));
        expect(verifyInclusion({ index, size, leaf: leafHash(entries[index]!), root, proof })).toEqual({ ok: true });
      }
      for (let older = 1; older <= size; older += 1) {
        const proof = buildConsistencyProof(older, size, tiles(NEWEST));
        const claim = { size1: older, size2: size, root1: checkpointOf(older).root, root2: root, proof };
        expect(verifyConsistency(claim), `${older} to ${size}`).toEqual({ ok: true });
      }
    }
  });

  it('gives portable proofs over its own checkpoints', () => {
    const checkpointNote = file('testdata', 'log', 'checkpoint');
    entriesOf(NEWEST).forEach((entry, index) => {
      const proof = formatTlogProof({ index, hashes: buildInclusionProof(index, NEWEST, tiles(NEWEST)), checkpointNote });
      expect(verifyTlogProof(proof, leafHash(entry), keys(), { log: 'testdata' })).toMatchObject({ ok: true });
      expect(verifyTlogProof(proof, leafHash(Buffer.from('forged')), keys())).toMatchObject({ ok: false });
    });
  });
});

// The worked example of docs/formats/checkpoints-and-proofs.md is what the code makes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatOrigin, openCheckpoint, signCheckpoint } from '../../../src-main/trust/checkpoint.ts';
import { CompactRange, digestToHex, leafHash, nodeHash } from '../../../src-main/trust/merkle.ts';
import { buildInclusionProof, subtreesOfLeaves } from '../../../src-main/trust/merkle-proof.ts';
import { cosignatureSigner, cosignNote, ed25519Signer } from '../../../src-main/trust/note.ts';
import { formatTlogProof, verifyTlogProof } from '../../../src-main/trust/tlog-proof.ts';
import { parseTrustFile } from '../../../src-main/trust/trust-file.ts';
import { testKey } from '../../support/ed25519-test-key.ts';

const doc = readFileSync(new URL('../../../docs/formats/checkpoints-and-proofs.md', import.meta.url), 'utf8');
const block = (language: string): Buffer => {
  const text = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(doc)?.[1];
  if (text === undefined) expect.fail(`no block of ${language}`);
  return Buffer.from(text);
};

const leaves = ['one', 'two', 'three'].map((entry) => leafHash(Buffer.from(entry)));
const range = new CompactRange();
for (const leaf of leaves) range.append(leaf);
const origin = formatOrigin('inst-example', 'demo');
const log = ed25519Signer(origin, testKey(1));
const witness = cosignatureSigner('witness.example/w1', testKey(3), 1_748_736_000);
const note = signCheckpoint({ origin, size: 3, root: range.root(), extensions: [] }, log);

describe('the worked example of the formats', () => {
  it('has the hashes and the state', () => {
    for (const digest of [...leaves, nodeHash(leaves[0]!, leaves[1]!), range.root()]) expect(doc).toContain(`  ${digestToHex(digest)}\n`);
    expect(block('state').toString().trim()).toBe(range.toBytes().toString('hex'));
  });

  it('has the checkpoint and the trust file that opens it', () => {
    const { keys, problems } = parseTrustFile(block('vkeys'));
    expect(problems).toEqual([]);
    expect(keys.map((key) => key.vkey)).toEqual([log.key.vkey, witness.key.vkey]);
    expect(block('note').toString()).toBe(cosignNote(note, [witness]).toString());
    expect(block('note')).toHaveLength(345);
    expect(openCheckpoint(block('note'), keys, { log: 'demo' })).toMatchObject({
      trusted: true,
      cosigners: [{ cosignedAtSeconds: Date.parse('2025-06-01T00:00:00Z') / 1000 }],
    });
  });

  it('has the portable proof', () => {
    const hashes = buildInclusionProof(1, 3, subtreesOfLeaves(leaves));
    expect(block('tlog-proof').toString()).toBe(formatTlogProof({ index: 1, hashes, checkpointNote: note }).toString());
    expect(block('tlog-proof')).toHaveLength(339);
    expect(verifyTlogProof(block('tlog-proof'), leaves[1]!, [log.key])).toMatchObject({ ok: true });
  });
});

/** A 3-record file with a checkpoint: flipped at every bit and cut at every byte, it is never verified. */
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src-main/receipts/chain-folder.ts';
import { buildChain, type BuiltChain, canonicalBytes, checkpointOf, fileBytes } from '../../support/chain-builder.ts';
import { verifyBuilt } from '../../support/verify-built.ts';

const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';
/** Deep mode flips to every other byte value where the short form flips each bit. */
const flipsOf = (): number[] => (DEEP ? Array.from({ length: 255 }, (_none, i) => i + 1) : [1, 2, 4, 8, 16, 32, 64, 128]);

const chains: readonly (readonly [string, BuiltChain])[] = [
  ['jcs-sha256-1', buildChain({ receipts: 3, seed: 11 })],
  ['erlmcp-json-0', buildChain({ receipts: 3, seed: 12, profile: 'erlmcp-json-0' })],
];

const verdictOf = async (chain: BuiltChain, bytes?: Buffer): Promise<string> => (await verifyBuilt(chain, bytes)).result.verdict;

describe.each(chains)('%s', (profile, chain) => {
  const bytes = fileBytes(chain.lines);
  const unanchored = { ...chain, checkpoints: [] };

  it('the sound file is verified', async () => {
    expect(await verdictOf(chain)).toBe('VERIFIED');
  });

  it('every flip is found by the receipts alone, without the checkpoint', async () => {
    const missed: string[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (const flip of flipsOf()) {
        bytes[at]! ^= flip;
        const verdict = await verdictOf(unanchored, bytes);
        bytes[at]! ^= flip;
        // The first record of a document chain is what tells its layout: where it fits none, nothing can be decided.
        const found = verdict === 'BROKEN' || (profile === 'erlmcp-json-0' && at < chain.lines[0]!.length && verdict === 'INDETERMINATE');
        if (!found) missed.push(`byte ${at} ^ ${flip}: ${verdict}`);
      }
    }
    expect(missed).toEqual([]);
  }, 600_000);

  it('every cut is found with the checkpoint', async () => {
    const missed: string[] = [];
    for (let length = 0; length < bytes.length; length += 1) {
      const verdict = await verdictOf(chain, bytes.subarray(0, length));
      if (verdict !== 'BROKEN') missed.push(`${length} bytes: ${verdict}`);
    }
    expect(missed).toEqual([]);
  }, 600_000);
});

describe('beside the receipts', () => {
  const [, chain] = chains[0]!;

  it('no flip in the checkpoint leaves the chain verified', async () => {
    const note = Buffer.from(checkpointOf(chain, 3).bytes);
    const missed: string[] = [];
    for (let at = 0; at < note.length; at += 1) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128]) {
        note[at]! ^= flip;
        const verdict = await verdictOf({ ...chain, checkpoints: [{ name: '000000000003.note', bytes: note }] });
        note[at]! ^= flip;
        if (verdict === 'VERIFIED') missed.push(`byte ${at} ^ ${flip}`);
      }
    }
    expect(missed).toEqual([]);
  }, 600_000);

  it('no flip in chain.json leaves the chain verified, but in its free texts', async () => {
    const json = canonicalBytes(chain.manifest);
    const missed: string[] = [];
    for (let at = 0; at < json.length; at += 1) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128]) {
        json[at]! ^= flip;
        let changed: BuiltChain['manifest'] | null;
        try {
          changed = parseManifest(json) as BuiltChain['manifest'];
        } catch {
          changed = null;
        }
        json[at]! ^= flip;
        if (changed === null) continue;
        const { source: _source, plan_id: _plan, version: _version, ...bound } = changed;
        const { source: _s, plan_id: _p, version: _v, ...was } = chain.manifest;
        const isFreeText = canonicalBytes(bound).equals(canonicalBytes(was));
        if (!isFreeText && (await verdictOf({ ...chain, manifest: changed })) === 'VERIFIED') missed.push(`byte ${at} ^ ${flip}`);
      }
    }
    expect(missed).toEqual([]);
  }, 600_000);
});

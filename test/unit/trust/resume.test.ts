/** Going on from a state gives what verifying from zero gives, reads only what is new, and trusts nothing it should not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainVerifierState, restoreState, serialiseState } from '../../../src-main/trust/chain-state.ts';
import type { ChainOutcome, VerifyChainOptions } from '../../../src-main/trust/chain-verifier.ts';
import type { LinePosition, LineSink, LineSource } from '../../../src-main/trust/line-sink.ts';
import { digestToHex } from '../../../src-main/trust/merkle.ts';
import {
  buildChain,
  type BuiltChain,
  checkpointOf,
  editAndRehash,
  fileBytes,
  receiptOf,
  rechain,
  rootOfLines,
  sealReceipt,
  withLines,
} from '../../support/chain-builder.ts';
import { codesOf, optionsFor, verifyBuilt } from '../../support/verify-built.ts';

const chain = buildChain({ receipts: 40, seed: 21, checkpointsAt: [10, 30, 40] });
const bound = { log: chain.manifest.chain_id, profile: chain.manifest.profile, genesisHash: chain.manifest.genesis_hash };

/** The chain as it was when it had `size` receipts. */
const early = (built: BuiltChain, size: number): BuiltChain => ({
  ...withLines(built, built.lines.slice(0, size)),
  checkpoints: built.checkpoints.filter(({ name }) => Number.parseInt(name, 10) <= size),
});

async function stateAt(built: BuiltChain, size: number): Promise<ChainVerifierState> {
  const { state } = await verifyBuilt(early(built, size));
  return restoreState(serialiseState(state!), { ...bound, profile: built.manifest.profile, genesisHash: built.manifest.genesis_hash })!;
}

const goOn = (built: BuiltChain, state: ChainVerifierState, options: Partial<VerifyChainOptions> = {}): Promise<ChainOutcome> =>
  verifyBuilt(built, undefined, { state, ...options });

describe('going on from a state', () => {
  it.each(['jcs-sha256-1', 'erlmcp-json-0'] as const)('%s: the same result as from zero, wherever it stopped', async (profile) => {
    const built = buildChain({ receipts: 40, seed: 21, checkpointsAt: [10, 30, 40], profile });
    const { result } = await verifyBuilt(built);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
        const resumed = await goOn(built, await stateAt(built, size));
        expect(resumed.result).toEqual(result);
        expect(resumed.verifiedFrom).toBe(size);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('reads only what is new', async () => {
    const state = await stateAt(chain, 30);
    const inner = optionsFor(chain).source;
    const from: LinePosition[] = [];
    const source: LineSource = {
      byteLength: inner.byteLength,
      feed: (sink: LineSink, position, breathe) => {
        from.push(position);
        return inner.feed(sink, position, breathe);
      },
    };
    await goOn(chain, state, { source });
    expect(from).toEqual([{ index: 30, byteOffset: fileBytes(chain.lines.slice(0, 30)).length }]);
  });

  it('finds what is wrong with the new receipts, at the seam too', async () => {
    const state = await stateAt(chain, 20);
    const gone = withLines(chain, chain.lines.toSpliced(20, 1));
    expect(codesOf(await goOn(gone, state))).toEqual(codesOf(await verifyBuilt(gone)));
    const forked = withLines(chain, [
      ...chain.lines.slice(0, 40),
      sealReceipt({ ...receiptOf(chain.lines[39]!), receipt_id: 'x', previous_receipt_hash: receiptOf(chain.lines[4]!)['current_hash'] })
        .line,
    ]);
    expect(codesOf(await goOn(forked, state))).toEqual(codesOf(await verifyBuilt(forked)));
  });

  it('keeps an old break: the verdict stays BROKEN and its findings stay counted', async () => {
    const edited = withLines(
      chain,
      chain.lines.with(5, Buffer.from(chain.lines[5]!.toString('latin1').replace('"version":"1.0"', '"version":"9.9"'), 'latin1')),
    );
    const unanchored = { ...edited, checkpoints: [] };
    const outcome = await goOn(unanchored, await stateAt(unanchored, 20));
    expect(outcome.result).toMatchObject({ verdict: 'BROKEN', findings_total: 2, receipts: 40 });
    expect(codesOf(outcome)).toEqual(['UNANCHORED_TAIL']);
  });

  it('names the blocks of 256 that became whole, so that they can be kept', async () => {
    const long = buildChain({ receipts: 600, seed: 22 });
    const first = await verifyBuilt(early(long, 300));
    const second = await verifyBuilt(long, undefined, { state: first.state! });
    const whole = await verifyBuilt(long);
    expect([...first.blocks, ...second.blocks]).toEqual(whole.blocks);
    expect([first.firstBlock, second.firstBlock]).toEqual([0, 1]);
  });

  it('looks new ids up among those that were verified before', async () => {
    const id = receiptOf(chain.lines[3]!)['receipt_id'] as string;
    const lines = rechain(editAndRehash(chain, 35, { receipt_id: id }).lines, 35);
    const replayed = { ...withLines(chain, lines), checkpoints: [] };
    const asked: string[] = [];
    const lookUpKnownIds = (ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      asked.push(...ids);
      return Promise.resolve(new Map(ids.includes(id) ? [[id, 3]] : []));
    };
    const outcome = await goOn(replayed, await stateAt(replayed, 30), { lookUpKnownIds });
    expect(asked).toEqual(lines.slice(30).map((line) => receiptOf(line)['receipt_id']));
    expect(codesOf(outcome)).toEqual(['CHAIN_DUPLICATE_ID@35', 'UNANCHORED_TAIL']);
    expect(outcome.result.findings[0]!.explain).toContain('receipt #3 has already, which was verified before');
  });
});

describe('what a state does not vouch for', () => {
  it('a checkpoint that appears later for an old size: verified from zero', async () => {
    const state = await stateAt({ ...chain, checkpoints: [] }, 20);
    const outcome = await goOn(chain, state);
    expect(outcome.verifiedFrom).toBe(0);
    expect(outcome.result.verdict).toBe('VERIFIED');
    const forged = withLines(chain, rechain(editAndRehash(chain, 4, { version: '9' }).lines, 5));
    const contradicted = { ...chain, checkpoints: [checkpointOf(forged, 10)] };
    expect((await goOn(contradicted, state)).result.verdict).toBe('BROKEN');
  });

  it('a checkpoint exactly at its size that has another root', async () => {
    const state = await stateAt(chain, 20);
    const forged = withLines(chain, rechain(editAndRehash(chain, 4, { version: '9' }).lines, 5));
    const outcome = await goOn({ ...chain, checkpoints: [...chain.checkpoints, checkpointOf(forged, 20)] }, state);
    expect(codesOf(outcome)).toEqual(['LOG_FORK_PROVEN']);
  });

  it('a source that has become shorter is read from the beginning', async () => {
    const outcome = await goOn(early(chain, 10), await stateAt(chain, 30));
    expect(outcome.verifiedFrom).toBe(0);
    expect(outcome.result.receipts).toBe(10);
  });

  it('another chain, another profile, another genesis, another version, a flipped byte', async () => {
    const text = serialiseState(await stateAt(chain, 20));
    expect(restoreState(text, bound)).toBeDefined();
    expect(restoreState(text, { ...bound, log: 'other' })).toBeUndefined();
    expect(restoreState(text, { ...bound, profile: 'erlmcp-json-0' })).toBeUndefined();
    expect(restoreState(text, { ...bound, genesisHash: null })).toBeUndefined();
    expect(restoreState('', bound)).toBeUndefined();
    for (let at = 0; at < text.length; at += 7) {
      const flipped = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
      expect(restoreState(flipped, bound)).toBeUndefined();
    }
  });

  it('takes at most 2 KB, whatever the chain', async () => {
    const long = buildChain({ receipts: 1_023, seed: 23 });
    const { state } = await verifyBuilt(long);
    const text = serialiseState(state!);
    // Ten nodes here; thirty for 2^30 − 1 receipts.
    expect(text.length + Math.ceil((20 * 32 * 4) / 3)).toBeLessThanOrEqual(2_048);
  });
});

describe('the head that is remembered elsewhere', () => {
  const seen = (built: BuiltChain, size: number) => ({ size, root: digestToHex(rootOfLines(built.lines, size)), where: 'this console' });

  it('a chain that is shorter than it was seen was rolled back', async () => {
    const outcome = await verifyBuilt(early(chain, 10), undefined, { lastSeen: seen(chain, 40) });
    expect(codesOf(outcome)).toEqual(['LOG_ROLLBACK']);
    expect(outcome.result.findings[0]).toMatchObject({ gap: { from: 10, to: 40, count: 30 }, expected: '40', actual: '10' });
    expect(outcome.result.findings[0]!.explain).toBe(
      'The chain has 10 receipts, but this console has seen 40: it was set back to an earlier state.',
    );
  });

  it('a chain of the same length with another past', async () => {
    const rewritten = { ...withLines(chain, rechain(editAndRehash(chain, 4, { version: '9' }).lines, 5)), checkpoints: [] };
    const outcome = await verifyBuilt(rewritten, undefined, { lastSeen: seen(chain, 40) });
    expect(codesOf(outcome)).toEqual(['LOG_ROOT_MISMATCH']);
    expect(outcome.result.findings[0]!.explain).toContain('do not give the root that this console has seen');
  });

  it('known blocks name the block of 256 that was rewritten', async () => {
    const long = buildChain({ receipts: 1_200, seed: 24 });
    const { blocks } = await verifyBuilt(long);
    const rewritten = withLines(long, rechain(editAndRehash(long, 700, { version: '9' }).lines, 701));
    const { result } = await verifyBuilt(rewritten, undefined, { knownBlocks: blocks });
    expect(result.findings[0]).toMatchObject({
      code: 'LOG_ROOT_MISMATCH',
      gap: { from: 512, to: 768, count: 'unknown' },
      last_good_index: 511,
    });
  });

  it('a chain that has grown honestly', async () => {
    expect((await verifyBuilt(chain, undefined, { lastSeen: seen(chain, 25) })).result.verdict).toBe('VERIFIED');
  });
});

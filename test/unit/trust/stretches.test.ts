/** A chain verified in stretches gives what it gives in one go, wherever it is cut. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ChainProbe, NO_HITS } from '../../../src-main/trust/chain-probe.ts';
import { ChainRun } from '../../../src-main/trust/chain-verifier.ts';
import { LineSplitter } from '../../../src-main/trust/line-splitter.ts';
import { RepeatedIds } from '../../../src-main/trust/repeated-id-findings.ts';
import { repeatedFingerprints } from '../../../src-main/trust/repeated-ids.ts';
import { SegmentVerifier } from '../../../src-main/trust/segment-verifier.ts';
import { buildChain, type BuiltChain, checkpointOf, fileBytes, receiptOf, sealReceipt, withLines } from '../../support/chain-builder.ts';
import { optionsFor, verifyBuilt } from '../../support/verify-built.ts';

// The deep form of the properties takes minutes.
vi.setConfig({ testTimeout: process.env['COUNTERSIGN_DEEP'] === '1' ? 900_000 : 60_000 });

/** Verifies with the lines cut into stretches of the given lengths. */
function verifyInStretches(chain: BuiltChain, lengths: readonly number[], tail: Buffer = Buffer.alloc(0)) {
  const run = new ChainRun(optionsFor(chain));
  let index = 0;
  let byteOffset = 0;
  let cut = 0;
  const { lines } = chain;
  while (index < lines.length || (index === 0 && tail.length > 0)) {
    const count = Math.min(Math.max(1, lengths[cut++ % lengths.length]!), lines.length - index);
    const verifier = new SegmentVerifier(run.segmentOptions({ index, byteOffset }));
    const splitter = new LineSplitter(verifier);
    const bytes = fileBytes(lines.slice(index, index + count));
    splitter.push(bytes);
    index += count;
    byteOffset += bytes.length;
    if (index === lines.length && tail.length > 0) splitter.push(Buffer.from(tail));
    splitter.end();
    run.join(verifier.finish());
    if (count === 0) break;
  }
  run.endFirstPass();
  const targets = run.probeTargets(repeatedFingerprints(run.fingerprints).suspects);
  if (targets === null) return run.conclude(NO_HITS).result;
  const probe = new ChainProbe(targets);
  const splitter = new LineSplitter(probe);
  splitter.push(Buffer.concat([fileBytes(lines), tail]));
  splitter.end();
  const hits = probe.finish();
  return run.conclude(hits, new RepeatedIds().among(null, hits.suspects)).result;
}

/** Attacks by number, so that several can be combined at random places. */
const ATTACKS: readonly ((lines: readonly Buffer[], at: number) => Buffer[])[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at]!),
  (lines, at) => (at === 0 ? [...lines] : lines.with(at, lines[at - 1]!).with(at - 1, lines[at]!)),
  (lines, at) => lines.with(at, Buffer.from(lines[at]!.toString('latin1').replace('"version":"1.0"', '"version":"2.0"'), 'latin1')),
  (lines, at) => lines.with(at, Buffer.from('not a receipt')),
  (lines, at) => lines.toSpliced(at, 0, Buffer.alloc(0)),
  (lines, at) => {
    const old = receiptOf(lines[at]!);
    return lines.with(at, sealReceipt({ ...old, previous_receipt_hash: old['current_hash'], refusal_trigger: {} }).line);
  },
  (lines, at) =>
    lines.with(
      at,
      sealReceipt({ ...receiptOf(lines[at]!), timestamp: at % 2 === 0 ? '2020-01-01T00:00:00Z' : '2040-01-01T00:00:00Z' }).line,
    ),
  (lines, at) => lines.with(at, sealReceipt({ ...receiptOf(lines[at]!), previous_receipt_hash: null }).line),
];

describe('stretches', () => {
  const runs = process.env['COUNTERSIGN_DEEP'] === '1' ? 5_000 : 400;

  it('of any lengths agree with one go, whatever was done to the chain', async () => {
    const honest = buildChain({ receipts: 24, seed: 77 });
    const anchored: BuiltChain = { ...honest, checkpoints: [3, 8, 17, 24].map((size) => checkpointOf(honest, size)) };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ attack: fc.nat(ATTACKS.length - 1), at: fc.nat(23) }), { maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (attacks, lengths) => {
          let { lines } = anchored;
          for (const { attack, at } of attacks) {
            const place = at % lines.length;
            // Only readable lines can be amended; the others stay as they are.
            if (attack >= 6 && !lines[place]!.toString('latin1').startsWith('{')) continue;
            lines = ATTACKS[attack]!(lines, place);
          }
          const attacked = withLines(anchored, lines);
          expect(verifyInStretches(attacked, lengths)).toEqual((await verifyBuilt(attacked)).result);
        },
      ),
      { numRuns: runs, seed: 5 },
    );
  });

  it('cut at any block boundary of 256 give the same root and the same roots of old heads', async () => {
    const honest = buildChain({ receipts: 1_100, seed: 78 });
    const anchored: BuiltChain = {
      ...honest,
      checkpoints: [1, 255, 256, 257, 512, 600, 1_024, 1_100].map((size) => checkpointOf(honest, size)),
    };
    const whole = (await verifyBuilt(anchored)).result;
    expect(whole.verdict).toBe('VERIFIED');
    for (const lengths of [[1_100], [256], [255, 1], [100], [1, 300], [511, 2], [700, 13]])
      expect(verifyInStretches(anchored, lengths)).toEqual(whole);
  });

  it('of a document chain keep the layout that its first record pinned', async () => {
    const legacy = buildChain({ receipts: 20, seed: 79, profile: 'erlmcp-json-0' });
    expect(verifyInStretches(legacy, [3])).toEqual((await verifyBuilt(legacy)).result);
  });

  it('of a chain in which one receipt stands three times, and of one amended twice', async () => {
    const chain = buildChain({ receipts: 12, seed: 81 });
    const old = receiptOf(chain.lines[4]!);
    const amend = (code: number): Buffer =>
      sealReceipt({ ...old, previous_receipt_hash: old['current_hash'], refusal_trigger: { code } }).line;
    for (const lines of [chain.lines.toSpliced(5, 0, chain.lines[4]!, chain.lines[4]!), chain.lines.toSpliced(4, 1, amend(1), amend(2))]) {
      const attacked = withLines(chain, lines);
      const { result } = await verifyBuilt(attacked);
      for (let first = 1; first < lines.length; first += 1) {
        for (const second of [1, 2, 3, 20]) expect(verifyInStretches(attacked, [first, second, 20])).toEqual(result);
      }
    }
  });

  it('see a torn tail once', async () => {
    const chain = buildChain({ receipts: 5 });
    const tail = Buffer.from('{"audit_fields":');
    expect(verifyInStretches(chain, [2], tail)).toEqual((await verifyBuilt(chain, Buffer.concat([fileBytes(chain.lines), tail]))).result);
  });

  it.each([1, 7, 100, 4096])('arrive in chunks of %i bytes without a difference', async (chunk) => {
    const chain = buildChain({ receipts: 30, seed: 80 });
    const bytes = fileBytes(chain.lines.toSpliced(11, 2));
    const { result } = await verifyBuilt(chain, bytes);
    const { source } = optionsFor(chain, bytes, chunk);
    expect((await verifyBuilt(chain, bytes, { source })).result).toEqual(result);
  });
});

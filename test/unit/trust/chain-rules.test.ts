import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { formatTimestamp } from '../../../src-main/trust/timestamps.ts';
import {
  buildChain,
  type BuiltChain,
  checkpointOf,
  editAndRehash,
  editLine,
  fileBytes,
  type Receipt,
  receiptOf,
  rechain,
  rootOfLines,
  sealReceipt,
  withLines,
} from '../../support/chain-builder.ts';
import { digestToHex } from '../../../src-main/trust/merkle.ts';
import { codesOf, TEST_NOW_MS, verifyBuilt } from '../../support/verify-built.ts';

// The deep form of the properties takes minutes.
vi.setConfig({ testTimeout: process.env['COUNTERSIGN_DEEP'] === '1' ? 900_000 : 60_000 });

const chain = buildChain({ receipts: 12, checkpointsAt: [8, 12], seed: 42 });
const legacy = buildChain({ receipts: 12, profile: 'erlmcp-json-0', seed: 43 });
const unanchored = (built: BuiltChain): BuiltChain => ({ ...built, checkpoints: [] });
const without = (index: number, count = 1): BuiltChain => withLines(chain, chain.lines.toSpliced(index, count));
const verify = async (built: BuiltChain, receipts?: Buffer) => {
  const outcome = await verifyBuilt(built, receipts);
  return { verdict: outcome.result.verdict, codes: codesOf(outcome), findings: outcome.result.findings, result: outcome.result, outcome };
};

describe('honest chains', () => {
  it.each([
    ['jcs-sha256-1', chain],
    ['erlmcp-json-0', legacy],
  ])('%s: verified, with its root', async (_name, built) => {
    const { verdict, codes, result } = await verify(built);
    expect({ verdict, codes }).toEqual({ verdict: 'VERIFIED', codes: [] });
    expect(result.root).toBe(digestToHex(rootOfLines(built.lines)));
    expect(result).toMatchObject({ receipts: 12, anchored_size: 12, bytes: fileBytes(built.lines).length });
  });

  it('without checkpoint: unanchored, and says how much', async () => {
    const { verdict, findings } = await verify(unanchored(chain));
    expect(verdict).toBe('VERIFIED_UNANCHORED');
    expect(findings).toEqual([
      expect.objectContaining({ code: 'UNANCHORED_TAIL', severity: 'warning', gap: { from: 0, to: 12, count: 12 } }),
    ]);
  });

  it('the layout that a document pins is found wherever the previous hash stood', async () => {
    for (const refusalEvery of [0, 1, 2]) {
      const built = buildChain({ receipts: 6, profile: 'erlmcp-json-0', refusalEvery });
      expect((await verify(built)).verdict).toBe('VERIFIED');
    }
  });
});

describe('what was done to a chain is named', () => {
  it('one receipt removed: the gap and its size, from the checkpoint', async () => {
    const { verdict, findings, codes } = await verify(without(5));
    expect(verdict).toBe('BROKEN');
    expect(codes).toEqual(['CHAIN_DELETED@5', 'LOG_TRUNCATED', 'LOG_ROOT_MISMATCH']);
    const [deleted] = findings;
    expect(deleted).toMatchObject({
      index: 5,
      line: 6,
      last_good_index: 4,
      gap: { from: 5, to: 6, count: 1 },
      json_pointer: '/previous_receipt_hash',
      expected: receiptOf(chain.lines[4]!)['current_hash'],
      actual: receiptOf(chain.lines[5]!)['current_hash'],
      receipt_id: receiptOf(chain.lines[6]!)['receipt_id'],
      byte_offset: fileBytes(chain.lines.slice(0, 5)).length,
      byte_length: chain.lines[6]!.length,
    });
    expect(deleted!.explain).toBe(
      `Receipt #5 names a predecessor that is not in this chain, ${shortened(deleted!.actual!)}. Its own content is intact. One receipt before it is gone, after #4.`,
    );
  });

  it('without a checkpoint the size of the gap is unknown', async () => {
    const { findings } = await verify(unanchored(without(5, 3)));
    expect(findings[0]).toMatchObject({ code: 'CHAIN_DELETED', gap: { from: 5, to: null, count: 'unknown' } });
  });

  it('edited in place: the hash is wrong, and the successor tells which side was altered', async () => {
    const { codes, findings } = await verify(unanchored(editLine(chain, 4, (text) => text.replace('"version":"1.0"', '"version":"9.0"'))));
    expect(codes).toEqual(['RECEIPT_HASH_MISMATCH@4', 'UNANCHORED_TAIL']);
    expect(findings[0]!.explain).toContain('receipt #5 still names the hash it states, so its content was altered');
  });

  it('only the stated hash altered', async () => {
    const { codes, findings } = await verify(
      unanchored(editLine(chain, 4, (text) => text.replace(/"current_hash":"..../, '"current_hash":"0000'))),
    );
    expect(codes).toEqual(['RECEIPT_HASH_MISMATCH@4', 'UNANCHORED_TAIL']);
    expect(findings[0]!.explain).toContain('receipt #5 names the computed hash, so only the stated hash was altered');
  });

  it('only the link altered: one finding, at the link', async () => {
    const { codes, findings } = await verify(
      unanchored(editLine(chain, 4, (text) => text.replace(/"previous_receipt_hash":"..../, '"previous_receipt_hash":"0000'))),
    );
    expect(codes).toEqual(['RECEIPT_HASH_MISMATCH@4', 'UNANCHORED_TAIL']);
    expect(findings[0]).toMatchObject({ json_pointer: '/previous_receipt_hash' });
  });

  it('edited and hashed again: the successor names what is nowhere', async () => {
    const { codes, findings } = await verify(editAndRehash(chain, 4, { version: '9.0' }));
    expect(codes).toEqual(['CHAIN_DELETED@5', 'LOG_ROOT_MISMATCH']);
    expect(findings[0]).toMatchObject({ gap: { count: 0 } });
    expect(findings[0]!.explain).toContain('#4 was exchanged, or edited and hashed again');
  });

  it('edited and the rest chained anew: only the log tells, and names the range', async () => {
    const lines = rechain(editAndRehash(chain, 9, { version: '9.0' }).lines, 10);
    const { codes, findings } = await verify(withLines(chain, lines));
    expect(codes).toEqual(['LOG_ROOT_MISMATCH']);
    expect(findings[0]).toMatchObject({ gap: { from: 8, to: 12 }, last_good_index: 7, file: 'checkpoints/000000000012.note' });
  });

  it('an exact copy', async () => {
    const { codes } = await verify(unanchored(withLines(chain, chain.lines.toSpliced(5, 0, chain.lines[4]!))));
    expect(codes).toEqual(
      ['CHAIN_INSERTED@5', 'CHAIN_DUPLICATE_ID@5', 'CLOCK_BACKWARD@6', 'UNANCHORED_TAIL'].filter((code) => !code.startsWith('CLOCK')),
    );
  });

  it('a forged receipt that names a real predecessor', async () => {
    const forged = sealReceipt({ ...receiptOf(chain.lines[5]!), receipt_id: 'forged' }).line;
    const { codes } = await verify(unanchored(withLines(chain, chain.lines.toSpliced(5, 0, forged))));
    expect(codes).toEqual(['CHAIN_FORK@6', 'UNANCHORED_TAIL']);
  });

  it('forged receipts that name nothing real: inserted, not deleted', async () => {
    const forged = rechain(
      [
        sealReceipt({ ...receiptOf(chain.lines[5]!), receipt_id: 'f1', previous_receipt_hash: '0'.repeat(64) }).line,
        sealReceipt({ ...receiptOf(chain.lines[5]!), receipt_id: 'f2' }).line,
      ],
      1,
    );
    const { codes, findings } = await verify(unanchored(withLines(chain, chain.lines.toSpliced(5, 0, ...forged))));
    expect(codes).toEqual(['CHAIN_INSERTED@5', 'UNANCHORED_TAIL']);
    expect(findings[0]!.explain).toContain('Receipts #5 to #6 were inserted');
  });

  it('two neighbours exchanged', async () => {
    const lines = [...chain.lines];
    [lines[5], lines[6]] = [lines[6]!, lines[5]!];
    const { codes } = await verify(unanchored(withLines(chain, lines)));
    expect(codes.filter((code) => code.startsWith('CHAIN'))).toEqual(['CHAIN_REORDERED@5', 'CHAIN_REORDERED@6', 'CHAIN_REORDERED@7']);
  });

  it('rewritten in place as the upstream add_refusal does', async () => {
    const old = receiptOf(chain.lines[5]!);
    const amended = sealReceipt({ ...old, previous_receipt_hash: old['current_hash'], refusal_trigger: { code: 1056 } }).line;
    const { codes, findings } = await verify(unanchored(withLines(chain, chain.lines.with(5, amended))));
    expect(codes).toEqual(['CHAIN_AMENDED_IN_PLACE@5', 'UNANCHORED_TAIL']);
    expect(findings[0]!.evidence).toEqual([{ what: 'names the same absent predecessor', index: 6, value: old['current_hash'] }]);
  });

  it('a second beginning', async () => {
    const second = sealReceipt({ ...receiptOf(chain.lines[5]!), previous_receipt_hash: null }).line;
    const { codes } = await verify(unanchored(withLines(chain, rechain(chain.lines.with(5, second), 6))));
    expect(codes).toEqual(['CHAIN_GENESIS_UNDECLARED@5', 'UNANCHORED_TAIL']);
  });

  it('the head cut off, and the head replaced', async () => {
    expect((await verify(unanchored(without(0, 3)))).codes).toEqual(['CHAIN_DELETED@0', 'UNANCHORED_TAIL']);
    const { codes, findings } = await verify(unanchored(withLines(chain, rechain(chain.lines.slice(3), 0))));
    expect(codes).toEqual(['CHAIN_GENESIS_UNDECLARED@0', 'UNANCHORED_TAIL']);
    expect(findings[0]).toMatchObject({ expected: chain.manifest.genesis_hash });
  });

  it('everything removed', async () => {
    const { verdict, codes, findings } = await verify(chain, Buffer.alloc(0));
    expect({ verdict, codes }).toEqual({ verdict: 'BROKEN', codes: ['CHAIN_DELETED@0', 'LOG_TRUNCATED'] });
    expect(findings[1]).toMatchObject({ gap: { from: 0, to: 12, count: 12 } });
  });

  it('two different receipts under one id', async () => {
    const id = receiptOf(chain.lines[2]!)['receipt_id'];
    const lines = rechain(chain.lines.with(9, sealReceipt({ ...receiptOf(chain.lines[9]!), receipt_id: id }).line), 9);
    const { codes, findings } = await verify({ ...chain, lines, checkpoints: [] });
    expect(codes).toEqual(['CHAIN_DUPLICATE_ID@9', 'UNANCHORED_TAIL']);
    expect(findings[0]!.explain).toContain('receipt #2 has already');
  });

  it('an id that is spelled with an escape is the same id', async () => {
    const seal = (receipt: Receipt): Buffer => sealReceipt(receipt).line;
    const lines = rechain(
      [seal({ ...receiptOf(chain.lines[0]!), receipt_id: 'a"b' }), seal({ ...receiptOf(chain.lines[1]!), receipt_id: 'a"b' })],
      0,
    );
    const { codes } = await verify({ ...chain, lines, checkpoints: [], manifest: { ...chain.manifest, genesis_hash: null } });
    expect(codes).toContain('CHAIN_DUPLICATE_ID@1');
  });

  it('ids that differ only in Unicode normalisation are two ids', async () => {
    const lines = rechain(
      ['\u00e9', 'e\u0301'].map((id, i) => sealReceipt({ ...receiptOf(chain.lines[i]!), receipt_id: id }).line),
      0,
    );
    const { codes } = await verify({ ...chain, lines, checkpoints: [], manifest: { ...chain.manifest, genesis_hash: null } });
    expect(codes).toEqual(['UNANCHORED_TAIL']);
  });

  it('a garbage line does not blame its neighbours', async () => {
    const { codes } = await verify(unanchored(withLines(chain, chain.lines.toSpliced(5, 0, Buffer.from('garbage')))));
    expect(codes).toEqual(['CANON_SYNTAX@5', 'UNANCHORED_TAIL']);
    const replaced = await verify(unanchored(withLines(chain, chain.lines.with(0, Buffer.from('garbage')))));
    expect(replaced.codes).toEqual(['CANON_SYNTAX@0', 'UNANCHORED_TAIL']);
  });

  it('all of several attacks, not only the first', async () => {
    const edited = editLine(chain, 2, (text) => text.replace('"version":"1.0"', '"version":"9.0"'));
    const { codes } = await verify(unanchored(withLines(edited, edited.lines.toSpliced(8, 1))));
    expect(codes).toEqual(['RECEIPT_HASH_MISMATCH@2', 'CHAIN_DELETED@8', 'UNANCHORED_TAIL']);
  });
});

describe('times', () => {
  const dated = (index: number, timestamp: string): BuiltChain => {
    const lines = rechain(chain.lines.with(index, sealReceipt({ ...receiptOf(chain.lines[index]!), timestamp }).line), index);
    const built = withLines(chain, lines);
    return { ...built, checkpoints: [checkpointOf(built, 12)] };
  };

  it('an earlier time than before is a warning and no break', async () => {
    const { verdict, codes } = await verify(dated(6, '2020-01-01T00:00:00Z'));
    expect({ verdict, codes }).toEqual({ verdict: 'VERIFIED', codes: ['CLOCK_BACKWARD@6'] });
  });

  it('consecutive times in the future are one warning; now itself is not the future', async () => {
    const times = chain.lines.map((line) => Date.parse(receiptOf(line)['timestamp'] as string));
    const outcome = await verifyBuilt(chain, undefined, { nowMs: times[8]! });
    expect(codesOf(outcome)).toEqual(['CLOCK_FUTURE@9']);
    expect(outcome.result.findings[0]).toMatchObject({ gap: { from: 9, to: 12, count: 3 }, expected: formatTimestamp(times[8]!) });
  });

  it.each([
    '2025-02-30T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:00:60Z',
    '2025-01-01T00:00:00+00:00',
    '2025-01-01T00:00:00.1Z',
    '2025-01-01 00:00:00Z',
  ])('%s is no time', async (timestamp) => {
    expect((await verify(dated(6, timestamp))).codes).toEqual(['RECEIPT_SCHEMA@6']);
  });

  it('a leap day is one only in a leap year', async () => {
    expect((await verify(dated(11, '2028-02-29T00:00:00.000Z'))).codes).toEqual(['CLOCK_FUTURE@11']);
    expect((await verify(dated(11, '2027-02-29T00:00:00Z'))).codes).toEqual(['RECEIPT_SCHEMA@11']);
  });
});

describe('properties: no change anywhere goes unseen', () => {
  const at = fc.nat(chain.lines.length - 1);
  const runs = process.env['COUNTERSIGN_DEEP'] === '1' ? 3_000 : 150;
  const broken = async (built: BuiltChain): Promise<void> => {
    expect((await verify(built)).verdict).toBe('BROKEN');
  };

  it.each([
    ['jcs-sha256-1', chain],
    ['erlmcp-json-0', legacy],
  ])('%s: a dropped run, a duplicated line, two exchanged lines, a moved line', async (_profile, built) => {
    const { lines } = built;
    await fc.assert(
      fc.asyncProperty(at, at, fc.integer({ min: 1, max: 4 }), async (i, j, count) => {
        await broken(withLines(built, lines.toSpliced(i, count)));
        await broken(withLines(built, lines.toSpliced(j, 0, lines[i]!)));
        if (i === j) return;
        await broken(withLines(built, lines.with(i, lines[j]!).with(j, lines[i]!)));
        await broken(withLines(built, lines.toSpliced(i, 1).toSpliced(j, 0, lines[i]!)));
      }),
      { numRuns: runs, seed: 7 },
    );
  });

  it('links alone, without any checkpoint, find every change that is not at the end', async () => {
    const { lines } = chain;
    await fc.assert(
      fc.asyncProperty(at, at, async (i, j) => {
        if (i < lines.length - 1) await broken(unanchored(withLines(chain, lines.toSpliced(i, 1))));
        await broken(unanchored(withLines(chain, lines.toSpliced(j, 0, lines[i]!))));
        if (i !== j) await broken(unanchored(withLines(chain, lines.with(i, lines[j]!).with(j, lines[i]!))));
      }),
      { numRuns: runs, seed: 8 },
    );
  });

  it('every byte that is changed to any other is found, with or without the successor', async () => {
    const { length } = fileBytes(chain.lines);
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const bytes = fileBytes(chain.lines);
        bytes[place]! ^= flip;
        expect((await verify(chain, bytes)).verdict).toBe('BROKEN');
        expect((await verify(unanchored(chain), bytes)).verdict).toBe('BROKEN');
      }),
      { numRuns: runs, seed: 9 },
    );
  });
});

describe('limits', () => {
  it('a line of many megabytes without LF is reported and not kept', async () => {
    const giant = Buffer.concat([
      fileBytes(chain.lines.slice(0, 2)),
      Buffer.alloc(20_000_000, 0x61),
      Buffer.from('\n'),
      fileBytes(chain.lines.slice(2)),
    ]);
    const { codes, result } = await verify(unanchored(chain), giant);
    expect(codes).toEqual(['CANON_SIZE@2', 'UNANCHORED_TAIL']);
    expect(result).toMatchObject({ receipts: 13, bytes: giant.length });
    const torn = await verify(unanchored(chain), Buffer.concat([fileBytes(chain.lines), Buffer.alloc(5_000_000, 0x61)]));
    expect(torn.codes).toEqual(['CHAIN_TORN_TAIL@12', 'UNANCHORED_TAIL']);
    expect(torn.findings[0]!.explain).toContain('5,000,000 bytes');
  });

  it('a thousand findings are listed, all are counted, and the log still speaks', async () => {
    const many = buildChain({ receipts: 1_500, seed: 3 });
    const edited = withLines(
      many,
      many.lines.map((line) => Buffer.from(line.toString('latin1').replace('"version":"1.0"', '"version":"9.9"'), 'latin1')),
    );
    const { result, codes } = await verify(edited);
    expect(result.findings).toHaveLength(1_000);
    expect(result.findings_total).toBe(1_501);
    expect(codes.at(-1)).toBe('LOG_ROOT_MISMATCH');
  });

  it('now is an argument: the same bytes give the same result', async () => {
    const first = await verify(without(3));
    const second = await verify(without(3));
    expect(first.result).toEqual(second.result);
    expect(TEST_NOW_MS).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });
});

const shortened = (hash: string): string => `${hash.slice(0, 8)}…${hash.slice(-6)}`;

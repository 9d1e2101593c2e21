import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapRuns } from '../../../src-main/receipts/chain-map.ts';

const bits = (...blocks: readonly number[]): Uint8Array => {
  const map = new Uint8Array(64);
  for (const block of blocks) map[block >> 3]! |= 1 << (block & 7);
  return map;
};
const base = { decided: true, anchoredSize: 0, brokenBlocks: bits(), findings: [] };

describe('chain map', () => {
  it('joins neighbours of one state; the ends are inclusive', () => {
    expect(mapRuns({ ...base, receipts: 2_000, verified: 1_900, anchoredSize: 1_024 })).toEqual([
      { fromIndex: 0, toIndex: 1_023, state: 'anchored' },
      { fromIndex: 1_024, toIndex: 1_899, state: 'verified' },
      { fromIndex: 1_900, toIndex: 1_999, state: 'not-verified' },
    ]);
  });
  it('cuts a block where the checkpoint ends inside it', () => {
    expect(mapRuns({ ...base, receipts: 300, verified: 300, anchoredSize: 100 })[0]).toEqual({
      fromIndex: 0,
      toIndex: 99,
      state: 'anchored',
    });
  });
  it('marks blocks with errors, and ranges in which nothing can be said', () => {
    const gap = { from: 512, to: 1_024, count: 'unknown' as const };
    expect(
      mapRuns({
        ...base,
        receipts: 1_100,
        verified: 1_100,
        anchoredSize: 512,
        brokenBlocks: bits(3),
        findings: [{ code: 'LOG_ROOT_MISMATCH', severity: 'error', gap }],
      }),
    ).toEqual([
      { fromIndex: 0, toIndex: 511, state: 'anchored' },
      { fromIndex: 512, toIndex: 767, state: 'doubtful' },
      { fromIndex: 768, toIndex: 1_023, state: 'broken' },
      { fromIndex: 1_024, toIndex: 1_099, state: 'doubtful' },
    ]);
  });
  it('vouches again for what a checkpoint covers after a break', () => {
    expect(
      mapRuns({ ...base, receipts: 1_024, verified: 1_024, anchoredSize: 768, brokenBlocks: bits(1) }).map(({ state }) => state),
    ).toEqual(['anchored', 'broken', 'anchored', 'doubtful']);
  });
  it('is doubtful where nothing could be decided, and not verified where nobody looked', () => {
    expect(mapRuns({ ...base, receipts: 10, verified: 10, decided: false })).toEqual([{ fromIndex: 0, toIndex: 9, state: 'doubtful' }]);
    expect(mapRuns({ ...base, receipts: 10, verified: null })).toEqual([{ fromIndex: 0, toIndex: 9, state: 'not-verified' }]);
    expect(mapRuns({ ...base, receipts: 0, verified: 0 })).toEqual([]);
  });
  it('covers every receipt once, in order', () => {
    fc.assert(
      fc.property(
        fc.nat(5_000),
        fc.nat(5_000),
        fc.nat(5_000),
        fc.uint8Array({ maxLength: 3 }),
        (receipts, verified, anchoredSize, brokenBlocks) => {
          const runs = mapRuns({ ...base, receipts, verified, anchoredSize, brokenBlocks });
          let next = 0;
          for (const { fromIndex, toIndex } of runs) {
            expect(fromIndex).toBe(next);
            expect(toIndex).toBeGreaterThanOrEqual(fromIndex);
            next = toIndex + 1;
          }
          expect(next).toBe(receipts);
          runs.slice(1).forEach((run, i) => {
            expect(run.state).not.toBe(runs[i]!.state);
          });
        },
      ),
    );
  });
});

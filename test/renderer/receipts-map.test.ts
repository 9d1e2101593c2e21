import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutMap, type MapInput, type MapRun, type MapState } from '../../src-renderer/ui/chain-map-layout.ts';
import { mapWords, sayMap } from '../../src-renderer/ui/chain-map-words.ts';

const broken: MapInput = {
  total: 12_029,
  width: 1174,
  runs: [
    { fromIndex: 0, toIndex: 8191, state: 'anchored' },
    { fromIndex: 8192, toIndex: 8447, state: 'broken' },
    { fromIndex: 8448, toIndex: 12_028, state: 'doubtful' },
  ],
  checkpoints: [2048, 4096, 6144, 8192, 10_240, 11_776].map((size) => ({
    size,
    state: size > 8213 ? ('differs' as const) : ('agrees' as const),
    parties: 2,
  })),
  breaks: [{ index: 8214, label: '3 missing after #8,213' }],
};

describe('the chain map', () => {
  it('shows what is good, the break and what cannot be said', () => {
    const map = layoutMap(broken);
    expect(map.blocks).toBe(47);
    expect(map.segments.map((s) => s.state)).toEqual(['anchored', 'broken', 'doubtful']);
    expect(map.segments.reduce((n, s) => n + s.width, 0)).toBe(1174);
    const crack = map.segments[1]!;
    expect(map.cracks).toEqual([Math.round(crack.x + crack.width / 2)]);
    expect(map.flags.map((f) => f.holds)).toEqual([true, true, true, true, false, false]);
    expect(map.flags.at(-1)!.side).toBe('end');
  });

  it('never loses a break in ten million receipts', () => {
    const total = 10_000_000;
    const map = layoutMap({
      total,
      width: 900,
      runs: [
        { fromIndex: 0, toIndex: 6_000_127, state: 'anchored' },
        { fromIndex: 6_000_128, toIndex: 6_000_383, state: 'broken' },
        { fromIndex: 6_000_384, toIndex: total - 1, state: 'verified' },
      ],
      checkpoints: [],
      breaks: [{ index: 6_000_200, label: '1 missing' }],
    });
    const segment = map.segments.find((s) => s.state === 'broken');
    expect(segment?.width).toBeGreaterThanOrEqual(6);
    expect(map.ticks).toEqual([]);
  });

  it('draws one receipt and none', () => {
    expect(
      layoutMap({ total: 1, width: 500, runs: [{ fromIndex: 0, toIndex: 0, state: 'verified' }], checkpoints: [], breaks: [] }).segments,
    ).toEqual([{ x: 0, width: 500, state: 'verified' }]);
    expect(layoutMap({ total: 0, width: 500, runs: [], checkpoints: [], breaks: [] })).toMatchObject({ blocks: 0, segments: [], axis: [] });
  });

  it('covers the width once, in at most as many shapes as pixels, whatever the runs', () => {
    const state = fc.constantFrom<MapState>('anchored', 'verified', 'broken', 'doubtful', 'not-verified');
    fc.assert(
      fc.property(
        fc.array(fc.record({ blocks: fc.integer({ min: 1, max: 4000 }), state }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 1600 }),
        (parts, width) => {
          let at = 0;
          const runs = parts.map((part): MapRun => {
            const run = { fromIndex: at * 256, toIndex: (at + part.blocks) * 256 - 1, state: part.state };
            at += part.blocks;
            return run;
          });
          const map = layoutMap({ total: at * 256, width, runs, checkpoints: [], breaks: [] });
          let x = 0;
          for (const segment of map.segments) {
            expect(segment.x).toBe(x);
            x += segment.width;
          }
          expect(x).toBe(width);
          if (parts.some((p) => p.state === 'broken')) expect(map.segments.some((s) => s.state === 'broken')).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps words apart: a flag too near to the next one has none, labels stay inside', () => {
    const near = layoutMap({ ...broken, checkpoints: [8000, 8100, 8192].map((size) => ({ size, state: 'agrees' as const, parties: 1 })) });
    expect(near.flags.length).toBeLessThan(3);
    const first = layoutMap({
      ...broken,
      breaks: [{ index: 0, label: 'receipts missing before #0' }],
      runs: [{ fromIndex: 0, toIndex: 12_028, state: 'doubtful' }],
    });
    expect(first.crackLabel).toMatchObject({ side: 'start', x: 0 });
    const last = layoutMap({
      ...broken,
      breaks: [{ index: 12_028, label: 'the last line is incomplete' }],
      runs: [{ fromIndex: 0, toIndex: 12_028, state: 'doubtful' }],
    });
    expect(last.crackLabel).toMatchObject({ side: 'end', x: 1174 });
  });

  it('is one sentence for those who do not see it', () => {
    const says = sayMap(broken.runs, broken.total, broken.checkpoints, broken.breaks);
    expect(says).toContain('12,029 receipts in 47 blocks of 256');
    expect(says).toContain('receipts 8,192 to 8,447 hold a break');
    expect(says).toContain('3 missing after #8,213.');
    expect(says).toContain('6 outside checkpoints: 4 agree, 2 differ.');
    expect(sayMap([], 0, [], [])).toBe('Chain map: no receipts yet.');
  });

  it('does not claim another root where no checkpoint says so', () => {
    expect(mapWords('doubtful', [])).toBe('cannot be decided');
    expect(mapWords('doubtful', [{ state: 'differs' }])).toBe('links hold, root differs');
  });
});

import { describe, expect, it } from 'vitest';
import { createLatencies, nearestRank } from '../../../src-main/app/observe/latencies.ts';

describe('nearest rank', () => {
  it.each([
    [[5], 0.95, 5],
    [[1, 2, 3, 4], 0.5, 2],
    [[4, 3, 2, 1], 0.95, 4],
    [Array.from({ length: 100 }, (_, i) => i + 1), 0.95, 95],
    [[], 0.5, 0],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(nearestRank(values, share)).toBe(expected);
  });
});

describe('latencies', () => {
  it('are listed by the time that was spent, with what failed', () => {
    const latencies = createLatencies();
    for (let i = 0; i < 10; i += 1) latencies.record('often', 1, true);
    latencies.record('slow', 100, false);
    expect(latencies.list(5)).toEqual([
      { name: 'slow', count: 1, p50Ms: 100, p95Ms: 100, maxMs: 100, failures: 1 },
      { name: 'often', count: 10, p50Ms: 1, p95Ms: 1, maxMs: 1, failures: 0 },
    ]);
    expect(latencies.list(1)).toHaveLength(1);
  });

  it('speak of the newest 512, so that an old slowness is forgotten', () => {
    const latencies = createLatencies();
    expect(latencies.p95()).toBeNull();
    for (let i = 0; i < 512; i += 1) latencies.record('a', 1000, true);
    expect(latencies.p95()).toBe(1000);
    for (let i = 0; i < 512; i += 1) latencies.record('a', 2, true);
    expect(latencies.p95()).toBe(2);
    expect(latencies.list(1)[0]).toMatchObject({ count: 1024, p95Ms: 2, maxMs: 2 });
  });
});

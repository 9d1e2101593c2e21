import { describe, expect, it } from 'vitest';
import { median, robustScore, slope } from '../../../src-main/economics/robust.ts';
import { type LimitWatch, roundedDown, suggestLimits } from '../../../src-main/economics/suggest-limit.ts';

const steady = (value: number, days = 29): number[] => Array.from({ length: days }, (_, day) => value * (1 + ((day % 5) - 2) / 50));
const watch = (part: Partial<LimitWatch> = {}): LimitWatch => ({
  metric: 'llm_token',
  unit: 'token',
  soft: 9_600_000,
  hard: 12_000_000,
  days: steady(250_000),
  costUsd: 40,
  quantity: 10_000_000,
  ...part,
});
const falling = { margins: [84.1, 83.6, 82.9, 79.8, 76.2, 71.6], mrrUsd: 299, cogsUsd: 84.9 };

describe('statistics', () => {
  it('knows the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });
  it('is not bent by one odd day', () => {
    const days = [...steady(100, 27), 10_000];
    expect(robustScore(104, days)!.z).toBeLessThan(2);
    expect(robustScore(900, days)!.z).toBeGreaterThan(6);
  });
  it('has nothing to say about a short or an empty series', () => {
    expect(robustScore(5, [1, 2, 3])).toBeNull();
    expect(robustScore(5, Array<number>(28).fill(0))).toBeNull();
  });
  it('draws a trend through odd values', () => {
    expect(slope([1, 2])).toBeNull();
    expect(slope([1, 2, 3, 4])).toBe(1);
    expect(slope([1, 2, 30, 4, 5])).toBe(1);
  });
});

describe('suggested limits', () => {
  it('suggests nothing for a steady tenant with a good margin', () => {
    expect(suggestLimits([watch()], { margins: [82, 82.1, 82], mrrUsd: 299, cogsUsd: 53 })).toEqual([]);
    expect(suggestLimits([watch()], null)).toEqual([]);
  });

  it('suggests for the dearest metric when the margin falls, and says why', () => {
    const found = suggestLimits([watch({ metric: 'seat', costUsd: 8 }), watch()], falling);
    expect(found.map(({ metric }) => metric)).toEqual(['llm_token']);
    // 299 × 20 % − (84.90 − 40) = 14.90 USD are 3,725,000 tokens.
    expect(found[0]).toMatchObject({ soft: 9_600_000, suggested: 3_700_000 });
    expect(found[0]!.reasons).toEqual([
      {
        code: 'margin-falls',
        says: 'The margin changes by −2.50 pt from close to close, to 71.60% at the last; 80.00% is the floor. llm_token costs most: 40.00 of 84.90 USD.',
      },
    ]);
  });

  it('passes over a margin that falls and stays far above the floor', () => {
    expect(suggestLimits([watch()], { margins: [97, 95.5, 94], mrrUsd: 299, cogsUsd: 18 })).toEqual([]);
  });

  it('suggests for a day far outside of what is usual', () => {
    const [found] = suggestLimits([watch({ days: [...steady(250_000, 28), 2_250_000] })], null);
    expect(found).toMatchObject({ suggested: 9_500_000 });
    expect(found!.reasons.map(({ code }) => code)).toEqual(['usage-anomaly']);
  });

  it('passes over a day that is odd and costs nothing', () => {
    const odd = [...steady(2, 28), 3];
    expect(suggestLimits([watch({ soft: 160, days: odd, costUsd: 0.02, quantity: 60 })], null)).toEqual([]);
    expect(suggestLimits([watch({ soft: 160, days: odd, costUsd: 20, quantity: 60 })], null)).toHaveLength(1);
  });

  it('never suggests a limit that is not lower', () => {
    expect(suggestLimits([watch({ soft: 1_000_000, days: [...steady(250_000, 28), 2_250_000] })], null)).toEqual([]);
  });

  it.each([
    [3_725_000, 3_700_000],
    [99, 99],
    [7.86, 7.8],
    [0.0123, 0.012],
    [0, 0],
    [-4, 0],
  ])('%s is rounded down to %s', (value, rounded) => {
    expect(roundedDown(value)).toBe(rounded);
  });
});

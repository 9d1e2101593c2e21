import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateBucket } from '../../../src-main/metering/care/rate-limit.ts';
import { atMost, lnFactorial, sampleFor, upperBound } from '../../../src-main/metering/care/sample-bound.ts';
import { choosePositions, seededChance } from '../../../src-main/metering/care/seeded-sample.ts';

/** P(X ≤ found), exactly, with whole numbers. */
function exactAtMost(found: number, sample: number, deviating: number, population: number): number {
  const choose = (n: number, k: number): bigint => {
    if (k < 0 || k > n) return 0n;
    let out = 1n;
    for (let i = 1n; i <= BigInt(k); i += 1n) out = (out * (BigInt(n) - i + 1n)) / i;
    return out;
  };
  let sum = 0n;
  for (let i = 0; i <= found; i += 1) sum += choose(deviating, i) * choose(population - deviating, sample - i);
  const whole = choose(population, sample);
  return Number((sum * 10n ** 15n) / whole) / 1e15;
}

describe('the bound of a sample', () => {
  it('rests on the exact distribution', () => {
    for (const [found, sample, deviating, population] of [
      [0, 10, 5, 50],
      [2, 30, 20, 200],
      [1, 100, 3, 1000],
      [5, 40, 40, 80],
    ] as const)
      expect(atMost(found, sample, deviating, population)).toBeCloseTo(exactAtMost(found, sample, deviating, population), 10);
  });

  it('has factorials to the last digits where the series takes over', () => {
    for (const n of [254, 255, 256, 257, 1000]) {
      let sum = 0;
      for (let i = 2; i <= n; i += 1) sum += Math.log(i);
      expect(Math.abs(lnFactorial(n) / sum - 1)).toBeLessThan(1e-12);
    }
  });

  it('is near the rule of three where nothing deviates in a large population', () => {
    const { share } = upperBound({ population: 1_000_000, sample: 300, found: 0, confidence: 0.95 });
    expect(share).toBeGreaterThan(0.0098);
    expect(share).toBeLessThan(0.01);
  });

  it('is what was found when everything was looked at, and nothing of nothing', () => {
    expect(upperBound({ population: 40, sample: 40, found: 3, confidence: 0.99 })).toEqual({ cells: 3, share: 3 / 40 });
    expect(upperBound({ population: 0, sample: 0, found: 0, confidence: 0.95 })).toEqual({ cells: 0, share: 0 });
  });

  it('is the largest number that is not implausible: one more would be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(0.9, 0.95, 0.99),
        (population, a, b, confidence) => {
          const sample = 1 + (a % population);
          const found = b % (sample + 1);
          const { cells } = upperBound({ population, sample, found, confidence });
          const most = population - (sample - found);
          expect(cells).toBeGreaterThanOrEqual(found);
          expect(cells).toBeLessThanOrEqual(most);
          if (cells > found) expect(exactAtMost(found, sample, cells, population)).toBeGreaterThan(1 - confidence - 1e-9);
          if (cells < most) expect(exactAtMost(found, sample, cells + 1, population)).toBeLessThan(1 - confidence + 1e-9);
        },
      ),
    );
  });

  it('says how many cells a clean sample needs', () => {
    expect(sampleFor(1_000_000, 0.01, 0.95)).toBe(299);
    expect(sampleFor(100, 0.01, 0.95)).toBe(100);
  });
});

describe('the sampler', () => {
  it('chooses exactly as many as asked, different ones, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat({ max: 500 }), fc.string(), (population, size, seed) => {
        const drawn = choosePositions(population, size, seededChance(seed));
        expect(new Set(drawn).size).toBe(Math.min(size, population));
        expect(drawn.every((at) => at >= 0 && at < population)).toBe(true);
        expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
        expect(choosePositions(population, size, seededChance(seed))).toEqual(drawn);
      }),
    );
  });

  it('gives every position the same chance', () => {
    const times = new Array<number>(10).fill(0);
    for (let run = 0; run < 4000; run += 1) for (const at of choosePositions(10, 3, seededChance(`run ${run}`))) times[at]! += 1;
    // 1,200 expected of each, standard deviation 29.
    for (const one of times) expect(Math.abs(one - 1200)).toBeLessThan(5 * 29);
  });
});

describe('the rate limit', () => {
  it('lets a burst through, then the steady rate', () => {
    const bucket = createRateBucket({ perSecond: 10, burst: 20 });
    expect(bucket.take(20, 0)).toBe(0);
    expect(bucket.take(1, 0)).toBe(100);
    expect(bucket.take(1, 99)).toBeGreaterThan(0);
    expect(bucket.take(1, 100)).toBe(0);
    expect(bucket.take(20, 100)).toBe(2000);
    expect(bucket.take(20, 2100)).toBe(0);
  });

  it('never lets more through than burst and rate allow, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ amount: fc.integer({ min: 1, max: 30 }), step: fc.integer({ min: -500, max: 500 }) })), (takes) => {
        const bucket = createRateBucket({ perSecond: 10, burst: 30 });
        let now = 0;
        let latest = 0;
        let passed = 0;
        for (const { amount, step } of takes) {
          now = Math.max(0, now + step);
          latest = Math.max(latest, now);
          if (bucket.take(amount, now) === 0) passed += amount;
          expect(passed).toBeLessThanOrEqual(30 + (latest / 1000) * 10 + 1e-6);
        }
      }),
    );
  });
});

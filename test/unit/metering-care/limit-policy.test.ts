import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideCommand, judgeLimit, limitPeriod, passedThresholds } from '../../../src-main/metering/care/limit-policy.ts';

const ATTO = 10n ** 18n;
const of = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * ATTO + BigInt(fraction.padEnd(18, '0'));
};

/** used, soft, hard → state, basis points. */
const TABLE: readonly [string, string | null, string | null, string, number | null][] = [
  ['0', '80', '100', 'ok', 0],
  ['79', '80', '100', 'ok', 7_900],
  ['79.999999999999999999', '80', '100', 'ok', 7_999],
  ['80', '80', '100', 'soft', 8_000],
  ['99.999999999999999999', '80', '100', 'soft', 9_999],
  ['100', '80', '100', 'soft', 10_000],
  ['100.000000000000000001', '80', '100', 'over', 10_000],
  ['250', '80', '100', 'over', 25_000],
  ['9000000000000000000', '80', '100', 'over', 1_000_000],
  ['5', null, '100', 'ok', 500],
  ['101', null, '100', 'over', 10_100],
  ['5', null, null, 'none', null],
  ['0', '0', '0', 'ok', 0],
  ['0.000000000000000001', '0', '0', 'over', 1_000_000],
  ['0', '0', '100', 'ok', 0],
  ['1', '0', '100', 'soft', 100],
];

describe('thresholds of a limit', () => {
  it.each(TABLE)('%s used of soft %s, hard %s is %s at %s bp', (used, soft, hard, state, ratioBp) => {
    const bounds = { soft: soft === null ? null : of(soft), hard: hard === null ? null : of(hard) };
    expect(judgeLimit(of(used), bounds)).toEqual({ state, ratioBp });
  });

  it.each([
    ['79', []],
    ['80', ['soft']],
    ['100', ['soft']],
    ['101', ['soft', 'hard']],
  ] as const)('%s of 80 and 100 has passed %j', (used, passed) => {
    expect(passedThresholds(of(used), { soft: of('80'), hard: of('100') })).toEqual(passed);
  });

  it('never goes back with more use, and passes soft before hard', () => {
    const order = ['none', 'ok', 'soft', 'over'];
    const amount = fc.bigInt({ min: 0n, max: 10n ** 24n });
    fc.assert(
      fc.property(amount, amount, amount, amount, (a, b, first, second) => {
        const bounds = { soft: first < second ? first : second, hard: first < second ? second : first };
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(order.indexOf(judgeLimit(less, bounds).state)).toBeLessThanOrEqual(order.indexOf(judgeLimit(more, bounds).state));
        expect(judgeLimit(less, bounds).ratioBp!).toBeLessThanOrEqual(judgeLimit(more, bounds).ratioBp!);
        if (passedThresholds(more, bounds).includes('hard')) expect(passedThresholds(more, bounds)).toContain('soft');
      }),
    );
  });
});

describe('a command under a limit', () => {
  it.each([
    ['9', '1', '10', true, '1'],
    ['10', '1', '10', false, '0'],
    ['9.5', '1', '10', false, '0.5'],
    ['12', '1', '10', false, '0'],
    ['0', '0', '0', true, '0'],
    ['0', '1', '0', false, '0'],
  ] as const)('%s used, %s more of %s: %s', (used, amount, hard, allowed, left) => {
    expect(decideCommand(of(used), of(amount), { hard: of(hard) })).toEqual({ allowed, left: of(left) });
  });

  it('is free where there is no limit', () => {
    expect(decideCommand(of('5'), of('1'), { hard: null })).toEqual({ allowed: true, left: null });
  });

  it('is allowed exactly while the state after it is not over', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 22n });
    fc.assert(
      fc.property(amount, amount, amount, (used, more, hard) => {
        expect(decideCommand(used, more, { hard }).allowed).toBe(judgeLimit(used + more, { soft: null, hard }).state !== 'over');
      }),
    );
  });
});

describe('the period of a limit', () => {
  it('is the UTC month or day', () => {
    expect(limitPeriod('month', '2026-05-31T23:59:59.999Z')).toBe('2026-05');
    expect(limitPeriod('day', '2026-05-31T23:59:59.999Z')).toBe('2026-05-31');
  });
});

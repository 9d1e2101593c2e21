import { describe, expect, it } from 'vitest';
import { mrrOfSubscription, mrrOfTenant } from '../../../src-main/tenants/index.ts';

const AT = '2026-06-03T09:42:00.000000000Z';
const subscription = {
  status: 'active',
  quantity: 1,
  unit_amount: '299',
  currency: 'USD',
  interval: 'month',
  started_at: '2025-01-01T00:00:00.000000000Z',
  ended_at: null,
  discount_percent: '0',
} as const;
const minorOf = (over: Partial<Parameters<typeof mrrOfSubscription>[0]>) => mrrOfSubscription({ ...subscription, ...over }, AT).minor;

describe('MRR of a subscription', () => {
  it.each([
    ['a month', {}, 29_900n],
    ['a year, a twelfth of it', { interval: 'year', unit_amount: '2990' }, 24_917n],
    ['several units', { quantity: 7, unit_amount: '9.99' }, 6_993n],
    ['a discount', { discount_percent: '12.5' }, 26_162n],
    ['a whole discount', { discount_percent: '100' }, 0n],
    ['nothing of a unit', { quantity: 0 }, 0n],
    ['a half cent, to the even one below', { unit_amount: '0.125' }, 12n],
    ['a half cent, to the even one above', { unit_amount: '0.375' }, 38n],
    ['yen, which have no cents', { currency: 'JPY', unit_amount: '4900' }, 4_900n],
    ['fils, which are thousandths', { currency: 'KWD', unit_amount: '4.9995' }, 5_000n],
    ['one that does not renew', { status: 'non-renewing' }, 29_900n],
    ['one that needs attention', { status: 'attention' }, 29_900n],
    ['a trial', { status: 'trial' }, null],
    ['a canceled one', { status: 'canceled' }, null],
    ['one that begins later', { started_at: '2026-06-03T09:42:00.000000001Z' }, null],
    ['one that ends in this moment', { ended_at: AT }, null],
    ['one that ends a moment later', { ended_at: '2026-06-03T09:42:00.000000001Z' }, 29_900n],
  ] as const)('%s', (_name, over, expected) => {
    expect(minorOf(over)).toBe(expected);
  });

  it('says why it is what it is', () => {
    expect(mrrOfSubscription({ ...subscription, interval: 'year', unit_amount: '2990', discount_percent: '10' }, AT).says).toBe(
      '1 × 2990 USD a year, less 10%, a twelfth of it',
    );
    expect(mrrOfSubscription({ ...subscription, status: 'trial' }, AT).says).toBe('a trial is not paid');
  });
});

describe('MRR of a tenant', () => {
  it('is the sum of what is shown in USD; other currencies stand apart', () => {
    const third = { ...subscription, unit_amount: '1', interval: 'year' } as const;
    expect(
      mrrOfTenant([third, third, third, { ...subscription, currency: 'EUR' }, { ...subscription, currency: 'CHF', unit_amount: '1' }], AT),
    ).toEqual({
      // Three times 8 cents: the rounded lines add up, not the unrounded ones.
      minor: 24n,
      other: [
        { currency: 'CHF', minor: '100' },
        { currency: 'EUR', minor: '29900' },
      ],
    });
    expect(mrrOfTenant([], AT)).toEqual({ minor: 0n, other: [] });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_MODEL } from '../../../src-main/economics/cost-model.ts';
import { byMargin, monthEconomics, tenantEconomics, type TenantMonth } from '../../../src-main/economics/unit-economics.ts';
import { ONE, parseExact } from '../../../src-shared/kernel/quantity.ts';

const tenant = (tenantId: string, part: Partial<TenantMonth> = {}): TenantMonth => ({
  tenantId,
  name: tenantId,
  partnerId: 'northwind',
  tier: 'pro',
  mrrMinor: 29_900n,
  otherCurrency: false,
  paidTiers: ['pro'],
  use: [],
  ...part,
});
const use = (metric: string, quantity: string, cost: string) => ({
  metric,
  quantity: parseExact(quantity),
  ownCostUsd: parseExact(cost),
  costUsd: parseExact(cost),
});

describe('unit economics', () => {
  it('takes metered costs and support off the revenue', () => {
    const row = tenantEconomics(
      tenant('tn_1', { use: [use('llm_token', '11000000', '41.8'), use('storage_gb_month', '40', '3.8'), use('seat', '8', '1.605')] }),
      COST_MODEL,
    );
    expect(row).toMatchObject({ llmMinor: 4180n, infraMinor: 540n, supportMinor: 1750n, cogsMinor: 6470n });
    // (299.00 − 64.70) ÷ 299.00
    expect(row.marginBp).toBe(7836);
    // 64.70 ÷ 8 = 8.0875
    expect(row.cogsPerSeatMinor).toBe(809n);
  });

  it('has no margin without revenue, and none where another currency is paid too', () => {
    expect(
      tenantEconomics(tenant('free', { tier: 'free', mrrMinor: 0n, paidTiers: ['free'], use: [use('llm_token', '1', '0.5')] }), COST_MODEL),
    ).toMatchObject({
      marginBp: null,
      cogsMinor: 50n,
      cogsPerSeatMinor: null,
    });
    expect(tenantEconomics(tenant('eur', { otherCurrency: true }), COST_MODEL).marginBp).toBeNull();
  });

  it('may be negative', () => {
    expect(
      tenantEconomics(tenant('tn_1', { mrrMinor: 4900n, paidTiers: ['starter'], use: [use('llm_token', '1', '60')] }), COST_MODEL).marginBp,
    ).toBe(-3388);
  });

  it('sums tiers in their order, and leaves tenants of another currency out of every sum', () => {
    const { tiers, total, left } = monthEconomics(
      [
        tenant('a', { tier: 'starter', mrrMinor: 4900n, paidTiers: ['starter'] }),
        tenant('b'),
        tenant('c', { tier: 'special', mrrMinor: 100n, paidTiers: [] }),
        tenant('d', { otherCurrency: true }),
      ],
      COST_MODEL,
      ['starter', 'pro'],
    );
    expect(tiers.map(({ tier, tenants }) => [tier, tenants])).toEqual([
      ['starter', 1],
      ['pro', 1],
      ['special', 1],
    ]);
    expect(total).toMatchObject({ tenants: 3, mrrMinor: 34_900n, supportMinor: 2310n });
    expect(left).toEqual(['d']);
  });

  it('names top and bottom by margin, ties by revenue and then by id', () => {
    const { tenants } = monthEconomics(
      [
        tenant('tn_b', { paidTiers: [], use: [use('seat', '1', '29.9')] }),
        tenant('tn_a', { paidTiers: [], use: [use('seat', '1', '29.9')] }),
        tenant('tn_c', { paidTiers: [], mrrMinor: 59_800n, use: [use('seat', '1', '59.8')] }),
        tenant('tn_free', { mrrMinor: 0n }),
        tenant('tn_low', { paidTiers: [], use: [use('seat', '1', '200')] }),
      ],
      COST_MODEL,
      [],
    );
    expect(byMargin(tenants, 2, 'top').map(({ tenantId }) => tenantId)).toEqual(['tn_c', 'tn_a']);
    expect(byMargin(tenants, 5, 'bottom').map(({ tenantId }) => tenantId)).toEqual(['tn_low', 'tn_c', 'tn_a', 'tn_b']);
  });

  it('adds up: the sum of all tiers is the total, whatever the order of tenants', () => {
    const months = fc.array(
      fc.record({
        tier: fc.constantFrom('free', 'starter', 'pro', 'odd'),
        mrrMinor: fc.bigInt({ min: 0n, max: 10n ** 7n }),
        cost: fc.bigInt({ min: 0n, max: 500n * ONE }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(months, (drawn) => {
        const rows = drawn.map(({ cost, ...part }, at) =>
          tenant(`tn_${at}`, {
            ...part,
            paidTiers: [part.tier],
            use: [{ metric: 'llm_token', quantity: ONE, ownCostUsd: cost, costUsd: cost }],
          }),
        );
        const { tiers, total } = monthEconomics(rows, COST_MODEL, ['free']);
        for (const key of ['mrrMinor', 'llmMinor', 'infraMinor', 'supportMinor', 'cogsMinor'] as const)
          expect(tiers.reduce((sum, tier) => sum + tier[key], 0n)).toBe(total[key]);
        const turned = monthEconomics([...rows].reverse(), COST_MODEL, ['free']);
        expect(turned.total).toEqual(total);
        expect(turned.tiers).toEqual(tiers);
      }),
    );
  });
});

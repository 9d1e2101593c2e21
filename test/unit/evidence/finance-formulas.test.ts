import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blendedMarginPercent,
  discountImpactPercent,
  financeTotals,
  hostedAgainstSelfHosted,
  p95EnvelopePercent,
  p95PercentOfMrr,
  roundedTotals,
  stressMarginPercent,
} from '../../../src-main/evidence/finance/finance-summary.ts';
import { percentileLinear, tenantCostPercentiles } from '../../../src-main/evidence/finance/percentile.ts';
import { scenarioRow, type ScenarioBase, scenarioTiers } from '../../../src-main/evidence/finance/scenarios.ts';
import { safeMarginPercent, tierEconomics, type TierInputs } from '../../../src-main/evidence/finance/tier-economics.ts';
import { byPaidTier, PAID_TIERS } from '../../../src-main/evidence/finance/tiers.ts';

const cents = fc.integer({ min: 0, max: 5_000_000 }).map((amount) => amount / 100);
const share = fc.integer({ min: 0, max: 1000 }).map((parts) => parts / 1000);

const tierInputs = (tier: TierInputs['tier']): fc.Arbitrary<TierInputs> =>
  fc.record({
    tier: fc.constant(tier),
    monthlyPriceUsd: fc.integer({ min: 100, max: 200_000 }).map((amount) => amount / 100),
    annualMonthlyFactor: share,
    activeSubscriptions: fc.integer({ min: 1, max: 3000 }),
    dunningEvents: fc.integer({ min: 0, max: 50 }),
    llmCostUsd: cents,
    annualMix: share,
    infraPercentOfEffectiveMrr: fc.integer({ min: 0, max: 3000 }).map((parts) => parts / 100),
    supportPerSubscriptionUsd: fc.integer({ min: 0, max: 5000 }).map((amount) => amount / 100),
    supportPerDunningEventUsd: fc.integer({ min: 0, max: 5000 }).map((amount) => amount / 100),
  });
const month = fc.tuple(...PAID_TIERS.map(tierInputs));

const basesOf = (inputs: readonly TierInputs[]): ScenarioBase[] =>
  inputs.map((input) => ({
    ...tierEconomics(input),
    activeSubscriptions: input.activeSubscriptions,
    annualMix: input.annualMix,
    annualMonthlyFactor: input.annualMonthlyFactor,
  }));
const ALL_ONES = { name: 'as it is', subscriptionsByTier: byPaidTier(() => 1), monthlyPricesByTier: byPaidTier(() => 1) };

const GROWTH: TierInputs = {
  tier: 'growth',
  monthlyPriceUsd: 149,
  annualMonthlyFactor: 0.833333,
  activeSubscriptions: 65,
  dunningEvents: 9,
  llmCostUsd: 3411.5,
  annualMix: 0.7,
  infraPercentOfEffectiveMrr: 7.5,
  supportPerSubscriptionUsd: 9,
  supportPerDunningEventUsd: 18,
};

describe('unit economics of a tier', () => {
  it('gives the worked example of the contract to the cent', () => {
    expect(tierEconomics(GROWTH)).toEqual({
      tier: 'growth',
      mrrUsd: 9685,
      effectiveMrrUsd: 8555.08,
      llmCogsUsd: 3411.5,
      infraCogsUsd: 641.63,
      supportCogsUsd: 747,
      grossMarginPercent: 43.89,
    });
  });

  it('takes the margin of the amounts as they are shown, so that anyone can recompute it from the row', () => {
    fc.assert(
      fc.property(tierInputs('pro'), (inputs) => {
        const row = tierEconomics(inputs);
        const again = safeMarginPercent(row.effectiveMrrUsd, row.llmCogsUsd + row.infraCogsUsd + row.supportCogsUsd);
        expect(Math.abs(row.grossMarginPercent - again)).toBeLessThanOrEqual(0.005 + 1e-9 * Math.abs(again));
      }),
    );
  });

  it('never lets annual payment raise what is earned', () => {
    fc.assert(
      fc.property(tierInputs('starter'), (inputs) => {
        const row = tierEconomics(inputs);
        expect(row.effectiveMrrUsd).toBeLessThanOrEqual(row.mrrUsd);
      }),
    );
  });

  it('has a margin without revenue: 100 where nothing is spent, else 0', () => {
    expect(safeMarginPercent(0, 0)).toBe(100);
    expect(safeMarginPercent(0, 0.01)).toBe(0);
    expect(safeMarginPercent(-1, -1)).toBe(100);
    expect(safeMarginPercent(10, 15)).toBe(-50);
  });
});

describe('figures over all tiers', () => {
  it('adds up: totals are the sums of the rows to the cent', () => {
    fc.assert(
      fc.property(month, (inputs) => {
        const rows = inputs.map(tierEconomics);
        const totals = roundedTotals(financeTotals(rows));
        for (const key of ['mrrUsd', 'effectiveMrrUsd', 'llmCogsUsd', 'infraCogsUsd', 'supportCogsUsd'] as const) {
          const exact = rows.reduce((sum, row) => sum + BigInt(Math.round(row[key] * 100)), 0n);
          expect(BigInt(Math.round(totals[key] * 100))).toBe(exact);
        }
      }),
    );
  });

  it('stress with multiplier 1 is the blended margin, and a larger one never gives more', () => {
    fc.assert(
      fc.property(month, fc.double({ min: 1, max: 20, noNaN: true }), (inputs, multiplier) => {
        const totals = financeTotals(inputs.map(tierEconomics));
        expect(stressMarginPercent(totals, 1)).toBe(blendedMarginPercent(totals));
        expect(stressMarginPercent(totals, multiplier)).toBeLessThanOrEqual(blendedMarginPercent(totals));
      }),
    );
  });

  it('the blended margin lies between the best and the worst tier', () => {
    fc.assert(
      fc.property(month, (inputs) => {
        const rows = inputs.map(tierEconomics).filter((row) => row.effectiveMrrUsd > 0);
        fc.pre(rows.length > 0);
        const margins = rows.map((row) => row.grossMarginPercent);
        const blended = blendedMarginPercent(financeTotals(rows));
        expect(blended).toBeGreaterThanOrEqual(Math.min(...margins) - 0.011);
        expect(blended).toBeLessThanOrEqual(Math.max(...margins) + 0.011);
      }),
    );
  });

  it('the discount impact is a share of list revenue, and 0 without any', () => {
    fc.assert(
      fc.property(month, (inputs) => {
        const impact = discountImpactPercent(financeTotals(inputs.map(tierEconomics)));
        expect(impact).toBeGreaterThanOrEqual(0);
        expect(impact).toBeLessThanOrEqual(100);
      }),
    );
    expect(discountImpactPercent({ mrrUsd: 0, effectiveMrrUsd: 0, llmCogsUsd: 1, infraCogsUsd: 0, supportCogsUsd: 0 })).toBe(0);
  });

  it('the p95 envelope is that of the worst tier; tiers where nobody pays are passed over', () => {
    const starter = { tier: 'starter', effectiveMrrUsd: 5194, activeSubscriptions: 120, p95CostUsd: 32.4 };
    const empty = { tier: 'pro', effectiveMrrUsd: 0, activeSubscriptions: 0, p95CostUsd: 900 };
    expect(p95EnvelopePercent([starter, empty])).toBe(74.86);
    expect(p95PercentOfMrr(empty)).toBeNull();
    expect(p95EnvelopePercent([empty])).toBe(0);
    expect(p95EnvelopePercent([])).toBe(0);
  });

  it('counts the year from the total as it is shown', () => {
    const totals = { mrrUsd: 0, effectiveMrrUsd: 32190.52, llmCogsUsd: 0, infraCogsUsd: 0, supportCogsUsd: 0 };
    const tco = {
      annualStaffingUsd: 420000,
      annualOncallUsd: 96000,
      annualSecurityComplianceUsd: 64000,
      annualInfraOpsUsd: 72000,
      annualToolingUsd: 30000,
    };
    expect(hostedAgainstSelfHosted(totals, tco)).toEqual({
      hostedArrRunRateUsd: 386286.24,
      selfHostedTcoUsd: 682000,
      deltaUsd: -295713.76,
    });
  });
});

describe('scenarios', () => {
  it('show the month itself when every multiplier is 1, up to the cents that rounding took from the rows', () => {
    fc.assert(
      fc.property(month, (inputs) => {
        const bases = basesOf(inputs);
        const row = scenarioRow(bases, ALL_ONES);
        const totals = financeTotals(bases);
        // Half a cent a tier for the row and for the list revenue it is computed from.
        expect(Math.abs(row.effectiveMrrUsd - totals.effectiveMrrUsd)).toBeLessThanOrEqual(bases.length * 0.01);
        fc.pre(totals.effectiveMrrUsd > 100);
        const slack = (bases.length * 0.02 * 100 * (1 + totals.llmCogsUsd + totals.supportCogsUsd)) / totals.effectiveMrrUsd;
        expect(Math.abs(row.projectedMarginPercent - blendedMarginPercent(totals))).toBeLessThanOrEqual(0.011 + slack);
      }),
    );
  });

  it('do not depend on the order in which multipliers are named', () => {
    fc.assert(
      fc.property(month, fc.array(share, { minLength: 8, maxLength: 8 }), (inputs, shares) => {
        const bases = basesOf(inputs);
        const at = (index: number) => shares[index]! * 2;
        const forward = {
          name: 'x',
          subscriptionsByTier: { starter: at(0), growth: at(1), pro: at(2), enterprise: at(3) },
          monthlyPricesByTier: { starter: at(4), growth: at(5), pro: at(6), enterprise: at(7) },
        };
        const backward = {
          monthlyPricesByTier: { enterprise: at(7), pro: at(6), growth: at(5), starter: at(4) },
          subscriptionsByTier: { enterprise: at(3), pro: at(2), growth: at(1), starter: at(0) },
          name: 'x',
        };
        expect(scenarioRow(bases, backward)).toEqual(scenarioRow(bases, forward));
      }),
    );
  });

  it('a higher price raises revenue and infrastructure, not the cost of models and support', () => {
    const [base] = basesOf([GROWTH]);
    const [tier] = scenarioTiers([base!], { ...ALL_ONES, monthlyPricesByTier: byPaidTier(() => 1.1) });
    expect(tier!.effectiveMrrUsd).toBeCloseTo(base!.effectiveMrrUsd * 1.1, 1);
    expect(tier!.infraCogsUsd).toBeCloseTo(base!.infraCogsUsd * 1.1, 1);
    expect(tier!.llmCogsUsd).toBeCloseTo(base!.llmCogsUsd, 6);
    expect(tier!.supportCogsUsd).toBeCloseTo(base!.supportCogsUsd, 6);
  });

  it('no subscriptions at all: nothing is earned or spent, and the margin is 100', () => {
    const row = scenarioRow(basesOf([GROWTH]), { ...ALL_ONES, subscriptionsByTier: byPaidTier(() => 0) });
    expect(row).toEqual({ scenario: 'as it is', effectiveMrrUsd: 0, projectedMarginPercent: 100 });
  });

  it('an empty tier stays empty whatever the multipliers', () => {
    const [base] = basesOf([{ ...GROWTH, activeSubscriptions: 0, dunningEvents: 0, llmCostUsd: 0 }]);
    const [tier] = scenarioTiers([base!], { ...ALL_ONES, subscriptionsByTier: byPaidTier(() => 5) });
    expect(tier).toMatchObject({ activeSubscriptions: 0, mrrUsd: 0, effectiveMrrUsd: 0, infraCogsUsd: 0 });
  });
});

describe('percentiles', () => {
  it.each([
    [[], 95, 0],
    [[7], 50, 7],
    [[1, 2, 3, 4], 50, 2.5],
    [[4, 1, 3, 2], 50, 2.5],
    [[0, 10], 95, 9.5],
    [[1, 2, 3, 4, 5], 100, 5],
    [[1, 2, 3, 4, 5], 0, 1],
    [[10, 9, 100], 50, 10],
  ])('of %j at %d is %d', (values, percent, expected) => {
    expect(percentileLinear(values, percent)).toBeCloseTo(expected, 12);
  });

  it('lie within the values and rise with the percentage, whatever the order', () => {
    const costs = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (values, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((percent) => percentileLinear(values, percent));
        expect(low!).toBeGreaterThanOrEqual(Math.min(...values) * (1 - 1e-12));
        expect(high!).toBeLessThanOrEqual(Math.max(...values) * (1 + 1e-12));
        expect(low!).toBeLessThanOrEqual(high! + 1e-9 * Math.max(...values));
        expect(percentileLinear(values.toReversed(), a)).toBe(percentileLinear(values, a));
      }),
    );
  });

  it('count tenants without usage and round to 6 decimals', () => {
    expect(tenantCostPercentiles([0, 0, 0, 1])).toEqual({ p50: 0, p95: 0.85, p99: 0.97 });
    expect(tenantCostPercentiles([])).toEqual({ p50: 0, p95: 0, p99: 0 });
    expect(tenantCostPercentiles([0, 1 / 3]).p95).toBe(0.316667);
  });
});

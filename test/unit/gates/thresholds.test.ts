/** Thresholds as policy: versions, reviews, what past months would have been, and how figures stand to their limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateThresholds } from '../../../src-shared/contract/gates.ts';
import { type GateFigures, readGateFigures } from '../../../src-main/gates/gate-figures.ts';
import { fixed, monthAfter, monthsBetween, shiftMonth, shownPair, signedDifference } from '../../../src-main/gates/gate-numbers.ts';
import { asThresholds, comparisonText, judgeBands, judgeFigures } from '../../../src-main/gates/policy-gates.ts';
import { policyFindings } from '../../../src-main/gates/policy-findings.ts';
import { checkReviewBy, DEFAULT_THRESHOLDS, latestReview, thresholdChanges, versionFor } from '../../../src-main/gates/thresholds.ts';
import { previewMonths, previewSays } from '../../../src-main/gates/thresholds-preview.ts';
import { bytesOf, goodAssumptions, goodTelemetry } from '../../support/finance-month.ts';
import { releaseBytes } from '../../support/own-release.ts';

const figures = (over: Partial<GateFigures['metrics']> = {}, closes: readonly number[] = [81, 82]): GateFigures => ({
  from: 'guardrails',
  metrics: {
    blendedGrossMarginPercent: 82,
    p95TenantLlmCogsPctMrr: 7.5,
    annualDiscountImpactPercent: 10,
    growthToProConversionMomDeltaPercent: 0.2,
    proToEnterpriseConversionMomDeltaPercent: 0.1,
    stressMarginPercent: 76,
    ...over,
  },
  declared: { ...DEFAULT_THRESHOLDS, requiredConsecutiveMarginCloses: 2n },
  closes: closes.map((blendedGrossMarginPercent, at) => ({ month: `2026-0${at + 4}`, blendedGrossMarginPercent })),
  infraCostMultiplier: 2,
  tiers: [
    {
      tier: 'starter',
      mrrUsd: 1000,
      effectiveMrrUsd: 850,
      llmCogsUsd: 10,
      infraCogsUsd: 20,
      supportCogsUsd: 30,
      activeSubscriptions: 10,
      p95CostUsd: 4,
    },
  ],
});

describe('figures against their limits', () => {
  it('include the bound, and are shown with as many places as tell them apart', () => {
    const at = (metrics: Partial<GateFigures['metrics']>, short: number) => judgeFigures(figures(metrics), DEFAULT_THRESHOLDS)[short - 1]!;
    expect(at({ p95TenantLlmCogsPctMrr: 8 }, 2)).toMatchObject({ holds: true });
    expect(comparisonText(at({ p95TenantLlmCogsPctMrr: 8 }, 2).deciding)).toBe('8.00% ≤ 8.00%');
    expect(comparisonText(at({ p95TenantLlmCogsPctMrr: 8.0004 }, 2).deciding)).toBe('8.0004% > 8.0000%');
    expect(comparisonText(at({ blendedGrossMarginPercent: 79.996 }, 1).deciding)).toBe('79.996% < 80.000%');
  });

  it.each([
    ['both deltas must hold, and the worse one is named', { growthToProConversionMomDeltaPercent: -0.1 }, 4, '−0.10 pt < 0.00 pt'],
    ['the stress margin has a floor', { stressMarginPercent: 74.99 }, 5, '74.99% < 75.00%'],
    ['the discount has a limit', { annualDiscountImpactPercent: 18.01 }, 3, '18.01% > 18.00%'],
  ] as const)('%s', (_name, metrics, gate, says) => {
    const judged = judgeFigures(figures(metrics), DEFAULT_THRESHOLDS)[gate - 1]!;
    expect(judged.holds).toBe(false);
    expect(comparisonText(judged.deciding)).toBe(says);
  });

  it('an earlier close below the floor fails the margin gate, and too few closes do too', () => {
    const low = judgeFigures(figures({}, [79, 82]), DEFAULT_THRESHOLDS)[0]!;
    expect(low).toMatchObject({ holds: false, deciding: { what: 'close of 2026-04', value: 79 } });
    expect(judgeFigures(figures({}, [79, 82]), { ...DEFAULT_THRESHOLDS, requiredConsecutiveMarginCloses: 1 })[0]!.holds).toBe(true);
    expect(judgeFigures(figures({}, [82]), DEFAULT_THRESHOLDS)[0]!.holds).toBe(false);
  });

  it('what is shown is on the same side of the limit as what is judged', () => {
    fc.assert(
      fc.property(fc.double({ min: -200, max: 200, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (value, limit) => {
        const pair = shownPair(value, limit);
        const [a, b] = [Number(pair.value), Number(pair.limit)];
        if (value < limit) expect(a).toBeLessThan(b);
        if (value > limit) expect(a).toBeGreaterThan(b);
      }),
    );
  });

  it('a difference is that of the figures as shown', () => {
    expect(signedDifference('8.32', '8.00')).toBe('+0.32');
    expect(signedDifference('7.9', '8.00')).toBe('−0.10');
    expect(signedDifference('8.00', '8.00')).toBe('±0.00');
    expect(fixed(-0.0001)).toBe('0.00');
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (a, b) => {
        const text = signedDifference((a / 100).toFixed(2), (b / 100).toFixed(2));
        expect(Number(text.replace('−', '-').replace('±', ''))).toBeCloseTo((a - b) / 100, 6);
      }),
    );
  });

  it('the recorded figures are those of the guardrails, else computed from telemetry and assumptions', () => {
    const recorded = readGateFigures({
      guardrails: releaseBytes('finance-guardrails'),
      telemetry: releaseBytes('finance-telemetry'),
      assumptions: null,
    });
    expect(recorded).toMatchObject({ from: 'guardrails', metrics: { p95TenantLlmCogsPctMrr: 6.4 }, infraCostMultiplier: 1.7 });
    expect(recorded?.tiers.map(({ activeSubscriptions }) => activeSubscriptions)).not.toContain(null);
    const computed = readGateFigures({ guardrails: null, telemetry: bytesOf(goodTelemetry()), assumptions: bytesOf(goodAssumptions()) });
    expect(computed).toMatchObject({ from: 'computed', declared: { minStressMarginPercent: 75 } });
    expect(judgeFigures(computed!, asThresholds(computed!.declared)).every(({ holds }) => holds)).toBe(true);
    for (const bytes of [Buffer.from('{'), Buffer.from('[]'), Buffer.from('{"metrics": 1}')]) {
      expect(readGateFigures({ guardrails: bytes, telemetry: null, assumptions: bytes })).toBeNull();
    }
  });
});

describe('discount bands', () => {
  it('a tier is held to its own band, else to the cap of the policy', () => {
    const band = (thresholds: Partial<GateThresholds>) => judgeBands(figures().tiers, { ...DEFAULT_THRESHOLDS, ...thresholds })[0];
    expect(band({})).toEqual({ tier: 'starter', percent: 15, limit: 20, own: false, holds: true });
    expect(band({ discountBands: { starter: 14.99 } })).toMatchObject({ limit: 14.99, own: true, holds: false });
    expect(band({ maxAnnualDiscountPercent: 15 })).toMatchObject({ holds: true });
    expect(judgeBands([{ ...figures().tiers[0]!, mrrUsd: 0, effectiveMrrUsd: 0 }], DEFAULT_THRESHOLDS)).toEqual([]);
  });
});

describe('the policy beside the artifact', () => {
  it('says nothing where it says the same', () => {
    expect(policyFindings(figures(), DEFAULT_THRESHOLDS, 1)).toEqual([]);
  });

  it('says what would fail, what would pass, and that only the threshold differs', () => {
    const codes = (metrics: Partial<GateFigures['metrics']>, max: number) =>
      policyFindings(figures(metrics), { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: max }, 3).map(({ code, severity }) => [
        code,
        severity,
      ]);
    expect(codes({}, 7)).toEqual([['POLICY_GATE_WOULD_FAIL', 'error']]);
    expect(codes({ p95TenantLlmCogsPctMrr: 9 }, 10)).toEqual([['POLICY_GATE_WOULD_PASS', 'warning']]);
    expect(codes({}, 7.8)).toEqual([['POLICY_THRESHOLD_DIFFERS', 'note']]);
    const [finding] = policyFindings(figures(), { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: 7 }, 3);
    expect(finding?.says).toBe(
      "By the thresholds in the artifact FIN 2 passes (7.50% ≤ 8.00%); by the policy, version 3, it would fail (7.50% > 7.00%). The artifact's verdict stands.",
    );
  });
});

describe('trying thresholds on past months', () => {
  const months = [
    { month: '2026-04', figures: figures({ p95TenantLlmCogsPctMrr: 7 }), current: DEFAULT_THRESHOLDS },
    { month: '2026-05', figures: figures({ p95TenantLlmCogsPctMrr: 8.3 }), current: DEFAULT_THRESHOLDS },
    { month: '2026-06', figures: null, current: DEFAULT_THRESHOLDS },
  ];

  it('turns exactly the gates whose side of the limit changes', () => {
    const tried = previewMonths(months, { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: 6.5 });
    expect(tried.map(({ changed }) => changed)).toEqual([1, 0, 0]);
    expect(tried[0]?.gates[1]).toEqual({
      gate: 'fin_gate_2_llm_cogs_containment',
      short: 'FIN 2',
      now: 'pass',
      then: 'fail',
      says: '7.00% > 6.50%',
    });
    expect(tried[2]?.gates).toEqual([]);
    expect(previewSays(tried)).toBe('Would have failed: April 2026 (FIN 2).');
    expect(previewSays(previewMonths(months, { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: 9 }))).toBe(
      'Would have passed: May 2026 (FIN 2).',
    );
    expect(previewSays(previewMonths(months, DEFAULT_THRESHOLDS))).toBe('Nothing would turn in 2 months.');
    expect(previewSays(previewMonths(months.slice(2), DEFAULT_THRESHOLDS))).toContain('No month has recorded figures yet');
  });

  it('changes nothing where nothing is changed, whatever the figures', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 30, noNaN: true }), (margin, share) => {
        const month = {
          month: '2026-05',
          figures: figures({ blendedGrossMarginPercent: margin, p95TenantLlmCogsPctMrr: share }),
          current: DEFAULT_THRESHOLDS,
        };
        expect(previewMonths([month], DEFAULT_THRESHOLDS)[0]?.changed).toBe(0);
      }),
    );
  });
});

describe('versions', () => {
  it('the newest of those in effect counts for a month', () => {
    const version = (number: number, effectiveFrom: string) => ({
      version: number,
      effectiveFrom,
      body: DEFAULT_THRESHOLDS,
      reviewBy: '2026-12-31',
      reason: 'r',
      memberId: null,
      changedAt: '2026-01-01T00:00:00.000Z',
    });
    const all = [version(1, '0001-01'), version(2, '2026-03'), version(3, '2026-03'), version(4, '2026-07')];
    expect(['2026-02', '2026-03', '2026-06', '2027-01'].map((month) => versionFor(all, month)?.version)).toEqual([1, 3, 3, 4]);
    expect(versionFor([version(2, '2026-03')], '2026-02')).toBeNull();
  });

  it('are looked at again within a quarter', () => {
    expect(latestReview('2026-11-30T10:00:00.000Z')).toBe('2027-02-28');
    expect(latestReview('2026-06-15T12:00:00.000Z')).toBe('2026-09-15');
    expect(latestReview('2027-11-30T00:00:00.000Z')).toBe('2028-02-29');
    expect(checkReviewBy('2026-08-01', '2026-06-15T12:00:00.000Z')).toBe('2026-08-01');
    for (const day of ['2026-06-14', '2026-09-16', '2026-06-31', 'soon']) {
      expect(() => checkReviewBy(day, '2026-06-15T12:00:00.000Z')).toThrow(/must lie between today and 2026-09-15/);
    }
  });

  it('say what they changed, bands too', () => {
    const after = { ...DEFAULT_THRESHOLDS, requiredConsecutiveMarginCloses: 3, discountBands: { pro: 12.5 } };
    expect(thresholdChanges(DEFAULT_THRESHOLDS, after)).toEqual([
      'closes in a row that hold the margin floor: 2 → 3',
      'discount band of pro: none of its own → 12.50%',
    ]);
    expect(thresholdChanges(after, DEFAULT_THRESHOLDS)).toHaveLength(2);
    expect(thresholdChanges(after, after)).toEqual([]);
  });
});

describe('months', () => {
  it('follow each other over the turn of a year', () => {
    expect(monthAfter('2026-12')).toBe('2027-01');
    expect(shiftMonth('2026-02', -14)).toBe('2024-12');
    expect(monthsBetween('2026-11', '2027-02')).toEqual(['2026-11', '2026-12', '2027-01', '2027-02']);
    expect(monthsBetween('2026-03', '2026-02')).toEqual([]);
  });
});

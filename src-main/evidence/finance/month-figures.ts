import { pyRound } from '../reference/round.ts';
import { Refusal } from '../verdict.ts';
import type { Assumptions, FinanceThresholds, MonthClose } from './assumptions.ts';
import {
  blendedMarginPercent,
  discountImpactPercent,
  type FinanceTotals,
  financeTotals,
  p95EnvelopePercent,
  stressMarginPercent,
} from './finance-summary.ts';
import type { ScenarioBase } from './scenarios.ts';
import { tierEconomics, type TierEconomics } from './tier-economics.ts';
import type { TelemetryInputs, TelemetryTier } from './telemetry-inputs.ts';

/** A month computed from its telemetry and its assumptions: what the reference generator puts into its guardrails and packet. */

export interface MonthTier extends TierEconomics {
  readonly source: TelemetryTier;
  readonly annualMix: number;
}

/** Percent; margins, envelope and discount rounded to 2 decimals, the two deltas to 4. */
export interface FinanceMetrics {
  readonly blendedGrossMarginPercent: number;
  readonly p95TenantLlmCogsPctMrr: number;
  readonly annualDiscountImpactPercent: number;
  readonly growthToProConversionMomDeltaPercent: number;
  readonly proToEnterpriseConversionMomDeltaPercent: number;
  readonly stressMarginPercent: number;
}

export const FINANCE_GATES = [
  'fin_gate_1_gross_margin_floor',
  'fin_gate_2_llm_cogs_containment',
  'fin_gate_3_annual_discount_impact',
  'fin_gate_4_expansion_signal',
  'fin_gate_5_stress_resilience',
] as const;
export type FinanceGate = (typeof FINANCE_GATES)[number];

export interface MonthFigures {
  readonly tiers: readonly MonthTier[];
  /** Sums of the tiers' rounded amounts, themselves not rounded. */
  readonly totals: FinanceTotals;
  readonly metrics: FinanceMetrics;
  /** The earlier closes of the assumptions, then this month. */
  readonly closeHistory: readonly MonthClose[];
  readonly gates: Readonly<Record<FinanceGate, boolean>>;
}

/** @throws Refusal where the margin gate needs more closes than there are. */
export function computeMonth(telemetry: TelemetryInputs, assumptions: Assumptions): MonthFigures {
  const tiers = monthTiers(telemetry, assumptions);
  const totals = financeTotals(tiers);
  const metrics: FinanceMetrics = {
    blendedGrossMarginPercent: blendedMarginPercent(totals),
    p95TenantLlmCogsPctMrr: p95EnvelopePercent(
      tiers.map(({ tier, effectiveMrrUsd, source }) => ({
        tier,
        effectiveMrrUsd,
        activeSubscriptions: Number(source.activeSubscriptions),
        p95CostUsd: source.tenantMonthlyCostUsd.p95,
      })),
    ),
    annualDiscountImpactPercent: discountImpactPercent(totals),
    growthToProConversionMomDeltaPercent: pyRound(assumptions.growthToProDeltaPercent, 4),
    proToEnterpriseConversionMomDeltaPercent: pyRound(assumptions.proToEnterpriseDeltaPercent, 4),
    stressMarginPercent: stressMarginPercent(totals, assumptions.infraCostMultiplier),
  };
  // Not compared with the months before it: a label that repeats one is kept as it is, as in the reference.
  const closeHistory = [
    ...assumptions.closeHistory,
    { month: telemetry.window.label, blendedGrossMarginPercent: metrics.blendedGrossMarginPercent },
  ];
  return { tiers, totals, metrics, closeHistory, gates: financeGates(metrics, assumptions.thresholds, closeHistory) };
}

/** The tiers' rows alone, without what the month needs besides. */
export const monthTiers = (telemetry: TelemetryInputs, assumptions: Assumptions): MonthTier[] =>
  telemetry.tiers.map((source) => {
    const annualMix = assumptions.annualMixByTier[source.tier];
    const economics = tierEconomics({
      tier: source.tier,
      monthlyPriceUsd: source.monthlyPriceUsd,
      annualMonthlyFactor: source.annualMonthlyFactor,
      activeSubscriptions: Number(source.activeSubscriptions),
      dunningEvents: Number(source.dunningEvents),
      llmCostUsd: source.llmCostUsd,
      annualMix,
      infraPercentOfEffectiveMrr: assumptions.infraPercentOfEffectiveMrrByTier[source.tier],
      supportPerSubscriptionUsd: assumptions.supportPerSubscriptionUsdByTier[source.tier],
      supportPerDunningEventUsd: assumptions.supportPerDunningEventUsd,
    });
    return { ...economics, source, annualMix };
  });

/** The month's rows as the scenarios take them. */
export const scenarioBases = (tiers: readonly MonthTier[]): ScenarioBase[] =>
  tiers.map(({ source, ...row }) => ({
    ...row,
    activeSubscriptions: Number(source.activeSubscriptions),
    annualMonthlyFactor: source.annualMonthlyFactor,
  }));

/**
 * The five gates of guardrails (contract of finance guardrails); every comparison includes its bound. The margin floor also
 * holds the last closes, as many as the thresholds require, this month among them.
 * @throws Refusal where there are fewer closes than required
 */
export function financeGates(
  metrics: FinanceMetrics,
  thresholds: FinanceThresholds,
  closeHistory: readonly MonthClose[],
): Readonly<Record<FinanceGate, boolean>> {
  const required = thresholds.requiredConsecutiveMarginCloses;
  if (BigInt(closeHistory.length) < required) {
    throw new Refusal(
      `close_history must hold at least ${required} closes with this month's, as thresholds.required_consecutive_margin_closes says; it holds ${closeHistory.length}`,
      'close_history',
    );
  }
  const floor = thresholds.minBlendedGrossMarginPercent;
  const recent = closeHistory.slice(-Number(required));
  return {
    fin_gate_1_gross_margin_floor:
      metrics.blendedGrossMarginPercent >= floor && recent.every((close) => close.blendedGrossMarginPercent >= floor),
    fin_gate_2_llm_cogs_containment: metrics.p95TenantLlmCogsPctMrr <= thresholds.maxP95TenantLlmCogsPctMrr,
    fin_gate_3_annual_discount_impact: metrics.annualDiscountImpactPercent <= thresholds.maxAnnualDiscountImpactPercent,
    fin_gate_4_expansion_signal:
      metrics.growthToProConversionMomDeltaPercent >= thresholds.minGrowthToProConversionMomDeltaPercent &&
      metrics.proToEnterpriseConversionMomDeltaPercent >= thresholds.minProToEnterpriseConversionMomDeltaPercent,
    fin_gate_5_stress_resilience: metrics.stressMarginPercent >= thresholds.minStressMarginPercent,
  };
}

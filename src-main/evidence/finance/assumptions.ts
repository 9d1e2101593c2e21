import type { Fields } from '../reference/fields.ts';
import { isArray, isObject } from '../reference/value.ts';
import type { TcoInputs } from './finance-summary.ts';
import type { ScenarioMultipliers } from './scenarios.ts';
import { byPaidTier, type ByPaidTier } from './tiers.ts';

/**
 * The assumptions file of a month's packet, read as the reference generator reads it: which members must be there, what is
 * taken for the others, and the path of the first one that is wrong. Its three parts are read one by one, because the
 * generator computes in between and the first failure counts. Every reader throws a Refusal.
 */

/** Percent, but for the last: how many closes in a row must hold the margin floor. */
export interface FinanceThresholds {
  readonly minBlendedGrossMarginPercent: number;
  readonly maxP95TenantLlmCogsPctMrr: number;
  readonly maxAnnualDiscountImpactPercent: number;
  readonly minGrowthToProConversionMomDeltaPercent: number;
  readonly minProToEnterpriseConversionMomDeltaPercent: number;
  readonly minStressMarginPercent: number;
  readonly requiredConsecutiveMarginCloses: bigint;
}

/** One closed month with its blended gross margin. */
export interface MonthClose {
  readonly month: string;
  readonly blendedGrossMarginPercent: number;
}

export interface Assumptions {
  readonly thresholds: FinanceThresholds;
  /** Share of subscriptions that pay annually, 0 to 1. */
  readonly annualMixByTier: ByPaidTier<number>;
  readonly infraPercentOfEffectiveMrrByTier: ByPaidTier<number>;
  readonly supportPerSubscriptionUsdByTier: ByPaidTier<number>;
  readonly supportPerDunningEventUsd: number;
  readonly growthToProDeltaPercent: number;
  readonly proToEnterpriseDeltaPercent: number;
  /** How many times as much infrastructure costs in the stress scenario; at least 1. */
  readonly infraCostMultiplier: number;
  /** Earlier closes, oldest first; empty where the file has none. */
  readonly closeHistory: readonly MonthClose[];
}

export function readAssumptions(file: Fields): Assumptions {
  const tierNumbers = (key: string, bounds: { readonly min: number; readonly max?: number }) => {
    const child = file.child(key);
    return byPaidTier((tier) => child.number(tier, bounds));
  };
  // The order of the lines is the order in which the reference looks.
  const annualMixByTier = tierNumbers('annual_mix_by_tier', { min: 0, max: 1 });
  const infraPercentOfEffectiveMrrByTier = tierNumbers('infra_cogs_percent_of_effective_mrr_by_tier', { min: 0 });
  const supportPerSubscriptionUsdByTier = tierNumbers('support_cogs_per_active_subscription_usd_by_tier', { min: 0 });
  const supportPerDunningEventUsd = file.number('support_cogs_per_dunning_event_usd', { min: 0 });
  const signals = file.child('conversion_signals');
  const growthToProDeltaPercent = signals.number('growth_to_pro_conversion_mom_delta_percent');
  const proToEnterpriseDeltaPercent = signals.number('pro_to_enterprise_conversion_mom_delta_percent');
  const infraCostMultiplier = file.child('stress_scenario').number('infra_cost_multiplier', { min: 1 });
  return {
    annualMixByTier,
    infraPercentOfEffectiveMrrByTier,
    supportPerSubscriptionUsdByTier,
    supportPerDunningEventUsd,
    growthToProDeltaPercent,
    proToEnterpriseDeltaPercent,
    infraCostMultiplier,
    thresholds: readThresholds(file.child('thresholds')),
    closeHistory: readCloseHistory(file),
  };
}

const PERCENT = { min: 0, max: 100 };

export const readThresholds = (thresholds: Fields): FinanceThresholds => ({
  minBlendedGrossMarginPercent: thresholds.number('min_blended_gross_margin_percent', PERCENT),
  maxP95TenantLlmCogsPctMrr: thresholds.number('max_p95_tenant_llm_cogs_pct_mrr', { min: 0 }),
  maxAnnualDiscountImpactPercent: thresholds.number('max_annual_discount_impact_percent', PERCENT),
  minGrowthToProConversionMomDeltaPercent: thresholds.number('min_growth_to_pro_conversion_mom_delta_percent'),
  minProToEnterpriseConversionMomDeltaPercent: thresholds.number('min_pro_to_enterprise_conversion_mom_delta_percent'),
  minStressMarginPercent: thresholds.number('min_stress_margin_percent', PERCENT),
  // The generator asks for two closes where nothing is said, the verifier of guardrails for one.
  requiredConsecutiveMarginCloses: thresholds.integer('required_consecutive_margin_closes', { min: 1n, absent: 2n }),
});

function readCloseHistory(file: Fields): MonthClose[] {
  if (file.raw('close_history') === null) return [];
  const closes: MonthClose[] = [];
  for (const close of file.items('close_history')) {
    const month = close.text('month');
    if (closes.some((earlier) => earlier.month === month)) throw close.refuse('month', `stands twice: “${month}”`);
    closes.push({ month, blendedGrossMarginPercent: close.number('blended_gross_margin_percent', PERCENT) });
  }
  return closes;
}

/** What-if models of the file; none where the member is absent or of another shape, which the reference passes over. */
export function readScenarioModels(file: Fields): ScenarioMultipliers[] {
  const models = file.raw('scenario_models');
  if (!isObject(models) || !isArray(models.get('price_sensitivity') ?? null)) return [];
  const scenarios: ScenarioMultipliers[] = [];
  for (const scenario of file.child('scenario_models').items('price_sensitivity')) {
    const name = scenario.text('name');
    const subscriptions = scenario.child('subscription_multipliers_by_tier');
    const prices = scenario.child('monthly_price_multipliers_by_tier');
    const both = byPaidTier((tier) => ({
      subscriptions: subscriptions.number(tier, { min: 0 }),
      price: prices.number(tier, { min: 0 }),
    }));
    scenarios.push({
      name,
      subscriptionsByTier: byPaidTier((tier) => both[tier].subscriptions),
      monthlyPricesByTier: byPaidTier((tier) => both[tier].price),
    });
  }
  return scenarios;
}

/** Yearly cost of running the product oneself; a part that is not stated is 0. */
export function readTcoInputs(file: Fields): TcoInputs {
  const inputs = file.has('self_hosted_tco_inputs') ? file.child('self_hosted_tco_inputs') : null;
  const amount = (key: string) => (inputs?.has(key) ? inputs.number(key, { min: 0 }) : 0);
  return {
    annualStaffingUsd: amount('annual_staffing_usd'),
    annualOncallUsd: amount('annual_oncall_usd'),
    annualSecurityComplianceUsd: amount('annual_security_compliance_usd'),
    annualInfraOpsUsd: amount('annual_infra_ops_usd'),
    annualToolingUsd: amount('annual_tooling_usd'),
  };
}

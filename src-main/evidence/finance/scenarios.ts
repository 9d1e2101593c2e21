import { pyRound } from '../reference/round.ts';
import { effectiveShare, safeMarginPercent, type TierEconomics } from './tier-economics.ts';
import type { ByPaidTier, PaidTier } from './tiers.ts';

/**
 * What the month would look like with other prices and other numbers of subscriptions, computed from the month's own rows.
 * The packet's scenarios and trials on a screen use the same rule; rounding is half-even on binary doubles (packet contract).
 */

/** The month as it is: a tier's rounded row with what the rule needs besides. */
export interface ScenarioBase extends TierEconomics {
  readonly activeSubscriptions: number;
  readonly annualMix: number;
  readonly annualMonthlyFactor: number;
}

/** Each factor at least 0; 1 leaves the figure as it is. */
export interface ScenarioMultipliers {
  readonly name: string;
  readonly subscriptionsByTier: ByPaidTier<number>;
  readonly monthlyPricesByTier: ByPaidTier<number>;
}

/** USD and percent, not rounded. */
export interface ScenarioTier {
  readonly tier: PaidTier;
  readonly activeSubscriptions: number;
  readonly monthlyPriceUsd: number;
  readonly mrrUsd: number;
  readonly effectiveMrrUsd: number;
  readonly llmCogsUsd: number;
  readonly infraCogsUsd: number;
  readonly supportCogsUsd: number;
}

/** Amount in USD and margin in percent, each rounded to 2 decimals. */
export interface ScenarioRow {
  readonly scenario: string;
  readonly effectiveMrrUsd: number;
  readonly projectedMarginPercent: number;
}

/**
 * One tier under other multipliers: language-model and support costs move with the number of subscriptions, infrastructure
 * with effective revenue. The price is what a subscription of the row pays at list (MRR / active), and the shares divide by
 * at least 1, so that an empty tier stays empty.
 */
export function scenarioTier(base: ScenarioBase, subscriptionMultiplier: number, priceMultiplier: number): ScenarioTier {
  const perSubscription = Math.max(base.activeSubscriptions, 1);
  const activeSubscriptions = base.activeSubscriptions * subscriptionMultiplier;
  const monthlyPriceUsd = (base.mrrUsd / perSubscription) * priceMultiplier;
  const mrrUsd = activeSubscriptions * monthlyPriceUsd;
  const effectiveMrrUsd = mrrUsd * effectiveShare(base.annualMix, base.annualMonthlyFactor);
  return {
    tier: base.tier,
    activeSubscriptions,
    monthlyPriceUsd,
    mrrUsd,
    effectiveMrrUsd,
    llmCogsUsd: (base.llmCogsUsd / perSubscription) * activeSubscriptions,
    infraCogsUsd: (base.infraCogsUsd / Math.max(base.effectiveMrrUsd, 1)) * effectiveMrrUsd,
    supportCogsUsd: (base.supportCogsUsd / perSubscription) * activeSubscriptions,
  };
}

export const scenarioTiers = (bases: readonly ScenarioBase[], multipliers: ScenarioMultipliers): ScenarioTier[] =>
  bases.map((base) => scenarioTier(base, multipliers.subscriptionsByTier[base.tier], multipliers.monthlyPricesByTier[base.tier]));

/**
 * The scenario over all tiers. With all multipliers 1 it shows the month again, up to the cents by which the month's rows
 * were rounded before they were added.
 */
export function scenarioRow(bases: readonly ScenarioBase[], multipliers: ScenarioMultipliers): ScenarioRow {
  let effective = 0;
  let cogs = 0;
  for (const tier of scenarioTiers(bases, multipliers)) {
    effective += tier.effectiveMrrUsd;
    cogs += tier.llmCogsUsd + tier.infraCogsUsd + tier.supportCogsUsd;
  }
  return {
    scenario: multipliers.name,
    effectiveMrrUsd: pyRound(effective, 2),
    projectedMarginPercent: pyRound(safeMarginPercent(effective, cogs), 2),
  };
}

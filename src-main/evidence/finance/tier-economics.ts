import { pyRound } from '../reference/round.ts';
import type { PaidTier } from './tiers.ts';

/**
 * Unit economics of one tier. All formulas are those of the committee packet's contract; they compute on binary doubles in
 * the reference's order and round half-even (`pyRound`), so that the same inputs give the same bytes.
 */

export interface TierInputs {
  readonly tier: PaidTier;
  /** List price of one subscription a month, USD. */
  readonly monthlyPriceUsd: number;
  /** What a month costs under annual payment, as a share of the monthly price: annual / (monthly × 12). 0 to 1. */
  readonly annualMonthlyFactor: number;
  readonly activeSubscriptions: number;
  /** Tenants whose payment was chased in the window. */
  readonly dunningEvents: number;
  /** What the tier's tenants cost in language-model calls in the window, USD. */
  readonly llmCostUsd: number;
  /** Share of subscriptions that pay annually, 0 to 1. */
  readonly annualMix: number;
  readonly infraPercentOfEffectiveMrr: number;
  readonly supportPerSubscriptionUsd: number;
  readonly supportPerDunningEventUsd: number;
}

/** Amounts in USD, rounded to cents; the margin in percent of effective MRR, rounded to 2 decimals. */
export interface TierEconomics {
  readonly tier: PaidTier;
  readonly mrrUsd: number;
  readonly effectiveMrrUsd: number;
  readonly llmCogsUsd: number;
  readonly infraCogsUsd: number;
  readonly supportCogsUsd: number;
  readonly grossMarginPercent: number;
}

/** What is left of the list price when `annualMix` of the subscriptions pay annually: 1 − mix × (1 − factor). */
export const effectiveShare = (annualMix: number, annualMonthlyFactor: number): number => 1 - annualMix * (1 - annualMonthlyFactor);

/**
 * Gross margin in percent: (revenue − COGS) / revenue × 100, not rounded. Without revenue it is 100 where nothing is spent
 * either, else 0 (the guardrails verifier then refuses the tier: its margin has no denominator).
 */
export function safeMarginPercent(revenueUsd: number, cogsUsd: number): number {
  if (revenueUsd <= 0) return cogsUsd <= 0 ? 100 : 0;
  return ((revenueUsd - cogsUsd) / revenueUsd) * 100;
}

/**
 * gross = price × active; effective = gross × (1 − mix × (1 − annual factor)); infra = effective × percent / 100; support =
 * active × per subscription + dunning × per event. The five amounts are rounded to cents first, and the margin is that of
 * the rounded amounts: a margin of unrounded ones need not match what the verifier recomputes from the row.
 */
export function tierEconomics(inputs: TierInputs): TierEconomics {
  const gross = inputs.monthlyPriceUsd * inputs.activeSubscriptions;
  const effective = gross * effectiveShare(inputs.annualMix, inputs.annualMonthlyFactor);
  const infra = effective * (inputs.infraPercentOfEffectiveMrr / 100);
  const support = inputs.activeSubscriptions * inputs.supportPerSubscriptionUsd + inputs.dunningEvents * inputs.supportPerDunningEventUsd;
  const rounded = {
    mrrUsd: pyRound(gross, 2),
    effectiveMrrUsd: pyRound(effective, 2),
    llmCogsUsd: pyRound(inputs.llmCostUsd, 2),
    infraCogsUsd: pyRound(infra, 2),
    supportCogsUsd: pyRound(support, 2),
  };
  return { tier: inputs.tier, ...rounded, grossMarginPercent: pyRound(tierMarginPercent(rounded), 2) };
}

export type TierAmounts = Omit<TierEconomics, 'tier' | 'grossMarginPercent'>;

/** Margin of one row's amounts, not rounded. */
export const tierMarginPercent = (row: TierAmounts): number =>
  safeMarginPercent(row.effectiveMrrUsd, row.llmCogsUsd + row.infraCogsUsd + row.supportCogsUsd);

import { pyRound } from '../reference/round.ts';
import { safeMarginPercent, type TierAmounts } from './tier-economics.ts';

/** Figures over all paid tiers: half-even rounding on binary doubles, sums in the order of the rows (packet contract). */

/** Sums in USD. Not rounded: margins are taken from these, documents show `roundedTotals`. */
export interface FinanceTotals {
  readonly mrrUsd: number;
  readonly effectiveMrrUsd: number;
  readonly llmCogsUsd: number;
  readonly infraCogsUsd: number;
  readonly supportCogsUsd: number;
}

/** Sums of rows that are rounded to cents already. */
export function financeTotals(rows: readonly TierAmounts[]): FinanceTotals {
  const sum = (of: (row: TierAmounts) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    mrrUsd: sum((row) => row.mrrUsd),
    effectiveMrrUsd: sum((row) => row.effectiveMrrUsd),
    llmCogsUsd: sum((row) => row.llmCogsUsd),
    infraCogsUsd: sum((row) => row.infraCogsUsd),
    supportCogsUsd: sum((row) => row.supportCogsUsd),
  };
}

export const roundedTotals = (totals: FinanceTotals): FinanceTotals => ({
  mrrUsd: pyRound(totals.mrrUsd, 2),
  effectiveMrrUsd: pyRound(totals.effectiveMrrUsd, 2),
  llmCogsUsd: pyRound(totals.llmCogsUsd, 2),
  infraCogsUsd: pyRound(totals.infraCogsUsd, 2),
  supportCogsUsd: pyRound(totals.supportCogsUsd, 2),
});

/** Gross margin over all tiers in percent, rounded to 2 decimals. */
export const blendedMarginPercent = (totals: FinanceTotals): number => stressMarginPercent(totals, 1);

/** The blended margin if infrastructure cost `infraCostMultiplier` times as much; rounded to 2 decimals. */
export const stressMarginPercent = (totals: FinanceTotals, infraCostMultiplier: number): number =>
  pyRound(
    safeMarginPercent(totals.effectiveMrrUsd, totals.llmCogsUsd + totals.infraCogsUsd * infraCostMultiplier + totals.supportCogsUsd),
    2,
  );

/** What annual payment takes off list revenue: (Σ MRR − Σ effective) / Σ MRR × 100, rounded to 2 decimals; 0 without revenue. */
export const discountImpactPercent = (totals: FinanceTotals): number =>
  totals.mrrUsd > 0 ? pyRound(((totals.mrrUsd - totals.effectiveMrrUsd) / totals.mrrUsd) * 100, 2) : 0;

export interface EnvelopeInput {
  readonly tier: string;
  readonly effectiveMrrUsd: number;
  readonly activeSubscriptions: number;
  /** What a tenant costs in language-model calls at the 95th percentile of its tier, USD a month. */
  readonly p95CostUsd: number;
}

/** What an expensive tenant costs in percent of what an average one of the tier pays; null where nobody pays. Not rounded. */
export function p95PercentOfMrr(input: EnvelopeInput): number | null {
  const perSubscription = input.activeSubscriptions > 0 ? input.effectiveMrrUsd / input.activeSubscriptions : 0;
  return perSubscription > 0 ? (input.p95CostUsd / perSubscription) * 100 : null;
}

/** The worst tier's p95 share, rounded to 2 decimals; tiers where nobody pays are passed over. */
export const p95EnvelopePercent = (inputs: readonly EnvelopeInput[]): number =>
  pyRound(
    inputs.reduce((worst, input) => Math.max(worst, p95PercentOfMrr(input) ?? 0), 0),
    2,
  );

/** Yearly cost of running the product oneself, USD; every part is 0 where it is not stated. */
export interface TcoInputs {
  readonly annualStaffingUsd: number;
  readonly annualOncallUsd: number;
  readonly annualSecurityComplianceUsd: number;
  readonly annualInfraOpsUsd: number;
  readonly annualToolingUsd: number;
}

/** Not rounded: the delta against the hosted run rate is taken from it. */
export const selfHostedTcoUsd = (inputs: TcoInputs): number =>
  inputs.annualStaffingUsd +
  inputs.annualOncallUsd +
  inputs.annualSecurityComplianceUsd +
  inputs.annualInfraOpsUsd +
  inputs.annualToolingUsd;

export interface HostedAgainstSelfHosted {
  /** Effective MRR × 12, from the total that is rounded to cents. */
  readonly hostedArrRunRateUsd: number;
  readonly selfHostedTcoUsd: number;
  readonly deltaUsd: number;
}

/** All three rounded to cents; the delta is that of the unrounded figures. */
export function hostedAgainstSelfHosted(totals: FinanceTotals, tco: TcoInputs): HostedAgainstSelfHosted {
  const arr = pyRound(totals.effectiveMrrUsd, 2) * 12;
  const own = selfHostedTcoUsd(tco);
  return { hostedArrRunRateUsd: pyRound(arr, 2), selfHostedTcoUsd: pyRound(own, 2), deltaUsd: pyRound(arr - own, 2) };
}

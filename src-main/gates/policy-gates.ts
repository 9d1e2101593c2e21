import type { GateThresholds } from '../../src-shared/contract/gates.ts';
import { FINANCE_GATES, type FinanceGate, type FinanceThresholds, type MonthClose, type PaidTier, pyRound } from '../evidence/index.ts';
import type { GateFigures, TierFigures } from './gate-figures.ts';
import { shownPair } from './gate-numbers.ts';
import { bandOf } from './thresholds.ts';

/** The five finance gates over recorded figures, by any thresholds: the artifact's own, the policy's, or some that are tried. */

export type Sense = 'at-least' | 'at-most';

export interface Comparison {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly sense: Sense;
  readonly unit: '%' | ' pt';
}

export interface JudgedGate {
  readonly gate: FinanceGate;
  readonly holds: boolean;
  /** The comparison that decides: the one that fails worst, else the one that comes nearest to its limit. */
  readonly deciding: Comparison;
  readonly comparisons: readonly Comparison[];
}

type Thresholds = Pick<
  GateThresholds,
  | 'minBlendedGrossMarginPercent'
  | 'maxP95TenantLlmCogsPctMrr'
  | 'maxAnnualDiscountImpactPercent'
  | 'minGrowthToProConversionMomDeltaPercent'
  | 'minProToEnterpriseConversionMomDeltaPercent'
  | 'minStressMarginPercent'
  | 'requiredConsecutiveMarginCloses'
>;

export const asThresholds = (declared: FinanceThresholds): Thresholds => ({
  ...declared,
  requiredConsecutiveMarginCloses: Number(declared.requiredConsecutiveMarginCloses),
});

/** Every comparison includes its bound (contract A.1). Fewer closes than required hold nothing. */
export function judgeFigures({ metrics, closes }: Pick<GateFigures, 'metrics' | 'closes'>, thresholds: Thresholds): JudgedGate[] {
  const floor = thresholds.minBlendedGrossMarginPercent;
  const required = thresholds.requiredConsecutiveMarginCloses;
  const recent = closes.slice(-required);
  const byGate: Readonly<Record<FinanceGate, readonly Comparison[]>> = {
    fin_gate_1_gross_margin_floor: [
      atLeast('blended margin', metrics.blendedGrossMarginPercent, floor, '%'),
      ...recent.map((close) => atLeast(closeName(close), close.blendedGrossMarginPercent, floor, '%')),
    ],
    fin_gate_2_llm_cogs_containment: [atMost('p95 LLM cost of MRR', metrics.p95TenantLlmCogsPctMrr, thresholds.maxP95TenantLlmCogsPctMrr)],
    fin_gate_3_annual_discount_impact: [
      atMost('annual discount impact', metrics.annualDiscountImpactPercent, thresholds.maxAnnualDiscountImpactPercent),
    ],
    fin_gate_4_expansion_signal: [
      atLeast('growth to pro', metrics.growthToProConversionMomDeltaPercent, thresholds.minGrowthToProConversionMomDeltaPercent, ' pt'),
      atLeast(
        'pro to enterprise',
        metrics.proToEnterpriseConversionMomDeltaPercent,
        thresholds.minProToEnterpriseConversionMomDeltaPercent,
        ' pt',
      ),
    ],
    fin_gate_5_stress_resilience: [atLeast('stress margin', metrics.stressMarginPercent, thresholds.minStressMarginPercent, '%')],
  };
  return FINANCE_GATES.map((gate) => {
    const comparisons = byGate[gate];
    const enough = gate !== 'fin_gate_1_gross_margin_floor' || recent.length >= required;
    return { gate, holds: enough && comparisons.every(comparisonHolds), deciding: deciding(gate, comparisons), comparisons };
  });
}

const atLeast = (what: string, value: number, limit: number, unit: Comparison['unit']): Comparison => ({
  what,
  value,
  limit,
  sense: 'at-least',
  unit,
});
const atMost = (what: string, value: number, limit: number): Comparison => ({ what, value, limit, sense: 'at-most', unit: '%' });
const closeName = ({ month }: MonthClose): string => (month === '' ? 'an earlier close' : `close of ${month}`);

export const comparisonHolds = ({ value, limit, sense }: Comparison): boolean => (sense === 'at-least' ? value >= limit : value <= limit);
/** How far a figure lies within its limit; below 0 outside of it. */
const room = ({ value, limit, sense }: Comparison): number => (sense === 'at-least' ? value - limit : limit - value);

function deciding(gate: FinanceGate, comparisons: readonly Comparison[]): Comparison {
  const [first] = comparisons;
  if (first === undefined) throw new TypeError(`${gate} compares nothing`);
  // The margin of the month itself is what the gate is about: an earlier close counts only where it alone is below.
  if (gate === 'fin_gate_1_gross_margin_floor' && !comparisonHolds(first)) return first;
  if (gate === 'fin_gate_1_gross_margin_floor') return comparisons.find((one) => !comparisonHolds(one)) ?? first;
  return comparisons.reduce((worst, one) => (room(one) < room(worst) ? one : worst), first);
}

/** `8.32% > 8.00%`, with the sign that really holds. */
export function comparisonText(comparison: Comparison): string {
  const { value, limit } = shownPair(comparison.value, comparison.limit);
  const holds = comparisonHolds(comparison);
  const sign = comparison.sense === 'at-least' ? (holds ? '≥' : '<') : holds ? '≤' : '>';
  const minus = (text: string): string => text.replace('-', '−');
  return `${minus(value)}${comparison.unit} ${sign} ${minus(limit)}${comparison.unit}`;
}

export interface Band {
  readonly tier: PaidTier;
  /** Percent, rounded to two places: (MRR − effective MRR) / MRR × 100. */
  readonly percent: number;
  readonly limit: number;
  /** Whether the tier has a band of its own; the policy's cap counts for the others. */
  readonly own: boolean;
  readonly holds: boolean;
}

/** Discount impact by tier against its band. A tier without revenue has none. */
export function judgeBands(tiers: readonly TierFigures[], thresholds: GateThresholds): Band[] {
  return tiers.flatMap(({ tier, mrrUsd, effectiveMrrUsd }) => {
    if (mrrUsd <= 0) return [];
    const percent = pyRound(((mrrUsd - effectiveMrrUsd) / mrrUsd) * 100, 2);
    const limit = bandOf(thresholds, tier);
    return [{ tier, percent, limit, own: thresholds.discountBands[tier] !== undefined, holds: percent <= limit }];
  });
}

import type { PacketMove } from '../../src-shared/contract/packet-document.ts';
import { PAID_TIERS, type PaidTier } from '../evidence/index.ts';
import { add, divide, type Fraction, fraction, fractionOf, multiply, spread, subtract, ZERO } from './exact.ts';
import { changeShown } from './figure-words.ts';

/**
 * Why a margin moved. With r = cost / effective MRR of a tier and w = the tier's share of all effective MRR, the margin is
 * 1 − Σ w·r over tiers and costs, so that from one month to the next
 *
 *   Δ margin = − Σ w₁·(r₁ − r₀)   what each cost did, at this month's mix of tiers
 *              − Σ (w₁ − w₀)·r₀   what the mix did, at last month's costs
 *
 * holds exactly. Fractions are exact, the parts are rounded so that they add up to the change as shown (`spread`).
 */

export const COSTS = ['llm', 'infra', 'support'] as const;
export type Cost = (typeof COSTS)[number];

/** Amounts of one tier in one month, USD as shown; costs may be scaled by a stress multiplier. */
export interface MarginTier {
  readonly effective: string;
  readonly costs: Readonly<Record<Cost, Fraction>>;
}
export type MarginMonth = Readonly<Record<PaidTier, MarginTier>>;

const LABELS: Readonly<Record<Cost, string>> = { llm: 'LLM', infra: 'Infrastructure', support: 'Support' };

const HUNDRED = fraction(100n, 1n);

/**
 * The change of a margin in its parts, in points.
 * @param change of the two margins as shown; null parts where a month has no effective MRR
 */
export function marginMoves(before: MarginMonth, after: MarginMonth, change: string): PacketMove[] {
  const total = (month: MarginMonth) => PAID_TIERS.reduce((sum, tier) => add(sum, fractionOf(month[tier].effective)), ZERO);
  const [all0, all1] = [total(before), total(after)];
  if (all0.over <= 0n || all1.over <= 0n) return [];
  const rate: Record<Cost, Fraction> = { llm: ZERO, infra: ZERO, support: ZERO };
  let mix = ZERO;
  for (const tier of PAID_TIERS) {
    const [was, is] = [before[tier], after[tier]];
    const [effective0, effective1] = [fractionOf(was.effective), fractionOf(is.effective)];
    const comparable = effective0.over > 0n && effective1.over > 0n;
    for (const cost of COSTS) {
      const [cost0, cost1] = [was.costs[cost], is.costs[cost]];
      if (!comparable) {
        // A tier without revenue has no rate: what it costs counts against the whole.
        rate[cost] = add(rate[cost], subtract(divide(cost1, all1), divide(cost0, all0)));
        continue;
      }
      const [rate0, rate1] = [divide(cost0, effective0), divide(cost1, effective1)];
      const [weight0, weight1] = [divide(effective0, all0), divide(effective1, all1)];
      rate[cost] = add(rate[cost], multiply(weight1, subtract(rate1, rate0)));
      mix = add(mix, multiply(subtract(weight1, weight0), rate0));
    }
  }
  const minusPoints = (value: Fraction): Fraction => multiply(subtract(ZERO, value), HUNDRED);
  const values = spread(change, [...COSTS.map((cost) => minusPoints(rate[cost])), minusPoints(mix)]);
  return [...COSTS, 'mix' as const].map((id, index) => {
    const value = values[index]!;
    return {
      id,
      label: id === 'mix' ? 'Mix of tiers' : LABELS[id],
      value,
      says:
        id === 'mix'
          ? `The tiers’ shares of effective MRR moved the margin by ${changeShown(value, 'points')}.`
          : `${LABELS[id]} cost per dollar of effective MRR moved the margin by ${changeShown(value, 'points')}.`,
    };
  });
}

/** One tier alone: there is no mix. */
export function tierMarginMoves(was: MarginTier, is: MarginTier, change: string): PacketMove[] {
  const [effective0, effective1] = [fractionOf(was.effective), fractionOf(is.effective)];
  if (effective0.over <= 0n || effective1.over <= 0n) return [];
  const parts = COSTS.map((cost) => multiply(subtract(divide(was.costs[cost], effective0), divide(is.costs[cost], effective1)), HUNDRED));
  const values = spread(change, parts);
  return COSTS.map((cost, index) => {
    const value = values[index]!;
    return {
      id: cost,
      label: LABELS[cost],
      value,
      says: `${LABELS[cost]} cost per dollar of effective MRR moved the margin by ${changeShown(value, 'points')}.`,
    };
  });
}

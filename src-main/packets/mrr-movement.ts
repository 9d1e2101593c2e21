import type { PacketDocument, PacketMove } from '../../src-shared/contract/packet-document.ts';
import { PAID_TIERS, type PaidTier } from '../evidence/index.ts';
import { divide, type Fraction, fractionOf, minus, multiply, signOf, spread, subtract } from './exact.ts';
import { changeShown, grouped, monthName, TIER_TITLES } from './figure-words.ts';

/**
 * MRR from one month to the next, by what telemetry gives: how many subscribe and at which list price. Per tier
 *
 *   Δ MRR = price₀ × (active₁ − active₀)   volume, at last month's price
 *         + (price₁ − price₀) × active₁    price, at this month's volume
 *
 * New, expansion, contraction, churn and reactivation cannot be told from it: telemetry counts subscriptions and does not
 * follow each one. They are not guessed.
 */

export type Movement = NonNullable<PacketDocument['movement']>;
type Step = Movement['steps'][number];

export interface TierVolume {
  readonly active: string;
  readonly mrr: string;
}
export type VolumeMonth = Readonly<Record<PaidTier, TierVolume>>;

/** Volume and price of one tier; they add up to the change of its MRR as shown. */
export function tierSteps(tier: PaidTier, was: TierVolume, is: TierVolume): Step[] {
  const change = minus(is.mrr, was.mrr);
  const [active0, active1] = [fractionOf(was.active), fractionOf(is.active)];
  const title = TIER_TITLES[tier];
  const grew = minus(is.active, was.active);
  const volumeSays = `${title}: ${changeShown(grew, 'count')} subscriptions, ${grouped(was.active)} before.`;
  if (active0.over === 0n || active1.over === 0n) {
    // Without subscriptions in one of the months there is no price to compare: all of it is volume.
    return [{ id: `${tier}.volume`, tier, kind: 'volume', label: `${title}, volume`, value: change, says: volumeSays }];
  }
  const price0 = divide(fractionOf(was.mrr), active0);
  const price1 = divide(fractionOf(is.mrr), active1);
  const parts: Fraction[] = [multiply(price0, subtract(active1, active0)), multiply(subtract(price1, price0), active1)];
  const [volume = '0.00', price = '0.00'] = spread(change, parts);
  return [
    { id: `${tier}.volume`, tier, kind: 'volume', label: `${title}, volume`, value: volume, says: volumeSays },
    {
      id: `${tier}.price`,
      tier,
      kind: 'price',
      label: `${title}, price`,
      value: price,
      says: `${title}: the list price of a subscription moved MRR by ${changeShown(price, 'USD')}.`,
    },
  ];
}

export function mrrMovement(
  before: VolumeMonth,
  after: VolumeMonth,
  totals: { readonly from: string; readonly to: string },
  fromMonth: string,
): Movement {
  const steps = PAID_TIERS.flatMap((tier) => tierSteps(tier, before[tier], after[tier])).filter(({ value }) => signOf(value) !== 0);
  return {
    ...totals,
    fromMonth,
    steps,
    says:
      `Volume and list price by tier since ${monthName(fromMonth)}, as telemetry gives them. ` +
      'Telemetry counts subscriptions and does not follow each one, so new, expansion, contraction, churn and reactivation are not told apart.',
  };
}

export const movesOf = (steps: readonly Step[]): PacketMove[] =>
  steps.filter(({ value }) => signOf(value) !== 0).map(({ id, label, value, says }) => ({ id, label, value, says }));

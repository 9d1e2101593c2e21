import { decimalOf, toMinor } from '../../src-shared/kernel/money.ts';
import type { SubscriptionRecord } from './subscription-record.ts';

/**
 * Monthly recurring revenue. A subscription that is paid adds quantity × unit amount × (1 − discount), a twelfth of it where it
 * is paid by the year, rounded half-even to minor units of its own currency; a tenant's MRR is the sum of what is shown. Trials
 * and ended subscriptions add nothing. Currencies are never added to each other. Pure.
 */
export const MRR_RULE = 'countersign.mrr/1';
export const MRR_CURRENCY = 'USD';

type Counted = Pick<
  SubscriptionRecord,
  'status' | 'quantity' | 'unit_amount' | 'currency' | 'interval' | 'started_at' | 'ended_at' | 'discount_percent'
>;

export interface SubscriptionMrr {
  readonly currency: string;
  /** Null where it does not count. */
  readonly minor: bigint | null;
  /** The sum in words, or why it does not count. */
  readonly says: string;
}

/** @param at UTC with nine places, as the record's times */
export function mrrOfSubscription(subscription: Counted, at: string): SubscriptionMrr {
  const { status, quantity, unit_amount, currency, interval, started_at, ended_at, discount_percent } = subscription;
  const not = (says: string): SubscriptionMrr => ({ currency, minor: null, says });
  if (status === 'trial') return not('a trial is not paid');
  if (status === 'canceled') return not('canceled');
  if (started_at > at) return not(`begins on ${started_at.slice(0, 10)}`);
  if (ended_at !== null && ended_at <= at) return not(`ended on ${ended_at.slice(0, 10)}`);
  const unit = decimalOf(unit_amount);
  const discount = decimalOf(discount_percent);
  const hundred = 100n * 10n ** BigInt(discount.places);
  const months = interval === 'year' ? 12n : 1n;
  const over = BigInt(quantity) * unit.units * (hundred - discount.units);
  const under = 10n ** BigInt(unit.places) * hundred * months;
  const off = discount.units === 0n ? '' : `, less ${discount_percent}%`;
  return {
    currency,
    minor: toMinor(over, under, currency),
    says: `${quantity} × ${unit_amount} ${currency} a ${interval}${off}${interval === 'year' ? ', a twelfth of it' : ''}`,
  };
}

export interface TenantMrr {
  /** USD cents. */
  readonly minor: bigint;
  /** Other currencies, by code. */
  readonly other: readonly { readonly currency: string; readonly minor: string }[];
}

export function mrrOfTenant(subscriptions: readonly Counted[], at: string): TenantMrr {
  const sums = new Map<string, bigint>();
  for (const subscription of subscriptions) {
    const { currency, minor } = mrrOfSubscription(subscription, at);
    if (minor !== null) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  }
  return {
    minor: sums.get(MRR_CURRENCY) ?? 0n,
    other: [...sums]
      .filter(([currency]) => currency !== MRR_CURRENCY)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, minor]) => ({ currency, minor: String(minor) })),
  };
}

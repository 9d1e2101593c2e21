import { ONE, roundHalfEven } from '../../src-shared/kernel/quantity.ts';
import { type CostModel, supportOf } from './cost-model.ts';

/**
 * What a tenant brings and costs in a month. Pure. Revenue is MRR in USD cents; costs are the exact estimates of metering
 * (attos of USD) and the support of the cost model, rounded half to even to cents once for each kind. Margin is
 * (revenue − costs) ÷ revenue in basis points, half to even; nothing where there is no revenue. What is paid in another
 * currency is no part of it: two currencies never meet in one sum, so such a tenant has no margin here.
 */
export const ECONOMICS_RULE = 'countersign.unit-economics/1';

export interface TenantMonth {
  readonly tenantId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly tier: string;
  /** USD cents. */
  readonly mrrMinor: bigint;
  /** It pays in other currencies too. */
  readonly otherCurrency: boolean;
  /** Tiers of the subscriptions that are paid, one for each: support is counted by them. */
  readonly paidTiers: readonly string[];
  readonly use: readonly MetricMonth[];
}

/** Use of one metric in the month: attos of its unit, and of USD. */
export interface MetricMonth {
  readonly metric: string;
  /** The month's own, without what came late of others. */
  readonly quantity: bigint;
  readonly ownCostUsd: bigint;
  /** With the adjustments that the month takes: what is charged with it. */
  readonly costUsd: bigint;
}

export interface Costs {
  /** All in USD cents. */
  readonly mrrMinor: bigint;
  readonly llmMinor: bigint;
  readonly infraMinor: bigint;
  readonly supportMinor: bigint;
  readonly cogsMinor: bigint;
  /** Basis points; null without revenue. */
  readonly marginBp: number | null;
}

export interface TenantEconomics extends Costs {
  readonly tenantId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly tier: string;
  readonly otherCurrency: boolean;
  /** Seats over the month, attos. */
  readonly seats: bigint;
  /** Costs for each seat, USD cents; null without a seat. */
  readonly cogsPerSeatMinor: bigint | null;
}

export interface TierEconomics extends Costs {
  readonly tier: string;
  readonly tenants: number;
}

export interface MonthEconomics {
  readonly tenants: readonly TenantEconomics[];
  readonly tiers: readonly TierEconomics[];
  readonly total: Costs & { readonly tenants: number };
  /** Tenants that pay in another currency: named, and in no sum. */
  readonly left: readonly string[];
}

const CENT = ONE / 100n;
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Basis points, half to even; null where nothing is earned. */
export const marginBp = (revenue: bigint, costs: bigint): number | null =>
  revenue <= 0n ? null : Number(roundHalfEven((revenue - costs) * 10_000n, revenue));

/** USD cents for each seat, half to even; null without a seat. `seats` in attos. */
export const perSeat = (cogsMinor: bigint, seats: bigint): bigint | null => (seats <= 0n ? null : roundHalfEven(cogsMinor * ONE, seats));

const costsOf = (mrrMinor: bigint, llmMinor: bigint, infraMinor: bigint, supportMinor: bigint): Costs => {
  const cogsMinor = llmMinor + infraMinor + supportMinor;
  return { mrrMinor, llmMinor, infraMinor, supportMinor, cogsMinor, marginBp: marginBp(mrrMinor, cogsMinor) };
};

export function tenantEconomics(month: TenantMonth, model: CostModel): TenantEconomics {
  const { tenantId, name, partnerId, tier, otherCurrency, use } = month;
  const cost = (isLlm: boolean) =>
    sum(use.filter(({ metric }) => model.llmMetrics.includes(metric) === isLlm).map(({ costUsd }) => costUsd));
  const llm = roundHalfEven(cost(true), CENT);
  const infra = roundHalfEven(cost(false), CENT);
  const support = sum(month.paidTiers.map((paid) => BigInt(supportOf(model, paid))));
  const costs = costsOf(month.mrrMinor, llm, infra, support);
  const seats = sum(use.filter(({ metric }) => metric === model.seatMetric).map(({ quantity }) => quantity));
  return {
    tenantId,
    name,
    partnerId,
    tier,
    otherCurrency,
    ...costs,
    // A part of its revenue is missing from the sum: a margin would be too low.
    marginBp: otherCurrency ? null : costs.marginBp,
    seats,
    cogsPerSeatMinor: perSeat(costs.cogsMinor, seats),
  };
}

/** Sums of tenants; none of them pays in another currency. */
export const summed = (rows: readonly TenantEconomics[]): Costs =>
  costsOf(
    sum(rows.map(({ mrrMinor }) => mrrMinor)),
    sum(rows.map(({ llmMinor }) => llmMinor)),
    sum(rows.map(({ infraMinor }) => infraMinor)),
    sum(rows.map(({ supportMinor }) => supportMinor)),
  );

/** Sums by tier. `order` gives the order of tiers; others follow by name. */
export function tierRows(rows: readonly TenantEconomics[], order: readonly string[]): TierEconomics[] {
  const names = [...new Set(rows.map(({ tier }) => tier))].sort((a, b) => place(order, a) - place(order, b) || (a < b ? -1 : 1));
  return names.map((tier) => {
    const own = rows.filter((row) => row.tier === tier);
    return { tier, tenants: own.length, ...summed(own) };
  });
}

/** All tenants of a month, by tier and together. */
export function monthEconomics(months: readonly TenantMonth[], model: CostModel, order: readonly string[]): MonthEconomics {
  const tenants = months.map((month) => tenantEconomics(month, model));
  const counted = tenants.filter(({ otherCurrency }) => !otherCurrency);
  return {
    tenants,
    tiers: tierRows(counted, order),
    total: { tenants: counted.length, ...summed(counted) },
    left: tenants.filter(({ otherCurrency }) => otherCurrency).map(({ tenantId }) => tenantId),
  };
}

const place = (tiers: readonly string[], tier: string): number => (tiers.includes(tier) ? tiers.indexOf(tier) : tiers.length);

/** By margin; the larger revenue first where two are equal, then by id. */
export function byMargin(rows: readonly TenantEconomics[], count: number, which: 'top' | 'bottom'): readonly TenantEconomics[] {
  const turn = which === 'top' ? -1 : 1;
  return rows
    .filter(({ marginBp: bp }) => bp !== null)
    .sort((a, b) => {
      if (a.marginBp !== b.marginBp) return turn * (a.marginBp! - b.marginBp!);
      if (a.mrrMinor !== b.mrrMinor) return a.mrrMinor > b.mrrMinor ? -1 : 1;
      return a.tenantId < b.tenantId ? -1 : 1;
    })
    .slice(0, count);
}

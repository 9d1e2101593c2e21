import type { PlanLimit, PlanPrice } from '../../src-shared/contract/plans.ts';
import { mulExact, parseExact } from '../../src-shared/kernel/quantity.ts';
import { minorOf, spreadMinor } from './amounts.ts';

/**
 * What a tenant owes for a month, from its use, its plan and its subscriptions. Pure: the same inputs give the same lines.
 * Exact until an amount is written; then whole minor units, half to even, spread so that lines add up to their total.
 * Two currencies never meet in one sum.
 */
export const BILLING_RULE = 'billing-1';

/** Use of one metric in the month. Quantities and costs are attos. */
export interface MetricUse {
  readonly metric: string;
  readonly unit: string;
  readonly quantity: bigint;
  /** Estimate of what it costs the company, USD. */
  readonly costUsd: bigint;
}

/** Late use that this month takes in: it keeps the month in which it happened. */
export interface LateUse extends MetricUse {
  readonly originalMonth: string;
  /** What the original month had without it: attos. */
  readonly before: bigint;
  /** The plan of the original month. */
  readonly plan: PlanTerms | null;
}

export interface PlanTerms {
  readonly planId: string;
  readonly version: string;
  readonly sha256: string;
  readonly price: PlanPrice;
  readonly limits: readonly PlanLimit[];
}

/** A subscription that is charged in the month. */
export interface ChargeLine {
  readonly subscriptionId: string;
  readonly tier: string;
  readonly status: string;
  readonly quantity: number;
  /** Decimal text. */
  readonly unitAmount: string;
  readonly currency: string;
  readonly interval: 'month' | 'year';
  /** Decimal text. */
  readonly discountPercent: string;
  /** A month of it after its discount, minor units of its own currency: its MRR (tenants, rule countersign.mrr/1). */
  readonly minor: bigint;
}

export interface InvoiceInput {
  readonly plan: PlanTerms | null;
  readonly use: readonly MetricUse[];
  readonly late: readonly LateUse[];
  readonly charges: readonly ChargeLine[];
}

export interface UseLine extends MetricUse {
  /** Attos; null where the plan says nothing of the metric. */
  readonly included: bigint | null;
  readonly overage: bigint;
  /** Decimal text for one unit; null where overage is not sold. */
  readonly overagePrice: string | null;
  readonly overageMinor: bigint;
  readonly costMinor: bigint;
}

export interface LateLine extends LateUse {
  /** What becomes overage of the original month through it: attos. */
  readonly overage: bigint;
  readonly overagePrice: string | null;
  readonly overageMinor: bigint;
  readonly overageCurrency: string;
  readonly costMinor: bigint;
}

export interface CurrencyTotal {
  readonly currency: string;
  readonly planMinor: bigint;
  readonly overageMinor: bigint;
  readonly adjustmentMinor: bigint;
  readonly totalMinor: bigint;
}

export interface Invoice {
  readonly currency: string;
  readonly use: readonly UseLine[];
  readonly late: readonly LateLine[];
  readonly charges: readonly ChargeLine[];
  /** By currency, in the order of their codes. */
  readonly totals: readonly CurrencyTotal[];
  readonly costMinor: bigint;
}

const over = (quantity: bigint, included: bigint): bigint => (quantity > included ? quantity - included : 0n);

const termsOf = (plan: PlanTerms | null, metric: string): PlanLimit | null =>
  plan?.limits.find((limit) => limit.metric === metric && limit.per === 'month') ?? null;

/** What an overage costs, exactly: attos of the plan's currency. */
const priced = (quantity: bigint, price: string | null): bigint => (price === null ? 0n : mulExact(quantity, parseExact(price)));

export function invoiceOf({ plan, use, late, charges }: InvoiceInput): Invoice {
  const currency = plan?.price.currency ?? 'USD';
  const open = use.map((row) => {
    const terms = termsOf(plan, row.metric);
    const included = terms === null ? null : parseExact(terms.included);
    const overage = included === null ? 0n : over(row.quantity, included);
    return { ...row, included, overage, overagePrice: terms?.overagePrice ?? null };
  });
  const amounts = spreadMinor(
    open.map(({ overage, overagePrice }) => priced(overage, overagePrice)),
    currency,
  );
  const costs = spreadMinor(
    [...use, ...late].map(({ costUsd }) => costUsd),
    'USD',
  );
  const useLines = open.map((row, at): UseLine => ({ ...row, overageMinor: amounts[at]!, costMinor: costs[at]! }));

  const lateLines = late.map((row, at): LateLine => {
    const terms = termsOf(row.plan, row.metric);
    const included = terms === null ? null : parseExact(terms.included);
    const overage = included === null ? 0n : over(row.before + row.quantity, included) - over(row.before, included);
    const overagePrice = terms?.overagePrice ?? null;
    const overageCurrency = row.plan?.price.currency ?? 'USD';
    return {
      ...row,
      overage,
      overagePrice,
      overageCurrency,
      // Each is about a month of its own, so each is rounded for itself.
      overageMinor: minorOf(priced(overage, overagePrice), overageCurrency),
      costMinor: costs[use.length + at]!,
    };
  });

  const currencies = [
    ...new Set([
      ...charges.map((row) => row.currency),
      ...lateLines.filter(({ overageMinor }) => overageMinor !== 0n).map(({ overageCurrency }) => overageCurrency),
      ...(useLines.some(({ overageMinor }) => overageMinor !== 0n) || charges.length === 0 ? [currency] : []),
    ]),
  ].sort();
  const totals = currencies.map((code): CurrencyTotal => {
    const planMinor = sum(charges.filter((row) => row.currency === code).map(({ minor }) => minor));
    const overageMinor = code === currency ? sum(useLines.map((row) => row.overageMinor)) : 0n;
    const adjustmentMinor = sum(lateLines.filter(({ overageCurrency }) => overageCurrency === code).map((row) => row.overageMinor));
    return { currency: code, planMinor, overageMinor, adjustmentMinor, totalMinor: planMinor + overageMinor + adjustmentMinor };
  });
  return { currency, use: useLines, late: lateLines, charges, totals, costMinor: sum(costs) };
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

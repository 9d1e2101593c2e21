import { describe, expect, it } from 'vitest';
import { type InvoiceInput, invoiceOf, type PlanTerms } from '../../../src-main/billing/invoice.ts';
import { formatExact, parseExact } from '../../../src-shared/kernel/quantity.ts';

const limit = (metric: string, included: string, overagePrice: string | null, per: 'month' | 'day' = 'month') => ({
  metric,
  per,
  included,
  softRatio: '0.8',
  soft: null,
  hard: null,
  overagePrice,
});

const PLAN: PlanTerms = {
  planId: 'pro',
  version: '2.1.4',
  sha256: 'a'.repeat(64),
  price: { model: 'list', currency: 'USD', monthly: '299', annual: '2990', annualDiscountPercent: '16.67' },
  limits: [
    limit('llm_token', '8400000', '0.00002'),
    limit('seat', '28', '9'),
    limit('approval', '200', null, 'day'),
    limit('query_credit', '1050', null),
  ],
};

const use = (metric: string, quantity: string, cost: string) => ({
  metric,
  unit: 'unit',
  quantity: parseExact(quantity),
  costUsd: parseExact(cost),
});

const CHARGE = {
  subscriptionId: 'sub_1',
  tier: 'pro',
  status: 'active',
  quantity: 1,
  unitAmount: '299.00',
  currency: 'USD',
  interval: 'month',
  discountPercent: '0',
  minor: 29_900n,
} as const;

const month = (part: Partial<InvoiceInput>): InvoiceInput => ({ plan: PLAN, use: [], late: [], charges: [CHARGE], ...part });

describe('an invoice', () => {
  it('charges what is beyond the included quantity, and shows what the use costs', () => {
    const {
      use: lines,
      totals,
      costMinor,
    } = invoiceOf(
      month({ use: [use('llm_token', '9100000.5', '34.5800019'), use('seat', '27.5', '5.5'), use('query_credit', '2000', '20')] }),
    );
    expect(lines.map(({ metric, overage, overageMinor }) => [metric, formatExact(overage), overageMinor])).toEqual([
      ['llm_token', '700000.5', 1400n],
      ['seat', '0', 0n],
      // More than is included, and no overage is sold.
      ['query_credit', '950', 0n],
    ]);
    expect(totals).toEqual([{ currency: 'USD', planMinor: 29_900n, overageMinor: 1400n, adjustmentMinor: 0n, totalMinor: 31_300n }]);
    expect(costMinor).toBe(6008n);
  });

  it('adds lines up to their total: three half cents are two cents', () => {
    const { use: lines, totals } = invoiceOf(
      month({
        plan: { ...PLAN, limits: ['a', 'b', 'c'].map((metric) => limit(metric, '0', '0.005')) },
        use: ['a', 'b', 'c'].map((metric) => use(metric, '1', '0')),
      }),
    );
    expect(lines.map(({ overageMinor }) => overageMinor)).toEqual([1n, 1n, 0n]);
    expect(totals[0]!.overageMinor).toBe(2n);
  });

  it('bills late use by the plan of its own month: only what it puts beyond the included quantity', () => {
    const late = (before: string, quantity: string) => ({
      ...use('llm_token', quantity, '0.38'),
      originalMonth: '2026-03',
      before: parseExact(before),
      plan: PLAN,
    });
    const { late: lines, totals } = invoiceOf(
      month({ late: [late('8350000', '100000'), late('100', '100000'), late('9000000', '100000')] }),
    );
    expect(lines.map(({ overage, overageMinor }) => [formatExact(overage), overageMinor])).toEqual([
      ['50000', 100n],
      ['0', 0n],
      ['100000', 200n],
    ]);
    expect(totals[0]).toMatchObject({ adjustmentMinor: 300n, totalMinor: 30_200n });
  });

  it('never adds two currencies: a subscription in euros stands beside an overage in dollars', () => {
    const { totals } = invoiceOf(month({ charges: [{ ...CHARGE, currency: 'EUR', minor: 27_900n }], use: [use('seat', '30', '6')] }));
    expect(totals).toEqual([
      { currency: 'EUR', planMinor: 27_900n, overageMinor: 0n, adjustmentMinor: 0n, totalMinor: 27_900n },
      { currency: 'USD', planMinor: 0n, overageMinor: 1800n, adjustmentMinor: 0n, totalMinor: 1800n },
    ]);
  });

  it('says nothing of an overage where the plan is not known', () => {
    const { use: lines, totals } = invoiceOf(month({ plan: null, charges: [], use: [use('llm_token', '5', '1')] }));
    expect(lines[0]).toMatchObject({ included: null, overage: 0n, overagePrice: null, costMinor: 100n });
    expect(totals).toEqual([{ currency: 'USD', planMinor: 0n, overageMinor: 0n, adjustmentMinor: 0n, totalMinor: 0n }]);
  });
});

import type { PlanDifference, PlanLimit, PlanPrice, PlanSpecView, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { amountText, compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { formatAddress } from '../../router/address.ts';

export const planAddress = (planId: string, version?: string): string =>
  formatAddress(version === undefined ? ['plans', planId] : ['plans', planId, version]);

/** `299.00`, `from 799.00`, `free`: what stands in a column whose header names the currency. */
export const priceWords = ({ model, monthly, annual }: PlanPrice, span: 'monthly' | 'annual'): string => {
  const amount = amountText(span === 'monthly' ? monthly : annual);
  return model === 'list' ? amount : model === 'contract' ? `from ${amount}` : model;
};

/** How the price is meant, in one sentence. */
export const priceSays = ({ model, currency, monthly, annual, annualDiscountPercent }: PlanPrice): string => {
  if (model === 'free') return 'It costs nothing.';
  if (model === 'internal') return 'For the company’s own tenants; it costs nothing and counts in no revenue.';
  const saves = annualDiscountPercent === null || Number(annualDiscountPercent) === 0 ? '' : `; a year saves ${annualDiscountPercent}%`;
  const price = `${amountText(monthly)} ${currency} a month or ${amountText(annual)} ${currency} a year${saves}`;
  return model === 'list' ? `${price}.` : `By contract, never below ${price}.`;
};

/** A limit in a cell: `60 M`, or that there is none. */
export const hardWords = ({ hard, per }: Pick<PlanLimit, 'hard' | 'per'>): string =>
  hard === null ? 'no limit' : `${compactQuantity(hard)}${per === 'day' ? ' a day' : ''}`;

/** A quantity exactly; a bar where there is none. */
export const quantityOr = (value: string | null, none: string): string => (value === null ? none : wholeQuantity(value));

export const originWords = ({ origin, sourceName, by }: Pick<PlanVersionRow, 'origin' | 'sourceName' | 'by'>): string =>
  origin === 'built-in'
    ? 'launch list'
    : origin === 'source'
      ? `source ${sourceName ?? ''}`.trim()
      : `proposed here${by === null ? '' : ` by ${by}`}`;

/** Whether a difference gives more, takes something away, or neither; only what is said in figures or inclusion can tell. */
export const differenceSign = ({ before, after }: PlanDifference): 'new' | 'gone' | 'changed' =>
  before === null ? 'new' : after === null ? 'gone' : 'changed';

/** `2.1.4` becomes `2.1.5`, `2.1.4-rc.1` stays what it is with a mark: the next version to propose. */
export const nextVersion = (version: string): string => {
  const match = /^(\d+(?:\.\d+)*\.)?(\d+)$/.exec(version);
  return match === null ? `${version}.1` : `${match[1] ?? ''}${Number(match[2]) + 1}`;
};

/** A plan as the text of its file, to begin a new version from. The same as a source would deliver. */
export const planFileText = (spec: PlanSpecView, version: string): string =>
  `${JSON.stringify(
    {
      format: 'countersign.plan/1',
      plan_id: spec.planId,
      version,
      name: spec.name,
      tier: spec.tier,
      description: spec.description,
      price: { model: spec.price.model, currency: spec.price.currency, monthly: spec.price.monthly, annual: spec.price.annual },
      limits: spec.limits.map((limit) => ({
        metric: limit.metric,
        per: limit.per,
        included: limit.included,
        soft_ratio: limit.softRatio,
        hard: limit.hard,
        overage_price: limit.overagePrice,
      })),
      features: Object.fromEntries(spec.features.map(({ key, included }) => [key, included])),
      feature_names: Object.fromEntries(spec.features.map(({ key, name }) => [key, name])),
      guardrails: Object.fromEntries(spec.guardrails.map(({ name, limit }) => [name, limit])),
    },
    null,
    2,
  )}\n`;

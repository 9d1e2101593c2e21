import type { PlanDifference, PlanLimit, PlanPrice, PlanSpecView } from '../../src-shared/contract/plans.ts';
import { compareDecimals, decimalOf } from '../../src-shared/kernel/money.ts';
import { annualDiscountPercent, softLimitOf } from './plan-rules.ts';
import type { PlanSpec } from './plan-spec.ts';

/** A plan version as it is shown, and what differs between two. Pure. */

export const priceOf = ({ price }: PlanSpec): PlanPrice => ({
  model: price.model,
  currency: price.currency,
  monthly: price.monthly,
  annual: price.annual,
  annualDiscountPercent: annualDiscountPercent(price.monthly, price.annual),
});

export const limitsOf = (spec: PlanSpec): PlanLimit[] =>
  spec.limits.map((limit) => ({
    metric: limit.metric,
    per: limit.per,
    included: limit.included,
    softRatio: limit.soft_ratio,
    soft: softLimitOf(limit.soft_ratio, limit.hard),
    hard: limit.hard,
    overagePrice: limit.overage_price,
  }));

/** `own_encryption_key` → `Own encryption key`. */
const nameOfKey = (key: string): string => {
  const words = key.replaceAll(/[_.-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const featuresOf = (spec: PlanSpec) =>
  Object.entries(spec.features).map(([key, included]) => ({ key, name: spec.feature_names[key] ?? nameOfKey(key), included }));

export const specView = (spec: PlanSpec): PlanSpecView => ({
  planId: spec.plan_id,
  version: spec.version,
  name: spec.name,
  tier: spec.tier,
  description: spec.description,
  price: priceOf(spec),
  limits: limitsOf(spec),
  features: featuresOf(spec),
  guardrails: Object.entries(spec.guardrails).map(([name, limit]) => ({ name, limit })),
});

const sameAmount = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : compareDecimals(decimalOf(a), decimalOf(b)) === 0;

/** Whether what a customer pays by the list differs: price, currency, model or the price of overage. */
export function changesPrice(before: PlanSpec, after: PlanSpec): boolean {
  const [old, now] = [before.price, after.price];
  if (
    old.model !== now.model ||
    old.currency !== now.currency ||
    !sameAmount(old.monthly, now.monthly) ||
    !sameAmount(old.annual, now.annual)
  )
    return true;
  const overage = (spec: PlanSpec) => new Map(spec.limits.map((limit) => [`${limit.metric}/${limit.per}`, limit.overage_price]));
  const [a, b] = [overage(before), overage(after)];
  return [...new Set([...a.keys(), ...b.keys()])].some((key) => !sameAmount(a.get(key) ?? null, b.get(key) ?? null));
}

const grouped = (text: string): string => text.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));
const shown = (value: string | null, none: string): string => (value === null ? none : grouped(value));

/** What differs, in the order in which a plan is read: price, limits, features, guardrails, the rest. */
export function planDifferences(before: PlanSpec, after: PlanSpec): PlanDifference[] {
  const found: PlanDifference[] = [];
  const add = (kind: PlanDifference['kind'], what: string, old: string | null, now: string | null): void => {
    if (old !== now) found.push({ kind, what, before: old, after: now });
  };
  const money = (amount: string, currency: string) => `${grouped(amount)} ${currency}`;
  add('price', 'Price model', before.price.model, after.price.model);
  add('price', 'Price a month', money(before.price.monthly, before.price.currency), money(after.price.monthly, after.price.currency));
  add('price', 'Price a year', money(before.price.annual, before.price.currency), money(after.price.annual, after.price.currency));
  const limits = (spec: PlanSpec) => new Map(spec.limits.map((limit) => [`${limit.metric} a ${limit.per}`, limit]));
  const [a, b] = [limits(before), limits(after)];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [old, now] = [a.get(key), b.get(key)];
    add('limit', `${key}: included`, old ? grouped(old.included) : null, now ? grouped(now.included) : null);
    add('limit', `${key}: hard limit`, old ? shown(old.hard, 'no limit') : null, now ? shown(now.hard, 'no limit') : null);
    add(
      'limit',
      `${key}: soft limit`,
      old ? shown(softLimitOf(old.soft_ratio, old.hard), 'none') : null,
      now ? shown(softLimitOf(now.soft_ratio, now.hard), 'none') : null,
    );
    add(
      'price',
      `${key}: price of overage`,
      old ? shown(old.overage_price, 'not sold') : null,
      now ? shown(now.overage_price, 'not sold') : null,
    );
  }
  const word = (value: boolean | undefined) => (value === undefined ? null : value ? 'included' : 'not included');
  for (const key of new Set([...Object.keys(before.features), ...Object.keys(after.features)]))
    add(
      'feature',
      after.feature_names[key] ?? before.feature_names[key] ?? nameOfKey(key),
      word(before.features[key]),
      word(after.features[key]),
    );
  for (const key of new Set([...Object.keys(before.guardrails), ...Object.keys(after.guardrails)])) {
    const number = (value: number | undefined) => (value === undefined ? null : grouped(String(value)));
    add('guardrail', key, number(before.guardrails[key]), number(after.guardrails[key]));
  }
  add('other', 'Name', before.name, after.name);
  add('other', 'Tier', before.tier, after.tier);
  add('other', 'Description', before.description, after.description);
  return found;
}

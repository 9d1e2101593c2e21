import type { PlanChange } from '../../src-shared/contract/actions.ts';
import { featuresOf, limitsOf, type PlanSpec, priceOf } from '../plans/index.ts';

/** What another version of a plan changes for a tenant, in the order a person asks: price, limits, what is included. Pure. */
export function planChanges(from: PlanSpec | null, to: PlanSpec): PlanChange[] {
  if (from === null) return [];
  const changes: PlanChange[] = [];
  const add = (what: string, before: string, after: string, note: string | null = null): void => {
    if (before !== after) changes.push({ what, before, after, note });
  };
  const [oldPrice, newPrice] = [priceOf(from), priceOf(to)];
  const none = 'none';
  add(
    `Price a month, ${newPrice.currency}`,
    amount(oldPrice.monthly),
    amount(newPrice.monthly),
    'Invoices follow the subscription; this is the list price.',
  );
  add(`Price a year, ${newPrice.currency}`, amount(oldPrice.annual), amount(newPrice.annual));
  const [oldLimits, newLimits] = [limitsOf(from), limitsOf(to)];
  for (const { metric, per } of [
    ...newLimits,
    ...oldLimits.filter((old) => !newLimits.some((now) => now.metric === old.metric && now.per === old.per)),
  ]) {
    const [old, now] = [oldLimits, newLimits].map((limits) => limits.find((each) => each.metric === metric && each.per === per));
    add(`${metric}, hard limit a ${per}`, old?.hard ?? none, now?.hard ?? none, now?.soft === undefined || now.soft === null ? null : `soft limit ${now.soft}`);
    add(`${metric}, included`, old?.included ?? none, now?.included ?? none);
    add(`${metric}, price beyond`, old?.overagePrice ?? none, now?.overagePrice ?? none);
  }
  const [oldFeatures, newFeatures] = [featuresOf(from), featuresOf(to)];
  for (const feature of newFeatures)
    add(feature.name, included(oldFeatures.find(({ key }) => key === feature.key)?.included), included(feature.included));
  for (const feature of oldFeatures)
    if (!newFeatures.some(({ key }) => key === feature.key)) add(feature.name, included(feature.included), included(false));
  return changes;
}

const included = (has: boolean | undefined): string => (has === true ? 'included' : 'not included');
const amount = (text: string | null): string => text ?? 'by contract';

import type { PlanProblem } from '../../src-shared/contract/plans.ts';
import { compareDecimals, decimalOf, divideHalfEven, formatDecimal, parseDecimal } from '../../src-shared/kernel/money.ts';
import { GUARDRAIL_NAMES, PRICE_POLICY, type PlanSpec } from './plan-spec.ts';

/** What a plan must hold beyond its shape. Pure. */

export interface RuleProblem extends Omit<PlanProblem, 'pointer' | 'line'> {
  readonly path: readonly PropertyKey[];
}

const isZero = (text: string): boolean => decimalOf(text).units === 0n;

/** What a year saves against twelve months, percent with two places, half-even; null where nothing is paid by the month. */
export function annualDiscountPercent(monthly: string, annual: string): string | null {
  const [month, year] = [decimalOf(monthly), decimalOf(annual)];
  if (month.units === 0n) return null;
  const places = Math.max(month.places, year.places);
  const twelve = month.units * 12n * 10n ** BigInt(places - month.places);
  const paid = year.units * 10n ** BigInt(places - year.places);
  const hundredths = divideHalfEven((twelve - paid) * 10_000n, twelve);
  const digits = String(hundredths < 0n ? -hundredths : hundredths).padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** @returns the soft limit as a quantity: ratio × hard, exact; null without a hard limit */
export function softLimitOf(softRatio: string, hard: string | null): string | null {
  if (hard === null) return null;
  const [ratio, limit] = [decimalOf(softRatio), decimalOf(hard)];
  return formatDecimal({ units: ratio.units * limit.units, places: ratio.places + limit.places });
}

export function rulesOfPlan(spec: PlanSpec): RuleProblem[] {
  const found: RuleProblem[] = [];
  const add = (severity: PlanProblem['severity'], code: string, path: readonly PropertyKey[], says: string, nextStep: string): void => {
    found.push({ severity, code, path, says, nextStep });
  };
  const { model, monthly, annual, currency } = spec.price;
  const isFree = model === 'free' || model === 'internal';
  if (isFree && !(isZero(monthly) && isZero(annual)))
    add(
      'error',
      'PLAN_PRICE',
      ['price'],
      `A plan of the model ${model} costs nothing, but ${monthly} and ${annual} are written.`,
      'Write "0" for both, or choose the model list.',
    );
  if (!isFree && (isZero(monthly) || isZero(annual)))
    add(
      'error',
      'PLAN_PRICE',
      ['price'],
      `A plan of the model ${model} has a price for the month and for the year.`,
      'Write both, or choose the model free.',
    );
  if (
    spec.tier === 'enterprise' &&
    model === 'contract' &&
    currency === 'USD' &&
    compareDecimals(decimalOf(monthly), decimalOf(PRICE_POLICY.enterpriseFloorMonthly)) < 0
  )
    add(
      'error',
      'PLAN_BELOW_FLOOR',
      ['price', 'monthly'],
      `${monthly} USD a month is below the floor of enterprise contracts, ${PRICE_POLICY.enterpriseFloorMonthly} USD.`,
      'Raise it to the floor, or have the floor decided anew.',
    );
  if (!isFree && !isZero(monthly) && !isZero(annual)) {
    const discount = annualDiscountPercent(monthly, annual);
    const parsed = discount === null ? null : parseDecimal(discount);
    if (parsed !== null && compareDecimals(parsed, decimalOf(PRICE_POLICY.maxAnnualDiscountPercent)) > 0)
      add(
        'warning',
        'PLAN_ANNUAL_DISCOUNT',
        ['price', 'annual'],
        `The year is ${discount}% cheaper than twelve months; the policy allows ${PRICE_POLICY.maxAnnualDiscountPercent}%.`,
        'Raise the price of the year, or have the policy decided anew.',
      );
    if (parsed !== null && parsed.units < 0n)
      add('warning', 'PLAN_ANNUAL_DEARER', ['price', 'annual'], 'The year costs more than twelve months.', 'Check the two prices.');
  }
  const metrics = new Map<string, number>();
  for (const [index, limit] of spec.limits.entries()) {
    const key = `${limit.metric}/${limit.per}`;
    const before = metrics.get(key);
    if (before !== undefined)
      add(
        'error',
        'PLAN_LIMIT_TWICE',
        ['limits', index, 'metric'],
        `${limit.metric} a ${limit.per} has a limit already, at /limits/${before}.`,
        'Keep one of the two.',
      );
    metrics.set(key, index);
    if (limit.hard !== null && compareDecimals(decimalOf(limit.included), decimalOf(limit.hard)) > 0)
      add(
        'error',
        'PLAN_LIMIT_ORDER',
        ['limits', index, 'hard'],
        `${limit.metric}: ${limit.included} are included, more than the hard limit of ${limit.hard}.`,
        'Raise the hard limit or include less.',
      );
    if (limit.overage_price !== null && limit.hard !== null && compareDecimals(decimalOf(limit.included), decimalOf(limit.hard)) === 0)
      add(
        'warning',
        'PLAN_OVERAGE_UNREACHABLE',
        ['limits', index, 'overage_price'],
        `${limit.metric}: overage has a price, but the hard limit ends where the included usage ends.`,
        'Raise the hard limit, or take the price away.',
      );
  }
  for (const key of Object.keys(spec.feature_names))
    if (!(key in spec.features))
      add(
        'warning',
        'PLAN_FEATURE_NAME',
        ['feature_names', key],
        `${key} has a name but is no feature of this plan.`,
        'Add it to features, or take its name away.',
      );
  const missing = GUARDRAIL_NAMES.filter((name) => !(name in spec.guardrails));
  if (missing.length > 0)
    add(
      'warning',
      'PLAN_GUARDRAILS',
      ['guardrails'],
      `Finance telemetry compares limits that this plan does not name: ${missing.join(', ')}.`,
      'Add them, so that telemetry can be made from this plan.',
    );
  return found;
}

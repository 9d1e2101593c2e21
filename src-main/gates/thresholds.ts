import type { GateThresholds } from '../../src-shared/contract/gates.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { PAID_TIERS } from '../evidence/index.ts';

/**
 * Thresholds as policy of the workspace. An artifact is judged by the thresholds that stand in it (its verdict is the
 * reference's); these say beside it what the gate would be by what was decided here.
 */

/** The canonical values of the guardrails contract (A.1) and the discount cap of the policy decisions (A.4). */
export const DEFAULT_THRESHOLDS: GateThresholds = {
  minBlendedGrossMarginPercent: 80,
  maxP95TenantLlmCogsPctMrr: 8,
  maxAnnualDiscountImpactPercent: 18,
  minGrowthToProConversionMomDeltaPercent: 0,
  minProToEnterpriseConversionMomDeltaPercent: 0,
  minStressMarginPercent: 75,
  requiredConsecutiveMarginCloses: 2,
  maxAnnualDiscountPercent: 20,
  discountBands: {},
};

export const DEFAULT_REASON = 'The defaults: canonical values of the finance guardrails, with the discount cap of the policy decisions.';

/** A version as it is stored. */
export interface ThresholdsVersion {
  readonly version: number;
  /** The first month (YYYY-MM) that is judged by it. */
  readonly effectiveFrom: string;
  readonly body: GateThresholds;
  /** YYYY-MM-DD. */
  readonly reviewBy: string;
  readonly reason: string;
  readonly memberId: string | null;
  readonly changedAt: string;
}

/** Before every month there can be: what holds where nothing was decided. */
const ALWAYS = '0001-01';

/** What counts until somebody decides otherwise; it becomes a fact with the first run or change. */
export const defaultVersion = (now: string): ThresholdsVersion => ({
  version: 1,
  effectiveFrom: ALWAYS,
  body: DEFAULT_THRESHOLDS,
  reviewBy: latestReview(now),
  reason: DEFAULT_REASON,
  memberId: null,
  changedAt: now,
});

/** The version that counts for a month: the newest one of those in effect by then. */
export const versionFor = (versions: readonly ThresholdsVersion[], month: string): ThresholdsVersion | null =>
  versions.reduce<ThresholdsVersion | null>(
    (found, version) => (version.effectiveFrom <= month && (found === null || version.version > found.version) ? version : found),
    null,
  );

/** A quarter after `now` (ISO 8601 UTC), as a date: the same day three months later, or the last of that month. */
export function latestReview(now: string): string {
  const [year = 0, month = 1, day = 1] = now.slice(0, 10).split('-').map(Number);
  const last = new Date(Date.UTC(year, month + 3, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + 2, Math.min(day, last))).toISOString().slice(0, 10);
}

export const isReviewDue = (reviewBy: string, now: string): boolean => now.slice(0, 10) >= reviewBy;

/** @throws AppError BAD_INPUT where the date is none, lies in the past or more than a quarter ahead */
export function checkReviewBy(reviewBy: string, now: string): string {
  const known = !Number.isNaN(Date.parse(reviewBy)) && new Date(reviewBy).toISOString().slice(0, 10) === reviewBy;
  const latest = latestReview(now);
  if (known && reviewBy >= now.slice(0, 10) && reviewBy <= latest) return reviewBy;
  throw new AppError(
    'BAD_INPUT',
    `The review of the thresholds must lie between today and ${latest}, not on ${reviewBy}. Nothing was changed.`,
    {
      nextStep: 'Thresholds are looked at again each quarter: give a date within three months, or leave it out.',
      details: { reviewBy, latest },
    },
  );
}

const NAMES: readonly (readonly [keyof Omit<GateThresholds, 'discountBands'>, string, '%' | ' pt' | ''])[] = [
  ['minBlendedGrossMarginPercent', 'blended margin, at least', '%'],
  ['maxP95TenantLlmCogsPctMrr', 'p95 LLM cost of MRR, at most', '%'],
  ['maxAnnualDiscountImpactPercent', 'annual discount impact, at most', '%'],
  ['minGrowthToProConversionMomDeltaPercent', 'growth to pro, at least', ' pt'],
  ['minProToEnterpriseConversionMomDeltaPercent', 'pro to enterprise, at least', ' pt'],
  ['minStressMarginPercent', 'stress margin, at least', '%'],
  ['requiredConsecutiveMarginCloses', 'closes in a row that hold the margin floor', ''],
  ['maxAnnualDiscountPercent', 'discount cap of the policy', '%'],
];

/** What differs, in words with old and new: "stress margin, at least: 74.00% → 75.00%". */
export function thresholdChanges(before: GateThresholds, after: GateThresholds): string[] {
  const shown = (value: number, unit: string): string => (unit === '' ? String(value) : `${value.toFixed(2)}${unit}`);
  const plain = NAMES.flatMap(([key, name, unit]) =>
    before[key] === after[key] ? [] : [`${name}: ${shown(before[key], unit)} → ${shown(after[key], unit)}`],
  );
  const bands = PAID_TIERS.flatMap((tier) => {
    const [old, next] = [before.discountBands[tier], after.discountBands[tier]];
    if (old === next) return [];
    const say = (band: number | undefined): string => (band === undefined ? 'none of its own' : `${band.toFixed(2)}%`);
    return [`discount band of ${tier}: ${say(old)} → ${say(next)}`];
  });
  return [...plain, ...bands];
}

/** What a tier's discount impact may be: its own band, else the cap of the policy. */
export const bandOf = (thresholds: GateThresholds, tier: (typeof PAID_TIERS)[number]): number =>
  thresholds.discountBands[tier] ?? thresholds.maxAnnualDiscountPercent;

import { AppError } from '../../src-shared/kernel/errors.ts';
import type { PlainObject } from '../evidence/index.ts';
import { GUARDRAIL_NAMES, latestPlanVersions, type StoredPlan } from '../plans/index.ts';
import type { StoreDb } from '../store/index.ts';
import { normalTime } from '../tenants/index.ts';
import { COST_MODEL } from './cost-model.ts';
import {
  TELEMETRY_RULE,
  TELEMETRY_TIERS,
  type TelemetryInput,
  type TelemetryPlan,
  telemetrySnapshot,
  telemetryWindow,
} from './finance-telemetry.ts';
import { digestOf, monthData } from './month-data.ts';

/** Reads what a month's telemetry snapshot is computed from. */

const planOf = (tier: string, plans: readonly StoredPlan[]): TelemetryPlan => {
  // A plan that is named like its tier speaks for it; else the first by id.
  const sold = plans.filter(({ spec }) => spec.tier === tier && spec.price.currency === 'USD' && spec.price.model !== 'internal');
  const found = sold.find(({ spec }) => spec.plan_id === tier) ?? sold[0];
  if (found === undefined)
    throw new AppError('NOT_FOUND', `There is no plan of the tier ${tier} with a price in USD. Nothing was made.`, {
      nextStep: 'Add its plan file, then make the telemetry again.',
      details: { tier },
    });
  const { spec, sha256 } = found;
  return {
    planId: spec.plan_id,
    version: spec.version,
    sha256,
    monthly: spec.price.monthly,
    annual: spec.price.annual,
    guardrails: spec.guardrails,
  };
};

/**
 * The snapshot of a month that is over, as it would be kept at `now`, without its gates. Unscoped: it is the company's.
 * @throws AppError BAD_INPUT where the month is not over: a snapshot is captured after its window
 */
export function telemetryOfMonth(db: StoreDb, month: string, now: string): PlainObject {
  const { end } = telemetryWindow(month);
  if ((normalTime(now) ?? now) <= normalTime(end)!)
    throw new AppError('BAD_INPUT', `${month} is not over. Nothing was made.`, {
      nextStep: 'Make the telemetry of a month that has ended; best when its late window has ended too.',
    });
  const data = monthData(db, month, now);
  const plans = latestPlanVersions(db);
  const byTier = Object.fromEntries(TELEMETRY_TIERS.map((tier) => [tier, planOf(tier, plans)])) as unknown as TelemetryInput['plans'];
  const tenants = data.tenants.map(({ tenantId, tier, status, subscriptions, use }) => ({
    tenantId,
    tier,
    status,
    subscriptions: subscriptions.map((row) => ({
      tier: row.tier,
      status: row.status,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      lastDunningAt: row.last_dunning_at,
      updatedAt: row.updated_at,
    })),
    llmCostUsd: use.filter(({ metric }) => COST_MODEL.llmMetrics.includes(metric)).reduce((sum, { ownCostUsd }) => sum + ownCostUsd, 0n),
  }));
  return telemetrySnapshot({
    month,
    capturedAt: now,
    tenants,
    plans: byTier,
    guardrailNames: GUARDRAIL_NAMES,
    provenance: {
      rule: TELEMETRY_RULE,
      tenants: tenants.length,
      subscriptions_sha256: digestOf(tenants.map(({ tenantId, subscriptions }) => ({ tenantId, subscriptions }))),
      costs_sha256: digestOf(tenants.map(({ tenantId, llmCostUsd }) => [tenantId, String(llmCostUsd)])),
      cost_versions: data.costs
        .filter(({ metric }) => COST_MODEL.llmMetrics.includes(metric))
        .map(({ metric, version, sha256 }) => ({ metric, version, sha256 })),
      plans: TELEMETRY_TIERS.map((tier) => ({
        tier,
        plan_id: byTier[tier].planId,
        version: byTier[tier].version,
        sha256: byTier[tier].sha256,
      })),
    },
  });
}

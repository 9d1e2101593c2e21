import type { Fields } from '../reference/fields.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import type { Refusal } from '../verdict.ts';
import {
  AGE_OPTION,
  type AgeOptions,
  atMost,
  type ComputedGate,
  judgeGates,
  readCapturedAt,
  readWindow,
  requireTiers,
  tierOf,
} from './rules.ts';
import type { Draft, Verifier } from './verifier.ts';

/**
 * The month's telemetry snapshot (contract A.2). Four of its gates stand for conditions that reject the file, so they are
 * true wherever it passes; the other two may be honestly false, and the reference then accepts the file all the same.
 */

const TIERS = ['free', 'starter', 'growth', 'pro', 'enterprise'];
const ROUNDED_TO_6 = 'rounded half-even on the binary value to 6 decimals on both sides; contract A.2';

export const financeTelemetry: Verifier<AgeOptions> = {
  label: 'finance-telemetry-snapshot',
  roles: ['artifact'],
  options: [AGE_OPTION],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    const capturedAt = readCapturedAt(root, options, now);
    const window = readWindow(root);
    window.fields.text('label');
    if (capturedAt < window.end) throw root.refuse('captured_at', 'must not be before window.end');
    readPrices(root.child('pricing_reference'), draft);
    readSubscriptions(root);
    readUsage(root);
    const bounded = readLimits(root.child('free_tier_compute_guardrails'));
    const guarded = readMarginWatch(root.child('free_tier_margin_watch'), draft);
    const gates: readonly ComputedGate[] = [
      { gate: 'telemetry_gate_required_tiers_present', holds: true, says: `rows for ${TIERS.join(', ')}` },
      { gate: 'telemetry_gate_window_valid', holds: true, says: 'window.start ≤ window.end ≤ captured_at' },
      { gate: 'telemetry_gate_percentiles_valid', holds: true, says: 'p50 ≤ p95 ≤ p99 in every tier' },
      { gate: 'telemetry_gate_artifact_fresh', holds: true, says: freshness(options) },
      { gate: 'telemetry_gate_free_tier_guardrails_bounded', ...bounded },
      { gate: 'telemetry_gate_free_tier_margin_guarded', ...guarded },
    ];
    judgeGates(root, gates, draft);
  },
};

const freshness = ({ maxArtifactAgeHours }: AgeOptions): string =>
  maxArtifactAgeHours === undefined ? 'no age limit was given' : `captured within ${maxArtifactAgeHours} hours`;

function readPrices(prices: Fields, draft: Draft): void {
  for (const tier of TIERS) {
    const fields = prices.child(tier);
    const monthly = fields.number('monthly_price_usd', { min: 0 });
    const annual = fields.number('annual_price_usd', { min: 0 });
    const declared = fields.number('annual_monthly_factor', { min: 0, max: 1 });
    // A tier without a list price has no factor to compute.
    if (!(monthly > 0 && annual > 0)) continue;
    const computed = annual / (monthly * 12);
    const holds = equalRounded(declared, computed, 6);
    draft.figures.push({
      id: `annual_monthly_factor.${tier}`,
      name: `Annual price of ${tier} as a share of twelve months`,
      unit: 'ratio',
      declared,
      declaredAt: fields.pointer('annual_monthly_factor'),
      computed: Number.isFinite(computed) ? pyRound(computed, 6) : null,
      formula: `${annual} / (${monthly} × 12) = ${computed}`,
      inputs: [
        { pointer: fields.pointer('annual_price_usd'), name: 'annual_price_usd', value: annual },
        { pointer: fields.pointer('monthly_price_usd'), name: 'monthly_price_usd', value: monthly },
      ],
      rule: ROUNDED_TO_6,
      holds,
    });
    if (!holds) throw fields.refuse('annual_monthly_factor', `says ${declared}, but the prices give ${pyRound(computed, 6)}`);
  }
}

function readSubscriptions(root: Fields): void {
  const found = new Set<string>();
  for (const row of root.items('tier_subscription_snapshot', { filled: true })) {
    found.add(tierOf(row));
    const active = row.integer('active_subscriptions', { min: 0n });
    const total = row.integer('total_tenants', { min: 0n });
    row.integer('dunning_events', { min: 0n });
    requireActive(row, 'active_subscriptions', active, total);
  }
  requireTiers(found, TIERS, 'tier_subscription_snapshot');
}

/** Not compared where the file counts no tenants at all. */
function requireActive(fields: Fields, key: string, active: bigint, total: bigint): void {
  if (total > 0n && active > total) throw fields.refuse(key, `is more than there are tenants: ${active} > ${total}`);
}

function readUsage(root: Fields): void {
  const found = new Set<string>();
  for (const row of root.items('tier_llm_usage', { filled: true })) {
    const tier = tierOf(row);
    found.add(tier);
    row.number('total_cost_usd', { min: 0 });
    const costs = row.child('tenant_monthly_cost_percentiles_usd');
    const [p50, p95, p99] = [costs.number('p50', { min: 0 }), costs.number('p95', { min: 0 }), costs.number('p99', { min: 0 })];
    if (!(p50 <= p95 && p95 <= p99)) {
      throw root.refuse('tier_llm_usage', `has percentiles of the tier “${tier}” that fall: p50 ${p50}, p95 ${p95}, p99 ${p99}`);
    }
  }
  requireTiers(found, TIERS, 'tier_llm_usage');
}

type Judged = Omit<ComputedGate, 'gate'>;

function readLimits(guardrails: Fields): Judged {
  for (const [key, tier] of [
    ['tier', 'free'],
    ['reference_tier', 'starter'],
  ] as const) {
    guardrails.oneOf(key, [tier], { anyCase: true });
  }
  const exceeded: string[] = [];
  let count = 0;
  for (const row of guardrails.items('limits', { filled: true })) {
    const name = row.text('limit_name');
    const free = row.integer('free_limit', { min: 0n });
    const starter = row.integer('starter_limit', { min: 0n });
    const declared = row.boolean('free_le_starter');
    if (declared !== free <= starter) throw row.refuse('free_le_starter', `says ${declared}, but the limits are ${free} and ${starter}`);
    count += 1;
    if (free > starter) exceeded.push(`${name} ${free} > ${starter}`);
  }
  const holds = exceeded.length === 0;
  const says = holds ? `all ${count} limits of the free tier are at most those of starter` : exceeded.join(', ');
  const declared = guardrails.boolean('bounded_against_starter');
  if (declared !== holds) throw guardrails.refuse('bounded_against_starter', `says ${declared}, but its limits say ${holds}: ${says}`);
  return { holds, says };
}

function readMarginWatch(watch: Fields, draft: Draft): Judged {
  const total = watch.integer('free_total_tenants', { min: 0n });
  const active = watch.integer('free_active_subscriptions', { min: 0n });
  requireActive(watch, 'free_active_subscriptions', active, total);
  const cost = watch.number('free_total_llm_cost_usd', { min: 0 });
  watch.number('free_p95_tenant_monthly_cost_usd', { min: 0 });
  const mrr = watch.number('starter_gross_mrr_usd', { min: 0 });
  const limit = watch.number('max_allowed_pct_of_starter_gross_mrr', { min: 0 });
  const declared = watch.raw(SHARE) === null ? null : watch.number(SHARE, { min: 0 });
  // Without revenue there is no share; without cost either, nothing is at stake.
  const computed = mrr > 0 ? (cost / mrr) * 100 : null;
  const holds =
    computed === null
      ? declared === null || (cost <= 0 && equalRounded(declared, 0, 6))
      : declared !== null && equalRounded(declared, computed, 6);
  draft.figures.push({
    id: 'free_llm_cost_pct_of_starter_gross_mrr',
    name: 'LLM cost of the free tier in percent of starter MRR',
    unit: 'percent',
    declared,
    declaredAt: watch.pointer(SHARE),
    computed: computed === null || !Number.isFinite(computed) ? null : pyRound(computed, 6),
    formula: computed === null ? `${cost} / ${mrr}: without starter revenue there is no share` : `${cost} / ${mrr} × 100 = ${computed}`,
    inputs: [
      { pointer: watch.pointer('free_total_llm_cost_usd'), name: 'free_total_llm_cost_usd', value: cost },
      { pointer: watch.pointer('starter_gross_mrr_usd'), name: 'starter_gross_mrr_usd', value: mrr },
    ],
    rule: ROUNDED_TO_6,
    holds,
  });
  if (!holds) throw shareRefusal(watch, { declared, computed, cost });
  // The gate takes the declared share as it is: one that rounds to the limit may still be above it.
  if (declared !== null && mrr > 0) return { holds: declared <= limit, says: atMost('cost in percent of starter MRR', declared, limit) };
  return { holds: cost <= 0, says: cost <= 0 ? 'neither cost nor starter revenue' : `${cost} USD of cost and no starter revenue` };
}

const SHARE = 'free_llm_cost_pct_of_starter_gross_mrr';

function shareRefusal(
  watch: Fields,
  { declared, computed, cost }: { declared: number | null; computed: number | null; cost: number },
): Refusal {
  if (computed !== null) return watch.refuse(SHARE, `says ${declared}, but cost and revenue give ${pyRound(computed, 6)}`);
  return watch.refuse(
    SHARE,
    cost > 0
      ? `must be null where there is no starter revenue, not ${declared}`
      : `must be null or 0 where there is neither cost nor revenue, not ${declared}`,
  );
}

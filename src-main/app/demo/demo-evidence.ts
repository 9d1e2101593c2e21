import { DECISIONS, OWNERS } from './demo-decisions.ts';
import { CLOSE_BEFORE, CONVERSION_DELTAS, type DemoTier, FREE_TIER, PAID_TIERS, PLAN_LIMITS } from './demo-finance.ts';
import { benchmarks, failureInjection, stress } from './demo-drills.ts';
import { dispositions, keyRotation } from './demo-records.ts';
import { before, DAY, type DemoMonth, document, type EvidenceFile, iso, next, startOf } from './demo-months.ts';
import type { Seeded } from './seeded.ts';

const at = (values: readonly number[], { index }: DemoMonth): number => values[index] ?? 0;
const cents = (value: number): number => Math.round(value * 100) / 100;
const llmTotal = (tier: DemoTier, month: DemoMonth): number => cents(at(tier.active, month) * at(tier.llmEach, month));
const byTier = <T>(of: (tier: DemoTier) => T): Record<string, T> => Object.fromEntries(PAID_TIERS.map((tier) => [tier.tier, of(tier)]));

/** Ten months are paid for a year: 490 for 12 times 49. */
const ANNUAL_FACTOR = 0.833333;

const windowOf = ({ month }: DemoMonth) => ({
  start: iso(startOf(month)),
  end: new Date(startOf(next(month)) - 1).toISOString().replace('Z', '999Z'),
  label: month,
});

function telemetry(month: DemoMonth): EvidenceFile {
  const freeCost = cents(at(FREE_TIER.tenants, month) * 0.11);
  const starterMrr = at(PAID_TIERS[0]!.active, month) * PAID_TIERS[0]!.monthlyPrice;
  const freeActive = Math.round(at(FREE_TIER.tenants, month) * 0.83);
  return {
    name: `finance_telemetry_snapshot_${month.month}.json`,
    text: document({
      captured_at: month.capturedAt,
      window: windowOf(month),
      runtime: { database_engine: 'postgresql', collector: 'billing-export 4.2' },
      pricing_reference: {
        free: { monthly_price_usd: 0, annual_price_usd: 0, annual_monthly_factor: 0 },
        ...byTier(({ monthlyPrice }) => ({
          monthly_price_usd: monthlyPrice,
          annual_price_usd: monthlyPrice * 10,
          annual_monthly_factor: ANNUAL_FACTOR,
        })),
      },
      tier_subscription_snapshot: [
        { tier: 'free', total_tenants: at(FREE_TIER.tenants, month), active_subscriptions: freeActive, dunning_events: 0 },
        ...PAID_TIERS.map((tier) => ({
          tier: tier.tier,
          total_tenants: Math.ceil(at(tier.active, month) * 1.04),
          active_subscriptions: at(tier.active, month),
          dunning_events: at(tier.dunning, month),
        })),
      ],
      tier_revenue_inputs: [
        { tier: 'free', monthly_price_usd: 0, active_subscriptions: freeActive, gross_mrr_usd: 0 },
        ...PAID_TIERS.map((tier) => ({
          tier: tier.tier,
          monthly_price_usd: tier.monthlyPrice,
          active_subscriptions: at(tier.active, month),
          gross_mrr_usd: tier.monthlyPrice * at(tier.active, month),
        })),
      ],
      tier_llm_usage: [
        { tier: 'free', total_cost_usd: freeCost, tenant_monthly_cost_percentiles_usd: { p50: 0.06, p95: 0.41, p99: 0.83 } },
        ...PAID_TIERS.map((tier) => ({
          tier: tier.tier,
          total_cost_usd: llmTotal(tier, month),
          tenant_monthly_cost_percentiles_usd: { p50: at(tier.p50, month), p95: at(tier.p95, month), p99: at(tier.p99, month) },
        })),
      ],
      free_tier_compute_guardrails: {
        tier: 'free',
        reference_tier: 'starter',
        limits: PLAN_LIMITS.map(({ name, free, starter }) => ({
          limit_name: name,
          free_limit: free,
          starter_limit: starter,
          free_le_starter: free <= starter,
        })),
        bounded_against_starter: true,
      },
      free_tier_margin_watch: {
        free_total_tenants: at(FREE_TIER.tenants, month),
        free_active_subscriptions: freeActive,
        free_total_llm_cost_usd: freeCost,
        free_p95_tenant_monthly_cost_usd: 0.41,
        starter_gross_mrr_usd: starterMrr,
        free_llm_cost_pct_of_starter_gross_mrr: Math.round((freeCost / starterMrr) * 1e8) / 1e6,
        max_allowed_pct_of_starter_gross_mrr: 100,
      },
      gate_results: {
        telemetry_gate_required_tiers_present: true,
        telemetry_gate_window_valid: true,
        telemetry_gate_percentiles_valid: true,
        telemetry_gate_artifact_fresh: true,
        telemetry_gate_free_tier_guardrails_bounded: true,
        telemetry_gate_free_tier_margin_guarded: true,
      },
    }),
  };
}

const SCENARIOS = [
  ['baseline', {}, {}],
  ['pro_price_up_15', { growth: 0.99, pro: 0.95 }, { pro: 1.15 }],
  ['starter_price_up_10', { starter: 0.96 }, { starter: 1.1 }],
] as const;

function assumptions(month: DemoMonth, closes: readonly Close[]): EvidenceFile {
  const [toPro, toEnterprise] = CONVERSION_DELTAS[month.index]!;
  return {
    name: `finance_committee_packet_assumptions_${month.month}.json`,
    text: document({
      captured_at: month.capturedAt,
      source_window_label: month.month,
      thresholds: {
        min_blended_gross_margin_percent: 80,
        max_p95_tenant_llm_cogs_pct_mrr: 8,
        max_annual_discount_impact_percent: 18,
        min_growth_to_pro_conversion_mom_delta_percent: 0,
        min_pro_to_enterprise_conversion_mom_delta_percent: 0,
        min_stress_margin_percent: 75,
        required_consecutive_margin_closes: 2,
      },
      annual_mix_by_tier: byTier(({ annualMix }) => annualMix),
      infra_cogs_percent_of_effective_mrr_by_tier: byTier(({ infraPercent }) => at(infraPercent, month)),
      support_cogs_per_active_subscription_usd_by_tier: byTier(({ supportEach }) => at(supportEach, month)),
      support_cogs_per_dunning_event_usd: 12,
      conversion_signals: {
        growth_to_pro_conversion_mom_delta_percent: toPro,
        pro_to_enterprise_conversion_mom_delta_percent: toEnterprise,
      },
      stress_scenario: { infra_cost_multiplier: 2 },
      close_history: closes.map(({ month: closed, margin }) => ({ month: closed, blended_gross_margin_percent: margin })),
      scenario_models: {
        price_sensitivity: SCENARIOS.map(([name, subscriptions, prices]) => ({
          name,
          subscription_multipliers_by_tier: { ...byTier(() => 1), ...subscriptions },
          monthly_price_multipliers_by_tier: { ...byTier(() => 1), ...prices },
        })),
      },
      self_hosted_tco_inputs: {
        annual_staffing_usd: 420_000,
        annual_oncall_usd: 96_000,
        annual_security_compliance_usd: 64_000,
        annual_infra_ops_usd: 72_000,
        annual_tooling_usd: 30_000,
      },
    }),
  };
}

export interface Close {
  readonly month: string;
  /** Blended gross margin, percent. */
  readonly margin: number;
}

/** A month's row of the packet, as the decisions name it again. */
export interface TierRow {
  readonly tier: string;
  readonly mrr_usd: number;
  readonly effective_mrr_usd: number;
  readonly llm_cogs_usd: number;
  readonly infra_cogs_usd: number;
  readonly support_cogs_usd: number;
}

function decisions(month: DemoMonth, tiers: readonly TierRow[]): EvidenceFile {
  const approvedAt = iso(Date.parse(month.decidedAt) - 20 * 60_000);
  const first = before(month.month);
  return {
    name: `pkg_fin_policy_decisions_${month.month}.json`,
    text: document({
      captured_at: month.decidedAt,
      window: { start: iso(startOf(first)), end: windowOf(month).end, label: `${first}_to_${month.month}` },
      telemetry: { months_observed: 2, source_type: 'production_observed', tier_unit_economics: tiers },
      policy_decisions: {
        enterprise_pricing_model: 'hybrid',
        enterprise_floor_usd_monthly: 799,
        max_annual_discount_percent: 20,
        pricing_motion_allowed: true,
        growth_auto_remediation_scope: 'nonprod_only',
        pro_enforcement_boundary: 'required_for_prod_enforcement',
        migration_strategy: 'grandfather_timeboxed',
        migration_window_days: 90,
      },
      approvals: {
        finance_owner: OWNERS.finance,
        product_owner: OWNERS.product,
        go_to_market_owner: OWNERS.goToMarket,
        governance_mode: 'segregated_owners',
        approval_record_ref: `DECISIONS-${month.month}`,
        approved_at: approvedAt,
      },
      decision_backlog: {
        required_decision_ids: DECISIONS.map(({ id }) => id),
        decision_items: DECISIONS.map(({ id, owner, ownerFunction, summary, blocking, later }) => ({
          id,
          owner,
          owner_function: ownerFunction,
          decision_summary: summary,
          resolution: later === undefined ? 'locked_prelaunch' : 'scheduled_postlaunch',
          launch_blocking: blocking,
          approval_record_ref: `DECISIONS-${month.month}-${id}`,
          approved_at: approvedAt,
          ...(later === undefined
            ? {}
            : { target_date: iso(Date.parse(approvedAt) + later.days * DAY).slice(0, 10), success_criteria: later.criteria }),
        })),
      },
      gate_results: Object.fromEntries(
        [
          'policy_decisions_complete',
          'telemetry_window_sufficient',
          'approvals_complete',
          'pricing_motion_guarded',
          'backlog_coverage_complete',
          'launch_blockers_resolved',
          'postlaunch_commitments_scheduled',
        ].map((gate) => [`pkg_fin_gate_${gate}`, true]),
      ),
    }),
  };
}

/** What a month's packet makes of its inputs: handed in, so that the guardrails and decisions say the same as the packet. */
export type ComputeMonth = (
  telemetry: string,
  assumptions: string,
  now: string,
) => { readonly guardrails: EvidenceFile; readonly tiers: readonly TierRow[]; readonly margin: number };

/** All evidence of a month, and its close. The files of drills and of the register are replaced month by month. */
export function demoEvidence(
  seeded: Seeded,
  month: DemoMonth,
  closes: readonly Close[],
  compute: ComputeMonth,
): { readonly files: readonly EvidenceFile[]; readonly close: Close } {
  const snapshot = telemetry(month);
  const assumed = assumptions(month, closes);
  const { guardrails, tiers, margin } = compute(snapshot.text, assumed.text, month.capturedAt);
  return {
    files: [
      snapshot,
      assumed,
      guardrails,
      decisions(month, tiers),
      benchmarks(month.capturedAt),
      stress(seeded, month.capturedAt),
      failureInjection(seeded, month.capturedAt),
      dispositions(month.capturedAt),
      ...(month.index % 3 === 0 ? [keyRotation(month.capturedAt)] : []),
    ],
    close: { month: month.month, margin },
  };
}

/** The close that stands before the demo's first month. */
export const firstClose = (oldest: DemoMonth): Close => ({ month: before(oldest.month), margin: CLOSE_BEFORE });

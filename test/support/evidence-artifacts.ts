/** Small artifacts of the four finance kinds that pass, made in the test: every figure follows from the rows. */
import { DECISION_IDS } from '../../src-main/evidence/kinds/decision-backlog.ts';
import { pyRound } from '../../src-main/evidence/reference/round.ts';

export const CAPTURED_AT = '2026-03-02T08:30:00Z';
const WINDOW = { start: '2026-02-01T00:00:00Z', end: '2026-02-28T23:59:59Z', label: '2026-02' };

export interface TierAmounts {
  readonly mrr: number;
  readonly effective: number;
  readonly llm: number;
  readonly infra: number;
  readonly support: number;
}

const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;
const AMOUNTS: readonly TierAmounts[] = [
  { mrr: 10_000, effective: 9_000, llm: 300, infra: 450, support: 400 },
  { mrr: 30_000, effective: 27_500.5, llm: 900, infra: 1_500.25, support: 800 },
  { mrr: 60_000, effective: 55_000, llm: 1_800, infra: 3_300, support: 1_900 },
  { mrr: 120_000, effective: 108_000, llm: 4_000, infra: 6_500, support: 7_000 },
];

/** Guardrails over four tiers; margins, discount and gates are computed from the rows. */
export function guardrailsArtifact(amounts: readonly TierAmounts[] = AMOUNTS) {
  const sum = (key: keyof TierAmounts) => amounts.reduce((total, row) => total + row[key], 0);
  const margin = (effective: number, cogs: number) => pyRound(((effective - cogs) / effective) * 100, 2);
  const blended = margin(sum('effective'), sum('llm') + sum('infra') + sum('support'));
  const discount = pyRound(((sum('mrr') - sum('effective')) / sum('mrr')) * 100, 2);
  return {
    captured_at: CAPTURED_AT,
    window: WINDOW,
    metrics: {
      blended_gross_margin_percent: blended,
      p95_tenant_llm_cogs_pct_mrr: 5.25,
      annual_discount_impact_percent: discount,
      growth_to_pro_conversion_mom_delta_percent: 0.5,
      pro_to_enterprise_conversion_mom_delta_percent: 0.25,
      stress_margin_percent: 71.5,
    },
    thresholds: {
      min_blended_gross_margin_percent: 0,
      max_p95_tenant_llm_cogs_pct_mrr: 8,
      max_annual_discount_impact_percent: 100,
      min_growth_to_pro_conversion_mom_delta_percent: 0,
      min_pro_to_enterprise_conversion_mom_delta_percent: 0,
      min_stress_margin_percent: 60,
      required_consecutive_margin_closes: 2,
    },
    close_history: [
      { month: '2026-01', blended_gross_margin_percent: 85.5 },
      { month: '2026-02', blended_gross_margin_percent: blended },
    ],
    tier_unit_economics: amounts.map(({ mrr, effective, llm, infra, support }, index) => ({
      tier: TIERS[index],
      mrr_usd: mrr,
      effective_mrr_usd: effective,
      llm_cogs_usd: llm,
      infra_cogs_usd: infra,
      support_cogs_usd: support,
      gross_margin_percent: margin(effective, llm + infra + support),
    })),
    stress_scenario: { infra_cost_multiplier: 2, projected_margin_percent: 71.5 },
    gate_results: {
      fin_gate_1_gross_margin_floor: true,
      fin_gate_2_llm_cogs_containment: true,
      fin_gate_3_annual_discount_impact: true,
      fin_gate_4_expansion_signal: true,
      fin_gate_5_stress_resilience: true,
    },
  };
}

export function telemetryArtifact() {
  const tiers = ['free', ...TIERS];
  const prices = [0, 50, 150, 300, 800];
  return {
    captured_at: CAPTURED_AT,
    window: WINDOW,
    pricing_reference: Object.fromEntries(
      tiers.map((tier, index) => [
        tier,
        {
          monthly_price_usd: prices[index],
          annual_price_usd: prices[index]! * 10,
          annual_monthly_factor: index === 0 ? 0 : 0.833333,
        },
      ]),
    ),
    tier_subscription_snapshot: tiers.map((tier, index) => ({
      tier,
      active_subscriptions: 100 - 20 * index,
      total_tenants: 120,
      dunning_events: index,
    })),
    tier_llm_usage: tiers.map((tier, index) => ({
      tier,
      total_cost_usd: 10 * (index + 1),
      tenant_monthly_cost_percentiles_usd: { p50: 0.1, p95: 0.5, p99: 0.9 },
    })),
    free_tier_compute_guardrails: {
      tier: 'free',
      reference_tier: 'starter',
      limits: [
        { limit_name: 'runs_per_day', free_limit: 1, starter_limit: 5, free_le_starter: true },
        { limit_name: 'records', free_limit: 128, starter_limit: 256, free_le_starter: true },
      ],
      bounded_against_starter: true,
    },
    free_tier_margin_watch: {
      free_total_tenants: 120,
      free_active_subscriptions: 100,
      free_total_llm_cost_usd: 10,
      free_p95_tenant_monthly_cost_usd: 0.5,
      starter_gross_mrr_usd: 4000,
      free_llm_cost_pct_of_starter_gross_mrr: 0.25,
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
  };
}

export function decisionsArtifact() {
  return {
    captured_at: CAPTURED_AT,
    window: WINDOW,
    telemetry: {
      months_observed: 2,
      source_type: 'synthetic_prelaunch',
      tier_unit_economics: TIERS.map((tier, index) => ({
        tier,
        mrr_usd: AMOUNTS[index]!.mrr,
        effective_mrr_usd: AMOUNTS[index]!.effective,
        llm_cogs_usd: 1,
        infra_cogs_usd: 2,
        support_cogs_usd: 3,
      })),
    },
    policy_decisions: {
      enterprise_pricing_model: 'hybrid',
      enterprise_floor_usd_monthly: 799,
      max_annual_discount_percent: 20,
      growth_auto_remediation_scope: 'nonprod_only',
      pro_enforcement_boundary: 'required_for_prod_enforcement',
      migration_strategy: 'grandfather_timeboxed',
      migration_window_days: 90,
      pricing_motion_allowed: false,
    },
    approvals: {
      finance_owner: 'ana@ledger.test',
      product_owner: 'bo@ledger.test',
      go_to_market_owner: 'cy@ledger.test',
      governance_mode: 'segregated_owners',
      approval_record_ref: 'APR-1',
      approved_at: '2026-03-02T08:00:00Z',
    },
    decision_backlog: {
      required_decision_ids: [...DECISION_IDS],
      decision_items: DECISION_IDS.map((id, index) => ({
        id,
        owner: 'ana@ledger.test',
        owner_function: 'finance',
        decision_summary: `decided in review ${index}`,
        approval_record_ref: `R-${index}`,
        resolution: index % 10 === 9 ? 'scheduled_postlaunch' : 'locked_prelaunch',
        launch_blocking: index % 10 === 0,
        approved_at: '2026-03-02T07:00:00Z',
        ...(index % 10 === 9 ? { target_date: '2026-04-01', success_criteria: 'two clean closes' } : {}),
      })),
    },
    gate_results: {
      pkg_fin_gate_policy_decisions_complete: true,
      pkg_fin_gate_telemetry_window_sufficient: true,
      pkg_fin_gate_approvals_complete: true,
      pkg_fin_gate_pricing_motion_guarded: true,
      pkg_fin_gate_backlog_coverage_complete: true,
      pkg_fin_gate_launch_blockers_resolved: true,
      pkg_fin_gate_postlaunch_commitments_scheduled: true,
    },
  };
}

export function benchmarksArtifact() {
  const classes = ['vendor_pricing_page', 'industry_benchmark_report', 'standards_guidance', 'vendor_pricing_page', 'analyst_report'];
  return {
    captured_at: CAPTURED_AT,
    refresh_policy: { max_source_age_days: 120 },
    sources: classes.map((source_class, index) => ({
      id: `source-${index}`,
      url: `https://prices.test/${index}`,
      source_class,
      crawled_at: `2026-02-${String(10 + index)}T08:30:00Z`,
      confidence_score: 0.9,
    })),
    summary: {
      total_sources: 5,
      class_counts: { vendor_pricing_page: 2, industry_benchmark_report: 1, standards_guidance: 1, analyst_report: 1 },
      oldest_source_age_days: 20,
    },
    gate_results: {
      pkg_gate_020_register_fresh: true,
      pkg_gate_020_required_classes_present: true,
      pkg_gate_020_minimum_sources_met: true,
    },
  };
}

export const ARTIFACTS = {
  'finance-guardrails': guardrailsArtifact,
  'finance-telemetry': telemetryArtifact,
  'policy-decisions': decisionsArtifact,
  'pricing-benchmarks': benchmarksArtifact,
} as const;

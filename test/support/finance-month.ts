/**
 * A month that holds together: telemetry and assumptions that give a packet whose gates are all true, and what belongs to
 * it. All figures are made up. Each call makes new objects, so that a test may change them freely.
 */
import { createHash } from 'node:crypto';
import type { ComparedArtifact } from '../../src-main/evidence/consistency.ts';
import { readJson } from '../../src-main/evidence/reference/read-json.ts';
import { computeReferencePacket, type ReferencePacket } from '../../src-main/packets/reference-packet.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const BUILT_AT = '2026-05-03T08:30:00Z';

const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;
const PRICES = { free: [0, 0], starter: [60, 600], growth: [180, 1800], pro: [360, 3600], enterprise: [900, 9000] } as const;
const ACTIVE = { free: 210, starter: 84, growth: 52, pro: 30, enterprise: 12 } as const;
const LLM = { free: 12.5, starter: 94.08, growth: 171.6, pro: 213, enterprise: 240.6 } as const;
const P95 = { free: 0.2, starter: 2.1, growth: 6.4, pro: 14.2, enterprise: 41.5 } as const;

const everyTier = <T extends Json>(make: (tier: keyof typeof PRICES) => T): JsonObject =>
  Object.fromEntries((['free', ...TIERS] as const).map((tier) => [tier, make(tier)]));

export const goodTelemetry = (): JsonObject => ({
  captured_at: '2026-05-02T06:00:00Z',
  window: { start: '2026-04-01T00:00:00Z', end: '2026-04-30T23:59:59.999999Z', label: '2026-04' },
  pricing_reference: everyTier((tier) => ({
    monthly_price_usd: PRICES[tier][0],
    annual_price_usd: PRICES[tier][1],
    annual_monthly_factor: tier === 'free' ? 0 : 0.833333,
  })),
  tier_subscription_snapshot: Object.keys(PRICES).map((tier) => ({
    tier,
    total_tenants: ACTIVE[tier as 'pro'] + 3,
    active_subscriptions: ACTIVE[tier as 'pro'],
    dunning_events: tier === 'free' ? 0 : 2,
  })),
  tier_llm_usage: Object.keys(PRICES).map((tier) => ({
    tier,
    total_cost_usd: LLM[tier as 'pro'],
    tenant_monthly_cost_percentiles_usd: { p50: P95[tier as 'pro'] / 2, p95: P95[tier as 'pro'], p99: P95[tier as 'pro'] * 1.5 },
  })),
  free_tier_compute_guardrails: {
    tier: 'free',
    reference_tier: 'starter',
    limits: [{ limit_name: 'runs_per_day', free_limit: 2, starter_limit: 10, free_le_starter: true }],
    bounded_against_starter: true,
  },
  free_tier_margin_watch: {
    free_total_tenants: 213,
    free_active_subscriptions: 210,
    free_total_llm_cost_usd: 12.5,
    free_p95_tenant_monthly_cost_usd: 0.2,
    starter_gross_mrr_usd: 5040,
    free_llm_cost_pct_of_starter_gross_mrr: 0.248016,
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
});

export const goodAssumptions = (): JsonObject => ({
  captured_at: '2026-05-02T09:00:00Z',
  thresholds: {
    min_blended_gross_margin_percent: 80,
    max_p95_tenant_llm_cogs_pct_mrr: 8,
    max_annual_discount_impact_percent: 18,
    min_growth_to_pro_conversion_mom_delta_percent: 0,
    min_pro_to_enterprise_conversion_mom_delta_percent: 0,
    min_stress_margin_percent: 75,
    required_consecutive_margin_closes: 2,
  },
  annual_mix_by_tier: { starter: 0.4, growth: 0.5, pro: 0.6, enterprise: 0.25 },
  infra_cogs_percent_of_effective_mrr_by_tier: { starter: 7, growth: 6.5, pro: 6, enterprise: 5.5 },
  support_cogs_per_active_subscription_usd_by_tier: { starter: 3, growth: 7, pro: 12, enterprise: 28 },
  support_cogs_per_dunning_event_usd: 15,
  conversion_signals: {
    growth_to_pro_conversion_mom_delta_percent: 0.3,
    pro_to_enterprise_conversion_mom_delta_percent: 0.1,
  },
  stress_scenario: { infra_cost_multiplier: 2 },
  close_history: [
    { month: '2026-02', blended_gross_margin_percent: 84.1 },
    { month: '2026-03', blended_gross_margin_percent: 85.2 },
  ],
  scenario_models: {
    price_sensitivity: [
      {
        name: 'as it is',
        subscription_multipliers_by_tier: { starter: 1, growth: 1, pro: 1, enterprise: 1 },
        monthly_price_multipliers_by_tier: { starter: 1, growth: 1, pro: 1, enterprise: 1 },
      },
    ],
  },
  self_hosted_tco_inputs: { annual_staffing_usd: 300000, annual_oncall_usd: 50000 },
});

/** Decisions that count every subscription as annual, as their generator does; only what is compared is in it. */
export const goodDecisions = (): JsonObject => ({
  captured_at: '2026-05-03T10:00:00Z',
  window: { start: '2026-03-01T00:00:00Z', end: '2026-04-30T23:59:59Z', label: '2026-03_to_2026-04' },
  telemetry: {
    months_observed: 2,
    source_type: 'synthetic_prelaunch',
    tier_unit_economics: TIERS.map((tier) => {
      const gross = PRICES[tier][0] * ACTIVE[tier];
      return {
        tier,
        mrr_usd: gross,
        effective_mrr_usd: Math.round(gross * 0.833333 * 100) / 100,
        llm_cogs_usd: LLM[tier],
        infra_cogs_usd: 100,
        support_cogs_usd: 100,
      };
    }),
  },
  policy_decisions: { enterprise_floor_usd_monthly: 799, max_annual_discount_percent: 20, pricing_motion_allowed: false },
  approvals: { approved_at: '2026-05-03T09:30:00Z' },
});

export const goodBenchmarks = (): JsonObject => ({ captured_at: '2026-04-20T00:00:00Z' });

export const bytesOf = (document: Json): Buffer => Buffer.from(JSON.stringify(document));

export const buildMonth = (telemetry: Json = goodTelemetry(), assumptions: Json = goodAssumptions()): ReferencePacket =>
  computeReferencePacket({
    telemetryBytes: bytesOf(telemetry),
    assumptionsBytes: bytesOf(assumptions),
    maxTelemetryAgeHours: null,
    now: BUILT_AT,
  });

/** The guardrails and the packet of the month as documents that a test may change. */
export const documentsOf = ({ files }: ReferencePacket): { guardrails: JsonObject; packet: JsonObject } => {
  const parsed = (at: 0 | 1) => JSON.parse(Buffer.from(files[at].bytes).toString('utf8')) as JsonObject;
  return { guardrails: parsed(0), packet: parsed(1) };
};

/** An artifact as it is compared; its digest is that of its bytes. */
export function artifactOf(name: string, document: Json): ComparedArtifact {
  const bytes = bytesOf(document);
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), value: readJson(bytes).value };
}

/** The object at a path of member names and indices. */
export function inside(document: Json, ...path: readonly (string | number)[]): JsonObject {
  return path.reduce<Json>((at, step) => (at as Record<string | number, Json>)[step] ?? null, document) as JsonObject;
}

import type { FinanceThresholds, FinanceTotals, HostedAgainstSelfHosted, MonthFigures, ScenarioRow } from '../evidence/index.ts';
import type { CsvCell, Writable } from '../evidence/index.ts';

/** The four documents of the reference generator as values, before they become bytes. Whole numbers are `bigint`. */

export interface DocumentsInput {
  /** As the reference prints a time: `2026-06-10T11:28:59+00:00`. */
  readonly capturedAt: string;
  readonly window: { readonly start: string; readonly end: string; readonly label: string };
  readonly month: MonthFigures;
  readonly thresholds: FinanceThresholds;
  readonly infraCostMultiplier: number;
  readonly scenarios: readonly ScenarioRow[];
  readonly totals: FinanceTotals;
  readonly hosting: HostedAgainstSelfHosted;
}

export function guardrailsDocument({ capturedAt, window, month, thresholds, infraCostMultiplier }: DocumentsInput): Writable {
  const { metrics } = month;
  return {
    captured_at: capturedAt,
    window: { ...window },
    metrics: {
      blended_gross_margin_percent: metrics.blendedGrossMarginPercent,
      p95_tenant_llm_cogs_pct_mrr: metrics.p95TenantLlmCogsPctMrr,
      annual_discount_impact_percent: metrics.annualDiscountImpactPercent,
      growth_to_pro_conversion_mom_delta_percent: metrics.growthToProConversionMomDeltaPercent,
      pro_to_enterprise_conversion_mom_delta_percent: metrics.proToEnterpriseConversionMomDeltaPercent,
      stress_margin_percent: metrics.stressMarginPercent,
    },
    thresholds: {
      min_blended_gross_margin_percent: thresholds.minBlendedGrossMarginPercent,
      max_p95_tenant_llm_cogs_pct_mrr: thresholds.maxP95TenantLlmCogsPctMrr,
      max_annual_discount_impact_percent: thresholds.maxAnnualDiscountImpactPercent,
      min_growth_to_pro_conversion_mom_delta_percent: thresholds.minGrowthToProConversionMomDeltaPercent,
      min_pro_to_enterprise_conversion_mom_delta_percent: thresholds.minProToEnterpriseConversionMomDeltaPercent,
      min_stress_margin_percent: thresholds.minStressMarginPercent,
      required_consecutive_margin_closes: thresholds.requiredConsecutiveMarginCloses,
    },
    close_history: month.closeHistory.map((close) => ({
      month: close.month,
      blended_gross_margin_percent: close.blendedGrossMarginPercent,
    })),
    tier_unit_economics: month.tiers.map(tierRow),
    stress_scenario: { infra_cost_multiplier: infraCostMultiplier, projected_margin_percent: metrics.stressMarginPercent },
    gate_results: { ...month.gates },
  };
}

/** The part of the packet that an alert repeats. */
export const summaryDocument = ({ month, totals, hosting }: Pick<DocumentsInput, 'month' | 'totals' | 'hosting'>) => ({
  overall_finance_gates_passed: Object.values(month.gates).every(Boolean),
  totals: {
    total_mrr_usd: totals.mrrUsd,
    total_effective_mrr_usd: totals.effectiveMrrUsd,
    total_llm_cogs_usd: totals.llmCogsUsd,
    total_infra_cogs_usd: totals.infraCogsUsd,
    total_support_cogs_usd: totals.supportCogsUsd,
  },
  hosted_arr_run_rate_usd: hosting.hostedArrRunRateUsd,
  self_hosted_tco_estimate_usd: hosting.selfHostedTcoUsd,
  hosted_vs_self_hosted_delta_usd: hosting.deltaUsd,
});
export type PacketSummary = ReturnType<typeof summaryDocument>;

export function committeePacketDocument(input: DocumentsInput): Writable {
  const { capturedAt, window, month, scenarios, hosting } = input;
  return {
    captured_at: capturedAt,
    window: { ...window },
    summary: summaryDocument(input),
    fin_tracking: {
      // These five the reference always states.
      fin_001_tier_unit_economics_present: true,
      fin_002_percentile_cost_model_present: true,
      fin_003_repricing_signal_included: true,
      fin_004_beta_cost_value_evidence_attached: true,
      fin_005_migration_signals_present: true,
      fin_006_price_sensitivity_model_present: scenarios.length > 0,
      fin_007_gtm_model_present: scenarios.length > 0,
      fin_008_hosted_vs_self_hosted_tco_present: hosting.selfHostedTcoUsd > 0,
    },
    gate_results: { ...month.gates },
    tier_unit_economics: month.tiers.map((tier) => ({
      ...tierRow(tier),
      active_subscriptions: tier.source.activeSubscriptions,
      dunning_events: tier.source.dunningEvents,
    })),
    scenario_rows: scenarios.map((row) => ({
      scenario: row.scenario,
      effective_mrr_usd: row.effectiveMrrUsd,
      projected_margin_percent: row.projectedMarginPercent,
    })),
  };
}

export const tierTable = (month: MonthFigures): CsvCell[][] => [
  [
    'tier',
    'mrr_usd',
    'effective_mrr_usd',
    'llm_cogs_usd',
    'infra_cogs_usd',
    'support_cogs_usd',
    'gross_margin_percent',
    'active_subscriptions',
    'dunning_events',
  ],
  ...month.tiers.map((row): CsvCell[] => [
    row.tier,
    row.mrrUsd,
    row.effectiveMrrUsd,
    row.llmCogsUsd,
    row.infraCogsUsd,
    row.supportCogsUsd,
    row.grossMarginPercent,
    row.source.activeSubscriptions,
    row.source.dunningEvents,
  ]),
];

/** No rows at all where there are no scenarios: the reference then writes an empty file, without a header. */
export const scenarioTable = (scenarios: readonly ScenarioRow[]): CsvCell[][] =>
  scenarios.length === 0
    ? []
    : [
        ['scenario', 'effective_mrr_usd', 'projected_margin_percent'],
        ...scenarios.map((row): CsvCell[] => [row.scenario, row.effectiveMrrUsd, row.projectedMarginPercent]),
      ];

const tierRow = (row: MonthFigures['tiers'][number]) => ({
  tier: row.tier,
  mrr_usd: row.mrrUsd,
  effective_mrr_usd: row.effectiveMrrUsd,
  llm_cogs_usd: row.llmCogsUsd,
  infra_cogs_usd: row.infraCogsUsd,
  support_cogs_usd: row.supportCogsUsd,
  gross_margin_percent: row.grossMarginPercent,
});

import {
  computeMonth,
  Fields,
  type FinanceMetrics,
  type FinanceThresholds,
  isObject,
  type MonthClose,
  PAID_TIERS,
  type PaidTier,
  readAssumptions,
  readJson,
  readTelemetryInputs,
  Refusal,
  type Value,
} from '../evidence/index.ts';

/** The figures of a month that its finance gates compare: as the guardrails record them, else computed from their sources. */

export interface TierFigures {
  readonly tier: PaidTier;
  /** USD. */
  readonly mrrUsd: number;
  readonly effectiveMrrUsd: number;
  readonly llmCogsUsd: number;
  readonly infraCogsUsd: number;
  readonly supportCogsUsd: number;
  /** From telemetry; null where there is none. */
  readonly activeSubscriptions: number | null;
  readonly p95CostUsd: number | null;
}

export interface GateFigures {
  readonly from: 'guardrails' | 'computed';
  readonly metrics: FinanceMetrics;
  /** Those the month was judged by; of the assumptions where it was computed. */
  readonly declared: FinanceThresholds;
  /** Oldest first, this month last. */
  readonly closes: readonly MonthClose[];
  readonly infraCostMultiplier: number;
  readonly tiers: readonly TierFigures[];
}

export interface FigureSources {
  readonly guardrails: Uint8Array | null;
  readonly telemetry: Uint8Array | null;
  readonly assumptions: Uint8Array | null;
}

/** Null where neither the guardrails nor telemetry with assumptions can be read. */
export function readGateFigures(sources: FigureSources): GateFigures | null {
  const telemetry = attempt(sources.telemetry, readTelemetryInputs);
  const each = new Map(
    telemetry?.tiers.map(({ tier, activeSubscriptions, tenantMonthlyCostUsd }) => [
      tier,
      { activeSubscriptions: Number(activeSubscriptions), p95CostUsd: tenantMonthlyCostUsd.p95 },
    ]) ?? [],
  );
  const recorded = attempt(sources.guardrails, readRecorded);
  const perTenant = (tier: PaidTier) => each.get(tier) ?? { activeSubscriptions: null, p95CostUsd: null };
  if (recorded !== null)
    return { ...recorded, from: 'guardrails', tiers: recorded.tiers.map((row) => ({ ...row, ...perTenant(row.tier) })) };
  const assumptions = attempt(sources.assumptions, readAssumptions);
  if (telemetry === null || assumptions === null) return null;
  try {
    const { metrics, closeHistory, tiers } = computeMonth(telemetry, assumptions);
    return {
      from: 'computed',
      metrics,
      declared: assumptions.thresholds,
      closes: closeHistory,
      infraCostMultiplier: assumptions.infraCostMultiplier,
      tiers: tiers.map(({ tier, mrrUsd, effectiveMrrUsd, llmCogsUsd, infraCogsUsd, supportCogsUsd }) => ({
        tier,
        mrrUsd,
        effectiveMrrUsd,
        llmCogsUsd,
        infraCogsUsd,
        supportCogsUsd,
        ...perTenant(tier),
      })),
    };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The root object of an artifact; null where the bytes are no JSON object. */
export function rootOf(bytes: Uint8Array | null): Fields | null {
  if (bytes === null) return null;
  try {
    const { value } = readJson(bytes);
    return isObject(value) ? new Fields(value, []) : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What a reader makes of an artifact; null where there is none, or it is not of that shape. */
export function attempt<T>(bytes: Uint8Array | null, read: (root: Fields) => T): T | null {
  const root = rootOf(bytes);
  if (root === null) return null;
  try {
    return read(root);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** An object of an artifact, to be read member by member; null where it is none. */
export const attemptFields = (value: Value | undefined): Fields | null =>
  value !== undefined && isObject(value) ? new Fields(value, []) : null;

const AMOUNTS = ['mrr_usd', 'effective_mrr_usd', 'llm_cogs_usd', 'infra_cogs_usd', 'support_cogs_usd'] as const;

function readRecorded(root: Fields) {
  const metrics = root.child('metrics');
  const thresholds = root.child('thresholds');
  const rows = new Map<string, Fields>();
  for (const row of root.items('tier_unit_economics')) rows.set(row.text('tier').toLowerCase(), row);
  const closes: MonthClose[] = [];
  for (const close of root.items('close_history'))
    closes.push({
      month: close.has('month') ? close.text('month') : '',
      blendedGrossMarginPercent: close.number('blended_gross_margin_percent'),
    });
  return {
    metrics: {
      blendedGrossMarginPercent: metrics.number('blended_gross_margin_percent'),
      p95TenantLlmCogsPctMrr: metrics.number('p95_tenant_llm_cogs_pct_mrr'),
      annualDiscountImpactPercent: metrics.number('annual_discount_impact_percent'),
      growthToProConversionMomDeltaPercent: metrics.number('growth_to_pro_conversion_mom_delta_percent'),
      proToEnterpriseConversionMomDeltaPercent: metrics.number('pro_to_enterprise_conversion_mom_delta_percent'),
      stressMarginPercent: metrics.number('stress_margin_percent'),
    },
    declared: {
      minBlendedGrossMarginPercent: thresholds.number('min_blended_gross_margin_percent'),
      maxP95TenantLlmCogsPctMrr: thresholds.number('max_p95_tenant_llm_cogs_pct_mrr'),
      maxAnnualDiscountImpactPercent: thresholds.number('max_annual_discount_impact_percent'),
      minGrowthToProConversionMomDeltaPercent: thresholds.number('min_growth_to_pro_conversion_mom_delta_percent'),
      minProToEnterpriseConversionMomDeltaPercent: thresholds.number('min_pro_to_enterprise_conversion_mom_delta_percent'),
      minStressMarginPercent: thresholds.number('min_stress_margin_percent'),
      // The verifier of guardrails asks for one close where nothing is said.
      requiredConsecutiveMarginCloses: thresholds.integer('required_consecutive_margin_closes', { min: 1n, absent: 1n }),
    },
    closes,
    infraCostMultiplier: root.child('stress_scenario').number('infra_cost_multiplier'),
    tiers: PAID_TIERS.flatMap((tier) => {
      const row = rows.get(tier);
      if (row === undefined) return [];
      const [mrrUsd, effectiveMrrUsd, llmCogsUsd, infraCogsUsd, supportCogsUsd] = AMOUNTS.map((name) => row.number(name));
      return [
        {
          tier,
          mrrUsd: mrrUsd ?? 0,
          effectiveMrrUsd: effectiveMrrUsd ?? 0,
          llmCogsUsd: llmCogsUsd ?? 0,
          infraCogsUsd: infraCogsUsd ?? 0,
          supportCogsUsd: supportCogsUsd ?? 0,
        },
      ];
    }),
  };
}

import { computeMonth, type FinanceGate, type FinanceMetrics, type MonthFigures, monthTiers } from '../finance/month-figures.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import { Refusal } from '../verdict.ts';
import {
  type ConsistencyFigure,
  type ConsistencyFinding,
  type FigureByFormula,
  figure,
  finding,
  listed,
  percent,
  titleCase,
  usd,
} from './finding.ts';
import type { AssumptionsData, GuardrailsData, MetricName, PacketData, Read, TelemetryData, TierWithMargin } from './read-documents.ts';

/** Figures of guardrails and packet, recomputed from the telemetry and the assumptions of the same month. */

type Amount = 'mrrUsd' | 'effectiveMrrUsd' | 'llmCogsUsd' | 'infraCogsUsd' | 'supportCogsUsd' | 'grossMarginPercent';

const AMOUNTS: readonly [key: Amount, member: string, says: string][] = [
  ['mrrUsd', 'mrr_usd', 'MRR at list price'],
  ['effectiveMrrUsd', 'effective_mrr_usd', 'effective MRR'],
  ['llmCogsUsd', 'llm_cogs_usd', 'language-model cost'],
  ['infraCogsUsd', 'infra_cogs_usd', 'infrastructure cost'],
  ['supportCogsUsd', 'support_cogs_usd', 'support cost'],
  ['grossMarginPercent', 'gross_margin_percent', 'gross margin'],
];

/** What a telemetry snapshot alone decides; the others follow from assumptions too. */
const FROM_TELEMETRY_ALONE: readonly Amount[] = ['mrrUsd', 'llmCogsUsd'];

const METRICS: readonly [key: keyof FinanceMetrics, member: MetricName, says: string, digits: number][] = [
  ['blendedGrossMarginPercent', 'blended_gross_margin_percent', 'blended gross margin', 2],
  ['p95TenantLlmCogsPctMrr', 'p95_tenant_llm_cogs_pct_mrr', 'p95 language-model cost of a tenant in percent of MRR', 2],
  ['annualDiscountImpactPercent', 'annual_discount_impact_percent', 'impact of annual discounts', 2],
  ['growthToProConversionMomDeltaPercent', 'growth_to_pro_conversion_mom_delta_percent', 'change of conversion, Growth to Pro', 4],
  [
    'proToEnterpriseConversionMomDeltaPercent',
    'pro_to_enterprise_conversion_mom_delta_percent',
    'change of conversion, Pro to Enterprise',
    4,
  ],
  ['stressMarginPercent', 'stress_margin_percent', 'stress margin', 2],
];

/** The month as the assumptions and the telemetry give it, and null where they give none (too few closes for the gates). */
export function recompute(telemetry: Read<TelemetryData>, assumptions: Read<AssumptionsData>): MonthFigures | null {
  try {
    return computeMonth(telemetry.data, assumptions.data);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

export function guardrailsFromTelemetry(
  guardrails: Read<GuardrailsData>,
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData> | null,
  month: MonthFigures | null,
): ConsistencyFinding[] {
  if (assumptions === null || month === null) {
    const figures = rowFigures(guardrails, guardrails.data.tiers, telemetry, assumptions, FROM_TELEMETRY_ALONE);
    return figures.length === 0 ? [] : [notFromTelemetry(guardrails, telemetry, null, figures)];
  }
  const metrics = METRICS.filter(
    ([key, member, , digits]) => !equalRounded(guardrails.data.metrics[member], month.metrics[key], digits),
  ).map(([key, member, says]) =>
    figure(says, guardrails.at(`/metrics/${member}`, guardrails.data.metrics[member]), {
      formula: metricFormula(key, month, assumptions),
      value: month.metrics[key],
    }),
  );
  const rows = rowFigures(guardrails, guardrails.data.tiers, telemetry, assumptions);
  const figures = [...metrics, ...rows];
  const findings = figures.length === 0 ? [] : [notFromTelemetry(guardrails, telemetry, assumptions, figures)];
  return [...findings, ...gatesFromTelemetry(guardrails, telemetry, assumptions, month)];
}

function notFromTelemetry(
  guardrails: Read<GuardrailsData>,
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData> | null,
  figures: readonly ConsistencyFigure[],
): ConsistencyFinding {
  const sources = assumptions === null ? telemetry.artifact.name : `${telemetry.artifact.name} and ${assumptions.artifact.name}`;
  const first = figures[0]!;
  const more = figures.length === 1 ? '' : ` ${figures.length - 1} more ${figures.length === 2 ? 'figure differs' : 'figures differ'}.`;
  return finding('CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY', {
    title: 'The guardrails do not follow from the telemetry',
    says:
      `${guardrails.artifact.name} states ${shownFigure(first, first.left.value)} as ${first.name}; ` +
      `${sources} give ${shownFigure(first, first.right.value)}.${more} ` +
      'Each file passes its own verifier, because none of them looks at the others.',
    figures,
    alsoFrom: [telemetry.role, assumptions?.role],
    next_step:
      'Find out which file is right; then build the guardrails from the telemetry (countersign packet build) and replace the other.',
  });
}

/** Gates that come out otherwise when they are computed from telemetry and assumptions. */
function gatesFromTelemetry(
  guardrails: Read<GuardrailsData>,
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData>,
  month: MonthFigures,
): ConsistencyFinding[] {
  const figures = Object.entries(month.gates)
    .filter(([gate, holds]) => guardrails.data.gates.has(gate) && guardrails.data.gates.get(gate) !== holds)
    .map(([gate, holds]) =>
      figure(gate, guardrails.at(`/gate_results/${gate}`, guardrails.data.gates.get(gate) ?? null), {
        formula: gateFormula(gate, month, assumptions),
        value: holds,
      }),
    );
  if (figures.length === 0) return [];
  return [
    finding('CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY', {
      title: `${figures.length === 1 ? 'A gate comes' : `${figures.length} gates come`} out otherwise from the telemetry`,
      says: `By ${telemetry.artifact.name} and ${assumptions.artifact.name}, ${listed(
        figures.map(({ name, right }) => `${name} is ${String(right.value)}`),
      )}; ${guardrails.artifact.name} declares the opposite.`,
      figures,
      alsoFrom: [telemetry.role, assumptions.role],
      next_step: 'Do not act on these gates until the figures behind them agree.',
    }),
  ];
}

export function packetFromTelemetry(
  packet: Read<PacketData>,
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData>,
  month: MonthFigures | null,
): ConsistencyFinding[] {
  const rows = rowFigures(packet, packet.data.tiers, telemetry, assumptions);
  const gates = Object.entries(month?.gates ?? {})
    .filter(([gate, holds]) => packet.data.gates.has(gate) && packet.data.gates.get(gate) !== holds)
    .map(([gate, holds]) =>
      figure(gate, packet.at(`/gate_results/${gate}`, packet.data.gates.get(gate) ?? null), {
        formula: gateFormula(gate, month!, assumptions),
        value: holds,
      }),
    );
  const figures = [...rows, ...gates];
  if (figures.length === 0) return [];
  const first = figures[0]!;
  return [
    finding('CONSISTENCY_PACKET_NOT_FROM_TELEMETRY', {
      title: 'The committee packet does not follow from the telemetry',
      says: `${packet.artifact.name} states ${shownFigure(first, first.left.value)} as ${first.name}; ${telemetry.artifact.name} and ${
        assumptions.artifact.name
      } give ${shownFigure(first, first.right.value)}. ${figures.length} figures differ in all.`,
      figures,
      alsoFrom: [telemetry.role, assumptions.role],
      next_step: 'Build the packet again from the telemetry (countersign packet build).',
    }),
  ];
}

function rowFigures(
  document: Read<unknown>,
  declared: readonly TierWithMargin[],
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData> | null,
  only?: readonly Amount[],
): ConsistencyFigure[] {
  const computed =
    assumptions === null
      ? telemetry.data.tiers.map((source) => ({
          tier: source.tier,
          source,
          mrrUsd: pyRound(source.monthlyPriceUsd * Number(source.activeSubscriptions), 2),
          llmCogsUsd: pyRound(source.llmCostUsd, 2),
          effectiveMrrUsd: 0,
          infraCogsUsd: 0,
          supportCogsUsd: 0,
          grossMarginPercent: 0,
          annualMix: 0,
        }))
      : monthTiers(telemetry.data, assumptions.data);
  return computed.flatMap((row) => {
    const stated = declared.find(({ tier }) => tier === row.tier);
    if (stated === undefined) return [];
    return AMOUNTS.filter(([key]) => (only === undefined || only.includes(key)) && !equalRounded(stated[key], row[key], 2)).map(
      ([key, member, says]) =>
        figure(
          `${titleCase(row.tier)}: ${says}`,
          document.at(`${stated.pointer}/${member}`, stated[key]),
          rowFormula(key, row, assumptions),
        ),
    );
  });
}

type ComputedRow = ReturnType<typeof monthTiers>[number];

function rowFormula(key: Amount, row: ComputedRow, assumptions: Read<AssumptionsData> | null): FigureByFormula {
  const { source, tier } = row;
  const by = (formula: string) => ({ formula, value: row[key] });
  switch (key) {
    case 'mrrUsd':
      return by(`${source.monthlyPriceUsd} × ${source.activeSubscriptions} active subscriptions`);
    case 'llmCogsUsd':
      return by(`total language-model cost of the tier: ${source.llmCostUsd}`);
    case 'effectiveMrrUsd':
      return by(`${row.mrrUsd} × (1 − ${row.annualMix} × (1 − ${source.annualMonthlyFactor}))`);
    case 'infraCogsUsd':
      return by(`${row.effectiveMrrUsd} × ${assumptions?.data.infraPercentOfEffectiveMrrByTier[tier]} %`);
    case 'supportCogsUsd':
      return by(
        `${source.activeSubscriptions} × ${assumptions?.data.supportPerSubscriptionUsdByTier[tier]} + ` +
          `${source.dunningEvents} × ${assumptions?.data.supportPerDunningEventUsd}`,
      );
    case 'grossMarginPercent':
      return by(
        `(${row.effectiveMrrUsd} − (${row.llmCogsUsd} + ${row.infraCogsUsd} + ${row.supportCogsUsd})) / ${row.effectiveMrrUsd} × 100`,
      );
  }
}

function metricFormula(key: keyof FinanceMetrics, month: MonthFigures, assumptions: Read<AssumptionsData>): string {
  const sum = (of: (row: ComputedRow) => number) =>
    pyRound(
      month.tiers.reduce((total, row) => total + of(row), 0),
      2,
    );
  const effective = sum((row) => row.effectiveMrrUsd);
  const [llm, infra, support] = [sum((row) => row.llmCogsUsd), sum((row) => row.infraCogsUsd), sum((row) => row.supportCogsUsd)];
  switch (key) {
    case 'blendedGrossMarginPercent':
      return `(${effective} − (${llm} + ${infra} + ${support})) / ${effective} × 100`;
    case 'stressMarginPercent':
      return `(${effective} − (${llm} + ${infra} × ${assumptions.data.infraCostMultiplier} + ${support})) / ${effective} × 100`;
    case 'annualDiscountImpactPercent':
      return `(${sum((row) => row.mrrUsd)} − ${effective}) / ${sum((row) => row.mrrUsd)} × 100`;
    case 'p95TenantLlmCogsPctMrr':
      return `the largest over tiers of p95 cost / (effective MRR / active) × 100: ${month.tiers
        .map(
          ({ tier, effectiveMrrUsd, source }) =>
            `${tier} ${source.tenantMonthlyCostUsd.p95} / (${effectiveMrrUsd} / ${source.activeSubscriptions})`,
        )
        .join(', ')}`;
    case 'growthToProConversionMomDeltaPercent':
      return `conversion_signals of ${assumptions.artifact.name}: ${assumptions.data.growthToProDeltaPercent}`;
    case 'proToEnterpriseConversionMomDeltaPercent':
      return `conversion_signals of ${assumptions.artifact.name}: ${assumptions.data.proToEnterpriseDeltaPercent}`;
  }
}

function gateFormula(gate: string, month: MonthFigures, { data: { thresholds } }: Read<AssumptionsData>): string {
  const { metrics } = month;
  const formulas: Readonly<Record<FinanceGate, string>> = {
    fin_gate_1_gross_margin_floor: `${metrics.blendedGrossMarginPercent} ≥ ${thresholds.minBlendedGrossMarginPercent}, and the last ${thresholds.requiredConsecutiveMarginCloses} closes too: ${month.closeHistory
      .slice(-Number(thresholds.requiredConsecutiveMarginCloses))
      .map((close) => close.blendedGrossMarginPercent)
      .join(', ')}`,
    fin_gate_2_llm_cogs_containment: `${metrics.p95TenantLlmCogsPctMrr} ≤ ${thresholds.maxP95TenantLlmCogsPctMrr}`,
    fin_gate_3_annual_discount_impact: `${metrics.annualDiscountImpactPercent} ≤ ${thresholds.maxAnnualDiscountImpactPercent}`,
    fin_gate_4_expansion_signal: `${metrics.growthToProConversionMomDeltaPercent} ≥ ${thresholds.minGrowthToProConversionMomDeltaPercent} and ${metrics.proToEnterpriseConversionMomDeltaPercent} ≥ ${thresholds.minProToEnterpriseConversionMomDeltaPercent}`,
    fin_gate_5_stress_resilience: `${metrics.stressMarginPercent} ≥ ${thresholds.minStressMarginPercent}`,
  };
  return formulas[gate as FinanceGate];
}

/** Margins and shares are percent, everything else of these is money; a gate is a word. */
function shownFigure({ left }: ConsistencyFigure, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return left.pointer.endsWith('_usd') ? usd(value) : percent(value);
}

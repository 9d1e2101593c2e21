import { PAID_TIERS, type PaidTier, pyRound, roundedTotals } from '../evidence/index.ts';
import { decimalText, minus, plainNumber, signOf, sumOf } from './exact.ts';
import { assumptionRow, EXACT, type FigureSeed, line, plainFormula, rule, shareFormula, TWO_PLACES } from './figure-seed.ts';
import { grouped, shown, TIER_TITLES } from './figure-words.ts';
import type { MonthModel } from './packet-sources.ts';
import { tierAmounts, type TierAmountTexts } from './tier-figures.ts';

/** The figures over all paid tiers, with the tiers' rows as the lines of their sums. */

export type TotalTexts = TierAmountTexts & { readonly active: string };

/** Sums of the tiers' shown amounts: exact, and equal to what the reference prints of its totals. */
export function totalAmounts(model: MonthModel): TotalTexts {
  const printed = roundedTotals(model.figures.totals);
  const tiers = model.figures.tiers.map(tierAmounts);
  const effective = decimalText(printed.effectiveMrrUsd, 2);
  const llm = decimalText(printed.llmCogsUsd, 2);
  const infra = decimalText(printed.infraCogsUsd, 2);
  const support = decimalText(printed.supportCogsUsd, 2);
  const cogs = sumOf(tiers.map((tier) => tier.cogs));
  return {
    mrr: decimalText(printed.mrrUsd, 2),
    effective,
    llm,
    infra,
    support,
    cogs,
    gross: minus(effective, cogs),
    active: String(model.figures.tiers.reduce((sum, { source }) => sum + source.activeSubscriptions, 0n)),
  };
}

const COLUMNS = [
  ['mrr', 'mrr', 'MRR', 'Active subscriptions of all paid tiers at their monthly list prices.'],
  ['effective_mrr', 'effective', 'Effective MRR', 'MRR of all paid tiers less what annual payment takes off it.'],
  ['llm', 'llm', 'LLM cost', 'What the tenants of all paid tiers cost in language-model calls.'],
  ['infra', 'infra', 'Infrastructure cost', 'Infrastructure of all paid tiers.'],
  ['support', 'support', 'Support cost', 'Support of all paid tiers.'],
  ['cogs', 'cogs', 'Cost of goods sold', 'Language models, infrastructure and support of all paid tiers.'],
  ['gross_profit', 'gross', 'Gross profit', 'Effective MRR of all paid tiers less cost of goods sold.'],
] as const;

export function totalFigures(model: MonthModel): FigureSeed[] {
  const totals = totalAmounts(model);
  const tiers = model.figures.tiers;
  const sum = (
    column: string,
    title: string,
    says: string,
    values: readonly string[],
    total: string,
    unit: 'USD' | 'count',
  ): FigureSeed => ({
    id: `total.${column}`,
    title,
    unit,
    value: total,
    says,
    formula: plainFormula('sum over the paid tiers', `${values.map(grouped).join(' + ')} = ${grouped(total)}`),
    lines: [
      ...PAID_TIERS.map((tier, index) =>
        line(index === 0 ? '' : '+', TIER_TITLES[tier], values[index] ?? null, 'tier', `tier.${tier}.${column}`, unit),
      ),
      line('=', title, total, unit, null, unit),
    ],
    inputs: [],
    rule: rule(`total_${column}`),
    rounding: EXACT,
  });
  return [
    sum(
      'active',
      'Active subscriptions',
      'Active subscriptions of all paid tiers.',
      tiers.map(({ source }) => String(source.activeSubscriptions)),
      totals.active,
      'count',
    ),
    ...COLUMNS.map(([column, key, title, says]) =>
      sum(
        column,
        title,
        says,
        tiers.map((row) => tierAmounts(row)[key]),
        totals[key],
        'USD',
      ),
    ),
  ];
}

/** The figures that gates judge. */
export function metricFigures(model: MonthModel): FigureSeed[] {
  const totals = totalAmounts(model);
  const { metrics } = model.figures;
  const { assumptions, places } = model;
  const earning = signOf(totals.effective) > 0;
  const percent = (value: number, holds: boolean): string | null => (holds ? decimalText(value, 2) : null);
  const multiplier = plainNumber(assumptions.infraCostMultiplier);
  const costs = [
    line('', 'Effective MRR', totals.effective, '4 tiers', 'total.effective_mrr'),
    line('-', 'LLM', totals.llm, 'telemetry', 'total.llm'),
    line('-', 'Infrastructure', totals.infra, 'percent of effective MRR', 'total.infra'),
    line('-', 'Support', totals.support, 'per subscription and dunning event', 'total.support'),
  ];
  const blended = percent(metrics.blendedGrossMarginPercent, earning);
  const stress = percent(metrics.stressMarginPercent, earning);
  const stressed = decimalText(model.figures.totals.infraCogsUsd * assumptions.infraCostMultiplier, 2);
  const listed = signOf(totals.mrr) > 0;
  const discount = percent(metrics.annualDiscountImpactPercent, listed);
  const noRevenue = 'No paid tier has effective MRR this month.';
  const signals = places.assumptions.child('conversion_signals');
  return [
    {
      id: 'blended_margin',
      title: 'Blended margin',
      unit: 'percent',
      value: blended,
      says: earning ? 'Gross margin over all paid tiers.' : noRevenue,
      formula: shareFormula(
        '(effective MRR − COGS) / effective MRR × 100',
        `${grouped(totals.effective)} − ${grouped(totals.cogs)}`,
        grouped(totals.effective),
        blended,
      ),
      lines: [...costs, line('=', 'Gross profit', totals.gross, 'USD', 'total.gross_profit')],
      inputs: [],
      rule: rule('blended_margin'),
      rounding: TWO_PLACES,
    },
    {
      id: 'stress_margin',
      title: 'Stress margin',
      unit: 'percent',
      value: stress,
      says: earning ? `The blended margin if infrastructure cost ${multiplier} times as much.` : noRevenue,
      formula: shareFormula(
        '(effective MRR − LLM − infrastructure × multiplier − support) / effective MRR × 100',
        `${grouped(totals.effective)} − ${grouped(totals.llm)} − ${grouped(totals.infra)} × ${multiplier} − ${grouped(totals.support)}`,
        grouped(totals.effective),
        stress,
      ),
      lines: [
        costs[0]!,
        costs[1]!,
        line('-', `Infrastructure × ${multiplier}`, stressed, `${grouped(totals.infra)} × ${multiplier}`, 'total.infra'),
        costs[3]!,
      ],
      inputs: [assumptionRow(places.assumptions.child('stress_scenario'), 'infra_cost_multiplier', 'infrastructure under stress, times')],
      rule: rule('stress_margin'),
      rounding: TWO_PLACES,
    },
    envelopeFigure(model),
    {
      id: 'discount_impact',
      title: 'Discount impact',
      unit: 'percent',
      value: discount,
      says: listed ? 'What annual payment takes off the MRR of all paid tiers.' : 'No paid tier has MRR this month.',
      formula: shareFormula(
        '(MRR − effective MRR) / MRR × 100',
        `${grouped(totals.mrr)} − ${grouped(totals.effective)}`,
        grouped(totals.mrr),
        discount,
      ),
      lines: [
        line('', 'MRR', totals.mrr, '4 tiers', 'total.mrr'),
        line('-', 'Effective MRR', totals.effective, '4 tiers', 'total.effective_mrr'),
        line('=', 'Discount', minus(totals.mrr, totals.effective), 'USD'),
      ],
      inputs: [],
      rule: rule('discount_impact'),
      rounding: TWO_PLACES,
    },
    ...(
      [
        ['growth_to_pro_delta', 'Growth to Pro, change of conversion', 'growth_to_pro_conversion_mom_delta_percent', 'growthToPro'],
        [
          'pro_to_enterprise_delta',
          'Pro to Enterprise, change of conversion',
          'pro_to_enterprise_conversion_mom_delta_percent',
          'proToEnterprise',
        ],
      ] as const
    ).map(([id, title, key, metric]): FigureSeed => {
      const value = decimalText(metrics[`${metric}ConversionMomDeltaPercent`], 2, 4);
      return {
        id,
        title,
        unit: 'points',
        value,
        says: 'Month over month, as the assumptions state it.',
        formula: plainFormula('as stated, rounded to 4 places', `${grouped(value)}`),
        lines: [],
        inputs: [assumptionRow(signals, key, 'change of conversion, points')],
        rule: rule(id),
        rounding: 'half-even to 4 places, as the reference rounds',
      };
    }),
  ];
}

function envelopeFigure(model: MonthModel): FigureSeed {
  const { metrics, tiers } = model.figures;
  const shares = tiers.flatMap((row): { tier: PaidTier; value: string; share: number }[] => {
    const active = Number(row.source.activeSubscriptions);
    if (active === 0 || row.effectiveMrrUsd <= 0) return [];
    const share = (row.source.tenantMonthlyCostUsd.p95 / (row.effectiveMrrUsd / active)) * 100;
    return [{ tier: row.tier, share, value: decimalText(pyRound(share, 2), 2) }];
  });
  const worst = shares.reduce<(typeof shares)[number] | null>((best, one) => (best === null || one.share > best.share ? one : best), null);
  const value = worst === null ? null : decimalText(metrics.p95TenantLlmCogsPctMrr, 2);
  return {
    id: 'p95_envelope',
    title: 'p95 LLM of MRR',
    unit: 'percent',
    value,
    says:
      worst === null
        ? 'Nobody pays in any tier.'
        : `The worst tier: in ${TIER_TITLES[worst.tier]} a tenant at p95 costs ${shown(value, 'percent')} of what a subscription brings.`,
    formula: plainFormula(
      'largest over the tiers of p95 cost / (effective MRR / active subscriptions) × 100',
      worst === null ? 'no tier to compare' : `max(${shares.map((share) => grouped(share.value)).join(', ')}) = ${grouped(value ?? '0')}`,
    ),
    lines: shares.map((share) =>
      line(
        share === worst ? '=' : '',
        TIER_TITLES[share.tier],
        share.value,
        share === worst ? 'the largest' : 'tier',
        `tier.${share.tier}.p95_of_mrr`,
        'percent',
      ),
    ),
    inputs: [],
    rule: rule('p95_envelope'),
    rounding: TWO_PLACES,
  };
}

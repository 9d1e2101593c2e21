import { discountImpactPercent, financeTotals, type MonthTier, pyRound, stressMarginPercent } from '../evidence/index.ts';
import { decimalText, minus, plainNumber, signOf, sumOf } from './exact.ts';
import {
  AS_GIVEN,
  assumptionRow,
  CENTS,
  EXACT,
  type FigureSeed,
  line,
  plainFormula,
  rule,
  shareFormula,
  telemetryRow,
  TWO_PLACES,
} from './figure-seed.ts';
import { grouped, shown, TIER_TITLES } from './figure-words.ts';
import type { MonthModel } from './packet-sources.ts';

/** The figures of one tier, each with the numbers and the rows it follows from. */

/** Amounts of a tier as decimal texts: what sums and comparisons are made of. */
export interface TierAmountTexts {
  readonly mrr: string;
  readonly effective: string;
  readonly llm: string;
  readonly infra: string;
  readonly support: string;
  readonly cogs: string;
  readonly gross: string;
}

export function tierAmounts(row: MonthTier): TierAmountTexts {
  const [mrr, effective, llm, infra, support] = [row.mrrUsd, row.effectiveMrrUsd, row.llmCogsUsd, row.infraCogsUsd, row.supportCogsUsd].map(
    (amount) => decimalText(amount, 2),
  ) as [string, string, string, string, string];
  const cogs = sumOf([llm, infra, support]);
  return { mrr, effective, llm, infra, support, cogs, gross: minus(effective, cogs) };
}

const NO_REVENUE = 'There is no effective MRR to divide by.';

export function tierFigures(model: MonthModel, row: MonthTier): FigureSeed[] {
  const { tier, source } = row;
  const { assumptions, places } = model;
  const rows = places.tiers[tier];
  const title = (name: string): string => `${TIER_TITLES[tier]}, ${name}`;
  const id = (column: string): string => `tier.${tier}.${column}`;
  const of = (key: string) => places.assumptions.child(key);
  const amounts = tierAmounts(row);
  const active = String(source.activeSubscriptions);
  const dunning = String(source.dunningEvents);
  const price = plainNumber(source.monthlyPriceUsd);
  const factor = plainNumber(source.annualMonthlyFactor);
  const mix = plainNumber(row.annualMix);
  const infraPercent = plainNumber(assumptions.infraPercentOfEffectiveMrrByTier[tier]);
  const perSubscription = plainNumber(assumptions.supportPerSubscriptionUsdByTier[tier]);
  const perDunning = plainNumber(assumptions.supportPerDunningEventUsd);
  const multiplier = plainNumber(assumptions.infraCostMultiplier);
  const paying = signOf(amounts.effective) > 0;
  const percent = (value: number): string | null => (paying ? decimalText(pyRound(value, 2), 2) : null);

  const activeRow = telemetryRow(rows.subscription, 'active_subscriptions', 'active subscriptions');
  const dunningRow = telemetryRow(rows.subscription, 'dunning_events', 'tenants whose payment was chased');
  const priceRow = telemetryRow(rows.price, 'monthly_price_usd', 'monthly list price, USD');
  const factorRow = telemetryRow(rows.price, 'annual_monthly_factor', 'annual price as a share of twelve months');
  const llmRow = telemetryRow(rows.llm, 'total_cost_usd', 'language-model cost, USD');
  const mixRow = assumptionRow(of('annual_mix_by_tier'), tier, 'share that pays annually');
  const infraRow = assumptionRow(of('infra_cogs_percent_of_effective_mrr_by_tier'), tier, 'infrastructure, percent of effective MRR');
  const supportRow = assumptionRow(of('support_cogs_per_active_subscription_usd_by_tier'), tier, 'support per subscription, USD');
  const perDunningRow = assumptionRow(places.assumptions, 'support_cogs_per_dunning_event_usd', 'support per dunning event, USD');
  const multiplierRow = assumptionRow(of('stress_scenario'), 'infra_cost_multiplier', 'infrastructure cost under stress, times');
  const effectiveRows = [activeRow, priceRow, factorRow, mixRow];
  const costLines = [
    line('', 'Effective MRR', amounts.effective, 'list price less annual discount', id('effective_mrr')),
    line('-', 'LLM', amounts.llm, 'telemetry', id('llm')),
    line('-', 'Infrastructure', amounts.infra, 'percent of effective MRR', id('infra')),
    line('-', 'Support', amounts.support, 'per subscription and dunning event', id('support')),
  ];

  const seeds: FigureSeed[] = [
    {
      id: id('active'),
      title: title('active subscriptions'),
      unit: 'count',
      value: active,
      says: `${grouped(active)} subscriptions were active at the end of the month.`,
      formula: plainFormula('active subscriptions', grouped(active)),
      lines: [],
      inputs: [activeRow],
      rule: rule('tier_active'),
      rounding: AS_GIVEN,
    },
    {
      id: id('dunning'),
      title: title('dunning events'),
      unit: 'count',
      value: dunning,
      says: `The payment of ${grouped(dunning)} tenants was chased in the month.`,
      formula: plainFormula('dunning events', grouped(dunning)),
      lines: [],
      inputs: [dunningRow],
      rule: rule('tier_dunning'),
      rounding: AS_GIVEN,
    },
    {
      id: id('mrr'),
      title: title('MRR'),
      unit: 'USD',
      value: amounts.mrr,
      says: 'Active subscriptions at the monthly list price.',
      formula: plainFormula('monthly price × active subscriptions', `${grouped(price)} × ${grouped(active)} = ${grouped(amounts.mrr)}`),
      lines: [line('', 'Active subscriptions', active, 'telemetry', id('active'), 'count'), line('×', 'Monthly price', price, 'telemetry')],
      inputs: [activeRow, priceRow],
      rule: rule('tier_mrr'),
      rounding: CENTS,
    },
    {
      id: id('effective_mrr'),
      title: title('effective MRR'),
      unit: 'USD',
      value: amounts.effective,
      says: 'MRR less what annual payment takes off the list price.',
      formula: plainFormula(
        'monthly price × active subscriptions × (1 − annual share × (1 − annual factor))',
        `${grouped(price)} × ${grouped(active)} × (1 − ${mix} × (1 − ${factor})) = ${grouped(amounts.effective)}`,
      ),
      lines: [
        line('', 'MRR', amounts.mrr, 'list price', id('mrr')),
        line('-', 'Annual discount', minus(amounts.mrr, amounts.effective), 'annual share × (1 − annual factor)'),
        line('=', 'Effective MRR', amounts.effective, 'USD'),
      ],
      inputs: effectiveRows,
      rule: rule('tier_effective_mrr'),
      rounding: CENTS,
    },
    {
      id: id('llm'),
      title: title('LLM cost'),
      unit: 'USD',
      value: amounts.llm,
      says: 'What the tier’s tenants cost in language-model calls in the month, as telemetry gives it.',
      formula: plainFormula('language-model cost of the tier', `${grouped(plainNumber(source.llmCostUsd))} = ${grouped(amounts.llm)}`),
      lines: [],
      inputs: [llmRow],
      rule: rule('tier_llm'),
      rounding: CENTS,
    },
    {
      id: id('infra'),
      title: title('infrastructure cost'),
      unit: 'USD',
      value: amounts.infra,
      says: 'The tier’s share of infrastructure, as a percentage of its effective MRR before rounding.',
      formula: plainFormula(
        'effective MRR × infrastructure percent / 100',
        `${grouped(amounts.effective)} × ${infraPercent} / 100 = ${grouped(amounts.infra)}`,
      ),
      lines: [line('', 'Effective MRR', amounts.effective, 'before rounding', id('effective_mrr'))],
      inputs: [...effectiveRows, infraRow],
      rule: rule('tier_infra'),
      rounding: CENTS,
    },
    {
      id: id('support'),
      title: title('support cost'),
      unit: 'USD',
      value: amounts.support,
      says: 'Support per active subscription and per dunning event.',
      formula: plainFormula(
        'active subscriptions × support per subscription + dunning events × support per event',
        `${grouped(active)} × ${perSubscription} + ${grouped(dunning)} × ${perDunning} = ${grouped(amounts.support)}`,
      ),
      lines: [
        line('', 'Active subscriptions', active, `at USD ${perSubscription}`, id('active'), 'count'),
        line('+', 'Dunning events', dunning, `at USD ${perDunning}`, id('dunning'), 'count'),
        line('=', 'Support', amounts.support, 'USD'),
      ],
      inputs: [activeRow, dunningRow, supportRow, perDunningRow],
      rule: rule('tier_support'),
      rounding: CENTS,
    },
    {
      id: id('cogs'),
      title: title('cost of goods sold'),
      unit: 'USD',
      value: amounts.cogs,
      says: 'Language models, infrastructure and support together.',
      formula: plainFormula(
        'LLM + infrastructure + support',
        `${grouped(amounts.llm)} + ${grouped(amounts.infra)} + ${grouped(amounts.support)} = ${grouped(amounts.cogs)}`,
      ),
      lines: [
        line('', 'LLM', amounts.llm, 'telemetry', id('llm')),
        line('+', 'Infrastructure', amounts.infra, 'percent of effective MRR', id('infra')),
        line('+', 'Support', amounts.support, 'per subscription and dunning event', id('support')),
        line('=', 'COGS', amounts.cogs, 'USD'),
      ],
      inputs: [llmRow, infraRow, supportRow, perDunningRow],
      rule: rule('tier_cogs'),
      rounding: EXACT,
    },
    {
      id: id('gross_profit'),
      title: title('gross profit'),
      unit: 'USD',
      value: amounts.gross,
      says: 'Effective MRR less cost of goods sold.',
      formula: plainFormula('effective MRR − COGS', `${grouped(amounts.effective)} − ${grouped(amounts.cogs)} = ${grouped(amounts.gross)}`),
      lines: [...costLines, line('=', 'Gross profit', amounts.gross, 'USD')],
      inputs: [llmRow, infraRow, supportRow, perDunningRow],
      rule: rule('tier_gross_profit'),
      rounding: EXACT,
    },
  ];

  const margin = paying ? decimalText(row.grossMarginPercent, 2) : null;
  seeds.push({
    id: id('margin'),
    title: title('gross margin'),
    unit: 'percent',
    value: margin,
    says: paying ? 'What is left of effective MRR after its cost of goods sold.' : NO_REVENUE,
    formula: shareFormula(
      '(effective MRR − COGS) / effective MRR × 100',
      `${grouped(amounts.effective)} − ${grouped(amounts.cogs)}`,
      grouped(amounts.effective),
      margin,
    ),
    lines: [...costLines, line('=', 'Gross profit', amounts.gross, 'USD', id('gross_profit'))],
    inputs: [...effectiveRows, llmRow, infraRow, supportRow, perDunningRow],
    rule: rule('tier_margin'),
    rounding: TWO_PLACES,
  });

  const totals = financeTotals([row]);
  const stress = paying ? decimalText(stressMarginPercent(totals, assumptions.infraCostMultiplier), 2) : null;
  seeds.push({
    id: id('stress_margin'),
    title: title('stress margin'),
    unit: 'percent',
    value: stress,
    says: paying ? `The margin if infrastructure cost ${multiplier} times as much.` : NO_REVENUE,
    formula: shareFormula(
      '(effective MRR − LLM − infrastructure × multiplier − support) / effective MRR × 100',
      `${grouped(amounts.effective)} − ${grouped(amounts.llm)} − ${grouped(amounts.infra)} × ${multiplier} − ${grouped(amounts.support)}`,
      grouped(amounts.effective),
      stress,
    ),
    lines: costLines,
    inputs: [...effectiveRows, llmRow, infraRow, supportRow, perDunningRow, multiplierRow],
    rule: rule('tier_stress_margin'),
    rounding: TWO_PLACES,
  });

  const listed = signOf(amounts.mrr) > 0;
  const discount = listed ? decimalText(discountImpactPercent(totals), 2) : null;
  seeds.push({
    id: id('discount'),
    title: title('discount impact'),
    unit: 'percent',
    value: discount,
    says: listed ? 'What annual payment takes off the tier’s MRR.' : 'There is no MRR to divide by.',
    formula: shareFormula(
      '(MRR − effective MRR) / MRR × 100',
      `${grouped(amounts.mrr)} − ${grouped(amounts.effective)}`,
      grouped(amounts.mrr),
      discount,
    ),
    lines: [
      line('', 'MRR', amounts.mrr, 'list price', id('mrr')),
      line('-', 'Effective MRR', amounts.effective, 'after annual discount', id('effective_mrr')),
      line('=', 'Discount', minus(amounts.mrr, amounts.effective), 'USD'),
    ],
    inputs: effectiveRows,
    rule: rule('tier_discount'),
    rounding: TWO_PLACES,
  });

  const each = paying && source.activeSubscriptions > 0n ? row.effectiveMrrUsd / Number(source.activeSubscriptions) : null;
  for (const rank of ['p50', 'p95', 'p99'] as const) {
    const cost = decimalText(source.tenantMonthlyCostUsd[rank], 2, 6);
    const costRow = telemetryRow(rows.percentiles, rank, `${rank} of what one tenant costs in a month, USD`);
    const share = each === null ? null : percent((source.tenantMonthlyCostUsd[rank] / each) * 100);
    seeds.push(
      {
        id: id(rank),
        title: title(`${rank} LLM cost of a tenant`),
        unit: 'USD',
        value: cost,
        says: `${rank === 'p50' ? 'Half' : `${rank.slice(1)} of 100`} of the tenants cost no more than this; tenants without usage are counted.`,
        formula: plainFormula('linear interpolation on the sorted costs, rank = p / 100 × (n − 1)', grouped(cost)),
        lines: [],
        inputs: [costRow],
        rule: rule('tier_percentile'),
        rounding: AS_GIVEN,
      },
      {
        id: id(`${rank}_of_mrr`),
        title: title(`${rank} LLM cost of MRR`),
        unit: 'percent',
        value: share,
        says:
          share === null
            ? 'Nobody pays in this tier.'
            : `A tenant at ${rank} takes ${shown(share, 'percent')} of what a subscription brings.`,
        formula: shareFormula(
          `${rank} cost / (effective MRR / active subscriptions) × 100`,
          `${grouped(cost)} × ${grouped(active)}`,
          grouped(amounts.effective),
          share,
        ),
        lines: [
          line('', `${rank} cost`, cost, 'telemetry', id(rank)),
          line('', 'Effective MRR', amounts.effective, `over ${grouped(active)} subscriptions`, id('effective_mrr')),
        ],
        inputs: [costRow, ...effectiveRows],
        rule: rule('tier_percentile_of_mrr'),
        rounding: TWO_PLACES,
      },
    );
  }
  return seeds;
}

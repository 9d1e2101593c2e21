import { PAID_TIERS } from '../evidence/index.ts';
import { decimalText, plainNumber, signOf } from './exact.ts';
import { assumptionRow, CENTS, type FigureSeed, line, plainFormula, rule, TWO_PLACES } from './figure-seed.ts';
import { grouped, shown, TIER_TITLES } from './figure-words.ts';
import type { MonthModel } from './packet-sources.ts';
import { totalAmounts } from './total-figures.ts';

/** What could be: the scenarios of the assumptions, and the hosted product against one that customers run themselves. */

const TCO_PARTS = [
  ['annual_staffing_usd', 'annualStaffingUsd', 'Staffing'],
  ['annual_oncall_usd', 'annualOncallUsd', 'On call'],
  ['annual_security_compliance_usd', 'annualSecurityComplianceUsd', 'Security and compliance'],
  ['annual_infra_ops_usd', 'annualInfraOpsUsd', 'Infrastructure and operations'],
  ['annual_tooling_usd', 'annualToolingUsd', 'Tooling'],
] as const;

export function hostingFigures(model: MonthModel): FigureSeed[] {
  const { hosting, tco } = model;
  const { effective } = totalAmounts(model);
  const arr = decimalText(hosting.hostedArrRunRateUsd, 2);
  const own = decimalText(hosting.selfHostedTcoUsd, 2);
  const delta = decimalText(hosting.deltaUsd, 2);
  const file = model.places.assumptions;
  const parts = file.has('self_hosted_tco_inputs') ? file.child('self_hosted_tco_inputs') : null;
  return [
    {
      id: 'arr',
      title: 'Hosted ARR run rate',
      unit: 'USD',
      value: arr,
      says: 'Twelve months of this month’s effective MRR.',
      formula: plainFormula('effective MRR × 12', `${grouped(effective)} × 12 = ${grouped(arr)}`),
      lines: [line('', 'Effective MRR', effective, '× 12', 'total.effective_mrr')],
      inputs: [],
      rule: rule('arr'),
      rounding: CENTS,
    },
    {
      id: 'tco',
      title: 'Self-hosted yearly cost',
      unit: 'USD',
      value: own,
      says:
        parts === null
          ? 'The assumptions state no cost of running the product oneself.'
          : 'What running the product oneself would cost in a year.',
      formula: plainFormula(
        'sum of the yearly parts',
        `${TCO_PARTS.map(([, part]) => grouped(decimalText(tco[part], 2))).join(' + ')} = ${grouped(own)}`,
      ),
      lines: TCO_PARTS.map(([, part, title], index) => line(index === 0 ? '' : '+', title, decimalText(tco[part], 2), 'a year')),
      inputs:
        parts === null
          ? []
          : TCO_PARTS.filter(([key]) => parts.has(key)).map(([key, , title]) => assumptionRow(parts, key, `${title}, USD a year`)),
      rule: rule('tco'),
      rounding: CENTS,
    },
    {
      id: 'hosting_delta',
      title: 'Hosted against self-hosted',
      unit: 'USD',
      value: delta,
      says:
        signOf(delta) < 0
          ? 'The hosted product earns less in a year than running it oneself would cost.'
          : 'The hosted product earns more in a year than running it oneself would cost.',
      formula: plainFormula('ARR run rate − self-hosted yearly cost', `${grouped(arr)} − ${grouped(own)} = ${grouped(delta)}`),
      lines: [line('', 'Hosted ARR run rate', arr, 'USD', 'arr'), line('-', 'Self-hosted yearly cost', own, 'USD', 'tco')],
      inputs: [],
      rule: rule('hosting_delta'),
      rounding: CENTS,
    },
  ];
}

export function scenarioFigures(model: MonthModel): FigureSeed[] {
  const totals = totalAmounts(model);
  return model.scenarios.flatMap((scenario, index): FigureSeed[] => {
    const number = String(index + 1);
    const effective = decimalText(scenario.effectiveMrrUsd, 2);
    const margin = scenario.effectiveMrrUsd > 0 ? decimalText(scenario.projectedMarginPercent, 2) : null;
    const changes = PAID_TIERS.map((tier) => ({
      tier,
      subscriptions: plainNumber(scenario.multipliers.subscriptionsByTier[tier]),
      price: plainNumber(scenario.multipliers.monthlyPricesByTier[tier]),
    }));
    const lines = changes.map(({ tier, subscriptions, price }) =>
      line('', TIER_TITLES[tier], null, `subscriptions × ${subscriptions}, price × ${price}`, `tier.${tier}.effective_mrr`),
    );
    const models = model.places.assumptions.child('scenario_models').items('price_sensitivity');
    const fields = [...models][index]!;
    const inputs = changes.flatMap(({ tier }) => [
      assumptionRow(fields.child('subscription_multipliers_by_tier'), tier, `${TIER_TITLES[tier]} subscriptions, times`),
      assumptionRow(fields.child('monthly_price_multipliers_by_tier'), tier, `${TIER_TITLES[tier]} price, times`),
    ]);
    return [
      {
        id: `scenario.${number}.effective_mrr`,
        title: `${scenario.scenario}, effective MRR`,
        unit: 'USD',
        value: effective,
        says: `${shown(totals.effective, 'USD')} in the month as it is.`,
        formula: plainFormula('sum over the tiers of active × price × effective share, each under its multipliers', grouped(effective)),
        lines,
        inputs,
        rule: rule('scenario_effective_mrr'),
        rounding: CENTS,
      },
      {
        id: `scenario.${number}.margin`,
        title: `${scenario.scenario}, margin`,
        unit: 'percent',
        value: margin,
        says:
          margin === null
            ? 'The scenario has no effective MRR.'
            : 'LLM and support move with subscriptions, infrastructure with effective MRR.',
        formula: plainFormula(
          '(effective MRR − COGS) / effective MRR × 100 under the multipliers',
          margin === null ? 'no value' : grouped(margin),
        ),
        lines,
        inputs,
        rule: rule('scenario_margin'),
        rounding: TWO_PLACES,
      },
    ];
  });
}

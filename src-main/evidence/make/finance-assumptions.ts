import { PAID_TIERS } from '../finance/tiers.ts';
import { Gaps } from './gaps.ts';
import { fileLabel, type Maker } from './maker.ts';
import { isPlainObject, listAt, objectAt, type PlainObject, textAt, without } from './plain-document.ts';

/** The assumptions of a month's packet (contract A.5). */

const byTier = (value: number | null): PlainObject => Object.fromEntries(PAID_TIERS.map((tier) => [tier, value]));

/** Thresholds of the contract; what only the company knows is left empty. */
const DEFAULTS: PlainObject = {
  thresholds: {
    min_blended_gross_margin_percent: 80,
    max_p95_tenant_llm_cogs_pct_mrr: 8,
    max_annual_discount_impact_percent: 18,
    min_growth_to_pro_conversion_mom_delta_percent: 0,
    min_pro_to_enterprise_conversion_mom_delta_percent: 0,
    min_stress_margin_percent: 75,
    required_consecutive_margin_closes: 2,
  },
  annual_mix_by_tier: byTier(null),
  infra_cogs_percent_of_effective_mrr_by_tier: byTier(null),
  support_cogs_per_active_subscription_usd_by_tier: byTier(null),
  support_cogs_per_dunning_event_usd: null,
  conversion_signals: { growth_to_pro_conversion_mom_delta_percent: null, pro_to_enterprise_conversion_mom_delta_percent: null },
  stress_scenario: { infra_cost_multiplier: 2 },
  close_history: [],
  scenario_models: { price_sensitivity: [] },
  self_hosted_tco_inputs: {
    annual_staffing_usd: 0,
    annual_oncall_usd: 0,
    annual_security_compliance_usd: 0,
    annual_infra_ops_usd: 0,
    annual_tooling_usd: 0,
  },
};

const THRESHOLDS = [
  ['min_blended_gross_margin_percent', 'Floor of the blended margin, percent', { min: 0, max: 100 }],
  ['max_p95_tenant_llm_cogs_pct_mrr', 'Limit of p95 language-model cost, percent of MRR', { min: 0 }],
  ['max_annual_discount_impact_percent', 'Limit of the discount impact, percent', { min: 0, max: 100 }],
  ['min_growth_to_pro_conversion_mom_delta_percent', 'Least change of Growth to Pro, points', {}],
  ['min_pro_to_enterprise_conversion_mom_delta_percent', 'Least change of Pro to Enterprise, points', {}],
  ['min_stress_margin_percent', 'Floor of the margin under stress, percent', { min: 0, max: 100 }],
  ['required_consecutive_margin_closes', 'Closes in a row above the floor', { min: 1, whole: true }],
] as const;

const BY_TIER = [
  ['annual_mix_by_tier', 'share that pays annually', { min: 0, max: 1 }],
  ['infra_cogs_percent_of_effective_mrr_by_tier', 'infrastructure, percent of effective MRR', { min: 0 }],
  ['support_cogs_per_active_subscription_usd_by_tier', 'support for each subscription, USD', { min: 0 }],
] as const;

const TCO = [
  ['annual_staffing_usd', 'Staff'],
  ['annual_oncall_usd', 'On call'],
  ['annual_security_compliance_usd', 'Security and compliance'],
  ['annual_infra_ops_usd', 'Infrastructure operations'],
  ['annual_tooling_usd', 'Tools'],
] as const;

export const financeAssumptionsMaker: Maker = {
  kind: 'finance-assumptions',
  stores: 'finance-assumptions',
  hasGates: false,
  start: (newest, { month }) => {
    const base: PlainObject = { ...DEFAULTS, ...(newest === null ? {} : without(newest, 'captured_at')) };
    return {
      document: month === null ? base : { ...base, source_window_label: month },
      notes:
        newest === null ? [] : ['All figures come from the newest assumptions. The close history needs the close of the month before.'],
    };
  },
  complete: (draft, now) => ({ ...draft, captured_at: textAt(draft, 'captured_at') || now }),
  missing: (document) => {
    const gaps = new Gaps(document);
    gaps.time(['captured_at'], 'Time of capture');
    if (!/^\d{4}-(?:0[1-9]|1[0-2])/.test(textAt(document, 'source_window_label')))
      gaps.add(['source_window_label'], 'The month that the assumptions are for is missing (YYYY-MM).');
    for (const [key, what, bounds] of THRESHOLDS) gaps.number(['thresholds', key], what, bounds);
    for (const [key, what, bounds] of BY_TIER) for (const tier of PAID_TIERS) gaps.number([key, tier], `${titled(tier)}: ${what}`, bounds);
    gaps.number(['support_cogs_per_dunning_event_usd'], 'Support for each dunning event, USD', { min: 0 });
    gaps.number(['conversion_signals', 'growth_to_pro_conversion_mom_delta_percent'], 'Change of Growth to Pro, points');
    gaps.number(['conversion_signals', 'pro_to_enterprise_conversion_mom_delta_percent'], 'Change of Pro to Enterprise, points');
    gaps.number(['stress_scenario', 'infra_cost_multiplier'], 'Multiplier of infrastructure cost under stress', { min: 1 });
    closeGaps(gaps, document);
    scenarioGaps(gaps, document);
    for (const [key, what] of TCO)
      if (objectAt(document, 'self_hosted_tco_inputs')[key] !== undefined)
        gaps.number(['self_hosted_tco_inputs', key], `${what} when self-hosted, USD a year`, { min: 0 });
    return gaps.found;
  },
  fileName: (document) => `finance_committee_packet_assumptions_${fileLabel(textAt(document, 'source_window_label'), 'undated')}.json`,
};

const titled = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);

function closeGaps(gaps: Gaps, document: PlainObject): void {
  const seen = new Set<string>();
  for (const [index] of listAt(document, 'close_history').entries()) {
    const month = gaps.text(['close_history', index, 'month'], `Close ${index + 1}: its month`);
    if (month !== '' && seen.has(month)) gaps.add(['close_history', index, 'month'], `The close of ${month} stands twice.`);
    seen.add(month);
    gaps.number(['close_history', index, 'blended_gross_margin_percent'], `Close ${index + 1}: its margin, percent`, { min: 0, max: 100 });
  }
}

function scenarioGaps(gaps: Gaps, document: PlainObject): void {
  for (const [index, scenario] of listAt(objectAt(document, 'scenario_models'), 'price_sensitivity').entries()) {
    const at = ['scenario_models', 'price_sensitivity', index] as const;
    const name = isPlainObject(scenario) ? textAt(scenario, 'name') : '';
    gaps.text([...at, 'name'], `Scenario ${index + 1}: its name`);
    for (const [key, what] of [
      ['subscription_multipliers_by_tier', 'subscriptions'],
      ['monthly_price_multipliers_by_tier', 'prices'],
    ] as const)
      for (const tier of PAID_TIERS)
        gaps.number([...at, key, tier], `Scenario ${name || index + 1}: multiplier of ${what} of ${titled(tier)}`, { min: 0 });
  }
}

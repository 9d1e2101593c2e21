import { equalRounded, pyRound } from '../reference/round.ts';
import type { Fields } from '../reference/fields.ts';
import { type DerivedFigure, Refusal } from '../verdict.ts';
import {
  AGE_OPTION,
  type AgeOptions,
  atLeast,
  atMost,
  type ComputedGate,
  judgeGates,
  readCapturedAt,
  readWindow,
  requireAllGates,
  requireTiers,
  tierOf,
} from './rules.ts';
import type { Draft, Verifier } from './verifier.ts';

/** The month's finance guardrails (contract A.1): unit economics by tier, five gates over them. */

export interface FinanceGuardrailsOptions extends AgeOptions {
  /** Accepts gates that are false, if the file says so itself. */
  readonly allowFailedGates?: boolean;
}

const REQUIRED_TIERS = ['starter', 'growth', 'pro', 'enterprise'];
const PERCENT = { min: 0, max: 100 };
const ROUNDED_TO_2 = 'rounded half-even on the binary value to 2 decimals on both sides; contract A.1';

export const financeGuardrails: Verifier<FinanceGuardrailsOptions> = {
  label: 'finance-guardrails-evidence',
  roles: ['artifact'],
  options: [
    AGE_OPTION,
    { name: 'allowFailedGates', flag: 'allow-failed-gates', type: 'switch', says: 'accept gates that are false and say so' },
  ],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    readCapturedAt(root, options, now);
    readWindow(root);
    const metrics = readMetrics(root.child('metrics'));
    const thresholds = readThresholds(root.child('thresholds'));
    const closes = readCloses(root, thresholds.requiredCloses);
    const rows = readTiers(root, draft);
    checkStress(root, metrics.stressMargin, draft);
    checkBlended(root, metrics.blendedMargin, rows, draft);
    checkDiscount(root, metrics.discountImpact, rows, draft);
    const gates = computeGates(metrics, thresholds, closes);
    judgeGates(root, gates, draft);
    if (options.allowFailedGates !== true) requireAllGates(gates);
  },
};

const readMetrics = (metrics: Fields) => ({
  blendedMargin: metrics.number('blended_gross_margin_percent', PERCENT),
  p95LlmShare: metrics.number('p95_tenant_llm_cogs_pct_mrr', { min: 0 }),
  discountImpact: metrics.number('annual_discount_impact_percent', PERCENT),
  growthToPro: metrics.number('growth_to_pro_conversion_mom_delta_percent'),
  proToEnterprise: metrics.number('pro_to_enterprise_conversion_mom_delta_percent'),
  stressMargin: metrics.number('stress_margin_percent', PERCENT),
});
type Metrics = ReturnType<typeof readMetrics>;

const readThresholds = (thresholds: Fields) => ({
  blendedMargin: thresholds.number('min_blended_gross_margin_percent', PERCENT),
  p95LlmShare: thresholds.number('max_p95_tenant_llm_cogs_pct_mrr', { min: 0 }),
  discountImpact: thresholds.number('max_annual_discount_impact_percent', PERCENT),
  growthToPro: thresholds.number('min_growth_to_pro_conversion_mom_delta_percent'),
  proToEnterprise: thresholds.number('min_pro_to_enterprise_conversion_mom_delta_percent'),
  stressMargin: thresholds.number('min_stress_margin_percent', PERCENT),
  requiredCloses: thresholds.integer('required_consecutive_margin_closes', { min: 1n, absent: 1n }),
});
type Thresholds = ReturnType<typeof readThresholds>;

/** Margins of the last closes. Older ones are not looked at, and a path counts within those that are. */
function readCloses(root: Fields, required: bigint): readonly number[] {
  const history = root.list('close_history');
  if (BigInt(history.length) < required) {
    throw root.refuse('close_history', `holds ${history.length} closes, ${required} are required`);
  }
  const first = history.length - Number(required);
  return history
    .slice(first)
    .map((close, index) => root.item('close_history', close, first + index, index).number('blended_gross_margin_percent', PERCENT));
}

const AMOUNTS = ['mrr_usd', 'effective_mrr_usd', 'llm_cogs_usd', 'infra_cogs_usd', 'support_cogs_usd'] as const;
type Amount = (typeof AMOUNTS)[number];

interface TierRow {
  readonly tier: string;
  readonly fields: Fields;
  readonly amounts: Readonly<Record<Amount, number>>;
}

function readTiers(root: Fields, draft: Draft): readonly TierRow[] {
  const rows: TierRow[] = [];
  const found = new Set<string>();
  for (const fields of root.items('tier_unit_economics', { filled: true })) {
    const row = readTier(fields, draft);
    if (found.has(row.tier)) throw root.refuse('tier_unit_economics', `has two rows for the tier “${row.tier}”`);
    found.add(row.tier);
    rows.push(row);
  }
  requireTiers(found, REQUIRED_TIERS, 'tier_unit_economics');
  return rows;
}

function readTier(fields: Fields, draft: Draft): TierRow {
  const tier = tierOf(fields);
  const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, fields.number(name, { min: 0 })])) as Record<Amount, number>;
  const declared = fields.number('gross_margin_percent', PERCENT);
  const { effective_mrr_usd: effective, mrr_usd: mrr } = amounts;
  if (effective > mrr) throw fields.refuse('effective_mrr_usd', `is more than mrr_usd: ${effective} > ${mrr}`);
  if (effective <= 0) throw new Refusal(`${fields.path}: the tier “${tier}” has no effective revenue, so it has no margin`);
  const row: TierRow = { tier, fields, amounts };
  const { computed, formula } = marginOf(amounts);
  draft.figures.push({
    ...declaredFigure(fields, 'gross_margin_percent', declared, computed),
    id: `tier_margin_percent.${tier}`,
    name: `Gross margin of ${tier}`,
    formula,
    inputs: inputsOf([row], MARGIN_AMOUNTS),
  });
  requireMatch(fields, 'gross_margin_percent', declared, computed);
  return row;
}

const MARGIN_AMOUNTS = ['effective_mrr_usd', 'llm_cogs_usd', 'infra_cogs_usd', 'support_cogs_usd'] as const;

/** (effective − (llm + infra + support)) / effective × 100, of a row or of sums over rows. */
function marginOf(amounts: Readonly<Record<Amount, number>>): { computed: number; formula: string } {
  const { effective_mrr_usd: effective, llm_cogs_usd: llm, infra_cogs_usd: infra, support_cogs_usd: support } = amounts;
  const computed = ((effective - (llm + infra + support)) / effective) * 100;
  return { computed, formula: `(${effective} − (${llm} + ${infra} + ${support})) / ${effective} × 100 = ${computed}` };
}

function checkStress(root: Fields, declared: number, draft: Draft): void {
  const scenario = root.child('stress_scenario');
  const multiplier = scenario.number('infra_cost_multiplier', { min: 1 });
  const projected = scenario.number('projected_margin_percent', PERCENT);
  const metrics = root.child('metrics');
  const holds = equalRounded(declared, projected, 2);
  draft.figures.push({
    ...declaredFigure(metrics, 'stress_margin_percent', declared, null),
    id: 'stress_margin_percent',
    name: `Margin with infrastructure at ${multiplier} times its cost`,
    formula: `metrics say ${declared}, the scenario says ${projected} with infrastructure at ${multiplier} times its cost`,
    inputs: [
      { pointer: scenario.pointer('projected_margin_percent'), name: 'projected_margin_percent', value: projected },
      { pointer: scenario.pointer('infra_cost_multiplier'), name: 'infra_cost_multiplier', value: multiplier },
    ],
    rule: 'the two declared copies agree at 2 decimals; the reference does not compute the margin from the rows; contract A.1',
    holds,
  });
  if (!holds) {
    throw metrics.refuse('stress_margin_percent', `says ${declared}, but stress_scenario.projected_margin_percent says ${projected}`);
  }
}

const sumsOf = (rows: readonly TierRow[]): Readonly<Record<Amount, number>> =>
  Object.fromEntries(AMOUNTS.map((name) => [name, rows.reduce((sum, { amounts }) => sum + amounts[name], 0)])) as Record<Amount, number>;

const sumText = (rows: readonly TierRow[], name: Amount): string => rows.map(({ amounts }) => amounts[name]).join(' + ');

function checkBlended(root: Fields, declared: number, rows: readonly TierRow[], draft: Draft): void {
  const sums = sumsOf(rows);
  const { computed, formula } = marginOf(sums);
  const metrics = root.child('metrics');
  draft.figures.push({
    ...declaredFigure(metrics, 'blended_gross_margin_percent', declared, computed),
    id: 'blended_gross_margin_percent',
    name: 'Blended gross margin',
    formula: `${formula}, where ${MARGIN_AMOUNTS.map((name) => `${sums[name]} = ${sumText(rows, name)}`).join(' and ')}`,
    inputs: inputsOf(rows, MARGIN_AMOUNTS),
  });
  requireMatch(metrics, 'blended_gross_margin_percent', declared, computed);
}

function checkDiscount(root: Fields, declared: number, rows: readonly TierRow[], draft: Draft): void {
  const { mrr_usd: mrr, effective_mrr_usd: effective } = sumsOf(rows);
  if (mrr <= 0) throw new Refusal('tier_unit_economics has no revenue at all, so there is no discount impact');
  const computed = ((mrr - effective) / mrr) * 100;
  const metrics = root.child('metrics');
  const names = ['mrr_usd', 'effective_mrr_usd'] as const;
  draft.figures.push({
    ...declaredFigure(metrics, 'annual_discount_impact_percent', declared, computed),
    id: 'annual_discount_impact_percent',
    name: 'Annual discount impact',
    formula: `(${mrr} − ${effective}) / ${mrr} × 100 = ${computed}, where ${mrr} = ${sumText(rows, 'mrr_usd')} and ${effective} = ${sumText(rows, 'effective_mrr_usd')}`,
    inputs: inputsOf(rows, names),
  });
  requireMatch(metrics, 'annual_discount_impact_percent', declared, computed);
}

/** Gates compare the declared metrics, as they are: what rounds to the floor may still be below it. */
function computeGates(metrics: Metrics, thresholds: Thresholds, closes: readonly number[]): readonly ComputedGate[] {
  const floor = thresholds.blendedMargin;
  return [
    {
      gate: 'fin_gate_1_gross_margin_floor',
      holds: metrics.blendedMargin >= floor && closes.every((close) => close >= floor),
      says: [atLeast('blended margin', metrics.blendedMargin, floor), ...closes.map((close) => atLeast('close', close, floor))].join(', '),
    },
    {
      gate: 'fin_gate_2_llm_cogs_containment',
      holds: metrics.p95LlmShare <= thresholds.p95LlmShare,
      says: atMost('p95 of LLM cost in percent of MRR', metrics.p95LlmShare, thresholds.p95LlmShare),
    },
    {
      gate: 'fin_gate_3_annual_discount_impact',
      holds: metrics.discountImpact <= thresholds.discountImpact,
      says: atMost('annual discount impact', metrics.discountImpact, thresholds.discountImpact),
    },
    {
      gate: 'fin_gate_4_expansion_signal',
      holds: metrics.growthToPro >= thresholds.growthToPro && metrics.proToEnterprise >= thresholds.proToEnterprise,
      says: [
        atLeast('growth to pro', metrics.growthToPro, thresholds.growthToPro),
        atLeast('pro to enterprise', metrics.proToEnterprise, thresholds.proToEnterprise),
      ].join(', '),
    },
    {
      gate: 'fin_gate_5_stress_resilience',
      holds: metrics.stressMargin >= thresholds.stressMargin,
      says: atLeast('stress margin', metrics.stressMargin, thresholds.stressMargin),
    },
  ];
}

const inputsOf = (rows: readonly TierRow[], names: readonly Amount[]): DerivedFigure['inputs'] =>
  rows.flatMap(({ tier, fields, amounts }) =>
    names.map((name) => ({ pointer: fields.pointer(name), name: `${tier} ${name}`, value: amounts[name] })),
  );

function declaredFigure(fields: Fields, key: string, declared: number, computed: number | null) {
  const finite = computed !== null && Number.isFinite(computed);
  return {
    unit: 'percent',
    declared,
    declaredAt: fields.pointer(key),
    computed: finite ? pyRound(computed, 2) : null,
    rule: ROUNDED_TO_2,
    holds: finite && equalRounded(declared, computed, 2),
  };
}

function requireMatch(fields: Fields, key: string, declared: number, computed: number): void {
  if (equalRounded(declared, computed, 2)) return;
  throw fields.refuse(key, `says ${declared}, but its rows give ${pyRound(computed, 2)}`);
}

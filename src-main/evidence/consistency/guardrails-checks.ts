import type { FinanceThresholds } from '../finance/assumptions.ts';
import { financeTotals, stressMarginPercent } from '../finance/finance-summary.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import { type ConsistencyFinding, figure, finding, listed, percent } from './finding.ts';
import type { AssumptionsData, GuardrailsData, Read } from './read-documents.ts';

/** What guardrails state of themselves and of their assumptions, beyond what their verifier looks at. */

/** The verifier only asks that the two declared copies agree; here the margin is computed from the rows. */
export function stressMargin(guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  const { data } = guardrails;
  const totals = financeTotals(data.tiers);
  if (totals.effectiveMrrUsd <= 0) return [];
  const computed = stressMarginPercent(totals, data.infraCostMultiplier);
  const declared = data.metrics.stress_margin_percent;
  if (equalRounded(declared, computed, 2)) return [];
  const minimum = data.thresholds.minStressMarginPercent;
  const flips = declared >= minimum !== computed >= minimum;
  const cents = (value: number) => pyRound(value, 2);
  return [
    finding('CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS', {
      severity: flips ? 'error' : 'warning',
      title: 'The stress margin does not follow from the tiers',
      says:
        `${guardrails.artifact.name} declares ${percent(declared)}; its own rows with ${data.infraCostMultiplier} times the infrastructure ` +
        `cost give ${percent(computed)}. ` +
        (flips
          ? `With the computed margin the stress gate (at least ${percent(minimum)}) would come out otherwise.`
          : 'The stress gate comes out the same either way.'),
      figures: [
        figure('stress margin', guardrails.at('/metrics/stress_margin_percent', declared), {
          formula:
            `(${cents(totals.effectiveMrrUsd)} − (${cents(totals.llmCogsUsd)} + ${cents(totals.infraCogsUsd)} × ${data.infraCostMultiplier}` +
            ` + ${cents(totals.supportCogsUsd)})) / ${cents(totals.effectiveMrrUsd)} × 100`,
          value: computed,
        }),
      ],
      next_step: 'Ask where the declared margin comes from, or compute the guardrails again.',
    }),
  ];
}

const THRESHOLDS: readonly [key: keyof FinanceThresholds, member: string, says: string][] = [
  ['minBlendedGrossMarginPercent', 'min_blended_gross_margin_percent', 'least blended gross margin'],
  ['maxP95TenantLlmCogsPctMrr', 'max_p95_tenant_llm_cogs_pct_mrr', 'largest p95 language-model cost of a tenant'],
  ['maxAnnualDiscountImpactPercent', 'max_annual_discount_impact_percent', 'largest impact of annual discounts'],
  [
    'minGrowthToProConversionMomDeltaPercent',
    'min_growth_to_pro_conversion_mom_delta_percent',
    'least change of conversion, Growth to Pro',
  ],
  [
    'minProToEnterpriseConversionMomDeltaPercent',
    'min_pro_to_enterprise_conversion_mom_delta_percent',
    'least change of conversion, Pro to Enterprise',
  ],
  ['minStressMarginPercent', 'min_stress_margin_percent', 'least stress margin'],
  ['requiredConsecutiveMarginCloses', 'required_consecutive_margin_closes', 'closes in a row that must hold the floor'],
];

export function thresholdsAgree(guardrails: Read<GuardrailsData>, assumptions: Read<AssumptionsData>): ConsistencyFinding[] {
  const figures = THRESHOLDS.filter(([key]) => guardrails.data.thresholds[key] !== assumptions.data.thresholds[key]).map(
    ([key, member, says]) =>
      figure(
        says,
        guardrails.at(`/thresholds/${member}`, Number(guardrails.data.thresholds[key])),
        assumptions.at(`/thresholds/${member}`, Number(assumptions.data.thresholds[key])),
      ),
  );
  if (figures.length === 0) return [];
  return [
    finding('CONSISTENCY_THRESHOLDS_DIFFER', {
      title: 'The gates were judged by other thresholds than the assumptions set',
      says: `${guardrails.artifact.name} and ${assumptions.artifact.name} differ in ${listed(
        figures.map(({ name, left, right }) => `${name} (${String(left.value)} against ${String(right.value)})`),
      )}.`,
      figures,
      next_step: 'Decide which thresholds hold, write them into the assumptions and build the guardrails again.',
    }),
  ];
}

/** The close of a month as another document states it. */
export interface KnownClose {
  readonly month: string;
  readonly blendedGrossMarginPercent: number;
  /** Where it stands. */
  readonly place: ReturnType<Read<unknown>['at']>;
}

/** Closes as the assumptions list them. */
export const closesOfAssumptions = (assumptions: Read<AssumptionsData>): KnownClose[] =>
  assumptions.data.closeHistory.map((close, index) => ({
    ...close,
    place: assumptions.at(`/close_history/${index}/blended_gross_margin_percent`, close.blendedGrossMarginPercent),
  }));

/** The close history of the guardrails against what other documents say of the same months. */
export function closesAgree(guardrails: Read<GuardrailsData>, known: readonly KnownClose[]): ConsistencyFinding[] {
  const figures = guardrails.data.closeHistory.flatMap((close, index) =>
    close === null
      ? []
      : known
          .filter(
            (other) => other.month === close.month && !equalRounded(other.blendedGrossMarginPercent, close.blendedGrossMarginPercent, 2),
          )
          .map((other) =>
            figure(
              `close of ${close.month}`,
              guardrails.at(`/close_history/${index}/blended_gross_margin_percent`, close.blendedGrossMarginPercent),
              other.place,
            ),
          ),
  );
  if (figures.length === 0) return [];
  return [
    finding('CONSISTENCY_CLOSE_HISTORY_DIFFERS', {
      title: `${figures.length === 1 ? 'A past month has' : 'Past months have'} two closing margins`,
      says: `${listed(
        figures.map(
          ({ name, left, right }) =>
            `The ${name} is ${percent(left.value as number)} in ${left.artifact} and ${percent(right.value as number)} in ${'artifact' in right ? right.artifact : ''}`,
        ),
      )}. A closed month has one margin.`,
      figures,
      next_step: 'Look the month up in its own accepted packet, and correct the document that says otherwise.',
    }),
  ];
}

/** The guardrails' own close history: this month's entry, months that stand twice, months that are missing in the row. */
export function closeHistory(guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  return [...thisMonthsClose(guardrails), ...repeatedCloses(guardrails), ...gapsInCloses(guardrails)];
}

function thisMonthsClose(guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  const { closeHistory: closes, window, metrics } = guardrails.data;
  const index = closes.findLastIndex((close) => close !== null && close.month === window.label);
  const close = closes[index];
  if (!close || equalRounded(close.blendedGrossMarginPercent, metrics.blended_gross_margin_percent, 2)) return [];
  return [
    finding('CONSISTENCY_CLOSE_NOT_THIS_MONTH', {
      title: `The close of ${close.month} is not this month's margin`,
      says: `${guardrails.artifact.name} closes ${close.month} with ${percent(close.blendedGrossMarginPercent)}, but its blended gross margin for the same month is ${percent(metrics.blended_gross_margin_percent)}.`,
      figures: [
        figure(
          `close of ${close.month}`,
          guardrails.at(`/close_history/${index}/blended_gross_margin_percent`, close.blendedGrossMarginPercent),
          guardrails.at('/metrics/blended_gross_margin_percent', metrics.blended_gross_margin_percent),
        ),
      ],
      next_step: 'Build the guardrails again; the last close is the month itself.',
    }),
  ];
}

function repeatedCloses(guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  const months = guardrails.data.closeHistory.map((close) => close?.month ?? null);
  const repeated = [...new Set(months.filter((month, index) => month !== null && months.indexOf(month) !== index))] as string[];
  if (repeated.length === 0) return [];
  return [
    finding('CONSISTENCY_CLOSE_REPEATED', {
      title: 'A month stands twice in the close history',
      says: `${guardrails.artifact.name} lists ${listed(repeated)} more than once, so that one month can count as two consecutive closes.`,
      figures: repeated.map((month) =>
        figure(`closes of ${month}`, guardrails.at('/close_history', months.filter((other) => other === month).length), {
          formula: 'one close a month',
          value: 1,
        }),
      ),
      next_step: "Take the month out of the assumptions' close history: the packet adds the month itself.",
    }),
  ];
}

/** Only labels of the form YYYY-MM tell which month follows which; others are left alone. */
function gapsInCloses(guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  const { closeHistory: closes, thresholds } = guardrails.data;
  const wanted = Number(thresholds.requiredConsecutiveMarginCloses);
  const from = Math.max(0, closes.length - wanted);
  const figures = closes.slice(from).flatMap((close, offset) => {
    const index = from + offset;
    const before = offset === 0 ? null : closes[index - 1];
    const [month, previous] = [monthNumber(close?.month), monthNumber(before?.month)];
    // The same month twice is a finding of its own.
    if (!close || !before || month === null || previous === null || month === previous + 1 || month === previous) return [];
    return [
      figure(`close after ${before.month}`, guardrails.at(`/close_history/${index}/month`, close.month), {
        formula: `the month after ${before.month}`,
        value: monthName(previous + 1),
      }),
    ];
  });
  if (figures.length === 0) return [];
  return [
    finding('CONSISTENCY_CLOSE_GAP', {
      title: 'The closes that the margin gate counts are not consecutive months',
      says: `${guardrails.artifact.name} asks for ${wanted} consecutive closes; ${listed(
        figures.map(({ left, right }) => `${String(left.value)} stands where ${String(right.value)} is due`),
      )}.`,
      figures,
      next_step: 'Add the closes of the missing months to the assumptions and build the guardrails again.',
    }),
  ];
}

function monthNumber(label: string | undefined): number | null {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(label ?? '');
  return found ? Number(found[1]) * 12 + Number(found[2]) - 1 : null;
}
const monthName = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

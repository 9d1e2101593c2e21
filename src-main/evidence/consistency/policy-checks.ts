import { effectiveShare } from '../finance/tier-economics.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import { instantText } from '../reference/timestamps.ts';
import { type ConsistencyFinding, figure, finding, listed, percent, titleCase, usd } from './finding.ts';
import type { AssumptionsData, DecisionsData, GuardrailsData, PacketData, Read, TelemetryData } from './read-documents.ts';
import type { Dated } from './window-checks.ts';

/** Policy decisions against what the month's artifacts measured. */

/** The decisions carry a copy of the tiers' economics: list revenue and language-model cost must be those that were measured. */
export function policyTiers(decisions: Read<DecisionsData>, telemetry: Read<TelemetryData>): ConsistencyFinding[] {
  const figures = telemetry.data.tiers.flatMap((source) => {
    const row = decisions.data.tiers.find(({ tier }) => tier === source.tier);
    if (row === undefined) return [];
    const gross = pyRound(source.monthlyPriceUsd * Number(source.activeSubscriptions), 2);
    const llm = pyRound(source.llmCostUsd, 2);
    return [
      ...(equalRounded(row.mrrUsd, gross, 2)
        ? []
        : [
            figure(`${titleCase(source.tier)}: MRR at list price`, decisions.at(`${row.pointer}/mrr_usd`, row.mrrUsd), {
              formula: `${source.monthlyPriceUsd} × ${source.activeSubscriptions} active subscriptions of ${telemetry.artifact.name}`,
              value: gross,
            }),
          ]),
      ...(equalRounded(row.llmCogsUsd, llm, 2)
        ? []
        : [
            figure(`${titleCase(source.tier)}: language-model cost`, decisions.at(`${row.pointer}/llm_cogs_usd`, row.llmCogsUsd), {
              formula: `total language-model cost of the tier in ${telemetry.artifact.name}`,
              value: llm,
            }),
          ]),
    ];
  });
  const first = figures[0];
  if (first === undefined) return [];
  return [
    finding('CONSISTENCY_POLICY_TIERS_NOT_FROM_TELEMETRY', {
      title: 'The decisions rest on figures that telemetry does not give',
      says: `${decisions.artifact.name} states ${usd(first.left.value as number)} as ${first.name}; ${telemetry.artifact.name} gives ${usd(
        first.right.value as number,
      )}. ${figures.length === 1 ? 'No other figure differs.' : `${figures.length} figures differ in all.`}`,
      figures,
      alsoFrom: [telemetry.role],
      next_step: 'Have the decisions confirmed on the measured figures, or say which months their figures come from.',
    }),
  ];
}

/**
 * Effective MRR depends on how many subscriptions pay annually, and the documents assume different shares: the generator
 * of decisions counts all as annual, the packet counts the mix of the assumptions. Neither is wrong, but they must not be
 * compared as if they were one figure.
 */
export function effectiveMrr(
  decisions: Read<DecisionsData>,
  telemetry: Read<TelemetryData>,
  assumptions: Read<AssumptionsData>,
): ConsistencyFinding[] {
  const rows = telemetry.data.tiers.flatMap(({ tier, annualMonthlyFactor }) => {
    const row = decisions.data.tiers.find((found) => found.tier === tier);
    if (row === undefined) return [];
    const mix = assumptions.data.annualMixByTier[tier];
    const byMix = pyRound(row.mrrUsd * effectiveShare(mix, annualMonthlyFactor), 2);
    const allAnnual = pyRound(row.mrrUsd * annualMonthlyFactor, 2);
    return [{ tier, row, mix, annualMonthlyFactor, byMix, allAnnual }];
  });
  const different = rows.filter(({ row, byMix }) => !withinCent(row.effectiveMrrUsd, byMix));
  if (different.length === 0) return [];
  const allAnnual = different.every(({ row, allAnnual: amount }) => withinCent(row.effectiveMrrUsd, amount));
  return [
    finding('CONSISTENCY_EFFECTIVE_MRR_ASSUMPTION', {
      severity: allAnnual ? 'note' : 'warning',
      title: allAnnual
        ? 'Decisions and packet count annual payment differently'
        : 'The effective MRR of the decisions follows from neither assumption',
      says: allAnnual
        ? `${decisions.artifact.name} counts every subscription as paid annually; ${assumptions.artifact.name} counts ${listed(
            different.map(({ tier, mix }) => `${percent(mix * 100)} of ${titleCase(tier)}`),
          )}. Their effective MRR and margins must not be set side by side.`
        : `${decisions.artifact.name} states an effective MRR that is neither that of annual payment throughout nor that of the mix in ${assumptions.artifact.name}.`,
      figures: different.map(({ tier, row, mix, annualMonthlyFactor, byMix }) =>
        figure(`${titleCase(tier)}: effective MRR`, decisions.at(`${row.pointer}/effective_mrr_usd`, row.effectiveMrrUsd), {
          formula: `${row.mrrUsd} × (1 − ${mix} × (1 − ${annualMonthlyFactor})), the mix of ${assumptions.artifact.name}`,
          value: byMix,
        }),
      ),
      alsoFrom: [telemetry.role, assumptions.role],
      next_step: allAnnual
        ? 'Compare margins only within one document, or set the mix to 1 in a trial of the packet.'
        : 'Ask which share of annual payment the decisions assume.',
    }),
  ];
}

/** Both amounts were rounded to cents, the list revenue before it was multiplied. */
const withinCent = (a: number, b: number): boolean => Math.abs(pyRound(a - b, 2)) <= 0.01;

/** Discounts against the cap that was decided: what annual payment takes off each tier and all of them, and the gate itself. */
export function discountCap(
  decisions: Read<DecisionsData>,
  guardrails: Read<GuardrailsData> | null,
  telemetry: Read<TelemetryData> | null,
): ConsistencyFinding[] {
  const cap = decisions.data.maxAnnualDiscountPercent;
  const capFigure = decisions.at('/policy_decisions/max_annual_discount_percent', cap);
  const impact = guardrails?.data.metrics.annual_discount_impact_percent;
  const above = [
    ...(guardrails && impact !== undefined && impact > cap
      ? [figure('impact of annual discounts', guardrails.at('/metrics/annual_discount_impact_percent', impact), capFigure)]
      : []),
    ...(telemetry?.data.tiers ?? []).flatMap(({ tier, annualMonthlyFactor, monthlyPriceUsd }) => {
      const discount = pyRound((1 - annualMonthlyFactor) * 100, 2);
      // A factor of 0 is a tier without an annual price, not one that gives everything away.
      if (telemetry === null || monthlyPriceUsd <= 0 || annualMonthlyFactor === 0 || discount <= cap) return [];
      return [
        figure(`${titleCase(tier)}: discount of annual payment in percent`, capFigure, {
          formula: `(1 − ${annualMonthlyFactor}) × 100, the annual_monthly_factor of ${telemetry.artifact.name}`,
          value: discount,
        }),
      ];
    }),
  ];
  const gate = guardrails?.data.thresholds.maxAnnualDiscountImpactPercent;
  return [
    ...(above.length === 0
      ? []
      : [
          finding('CONSISTENCY_DISCOUNT_ABOVE_POLICY_CAP', {
            title: 'Annual discounts are larger than the decisions allow',
            says: `${decisions.artifact.name} caps the annual discount at ${percent(cap)}; it is larger in ${listed(above.map(({ name }) => name))}.`,
            figures: above,
            next_step: 'Lower the discount, or have a new cap decided and signed.',
          }),
        ]),
    ...(guardrails && gate !== undefined && gate > cap
      ? [
          finding('CONSISTENCY_DISCOUNT_GATE_ABOVE_POLICY_CAP', {
            title: 'The discount gate lets through what the decisions forbid',
            says: `The gate of ${guardrails.artifact.name} passes up to ${percent(gate)}, but ${decisions.artifact.name} caps the annual discount at ${percent(cap)}.`,
            figures: [
              figure(
                'largest impact of annual discounts',
                guardrails.at('/thresholds/max_annual_discount_impact_percent', gate),
                capFigure,
              ),
            ],
            next_step: 'Set the threshold of the assumptions to the cap or below it.',
          }),
        ]
      : []),
  ];
}

/** The decided floor of Enterprise against its list price. */
export function enterpriseFloor(decisions: Read<DecisionsData>, telemetry: Read<TelemetryData>): ConsistencyFinding[] {
  const floor = decisions.data.enterpriseFloorUsd;
  const price = telemetry.data.tiers.find(({ tier }) => tier === 'enterprise')?.monthlyPriceUsd;
  if (floor === null || price === undefined || price >= floor) return [];
  return [
    finding('CONSISTENCY_ENTERPRISE_PRICE_BELOW_FLOOR', {
      title: 'Enterprise is priced below its floor',
      says: `${telemetry.artifact.name} counts Enterprise at ${usd(price)} a month; ${decisions.artifact.name} sets a floor of ${usd(floor)}.`,
      figures: [
        figure(
          'monthly price of Enterprise',
          telemetry.at('/pricing_reference/enterprise/monthly_price_usd', price),
          decisions.at('/policy_decisions/enterprise_floor_usd_monthly', floor),
        ),
      ],
      next_step: 'Correct the price, or have a new floor decided and signed.',
    }),
  ];
}

/** A motion of prices is allowed only on evidence that holds: while a finance gate is false, prices stay as they are. */
export function pricingMotion(
  decisions: Read<DecisionsData>,
  gated: readonly (Read<GuardrailsData> | Read<PacketData>)[],
  evidence: readonly Dated[],
): ConsistencyFinding[] {
  if (!decisions.data.pricingMotionAllowed) return [];
  const allowed = decisions.at('/policy_decisions/pricing_motion_allowed', true);
  const closed = gated.flatMap((document) =>
    [...document.data.gates]
      .filter(([, holds]) => !holds)
      .map(([gate]) => figure(gate, allowed, document.at(`/gate_results/${gate}`, false))),
  );
  const approvedAt = decisions.data.approvedAt;
  const later = evidence.filter(({ capturedAt }) => capturedAt > approvedAt);
  return [
    ...(closed.length === 0
      ? []
      : [
          finding('CONSISTENCY_MOTION_ALLOWED_WITH_FALSE_GATE', {
            title: 'Price changes are allowed while a finance gate is false',
            says: `${decisions.artifact.name} allows a pricing motion, but ${listed([...new Set(closed.map(({ name }) => name))])} ${closed.length === 1 ? 'is' : 'are'} false.`,
            figures: closed,
            next_step: 'Hold prices and packaging until the gates hold, or withdraw the permission.',
          }),
        ]),
    ...(later.length === 0
      ? []
      : [
          finding('CONSISTENCY_MOTION_APPROVED_BEFORE_EVIDENCE', {
            title: 'Price changes were approved before the evidence was there',
            says: `${decisions.artifact.name} was approved at ${instantText(approvedAt)}; ${listed(
              later.map(({ document, capturedAt }) => `${document.artifact.name} was captured at ${instantText(capturedAt)}`),
            )}.`,
            figures: later.map(({ document, capturedAt }) =>
              figure(
                'approved before it was captured',
                decisions.at('/approvals/approved_at', instantText(approvedAt)),
                document.at('/captured_at', instantText(capturedAt)),
              ),
            ),
            next_step: 'Have the motion approved again on the present evidence.',
          }),
        ]),
  ];
}

/** A window cannot hold more months than it is long. */
export function monthsObserved(decisions: Read<DecisionsData>): ConsistencyFinding[] {
  const { window, monthsObserved: stated } = decisions.data;
  const months = monthIndex(instantText(window.end)) - monthIndex(instantText(window.start)) + 1;
  if (stated <= BigInt(months)) return [];
  return [
    finding('CONSISTENCY_MONTHS_OBSERVED', {
      title: 'More months were observed than the window has',
      says: `${decisions.artifact.name} states ${stated} observed months in a window that touches ${months}.`,
      figures: [
        figure('months observed', decisions.at('/telemetry/months_observed', Number(stated)), {
          formula: `months from ${instantText(window.start)} to ${instantText(window.end)}`,
          value: months,
        }),
      ],
      next_step: 'Correct the window or the number of months.',
    }),
  ];
}

const monthIndex = (iso: string): number => Number(iso.slice(0, 4)) * 12 + Number(iso.slice(5, 7));

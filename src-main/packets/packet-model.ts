import { hash } from 'node:crypto';
import type { PacketDocument, PacketHistoryMonth, ProvenFigure } from '../../src-shared/contract/packet-document.ts';
import { byPaidTier, type FinanceThresholds } from '../evidence/index.ts';
import { canonicalText } from './canonical-text.ts';
import { beforeOf, changeOf, comparisonOf, movementOf, movesFor, valuesOf } from './comparison.ts';
import { decimalText, plainNumber } from './exact.ts';
import { type FigureSeed, PACKET_RULE_VERSION } from './figure-seed.ts';
import { financeGateResults, limitOf } from './packet-gates.ts';
import { hostingFigures, scenarioFigures } from './outlook-figures.ts';
import { computePacketMonth, type MonthModel, type PacketGate, type PacketSources, type PacketThresholds } from './packet-sources.ts';
import { tierFigures } from './tier-figures.ts';
import { metricFigures, totalFigures } from './total-figures.ts';

/**
 * The packet for people. The same sources give the same bytes: no clock, no ids of its own, no locale, and the order of
 * members in the artifacts does not matter.
 */

/** Months of history in a packet, this one among them. */
export const HISTORY_MONTHS = 36;

export const HEADLINE = ['total.mrr', 'blended_margin', 'stress_margin', 'p95_envelope', 'discount_impact'] as const;

/** @throws UnreadableInput where telemetry or assumptions give no month */
export function buildPacket(sources: PacketSources): PacketDocument {
  return packetOf(sources, computePacketMonth(sources.telemetryBytes, sources.assumptionsBytes));
}

/** The document of a month that is computed already. */
export function packetOf(sources: PacketSources, model: MonthModel): PacketDocument {
  const thresholds = sources.policy?.thresholds ?? thresholdsOf(model.assumptions.thresholds);
  const figures = packetFigures(sources, model, thresholds);
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  const before = sources.previous === null ? null : beforeOf(sources.previous);
  const gates = [
    ...financeGateResults(byId, model.figures.closeHistory, thresholds),
    // Those of the packet's own figures stand for the same gates of the run: they are computed from the same month.
    ...(sources.run?.results ?? []).filter(({ gate }) => !gate.startsWith('fin_gate_')),
  ];
  return {
    format: 'urn:countersign:packet:v1',
    ruleVersion: PACKET_RULE_VERSION,
    month: sources.month,
    window: model.telemetry.window,
    currency: 'USD',
    inputs: [...sources.artifacts],
    thresholds: thresholdTexts(thresholds),
    thresholdsVersion: sources.policy?.version ?? null,
    figures,
    gates: { runId: sources.run?.runId ?? null, decision: decisionOf(sources, gates), results: gates },
    findings: [...sources.findings, ...thresholdFindings(sources, model)],
    closeHistory: model.figures.closeHistory.map((close) => ({
      month: close.month,
      blendedMargin: decimalText(close.blendedGrossMarginPercent, 2, 6),
    })),
    history: historyOf(sources, model, byId),
    scenarios: model.scenarios.map((scenario) => ({
      name: scenario.scenario,
      subscriptionsByTier: byPaidTier((tier) => plainNumber(scenario.multipliers.subscriptionsByTier[tier])),
      monthlyPricesByTier: byPaidTier((tier) => plainNumber(scenario.multipliers.monthlyPricesByTier[tier])),
      effectiveMrr: decimalText(scenario.effectiveMrrUsd, 2),
      margin: decimalText(scenario.projectedMarginPercent, 2),
    })),
    infraCostMultiplier: plainNumber(model.assumptions.infraCostMultiplier),
    comparison: before === null ? null : comparisonOf(before, figures),
    movement: before === null ? null : movementOf(before, valuesOf(figures)),
    referenceRefusal: sources.referenceRefusal,
  };
}

function packetFigures(sources: PacketSources, model: MonthModel, thresholds: PacketThresholds): ProvenFigure[] {
  const seeds = [
    ...metricFigures(model),
    ...totalFigures(model),
    ...model.figures.tiers.flatMap((row) => tierFigures(model, row)),
    ...hostingFigures(model),
    ...scenarioFigures(model),
  ];
  const before = sources.previous === null ? null : beforeOf(sources.previous);
  const values = valuesOf(seeds);
  const rows = rowsBehind(seeds);
  const multiplier = plainNumber(model.assumptions.infraCostMultiplier);
  return seeds.map((seed): ProvenFigure => {
    // Scenarios are numbered as the assumptions list them: the first of two months need not be the same one.
    const previous = before === null || seed.id.startsWith('scenario.') ? null : changeOf(before, seed.id, seed.value);
    return {
      ...seed,
      inputs: rows(seed.id),
      limit: limitOf(seed, thresholds),
      previous,
      moves: before === null || previous === null ? [] : movesFor(seed.id, previous.change, before, values, multiplier),
    };
  });
}

/** The input rows of each figure; those of a sum are the rows of what it adds up. */
function rowsBehind(seeds: readonly FigureSeed[]): (id: string) => FigureSeed['inputs'] {
  const byId = new Map(seeds.map((seed) => [seed.id, seed]));
  const found = new Map<string, FigureSeed['inputs']>();
  const rows = (id: string): FigureSeed['inputs'] => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const seed = byId.get(id);
    if (seed === undefined) return [];
    const unique = new Map<string, FigureSeed['inputs'][number]>();
    const behind = id.startsWith('tier.') ? [] : seed.lines.flatMap(({ figure }) => (figure === null ? [] : rows(figure)));
    for (const row of [...seed.inputs, ...behind]) unique.set(`${row.role} ${row.pointer}`, row);
    found.set(id, [...unique.values()]);
    return found.get(id)!;
  };
  return rows;
}

export const thresholdsOf = (thresholds: FinanceThresholds): PacketThresholds => ({
  minBlendedMargin: thresholds.minBlendedGrossMarginPercent,
  maxP95Envelope: thresholds.maxP95TenantLlmCogsPctMrr,
  maxDiscountImpact: thresholds.maxAnnualDiscountImpactPercent,
  minGrowthToProDelta: thresholds.minGrowthToProConversionMomDeltaPercent,
  minProToEnterpriseDelta: thresholds.minProToEnterpriseConversionMomDeltaPercent,
  minStressMargin: thresholds.minStressMarginPercent,
  requiredCloses: Number(thresholds.requiredConsecutiveMarginCloses),
});

const thresholdTexts = (thresholds: PacketThresholds): PacketDocument['thresholds'] => ({
  minBlendedMargin: decimalText(thresholds.minBlendedMargin, 2, 6),
  maxP95Envelope: decimalText(thresholds.maxP95Envelope, 2, 6),
  maxDiscountImpact: decimalText(thresholds.maxDiscountImpact, 2, 6),
  minGrowthToProDelta: decimalText(thresholds.minGrowthToProDelta, 2, 6),
  minProToEnterpriseDelta: decimalText(thresholds.minProToEnterpriseDelta, 2, 6),
  minStressMargin: decimalText(thresholds.minStressMargin, 2, 6),
  requiredCloses: thresholds.requiredCloses,
});

const THRESHOLD_WORDS: Readonly<Record<keyof PacketThresholds, readonly [title: string, figure: string]>> = {
  minBlendedMargin: ['floor of the blended margin', 'blended_margin'],
  maxP95Envelope: ['limit of p95 LLM cost', 'p95_envelope'],
  maxDiscountImpact: ['limit of the discount impact', 'discount_impact'],
  minGrowthToProDelta: ['floor of Growth to Pro conversion', 'growth_to_pro_delta'],
  minProToEnterpriseDelta: ['floor of Pro to Enterprise conversion', 'pro_to_enterprise_delta'],
  minStressMargin: ['floor of the stress margin', 'stress_margin'],
  requiredCloses: ['number of closes in a row', 'blended_margin'],
};

/** Assumptions bring thresholds of their own, which the reference judges by; where the policy has others, both are said. */
function thresholdFindings({ policy }: PacketSources, model: MonthModel): PacketDocument['findings'] {
  if (policy === null) return [];
  const own = thresholdsOf(model.assumptions.thresholds);
  return (Object.keys(THRESHOLD_WORDS) as (keyof PacketThresholds)[])
    .filter((key) => own[key] !== policy.thresholds[key])
    .map((key) => {
      const [title, figure] = THRESHOLD_WORDS[key];
      return {
        code: 'PACKET_THRESHOLD_DIFFERS',
        severity: 'warning' as const,
        says: `The ${title} is ${plainNumber(own[key])} in the assumptions and ${plainNumber(policy.thresholds[key])} in the policy (version ${policy.version}). The packet is judged by the policy, the reference’s files by the assumptions.`,
        figure,
        artifacts: ['finance-assumptions'],
      };
    });
}

function decisionOf({ run }: PacketSources, gates: readonly PacketGate[]): PacketDocument['gates']['decision'] {
  if (run === null) return 'no-run';
  // A gate that fails decides, whatever else could not be judged.
  return gates.some(({ state }) => state === 'fail') ? 'fail' : run.decision;
}

const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;

function historyOf(
  sources: PacketSources,
  model: MonthModel,
  figures: ReadonlyMap<string, Pick<ProvenFigure, 'value'>>,
): PacketHistoryMonth[] {
  const value = (id: string): string | null => figures.get(id)?.value ?? null;
  const months = new Map<string, PacketHistoryMonth>();
  for (const close of model.assumptions.closeHistory)
    if (MONTH.test(close.month) && close.month < sources.month)
      months.set(close.month, {
        month: close.month,
        from: 'close',
        revision: null,
        blendedMargin: decimalText(close.blendedGrossMarginPercent, 2, 6),
        stressMargin: null,
        p95Envelope: null,
        discountImpact: null,
        mrr: null,
        effectiveMrr: null,
      });
  for (const month of sources.history) months.set(month.month, month);
  const earlier = [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1)).slice(-(HISTORY_MONTHS - 1));
  return [
    ...earlier,
    {
      month: sources.month,
      from: 'packet',
      // The document does not know which revision it becomes.
      revision: null,
      blendedMargin: value('blended_margin'),
      stressMargin: value('stress_margin'),
      p95Envelope: value('p95_envelope'),
      discountImpact: value('discount_impact'),
      mrr: value('total.mrr'),
      effectiveMrr: value('total.effective_mrr'),
    },
  ];
}

export interface DocumentBytes {
  /** Canonical JSON (RFC 8785). */
  readonly text: string;
  readonly sha256: string;
}

export function documentBytes(document: PacketDocument): DocumentBytes {
  const text = canonicalText(document);
  return { text, sha256: hash('sha256', text) };
}

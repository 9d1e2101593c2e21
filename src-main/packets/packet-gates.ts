import { FINANCE_GATES, type FinanceGate, type MonthClose } from '../evidence/index.ts';
import { gateById } from '../gates/index.ts';
import type { PacketFigure } from '../../src-shared/contract/packet-document.ts';
import { compare, decimalText } from './exact.ts';
import type { FigureSeed } from './figure-seed.ts';
import { shown } from './figure-words.ts';
import type { PacketGate, PacketThresholds } from './packet-sources.ts';

/**
 * The five finance gates on the packet's own figures, as they are shown (contract of finance guardrails; every comparison
 * includes its bound). A figure that has no value cannot hold its bound.
 */

type Limit = NonNullable<PacketFigure['limit']>;

/** As the gates are called everywhere. */
const namesOf = (gate: FinanceGate): Pick<PacketGate, 'name' | 'title'> => {
  const known = gateById(gate);
  return { name: known?.shortId ?? gate, title: known?.name ?? gate };
};

const BOUNDS = {
  blended_margin: ['min', 'minBlendedMargin', 'fin_gate_1_gross_margin_floor'],
  p95_envelope: ['max', 'maxP95Envelope', 'fin_gate_2_llm_cogs_containment'],
  discount_impact: ['max', 'maxDiscountImpact', 'fin_gate_3_annual_discount_impact'],
  growth_to_pro_delta: ['min', 'minGrowthToProDelta', 'fin_gate_4_expansion_signal'],
  pro_to_enterprise_delta: ['min', 'minProToEnterpriseDelta', 'fin_gate_4_expansion_signal'],
  stress_margin: ['min', 'minStressMargin', 'fin_gate_5_stress_resilience'],
} as const satisfies Record<string, readonly ['min' | 'max', keyof PacketThresholds, FinanceGate]>;

const isBounded = (id: string): id is keyof typeof BOUNDS => Object.hasOwn(BOUNDS, id);

/** The figure against its bound; null where none is set for it. */
export function limitOf(figure: Pick<FigureSeed, 'id' | 'unit' | 'value'>, thresholds: PacketThresholds): Limit | null {
  if (!isBounded(figure.id)) return null;
  const [kind, key, gate] = BOUNDS[figure.id];
  const value = decimalText(thresholds[key], 2, 6);
  // Changes of conversion are points, written as the percentages they are differences of.
  const unit = figure.unit === 'points' ? 'percent' : figure.unit;
  if (figure.value === null)
    return { kind, value, holds: false, says: `no value, ${kind === 'min' ? 'floor' : 'limit'} ${shown(value, unit)}`, gate };
  const order = compare(figure.value, value);
  const holds = kind === 'min' ? order >= 0 : order <= 0;
  const sign = kind === 'min' ? (holds ? '≥' : '<') : holds ? '≤' : '>';
  return { kind, value, holds, says: `${shown(figure.value, unit)} ${sign} ${shown(value, unit)}`, gate };
}

/**
 * @param figures with their limits
 * @param closes earlier ones and this month's, oldest first
 */
export function financeGateResults(
  figures: ReadonlyMap<string, { readonly limit: Limit | null }>,
  closes: readonly MonthClose[],
  thresholds: PacketThresholds,
): PacketGate[] {
  return FINANCE_GATES.map((gate): PacketGate => {
    const bounds = Object.keys(BOUNDS).flatMap((id) => {
      const limit = figures.get(id)?.limit;
      return limit?.gate === gate ? [{ id, limit }] : [];
    });
    const floor = gate === 'fin_gate_1_gross_margin_floor' ? floorOverCloses(closes, thresholds) : null;
    const holds = bounds.every(({ limit }) => limit.holds) && (floor?.holds ?? true);
    const worst = bounds.find(({ limit }) => !limit.holds) ?? bounds[0];
    return {
      gate,
      ...namesOf(gate),
      state: holds ? 'pass' : 'fail',
      says: [...bounds.map(({ limit }) => limit.says), ...(floor === null ? [] : [floor.says])].join('; '),
      figure: worst?.id ?? null,
    };
  });
}

function floorOverCloses(closes: readonly MonthClose[], { requiredCloses, minBlendedMargin }: PacketThresholds) {
  const recent = closes.slice(-requiredCloses);
  if (closes.length < requiredCloses)
    return {
      holds: false,
      says: `${requiredCloses} closes in a row are asked for and ${closes.length} ${closes.length === 1 ? 'is' : 'are'} known`,
    };
  const below = recent.filter((close) => close.blendedGrossMarginPercent < minBlendedMargin);
  const list = (of: readonly MonthClose[]) =>
    of.map((close) => `${close.month} ${shown(decimalText(close.blendedGrossMarginPercent, 2, 6), 'percent')}`).join(', ');
  return below.length === 0
    ? { holds: true, says: `the last ${requiredCloses} closes hold it: ${list(recent)}` }
    : { holds: false, says: `below it: ${list(below)}` };
}

import type { GateState, GateThresholds, ThresholdsPreviewMonth } from '../../src-shared/contract/gates.ts';
import { gateById } from './gate-catalogue.ts';
import type { GateFigures } from './gate-figures.ts';
import { counted, fixed, listed, monthName } from './gate-numbers.ts';
import { comparisonText, judgeBands, judgeFigures } from './policy-gates.ts';

/** What past months would have been by other thresholds, gate by gate, from the figures that each of them recorded. */

export interface RecordedMonth {
  readonly month: string;
  /** Null where the month has no figures to judge. */
  readonly figures: GateFigures | null;
  /** The thresholds that count for the month now. */
  readonly current: GateThresholds;
}

export function previewMonths(months: readonly RecordedMonth[], tried: GateThresholds): ThresholdsPreviewMonth[] {
  return months.map(({ month, figures, current }) => {
    if (figures === null) return { month, gates: [], bands: [], changed: 0 };
    const now = judgeFigures(figures, current);
    const then = judgeFigures(figures, tried);
    const gates = then.map((gate, at) => ({
      gate: gate.gate,
      short: gateById(gate.gate)?.shortId ?? gate.gate,
      now: stateOf(now[at]?.holds ?? gate.holds),
      then: stateOf(gate.holds),
      says: comparisonText(gate.deciding),
    }));
    const before = judgeBands(figures.tiers, current);
    const bands = judgeBands(figures.tiers, tried);
    const turnedBands = bands.filter(({ tier, holds }) => before.find((band) => band.tier === tier)?.holds !== holds).length;
    return {
      month,
      gates,
      bands: bands.map(({ tier, percent, limit, holds }) => ({ tier, percent: fixed(percent), limit: fixed(limit), holds })),
      changed: gates.filter((gate) => gate.now !== gate.then).length + turnedBands,
    };
  });
}

const stateOf = (holds: boolean): GateState => (holds ? 'pass' : 'fail');

/** The preview in one sentence: which months would turn. */
export function previewSays(months: readonly ThresholdsPreviewMonth[]): string {
  const judged = months.filter(({ gates }) => gates.length > 0);
  if (judged.length === 0) return 'No month has recorded figures yet: there is nothing to compare with.';
  const turned = (to: GateState): string[] =>
    judged.flatMap(({ month, gates }) => {
      const names = gates.filter(({ now, then }) => now !== then && then === to).map(({ short }) => short);
      return names.length === 0 ? [] : [`${monthName(month, true)} (${listed(names)})`];
    });
  const [fail, pass] = [turned('fail'), turned('pass')];
  if (fail.length === 0 && pass.length === 0) return `Nothing would turn in ${counted(judged.length, 'month')}.`;
  return [fail.length === 0 ? '' : `Would have failed: ${listed(fail)}.`, pass.length === 0 ? '' : `Would have passed: ${listed(pass)}.`]
    .filter((part) => part !== '')
    .join(' ');
}

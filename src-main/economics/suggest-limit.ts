import { robustScore, slope } from './robust.ts';

/**
 * When a tenant's soft limit should warn earlier. Pure. Two reasons alone make a suggestion: the margin falls from close to
 * close and is under the floor or will be soon, or a day of use lies far outside of what is usual. It is a suggestion: nothing
 * changes until a member accepts it, and then the limit of the plan stays as it is.
 */
export const SUGGESTION_RULE = 'countersign.cost-guardrail/1';

export const GUARDRAIL = {
  /** Points of margin lost at each close from which the trend counts. */
  fallingPoints: 1,
  /** Percent: under it a falling margin counts. */
  marginFloor: 80,
  /** Closes ahead for which the trend is drawn on. */
  closesAhead: 3,
  /** Robust standard deviations from which a day is an anomaly. */
  anomalyZ: 6,
  /** Full days before it that it is held against. */
  baselineDays: 28,
  /** What the day costs more than usual, USD: less than that is nobody's concern, however odd. */
  anomalyUsd: 0.05,
  /** Room above the usual month. */
  room: 1.25,
} as const;

export interface LimitWatch {
  readonly metric: string;
  readonly unit: string;
  /** A quantity a month; the present soft and hard limit. */
  readonly soft: number;
  readonly hard: number;
  /** Quantities of full days, oldest first; the last one is the day that is judged. */
  readonly days: readonly number[];
  /** Of the last close, USD a month, and the quantity it was for. */
  readonly costUsd: number;
  readonly quantity: number;
}

export interface MarginWatch {
  /** Percent, oldest first. */
  readonly margins: readonly number[];
  /** USD a month: revenue, and all costs of the last close. */
  readonly mrrUsd: number;
  readonly cogsUsd: number;
}

export interface Reason {
  readonly code: 'margin-falls' | 'usage-anomaly';
  readonly says: string;
}

export interface LimitSuggestion {
  readonly metric: string;
  readonly soft: number;
  readonly suggested: number;
  readonly reasons: readonly Reason[];
}

/** Down to two digits that count: a limit that is set by hand is a round number. */
export function roundedDown(value: number): number {
  if (!(value > 0)) return 0;
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  const steps = Math.floor(value / step + 1e-9);
  return step >= 1 ? steps * step : Number((steps * step).toPrecision(2));
}

const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} pt`;
/** With commas between thousands; two places for small quantities. */
const amount = (value: number): string => value.toFixed(value < 10 ? 2 : 0).replaceAll(/\B(?=(\d{3})+(?!\d))/g, value < 10 ? '' : ',');

/** What the metric may be so that the margin stays at the floor, everything else as it was. */
function quantityAtFloor(watch: LimitWatch, { mrrUsd, cogsUsd }: MarginWatch): number | null {
  if (watch.costUsd <= 0 || watch.quantity <= 0) return null;
  const rest = mrrUsd * (1 - GUARDRAIL.marginFloor / 100) - (cogsUsd - watch.costUsd);
  return Math.max(0, rest) * (watch.quantity / watch.costUsd);
}

/** @returns the suggestions of one tenant, in the order of the metrics given; a metric without a reason has none */
export function suggestLimits(watches: readonly LimitWatch[], margin: MarginWatch | null): readonly LimitSuggestion[] {
  const fall = margin === null ? null : slope(margin.margins);
  const last = margin?.margins.at(-1) ?? null;
  const falls =
    fall !== null && last !== null && fall <= -GUARDRAIL.fallingPoints && last + fall * GUARDRAIL.closesAhead < GUARDRAIL.marginFloor;
  // The metric that costs most is the one that a limit can do something about.
  const dearest = watches.reduce<LimitWatch | null>((most, watch) => (most === null || watch.costUsd > most.costUsd ? watch : most), null);
  return watches.flatMap((watch): LimitSuggestion[] => {
    const reasons: Reason[] = [];
    const bounds: number[] = [];
    if (falls && margin !== null && watch === dearest && watch.costUsd > 0) {
      const atFloor = quantityAtFloor(watch, margin);
      // Where nothing is left for it at the floor, the usual month is what can be held.
      const held = atFloor === null || atFloor <= 0 ? watch.quantity : Math.min(atFloor, watch.quantity);
      bounds.push(held);
      reasons.push({
        code: 'margin-falls',
        says: `The margin changes by ${points(fall)} from close to close, to ${last.toFixed(2)}% at the last; ${GUARDRAIL.marginFloor}.00% is the floor. ${watch.metric} costs most: ${watch.costUsd.toFixed(2)} of ${margin.cogsUsd.toFixed(2)} USD.`,
      });
    }
    const day = watch.days.at(-1);
    const baseline = watch.days.slice(-1 - GUARDRAIL.baselineDays, -1);
    const score = day === undefined ? null : robustScore(day, baseline);
    const unitCost = watch.quantity > 0 ? watch.costUsd / watch.quantity : 0;
    const excess = score === null || day === undefined ? 0 : (day - score.median) * unitCost;
    if (score !== null && day !== undefined && score.z >= GUARDRAIL.anomalyZ && excess >= GUARDRAIL.anomalyUsd) {
      bounds.push(score.median * 30.4 * GUARDRAIL.room);
      reasons.push({
        code: 'usage-anomaly',
        says: `${amount(day)} ${watch.unit} on the last full day; ${amount(score.median)} is usual over ${baseline.length} days (robust z ${score.z.toFixed(1)}, from ${GUARDRAIL.anomalyZ} on it counts), which costs ${excess.toFixed(2)} USD more.`,
      });
    }
    const suggested = roundedDown(Math.min(...bounds, watch.soft));
    // A limit that is as low already, or nothing at all, is no suggestion.
    return reasons.length === 0 || suggested <= 0 || suggested >= watch.soft
      ? []
      : [{ metric: watch.metric, soft: watch.soft, suggested, reasons }];
  });
}

/**
 * When a use is near its limit and when it is over. Exact: quantities are scaled integers (kernel/quantity.ts), ratios whole
 * basis points, rounded down, so that 99.999% is never shown as the limit itself.
 */

export type LimitState = 'none' | 'ok' | 'soft' | 'over';

export interface LimitBounds {
  /** From this quantity on the limit is near; null without a soft limit. */
  readonly soft: bigint | null;
  /** The most that may be used; null where there is no limit. */
  readonly hard: bigint | null;
}

export interface LimitJudgement {
  readonly state: LimitState;
  /** Use as a share of the hard limit; null where there is none. */
  readonly ratioBp: number | null;
}

/** Ten thousand percent: what is further over reads no worse. */
const MOST_BP = 1_000_000;
const FULL_BP = 10_000n;

/**
 * `soft` from the soft limit on, `over` beyond the hard one: exactly the hard limit may be used. A limit of nothing is over
 * with the first use.
 */
export function judgeLimit(used: bigint, { soft, hard }: LimitBounds): LimitJudgement {
  if (hard === null) return { state: 'none', ratioBp: null };
  const ratioBp = hard > 0n ? Number(min((used * FULL_BP) / hard, BigInt(MOST_BP))) : used > 0n ? MOST_BP : 0;
  if (used > hard) return { state: 'over', ratioBp };
  return { state: soft !== null && used >= soft && used > 0n ? 'soft' : 'ok', ratioBp };
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export type Threshold = 'soft' | 'hard';

/** Thresholds that a use has passed: what a crossing is recorded for, once each. */
export function passedThresholds(used: bigint, bounds: LimitBounds): readonly Threshold[] {
  const { state } = judgeLimit(used, bounds);
  if (state === 'over') return bounds.soft === null ? ['hard'] : ['soft', 'hard'];
  return state === 'soft' ? ['soft'] : [];
}

export interface CommandDecision {
  readonly allowed: boolean;
  /** What is left of the limit before the command; null where there is none. */
  readonly left: bigint | null;
}

/** Whether one more command of this amount stays within the hard limit. */
export function decideCommand(used: bigint, amount: bigint, { hard }: Pick<LimitBounds, 'hard'>): CommandDecision {
  if (hard === null) return { allowed: true, left: null };
  return { allowed: used + amount <= hard, left: hard > used ? hard - used : 0n };
}

export type LimitSpan = 'month' | 'day';

/** The period a limit counts over at a time: `2026-05` or `2026-05-17`, UTC. */
export const limitPeriod = (per: LimitSpan, at: string): string => at.slice(0, per === 'month' ? 7 : 10);

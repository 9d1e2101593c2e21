/** Thirty days of one metric against an even use of its limit. Pure. */
import { compactQuantity } from '../../ui/quantity-format.ts';

export const DAYS_SHOWN = 30;

export interface UsageModel {
  readonly metric: string;
  readonly unit: string;
  /** Oldest first, the days without usage too; `day` as `2026-05-05`, UTC, quantities exact. */
  readonly days: readonly { readonly day: string; readonly quantity: string }[];
  /** The day that is still running: its bar is not whole yet. */
  readonly today: string;
  /** What a day may use when the limit is used evenly; null without a limit. */
  readonly even: number | null;
}

/** Days of the month that a day lies in. */
const daysOfMonth = (day: string): number => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();

/** What a day may use: the limit itself where it is one a day, else its share of the month that runs. */
export const evenUse = (limit: { readonly hard: string | null; readonly per: 'month' | 'day' } | null, today: string): number | null =>
  limit === null || limit.hard === null ? null : limit.per === 'day' ? Number(limit.hard) : Number(limit.hard) / daysOfMonth(today);

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `5 May`. */
export const dayTick = (day: string): string => `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''}`;

/** What somebody sees who looks: from where to where it went, and whether it passes an even use of the limit. */
export const usageFinding = ({ metric, days, even, today }: UsageModel): string => {
  const whole = days.filter(({ day }) => day !== today);
  const first = whole[0];
  const last = whole.at(-1);
  if (first === undefined || last === undefined) return `No usage of ${metric} is known.`;
  const over = even === null ? 0 : whole.filter(({ quantity }) => Number(quantity) > even).length;
  const share =
    even === null
      ? 'It has no limit.'
      : over === 0
        ? `No day passes the even use of the limit, ${compactQuantity(String(even))} a day.`
        : `${over} of ${whole.length} days pass the even use of the limit, ${compactQuantity(String(even))} a day.`;
  return `${metric} a day over ${days.length} days, from ${compactQuantity(first.quantity)} to ${compactQuantity(last.quantity)}. ${share}`;
};

/**
 * Freshness: each feed against its own promise. The promise is its schedule: a feed that is read every hour is late when
 * the last success is more than an hour and a tolerance old; one that is read by hand promises nothing.
 */

export type DayState = 'on-time' | 'late' | 'stale' | 'no-run' | 'before';

export interface FreshnessDay {
  /** `2026-06-03`, UTC. */
  readonly date: string;
  readonly state: DayState;
  /** Whole hours past the promise at the end of that day (or now); null where it is not late. */
  readonly hoursLate: number | null;
}

export interface FeedFreshness {
  readonly days: readonly FreshnessDay[];
  readonly hoursSince: number | null;
  readonly state: 'on-time' | 'late' | 'stale';
}

export interface FreshnessInput {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly addedAt: string;
  /** The last success of each day that had one, oldest first. */
  readonly successes: readonly string[];
  /** Hours between two runs by the schedule; null when the feed is read by hand. */
  readonly promiseHours: number | null;
  readonly days: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A run takes a while and a laptop sleeps: an hour is not yet late. */
const TOLERANCE_HOURS = 1;
/** This long past the promise, what the feed says of the present cannot be relied on. */
const STALE_HOURS = 24;

const judge = (ageHours: number, promiseHours: number | null): { state: 'on-time' | 'late' | 'stale'; hoursLate: number | null } => {
  if (promiseHours === null) return { state: 'on-time', hoursLate: null };
  const late = ageHours - promiseHours - TOLERANCE_HOURS;
  if (late <= 0) return { state: 'on-time', hoursLate: null };
  return { state: late > STALE_HOURS ? 'stale' : 'late', hoursLate: Math.max(1, Math.round(late)) };
};

/** Judges each of the last `days` UTC days and the present. Pure. */
export function judgeFreshness(input: FreshnessInput): FeedFreshness {
  const now = Date.parse(input.now);
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const added = Date.parse(input.addedAt);
  const successes = input.successes.map((at) => Date.parse(at));
  const days = Array.from({ length: input.days }, (_, i): FreshnessDay => {
    const start = today - (input.days - 1 - i) * DAY_MS;
    const end = Math.min(start + DAY_MS, now);
    const date = new Date(start).toISOString().slice(0, 10);
    if (start + DAY_MS <= added) return { date, state: 'before', hoursLate: null };
    const last = successes.findLast((at) => at <= end);
    if (last === undefined) return { date, state: 'no-run', hoursLate: null };
    return { date, ...judge((end - last) / HOUR_MS, input.promiseHours) };
  });
  const last = successes.at(-1);
  const hoursSince = last === undefined ? null : Math.max(0, (now - last) / HOUR_MS);
  const { state } = hoursSince === null ? judge((now - added) / HOUR_MS, input.promiseHours) : judge(hoursSince, input.promiseHours);
  return { days, hoursSince, state };
}

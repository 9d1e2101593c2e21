import { Cron } from 'croner';
import { AppError } from '../../src-shared/kernel/errors.ts';

/** When a source is read next: a croner pattern in UTC, or only by hand; after failures with exponential backoff. */

export const MANUAL = 'manual';
export const DEFAULT_SCHEDULE = '*/15 * * * *';

/** Reading the same folder or server more often serves nobody. */
const SHORTEST_INTERVAL_MS = 30_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 60 * 60_000;

const cronOf = (pattern: string): Cron => new Cron(pattern, { timezone: 'UTC', paused: true });

/** Fails with BAD_INPUT when it is neither `manual` nor a pattern that runs, or one that runs too often. */
export const checkSchedule = (schedule: string): void => {
  if (schedule === MANUAL) return;
  const refuse = (message: string, cause?: unknown): never => {
    throw new AppError('BAD_INPUT', message, {
      nextStep: `Use a cron pattern such as “${DEFAULT_SCHEDULE}” (every 15 minutes, UTC), or “${MANUAL}”.`,
      ...(cause === undefined ? {} : { cause }),
    });
  };
  let runs: Date[];
  try {
    // A fixed reference: whether a pattern is fit does not depend on today.
    runs = cronOf(schedule).nextRuns(16, new Date('2026-01-01T00:00:00Z'));
  } catch (error) {
    return refuse(`“${schedule}” is not a schedule.`, error);
  }
  if (runs.length === 0) refuse(`“${schedule}” never comes.`);
  for (let i = 1; i < runs.length; i += 1)
    if (runs[i]!.getTime() - runs[i - 1]!.getTime() < SHORTEST_INTERVAL_MS) refuse(`“${schedule}” runs more often than every 30 seconds.`);
};

/**
 * How long to wait after `failures` failed runs in a row: 1 min, 2, 4 … at most an hour, times a factor between one half
 * and one that `jitter` (0 ≤ jitter < 1) chooses, so that many consoles do not come back at the same moment.
 */
export const backoffMs = (failures: number, jitter: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 16)) * (0.5 + jitter / 2);

export interface ScheduleState {
  readonly schedule: string;
  /** When the newest run ended, else when the source was added. */
  readonly since: Date;
  readonly failures: number;
  readonly retryNotBefore: Date | null;
}

/** When the source is due; it may lie in the past. Null for `manual`. */
export const nextRunAt = (state: ScheduleState, jitter: number): Date | null => {
  if (state.schedule === MANUAL) return null;
  const planned = cronOf(state.schedule).nextRun(state.since);
  const due = state.failures > 0 ? new Date(state.since.getTime() + backoffMs(state.failures, jitter)) : planned;
  if (due === null) return null;
  return state.retryNotBefore !== null && state.retryNotBefore > due ? state.retryNotBefore : due;
};

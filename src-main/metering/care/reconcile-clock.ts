import { Cron } from 'croner';

/** Keeps the standing job and the turn of days: looks every few minutes, for a machine that slept cannot trust one long timer. */

const LOOK_EVERY_MS = 5 * 60_000;
export const MANUAL_SCHEDULE = 'manual';

/** When the job is due after its last run, or after the console was opened; null for `manual`. Pure. */
export const nextReconcileAt = (schedule: string, since: string): string | null =>
  schedule === MANUAL_SCHEDULE
    ? null
    : (new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun(new Date(since))?.toISOString() ?? null);

export interface ReconcileClockDeps {
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly schedule: () => Promise<{ readonly schedule: string; readonly lastRunAt: string | null }>;
  readonly reconcile: () => Promise<unknown>;
  /** A day began, or the console was opened: limits count anew. */
  readonly newDay: () => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

export interface ReconcileClock {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  readonly nextRunAt: () => string | null;
}

export function createReconcileClock(deps: ReconcileClockDeps): ReconcileClock {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  let startedAt = deps.now();
  let day: string | null = null;
  let next: string | null = null;
  const look = async (): Promise<void> => {
    try {
      const now = deps.now();
      if (day !== now.slice(0, 10)) {
        day = now.slice(0, 10);
        await deps.newDay();
      }
      const { schedule, lastRunAt } = await deps.schedule();
      const since = lastRunAt ?? startedAt;
      next = nextReconcileAt(schedule, since);
      if (next === null || next > now) return;
      await deps.reconcile();
      next = nextReconcileAt(schedule, deps.now());
    } catch (error) {
      deps.onError(error);
    }
  };
  return {
    start: () => {
      if (timer !== null) return;
      startedAt = deps.now();
      timer = setInterval(() => {
        // One after another: a look that takes long is not begun twice.
        looking = looking.then(look);
      }, LOOK_EVERY_MS);
      timer.unref();
      looking = looking.then(look);
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await looking;
    },
    nextRunAt: () => next,
  };
}

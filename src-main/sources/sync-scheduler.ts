import { nextRunAt } from './schedule.ts';
import type { ScheduledSource } from './sources-queries.ts';

/** Runs sources when they are due, one timer for all; the engine runs them one after another. */
export interface SyncScheduler {
  start(): void;
  /** Looks at the sources again: one was added, changed or synced. */
  refresh(): Promise<void>;
  /** When the source runs next; null for manual, paused and unknown ones, and before `start`. */
  readonly nextRunAt: (sourceId: string) => string | null;
  /** Stops the timer and waits for a run under way. */
  close(): Promise<void>;
}

export interface SyncSchedulerOptions {
  readonly sources: () => Promise<readonly ScheduledSource[]>;
  /** Syncs one source; its failures are recorded by the run itself. */
  readonly run: (sourceId: string) => Promise<unknown>;
  readonly now: () => Date;
  /** 0 ≤ value < 1; spreads retries. */
  readonly jitter: () => number;
  readonly onError: (error: unknown) => void;
  readonly setTimer?: (work: () => void, delayMs: number) => unknown;
  readonly clearTimer?: (timer: unknown) => void;
}

/** Timers of Node hold 2^31−1 ms; a day is far enough to look again. */
const LONGEST_TIMER_MS = 24 * 60 * 60_000;

const HOLD_MS = 60_000;

const setUnrefTimer = (work: () => void, delayMs: number): NodeJS.Timeout => {
  const timer = setTimeout(work, delayMs);
  timer.unref();
  return timer;
};

export const createSyncScheduler = (options: SyncSchedulerOptions): SyncScheduler => {
  const setTimer = options.setTimer ?? setUnrefTimer;
  const clearTimer = options.clearTimer ?? ((timer: unknown) => clearTimeout(timer as NodeJS.Timeout));
  const due = new Map<string, Date>();
  /** The chance drawn for a source's newest run, so that its next time does not change with each look. */
  const drawn = new Map<string, { readonly since: string; readonly jitter: number }>();
  /** Sources whose run could not even be recorded: without this they would be due again at once, and again. */
  const held = new Map<string, Date>();
  let timer: unknown;
  let running: Promise<void> | null = null;
  let started = false;
  let closed = false;

  const jitterOf = (source: ScheduledSource, since: string): number => {
    const known = drawn.get(source.sourceId);
    if (known?.since === since) return known.jitter;
    const jitter = options.jitter();
    drawn.set(source.sourceId, { since, jitter });
    return jitter;
  };

  const refresh = async (): Promise<void> => {
    const sources = await options.sources();
    due.clear();
    for (const source of sources) {
      const since = source.lastRunAt ?? source.addedAt;
      const next = nextRunAt(
        {
          schedule: source.schedule,
          since: new Date(since),
          failures: source.failures,
          retryNotBefore: source.retryNotBefore === null ? null : new Date(source.retryNotBefore),
        },
        jitterOf(source, since),
      );
      const hold = held.get(source.sourceId);
      if (next !== null) due.set(source.sourceId, hold !== undefined && hold > next ? hold : next);
    }
    arm();
  };

  const arm = (): void => {
    if (timer !== undefined) clearTimer(timer);
    timer = undefined;
    if (!started || closed || running !== null || due.size === 0) return;
    const earliest = Math.min(...[...due.values()].map((at) => at.getTime()));
    timer = setTimer(tick, Math.min(Math.max(0, earliest - options.now().getTime()), LONGEST_TIMER_MS));
  };

  const runDue = async (): Promise<void> => {
    const now = options.now();
    const ready = [...due].filter(([, at]) => at <= now).sort(([, a], [, b]) => a.getTime() - b.getTime());
    for (const [sourceId] of ready) {
      if (closed) return;
      try {
        await options.run(sourceId);
        held.delete(sourceId);
      } catch (error) {
        held.set(sourceId, new Date(options.now().getTime() + HOLD_MS));
        options.onError(error);
      }
    }
  };

  const tick = (): void => {
    timer = undefined;
    const work = runDue()
      .then(() => {
        running = null;
      })
      .then(refresh)
      .catch((error: unknown) => {
        running = null;
        options.onError(error);
        if (!closed) timer = setTimer(tick, HOLD_MS);
      });
    running = work;
  };

  return {
    start: () => {
      started = true;
      refresh().catch(options.onError);
    },
    refresh,
    nextRunAt: (sourceId) => (started ? (due.get(sourceId)?.toISOString() ?? null) : null),
    close: async () => {
      closed = true;
      if (timer !== undefined) clearTimer(timer);
      await running;
    },
  };
};

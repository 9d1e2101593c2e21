/**
 * Brings what ages up to date: a tenant's risk counts days, so it is judged again when a day has begun. Looks once an hour;
 * where nothing is due that is one indexed read.
 */
export interface StandingClockOptions {
  /** Resolves when every standing is of today, or when it was aborted. */
  readonly refresh: (signal: AbortSignal) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
  /** 1 hour. */
  readonly everyMs?: number;
}

export interface StandingClock {
  readonly start: () => void;
  /** Waits for a refresh that runs. */
  readonly stop: () => Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createStandingClock({ refresh, onError, everyMs = HOUR_MS }: StandingClockOptions): StandingClock {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();
  const look = (): void => {
    running = running.then(() => (stopping.signal.aborted ? undefined : refresh(stopping.signal))).catch(onError);
  };
  return {
    start: () => {
      look();
      timer = setInterval(look, everyMs);
      timer.unref();
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

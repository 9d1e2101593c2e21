import { AppError } from '../kernel/errors.ts';
import { createEventBuffer } from './event-buffer.ts';
import { type EventAnswer, type FetchLike, sendBatch } from './send-batch.ts';
import { EVENT_OUTCOMES, type EventOutcome, usageEvent, type UsageInput } from './usage-event.ts';

/**
 * A small client for whoever meters: queue an event and go on; it is sent in batches, again where the intake is busy or
 * away, and counted once however often it is sent. Clock, chance, network and timer are handed in.
 */
export interface EmitterOptions {
  /** The whole address of the intake, `http://127.0.0.1:7337/intake/events`. */
  readonly url: string;
  /** Asked before each request: a token that was renewed is used at once. */
  readonly token: () => string | Promise<string>;
  /** Who emits: the CloudEvents source, such as `billing-api`. */
  readonly source: string;
  readonly fetch: FetchLike;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** 0 ≤ value < 1: spreads retries of many emitters. */
  readonly random: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Starts `work` later; without it nothing is sent until `flush`. */
  readonly later?: (work: () => void, delayMs: number) => void;
  readonly batchEvents?: number;
  readonly batchCharacters?: number;
  /** Events that may wait at once; more are refused. */
  readonly bufferEvents?: number;
  /** Tries for one batch before it waits for the next flush. */
  readonly attempts?: number;
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
  /** How long an event may wait for company. */
  readonly lingerMs?: number;
  readonly onAnswer?: (answers: readonly EventAnswer[]) => void;
}

export interface EmitterState {
  /** `offline`: the intake cannot be reached, everything waits. `refused`: it must be mended first (token, address). */
  readonly state: 'idle' | 'sending' | 'offline' | 'refused' | 'closed';
  readonly says: string;
  readonly waiting: number;
  readonly sent: number;
  /** Not taken because the buffer was full. */
  readonly overflowed: number;
  /** Larger alone than the intake takes. */
  readonly unsendable: number;
  readonly outcomes: Readonly<Record<EventOutcome, number>>;
}

export interface Emitter {
  /**
   * Queues one event.
   * @throws AppError BAD_INPUT when its quantity is not exact.
   */
  emit(input: UsageInput): { readonly queued: true; readonly id: string } | { readonly queued: false; readonly because: 'full' | 'closed' };
  /** Sends what waits, one batch after another, until nothing waits or the intake does not take it. */
  flush(): Promise<EmitterState>;
  state(): EmitterState;
  /** Sends what it can and takes no more. */
  close(): Promise<EmitterState>;
}

const DEFAULTS = {
  batchEvents: 200,
  batchCharacters: 256 * 1024,
  bufferEvents: 10_000,
  attempts: 5,
  firstRetryMs: 500,
  longestRetryMs: 30_000,
  lingerMs: 1_000,
} as const;

/** Wait before try `tried + 1`: doubled each time, times a factor between one half and one that `chance` (0 ≤ chance < 1) chooses. */
export const retryDelayMs = (tried: number, chance: number, firstMs: number, longestMs: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(tried - 1, 20)) * (0.5 + chance / 2);

export function createEmitter(options: EmitterOptions): Emitter {
  const set = { ...DEFAULTS, ...options };
  const buffer = createEventBuffer(set.bufferEvents);
  const outcomes: Record<EventOutcome, number> = { accepted: 0, duplicate: 0, conflict: 0, late: 0, quarantined: 0 };
  let state: EmitterState['state'] = 'idle';
  let says = 'Nothing was sent yet.';
  let sent = 0;
  let overflowed = 0;
  let unsendable = 0;
  let closed = false;
  let planned = false;
  let flushing: Promise<EmitterState> | null = null;
  /** Halved when the intake says a batch is too large. */
  let batchEvents: number = set.batchEvents;

  const shown = (): EmitterState => ({
    state: closed && flushing === null ? 'closed' : state,
    says,
    waiting: buffer.size,
    sent,
    overflowed,
    unsendable,
    outcomes: { ...outcomes },
  });

  const plan = (delayMs: number): void => {
    if (set.later === undefined || planned || closed) return;
    planned = true;
    set.later(() => {
      planned = false;
      void flush();
    }, delayMs);
  };

  /** One batch until it is taken, or the tries are used up: whether the next batch may follow. */
  async function deliver(): Promise<boolean> {
    const events = buffer.peek(batchEvents, set.batchCharacters);
    for (let tried = 1; ; tried += 1) {
      const result = await sendBatch(events, { url: set.url, token: await set.token(), fetch: set.fetch });
      if (result.kind === 'taken') {
        buffer.drop(events.length);
        sent += events.length;
        for (const { outcome } of result.answers) outcomes[outcome] += 1;
        set.onAnswer?.(result.answers);
        return true;
      }
      if (result.kind === 'too-large') {
        if (events.length > 1) {
          batchEvents = Math.max(1, Math.floor(events.length / 2));
          return true;
        }
        buffer.drop(1);
        unsendable += 1;
        says = `The event ${events[0]!.id} is larger than the intake takes; it was left out.`;
        return true;
      }
      says = result.says;
      if (result.kind === 'refused') {
        state = 'refused';
        return false;
      }
      if (tried >= set.attempts) {
        state = 'offline';
        return false;
      }
      const delay = retryDelayMs(tried, set.random(), set.firstRetryMs, set.longestRetryMs);
      await set.wait(Math.min(set.longestRetryMs, Math.max(delay, result.retryAfterMs ?? 0)));
    }
  }

  async function drain(): Promise<EmitterState> {
    state = 'sending';
    try {
      while (buffer.size > 0) {
        if (!(await deliver())) return shown();
      }
      state = 'idle';
      says = unsendable > 0 ? says : 'Everything was sent.';
    } catch (error) {
      // The token could not be had: nothing was sent, nothing is lost.
      state = 'refused';
      says = error instanceof Error ? error.message : String(error);
    }
    return shown();
  }

  function flush(): Promise<EmitterState> {
    flushing ??= drain().finally(() => {
      flushing = null;
      if (buffer.size > 0) plan(state === 'idle' ? set.lingerMs : set.longestRetryMs);
    });
    return flushing;
  }

  return {
    emit: (input) => {
      if (closed) return { queued: false, because: 'closed' };
      const event = usageEvent(input, { source: set.source, id: set.newId(), time: new Date(set.now()).toISOString() });
      if (!buffer.add(event)) {
        overflowed += 1;
        return { queued: false, because: 'full' };
      }
      if (buffer.size >= batchEvents && set.later !== undefined && state !== 'offline' && state !== 'refused') void flush();
      else plan(set.lingerMs);
      return { queued: true, id: event.id };
    },
    flush: () =>
      closed && flushing === null
        ? Promise.reject(new AppError('CANCELLED', 'The emitter was closed; nothing more is sent.', { nextStep: 'Make another one.' }))
        : flush(),
    state: shown,
    close: async () => {
      await flushing;
      if (!closed && buffer.size > 0) await flush();
      closed = true;
      return shown();
    },
  };
}

/** Sum of the outcomes: every event that arrived has exactly one. */
export const arrived = (state: Pick<EmitterState, 'outcomes'>): number => EVENT_OUTCOMES.reduce((sum, one) => sum + state.outcomes[one], 0);

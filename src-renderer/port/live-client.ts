import { CallError, type CallOptions, type Client, createClient, isCommand } from '../../src-shared/contract/client.ts';
import type { Contract, EventName, EventOf, InputOf, OutputOf, ProcedureName } from '../../src-shared/contract/define.ts';
import { backoffMs } from './backoff.ts';
import { type PortOpener, PortRefused } from './host-port.ts';

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Lost, and coming back by itself. `retryAt` in ms since 1970. */
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number; readonly tries: number }
  /** The host does not let this page in: trying again is useless. */
  | { readonly kind: 'refused'; readonly says: string };

/** A client of the contract that outlives its connections. */
export interface LiveClient<C extends Contract> {
  /**
   * Calls a procedure. While the link is lost a call waits for it; a command whose answer was lost with the link is sent
   * again under the same idempotency key, so that it acts once.
   * @throws CallError
   */
  readonly call: <N extends ProcedureName<C>>(name: N, input: InputOf<C, N>, options?: CallOptions) => Promise<OutputOf<C, N>>;
  /** Listens across connections; returns the function that stops it. */
  readonly on: <N extends EventName<C>>(name: N, listener: (body: EventOf<C, N>) => void) => () => void;
  readonly state: () => LinkState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Tries at once instead of waiting. */
  readonly retryNow: () => void;
  readonly close: () => void;
}

export interface LiveClientOptions {
  readonly nowMs?: () => number;
  /** 0 to 1. */
  readonly chance?: () => number;
  readonly setTimer?: (act: () => void, ms: number) => () => void;
  readonly newKey?: () => string;
  readonly onFault?: (error: unknown) => void;
  /** How long a call waits for a lost link, ms. */
  readonly patienceMs?: number;
}

const browserTimer = (act: () => void, ms: number): (() => void) => {
  const timer = setTimeout(act, ms);
  return () => {
    clearTimeout(timer);
  };
};

/** Chance without Math.random: it only spreads retries. */
const browserChance = (): number => (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 255;

const MOST_RESENDS = 3;

export const createLiveClient = <C extends Contract>(opener: PortOpener, contract: C, options: LiveClientOptions = {}): LiveClient<C> => {
  const nowMs = options.nowMs ?? Date.now;
  const chance = options.chance ?? browserChance;
  const setTimer = options.setTimer ?? browserTimer;
  const newKey = options.newKey ?? (() => crypto.randomUUID());
  const patienceMs = options.patienceMs ?? 30_000;
  const stateListeners = new Set<() => void>();
  const eventListeners = new Map<string, Set<(body: never) => void>>();
  const waiting = new Set<{ readonly resolve: (client: Client<C>) => void; readonly reject: (error: unknown) => void }>();
  let state: LinkState = { kind: 'connecting' };
  let client: Client<C> | null = null;
  let tries = 0;
  let lostSince: number | null = null;
  let stopTimer: (() => void) | null = null;
  let ended = false;

  const setState = (next: LinkState): void => {
    state = next;
    for (const listener of [...stateListeners]) listener();
  };

  const attach = (to: Client<C>, name: string): void => {
    to.on(name as EventName<C>, (body) => {
      for (const listener of [...(eventListeners.get(name) ?? [])]) {
        try {
          listener(body as never);
        } catch (error) {
          options.onFault?.(error);
        }
      }
    });
  };

  const lost = (): void => {
    client = null;
    if (ended) return;
    tries += 1;
    lostSince ??= nowMs();
    const wait = backoffMs(tries, chance());
    setState({ kind: 'lost', since: lostSince, retryAt: nowMs() + wait, tries });
    stopTimer = setTimer(connect, wait);
  };

  const refused = (error: PortRefused): void => {
    setState({ kind: 'refused', says: error.message });
    for (const each of [...waiting]) each.reject(disconnected());
  };

  const connect = (): void => {
    stopTimer = null;
    opener.open().then(
      (port) => {
        if (ended) {
          port.close();
          return;
        }
        const next = createClient(port, contract, { newKey, ...(options.onFault === undefined ? {} : { onFault: options.onFault }) });
        client = next;
        tries = 0;
        lostSince = null;
        for (const name of eventListeners.keys()) attach(next, name);
        next.onClose(() => {
          if (client === next) lost();
        });
        setState({ kind: 'open' });
        for (const each of [...waiting]) each.resolve(next);
      },
      (error: unknown) => {
        if (ended) return;
        if (error instanceof PortRefused) refused(error);
        else lost();
      },
    );
  };

  /** The open client, or the next one: after `patienceMs` the caller is told that there is none. */
  const ready = (signal: AbortSignal | undefined): Promise<Client<C>> => {
    if (client !== null) return Promise.resolve(client);
    if (state.kind === 'refused' || ended) return Promise.reject(disconnected());
    return new Promise((resolve, reject) => {
      const stop = setTimer(() => {
        entry.reject(disconnected());
      }, patienceMs);
      const onAbort = (): void => {
        entry.reject(cancelled());
      };
      const settle = (act: () => void): void => {
        stop();
        waiting.delete(entry);
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const entry = {
        resolve: (next: Client<C>) => {
          settle(() => {
            resolve(next);
          });
        },
        reject: (error: unknown) => {
          settle(() => {
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- always a CallError of ours
            reject(error);
          });
        },
      };
      waiting.add(entry);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  };

  const call = async (name: string, input: unknown, callOptions: CallOptions = {}): Promise<unknown> => {
    const command = isCommand(contract, name as ProcedureName<C>);
    const withKey = command ? { ...callOptions, key: callOptions.key ?? newKey() } : callOptions;
    for (let resends = 0; ; resends += 1) {
      const open = await ready(callOptions.signal);
      try {
        return await (open.call as (name: string, input: unknown, options: CallOptions) => Promise<unknown>)(name, input, withKey);
      } catch (error) {
        if (!(error instanceof CallError) || error.code !== 'DISCONNECTED' || resends >= MOST_RESENDS) throw error;
      }
    }
  };

  connect();
  return {
    call: call as LiveClient<C>['call'],
    on: (name, listener) => {
      let set = eventListeners.get(name);
      if (set === undefined) {
        set = new Set();
        eventListeners.set(name, set);
        if (client !== null) attach(client, name);
      }
      const own = (body: never): void => {
        listener(body);
      };
      set.add(own);
      return () => {
        set.delete(own);
      };
    },
    state: () => state,
    subscribe: (listener) => {
      stateListeners.add(listener);
      return () => {
        stateListeners.delete(listener);
      };
    },
    retryNow: () => {
      if (stopTimer === null) return;
      stopTimer();
      connect();
    },
    close: () => {
      ended = true;
      stopTimer?.();
      client?.close();
      for (const each of [...waiting]) each.reject(disconnected());
    },
  };
};

const disconnected = (): CallError =>
  new CallError(
    {
      code: 'DISCONNECTED',
      message: 'The app behind this page does not answer; nothing is known to have changed.',
      nextStep: 'It connects again by itself; then try again.',
      retryable: true,
      details: {},
    },
    null,
  );

const cancelled = (): CallError =>
  new CallError(
    { code: 'CANCELLED', message: 'The call was cancelled.', nextStep: 'Start it again when you need it.', retryable: true, details: {} },
    null,
  );

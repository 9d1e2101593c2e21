import { AppError, type ErrorBody } from '../kernel/errors.ts';
import type { CommandName, Contract, EventName, EventOf, InputOf, OutputOf, ProcedureName, Progress } from './define.ts';
import { type AppFrame, encodeFrame, type FailBody, FRAME_VERSION, parseAppFrame, PROGRESS } from './envelope.ts';
import { CONTRACT_LIMITS, isLargerThan } from './limits.ts';
import type { Port } from './port.ts';

/** A call that failed. `requestId` joins the log of the app; null where the call never reached it. */
export class CallError extends AppError {
  readonly requestId: string | null;

  constructor(body: ErrorBody, requestId: string | null) {
    super(body.code, body.message, { nextStep: body.nextStep, retryable: body.retryable, details: body.details });
    this.requestId = requestId;
  }
}

export interface CallOptions {
  /** Aborting sends a cancel frame and rejects with `CANCELLED` at once. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * The command's idempotency key. To repeat a command whose answer was lost (`DISCONNECTED`), send it again with the same
   * key and input: it acts once. By default each call makes its own.
   */
  readonly key?: string;
}

/** Procedures whose input may be left out, because an empty object fits it. */
type CallArguments<C extends Contract, N extends ProcedureName<C>> =
  Record<string, never> extends InputOf<C, N>
    ? [input?: InputOf<C, N>, options?: CallOptions]
    : [input: InputOf<C, N>, options?: CallOptions];

export interface Client<C extends Contract> {
  /**
   * Calls a procedure.
   * @throws CallError with the code of the failure; `DISCONNECTED` (retryable) when the port closes first.
   */
  readonly call: <N extends ProcedureName<C>>(name: N, ...rest: CallArguments<C, N>) => Promise<OutputOf<C, N>>;
  /** Listens to an event; returns the function that stops it. A listener that throws does not keep others from hearing. */
  readonly on: <N extends EventName<C>>(name: N, listener: (body: EventOf<C, N>) => void) => () => void;
  readonly onClose: (listener: () => void) => () => void;
  readonly close: () => void;
}

export interface ClientOptions {
  /** Makes idempotency keys: 16 to 64 of A–Z, a–z, 0–9, `_`, `-`, never the same twice. */
  readonly newKey?: () => string;
  /** Told of failures that belong to no call, and of errors in event listeners. */
  readonly onFault?: (error: unknown) => void;
}

interface PendingCall {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: CallError) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** The caller's side of the contract over any port. Connecting again after a loss is the port owner's matter. */
export const createClient = <C extends Contract>(port: Port, contract: C, options: ClientOptions = {}): Client<C> => {
  const newKey = options.newKey ?? (() => crypto.randomUUID());
  const onFault = options.onFault ?? (() => undefined);
  const pending = new Map<string, PendingCall>();
  const listeners = new Map<string, Set<(body: unknown) => void>>();
  let lastId = 0;
  let closed = false;

  const guarded = (listener: () => void): void => {
    try {
      listener();
    } catch (error) {
      onFault(error);
    }
  };

  const receive = (frame: AppFrame): void => {
    const call = pending.get(frame.id);
    if (frame.kind === 'event') {
      if (frame.id === '') for (const listener of [...(listeners.get(frame.name) ?? [])]) guarded(() => listener(frame.body));
      else if (frame.name === PROGRESS) guarded(() => call?.onProgress?.(frame.body as Progress));
      return;
    }
    if (frame.kind === 'fail') {
      const { requestId, ...body } = frame.body as FailBody;
      const error = new CallError(body, requestId);
      if (frame.id === '') onFault(error);
      else call?.reject(error);
      return;
    }
    call?.resolve(frame.body);
  };

  port.onFrame((text) => {
    let frame: AppFrame;
    try {
      frame = parseAppFrame(text);
    } catch (error) {
      onFault(error);
      return;
    }
    receive(frame);
  });
  port.onClose(() => {
    closed = true;
    for (const call of [...pending.values()]) call.reject(disconnected());
  });

  const call = (name: string, input: unknown = {}, { signal, onProgress, key }: CallOptions = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(disconnected());
        return;
      }
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const entry = Object.hasOwn(contract, name) ? contract[name] : undefined;
      lastId += 1;
      const id = lastId.toString(36);
      const frame = { v: FRAME_VERSION, id, kind: 'call', name, body: input } as const;
      const text = encodeFrame(entry?.kind === 'command' ? { ...frame, key: key ?? newKey() } : frame);
      if (isLargerThan(text, CONTRACT_LIMITS.frameBytes)) {
        reject(tooLarge());
        return;
      }
      const onAbort = (): void => {
        port.send(encodeFrame({ v: FRAME_VERSION, id, kind: 'cancel' }));
        settle(() => {
          reject(cancelled());
        });
      };
      const settle = (act: () => void): void => {
        pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      pending.set(id, {
        resolve: (body) => {
          settle(() => {
            resolve(body);
          });
        },
        reject: (error) => {
          settle(() => {
            reject(error);
          });
        },
        onProgress,
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      port.send(text);
    });

  return {
    call: call as Client<C>['call'],
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      // Wrapped, so that the same function may listen twice and stop once.
      const own = (body: unknown): void => {
        listener(body as never);
      };
      set.add(own);
      return () => {
        set.delete(own);
      };
    },
    onClose: port.onClose,
    close: port.close,
  };
};

/** Whether a procedure is a command: callers that retry on their own must keep its key. */
export const isCommand = <C extends Contract>(contract: C, name: ProcedureName<C>): name is CommandName<C> =>
  contract[name]?.kind === 'command';

const failure = (code: ErrorBody['code'], message: string, nextStep: string, retryable: boolean): CallError =>
  new CallError({ code, message, nextStep, retryable, details: {} }, null);

const disconnected = (): CallError =>
  failure('DISCONNECTED', 'The connection to the app was lost before it answered.', 'It connects again by itself; then try again.', true);

const cancelled = (): CallError => failure('CANCELLED', 'The call was cancelled.', 'Start it again when you need it.', true);

const tooLarge = (): CallError =>
  failure('FRAME_TOO_LARGE', 'This is too large to send in one call; nothing was sent.', 'Send less, or upload it as a file.', false);

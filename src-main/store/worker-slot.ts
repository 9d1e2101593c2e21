import { type ResourceLimits, Worker } from 'node:worker_threads';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { CrossedError } from './worker-messages.ts';

/**
 * One worker thread that does one thing at a time, and its replacement when it crashes. Both pools are made of these.
 *
 * A crash costs the one call that was running; it is told so by name. The thread is replaced once; when the replacement
 * crashes soon after, something is wrong for good, and going on would only hide it.
 */
export interface SlotCall {
  readonly name: string;
  /** Called once when the worker takes the call. */
  readonly send: (post: (message: unknown, transfer?: readonly ArrayBuffer[]) => void) => void;
  readonly fail: (error: AppError) => void;
}

export interface SlotOptions {
  readonly entry: URL;
  /** How logs and errors call this worker, e.g. `writer`. */
  readonly label: string;
  readonly workerData: (replacement: boolean) => unknown;
  readonly limits?: ResourceLimits;
  /** When the worker may open what it works on; its code is loaded meanwhile. */
  readonly openWhen?: Promise<unknown>;
  /** Every message but those of starting; returns true when the running call is over. */
  readonly onMessage: (message: unknown) => boolean;
  /** Classifies the first messages of a worker. */
  readonly startup: (message: unknown) => { readonly opened: unknown } | { readonly failed: AppError } | undefined;
  readonly onIdle: () => void;
  readonly onCrash: (crash: SlotCrash) => void;
}

export interface SlotCrash {
  readonly label: string;
  /** The call that was running and is lost, if there was one. */
  readonly operation: string | undefined;
  readonly reason: string;
  readonly restarting: boolean;
}

export type SlotState = 'starting' | 'idle' | 'busy' | 'dead' | 'closed';

/** A second crash within this time is not a mishap any more. */
const RESTART_WINDOW_MS = 5 * 60_000;

export const crashError = (label: string, operation: string | undefined, lasting: boolean): AppError =>
  new AppError(
    'WORKER_CRASHED',
    operation === undefined
      ? `The ${label} has stopped and could not be started again. What was saved before is untouched.`
      : `The ${label} stopped while “${operation}” ran, so its result is lost. What was saved before is untouched.`,
    {
      nextStep: lasting
        ? 'Close Countersign and open it again; if it happens again, report it with the log.'
        : 'Do it again: it has been started anew, and a change that was saved already is not saved twice.',
      retryable: !lasting,
      details: { worker: label, ...(operation === undefined ? {} : { operation }) },
    },
  );

export const describeCrossed = (error: CrossedError): string =>
  error.kind === 'known' ? `${error.body.code}: ${error.body.message}` : error.message;

export class WorkerSlot {
  readonly #options: SlotOptions;
  #state: SlotState = 'starting';
  #worker: Worker | undefined;
  #running: SlotCall | undefined;
  #lastCrashAt = Number.NEGATIVE_INFINITY;
  #closing = false;
  #exited: Promise<void> = Promise.resolve();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get state(): SlotState {
    return this.#state;
  }

  /** Starts the thread and waits until it is ready; gives what it said on opening. */
  async start(replacement = false): Promise<unknown> {
    this.#state = 'starting';
    const { entry, workerData, limits } = this.#options;
    const worker = new Worker(entry, { workerData: workerData(replacement), execArgv: [], ...(limits && { resourceLimits: limits }) });
    this.#worker = worker;
    let reason = 'it ended unexpectedly';
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    void (this.#options.openWhen ?? Promise.resolve()).then(
      () => {
        worker.postMessage({ type: 'open' });
      },
      // What it waits for has failed; whoever asked for both closes this one too.
      () => undefined,
    );
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    const opened = await new Promise<unknown>((resolve, reject) => {
      const onEarlyExit = (): void => {
        reject(
          new AppError('WORKER_CRASHED', `The ${this.#options.label} could not be started.`, {
            nextStep: 'Close Countersign and open it again; if it happens again, report it with the log.',
            details: { worker: this.#options.label, reason },
          }),
        );
      };
      worker.once('exit', onEarlyExit);
      const onStartup = (message: unknown): void => {
        const outcome = this.#options.startup(message);
        if (outcome === undefined) {
          this.#options.onMessage(message);
          return;
        }
        worker.off('message', onStartup);
        worker.off('exit', onEarlyExit);
        if ('failed' in outcome) {
          reject(outcome.failed);
          return;
        }
        worker.on('message', (later: unknown) => {
          this.#receive(later);
        });
        worker.once('exit', () => {
          this.#ended(reason);
        });
        resolve(outcome.opened);
      };
      worker.on('message', onStartup);
    }).catch((error: unknown) => {
      this.#state = 'dead';
      throw error;
    });
    this.#state = 'idle';
    return opened;
  }

  /** Hands a call to an idle worker. */
  take(call: SlotCall): void {
    const worker = this.#worker;
    if (this.#state !== 'idle' || worker === undefined) throw new Error(`the ${this.#options.label} is ${this.#state}, not idle`);
    this.#state = 'busy';
    this.#running = call;
    try {
      call.send((message, transfer) => {
        worker.postMessage(message, [...(transfer ?? [])]);
      });
    } catch (error) {
      // Arguments that cannot cross: the worker never saw them.
      this.#over();
      call.fail(
        new AppError('INTERNAL', 'Something went wrong inside the program. Nothing was changed.', {
          nextStep: 'Report this with the log.',
          details: { operation: call.name },
          cause: error,
        }),
      );
    }
  }

  /** Asks the worker to close its connection and waits until the thread has ended by itself. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#state !== 'dead') this.#worker?.postMessage({ type: 'close' });
    await this.#exited;
    this.#state = 'closed';
  }

  #receive(message: unknown): void {
    if (!this.#options.onMessage(message)) return;
    this.#over();
    this.#options.onIdle();
  }

  #over(): void {
    this.#running = undefined;
    if (this.#state === 'busy') this.#state = 'idle';
  }

  #ended(reason: string): void {
    const lost = this.#running;
    this.#running = undefined;
    if (this.#closing && lost === undefined) {
      this.#state = 'closed';
      return;
    }
    const now = performance.now();
    const restarting = !this.#closing && now - this.#lastCrashAt > RESTART_WINDOW_MS;
    this.#lastCrashAt = now;
    this.#state = restarting ? 'starting' : 'dead';
    this.#options.onCrash({ label: this.#options.label, operation: lost?.name, reason, restarting });
    lost?.fail(crashError(this.#options.label, lost.name, !restarting));
    if (!restarting) {
      this.#options.onIdle();
      return;
    }
    this.start(true).then(
      () => {
        this.#options.onIdle();
      },
      (error: unknown) => {
        this.#options.onCrash({
          label: this.#options.label,
          operation: undefined,
          reason: error instanceof Error ? error.message : String(error),
          restarting: false,
        });
        this.#options.onIdle();
      },
    );
  }
}

import { availableParallelism } from 'node:os';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Compute, TaskMap } from './types.ts';
import { receiveError, type ComputeWorkerData, type FromComputeWorker, type OnLog, type ToComputeWorker } from './worker-messages.ts';
import { crashError, type SlotCall, type SlotCrash, WorkerSlot } from './worker-slot.ts';

export interface ComputePoolOptions {
  /** The worker entry: a file that calls `runComputeWorker`. */
  readonly entry: URL;
  /** Workers at most; they start when they are first needed. Default: the processor's cores. */
  readonly size?: number;
  readonly onLog?: OnLog;
  readonly onCrash?: (crash: SlotCrash) => void;
}

interface Job extends SlotCall {
  readonly id: number;
  readonly cancel: Int32Array;
  readonly done: (value: unknown) => void;
  readonly progress: (value: unknown) => void;
}

const cancelledError = (name: string): AppError =>
  new AppError('CANCELLED', 'The work was cancelled. Nothing was changed by it.', {
    nextStep: 'Start it again when you want it.',
    retryable: true,
    details: { operation: name },
  });

/** What a task makes is short-lived and small: a larger nursery is only filled before it is swept, in every thread. */
const YOUNG_MB = 4;

/** Workers for hashing, parsing and verification: each runs one task at a time, the rest wait in order. */
export const createComputePool = <Tasks extends TaskMap>(options: ComputePoolOptions): Compute<Tasks> => {
  const size = Math.max(1, Math.trunc(options.size ?? availableParallelism()));
  const slots: WorkerSlot[] = [];
  const starting = new Set<WorkerSlot>();
  const waiting: Job[] = [];
  const running = new Map<number, Job>();
  let nextId = 1;
  let closing: Promise<void> | undefined;
  let drained: (() => void) | undefined;

  const onMessage = (raw: unknown): boolean => {
    const message = raw as FromComputeWorker;
    if (message.type === 'ready') return false;
    if (message.type === 'log') {
      options.onLog?.(message.record);
      return false;
    }
    const job = running.get(message.id);
    if (job === undefined) return false;
    if (message.type === 'progress') {
      job.progress(message.value);
      return false;
    }
    if (message.type === 'done') job.done(message.value);
    else {
      if (message.error.kind === 'bug')
        options.onLog?.({
          level: 'error',
          message: 'a task failed',
          fields: { name: job.name, reason: message.error.message, stack: message.error.stack },
        });
      job.fail(receiveError(message.error, job.name));
    }
    return true;
  };

  const addSlot = (): void => {
    const slot = new WorkerSlot({
      entry: options.entry,
      label: `compute worker ${slots.length + 1}`,
      workerData: (): ComputeWorkerData => ({ countersignWorker: 'compute' }),
      limits: { maxYoungGenerationSizeMb: YOUNG_MB },
      startup: (raw) => ((raw as FromComputeWorker).type === 'ready' ? { opened: undefined } : undefined),
      onMessage,
      onIdle: () => {
        dispatch();
      },
      onCrash: (crash) => {
        options.onLog?.({ level: 'error', message: 'a compute worker stopped', fields: { ...crash } });
        options.onCrash?.(crash);
      },
    });
    slots.push(slot);
    starting.add(slot);
    slot
      .start()
      .catch((error: unknown) => {
        options.onLog?.({ level: 'error', message: 'a compute worker could not be started', fields: { reason: String(error) } });
      })
      .finally(() => {
        starting.delete(slot);
        dispatch();
      });
  };

  function dispatch(): void {
    for (const slot of slots) {
      while (slot.state === 'idle') {
        const job = waiting.shift();
        if (job === undefined) break;
        running.set(job.id, job);
        slot.take(job);
      }
    }
    while (waiting.length > starting.size && slots.length < size) addSlot();
    if (slots.length === size && slots.every(({ state }) => state === 'dead' || state === 'closed'))
      for (const job of waiting.splice(0)) job.fail(crashError('compute worker', undefined, true));
    if (waiting.length + running.size === 0) drained?.();
  }

  const run = (name: string, input: unknown, { signal, onProgress, transfer }: Parameters<Compute<TaskMap>['run']>[2] & object = {}) => {
    if (closing !== undefined || signal?.aborted === true) return Promise.reject(cancelledError(name));
    return new Promise<unknown>((resolve, reject) => {
      const id = nextId++;
      const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      const cancel = new Int32Array(shared);
      const settle = (): void => {
        running.delete(id);
        signal?.removeEventListener('abort', onAbort);
      };
      const job: Job = {
        id,
        name,
        cancel,
        send: (post) => {
          post({ type: 'run', id, name, input, cancel: shared } satisfies ToComputeWorker, transfer);
        },
        progress: (value) => onProgress?.(value),
        done: (value) => {
          settle();
          resolve(value);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      function onAbort(): void {
        const place = waiting.indexOf(job);
        if (place === -1) {
          Atomics.store(cancel, 0, 1);
          return;
        }
        waiting.splice(place, 1);
        job.fail(cancelledError(name));
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(job);
      dispatch();
    });
  };

  return {
    size,
    run: run as Compute<Tasks>['run'],
    close: () => {
      closing ??= new Promise<void>((resolve) => {
        drained = resolve;
        for (const job of waiting.splice(0)) job.fail(cancelledError(job.name));
        for (const job of running.values()) Atomics.store(job.cancel, 0, 1);
        dispatch();
      }).then(async () => {
        await Promise.all(slots.map((slot) => slot.close()));
      });
      return closing;
    },
  };
};

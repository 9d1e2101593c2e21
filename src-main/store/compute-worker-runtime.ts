import { parentPort, workerData } from 'node:worker_threads';
import { transferOf } from './transfer.ts';
import type { TaskContext, TaskMap } from './types.ts';
import { crossError, type FromComputeWorker, type ToComputeWorker } from './worker-messages.ts';

const PROGRESS_EVERY_MS = 100;

type AnyTask = (input: unknown, context: TaskContext) => unknown;

const isComputeWorkerData = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'countersignWorker' in value && value.countersignWorker === 'compute';

const entriesOf = (tasks: TaskMap): [string, AnyTask][] => Object.entries(tasks) as unknown as [string, AnyTask][];

/**
 * The body of the compute worker's entry: runs tasks from the registry, one at a time. The cancel flag lies in shared
 * memory, so a task that never gives up its thread still sees it. Call it once, at the top of the entry file.
 * @param rest loads further tasks when one is asked for that is not in `tasks`: each thread holds its own copy of all code.
 */
export const runComputeWorker = (tasks: TaskMap, rest?: () => Promise<TaskMap>): void => {
  if (parentPort === null || !isComputeWorkerData(workerData))
    throw new Error('This file is the entry of a compute worker; the compute pool starts it.');
  const port = parentPort;
  const registry = new Map<string, AnyTask>(entriesOf(tasks));
  const post = (message: FromComputeWorker, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, [...transfer]);
  };

  const run = async (id: number, name: string, input: unknown, cancel: SharedArrayBuffer): Promise<void> => {
    const flag = new Int32Array(cancel);
    let sentAt = Number.NEGATIVE_INFINITY;
    let unsent: { readonly value: unknown } | undefined;
    const context: TaskContext = {
      cancelled: () => Atomics.load(flag, 0) === 1,
      progress: (value) => {
        const now = performance.now();
        if (now - sentAt < PROGRESS_EVERY_MS) {
          unsent = { value };
          return;
        }
        sentAt = now;
        unsent = undefined;
        post({ type: 'progress', id, value });
      },
    };
    try {
      if (!registry.has(name) && rest !== undefined) for (const entry of entriesOf(await rest())) registry.set(...entry);
      const task = registry.get(name);
      if (task === undefined) throw new Error(`there is no task named ${name}`);
      const value = await task(input, context);
      // The last word on progress is never swallowed by the throttle.
      if (unsent !== undefined) post({ type: 'progress', id, value: unsent.value });
      post({ type: 'done', id, value }, transferOf(value));
    } catch (error) {
      post({ type: 'failed', id, error: crossError(error, name) });
    }
  };

  port.on('message', (message: ToComputeWorker) => {
    if (message.type === 'run') void run(message.id, message.name, message.input, message.cancel);
    else if (message.type === 'close') port.close();
  });
  post({ type: 'ready' });
};

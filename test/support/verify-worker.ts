/** A worker thread that runs the tasks of verification, for tests of their interplay; the product has its own pool. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { VerifyCompute } from '../../src-main/receipts/verify-files.ts';
import { verifyTasks } from '../../src-main/receipts/verify-tasks.ts';
import type { Task } from '../../src-main/store/types.ts';

interface Job {
  readonly name: keyof typeof verifyTasks;
  readonly input: never;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const cancel = new Int32Array((workerData as { cancel: SharedArrayBuffer }).cancel);
  port.on('message', ({ name, input }: Job) => {
    try {
      const context = {
        cancelled: () => Atomics.load(cancel, 0) === 1,
        progress: (value: unknown) => port.postMessage({ progress: value }),
      };
      port.postMessage({ result: (verifyTasks[name] as Task)(input, context) });
    } catch (error) {
      port.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** A compute service over `size` real threads. */
export function threads(size: number): VerifyCompute {
  const cancel = new SharedArrayBuffer(4);
  const idle = Array.from({ length: size }, () => new Worker(new URL(import.meta.url), { workerData: { cancel } }));
  const all = [...idle];
  const waiting: ((worker: Worker) => void)[] = [];
  const claim = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  return {
    size,
    run: async (name, input, options) => {
      const worker = await claim();
      options?.signal?.addEventListener('abort', () => Atomics.store(new Int32Array(cancel), 0, 1));
      try {
        return await new Promise((resolve, reject) => {
          worker.on('message', (message: { progress?: unknown; result?: unknown; error?: string }) => {
            if ('progress' in message) {
              options?.onProgress?.(message.progress);
              return;
            }
            worker.removeAllListeners('message');
            if (message.error !== undefined) reject(new Error(message.error));
            else resolve(message.result as never);
          });
          worker.postMessage({ name, input }, [...(options?.transfer ?? [])]);
        });
      } finally {
        const next = waiting.shift();
        if (next === undefined) idle.push(worker);
        else next(worker);
      }
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

/** The same tasks one after another on this thread. */
export const oneThread = (): VerifyCompute => ({
  size: 1,
  run: (name, input) =>
    Promise.resolve((verifyTasks[name] as Task)(input as never, { cancelled: () => false, progress: () => undefined }) as never),
  close: () => Promise.resolve(),
});

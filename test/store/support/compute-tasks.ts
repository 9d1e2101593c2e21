import { threadId } from 'node:worker_threads';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { withTransfer } from '../../../src-main/store/transfer.ts';
import type { TaskContext } from '../../../src-main/store/types.ts';

export const tasks = {
  double: (input: { value: number }): number => input.value * 2,
  /** Never gives up its thread until it is cancelled or the time is over. */
  spin: (input: { milliseconds: number }, { cancelled, progress }: TaskContext): { steps: number } => {
    const end = performance.now() + input.milliseconds;
    let steps = 0;
    while (performance.now() < end) {
      if (cancelled()) throw new AppError('CANCELLED', 'The work was cancelled.', { nextStep: 'Start it again.' });
      steps += 1;
      progress({ steps });
    }
    return { steps };
  },
  /** Waits without blocking; says which thread it ran on. */
  linger: async (input: { milliseconds: number }): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, input.milliseconds));
    return threadId;
  },
  bytes: (input: { length: number }): { bytes: Uint8Array } => {
    const bytes = new Uint8Array(input.length).fill(7);
    return withTransfer({ bytes }, [bytes.buffer]);
  },
  crash: (): void => {
    process.exit(9);
  },
  bug: (): never => {
    throw new Error('a bug');
  },
};
export type TestTasks = typeof tasks;

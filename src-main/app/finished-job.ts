import type { Client } from '../../src-shared/contract/client.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';

/** Starts a job and waits for its end. */
export async function finished(client: Client<Contract>, start: () => Promise<{ jobId: string }>): Promise<void> {
  const ended = new Map<string, { state: string; says: string }>();
  let wake: () => void = () => undefined;
  const stop = client.on('job.changed', (job) => {
    if (job.state === 'running') return;
    ended.set(job.jobId, job);
    wake();
  });
  try {
    const { jobId } = await start();
    while (!ended.has(jobId)) await new Promise<void>((resolve) => (wake = resolve));
    const job = ended.get(jobId)!;
    if (job.state !== 'done')
      throw new AppError('INTERNAL', `A step of the demo did not go through: ${job.says}`, {
        nextStep: 'Look into the log, then make the demo again in an empty folder.',
      });
  } finally {
    stop();
  }
}

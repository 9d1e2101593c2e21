/** Jobs that move: twenty steps from nothing to done, or cancelled on the way. */
import type { Job } from '../../../src-shared/contract/host.ts';

const STEPS = 20;

export interface FixtureJobs {
  readonly start: (
    name: string,
    kind: Job['kind'],
    total: number,
    unit: NonNullable<Job['progress']>['unit'],
    onDone?: () => void,
  ) => string;
  readonly cancel: (jobId: string) => void;
  readonly list: () => readonly Job[];
  readonly stop: () => void;
}

export const createFixtureJobs = (now: string, publish: (job: Job) => void, stepMs: number): FixtureJobs => {
  const jobs = new Map<string, Job>();
  const timers = new Map<string, ReturnType<typeof setInterval>>();
  const put = (job: Job): void => {
    jobs.set(job.jobId, job);
    publish(job);
  };
  const end = (jobId: string, patch: Partial<Job>): void => {
    clearInterval(timers.get(jobId));
    timers.delete(jobId);
    const job = jobs.get(jobId);
    if (job?.state === 'running') put({ ...job, ...patch, endedAt: now });
  };
  return {
    start: (name, kind, total, unit, onDone) => {
      const jobId = `job-${jobs.size + 1}`;
      put({
        jobId,
        name,
        kind,
        state: 'running',
        startedAt: now,
        endedAt: null,
        progress: { done: 0, total, unit },
        says: 'Reading what is new.',
        error: null,
        address: null,
      });
      let step = 0;
      timers.set(
        jobId,
        setInterval(() => {
          step += 1;
          const job = jobs.get(jobId);
          if (job === undefined) return;
          if (step < STEPS) put({ ...job, progress: { done: Math.floor((total * step) / STEPS), total, unit } });
          else {
            end(jobId, {
              state: 'done',
              progress: { done: total, total, unit },
              says: kind === 'sync' ? '14 new receipts in 2 chains; every feed is conserved.' : 'Done.',
              address: kind === 'sync' ? '/settings/sources' : '/receipts',
            });
            onDone?.();
          }
        }, stepMs),
      );
      return jobId;
    },
    cancel: (jobId) => {
      end(jobId, { state: 'cancelled', says: 'Stopped; what was done until then stays.' });
    },
    list: () => [...jobs.values()].reverse(),
    stop: () => {
      for (const timer of timers.values()) clearInterval(timer);
    },
  };
};

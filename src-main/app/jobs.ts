import type { Job } from '../../src-shared/contract/host.ts';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';

/** Long work with progress and cancel. One place starts it, watches it and remembers how it ended. */

export interface JobHandle {
  readonly signal: AbortSignal;
  /** For work in the compute threads: cancel and progress of this job. */
  readonly compute: { readonly signal: AbortSignal; readonly onProgress: (value: unknown) => void };
  /** Reported as often as the work likes; passed on at most every 100 ms. */
  readonly progress: (value: NonNullable<Job['progress']>, says?: string) => void;
}

export interface JobSpec {
  readonly name: string;
  readonly kind: Job['kind'];
  /** Where the result can be seen. */
  readonly address?: string;
  readonly requestId: string;
  /** Resolves with one plain sentence about the result. */
  readonly run: (handle: JobHandle) => Promise<string>;
}

export interface Jobs {
  /** Starts the work and answers at once. */
  start(spec: JobSpec): { readonly jobId: string; readonly ended: Promise<Job> };
  list(): Job[];
  /** @throws AppError NOT_FOUND when no such job runs. */
  cancel(jobId: string): void;
  /** Cancels what runs and waits for it to stop. */
  close(): Promise<void>;
}

/** What a call that starts a job answers: the job itself comes as events. */
export const startedJob = ({ jobId }: { readonly jobId: string }): { jobId: string } => ({ jobId });

const KEPT = 50;
const PROGRESS_EVERY_MS = 100;

export interface JobsOptions {
  readonly now: () => Date;
  readonly newId: () => string;
  readonly changed: (job: Job) => void;
  readonly failed: (job: Job, error: unknown) => void;
}

export function createJobs({ now, newId, changed, failed }: JobsOptions): Jobs {
  const jobs = new Map<string, { job: Job; abort: AbortController; ended: Promise<Job> }>();

  const forgetOld = () => {
    const over = jobs.size - KEPT;
    if (over <= 0) return;
    for (const id of [...jobs]
      .filter(([, entry]) => entry.job.state !== 'running')
      .slice(0, over)
      .map(([id]) => id))
      jobs.delete(id);
  };

  const start: Jobs['start'] = (spec) => {
    const jobId = newId();
    const abort = new AbortController();
    let lastSent = 0;
    const entry = {
      job: {
        jobId,
        name: spec.name,
        kind: spec.kind,
        state: 'running',
        startedAt: now().toISOString(),
        endedAt: null,
        progress: null,
        says: '',
        error: null,
        address: spec.address ?? null,
      } as Job,
      abort,
      ended: Promise.resolve() as unknown as Promise<Job>,
    };
    const set = (change: Partial<Job>) => {
      entry.job = { ...entry.job, ...change };
      changed(entry.job);
    };
    const report: JobHandle['progress'] = (progress, says) => {
      entry.job = { ...entry.job, progress, says: says ?? entry.job.says };
      const at = now().getTime();
      if (at - lastSent < PROGRESS_EVERY_MS) return;
      lastSent = at;
      changed(entry.job);
    };
    const handle: JobHandle = {
      signal: abort.signal,
      progress: report,
      compute: {
        signal: abort.signal,
        onProgress: (value) => {
          const { step, done, total, unit } = value as { step: string; done: number; total: number; unit: 'bytes' | 'pages' | 'rows' };
          report({ done, total, unit: unit === 'rows' ? 'items' : unit }, step);
        },
      },
    };
    const end = (error: unknown) => {
      const cancelled = abort.signal.aborted || (isAppError(error) && error.code === 'CANCELLED');
      const known = isAppError(error)
        ? error
        : new AppError('INTERNAL', 'The work stopped on an unexpected fault. What was finished before stays.', {
            nextStep: 'Look in the log for the request id, or make a support bundle in Settings.',
          });
      set({
        state: cancelled ? 'cancelled' : 'failed',
        endedAt: now().toISOString(),
        says: cancelled ? 'Cancelled. What was finished before stays.' : known.message,
        error: cancelled ? null : { code: known.code, message: known.message, nextStep: known.nextStep, requestId: spec.requestId },
      });
      if (!cancelled) failed(entry.job, error);
      return entry.job;
    };
    jobs.set(jobId, entry);
    changed(entry.job);
    entry.ended = (async () => {
      try {
        const says = await spec.run(handle);
        set({ state: 'done', endedAt: now().toISOString(), says });
        return entry.job;
      } catch (error) {
        return end(error);
      } finally {
        forgetOld();
      }
    })();
    return { jobId, ended: entry.ended };
  };

  return {
    start,
    list: () => [...jobs.values()].map((entry) => entry.job).reverse(),
    cancel: (jobId) => {
      const entry = jobs.get(jobId);
      if (!entry || entry.job.state !== 'running') {
        throw new AppError('NOT_FOUND', 'No such job is running.', { nextStep: 'It may have ended already: look in the list of jobs.' });
      }
      entry.abort.abort();
    },
    close: async () => {
      for (const entry of jobs.values()) if (entry.job.state === 'running') entry.abort.abort();
      await Promise.all([...jobs.values()].map((entry) => entry.ended));
    },
  };
}

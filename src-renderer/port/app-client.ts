import { focusManager, onlineManager, QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { CallError } from '../../src-shared/contract/client.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import { isTouched } from './freshness.ts';
import type { PortOpener } from './host-port.ts';
import { createLiveClient, type LiveClient, type LiveClientOptions } from './live-client.ts';

/** The page's one connection to the app, with the answers it holds. */
export interface AppClient {
  readonly live: LiveClient<Contract>;
  readonly queries: QueryClient;
}

/** The key of the job list in the cache: jobs are pushed into it, so that there is one place for them. */
export const JOBS_KEY = ['job.list', {}] as const;

const MOST_ENDED_JOBS = 30;

/** A pushed job takes the place of its earlier state; the newest stand first, and old ended ones fall off. */
export const mergeJob = (jobs: readonly Job[], job: Job): Job[] => {
  const rest = jobs.filter((each) => each.jobId !== job.jobId);
  const merged = [job, ...rest].sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  let ended = 0;
  return merged.filter((each) => each.state === 'running' || (ended += 1) <= MOST_ENDED_JOBS);
};

/** Retries what may succeed by itself; an expected refusal is shown at once. */
const shouldRetry = (failures: number, error: unknown): boolean =>
  error instanceof CallError && error.retryable && error.code !== 'CANCELLED' && failures < 2;

export const createAppClient = (opener: PortOpener, options: LiveClientOptions = {}): AppClient => {
  const live = createLiveClient(opener, contract, options);
  const queries = new QueryClient({
    defaultOptions: {
      // Answers stay good until the app says otherwise: it pushes every change.
      queries: { staleTime: Infinity, gcTime: 5 * 60_000, retry: shouldRetry, retryDelay: 400, refetchOnWindowFocus: false },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  // "Online" means that the app behind the page answers. The network has nothing to do with it: everything works without.
  onlineManager.setEventListener(() => () => undefined);
  onlineManager.setOnline(true);
  focusManager.setEventListener(() => () => undefined);

  let wasOpen = false;
  live.subscribe(() => {
    const open = live.state().kind === 'open';
    onlineManager.setOnline(open || live.state().kind === 'connecting');
    // What was pushed while the link was lost is gone: everything on the screen is asked again.
    if (open && wasOpen) void queries.invalidateQueries();
    if (open) wasOpen = true;
  });
  live.on('facts.changed', ({ topics }) => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[0] === 'string' && isTouched(queryKey[0], topics) });
  });
  live.on('job.changed', (job) => {
    queries.setQueryData<{ jobs: Job[] }>(JOBS_KEY, (old) => ({ jobs: mergeJob(old?.jobs ?? [], job) }));
  });
  live.on('workspace.reopened', () => {
    // Another workspace: nothing of the old one may stay on the screen.
    void queries.resetQueries();
  });
  return { live, queries };
};

export const AppClientContext = createContext<AppClient | null>(null);

/** @throws Error outside the provider: a mistake of the page, not of a person. */
export const useAppClient = (): AppClient => {
  const client = useContext(AppClientContext);
  if (client === null) throw new Error('No app client above this part.');
  return client;
};

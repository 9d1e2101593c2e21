import { focusManager, onlineManager, QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { CallError, type CallOptions } from '../../src-shared/contract/client.ts';
import type { InputOf, OutputOf, QueryName } from '../../src-shared/contract/define.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import { isTouched } from './freshness.ts';
import type { PortOpener } from './host-port.ts';
import { refusalOf } from './refusal.ts';
import { createLiveClient, type LiveClient, type LiveClientOptions } from './live-client.ts';

/** Who acts, and what they may ask: asked for before anything else that not everybody may. */
export const SESSION_KEY = ['session.describe', {}] as const;

/** Asked before the session can be known, and of recovery. */
const ASKED_AT_ONCE: ReadonlySet<string> = new Set(['host.describe', 'session.describe', 'recovery.describe']);

/** The page's one connection to the app, with the answers it holds. */
export interface AppClient {
  readonly live: LiveClient<Contract>;
  readonly queries: QueryClient;
  /**
   * Asks a query, unless the session may not: then it fails here and the app is not troubled. A screen that asks for more than
   * its member may see is no attempt of theirs, and must not stand in the audit log as one.
   */
  readonly ask: <N extends QueryName<Contract>>(
    name: N,
    input: InputOf<Contract, N>,
    options?: CallOptions,
  ) => Promise<OutputOf<Contract, N>>;
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
  const session = (): Promise<OutputOf<Contract, 'session.describe'> | null> =>
    queries
      .fetchQuery({ queryKey: SESSION_KEY, queryFn: ({ signal }) => live.call('session.describe', {}, { signal }), staleTime: Infinity })
      // In recovery there is no session; who may ask what is then the app's to say.
      .catch(() => null);
  const ask: AppClient['ask'] = async (name, input, callOptions) => {
    if (!ASKED_AT_ONCE.has(name)) {
      const known = await session();
      const refused = known === null ? null : refusalOf(known, name);
      if (refused !== null) throw notAsked(refused);
    }
    return live.call(name, input, callOptions);
  };
  /** Someone else acts, or as someone else: nothing of what the one before saw may stay on the screen. */
  const startAnew = async (): Promise<void> => {
    // Who acts now comes first, so that nothing is asked that they may not ask.
    await queries.invalidateQueries({ queryKey: SESSION_KEY }).catch(() => undefined);
    await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] && queryKey[0] !== 'host.describe' });
  };
  live.on('facts.changed', ({ topics }) => {
    if (topics.includes('session')) {
      void startAnew();
      return;
    }
    void queries.invalidateQueries({ predicate: ({ queryKey }) => typeof queryKey[0] === 'string' && isTouched(queryKey[0], topics) });
  });
  live.on('job.changed', (job) => {
    queries.setQueryData<{ jobs: Job[] }>(JOBS_KEY, (old) => ({ jobs: mergeJob(old?.jobs ?? [], job) }));
  });
  live.on('workspace.reopened', () => {
    // Another workspace: nothing of the old one may stay on the screen.
    void queries.resetQueries();
  });
  return { live, queries, ask };
};

const notAsked = (reason: string): CallError =>
  new CallError(
    { code: 'FORBIDDEN', message: reason, nextStep: 'Ask a member of the company, or act as one who may.', retryable: false, details: {} },
    null,
  );

export const AppClientContext = createContext<AppClient | null>(null);

/** @throws Error outside the provider: a mistake of the page, not of a person. */
export const useAppClient = (): AppClient => {
  const client = useContext(AppClientContext);
  if (client === null) throw new Error('No app client above this part.');
  return client;
};

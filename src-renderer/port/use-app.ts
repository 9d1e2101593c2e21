import { keepPreviousData, useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import type { CallError } from '../../src-shared/contract/client.ts';
import type { CommandName, InputOf, OutputOf, QueryName } from '../../src-shared/contract/define.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { LinkState } from './live-client.ts';
import { refusalOf } from './refusal.ts';

export { roleWord } from './refusal.ts';
import { JOBS_KEY, useAppClient } from './app-client.ts';

export type Answer<N extends QueryName<Contract>> = OutputOf<Contract, N>;

export interface ProcedureOptions {
  /** False: not asked yet, as before a search has enough letters. */
  readonly enabled?: boolean;
  /** Keeps the last answer on the screen while the next one comes, as when a page or filter changes. */
  readonly keep?: boolean;
  readonly refetchMs?: number;
}

/** Asks a query and asks again whenever the app says that its facts changed. */
export const useProcedure = <N extends QueryName<Contract>>(
  name: N,
  input: InputOf<Contract, N>,
  options: ProcedureOptions = {},
): UseQueryResult<Answer<N>, CallError> => {
  const { live } = useAppClient();
  return useQuery<Answer<N>, CallError>({
    queryKey: [name, input],
    queryFn: ({ signal }) => live.call(name, input, { signal }),
    enabled: options.enabled ?? true,
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
};

export interface Command<N extends CommandName<Contract>> {
  /** Sends it. Rejects with the CallError that `error` also holds. */
  readonly run: (input: InputOf<Contract, N>) => Promise<OutputOf<Contract, N>>;
  readonly busy: boolean;
  readonly error: CallError | null;
  readonly reset: () => void;
}

/** A command, ready to be sent; what it changes comes back by `facts.changed`. */
export const useCommand = <N extends CommandName<Contract>>(name: N): Command<N> => {
  const { live } = useAppClient();
  const mutation = useMutation<OutputOf<Contract, N>, CallError, InputOf<Contract, N>>({
    mutationFn: (input) => live.call(name, input),
  });
  return { run: mutation.mutateAsync, busy: mutation.isPending, error: mutation.error, reset: mutation.reset };
};

/** Running and ended jobs, newest first; each change is pushed. */
export const useJobs = (): readonly Job[] => {
  const { live } = useAppClient();
  const { data } = useQuery<{ jobs: Job[] }, CallError>({
    queryKey: JOBS_KEY,
    queryFn: ({ signal }) => live.call('job.list', {}, { signal }),
  });
  return data?.jobs ?? [];
};

export const useJob = (jobId: string | null): Job | null => useJobs().find((job) => job.jobId === jobId) ?? null;

export const useLink = (): LinkState => {
  const { live } = useAppClient();
  return useSyncExternalStore(live.subscribe, live.state, live.state);
};

/** Why the acting member may not call a command now; null where they may, and while it is not known. */
export const useAllowed = (): ((name: CommandName<Contract>) => string | null) => {
  const { data } = useProcedure('session.describe', {});
  return useCallback((name) => (data === undefined ? null : refusalOf(data, name)), [data]);
};

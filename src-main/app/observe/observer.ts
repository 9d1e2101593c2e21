import type { QueryMap, StorePool } from '../../store/index.ts';
import { createLatencies, type Latencies } from './latencies.ts';
import type { Traces } from './traces.ts';

/** What this process notes of its own work: durations by name, and traces of what ran inside what. */
export interface Observer {
  readonly traces: Traces;
  /** Calls of the contract. */
  readonly calls: Latencies;
  /** Queries in the store's threads. */
  readonly queries: Latencies;
}

const NO_TRACES: Traces = { run: async (_name, _attributes, work) => work(), recent: () => [] };

/** A command of the terminal ends before anybody could look at its traces; loading their library would double its start. */
export async function createObserver(kind: 'electron' | 'loopback' | 'cli'): Promise<Observer> {
  const traces = kind === 'cli' ? NO_TRACES : (await import('./traces.ts')).createTraces();
  return { traces, calls: createLatencies(), queries: createLatencies() };
}

/** The same store, each of whose queries is a span below what asked for it. */
export const tracedStore = <Pool extends StorePool<QueryMap, QueryMap>>(store: Pool, traces: Traces): Pool => ({
  ...store,
  read: (name: string, args: never) => traces.run(`read ${name}`, {}, () => store.read(name, args)),
  write: (name: string, args: never, options?: Parameters<Pool['write']>[2]) =>
    traces.run(`write ${name}`, {}, () => store.write(name, args, options)),
});

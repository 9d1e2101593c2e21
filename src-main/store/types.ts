import type Sqlite from 'better-sqlite3';

/**
 * The store's seam. Rooms write named queries against `StoreDb`; `app/` gathers them into the workers; services call them
 * by name through `Store`. SQL never crosses a thread.
 */

export type SqlValue = number | bigint | string | Uint8Array | null;
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** One connection inside a worker, with cached statements. All integers are read exactly. */
export interface StoreDb {
  /** The connection itself, for hot loops that keep their own statement. */
  readonly raw: Sqlite.Database;
  /** Rows as plain objects. An integer beyond ±(2^53−1) throws; read such columns with `allExact`. */
  all<Row>(sql: string, params?: SqlParams): Row[];
  get<Row>(sql: string, params?: SqlParams): Row | undefined;
  /** Every INTEGER as bigint: for sums of limbs and anything that may pass 2^53. */
  allExact<Row>(sql: string, params?: SqlParams): Row[];
  iterate<Row>(sql: string, params?: SqlParams): IterableIterator<Row>;
  run(sql: string, params?: SqlParams): { readonly changes: number; readonly lastInsertRowid: number };
}

/**
 * A named query: runs to its end inside one worker. Arguments and results are structured-cloneable. A write runs inside
 * one immediate transaction and is rolled back whole when it throws.
 */
export type Query<Args = never, Result = unknown> = (db: StoreDb, args: Args) => Result;
export type QueryMap = Readonly<Record<string, Query>>;

type ArgsOf<Q> = Q extends (db: StoreDb, args: infer A) => unknown ? A : never;
type ResultOf<Q> = Q extends (db: StoreDb, args: never) => infer R ? R : never;

/**
 * What a service sees of the store: the named queries of its room (and of those before it). `Store` of all rooms is
 * assignable to `Store` of one.
 */
export interface Store<Reads extends QueryMap, Writes extends QueryMap> {
  /** Runs on the less loaded of two read-only connections. Fails with `AppError` (STORE_…). */
  read<N extends keyof Reads & string>(name: N, args: ArgsOf<Reads[N]>): Promise<ResultOf<Reads[N]>>;
  /** Runs on the one writer. `priority: 'background'` yields to interactive writes. */
  write<N extends keyof Writes & string>(
    name: N,
    args: ArgsOf<Writes[N]>,
    options?: { readonly priority?: 'interactive' | 'background' },
  ): Promise<ResultOf<Writes[N]>>;
}

/**
 * Tasks for the compute workers: hashing, parsing, verification. A task gets a context to report progress and to see that
 * it was cancelled; it must look at `cancelled()` at least every 50 ms of work and then throw `AppError('CANCELLED')`.
 */
export interface TaskContext {
  readonly cancelled: () => boolean;
  /** Sent to the caller at most every 100 ms; any cloneable value. */
  readonly progress: (value: unknown) => void;
}
export type Task<Input = never, Output = unknown> = (input: Input, context: TaskContext) => Output | Promise<Output>;
export type TaskMap = Readonly<Record<string, Task>>;

type TaskInput<T> = T extends (input: infer I, context: TaskContext) => unknown ? I : never;
type TaskOutput<T> = T extends (input: never, context: TaskContext) => infer O ? Awaited<O> : never;

export interface ComputeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (value: unknown) => void;
  readonly transfer?: readonly ArrayBuffer[];
}

export interface Compute<Tasks extends TaskMap> {
  /** How many tasks run at the same time. */
  readonly size: number;
  /** Queues the task on the first free worker. Aborting rejects with `AppError('CANCELLED')` once the task has stopped. */
  run<N extends keyof Tasks & string>(name: N, input: TaskInput<Tasks[N]>, options?: ComputeOptions): Promise<TaskOutput<Tasks[N]>>;
  close(): Promise<void>;
}

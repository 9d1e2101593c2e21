import { AppError, type ErrorBody, isAppError, toErrorBody } from '../../src-shared/kernel/errors.ts';
import { storeErrorFrom } from './store-errors.ts';

/** What crosses between the pools and their worker threads. Everything is structured-cloneable. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Workers never write logs themselves: records travel to the one logger of the program. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
export type OnLog = (record: LogRecord) => void;

export type StoreRole = 'writer' | 'reader';

export interface StoreWorkerData {
  readonly countersignWorker: 'store';
  readonly role: StoreRole;
  readonly file: string;
  readonly backupsFolder: string;
  readonly now: string;
  readonly appVersion: string;
  /** Whether the header may be looked at past SQLite: not while this process has the file open. */
  readonly peek: boolean;
  /** Whether a missing file is made; otherwise it is STORE_MISSING. */
  readonly create: boolean;
  /** A worker that replaces a crashed one finds the schema as its forerunner left it. */
  readonly migrate: boolean;
  /** Larger than this, the log is written back and cut after a write. */
  readonly checkpointBytes: number;
}

export interface OpenReport {
  readonly schemaVersion: number;
  /** Set by the writer that brought the schema up to date. */
  readonly migrated?: { readonly from: number; readonly to: number; readonly applied: readonly string[]; readonly backup?: string };
}

export type ToStoreWorker =
  | { readonly type: 'open' }
  | { readonly type: 'query'; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly type: 'close' };

export type CrossedError =
  | { readonly kind: 'known'; readonly body: ErrorBody }
  /** A bug: its text and stack go to the log, never to a caller beyond this process. */
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string };

export type FromStoreWorker =
  | { readonly type: 'opened'; readonly report: OpenReport }
  | { readonly type: 'open-failed'; readonly error: CrossedError }
  | { readonly type: 'progress'; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown; readonly durationMs: number; readonly rows: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: CrossedError; readonly durationMs: number; readonly rows: number }
  | { readonly type: 'log'; readonly record: LogRecord };

export interface ComputeWorkerData {
  readonly countersignWorker: 'compute';
}

export type ToComputeWorker =
  | { readonly type: 'open' }
  | { readonly type: 'run'; readonly id: number; readonly name: string; readonly input: unknown; readonly cancel: SharedArrayBuffer }
  | { readonly type: 'close' };

export type FromComputeWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: CrossedError }
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'log'; readonly record: LogRecord };

const cloneable = (details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  try {
    return structuredClone(details);
  } catch {
    // A detail that cannot cross must not hide the error it belongs to.
    return {};
  }
};

/** Makes any thrown value ready to cross a thread; a failure to do so never masks the failure itself. */
export const crossError = (error: unknown, operation: string, file?: string): CrossedError => {
  const known = isAppError(error) ? error : storeErrorFrom(error, { operation, ...(file === undefined ? {} : { file }) });
  if (known !== undefined) {
    const body = toErrorBody(known);
    return { kind: 'known', body: { ...body, details: cloneable(body.details) } };
  }
  if (error instanceof Error) return { kind: 'bug', message: error.message, stack: error.stack ?? '' };
  return { kind: 'bug', message: String(error), stack: '' };
};

/** The error as the caller meets it. A bug becomes INTERNAL; its text stays in `cause`, which crosses no contract. */
export const receiveError = (crossed: CrossedError, operation: string): AppError => {
  if (crossed.kind === 'known') {
    const { code, message, nextStep, retryable, details } = crossed.body;
    return new AppError(code, message, { nextStep, retryable, details });
  }
  const cause = new Error(crossed.message);
  cause.stack = crossed.stack;
  return new AppError('INTERNAL', 'Something went wrong inside the program. Nothing was changed.', {
    nextStep: 'Try again; if it happens again, report it with the log.',
    details: { operation },
    cause,
  });
};

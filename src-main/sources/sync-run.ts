import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import type { Store } from '../store/index.ts';
import type { FeedModule } from './feed-module.ts';
import { grouped, plural } from './source.ts';
import type { sourcesReads, StoredSource } from './sources-queries.ts';
import type { BegunRun, FileCursor, RunEnd, SyncReads, SyncWrites, TakeArgs } from './sync-queries.ts';

export type SyncStore = Store<typeof sourcesReads & SyncReads, SyncWrites>;

/** What one run of one feed works with; the readers of the two kinds of source share it. */
export interface RunContext {
  readonly store: SyncStore;
  readonly source: StoredSource;
  readonly module: FeedModule;
  readonly runId: string;
  readonly begun: BegunRun;
  /** Everything is read again and compared. */
  readonly full: boolean;
  readonly signal: AbortSignal;
  /** Bytes that were read; the total where it is known. */
  readonly progress: (done: number, total: number | null) => void;
  readonly now: () => string;
  readonly chunkBytes: number;
  readonly take: (args: Omit<TakeArgs, 'runNo' | 'now'>) => Promise<void>;
}

/** How a run went, before its counts are known. */
export type RunResult = Omit<RunEnd, 'cursor' | 'retryNotBefore'> & {
  readonly cursor: string | null;
  readonly retryNotBefore?: string | null;
};

export const TAIL_BYTES = 64 * 1024;

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Line ends in `bytes`, and the bytes after the last one. */
export const lineEnds = (bytes: Uint8Array): { readonly lines: number; readonly after: number } => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let lines = 0;
  let next = 0;
  for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, next)) {
    lines += 1;
    next = at + 1;
  }
  return { lines, after: buffer.length - next };
};

/** The cursor of a file that was never read. */
export const newCursor = (path: string, kind: 'appended' | 'whole'): FileCursor => ({
  path,
  kind,
  stat: null,
  taken: 0,
  lines: 0,
  unfinished: 0,
  tailBytes: 0,
  tailSha256: sha256Hex(new Uint8Array(0)),
  goneSince: null,
});

/** The sentence of a run that changed-past and shrank share: what stays. */
export const STAYS = 'What was accepted before stays, beside what the source says now.';

export const changedPastResult = (cursor: string, paths: readonly string[], because: string): RunResult => ({
  outcome: 'changed-past',
  says: `The source changed its past: ${because} ${paths.length > 1 ? `${plural(paths.length, 'file')} changed. ` : ''}${STAYS}`,
  nextStep: 'Compare the two generations in the chain, and ask the source what it changed and why.',
  code: null,
  cursor,
});

export const shrankResult = (cursor: string, because: string): RunResult => ({
  outcome: 'shrank',
  says: `The source shrank: ${because} ${STAYS}`,
  nextStep: 'Ask the source whether it was cut off or cleaned up; nothing was deleted here.',
  code: null,
  cursor,
});

export const okResult = (cursor: string, bytes: number, note = ''): RunResult => ({
  outcome: 'ok',
  says: `${bytes === 0 ? 'Nothing new.' : `${grouped(bytes)} new bytes were taken.`}${note === '' ? '' : ` ${note}`}`,
  nextStep: null,
  code: null,
  cursor,
});

/** Turns what a run failed on into its outcome; `null` for a bug or a failure of the store, which is the caller's. */
export const failedResult = (error: unknown, signal: AbortSignal, cursor: string | null): RunResult | null => {
  if (signal.aborted || (isAppError(error) && error.code === 'CANCELLED'))
    return {
      outcome: 'cancelled',
      says: 'Cancelled. What was taken before stays; the next run goes on from there.',
      nextStep: 'Sync again when you want the rest.',
      code: 'CANCELLED',
      cursor,
    };
  if (!isAppError(error) || !(error.code.startsWith('SOURCE_') || error.code === 'CONFLICT')) return null;
  const outcome = error.code === 'SOURCE_UNREACHABLE' ? 'offline' : error.code === 'SOURCE_GARBAGE' ? 'garbage' : 'failed';
  const retryNotBefore = error.details.retryNotBefore;
  return {
    outcome,
    says: error.message,
    nextStep: error.nextStep,
    code: error.code,
    cursor,
    retryNotBefore: typeof retryNotBefore === 'string' ? retryNotBefore : null,
  };
};

export const garbageError = (message: string, nextStep: string): AppError =>
  new AppError('SOURCE_GARBAGE', message, { nextStep, retryable: true });

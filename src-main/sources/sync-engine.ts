import type { Conservation } from '../../src-shared/contract/sources.ts';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import type { FeedModule } from './feed-module.ts';
import { feedsOfFolder } from './folder-reader.ts';
import { syncFolder } from './folder-sync.ts';
import { HTTP_DEFAULTS, type HttpOptions } from './http-reader.ts';
import { syncHttp } from './http-sync.ts';
import { tokenName } from './source.ts';
import type { FeedOutcome, StoredSource } from './sources-queries.ts';
import type { EndedRun, RunEnd } from './sync-queries.ts';
import { failedResult, type RunContext, type RunResult, type SyncStore } from './sync-run.ts';

/** What the engine needs of the machine's secret store. */
export interface TokenStore {
  readonly get: (name: string) => Promise<string | null>;
  readonly set: (name: string, value: string) => Promise<void>;
  readonly delete: (name: string) => Promise<void>;
}

export interface SyncProgress {
  readonly done: number;
  /** null while it is not known. */
  readonly total: number | null;
  readonly unit: 'bytes';
}

export interface SyncRequest {
  /** All active sources when left out. A paused one must be named by nobody: it fails with SOURCE_PAUSED. */
  readonly sourceIds?: readonly string[] | undefined;
  /** Read everything again and compare it with what is stored. */
  readonly full?: boolean;
  /** Who asked; null for the schedule. */
  readonly memberId?: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SyncProgress, says: string) => void;
}

/** How one feed of one source went: a line of `sync --json`. */
export interface FeedRun {
  readonly runId: string;
  readonly sourceId: string;
  readonly source: string;
  readonly feed: string;
  readonly outcome: FeedOutcome;
  readonly says: string;
  readonly nextStep: string | null;
  readonly code: string | null;
  readonly counts: Conservation;
  readonly bytes: number;
  readonly conserved: boolean;
  readonly cursor: string | null;
  readonly elapsedMs: number;
}

export interface SyncReport {
  readonly feeds: readonly FeedRun[];
  readonly elapsedMs: number;
  readonly cancelled: boolean;
}

export interface SyncEngineOptions {
  readonly store: SyncStore;
  readonly modules: readonly FeedModule[];
  readonly tokens: TokenStore;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  /** Called after each run of a feed, whatever its outcome. */
  readonly onRunEnded?: (run: FeedRun) => void;
  /** A bug inside a run: the run is recorded as failed, and this gets what was thrown. */
  readonly onFault?: (error: unknown, run: { readonly runId: string; readonly source: string; readonly feed: string }) => void;
  readonly http?: Partial<HttpOptions>;
  /** Bytes read and committed at a time; 2 MiB. */
  readonly chunkBytes?: number;
  /** Items asked for with one HTTP request; 1,000. */
  readonly pageItems?: number;
}

export interface SyncEngine {
  /** Runs the feeds of the sources, one after another; a second call waits for the first. Rejects only when the store fails. */
  run(request?: SyncRequest): Promise<SyncReport>;
  /** The source that is being read, if any. */
  current(): { readonly sourceId: string; readonly name: string } | null;
  /** Fails with NOT_FOUND or SOURCE_PAUSED as `run` would. */
  resolve(sourceIds: readonly string[] | undefined): Promise<readonly StoredSource[]>;
  /** Cancels what runs and waits for it. */
  close(): Promise<void>;
}

/** Some 20 ms of the writer: interactive writes come in between. */
const CHUNK_BYTES = 2 * 1024 * 1024;
const PAGE_ITEMS = 1_000;

export const createSyncEngine = (options: SyncEngineOptions): SyncEngine => {
  const { store, modules, now, newId } = options;
  const http: HttpOptions = { ...HTTP_DEFAULTS, ...options.http };
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();
  let current: { sourceId: string; name: string } | null = null;
  const isoNow = (): string => now().toISOString();

  const resolve: SyncEngine['resolve'] = async (sourceIds) => {
    const sources = await store.read('sources.list', { removed: false });
    if (sourceIds === undefined) return sources.filter(({ state }) => state === 'active');
    return sourceIds.map((id) => {
      const source = sources.find(({ sourceId }) => sourceId === id);
      if (!source)
        throw new AppError('NOT_FOUND', 'There is no such source.', {
          nextStep: 'Look for it in the list of sources.',
          details: { sourceId: id },
        });
      if (source.state === 'paused')
        throw new AppError('SOURCE_PAUSED', `The source ${source.name} is paused. Nothing was read.`, {
          nextStep: 'Resume it, then sync.',
        });
      return source;
    });
  };

  /** The feeds of a source: those it has now or had before. */
  const feedsOf = async (source: StoredSource): Promise<readonly FeedModule[]> => {
    const had = new Set(source.feeds.map(({ feed }) => feed));
    if (source.kind === 'http') return modules;
    try {
      const has = new Set(await feedsOfFolder(source.location, modules));
      return modules.filter((module) => has.has(module) || had.has(module.feed));
    } catch (error) {
      if (!isAppError(error)) throw error;
      // The run itself meets the same trouble, and records it.
      return had.size === 0 ? modules : modules.filter(({ feed }) => had.has(feed));
    }
  };

  const readFeed = async (source: StoredSource, context: RunContext): Promise<RunResult> => {
    if (source.kind === 'folder') return syncFolder(context);
    const token = source.hasToken ? await options.tokens.get(tokenName(source.sourceId)) : null;
    if (source.hasToken && token === null)
      throw new AppError('SOURCE_UNAUTHORISED', 'The token of this source is not kept on this machine.', {
        nextStep:
          'Give the token again in Settings; this machine may be another one, or its secret store keeps tokens only while the program runs.',
      });
    return syncHttp(context, { token, http, limit: options.pageItems ?? PAGE_ITEMS });
  };

  const runFeed = async (
    source: StoredSource,
    module: FeedModule,
    request: SyncRequest,
    signal: AbortSignal,
    progress: (done: number, total: number | null) => void,
  ): Promise<FeedRun> => {
    const start = performance.now();
    const runId = newId();
    const full = request.full ?? false;
    const begun = await store.write(
      'sync.begin',
      { sourceId: source.sourceId, feed: module.feed, runId, full, memberId: request.memberId ?? null, now: isoNow() },
      { priority: 'background' },
    );
    const context: RunContext = {
      store,
      source,
      module,
      runId,
      begun,
      full,
      signal,
      progress,
      now: isoNow,
      chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
      take: async (args) => {
        await store.write('sync.take', { ...args, runNo: begun.runNo, now: isoNow() }, { priority: 'background' });
      },
    };
    let result: RunResult;
    let storeFailure: AppError | undefined;
    try {
      result = await readFeed(source, context);
    } catch (error) {
      const known = failedResult(error, signal, null);
      if (known) result = known;
      else {
        if (isAppError(error)) storeFailure = error;
        else options.onFault?.(error, { runId, source: source.name, feed: module.feed });
        result = {
          outcome: 'failed',
          says: isAppError(error) ? error.message : 'The run stopped on an unexpected fault. What was taken before stays.',
          nextStep: isAppError(error) ? error.nextStep : 'Look in the log for this run, or make a support bundle in Settings.',
          code: isAppError(error) ? error.code : 'INTERNAL',
          cursor: null,
        };
      }
    }
    const end: RunEnd = {
      outcome: result.outcome,
      says: result.says,
      nextStep: result.nextStep,
      code: result.code,
      cursor: result.cursor ?? source.feeds.find(({ feed }) => feed === module.feed)?.cursor ?? null,
      retryNotBefore: result.retryNotBefore ?? null,
    };
    let ended: EndedRun;
    try {
      ended = await store.write('sync.end', { runNo: begun.runNo, end, now: isoNow() });
    } catch (error) {
      // The next run ends this one; the first failure says more than the second.
      if (storeFailure !== undefined) throw storeFailure;
      throw error;
    }
    const run: FeedRun = {
      runId,
      sourceId: source.sourceId,
      source: source.name,
      feed: module.feed,
      outcome: ended.outcome,
      says: ended.says,
      nextStep: ended.nextStep,
      code: end.code,
      counts: ended.counts,
      bytes: ended.bytes,
      conserved: ended.conserved,
      cursor: end.cursor,
      elapsedMs: performance.now() - start,
    };
    options.onRunEnded?.(run);
    if (storeFailure !== undefined) throw storeFailure;
    return run;
  };

  const runAll = async (request: SyncRequest): Promise<SyncReport> => {
    const start = performance.now();
    const signal = AbortSignal.any([closing.signal, ...(request.signal ? [request.signal] : [])]);
    const feeds: FeedRun[] = [];
    const sources = await resolve(request.sourceIds);
    // Progress counts on over all sources: what earlier ones read is done and known.
    let before = 0;
    try {
      for (const source of sources) {
        if (signal.aborted) break;
        current = { sourceId: source.sourceId, name: source.name };
        for (const module of await feedsOf(source)) {
          if (signal.aborted) break;
          let read = 0;
          const progress = (done: number, total: number | null): void => {
            read = done;
            request.onProgress?.(
              { done: before + done, total: total === null ? null : before + total, unit: 'bytes' },
              `Reading ${module.feed} of ${source.name}.`,
            );
          };
          feeds.push(await runFeed(source, module, request, signal, progress));
          before += read;
        }
      }
    } finally {
      current = null;
    }
    return { feeds, elapsedMs: performance.now() - start, cancelled: signal.aborted };
  };

  return {
    run: (request = {}) => {
      const turn = queue.then(() => runAll(request));
      queue = turn.catch(() => undefined);
      return turn;
    },
    current: () => current,
    resolve,
    close: async () => {
      closing.abort();
      await queue;
    },
  };
};

/** What a sync did, as one sentence. */
export const syncSays = (report: SyncReport): string => {
  const { feeds } = report;
  if (feeds.length === 0) return report.cancelled ? 'Cancelled before anything was read.' : 'There was nothing to sync.';
  const trouble = feeds.find(({ outcome }) => outcome !== 'ok' && outcome !== 'nothing-new');
  if (trouble) return `${trouble.source}: ${trouble.says}`;
  const received = feeds.reduce((sum, { counts }) => sum + counts.received, 0);
  const quarantined = feeds.reduce((sum, { counts }) => sum + counts.quarantined, 0);
  if (received === 0) return 'Nothing new.';
  return `${received} rows came in${quarantined > 0 ? `; ${quarantined} of them are in quarantine` : ''}. Every row is accounted for.`;
};

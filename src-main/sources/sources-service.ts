import { isAbsolute, resolve } from 'node:path';
import { readdir, realpath, stat } from 'node:fs/promises';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../src-shared/contract/define.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import type { Source } from '../../src-shared/contract/sources.ts';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { FeedModule } from './feed-module.ts';
import { feedsOfFolder, folderError, listFeed } from './folder-reader.ts';
import { fetchPage, HTTP_DEFAULTS, type HttpOptions, parseNdjson } from './http-reader.ts';
import { checkSchedule, DEFAULT_SCHEDULE } from './schedule.ts';
import { httpLocation, plural, tokenName, type SourceKind } from './source.ts';
import type { sourcesReads, sourcesWrites, StoredSource } from './sources-queries.ts';
import { type SyncEngine, syncSays, type TokenStore } from './sync-engine.ts';
import type { SyncReads, SyncWrites } from './sync-queries.ts';

export type SourcesStore = Store<typeof sourcesReads & SyncReads, typeof sourcesWrites & SyncWrites>;

/** Long work as `app/` runs it. */
export interface StartJob {
  (spec: {
    readonly name: string;
    readonly kind: 'sync';
    readonly address?: string;
    readonly requestId: string;
    readonly run: (handle: {
      readonly signal: AbortSignal;
      progress(value: NonNullable<Job['progress']>, says?: string): void;
    }) => Promise<string>;
  }): { readonly jobId: string };
}

export interface SourcesServiceOptions {
  readonly store: SourcesStore;
  readonly modules: readonly FeedModule[];
  readonly engine: SyncEngine;
  readonly tokens: TokenStore;
  readonly startJob: StartJob;
  /** UUIDv7. */
  readonly newId: () => string;
  /** From the scheduler; null where none runs. */
  readonly nextRunAt?: (sourceId: string) => string | null;
  /** A source was added or changed: the scheduler looks again, faces ask again. */
  readonly changed?: (what: 'sources' | 'quarantine') => void;
  readonly http?: Partial<HttpOptions>;
}

interface Offer {
  readonly says: string;
  readonly feeds: readonly { readonly feed: string; readonly items: number; readonly says: string }[];
}

const LAYOUT =
  'A source is a folder that holds <feed>/…, for receipts: receipts/<chain>/receipts.jsonl with chain.json and checkpoints/ beside it.';

type SourceProcedures =
  | 'source.list'
  | 'source.preview'
  | 'source.add'
  | 'source.configure'
  | 'source.pause'
  | 'source.resume'
  | 'source.remove'
  | 'sync.run'
  | 'sync.state'
  | 'sync.runs'
  | 'quarantine.page'
  | 'quarantine.entry'
  | 'quarantine.requeue'
  | 'quarantine.dismiss';

/** The handlers of `source.*`, `sync.*` and `quarantine.*`. */
export const createSourcesService = (options: SourcesServiceOptions) => {
  const { store, modules, engine, tokens, newId } = options;
  const http: HttpOptions = { ...HTTP_DEFAULTS, ...options.http };
  const changed = (what: 'sources' | 'quarantine'): void => options.changed?.(what);
  const shown = (source: StoredSource): Source => ({
    ...source,
    nextRunAt: source.state === 'active' ? (options.nextRunAt?.(source.sourceId) ?? null) : null,
  });

  /** The location as it is stored: a folder without links on its way, an address without a slash at its end. */
  const placeOf = async (kind: SourceKind, location: string, withToken: boolean): Promise<string> => {
    if (kind === 'http') return httpLocation(location, withToken);
    if (!isAbsolute(location))
      throw new AppError('BAD_INPUT', `“${location}” is not the whole path of a folder.`, {
        nextStep: 'Give the path from the root of the drive on.',
      });
    try {
      return await realpath(resolve(location));
    } catch (error) {
      throw folderError(error, `The folder ${location}`);
    }
  };

  const offerOfFolder = async (location: string, signal: AbortSignal): Promise<Offer> => {
    const found = await feedsOfFolder(location, modules);
    if (found.length === 0) {
      const isChains = await looksLikeChains(location);
      throw new AppError(
        'BAD_INPUT',
        `The folder ${location} has no feeds: it holds no folder named ${modules.map(({ feed }) => feed).join(' or ')}.`,
        {
          nextStep: isChains
            ? `It looks like a chain, or a folder of chains: put it into a folder named receipts and add the folder above that. ${LAYOUT}`
            : LAYOUT,
          details: { feeds: modules.map(({ feed }) => feed) },
        },
      );
    }
    const feeds = [];
    for (const module of found) {
      const listing = await listFeed(location, module, signal);
      const summary = module.describe((listing?.files ?? []).map(({ path }) => path));
      feeds.push({ feed: module.feed, ...summary });
    }
    return { says: `The folder can be read: ${feeds.map(({ feed, says }) => `${feed} (${says})`).join(', ')}.`, feeds };
  };

  /** Whether the folder, or one in it, is a chain: a common mistake that deserves its own hint. */
  const looksLikeChains = async (location: string): Promise<boolean> => {
    const hasLines = (folder: string): Promise<boolean> =>
      stat(resolve(folder, 'receipts.jsonl')).then(
        (info) => info.isFile(),
        () => false,
      );
    if (await hasLines(location)) return true;
    const entries = await readdir(location, { withFileTypes: true });
    for (const entry of entries.slice(0, 200)) if (entry.isDirectory() && (await hasLines(resolve(location, entry.name)))) return true;
    return false;
  };

  const offerOfHttp = async (location: string, token: string | null, ctx: Pick<HandlerContext, 'signal' | 'now'>): Promise<Offer> => {
    const feeds = [];
    for (const module of modules) {
      const page = await fetchPage({
        location,
        feed: module.feed,
        token,
        after: null,
        etag: null,
        limit: 1,
        signal: ctx.signal,
        now: ctx.now,
        options: http,
      });
      if (page.kind !== 'page') continue;
      const items = parseNdjson(page.body, 1).length;
      feeds.push({
        feed: module.feed,
        items,
        says: items === 0 ? 'offered, no items yet' : page.next === null ? plural(items, 'item') : 'items are there',
      });
    }
    if (feeds.length === 0)
      throw new AppError('SOURCE_GARBAGE', 'The address answers, but offers none of the feeds that are known here.', {
        nextStep: `Give the address under which feeds/${modules[0]?.feed ?? ''} is served.`,
      });
    return { says: `The source answers and offers ${feeds.map(({ feed }) => feed).join(', ')}.`, feeds };
  };

  const offerOf = (
    kind: SourceKind,
    location: string,
    token: string | null,
    ctx: Pick<HandlerContext, 'signal' | 'now'>,
  ): Promise<Offer> => (kind === 'folder' ? offerOfFolder(location, ctx.signal) : offerOfHttp(location, token, ctx));

  const mustFind = async (sourceId: string): Promise<StoredSource> => {
    const source = await store.read('sources.find', { text: sourceId });
    if (source) return source;
    throw new AppError('NOT_FOUND', 'There is no such source.', { nextStep: 'Look for it in the list of sources.', details: { sourceId } });
  };

  const refuseTokenOfFolder = (kind: SourceKind, token: unknown): void => {
    if (kind === 'folder' && typeof token === 'string')
      throw new AppError('BAD_INPUT', 'A folder needs no token.', {
        nextStep: 'Leave the token out; who may read the folder is up to its permissions.',
      });
  };

  const handlers = {
    'source.list': async ({ removed }) => ({ sources: (await store.read('sources.list', { removed })).map(shown) }),
    'source.preview': async (input, ctx) => {
      try {
        const location = await placeOf(input.kind, input.location, input.token !== undefined);
        const offer = await offerOf(input.kind, location, input.token ?? null, ctx);
        return { reachable: true, says: offer.says, feeds: [...offer.feeds] };
      } catch (error) {
        // A preview answers what would happen; that it would not work is an answer.
        if (ctx.signal.aborted || !isAppError(error)) throw error;
        return { reachable: false, says: `${error.message} ${error.nextStep}`, feeds: [] };
      }
    },
    'source.add': async (input, ctx) => {
      const schedule = input.schedule ?? DEFAULT_SCHEDULE;
      checkSchedule(schedule);
      refuseTokenOfFolder(input.kind, input.token);
      const token = input.token ?? null;
      const location = await placeOf(input.kind, input.location, token !== null);
      await offerOf(input.kind, location, token, ctx);
      const sourceId = newId();
      // The secret first: a source that says it has a token must have one.
      if (token !== null) await tokens.set(tokenName(sourceId), token);
      try {
        const source = await store.write('sources.add', {
          source: { sourceId, name: input.name ?? null, kind: input.kind, location, schedule, hasToken: token !== null },
          by: changedBy(ctx),
        });
        changed('sources');
        return shown(source);
      } catch (error) {
        if (token !== null) await tokens.delete(tokenName(sourceId));
        throw error;
      }
    },
    'source.configure': async (input, ctx) => {
      if (input.schedule !== undefined) checkSchedule(input.schedule);
      const source = await mustFind(input.sourceId);
      refuseTokenOfFolder(source.kind, input.token);
      if (typeof input.token === 'string') {
        httpLocation(source.location, true);
        await tokens.set(tokenName(source.sourceId), input.token);
      }
      const after = await store.write('sources.configure', {
        sourceId: source.sourceId,
        schedule: input.schedule ?? null,
        token: input.token === undefined ? null : input.token === null ? 'removed' : 'set',
        by: changedBy(ctx),
      });
      if (input.token === null) await tokens.delete(tokenName(source.sourceId));
      changed('sources');
      return shown(after);
    },
    'source.pause': async ({ sourceId }, ctx) => {
      const source = await store.write('sources.pause', { sourceId, by: changedBy(ctx) });
      changed('sources');
      return shown(source);
    },
    'source.resume': async ({ sourceId }, ctx) => {
      const source = await store.write('sources.resume', { sourceId, by: changedBy(ctx) });
      changed('sources');
      return shown(source);
    },
    'source.remove': async ({ sourceId, reason }, ctx) => {
      await store.write('sources.remove', { sourceId, reason, by: changedBy(ctx) });
      await tokens.delete(tokenName(sourceId));
      changed('sources');
      return { done: true };
    },
    'sync.run': async ({ sourceIds, full }, ctx) => {
      const sources = await engine.resolve(sourceIds);
      if (sources.length === 0)
        throw new AppError('NOT_FOUND', 'There is no active source to sync.', { nextStep: 'Add a source, or resume a paused one.' });
      await store.write('sources.recordSync', { sources: sources.map(({ name }) => name), full, by: changedBy(ctx) });
      const { jobId } = options.startJob({
        name: sources.length === 1 ? `Sync ${sources[0]!.name}` : `Sync ${plural(sources.length, 'source')}`,
        kind: 'sync',
        address: '/settings/sources',
        requestId: ctx.requestId,
        run: async (handle) => {
          const report = await engine.run({
            sourceIds: sources.map((source) => source.sourceId),
            full,
            memberId: ctx.session.member_id,
            signal: handle.signal,
            onProgress: (progress, says) => {
              handle.progress(progress, says);
            },
          });
          if (report.cancelled)
            throw new AppError('CANCELLED', 'Cancelled. What was taken before stays.', { nextStep: 'Sync again for the rest.' });
          return syncSays(report);
        },
      });
      return { jobId };
    },
    'sync.state': async () => {
      const sources = await store.read('sources.list', { removed: false });
      const active = sources.filter(({ state }) => state === 'active');
      const feeds = active.flatMap((source) => source.feeds.map((feed) => ({ sourceName: source.name, ...feed })));
      const needsLook = new Set(['failed', 'garbage', 'changed-past', 'shrank']);
      const failing = feeds.filter(({ outcome, conserved }) => needsLook.has(outcome) || !conserved);
      const offline = feeds.filter(({ outcome }) => outcome === 'offline');
      const nextRuns = active.flatMap((source) => options.nextRunAt?.(source.sourceId) ?? []).sort();
      const state =
        engine.current() !== null
          ? 'running'
          : sources.length === 0
            ? 'no-sources'
            : active.length === 0
              ? 'paused'
              : failing.length > 0
                ? 'failing'
                : offline.length > 0
                  ? 'offline'
                  : feeds.every(({ outcome }) => outcome === 'never')
                    ? 'never'
                    : 'ok';
      return {
        state,
        lastSyncAt:
          feeds
            .flatMap(({ lastSuccessAt }) => lastSuccessAt ?? [])
            .sort()
            .at(-1) ?? null,
        nextRunAt: nextRuns[0] ?? null,
        offlineSince: await store.read('sources.offlineSince', null),
        // Where nothing needs a look, the sources that were not reached.
        failing: (failing.length > 0 ? failing : offline).map(({ sourceName, says }) => ({ sourceName, says })),
      };
    },
    'sync.runs': async (input) => {
      const page = await store.read('sync.runs', {
        sourceId: input.sourceId ?? null,
        before: input.before === undefined ? null : cursorNumber(input.before),
        limit: input.limit,
      });
      return { runs: page.runs, next: page.next === null ? null : String(page.next) };
    },
    'quarantine.page': async (input) => {
      const page = await store.read('quarantine.page', {
        state: input.state,
        sourceId: input.sourceId ?? null,
        feed: input.feed ?? null,
        after: input.after === undefined ? null : cursorNumber(input.after),
        limit: input.limit,
      });
      return { rows: page.rows, next: page.next === null ? null : String(page.next), totals: page.totals };
    },
    'quarantine.entry': async ({ quarantineId }) => {
      const entry = await store.read('quarantine.entry', { quarantineId });
      if (entry) return entry;
      throw new AppError('NOT_FOUND', 'The quarantine has no such row.', { nextStep: 'Look for it in the list of quarantined rows.' });
    },
    'quarantine.requeue': async ({ quarantineIds }, ctx) => {
      const report = await store.write('quarantine.requeue', { quarantineIds, by: changedBy(ctx) });
      changed('quarantine');
      return report;
    },
    'quarantine.dismiss': async ({ quarantineIds, reason }, ctx) => {
      const report = await store.write('quarantine.dismiss', { quarantineIds, reason, by: changedBy(ctx) });
      changed('quarantine');
      return report;
    },
  } satisfies Pick<Handlers<Contract>, SourceProcedures>;

  return {
    handlers,
    /** A source by id or by name. Fails with NOT_FOUND. */
    find: async (text: string): Promise<Source> => shown(await mustFind(text)),
  };
};

const cursorNumber = (text: string): number => {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new AppError('BAD_INPUT', 'This is not a place in the list.', { nextStep: 'Use the `next` of the page before.' });
  return Number(text);
};

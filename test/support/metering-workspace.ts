import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reads, writes } from '../../src-main/app/queries.ts';
import { FEEDS } from '../../src-main/app/feeds.ts';
import { newUuid } from '../../src-main/app/ids.ts';
import { conservationOf, tenantUsage } from '../../src-main/metering/index.ts';
import { createSyncEngine, type FeedRun } from '../../src-main/sources/index.ts';
import type { UsageRow } from '../../src-shared/contract/metering.ts';
import { openPlainStore } from './plain-store.ts';

/** Metering over a real database file, with every feed, as `app/` puts it together. */

export const METERING_NOW = '2026-06-20T12:00:00.000Z';

export interface MeteringWorkspaceOptions {
  readonly folder?: string;
  readonly now?: () => string;
  readonly chunkBytes?: number;
}

export const openMeteringWorkspace = async (options: MeteringWorkspaceOptions = {}) => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'countersign-metering-'));
  const now = options.now ?? (() => METERING_NOW);
  const store = await openPlainStore(join(folder, 'countersign.db'), reads, writes);
  const faults: unknown[] = [];
  const ended: FeedRun[] = [];
  const engine = createSyncEngine({
    store,
    modules: FEEDS,
    tokens: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    now: () => new Date(now()),
    newId: () => newUuid(Date.parse(now())),
    onRunEnded: (run) => ended.push(run),
    onFault: (error) => faults.push(error),
    ...(options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes }),
  });
  const by = () => ({ memberId: null, role: null, requestId: 'req_test', now: now() });
  return {
    folder,
    store,
    db: store.db,
    engine,
    faults,
    ended,
    by,
    now,
    addSource: async (location: string, name = 'src'): Promise<void> => {
      const known = await store.read('sources.list', { removed: false });
      if (known.some((source) => source.name === name)) return;
      await store.write('sources.add', {
        source: { sourceId: newUuid(Date.parse(now())), name, kind: 'folder', location, schedule: 'manual', hasToken: false, partnerId: null },
        by: by(),
      });
    },
    sync: async (): Promise<FeedRun[]> => {
      const before = ended.length;
      await engine.run();
      if (faults.length > 0) throw faults[0];
      return ended.slice(before);
    },
    report: (tenantId: string, from: string, to: string, grain: 'hour' | 'day' | 'month', metric?: string): UsageRow[] =>
      tenantUsage(store.db, { tenantId, from, to, by: grain, now: now(), ...(metric === undefined ? {} : { metric }) }),
    conservation: () => conservationOf(store.db, null),
    close: async () => {
      await engine.close();
      store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type MeteringWorkspace = Awaited<ReturnType<typeof openMeteringWorkspace>>;

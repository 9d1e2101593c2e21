// Plans and tenants over a real database file: feeds take lines as sync delivers them, queries run in a scope.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../migrations/index.ts';
import { membersWrites } from '../../src-main/members/index.ts';
import { createPlansFeed, type PlanConflict } from '../../src-main/plans/index.ts';
import {
  addCounts,
  type DeliveryResult,
  type FeedModule,
  isConserved,
  NO_ROWS,
  type QuarantineInput,
} from '../../src-main/sources/index.ts';
import { closeWriter, createStoreDb, migrate, openWriter, type Scope } from '../../src-main/store/index.ts';
import { createSubscriptionsFeed, createTenantsFeed, type RecordConflict } from '../../src-main/tenants/index.ts';

export const NOW = '2026-06-03T09:42:00.000Z';
const MEMBER = '00000000-0000-7000-8000-000000000001';

export interface Delivered {
  readonly counts: DeliveryResult['counts'];
  readonly quarantine: readonly QuarantineInput[];
}

export const openTenantsWorkspace = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tenants-'));
  const raw = openWriter(join(folder, 'countersign.db'), { create: true });
  await migrate(raw, migrations, { now: NOW, backup: () => Promise.resolve('none') });
  const db = createStoreDb(raw);
  membersWrites['members.ensureOwner'](db, { member: { memberId: MEMBER, name: 'Ada', email: null }, requestId: 'req', now: NOW });
  const conflicts: (RecordConflict | PlanConflict)[] = [];
  const note = (_db: unknown, conflict: RecordConflict | PlanConflict): void => void conflicts.push(conflict);
  const feeds = {
    tenants: createTenantsFeed({ onConflict: note }),
    subscriptions: createSubscriptionsFeed({ onConflict: note }),
    plans: createPlansFeed({ onConflict: note }),
  };
  let sources = 0;
  const addSource = (name: string, partnerId: string | null = null): string => {
    sources += 1;
    db.run('INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES (?, ?, ?, ?, ?, ?)', [
      sources,
      `id-${name}`,
      name,
      'folder',
      '/x',
      NOW,
    ]);
    db.run("INSERT INTO source_settings (source_no, schedule, partner_id) VALUES (?, 'manual', ?)", [sources, partnerId]);
    return `id-${name}`;
  };
  const write = <T>(work: () => T): T => raw.transaction(work).immediate();
  const deliver = (feed: FeedModule, sourceId: string, text: string, path: string, now: string): Delivered => {
    const base = { sourceId, sourceName: sourceId.slice(3), runId: 'run-1', path, now, bytes: Uint8Array.from(Buffer.from(text)) };
    return write(() =>
      feed.accept(
        db,
        path.endsWith('.ndjson')
          ? { kind: 'appended', mode: 'append', because: null, offset: 0, atEnd: true, ...base }
          : { kind: 'whole', ...base },
      ),
    );
  };
  const main = addSource('alpha');
  return {
    db,
    feeds,
    conflicts,
    memberId: MEMBER,
    main,
    addSource,
    write,
    by: { memberId: MEMBER, role: 'admin', requestId: 'req-1', now: NOW } as const,
    /** Lines to a feed, in as many deliveries as there are lists. */
    lines: (
      feed: 'tenants' | 'subscriptions',
      batches: readonly (readonly (string | object)[])[],
      sourceId = main,
      now = NOW,
    ): Delivered => {
      let all: Delivered = { counts: NO_ROWS, quarantine: [] };
      for (const [at, batch] of batches.entries()) {
        const text = batch.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
        const { counts, quarantine } = deliver(feeds[feed], sourceId, text, `part-${at}.ndjson`, now);
        if (!isConserved(counts) || counts.received !== batch.length) throw new Error(`not conserved: ${JSON.stringify(counts)}`);
        all = { counts: addCounts(all.counts, counts), quarantine: [...all.quarantine, ...quarantine] };
      }
      return all;
    },
    plan: (spec: unknown, path = 'a.plan.json'): Delivered =>
      deliver(feeds.plans, main, typeof spec === 'string' ? spec : JSON.stringify(spec), path, NOW),
    within: <T>(scope: Partial<Scope>, work: () => T): T => {
      db.setScope({ partnerId: null, tenantId: null, ...scope });
      try {
        return work();
      } finally {
        db.setScope({ partnerId: null, tenantId: null });
      }
    },
    close: () => {
      closeWriter(raw);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type TenantsWorkspace = Awaited<ReturnType<typeof openTenantsWorkspace>>;

/**
 * A whole workspace over a real database file with tenants and usage, in this thread: all rooms and their wiring, and no
 * worker threads, so that a test opens it in a moment.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { AppContext } from '../../../src-main/app/app-context.ts';
import { createDownloads } from '../../../src-main/app/downloads.ts';
import { finished } from '../../../src-main/app/finished-job.ts';
import { createSessionSecrets } from '../../../src-main/app/host-capabilities.ts';
import { createHub } from '../../../src-main/app/hub.ts';
import { newRequestId, newTicket, newUuid } from '../../../src-main/app/ids.ts';
import { createJobs } from '../../../src-main/app/jobs.ts';
import { createMetrics } from '../../../src-main/app/metrics.ts';
import { createObserver } from '../../../src-main/app/observe/observer.ts';
import type { OpenedStore } from '../../../src-main/app/open-workspace.ts';
import { reads, writes } from '../../../src-main/app/queries.ts';
import { createServices, type Services } from '../../../src-main/app/services.ts';
import { tasks } from '../../../src-main/app/tasks.ts';
import { createViewing } from '../../../src-main/app/viewing.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import { type Client, createClient } from '../../../src-shared/contract/client.ts';
import type { Handlers } from '../../../src-shared/contract/define.ts';
import { contract, type Contract, procedures } from '../../../src-shared/contract/index.ts';
import { createMemoryPortPair } from '../../../src-shared/contract/memory-port.ts';
import { createRouter, type Router } from '../../../src-shared/contract/router.ts';
import { openPlainStore } from '../../support/plain-store.ts';

export interface MeteredWorkspace {
  readonly client: Client<Contract>;
  readonly services: Services;
  readonly metricsText: () => Promise<string>;
  readonly setNow: (at: string) => void;
  /** Calls come from this member from now on; a role of the company. */
  readonly actAs: (memberId: string) => Promise<void>;
  /** Writes a file of the source. */
  readonly put: (path: string, content: string) => void;
  readonly sync: () => Promise<void>;
  /** Opens the database beside it, to look or to spoil what only a fault could. */
  readonly raw: <T>(work: (db: Sqlite.Database) => T) => T;
  readonly close: () => Promise<void>;
}

export const METERED_NOW = '2026-06-20T12:00:00.000Z';

export const tenantLine = (tenantId: string, plan = 'starter', partner = 'meridian'): string =>
  JSON.stringify({
    tenant_id: tenantId,
    name: `Tenant ${tenantId}`,
    partner_id: partner,
    tier: plan,
    plan_id: plan,
    plan_version: '1.0.0',
    status: 'active',
    region: 'eu-west-1',
    created_at: '2025-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  });

export interface EventOf {
  readonly id: string;
  readonly tenant: string;
  readonly metric?: string;
  readonly unit?: string;
  readonly quantity: string;
  readonly time: string;
}

export const eventLine = ({ id, tenant, metric = 'api_request', unit = 'request', quantity, time }: EventOf): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'urn:test',
    type: 'countersign.usage.v1',
    subject: tenant,
    time,
    data: { metric, quantity, unit, dimensions: {} },
  });

export const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  recent: () => [],
  close: () => Promise.resolve(),
};

export async function openMeteredWorkspace(): Promise<MeteredWorkspace> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-metered-'));
  const source = join(folder, 'source');
  let now = METERED_NOW;
  const put = (path: string, content: string): void => {
    const file = join(source, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  };
  put('tenants/all.ndjson', linesOf(['tn_a', 'tn_b', 'tn_c'].map((id) => tenantLine(id))));

  const store = await openPlainStore(join(folder, 'countersign.db'), reads, writes);
  const by = { memberId: null, role: null, requestId: 'req_test', now };
  await store.write('workspace.create', { workspaceId: newUuid(), name: 'Metered', installId: 'inst', demoSeed: null, now });
  const owner = await store.write('members.ensureOwner', {
    member: { memberId: newUuid(), name: 'Ilse Maren', email: null },
    requestId: by.requestId,
    now,
  });
  let member = owner;
  let router: Router<Contract> | null = null;
  const metrics = createMetrics();
  const hub = createHub();
  const context: AppContext = {
    options: { kind: 'cli', folder, create: true, readOnly: false, background: false },
    capabilities: {
      host: 'memory',
      secrets: createSessionSecrets(),
      pickFolder: null,
      chooseSaveFile: null,
      revealFile: null,
      openLink: null,
      isOnline: () => true,
    },
    stateDir: openStateDir(join(folder, 'state')),
    now: () => now,
    log: quiet,
    metrics,
    observer: await createObserver('cli'),
    hub,
    jobs: createJobs({
      now: () => new Date(),
      newId: newUuid,
      changed: (job) => router?.publish('job.changed', job),
      failed: () => undefined,
    }),
    downloads: createDownloads({ newTicket, now: () => new Date() }),
    viewing: createViewing(() => now),
    openAnother: () => Promise.reject(new Error('no other workspace in these tests')),
    compute: {
      size: 1,
      run: ((name: keyof typeof tasks, input: never) =>
        Promise.resolve(tasks[name](input, { cancelled: () => false, progress: () => undefined }))) as AppContext['compute']['run'],
      close: () => Promise.resolve(),
    },
  };
  const opened = {
    folder,
    info: { workspaceId: 'ws', name: 'Metered', createdAt: now, demo: false, demoSeed: null },
    installId: 'inst',
    schemaVersion: 0,
    readOnly: null,
    store,
    close: () => Promise.resolve(),
  } as unknown as OpenedStore;
  const services = createServices(context, opened);
  const unanswered = Object.fromEntries(
    Object.keys(procedures).map((name) => [name, () => Promise.reject(new Error(`${name} is not wired in this test`))]),
  );
  router = createRouter<Contract>({
    contract,
    handlers: { ...unanswered, ...services.handlers } as unknown as Handlers<Contract>,
    session: () => ({ member_id: member.memberId, role: member.role, partner_id: null, viewing: null }),
    phase: () => 'workspace',
    now: () => now,
    newRequestId,
    monotonicMs: () => performance.now(),
    log: ({ error, outcome, name }) => {
      if (outcome === 'INTERNAL') throw new Error(`${name ?? ''} failed`, { cause: error });
    },
    checkOutputs: true,
  });
  const [ours, theirs] = createMemoryPortPair();
  router.serve(theirs);
  const client = createClient(ours, contract, { newKey: newUuid });
  await client.call('source.add', { kind: 'folder', location: source, name: 'upstream', schedule: 'manual' });
  return {
    client,
    services,
    metricsText: () => metrics.text(),
    setNow: (at) => (now = at),
    actAs: async (memberId) => {
      member = (await store.read('members.byId', { memberId })) ?? member;
    },
    put,
    sync: () => finished(client, () => client.call('sync.run', { full: false })),
    raw: (work) => {
      const db = new Sqlite(join(folder, 'countersign.db'));
      try {
        return work(db);
      } finally {
        db.close();
      }
    },
    close: async () => {
      await context.jobs.close();
      await services.stop();
      router.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export { finished };

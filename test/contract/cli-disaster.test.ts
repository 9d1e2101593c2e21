/**
 * The drill of docs/runbooks/disaster-recovery.md, in its order: a database that is lost comes back from a backup and from
 * the sources, to the same figures, and nothing is counted twice.
 */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Backup } from '../../src-shared/contract/workspace.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000 });

const NOW = '2026-06-20T12:00:00Z';
const cli = createCli('disaster');
const ws = join(cli.folder, 'workspace');
const source = join(cli.folder, 'source');
const events = join(source, 'events/2026-06.ndjson');

const put = (path: string, records: readonly unknown[]): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  appendFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
};
const event = (id: number, day: number) => ({
  specversion: '1.0',
  type: 'usage.metered',
  source: 'gateway',
  id: `e-${id}`,
  subject: id % 2 === 0 ? 'tn_a' : 'tn_b',
  time: `2026-06-${String(day).padStart(2, '0')}T08:00:00Z`,
  data: { metric: 'query_credit', quantity: `${id}.125`, unit: 'credit', dimensions: {} },
});

interface Report {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly conservation: Readonly<Record<string, number>>;
}
interface Sync {
  readonly feeds: readonly { readonly feed: string; readonly accepted: number; readonly duplicate: number }[];
}
const at = ['--now', NOW];
const report = () => cli.ask<Report>(ws, 'usage', 'report', '--from', '2026-06-01', '--to', '2026-07-01', '--by', 'day', ...at);
const sync = async () => (await cli.ask<Sync>(ws, 'sync', ...at)).feeds.find(({ feed }) => feed === 'events');

describe('a database that is lost', () => {
  it('comes back from the backup and the sources, to the same figures', async () => {
    put(
      join(source, 'tenants/all.ndjson'),
      ['tn_a', 'tn_b'].map((tenant_id) => ({
        tenant_id,
        name: `Tenant ${tenant_id}`,
        partner_id: 'northwind',
        tier: 'pro',
        plan_id: 'pro',
        plan_version: '1.0.0',
        status: 'active',
        region: 'eu-west-1',
        created_at: '2025-01-14T09:00:00Z',
        updated_at: '2026-05-01T09:00:00Z',
      })),
    );
    put(
      events,
      Array.from({ length: 20 }, (_, i) => event(i, 3)),
    );
    await cli.ask(ws, 'source', 'add', 'folder', source, '--name', 'northwind');
    expect(await sync()).toMatchObject({ accepted: 20 });
    const backup = await cli.ask<Backup>(ws, 'backup', 'create');

    // What came after the backup is what a restore could lose.
    put(events, [...Array.from({ length: 10 }, (_, i) => event(100 + i, 12)), event(3, 3)]);
    expect(await sync()).toMatchObject({ accepted: 10, duplicate: 1 });
    const before = await report();
    expect(before.conservation).toMatchObject({ received: 31, accepted: 30, duplicate: 1, aggregated: 30 });

    // The disaster.
    for (const part of ['', '-wal', '-shm']) rmSync(join(ws, `countersign.db${part}`), { force: true });
    writeFileSync(join(ws, 'countersign.db'), 'a disk that went bad '.repeat(4000));
    expect((await cli.run('usage', 'report', '--from', '2026-06-01', '--to', '2026-07-01', '--workspace', ws, '--json')).code).toBe(2);

    // The drill: restore, sync, compare, verify.
    await cli.ask(ws, 'backup', 'restore', backup.backupId, '--reason', 'drill: the disk went bad');
    expect((await report()).conservation).toMatchObject({ accepted: 20, aggregated: 20 });
    expect(await sync()).toMatchObject({ accepted: 10, duplicate: 1 });
    const after = await report();
    expect(after.rows).toEqual(before.rows);
    expect(after.conservation).toEqual(before.conservation);
    expect(await cli.ask(ws, 'audit', 'verify')).toMatchObject({ verdict: 'VERIFIED_UNANCHORED' });
    const rebuilt = await cli.run('usage', 'aggregate', '--rebuild', '--workspace', ws, '--json', ...at);
    expect(rebuilt.code).toBe(0);

    // Read again from the beginning, nothing is counted twice.
    const full = (await cli.ask<Sync>(ws, 'sync', '--full', ...at)).feeds.find(({ feed }) => feed === 'events');
    expect(full?.accepted ?? 0).toBe(0);
    expect((await report()).rows).toEqual(before.rows);
  });
});

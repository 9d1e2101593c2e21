import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { meteringTasks } from '../../src-main/metering/index.ts';
import { seededRandom } from '../support/chain-builder.ts';
import { openMeteringWorkspace, type MeteringWorkspace } from '../support/metering-workspace.ts';
import { put, temporaryFolder } from '../support/sync-workspace.ts';
import { expectedOf, KNOWN_TENANTS } from '../support/usage-oracle.ts';
import { LATE_TENANT, NOW, pieces, TENANTS, tenantLine, TEST_METRICS, usageStream } from '../support/usage-stream.ts';

vi.setConfig({ testTimeout: 120_000 });

const CHILD = fileURLToPath(new URL('./support/metering-child.ts', import.meta.url));
const EVENTS = usageStream(5, 1_200);

let folder: string;
let source: string;

const open = (where = folder): Promise<MeteringWorkspace> => openMeteringWorkspace({ folder: where, now: () => NOW, chunkBytes: 20_000 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-metering-kill-'));
  source = temporaryFolder();
  put(join(source, 'tenants/tenants.ndjson'), `${[...TENANTS, LATE_TENANT].map(tenantLine).join('\n')}\n`);
  put(join(source, 'catalogue/test.metrics.json'), JSON.stringify({ metrics: TEST_METRICS }));
  for (const [i, piece] of pieces(EVENTS, 3, 700).entries())
    put(join(source, `events/${String(i).padStart(3, '0')}.ndjson`), `${piece.map(({ line }) => line).join('\n')}\n`);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(source, { recursive: true, force: true });
});

/** Runs a sync in a process of its own and kills it when it has reported `killAt` commits, plus a while. */
const syncAndKill = (killAt: number, afterMs: number): Promise<'killed' | 'ended'> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let commits = 0;
    let isDying = false;
    child.stdout.on('data', (data: Buffer) => {
      commits += data.toString().split('taken').length - 1;
      if (commits < killAt || isDying) return;
      isDying = true;
      setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve('ended');
      else reject(new Error(`the child ended with ${code}`));
    });
  });

const months = (w: MeteringWorkspace): Map<string, unknown> => {
  const found = new Map<string, unknown>();
  for (const tenant of KNOWN_TENANTS)
    for (const row of w.report(tenant, '2026-04-01T00:00:00Z', '2026-08-01T00:00:00Z', 'month')) {
      if (row.quantity === '0' && row.adjustments.length === 0) continue;
      found.set(`${row.tenant_id} ${row.metric} ${row.period_start.slice(0, 7)}`, {
        quantity: row.quantity,
        adjustments: Object.fromEntries(row.adjustments.map(({ original_period, quantity }) => [original_period.slice(0, 7), quantity])),
      });
    }
  return found;
};

describe('kill -9 while events come in', () => {
  it('loses nothing, counts nothing twice, and leaves rollups that a rebuild makes again byte for byte', async () => {
    const first = await open();
    await first.addSource(source);
    await first.close();

    const random = seededRandom(9);
    let kills = 0;
    for (let round = 0; round < 5; round += 1) {
      if ((await syncAndKill(1 + Math.floor(random() * 8), random() * 15)) === 'killed') kills += 1;
      const w = await open();
      try {
        // Events, rollups and the account moved together or not at all.
        const { aggregated, ...c } = w.conservation();
        expect(c.received).toBe(c.accepted + c.duplicate + c.conflict + c.late + c.quarantined);
        expect(aggregated).toBe(c.accepted + c.late);
        const { n } = w.db.get<{ n: number }>('SELECT (SELECT count(*) FROM usage_events) + (SELECT count(*) FROM usage_keys) AS n')!;
        expect(n).toBe(aggregated);
        expect(w.db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      } finally {
        await w.close();
      }
    }
    expect(kills).toBeGreaterThanOrEqual(2);

    const w = await open();
    const expected = expectedOf([{ now: NOW, lines: EVENTS.map(({ line }) => line) }], KNOWN_TENANTS);
    try {
      await w.sync();
      const { aggregated, ...counts } = w.conservation();
      expect(counts).toEqual(expected.counts);
      expect(aggregated).toBe(counts.accepted + counts.late);
      expect(months(w)).toEqual(expected.months);
      expect(w.db.all('SELECT 1 FROM sync_run_ends WHERE conserved = 0')).toEqual([]);

      const steps: unknown[] = [];
      const rebuilt = meteringTasks['usage.rebuild'](
        { file: join(folder, 'countersign.db') },
        { cancelled: () => false, progress: (value) => steps.push(value) },
      );
      expect(rebuilt.madeSha256).toBe(rebuilt.stoodSha256);
      expect(rebuilt.differing).toEqual([]);
      expect(steps.length).toBeGreaterThan(0);

      // What somebody else wrote into the rollups is found, and made right from the events.
      w.db.run('UPDATE usage_months SET units = units + 1 WHERE metric_no IN (SELECT metric_no FROM metrics WHERE metric = ?)', [
        'llm_token',
      ]);
      const damaged = meteringTasks['usage.rebuild'](
        { file: join(folder, 'countersign.db') },
        { cancelled: () => false, progress: () => undefined },
      );
      expect(damaged.madeSha256).toBe(rebuilt.madeSha256);
      expect(damaged.stoodSha256).not.toBe(damaged.madeSha256);
      await w.store.write('usage.rebuilt', { output: damaged, elapsedMs: 1, by: { ...w.by(), memberId: null } });
      const again = meteringTasks['usage.rebuild'](
        { file: join(folder, 'countersign.db') },
        { cancelled: () => false, progress: () => undefined },
      );
      expect(again.stoodSha256).toBe(rebuilt.madeSha256);
      expect((await w.store.read('usage.rebuilds', null)).rebuilds[0]).toMatchObject({ same: false });
      expect(w.db.all(`SELECT 1 FROM incident_state WHERE key = 'rebuild' AND state = 'open'`)).toHaveLength(1);

      // Cancelled, it leaves everything as it was.
      expect(() =>
        meteringTasks['usage.rebuild']({ file: join(folder, 'countersign.db') }, { cancelled: () => true, progress: () => undefined }),
      ).toThrow('cancelled');
    } finally {
      await w.close();
    }
  });
});

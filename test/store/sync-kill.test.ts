import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../support/chain-builder.ts';
import { openSyncWorkspace, put, receiptLines, temporaryFolder } from '../support/sync-workspace.ts';

const CHILD = fileURLToPath(new URL('./support/sync-child.ts', import.meta.url));
const LINES = 6_000;

let folder: string;
let source: string;
let lines: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-kill-'));
  source = temporaryFolder();
  lines = join(source, 'receipts/pro@1.4/receipts.jsonl');
  // Every tenth line is garbage, so that quarantine is in every transaction.
  put(
    lines,
    receiptLines(0, LINES)
      .split('\n')
      .map((line, i) => (i % 10 === 9 ? `garbage ${i}` : line))
      .join('\n'),
  );
  put(join(source, 'receipts/pro@1.4/chain.json'), '{}');
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

describe('kill -9 during a sync', () => {
  it('loses nothing and takes nothing twice, wherever it strikes', async () => {
    const first = await openSyncWorkspace({ folder, chunkBytes: 30_000 });
    await first.sources['source.add']({ kind: 'folder', location: source }, first.ctx);
    await first.close();

    const random = seededRandom(7);
    let kills = 0;
    for (let round = 0; round < 8; round += 1) {
      const end = await syncAndKill(Math.floor(random() * 12), random() * 12);
      if (end === 'killed') kills += 1;
      const w = await openSyncWorkspace({ folder, chunkBytes: 30_000 });
      try {
        const content = readFileSync(lines);
        const stream = (await w.store.read('receiptStore.streams', { chainNo: 1 }))[0];
        if (!stream) continue;
        const stored = await w.storedBytes(1);
        expect(stored.equals(content.subarray(0, stored.length))).toBe(true);
        // Cursor, rows, counters and quarantine moved together or not at all.
        const cursor = w.store.db.get<{ taken: number; lines: number }>(
          `SELECT taken, lines FROM sync_files WHERE path LIKE '%receipts.jsonl'`,
        )!;
        expect(cursor.taken).toBe(stored.length);
        expect(cursor.lines).toBe(stream.lines);
        const garbage = stored
          .toString('latin1')
          .split('\n')
          .slice(0, -1)
          .filter((line) => line.startsWith('garbage')).length;
        const { totals } = await w.sources['quarantine.page']({ state: 'open', limit: 1 }, w.ctx);
        expect(totals.open).toBe(garbage);
        const state = (await w.sources['source.list']({ removed: false }, w.ctx)).sources[0]!.feeds[0]!;
        expect(state.totals.quarantined).toBe(garbage);
        expect(state.totals.received).toBe(stream.lines + 1);
        expect(state.conserved).toBe(true);
        expect(w.store.db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      } finally {
        await w.close();
      }
    }
    expect(kills).toBeGreaterThanOrEqual(4);

    const w = await openSyncWorkspace({ folder, chunkBytes: 30_000 });
    try {
      await w.engine.run();
      expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
      expect(await w.store.read('receiptStore.streams', { chainNo: 1 })).toHaveLength(1);
      const { runs } = await w.sources['sync.runs']({ limit: 100 }, w.ctx);
      expect(runs.every(({ conserved, endedAt }) => conserved && endedAt !== null)).toBe(true);
      expect(runs.filter(({ says }) => says.includes('was stopped before this run ended')).length).toBeGreaterThanOrEqual(kills - 2);
      expect(runs.reduce((sum, { counts }) => sum + counts.received, 0)).toBe(LINES + 1);
      expect(runs.reduce((sum, { counts }) => sum + counts.quarantined, 0)).toBe(LINES / 10);
    } finally {
      await w.close();
    }
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openBenchWorkspace, scratch } from '../support/bench-workspace.ts';
import { bigChain } from '../support/big-chain.ts';
import { type Figure, figure, median } from '../support/measure.ts';

const ROUNDS = 3;
const AIM = 0.5;

/**
 * Sync of a folder source, from the call to the end of its job, against the quickest that better-sqlite3 does with the
 * same rows: they lie in memory already, go into one bare table with one prepared statement in one transaction, with our
 * pragmas. Ours reads the file, cuts and checks lines, crosses two threads, keeps cursors and counts, and fires the triggers
 * that make the table append-only.
 */
export async function syncSpeed(receipts: number): Promise<Figure[]> {
  const chain = bigChain(receipts);
  const rows = rowsOf(chain.file);
  const times = { ours: [] as number[], raw: [] as number[], guarded: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.raw.push(bulkInsert(rows, ''));
    times.ours.push(await syncOnce(chain.source, receipts));
    times.guarded.push(bulkInsert(rows, GUARD));
  }
  const [ours, raw, guarded] = [median(times.ours), median(times.raw), median(times.guarded)];
  const rate = (seconds: number) => `${Math.round(receipts / seconds / 1000)} k/s`;
  const against = (peer: number) => `${(peer / ours).toFixed(2)}× its speed (${rate(ours)} against ${rate(peer)})`;
  return [
    figure('sync against raw bulk insert', against(raw), `≥ ${AIM}×`, raw / ours >= AIM),
    figure('sync against the same with the append-only trigger', against(guarded)),
  ];
}

async function syncOnce(source: string, receipts: number): Promise<number> {
  const { folder, remove } = scratch('sync');
  try {
    const workspace = await openBenchWorkspace(folder, source);
    const start = performance.now();
    await workspace.sync();
    const seconds = (performance.now() - start) / 1000;
    const { chains } = await workspace.client.call('receipt.chains', {});
    await workspace.close();
    if (chains[0]?.receipts !== receipts) throw new Error(`sync took ${chains[0]?.receipts ?? 0} receipts of ${receipts}`);
    return seconds;
  } finally {
    remove();
  }
}

interface Row {
  readonly offset: number;
  readonly bytes: Buffer;
}

function rowsOf(file: string): Row[] {
  const all = readFileSync(file);
  const rows: Row[] = [];
  for (let start = 0; start < all.length;) {
    const end = all.indexOf(0x0a, start);
    rows.push({ offset: start, bytes: all.subarray(start, end) });
    start = end + 1;
  }
  return rows;
}

const TABLE =
  'CREATE TABLE receipt_lines (position INTEGER PRIMARY KEY, byte_offset INTEGER NOT NULL, pieces INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT';
const GUARD = `CREATE TRIGGER receipt_lines_no_replace BEFORE INSERT ON receipt_lines
  WHEN EXISTS (SELECT 1 FROM receipt_lines WHERE position = NEW.position)
  BEGIN SELECT RAISE(ABORT, 'receipt_lines is append-only'); END`;
const STREAM = 2 ** 32;

function bulkInsert(rows: readonly Row[], trigger: string): number {
  const { folder, remove } = scratch('raw');
  const db = new Sqlite(join(folder, 'raw.db'));
  try {
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'recursive_triggers = ON',
      'cell_size_check = ON',
    ])
      db.pragma(pragma);
    db.pragma('wal_autocheckpoint = 4096');
    db.exec(`${TABLE}; ${trigger}`);
    const insert = db.prepare('INSERT INTO receipt_lines (position, byte_offset, pieces, bytes) VALUES (?, ?, 0, ?)');
    const start = performance.now();
    db.transaction(() => {
      rows.forEach(({ offset, bytes }, i) => insert.run(STREAM + i, offset, bytes));
    })();
    return (performance.now() - start) / 1000;
  } finally {
    db.close();
    remove();
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { diagnoseDatabase } from '../../src-main/store/diagnose.ts';
import { APPLICATION_ID } from '../../src-main/store/open-database.ts';
import { salvageDatabase, type SalvageManifest } from '../../src-main/store/salvage.ts';
import { leafPages, ruinPages } from './support/filled-workspace.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const ROWS = 6_000;

/** A database with every kind of table: with an index to count by, without one, without rowids, with sparse rowids. */
const make = (folder: string): string => {
  const file = join(folder, 'countersign.db');
  const db = new Sqlite(file);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.exec(`
    CREATE TABLE receipts (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, line BLOB NOT NULL) STRICT;
    CREATE TABLE usage_events (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE sparse (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE "odd name/1" (a INTEGER, b REAL, c BLOB, d TEXT) STRICT;
  `);
  const insert = [
    db.prepare('INSERT INTO receipts VALUES (?, ?, ?)'),
    db.prepare('INSERT INTO usage_events VALUES (?, ?)'),
    db.prepare('INSERT INTO sparse VALUES (?, ?)'),
    db.prepare('INSERT INTO keyed VALUES (?, ?)'),
  ] as const;
  db.transaction(() => {
    for (let i = 1; i <= ROWS; i++) {
      const name = String(i).padStart(6, '0');
      insert[0].run(i, `hash ${name}`, Buffer.alloc(120, i % 251));
      insert[1].run(i, `event ${name} ${'e'.repeat(100)}`);
      insert[2].run(BigInt(i) * 1_000_000_007n, `sparse ${name} ${'s'.repeat(100)}`);
      insert[3].run(`key ${name}`, 'v'.repeat(100));
    }
    db.prepare('INSERT INTO "odd name/1" VALUES (?, ?, ?, ?)').run(
      2n ** 60n,
      Number.POSITIVE_INFINITY,
      Buffer.from([0, 255]),
      'ünïcode "x"\n',
    );
    db.prepare('INSERT INTO "odd name/1" VALUES (NULL, NULL, NULL, NULL)').run();
  })();
  db.close();
  return file;
};

const lines = (target: string, table: string): Record<string, unknown>[] =>
  readFileSync(join(target, `${table}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const entry = (manifest: SalvageManifest, table: string): SalvageManifest['tables'][number] => {
  const found = manifest.tables.find((each) => each.table === table);
  if (found === undefined) throw new Error(`no ${table} in the manifest`);
  return found;
};

const salvage = (file: string, folder: string): Promise<SalvageManifest> =>
  salvageDatabase(file, join(folder, 'export'), { madeAt: NOW, scratch: join(folder, 'scratch') });

describe('an export of what is readable', () => {
  it('of a whole database holds everything, with digests that others can check', async () => {
    const folder = temporaryFolder();
    const manifest = await salvage(make(folder), folder);
    const target = join(folder, 'export');
    expect(manifest).toMatchObject({ format: 'countersign-salvage/1', made_at: NOW, read_through: 'in place' });
    expect(manifest.tables.map(({ table, rows, unreadable }) => [table, rows, unreadable])).toEqual([
      ['keyed', ROWS, 0],
      ['odd name/1', 2, 0],
      ['receipts', ROWS, 0],
      ['sparse', ROWS, 0],
      ['usage_events', ROWS, 0],
    ]);
    expect(lines(target, 'receipts')[4]).toEqual({ id: 5, hash: 'hash 000005', line: { base64: Buffer.alloc(120, 5).toString('base64') } });
    expect(lines(target, 'odd%20name%2F1')).toEqual([
      { a: { integer: String(2n ** 60n) }, b: { real: 'Infinity' }, c: { base64: 'AP8=' }, d: 'ünïcode "x"\n' },
      { a: null, b: null, c: null, d: null },
    ]);
    expect(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'))).toEqual(manifest);
    if (process.platform === 'linux') execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: target });
    const again = new Sqlite(':memory:');
    again.exec(readFileSync(join(target, 'schema.sql'), 'utf8'));
    expect(again.prepare('SELECT COUNT(*) FROM pragma_table_list WHERE strict = 1').pluck().get()).toBe(5);
    again.close();
  });

  it('goes around damaged pages and says what is missing', async () => {
    const folder = temporaryFolder();
    const file = make(folder);
    const at = (table: string, ...which: number[]): number[] => which.map((i) => leafPages(file, table)[i] ?? 0);
    ruinPages(file, [...at('receipts', 10, 11, 60), ...at('usage_events', 0, 50), ...at('sparse', 30), ...at('keyed', 40)]);
    const before = readFileSync(file);
    const manifest = await salvage(file, folder);
    expect(readFileSync(file).equals(before)).toBe(true);

    const receipts = entry(manifest, 'receipts');
    expect(receipts.total).toBe(ROWS);
    expect(receipts.rows).toBeGreaterThan(ROWS - 150);
    expect(receipts.unreadable).toBe(ROWS - receipts.rows);
    expect(receipts.unreadable_rowids).toHaveLength(2);
    const lost = receipts.unreadable_rowids.reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)) + 1, 0);
    expect(lost).toBe(receipts.unreadable);
    expect(receipts.reasons).toEqual(['SQLITE_CORRUPT']);

    const ids = lines(join(folder, 'export'), 'receipts').map(({ id }) => id as number);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(receipts.rows);

    // The first leaf is gone, and there is no index to count by: what is missing is known by place, not by number.
    const events = entry(manifest, 'usage_events');
    expect(events).toMatchObject({ total: null, unreadable: null, damaged: true });
    expect(events.rows).toBeGreaterThan(ROWS - 120);
    expect(events.unreadable_rowids).toHaveLength(2);

    const sparse = entry(manifest, 'sparse');
    expect(sparse.rows).toBeGreaterThan(ROWS - 60);
    expect(lines(join(folder, 'export'), 'sparse').at(-1)).toMatchObject({ body: expect.stringContaining('sparse 006000') as string });

    const keyed = lines(join(folder, 'export'), 'keyed').map(({ k }) => k as string);
    expect(keyed.length).toBeGreaterThan(ROWS - 60);
    expect(keyed.length).toBeLessThan(ROWS);
    expect(keyed).toEqual([...keyed].sort());
    expect(keyed.at(-1)).toBe('key 006000');
  });

  it('reads past a damaged header through a repaired copy, the log included', async () => {
    const folder = temporaryFolder();
    const file = make(folder);
    const db = new Sqlite(file);
    db.pragma('journal_mode = WAL');
    db.exec(`INSERT INTO usage_events VALUES (${ROWS + 1}, 'still in the log')`);
    const log = readFileSync(`${file}-wal`);
    db.close();
    const bytes = readFileSync(file);
    bytes.fill(0, 0, 100);
    writeFileSync(file, bytes);
    writeFileSync(`${file}-wal`, log);
    const manifest = await salvage(file, folder);
    expect(manifest.read_through).toBe('repaired copy');
    expect(entry(manifest, 'usage_events').rows).toBe(ROWS + 1);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  it('appears whole or not at all', async () => {
    const folder = temporaryFolder();
    const file = make(folder);
    const target = join(folder, 'export');
    await expect(salvageDatabase(file, target, { madeAt: NOW, scratch: folder, cancelled: () => true })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('export'))).toEqual([]);
    await salvage(file, folder);
    await expect(salvage(file, folder)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    writeFileSync(file, 'nothing of use');
    await expect(salvageDatabase(file, join(folder, 'other'), { madeAt: NOW, scratch: folder })).rejects.toMatchObject({
      code: 'STORE_NOT_A_DATABASE',
    });
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });
});

describe('a diagnosis', () => {
  it('finds nothing wrong with a whole database', async () => {
    const folder = temporaryFolder();
    const diagnosis = await diagnoseDatabase(make(folder), folder);
    expect(diagnosis).toMatchObject({ kind: 'OK', damagedPages: 0, readThrough: 'in place', problems: [] });
    expect(diagnosis.tables.every(({ damaged, unreadable }) => !damaged && unreadable === 0)).toBe(true);
  });

  it('says which tables read and how many rows do not', async () => {
    const folder = temporaryFolder();
    const file = make(folder);
    ruinPages(file, leafPages(file, 'receipts').slice(20, 23));
    const diagnosis = await diagnoseDatabase(file, folder);
    expect(diagnosis).toMatchObject({ kind: 'STORE_CORRUPT', damagedPages: 3, readThrough: 'in place' });
    expect(diagnosis.pages).toBeGreaterThan(300);
    const receipts = diagnosis.tables.find(({ table }) => table === 'receipts');
    expect(receipts).toMatchObject({ damaged: true, total: ROWS });
    expect(receipts?.unreadable).toBeGreaterThan(20);
    expect((receipts?.readable ?? 0) + (receipts?.unreadable ?? 0)).toBe(ROWS);
    expect(diagnosis.tables.filter(({ damaged }) => damaged)).toHaveLength(1);
  });

  it('of a damaged header says what a copy could read', async () => {
    const folder = temporaryFolder();
    const file = make(folder);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 0, 16);
    writeFileSync(file, bytes);
    const diagnosis = await diagnoseDatabase(file, folder);
    expect(diagnosis).toMatchObject({ kind: 'STORE_NOT_A_DATABASE', readThrough: 'repaired copy' });
    expect(diagnosis.tables.find(({ table }) => table === 'receipts')).toMatchObject({ readable: ROWS, unreadable: 0, damaged: false });
  });

  it('of something that cannot be read at all, or is not there, is still an answer', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.db'), 'no database'.repeat(500));
    expect(await diagnoseDatabase(join(folder, 'x.db'), folder)).toMatchObject({
      kind: 'STORE_NOT_A_DATABASE',
      readThrough: null,
      tables: [],
      bytes: 5_500,
    });
    expect(await diagnoseDatabase(join(folder, 'gone.db'), folder)).toMatchObject({ kind: 'STORE_MISSING', readThrough: null });
  });
});

/** A copy that was interrupted: the file ends too early, also within a page, and tables begin behind its end. */
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { diagnoseDatabase } from '../../src-main/store/diagnose.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

const PAGE = 4096;

/** `first` on the pages at the beginning, `last` with its root behind them. */
const makeDatabase = (file: string): void => {
  const db = new Sqlite(file);
  db.exec('CREATE TABLE first (n INTEGER PRIMARY KEY, text TEXT) STRICT');
  const insert = db.prepare('INSERT INTO first (text) VALUES (?)');
  db.transaction(() => {
    for (let i = 0; i < 2000; i += 1) insert.run(`row ${i} ${'x'.repeat(100)}`);
  })();
  db.exec('CREATE TABLE last (n INTEGER PRIMARY KEY) STRICT; INSERT INTO last VALUES (1), (2)');
  db.close();
};

describe('a database that was cut short', () => {
  it.each([
    ['on a page', 0],
    ['within a page', 1234],
  ])('%s: what is before the cut is read, what is behind it is named', async (_where, more) => {
    const folder = temporaryFolder();
    const file = join(folder, 'countersign.db');
    makeDatabase(file);
    const whole = statSync(file).size;
    truncateSync(file, whole - 3 * PAGE + more);
    const size = statSync(file).size;
    const found = await diagnoseDatabase(file, join(folder, 'scratch'));
    expect(found).toMatchObject({ kind: 'STORE_CORRUPT', readThrough: 'repaired copy' });
    const tables = Object.fromEntries(found.tables.map((each) => [each.table, each]));
    expect(tables['first']?.readable).toBeGreaterThan(1900);
    expect(tables['last']).toMatchObject({ readable: 0, damaged: true });
    expect(statSync(file).size).toBe(size);
  });
});

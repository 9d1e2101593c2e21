import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReader, openWriter } from '../../src-main/store/open-database.ts';
import { type CountingStoreDb, createStoreDb } from '../../src-main/store/store-db.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

let db: CountingStoreDb;

beforeEach(() => {
  db = createStoreDb(openWriter(join(temporaryFolder(), 'x.db'), { create: true }));
  db.raw.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, r REAL, s TEXT, b BLOB) STRICT');
});

afterEach(() => {
  db.raw.close();
});

const add = (n: bigint | number | null, r: number | null = null): void => {
  db.run('INSERT INTO t (n, r) VALUES (?, ?)', [n, r]);
};

describe('StoreDb reads integers exactly', () => {
  it.each([0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('gives %d as a number', (n) => {
    add(BigInt(n));
    expect(db.get('SELECT n FROM t')).toEqual({ n });
    expect(db.all('SELECT n FROM t')).toEqual([{ n }]);
    expect([...db.iterate('SELECT n FROM t')]).toEqual([{ n }]);
    expect(db.allExact('SELECT n FROM t')).toEqual([{ n: BigInt(n) }]);
  });

  it.each([2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)])('refuses %d unless it is asked for exactly', (n) => {
    add(5);
    add(n);
    expect(() => db.all('SELECT n FROM t')).toThrow('The column n holds an integer beyond 2^53');
    expect(() => db.get('SELECT n FROM t WHERE id = 2')).toThrow('beyond 2^53');
    expect(() => [...db.iterate('SELECT n FROM t')]).toThrow('beyond 2^53');
    expect(db.allExact('SELECT n FROM t')).toEqual([{ n: 5n }, { n }]);
    expect(db.all('SELECT id FROM t')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('refuses a sum that passed 2^53 although its parts did not', () => {
    add(Number.MAX_SAFE_INTEGER);
    add(Number.MAX_SAFE_INTEGER);
    expect(() => db.get('SELECT SUM(n) AS total FROM t')).toThrow('The column total');
    expect(db.allExact('SELECT SUM(n) AS total FROM t')).toEqual([{ total: 18014398509481982n }]);
  });

  it('does not mistake a large real for an integer', () => {
    add(1, 1e300);
    add(2, 2 ** 53);
    expect(db.all('SELECT r FROM t')).toEqual([{ r: 1e300 }, { r: 2 ** 53 }]);
    expect(db.all('SELECT r * 1.0 AS r, n FROM t')).toEqual([
      { r: 1e300, n: 1 },
      { r: 2 ** 53, n: 2 },
    ]);
    expect([...db.iterate('SELECT r * 1.0 AS r FROM t')]).toEqual([{ r: 1e300 }, { r: 2 ** 53 }]);
  });

  it('refuses one in RETURNING without running the statement twice', () => {
    expect(() => db.get('INSERT INTO t (n) VALUES (?) RETURNING n', [2n ** 60n])).toThrow('beyond 2^53');
    expect(db.get('SELECT COUNT(*) AS c FROM t')).toEqual({ c: 1 });
    expect(db.get('INSERT INTO t (n) VALUES (?) RETURNING id, n', [7])).toEqual({ id: 2, n: 7 });
  });
});

describe('StoreDb', () => {
  it('binds by place and by name, blobs and nulls too', () => {
    const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
    db.run('INSERT INTO t (n, s, b) VALUES (@n, @s, @b)', { n: null, s: 'a', b: bytes });
    expect(db.get('SELECT n, s, b FROM t WHERE s = ?', ['a'])).toEqual({ n: null, s: 'a', b: Buffer.from([1, 2, 3]) });
    expect(db.get('SELECT 1 AS one FROM t WHERE s = ?', ['b'])).toBeUndefined();
  });

  it('says what a run changed', () => {
    expect(db.run('INSERT INTO t (n) VALUES (1), (2)')).toEqual({ changes: 2, lastInsertRowid: 2 });
  });

  it('lets the same statement be used while it is being iterated', () => {
    for (let n = 1; n <= 3; n++) add(n);
    const pairs: number[][] = [];
    const sql = 'SELECT n FROM t ORDER BY n';
    for (const outer of db.iterate<{ n: number }>(sql)) for (const inner of db.iterate<{ n: number }>(sql)) pairs.push([outer.n, inner.n]);
    expect(pairs).toHaveLength(9);
  });

  it('ends an iteration that is left early, so that writing goes on', () => {
    for (let n = 1; n <= 3; n++) add(n);
    for (const row of db.iterate<{ n: number }>('SELECT n FROM t')) if (row.n === 1) break;
    expect(db.run('INSERT INTO t (n) VALUES (4)').changes).toBe(1);
  });

  it('counts rows read and changed', () => {
    db.takeRowCount();
    add(1);
    add(2);
    db.all('SELECT * FROM t');
    db.get('SELECT * FROM t');
    expect([...db.iterate('SELECT * FROM t')]).toHaveLength(2);
    expect(db.takeRowCount()).toBe(7);
    expect(db.takeRowCount()).toBe(0);
  });

  it('keeps working past the number of statements it keeps', () => {
    for (let i = 0; i < 600; i++) expect(db.get(`SELECT ${i} AS i`)).toEqual({ i });
    expect(db.get('SELECT 0 AS i')).toEqual({ i: 0 });
  });
});

describe('connections', () => {
  it('are set up as the design says', () => {
    const pragma = (name: string): unknown => db.raw.pragma(name, { simple: true });
    expect({
      journal_mode: pragma('journal_mode'),
      synchronous: pragma('synchronous'),
      foreign_keys: pragma('foreign_keys'),
      busy_timeout: pragma('busy_timeout'),
      trusted_schema: pragma('trusted_schema'),
      cell_size_check: pragma('cell_size_check'),
      recursive_triggers: pragma('recursive_triggers'),
      journal_size_limit: pragma('journal_size_limit'),
    }).toEqual({
      journal_mode: 'wal',
      synchronous: 2,
      foreign_keys: 1,
      busy_timeout: 5000,
      trusted_schema: 0,
      cell_size_check: 1,
      recursive_triggers: 1,
      journal_size_limit: 64 * 1024 * 1024,
    });
    const reader = openReader(db.raw.name);
    expect(reader.pragma('query_only', { simple: true })).toBe(1);
    expect(() => reader.exec('CREATE TABLE u (a)')).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }) as Error);
    reader.close();
  });

  it('a writer does not make a database it was not asked to make', () => {
    expect(() => openWriter(join(temporaryFolder(), 'none.db'))).toThrow(expect.objectContaining({ code: 'STORE_MISSING' }) as Error);
    expect(() => openReader(join(temporaryFolder(), 'none.db'))).toThrow(expect.objectContaining({ code: 'STORE_MISSING' }) as Error);
  });
});

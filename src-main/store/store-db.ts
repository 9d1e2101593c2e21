import type Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { SqlParams, StoreDb } from './types.ts';

/**
 * `StoreDb` over one better-sqlite3 connection: statements are prepared once and kept, integers are read exactly.
 *
 * Exactness without the price of BigInt: SQLite's INTEGER is 64 bits wide, and the fast way reads it as a double. A value
 * beyond ±(2^53−1) always becomes a double beyond it, so looking at the columns that may hold an integer finds every such
 * value; only then is the row read again with exact integers, and refused.
 */

const KEPT_STATEMENTS = 512;

interface Prepared {
  readonly statement: Sqlite.Statement<unknown[], Record<string, unknown>>;
  /** Columns that may hold an integer: all but those declared TEXT, REAL or (in our STRICT tables) BLOB. */
  readonly integerColumns: readonly string[];
  /** Whether a second reading of the same statement is free of effects. */
  readonly rereadable: boolean;
}

export interface CountingStoreDb extends StoreDb {
  /** Rows read and changed since the last call; for the slow-query log. */
  takeRowCount(): number;
}

const tooBig = (column: string): AppError =>
  new AppError('INTERNAL', `The column ${column} holds an integer beyond 2^53, which this query reads as a number.`, {
    nextStep: 'Report this: the query must read that column with exact integers.',
    details: { column },
  });

const passesSafe = (value: unknown): boolean =>
  typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER);

export const createStoreDb = (raw: Sqlite.Database): CountingStoreDb => {
  const plain = new Map<string, Prepared>();
  const exact = new Map<string, Prepared>();
  let rows = 0;

  const prepare = (sql: string, safe: boolean): Prepared => {
    const statement = raw.prepare<unknown[], Record<string, unknown>>(sql).safeIntegers(safe);
    const integerColumns = statement.reader
      ? statement
          .columns()
          .filter(({ type }) => type !== 'TEXT' && type !== 'REAL' && type !== 'BLOB')
          .map(({ name }) => name)
      : [];
    return { statement, integerColumns, rereadable: statement.reader && statement.readonly };
  };

  const prepared = (sql: string, safe: boolean): Prepared => {
    const cache = safe ? exact : plain;
    const found = cache.get(sql);
    if (found !== undefined) {
      // A statement that is being iterated cannot be started again; the second user gets one of its own.
      return found.statement.busy ? prepare(sql, safe) : found;
    }
    const made = prepare(sql, safe);
    if (cache.size >= KEPT_STATEMENTS) {
      const oldest = cache.keys().next();
      if (!oldest.done) cache.delete(oldest.value);
    }
    cache.set(sql, made);
    return made;
  };

  /** Converts a row that was read with exact integers; throws where a number cannot hold one. */
  const narrow = (row: Record<string, unknown>, columns: readonly string[]): Record<string, unknown> => {
    for (const column of columns) {
      const value = row[column];
      if (typeof value !== 'bigint') continue;
      const asNumber = Number(value);
      if (passesSafe(asNumber)) throw tooBig(column);
      row[column] = asNumber;
    }
    return row;
  };

  const looksTooBig = (row: Record<string, unknown>, columns: readonly string[]): boolean => {
    for (const column of columns) if (passesSafe(row[column])) return true;
    return false;
  };

  const bind = (params: SqlParams | undefined): unknown[] => (params === undefined ? [] : [params]);

  const readAll = (sql: string, params: SqlParams | undefined): Record<string, unknown>[] => {
    const entry = prepared(sql, false);
    const { statement, integerColumns } = entry;
    if (entry.rereadable) {
      const found = statement.all(...bind(params));
      if (!found.some((row) => looksTooBig(row, integerColumns))) return found;
    }
    const safe = prepared(sql, true);
    return safe.statement.all(...bind(params)).map((row) => narrow(row, safe.integerColumns));
  };

  const readOne = (sql: string, params: SqlParams | undefined): Record<string, unknown> | undefined => {
    const entry = prepared(sql, false);
    if (entry.rereadable) {
      const found = entry.statement.get(...bind(params));
      if (found === undefined || !looksTooBig(found, entry.integerColumns)) return found;
    }
    const safe = prepared(sql, true);
    const found = safe.statement.get(...bind(params));
    return found === undefined ? undefined : narrow(found, safe.integerColumns);
  };

  function* walk(sql: string, params: SqlParams | undefined): Generator<Record<string, unknown>> {
    // An iteration cannot be read again, so it takes the exact way where a column may hold an integer at all.
    const { statement, integerColumns } = prepared(sql, true);
    for (const row of statement.iterate(...bind(params))) {
      rows += 1;
      yield narrow(row, integerColumns);
    }
  }

  return {
    raw,
    all: <Row>(sql: string, params?: SqlParams) => {
      const found = readAll(sql, params);
      rows += found.length;
      return found as Row[];
    },
    get: <Row>(sql: string, params?: SqlParams) => {
      const found = readOne(sql, params);
      if (found !== undefined) rows += 1;
      return found as Row | undefined;
    },
    allExact: <Row>(sql: string, params?: SqlParams) => {
      const found = prepared(sql, true).statement.all(...bind(params));
      rows += found.length;
      return found as Row[];
    },
    iterate: <Row>(sql: string, params?: SqlParams) => walk(sql, params) as unknown as IterableIterator<Row>,
    run: (sql, params) => {
      const { changes, lastInsertRowid } = prepared(sql, false).statement.run(...bind(params));
      rows += changes;
      return { changes, lastInsertRowid: Number(lastInsertRowid) };
    },
    takeRowCount: () => {
      const taken = rows;
      rows = 0;
      return taken;
    },
  };
};

import type Sqlite from 'better-sqlite3';
import { stopIfCancelled, type WorkControl } from './file-work.ts';
import { nativeCode } from './store-errors.ts';

/**
 * Reads every row of a table that can still be read, in order, around pages that cannot. SQLite gives up at the first bad
 * page; asking again for narrower ranges of rowids finds what lies behind it.
 */
export type ScannedValue = bigint | number | string | Uint8Array | null;

/** Rowids between which nothing could be read, ends included. */
export interface UnreadableRange {
  readonly from: bigint;
  readonly to: bigint;
}

export interface TableScan {
  readonly table: string;
  readonly columns: readonly string[];
  readonly readable: number;
  /** Rows by the table's own index, where one could be read; null where there is none to ask. */
  readonly total: number | null;
  /** Rows that are there but cannot be read; null where it is not known how many. */
  readonly unreadable: number | null;
  /** Whether anything could not be read. */
  readonly damaged: boolean;
  /** In order; empty for a table without rowids, whose middle can only be counted. */
  readonly ranges: readonly UnreadableRange[];
  /** What SQLite said, each once. */
  readonly reasons: readonly string[];
}

export interface ScannedTable {
  readonly name: string;
  readonly sql: string;
}

export type OnRow = (values: readonly ScannedValue[]) => void;

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
/** Failing questions in a row before the end of the bad stretch is searched for by halving instead. */
const PATIENCE = 20_000;
const ROWS_BETWEEN_LOOKS = 256;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Whether an error means that a page cannot be read, as opposed to anything that would stop the whole work. */
const isUnreadable = (error: unknown): boolean => {
  const code = nativeCode(error);
  return (
    code !== undefined &&
    (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_NOTADB') || code === 'SQLITE_FULL')
  );
};

/** The user's tables of a database, virtual ones left out. Throws what SQLite throws where the schema cannot be read. */
export const tablesOf = (db: Sqlite.Database): ScannedTable[] =>
  db
    .prepare<[], ScannedTable>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`,
    )
    .all();

interface ColumnInfo {
  readonly name: string;
  readonly pk: number;
}

const columnsOf = (db: Sqlite.Database, table: string): ColumnInfo[] =>
  db.prepare<[string], ColumnInfo>('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid').all(table);

const hasRowid = (db: Sqlite.Database, table: string): boolean =>
  db.prepare<[string], { wr: number }>('SELECT wr FROM pragma_table_list WHERE name = ?').get(table)?.wr === 0;

/** Counts rows by an index: those pages are often whole when the table's are not. */
const countByIndex = (db: Sqlite.Database, table: string): number | null => {
  let most: number | null = null;
  const indexes = db.prepare<[string], { name: string }>('SELECT name FROM pragma_index_list(?) WHERE partial = 0').all(table);
  for (const { name } of indexes) {
    try {
      const found = db.prepare<[], { n: number }>(`SELECT COUNT(*) AS n FROM ${quote(table)} INDEXED BY ${quote(name)}`).get();
      if (found !== undefined) most = Math.max(most ?? 0, found.n);
    } catch (error) {
      // An index that cannot be read, or that cannot answer alone, says nothing.
      if (!isUnreadable(error) && nativeCode(error) !== 'SQLITE_ERROR') throw error;
    }
  }
  return most;
};

interface Outcome {
  readable: number;
  readonly reasons: Set<string>;
  readonly ranges: UnreadableRange[];
}

const addRange = (ranges: UnreadableRange[], from: bigint, to: bigint): void => {
  const last = ranges.at(-1);
  if (last !== undefined && last.to + 1n === from) ranges[ranges.length - 1] = { from: last.from, to };
  else ranges.push({ from, to });
};

const scanByRowid = (
  db: Sqlite.Database,
  table: string,
  columns: readonly string[],
  onRow: OnRow,
  control: WorkControl,
  out: Outcome,
): void => {
  const list = ['_rowid_', ...columns.map(quote)].join(', ');
  const rowsIn = db
    .prepare<[bigint, bigint]>(`SELECT ${list} FROM ${quote(table)} NOT INDEXED WHERE _rowid_ BETWEEN ? AND ? ORDER BY _rowid_`)
    .safeIntegers(true)
    .raw(true);
  let failing = 0;

  /** Reads on from `from` until the end or a bad page; gives the first rowid that is still to be asked for. */
  const readRange = (from: bigint, to: bigint): bigint | undefined => {
    let next = from;
    try {
      for (const row of rowsIn.iterate(from, to) as IterableIterator<[bigint, ...ScannedValue[]]>) {
        const [rowid, ...values] = row;
        onRow(values);
        next = rowid + 1n;
        failing = 0;
        out.readable += 1;
        if (out.readable % ROWS_BETWEEN_LOOKS === 0) {
          stopIfCancelled(control, 'The reading');
          control.onProgress?.({ step: table, done: out.readable, total: out.readable, unit: 'rows' });
        }
      }
      return undefined;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      out.reasons.add(nativeCode(error) ?? 'unknown');
      failing += 1;
      if (failing % ROWS_BETWEEN_LOOKS === 0) stopIfCancelled(control, 'The reading');
      return next;
    }
  };

  const canRead = (from: bigint): boolean => {
    try {
      rowsIn.get(from, HIGHEST);
      return true;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return false;
    }
  };

  /** The first rowid from which reading works again, if the bad stretch is one. */
  const endOfBadStretch = (from: bigint): bigint => {
    let bad = from;
    let good = HIGHEST;
    if (!canRead(good)) return HIGHEST;
    while (good - bad > 1n) {
      const middle = bad + (good - bad) / 2n;
      if (canRead(middle)) good = middle;
      else bad = middle;
    }
    return good;
  };

  // Ranges still to read, the lowest last: rows come out in order.
  const todo: UnreadableRange[] = [{ from: LOWEST, to: HIGHEST }];
  for (let range = todo.pop(); range !== undefined; range = todo.pop()) {
    const stoppedAt = readRange(range.from, range.to);
    if (stoppedAt === undefined || stoppedAt > range.to) continue;
    if (stoppedAt === range.to) {
      addRange(out.ranges, stoppedAt, stoppedAt);
      continue;
    }
    if (failing > PATIENCE) {
      const good = endOfBadStretch(stoppedAt);
      addRange(out.ranges, stoppedAt, good === HIGHEST ? HIGHEST : good - 1n);
      todo.length = 0;
      if (good !== HIGHEST) todo.push({ from: good, to: HIGHEST });
      failing = 0;
      continue;
    }
    const middle = stoppedAt + (range.to - stoppedAt) / 2n;
    todo.push({ from: middle + 1n, to: range.to }, { from: stoppedAt, to: middle });
  }
};

/** A table without rowids is read from both ends; what lies between two bad pages cannot be asked for. */
const scanByKey = (
  db: Sqlite.Database,
  table: string,
  columns: readonly ColumnInfo[],
  onRow: OnRow,
  control: WorkControl,
  out: Outcome,
): boolean => {
  const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const list = columns.map(({ name }) => quote(name)).join(', ');
  const order = (direction: string): string => keys.map(({ name }) => `${quote(name)} ${direction}`).join(', ');
  const select = (direction: string): Sqlite.Statement =>
    db
      .prepare(`SELECT ${list} FROM ${quote(table)} ORDER BY ${order(direction)}`)
      .safeIntegers(true)
      .raw(true);
  const read = (direction: string, take: OnRow): boolean => {
    try {
      for (const row of select(direction).iterate() as IterableIterator<ScannedValue[]>) {
        take(row);
        out.readable += 1;
        if (out.readable % ROWS_BETWEEN_LOOKS === 0) stopIfCancelled(control, 'The reading');
      }
      return true;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      out.reasons.add(nativeCode(error) ?? 'unknown');
      return false;
    }
  };
  if (read('ASC', onRow)) return true;
  const fromEnd: (readonly ScannedValue[])[] = [];
  read('DESC', (row) => fromEnd.push(row));
  for (const row of fromEnd.reverse()) onRow(row);
  return false;
};

/**
 * Reads what can be read of one table and gives each row to `onRow`, in key order, integers as bigint. Throws CANCELLED, or
 * what is wrong with more than single pages.
 */
export const scanTable = (db: Sqlite.Database, { name }: ScannedTable, onRow: OnRow, control: WorkControl = {}): TableScan => {
  const out: Outcome = { readable: 0, reasons: new Set(), ranges: [] };
  const columns = columnsOf(db, name);
  let whole: boolean;
  if (hasRowid(db, name)) {
    scanByRowid(
      db,
      name,
      columns.map((column) => column.name),
      onRow,
      control,
      out,
    );
    whole = out.ranges.length === 0;
  } else whole = scanByKey(db, name, columns, onRow, control, out);
  const counted = countByIndex(db, name);
  const total = whole && (counted === null || counted <= out.readable) ? out.readable : counted;
  const missed = total === null ? null : Math.max(0, total - out.readable);
  return {
    table: name,
    columns: columns.map((column) => column.name),
    readable: out.readable,
    total,
    unreadable: missed,
    damaged: out.reasons.size > 0 || (missed ?? 0) > 0,
    ranges: out.ranges,
    reasons: [...out.reasons],
  };
};

import { stat } from 'node:fs/promises';
import type Sqlite from 'better-sqlite3';
import { type ErrorCode, isAppError } from '../../src-shared/kernel/errors.ts';
import { openForReading, type OpenedForReading, schemaVersionOf } from './damaged-database.ts';
import type { WorkControl } from './file-work.ts';
import { openReader } from './open-database.ts';
import { nativeCode, storeErrorFrom } from './store-errors.ts';
import { scanTable, tablesOf } from './table-scan.ts';

export interface TableHealth {
  readonly table: string;
  readonly readable: number;
  /** Null where no index could be asked. */
  readonly total: number | null;
  /** Rows that are there but cannot be read; null where it is not known how many (then `damaged` says that some are). */
  readonly unreadable: number | null;
  readonly damaged: boolean;
}

export interface Diagnosis {
  /** `OK`, or the STORE_… code that says what is wrong. */
  readonly kind: 'OK' | ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  readonly bytes: number;
  readonly pages: number | null;
  /** Pages that the structure check names, at least; null where it could not run. */
  readonly damagedPages: number | null;
  readonly schemaVersion: number | null;
  /** How rows could be read at all; null where none can be. */
  readonly readThrough: OpenedForReading['how'] | null;
  readonly tables: readonly TableHealth[];
  /** The first findings of the structure check, in SQLite's words. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 100;

/** What SQLite's structure check finds. It may itself stop at a bad page, after it has named it. */
const structureProblems = (db: Sqlite.Database): string[] => {
  const found: string[] = [];
  try {
    for (const row of db.prepare<[], { quick_check: string }>(`PRAGMA quick_check(${MOST_PROBLEMS})`).iterate())
      found.push(row.quick_check);
  } catch (error) {
    const code = nativeCode(error);
    if (code === undefined) throw error;
    if (found.length === 0) found.push(code);
  }
  return found.length === 1 && found[0] === 'ok' ? [] : found;
};

/** The different pages that the findings name. */
const countPages = (problems: readonly string[]): number => new Set(problems.flatMap((each) => each.match(/\bpage \d+/g) ?? [])).size;

/** What SQLite says when it opens the file as it lies, if it refuses. */
const refusal = (file: string): ReturnType<typeof storeErrorFrom> => {
  try {
    const db = openReader(file);
    db.close();
    return undefined;
  } catch (error) {
    return storeErrorFrom(error, { file });
  }
};

/**
 * Says what is wrong with a database and how much of it can be read, table by table, without changing it. Reads everything:
 * it belongs into a compute worker. Throws only CANCELLED and what is no fault of the file.
 *
 * @param scratch a folder for a copy, needed where the file cannot be opened as it lies
 */
export const diagnoseDatabase = async (file: string, scratch: string, control: WorkControl = {}): Promise<Diagnosis> => {
  const bytes = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  const refused = refusal(file);
  const nothing = { bytes, pages: null, damagedPages: null, schemaVersion: null, readThrough: null, tables: [], problems: [] };
  let opened: OpenedForReading;
  try {
    opened = await openForReading(file, scratch, control);
  } catch (error) {
    const known = refused ?? storeErrorFrom(error, { file });
    if (known === undefined || (isAppError(error) && error.code === 'CANCELLED')) throw error;
    return { kind: known.code, message: known.message, nextStep: known.nextStep, ...nothing };
  }
  try {
    const { db } = opened;
    const structure = structureProblems(db);
    const tables = tablesOf(db).map((table): TableHealth => {
      const scan = scanTable(db, table, () => undefined, control);
      return {
        table: scan.table,
        readable: scan.readable,
        total: scan.total,
        unreadable: scan.unreadable,
        damaged: scan.damaged,
      };
    });
    const damaged = structure.length > 0 || tables.some((table) => table.damaged);
    const fault = refused ?? (damaged ? storeErrorFrom(Object.assign(new Error(), { code: 'SQLITE_CORRUPT' }), { file }) : undefined);
    return {
      kind: fault?.code ?? 'OK',
      message: fault?.message ?? 'Everything in the database reads back.',
      nextStep: fault?.nextStep ?? 'Nothing to do.',
      bytes,
      pages: db.pragma('page_count', { simple: true }) as number,
      damagedPages: countPages(structure),
      schemaVersion: schemaVersionOf(db),
      readThrough: opened.how,
      tables,
      problems: structure,
    };
  } finally {
    await opened.close();
  }
};

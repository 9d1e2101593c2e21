import { existsSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import { assertHeadroom } from './disk-space.ts';
import { copyWithDigest, type WorkControl } from './file-work.ts';
import { APPLICATION_ID, DATABASE_NAME, makePrivateFolder, openReader } from './open-database.ts';
import { withStoreErrors } from './store-errors.ts';

/** How a database could be opened for reading, and what to do when done. */
export interface OpenedForReading {
  readonly db: Sqlite.Database;
  /** `in place`; `copy`: where it lies nothing may be written, which SQLite's log needs; `repaired copy`: with a new header. */
  readonly how: 'in place' | 'copy' | 'repaired copy';
  readonly close: () => Promise<void>;
}

const PAGE_SIZES = [4096, 8192, 16384, 32768, 1024, 2048, 512] as const;
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 100;
const LEAF_TABLE = 13;
const INTERIOR_TABLE = 5;

/** A header such as SQLite writes (https://sqlite.org/fileformat2.html#the_database_header), for our own databases. */
const freshHeader = (pageSize: number, pages: number, wal: boolean): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16BE(pageSize, 16);
  header.writeUInt8(wal ? 2 : 1, 18);
  header.writeUInt8(wal ? 2 : 1, 19);
  header.writeUInt8(64, 21);
  header.writeUInt8(32, 22);
  header.writeUInt8(32, 23);
  header.writeUInt32BE(1, 24);
  header.writeUInt32BE(pages, 28);
  header.writeUInt32BE(1, 40);
  header.writeUInt32BE(4, 44);
  header.writeUInt32BE(1, 56);
  header.writeInt32BE(APPLICATION_ID, 68);
  header.writeUInt32BE(1, 92);
  header.writeUInt32BE(3_054_001, 96);
  return header;
};

/** The page sizes a file can have, the likeliest first; none where its first page holds no schema. */
const likelyPageSizes = async (file: string): Promise<number[]> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(HEADER_BYTES + 1);
    await handle.read(start, 0, start.length, 0);
    const kind = start[HEADER_BYTES];
    if (kind !== LEAF_TABLE && kind !== INTERIOR_TABLE) return [];
    // A header that is whole says it, also of a file that was cut within a page.
    const declared = start.subarray(0, MAGIC.length).equals(MAGIC) ? PAGE_SIZES.filter((each) => each === start.readUInt16BE(16)) : [];
    return declared.length > 0 ? declared : PAGE_SIZES.filter((each) => size > 0 && size % each === 0);
  } finally {
    await handle.close();
  }
};

/** More pages than this many times those that are there were not cut off: the number itself is damaged. */
const MOST_CUT_OFF = 64;

/** The pages that a file had by its own header; 0 where that cannot be known. */
const claimedPages = async (handle: FileHandle): Promise<number> => {
  const start = Buffer.alloc(HEADER_BYTES);
  await handle.read(start, 0, HEADER_BYTES, 0);
  return start.subarray(0, MAGIC.length).equals(MAGIC) ? start.readUInt32BE(28) : 0;
};

/**
 * A file that was cut short gets empty pages in place of the lost ones: SQLite reads no table at all where the root of only
 * one lies behind the end. What was on them is found missing when its table is read.
 */
const writeHeader = async (file: string, pageSize: number): Promise<void> => {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const present = Math.floor(size / pageSize);
    const claimed = await claimedPages(handle);
    const pages = claimed > present && claimed <= present * MOST_CUT_OFF ? claimed : present;
    if (pages * pageSize !== size) await handle.truncate(pages * pageSize);
    await handle.write(freshHeader(pageSize, pages, existsSync(`${file}-wal`)), 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
};

/** Opens a database and reads its schema, so that a fault of the first page is met here. */
const openAndReadSchema = (file: string): Sqlite.Database => {
  const db = openReader(file);
  return withStoreErrors({ file }, () => {
    try {
      db.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
};

/** A copy of a database in a folder of its own, under the name the store looks for. */
export interface ReadableCopy {
  readonly folder: string;
  readonly file: string;
  readonly how: 'copy' | 'repaired copy';
  readonly remove: () => Promise<void>;
}

let copies = 0;

/**
 * Makes a copy that can be opened: as it is where only its folder stood in the way, with a new header where `repair` is set.
 * Undefined where no copy can be read either. Fails with STORE_FULL or CANCELLED.
 */
export const copyForReading = async (
  file: string,
  scratch: string,
  repair: boolean,
  control: WorkControl = {},
): Promise<ReadableCopy | undefined> => {
  makePrivateFolder(scratch);
  await assertHeadroom(scratch, (await stat(file)).size);
  const folder = join(scratch, `reading-${process.pid}-${threadId}-${copies++}`);
  const copy = join(folder, DATABASE_NAME);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const opens = (): boolean => {
    try {
      openAndReadSchema(copy).close();
      return true;
    } catch {
      return false;
    }
  };
  try {
    await remove();
    makePrivateFolder(folder);
    await copyWithDigest(file, copy, control);
    if (existsSync(`${file}-wal`)) await copyWithDigest(`${file}-wal`, `${copy}-wal`, control);
    if (!repair && opens()) return { folder, file: copy, how: 'copy', remove };
    for (const pageSize of repair ? await likelyPageSizes(copy) : []) {
      await writeHeader(copy, pageSize);
      if (opens()) return { folder, file: copy, how: 'repaired copy', remove };
    }
    await remove();
    return undefined;
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Whether a copy may help against an error of opening, and whether it needs a new header. */
export const copyMayHelp = (error: unknown): { readonly repair: boolean } | undefined => {
  if (!isAppError(error)) return undefined;
  if (error.code === 'STORE_PERMISSION' || error.code === 'STORE_READ_ONLY') return { repair: false };
  if (error.code === 'STORE_NOT_A_DATABASE' || error.code === 'STORE_CORRUPT') return { repair: true };
  return undefined;
};

/**
 * Opens a database for reading by whatever way there is, without changing it: as it lies; through a copy, where its folder
 * cannot be written; through a copy with a new header, where its first bytes are damaged. Throws the STORE_… error of the
 * first try when none works.
 *
 * @param scratch a folder for copies; made where it is missing
 */
export const openForReading = async (file: string, scratch: string, control: WorkControl = {}): Promise<OpenedForReading> => {
  let refused: unknown;
  try {
    const db = openAndReadSchema(file);
    return {
      db,
      how: 'in place',
      close: () => {
        db.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    refused = error;
  }
  const help = copyMayHelp(refused);
  if (help === undefined) throw refused;
  const copy = await copyForReading(file, scratch, help.repair, control).catch((error: unknown) => {
    if (isAppError(error)) throw error;
    // The file cannot even be copied: the first refusal says why.
    return undefined;
  });
  if (copy === undefined) throw refused;
  const db = openAndReadSchema(copy.file);
  return {
    db,
    how: copy.how,
    close: async () => {
      db.close();
      await copy.remove();
    },
  };
};

/** The number of the last migration, from the list itself where it can be read: a new header has forgotten it. */
export const schemaVersionOf = (db: Sqlite.Database): number => {
  try {
    return db.prepare<[], { id: number | null }>('SELECT MAX(id) AS id FROM schema_migrations').get()?.id ?? 0;
  } catch {
    return db.pragma('user_version', { simple: true }) as number;
  }
};

import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { withStoreErrors } from './store-errors.ts';

/** The name of the database inside a workspace folder. */
export const DATABASE_NAME = 'countersign.db';

/** `PRAGMA application_id` of a workspace database: the letters CSGN. */
export const APPLICATION_ID = 0x4353474e;

const BUSY_TIMEOUT_MS = 5_000;
const JOURNAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Pages between automatic checkpoints: 16 MB, so that a bulk import does not sync the main file at every commit. */
const CHECKPOINT_PAGES = 4_096;

/** Makes the folder of a new workspace; only its owner may look inside. */
export const makePrivateFolder = (folder: string): void => {
  withStoreErrors({ file: folder }, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  });
};

/** Makes sure that only the owner may read a database, before anything is written into it. */
export const makePrivateFile = (file: string): void => {
  if (existsSync(file)) {
    // chmod does not open the file, so it cannot drop the locks that this process holds on it.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return;
  }
  closeSync(openSync(file, 'wx', 0o600));
};

/**
 * Opens the one writing connection. Creates the file (mode 0600) where there is none and `create` is set; the folder must
 * exist. Changes nothing in a database that is already set up. Fails with STORE_… errors.
 */
export const openWriter = (file: string, options: { readonly create?: boolean } = {}): Sqlite.Database =>
  withStoreErrors({ file }, () => {
    statSync(dirname(file));
    if (options.create === true || existsSync(file)) makePrivateFile(file);
    const db = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    try {
      // Before anything else touches the schema: a crafted schema must not reach functions with effects.
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      db.pragma('journal_mode = WAL');
      // better-sqlite3 builds SQLite with NORMAL for WAL, which may lose the last commits when the power fails.
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      // Without it INSERT OR REPLACE deletes a row without running its delete trigger.
      db.pragma('recursive_triggers = ON');
      db.pragma(`journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES}`);
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      if (process.platform === 'darwin') db.pragma('checkpoint_fullfsync = ON');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });

/** Opens a connection that cannot change anything. The file must exist. Fails with STORE_… errors. */
export const openReader = (file: string): Sqlite.Database =>
  withStoreErrors({ file }, () => {
    statSync(file);
    const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      db.pragma('query_only = ON');
      // The first read, so that a damaged header or a file of another kind is found here and not in the first query.
      db.pragma('schema_version');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });

/** Closes a writing connection after letting SQLite refresh its statistics; closing never fails for their sake. */
export const closeWriter = (db: Sqlite.Database): void => {
  try {
    if (db.open) db.pragma('optimize');
  } catch {
    // A full or vanished disk: the statistics can wait.
  }
  db.close();
};

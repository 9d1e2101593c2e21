import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { assertHeadroom } from './disk-space.ts';
import { sha256OfFile, stopIfCancelled, syncFile, syncFolder, type WorkControl, writeFileAtomic } from './file-work.ts';
import { APPLICATION_ID, makePrivateFile, openReader } from './open-database.ts';
import { peekDatabase } from './peek-database.ts';
import { storeErrorFrom, withStoreErrorsAsync } from './store-errors.ts';

export const BACKUPS_FOLDER = 'backups';

export type BackupKind = 'manual' | 'scheduled' | 'pre-migration';
const KINDS: readonly BackupKind[] = ['manual', 'scheduled', 'pre-migration'];

/** The sidecar of a backup: `<stamp>-<kind>.json` beside `<stamp>-<kind>.db`. */
export interface BackupRecord {
  readonly format: 'countersign-backup/1';
  /** File name of the database copy. */
  readonly name: string;
  readonly kind: BackupKind;
  /** ISO 8601 UTC: the copy holds what was committed at this moment. */
  readonly taken_at: string;
  readonly schema_version: number;
  readonly app_version: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly integrity: 'ok' | 'damaged';
  /** What the checks found; empty when whole. */
  readonly problems: readonly string[];
  /** Facts by table or log at that moment, as the caller counted them. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface BackupOptions extends WorkControl {
  readonly kind: BackupKind;
  /** ISO 8601 UTC. */
  readonly takenAt: string;
  readonly appVersion: string;
  readonly counts?: Readonly<Record<string, number>>;
}

const STEP_PAGES = 512;
const MOST_PROBLEMS = 20;

/** `2026-06-07T06:00:00.000Z` → `20260607T060000Z`: sorts by time and is a legal file name everywhere. */
export const fileStamp = (isoTime: string): string => isoTime.replace(/\.\d+/, '').replace(/[-:]/g, '');

/** Checks a database file that nobody has open: structure, references, and that it is ours. Empty when whole. */
export const databaseProblems = (file: string): string[] => {
  const peek = peekDatabase(file);
  if (peek.kind !== 'database') return [`not a database (${peek.kind})`];
  if (peek.applicationId !== APPLICATION_ID) return [`application id ${peek.applicationId} is not ours`];
  try {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      const structure = (db.pragma(`quick_check(${MOST_PROBLEMS})`) as { quick_check: string }[]).map((row) => row.quick_check);
      if (structure.length !== 1 || structure[0] !== 'ok') return structure;
      const references = db.pragma('foreign_key_check') as { table: string; parent: string }[];
      return references.slice(0, MOST_PROBLEMS).map(({ table, parent }) => `a row of ${table} points at nothing in ${parent}`);
    } finally {
      db.close();
    }
  } catch (error) {
    const known = storeErrorFrom(error, { file });
    if (known?.code === 'STORE_CORRUPT' || known?.code === 'STORE_NOT_A_DATABASE' || known?.code === 'STORE_IO') return [known.message];
    throw error;
  }
};

const freeName = async (folder: string, stamp: string, kind: BackupKind): Promise<string> => {
  const taken = new Set(await readdir(folder));
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${stamp}-${kind}` : `${stamp}-${kind}-${n}`;
    if (!taken.has(`${name}.db`) && !taken.has(`${name}.json`)) return name;
  }
};

/** Copies what is committed now, in steps, from one snapshot: writers go on meanwhile and do not restart the copy. */
const copySnapshot = async (file: string, target: string, control: WorkControl): Promise<number> => {
  const db = openReader(file);
  try {
    db.exec('BEGIN');
    const schemaVersion = db.pragma('user_version', { simple: true }) as number;
    // The first read of the transaction fixes the snapshot that every step sees.
    db.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    await db.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        stopIfCancelled(control, 'The backup');
        control.onProgress?.({ step: 'backup', done: totalPages - remainingPages, total: totalPages, unit: 'pages' });
        return STEP_PAGES;
      },
    });
    return schemaVersion;
  } finally {
    db.close();
  }
};

/** A backup is one file that can be read where nothing may be written: no log beside it. */
const makeSingleFile = (file: string): void => {
  const db = new Sqlite(file, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
};

const LEFT_OVER_MS = 86_400_000;

/** Removes what a crash left of backups that were never finished. */
const removeLeftOvers = async (folder: string, now: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!/^\..+\.(partial|partial-\w+|tmp)$/.test(name)) continue;
    const file = join(folder, name);
    const { mtimeMs } = await stat(file);
    // A younger one may be another process's work.
    if (mtimeMs < Date.parse(now) - LEFT_OVER_MS) await rm(file, { force: true });
  }
};

const removeParts = async (file: string): Promise<void> => {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(`${file}${part}`, { force: true });
};

/**
 * Takes a backup of an open or closed database while others read and write it, checks it, and writes its sidecar.
 * A damaged copy is kept and recorded as `damaged`: it may be the best there is. Fails with STORE_FULL before the first
 * byte where it would not fit, CANCELLED, or another STORE_… code; then nothing is left behind.
 *
 * @param file the database
 * @param folder where backups are kept; made where it is missing
 */
export const createBackup = (file: string, folder: string, options: BackupOptions): Promise<BackupRecord> =>
  withStoreErrorsAsync({ operation: 'backup' }, async () => {
    const size = await stat(file);
    const logSize = await stat(`${file}-wal`).then(
      ({ size: bytes }) => bytes,
      () => 0,
    );
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeLeftOvers(folder, options.takenAt);
    await assertHeadroom(folder, size.size + logSize);
    const name = await freeName(folder, fileStamp(options.takenAt), options.kind);
    const partial = join(folder, `.${name}.partial`);
    const final = join(folder, `${name}.db`);
    try {
      makePrivateFile(partial);
      const schemaVersion = await copySnapshot(file, partial, options);
      makeSingleFile(partial);
      const problems = databaseProblems(partial);
      await syncFile(partial);
      const { sha256, bytes } = await sha256OfFile(partial, options);
      const record: BackupRecord = {
        format: 'countersign-backup/1',
        name: `${name}.db`,
        kind: options.kind,
        taken_at: options.takenAt,
        schema_version: schemaVersion,
        app_version: options.appVersion,
        bytes,
        sha256,
        integrity: problems.length === 0 ? 'ok' : 'damaged',
        problems,
        counts: options.counts ?? {},
      };
      await rename(partial, final);
      await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(record, null, 2)}\n`);
      await syncFolder(folder);
      return record;
    } catch (error) {
      await removeParts(partial);
      throw error;
    }
  });

const isRecord = (value: unknown): value is BackupRecord => {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof BackupRecord, unknown>>;
  return (
    record.format === 'countersign-backup/1' &&
    typeof record.name === 'string' &&
    basename(record.name) === record.name &&
    KINDS.includes(record.kind as BackupKind) &&
    typeof record.taken_at === 'string' &&
    typeof record.schema_version === 'number' &&
    typeof record.bytes === 'number' &&
    typeof record.sha256 === 'string'
  );
};

/** Reads one sidecar; undefined where it is missing or not one of ours. */
export const readBackupRecord = async (folder: string, name: string): Promise<BackupRecord | undefined> => {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, `${basename(name, '.db')}.json`), 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** All backups of a folder whose file is there, newest first; empty where there is no such folder. */
export const listBackups = async (folder: string): Promise<BackupRecord[]> => {
  const names = await readdir(folder).catch(() => [] as string[]);
  const present = new Set(names);
  const found: BackupRecord[] = [];
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const record = await readBackupRecord(folder, name.slice(0, -'.json'.length));
    if (record !== undefined && present.has(record.name)) found.push(record);
  }
  return found.sort((a, b) => b.taken_at.localeCompare(a.taken_at) || b.name.localeCompare(a.name));
};

export interface BackupCheck {
  readonly whole: boolean;
  readonly problems: readonly string[];
  readonly record: BackupRecord;
}

/** Checks a backup against its sidecar and by itself: digest, structure, references, application id. */
export const verifyBackup = (folder: string, name: string, control: WorkControl = {}): Promise<BackupCheck> =>
  withStoreErrorsAsync({ operation: 'backup verify' }, async () => {
    const record = await readBackupRecord(folder, name);
    if (record === undefined)
      throw new AppError('NOT_FOUND', `There is no backup named ${basename(name)} with its description beside it.`, {
        nextStep: 'List the backups and choose one of them.',
      });
    const file = join(folder, record.name);
    const { sha256, bytes } = await sha256OfFile(file, control);
    const problems: string[] = [];
    if (bytes !== record.bytes) problems.push(`the file has ${bytes} bytes where ${record.bytes} were written`);
    if (sha256 !== record.sha256) problems.push('the digest is not the one recorded when the backup was taken');
    problems.push(...databaseProblems(file));
    return { whole: problems.length === 0, problems, record };
  });

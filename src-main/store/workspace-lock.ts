import { accessSync, constants, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { nativeCode, withStoreErrorsAsync } from './store-errors.ts';

/**
 * One console per workspace at a time, across processes.
 *
 * The lock is an exclusive transaction on an empty SQLite file beside the database. The system itself holds it and drops it
 * when the process ends in whatever way, so there is no stale lock: no process id to compare, no heartbeat to keep. A JSON
 * file beside it says who holds it; it is never what decides.
 */
export type HolderKind = 'electron' | 'loopback' | 'cli';

export interface LockHolder {
  readonly pid: number;
  /** Name of the machine. */
  readonly host: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly kind: HolderKind;
  readonly instanceId: string;
  readonly member?: string;
}

export type WorkspaceLock =
  | { readonly held: true; readonly release: () => Promise<void> }
  /** `holder` is undefined where another process holds it and has not (or not readably) said who it is. */
  | { readonly held: false; readonly holder: LockHolder | undefined };

const LOCK_FILE = '.lock.db';
const HOLDER_FILE = '.lock.json';

/** Files of a workspace folder that belong to the process that has it open; they are never copied nor opened past SQLite. */
export const LOCK_FILES: readonly string[] = [LOCK_FILE, `${LOCK_FILE}-journal`, HOLDER_FILE];

/** Long enough for somebody who only looks (`workspaceHolder`) to be gone again. */
const PATIENCE_MS = 250;
const HOLDER_TRIES = 5;

const isHolder = (value: unknown): value is LockHolder => {
  if (typeof value !== 'object' || value === null) return false;
  const holder = value as Partial<Record<keyof LockHolder, unknown>>;
  return (
    typeof holder.pid === 'number' && typeof holder.host === 'string' && typeof holder.since === 'string' && typeof holder.kind === 'string'
  );
};

const readHolder = async (folder: string): Promise<LockHolder | undefined> => {
  const value = await readJsonFile(join(folder, HOLDER_FILE)).catch(() => undefined);
  return isHolder(value) ? value : undefined;
};

/** Takes the system's lock; undefined where another connection has it. */
const takeLock = (file: string, timeout: number): Sqlite.Database | undefined => {
  const db = new Sqlite(file, { timeout });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (nativeCode(error)?.startsWith('SQLITE_BUSY') === true) return undefined;
    throw error;
  }
};

/**
 * Takes the workspace for this process, or says who has it. The folder must exist. Fails with STORE_MISSING,
 * STORE_PERMISSION or STORE_READ_ONLY where no lock can be taken there; such a workspace can only be opened read-only.
 */
export const lockWorkspace = (folder: string, holder: LockHolder): Promise<WorkspaceLock> =>
  withStoreErrorsAsync({ file: folder }, async () => {
    const file = join(folder, LOCK_FILE);
    accessSync(folder, constants.R_OK);
    // SQLite opens a file that it cannot write without a word, and then takes no exclusive lock.
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
    const db = takeLock(file, PATIENCE_MS);
    if (db === undefined) return { held: false, holder: await workspaceHolder(folder) };
    try {
      await writeJsonFile(join(folder, HOLDER_FILE), holder);
    } catch (error) {
      db.close();
      throw error;
    }
    let released: Promise<void> | undefined;
    return {
      held: true,
      release: () =>
        // The note goes first: after the lock is free it may be the next holder's.
        (released ??= rm(join(folder, HOLDER_FILE), { force: true }).finally(() => {
          db.close();
        })),
    };
  });

/** Who holds a workspace now; undefined where nobody does or the holder has not said who it is. */
export const workspaceHolder = async (folder: string): Promise<LockHolder | undefined> => {
  for (let tries = 0; tries < HOLDER_TRIES; tries++) {
    if (!isLocked(folder)) return undefined;
    const holder = await readHolder(folder);
    if (holder !== undefined) return holder;
    // Between taking the lock and writing the note there is a moment without one.
    await delay(40);
  }
  return undefined;
};

/** Whether some process, this one included, holds the workspace. */
export const isLocked = (folder: string): boolean => {
  const file = join(folder, LOCK_FILE);
  if (!existsSync(file)) return false;
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(file, { readonly: true, timeout: 0 });
    db.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return nativeCode(error)?.startsWith('SQLITE_BUSY') === true;
  } finally {
    db?.close();
  }
};

const KIND_NAMES: Readonly<Record<HolderKind, string>> = {
  electron: 'the desktop console',
  loopback: 'a console in the browser',
  cli: 'a command in a terminal',
};

/** One sentence that says who holds the workspace, for banners and errors. */
export const describeHolder = (holder: LockHolder | undefined): string => {
  if (holder === undefined) return 'Another program has this workspace open.';
  const who = KIND_NAMES[holder.kind] ?? 'another program';
  const member = holder.member === undefined ? '' : `, used by ${holder.member}`;
  return `This workspace is open in ${who} on ${holder.host} since ${holder.since} (process ${holder.pid}${member}).`;
};

/** The error of a change that meets a workspace somebody else holds. */
export const lockedByOther = (holder: LockHolder | undefined): AppError =>
  new AppError('STORE_LOCKED', `${describeHolder(holder)} Nothing was changed.`, {
    nextStep:
      holder?.kind === 'cli'
        ? 'Wait until that command has finished, then do it again.'
        : 'Do it in that console, or close it and do it again.',
    retryable: true,
    details: holder === undefined ? {} : { holder },
  });

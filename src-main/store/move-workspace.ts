import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { createBackup, databaseProblems, fileStamp } from './backup.ts';
import { assertHeadroom } from './disk-space.ts';
import { copyWithDigest, sha256OfFile, stopIfCancelled, syncFolder, type WorkControl } from './file-work.ts';
import { APPLICATION_ID, DATABASE_NAME } from './open-database.ts';
import { isOpenHere } from './open-files.ts';
import { peekDatabase } from './peek-database.ts';
import { withStoreErrorsAsync } from './store-errors.ts';
import { LOCK_FILES } from './workspace-lock.ts';

/** Whether a folder holds a workspace: a database of ours, or one that is damaged but bears our name. */
export const isWorkspace = (folder: string): boolean => {
  const file = join(resolve(folder), DATABASE_NAME);
  // One that is open here must not be looked at past SQLite (see peek-database.ts), and need not be.
  if (isOpenHere(file)) return true;
  const peek = peekDatabase(file);
  if (peek.kind === 'missing' || peek.kind === 'empty') return false;
  return peek.kind !== 'database' || peek.applicationId === APPLICATION_ID;
};

/** Bytes of all files of a workspace folder. Opens nothing, so it may be asked at any time. */
export const folderBytes = async (folder: string): Promise<number> => {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A log may be gone between listing and looking.
    sum += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return sum;
};

export interface MoveOptions extends WorkControl {
  /** ISO 8601 UTC; part of the name under which the old folder is kept. */
  readonly movedAt: string;
  readonly appVersion: string;
  /** What becomes of the old folder once the new one is checked. */
  readonly old: 'set-aside' | 'remove';
}

export interface MovedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface MoveResult {
  readonly folder: string;
  readonly files: readonly MovedFile[];
  /** Where the old folder is kept; null when it was removed. */
  readonly setAside: string | null;
}

const isIn = (inner: string, outer: string): boolean => {
  const path = relative(outer, inner);
  return path === '' || (!path.startsWith(`..${sep}`) && path !== '..' && !isAbsolute(path));
};

const assertTarget = async (from: string, to: string): Promise<void> => {
  if (isIn(to, from) || isIn(from, to))
    throw new AppError('BAD_INPUT', 'A workspace cannot be moved into itself or around itself. Nothing was changed.', {
      nextStep: 'Choose a folder beside it or on another drive.',
    });
  if (existsSync(to) && (!(await stat(to)).isDirectory() || (await readdir(to)).length > 0))
    throw new AppError('ALREADY_EXISTS', `“${basename(to)}” is there already and is not empty. Nothing was changed.`, {
      nextStep: 'Choose a folder that is empty or does not exist yet.',
    });
};

/** Files that are made anew at the new place or belong to a process. */
const isLeftBehind = (path: string): boolean =>
  LOCK_FILES.includes(path) ||
  path === DATABASE_NAME ||
  path.startsWith(`${DATABASE_NAME}-`) ||
  path.endsWith('.partial') ||
  path.endsWith('.tmp');

const copyFiles = async (from: string, to: string, control: WorkControl): Promise<MovedFile[]> => {
  const copied: MovedFile[] = [];
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    const source = join(entry.parentPath, entry.name);
    const path = relative(from, source);
    const target = join(to, path);
    if (entry.isDirectory()) await mkdir(target, { recursive: true, mode: 0o700 });
    else if (entry.isSymbolicLink()) await cp(source, target, { verbatimSymlinks: true });
    else if (entry.isFile() && !isLeftBehind(path)) {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const written = await copyWithDigest(source, target, control, 'move');
      const { sha256 } = await sha256OfFile(target, control, 'check');
      if (sha256 !== written.sha256) throw damagedCopy(path, 'its digest differs from the original');
      copied.push({ path, ...written });
    }
  }
  return copied;
};

const damagedCopy = (path: string, why: string): AppError =>
  new AppError(
    'STORE_IO',
    `The copy of “${path}” at the new place is not the original: ${why}. The workspace stays where it was, untouched.`,
    {
      nextStep: 'Check the drive of the new place, or choose another one.',
      details: { path },
    },
  );

/** Copies the database through SQLite, so that what stands in its log comes too, and checks the copy. */
const copyDatabase = async (from: string, to: string, options: MoveOptions): Promise<MovedFile> => {
  const staging = join(to, '.moving');
  const record = await createBackup(join(from, DATABASE_NAME), staging, {
    kind: 'manual',
    takenAt: options.movedAt,
    appVersion: options.appVersion,
    ...(options.cancelled === undefined ? {} : { cancelled: options.cancelled }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  const target = join(to, DATABASE_NAME);
  await rename(join(staging, record.name), target);
  await rm(staging, { recursive: true });
  const problems = databaseProblems(target);
  if (problems[0] !== undefined) throw damagedCopy(DATABASE_NAME, problems[0]);
  const { sha256, bytes } = await sha256OfFile(target, options, 'check');
  if (sha256 !== record.sha256) throw damagedCopy(DATABASE_NAME, 'its digest changed');
  return { path: DATABASE_NAME, bytes, sha256 };
};

/** Removes what was copied and nothing that came since; folders that are not empty then stay. */
const removeOld = async (from: string, files: readonly MovedFile[]): Promise<void> => {
  for (const { path } of files) await rm(join(from, path), { force: true });
  for (const part of ['-wal', '-shm', '-journal']) await rm(join(from, `${DATABASE_NAME}${part}`), { force: true });
  const folders = (await readdir(from, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => b.length - a.length);
  for (const folder of folders) await rmdir(folder).catch(() => undefined);
};

/**
 * Moves a workspace to another folder, on another drive too: copy, check, and only then give up the old place. The caller
 * holds the workspace lock and has no connection open. Until the last step the workspace at the old place is complete, and
 * whatever this throws (ALREADY_EXISTS, BAD_INPUT, CANCELLED, STORE_…), it still is.
 */
export const moveWorkspace = (fromFolder: string, toFolder: string, options: MoveOptions): Promise<MoveResult> =>
  withStoreErrorsAsync({ operation: 'move' }, async () => {
    const [from, to] = [resolve(fromFolder), resolve(toFolder)];
    await assertTarget(from, to);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await assertHeadroom(dirname(to), await folderBytes(from));
    const arriving = join(dirname(to), `.${basename(to)}.arriving`);
    await rm(arriving, { recursive: true, force: true });
    let files: MovedFile[];
    try {
      await mkdir(arriving, { mode: 0o700 });
      const database = await copyDatabase(from, arriving, options);
      files = [database, ...(await copyFiles(from, arriving, options))];
      stopIfCancelled(options, 'The move');
      if (existsSync(to)) await rmdir(to);
      await rename(arriving, to);
      await syncFolder(dirname(to));
    } catch (error) {
      await rm(arriving, { recursive: true, force: true });
      throw error;
    }
    if (options.old === 'remove') {
      await removeOld(from, files);
      return { folder: to, files, setAside: null };
    }
    const setAside = `${from}.moved-${fileStamp(options.movedAt)}`;
    await rename(from, setAside);
    await syncFolder(dirname(from));
    return { folder: to, files, setAside };
  });

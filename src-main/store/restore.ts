import { mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { BACKUPS_FOLDER, fileStamp, verifyBackup } from './backup.ts';
import { assertHeadroom } from './disk-space.ts';
import { copyWithDigest, stopIfCancelled, syncFolder, type WorkControl } from './file-work.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { assertOpenable, type Migration } from './migrate.ts';
import { DATABASE_NAME } from './open-database.ts';
import { peekDatabase } from './peek-database.ts';
import { withStoreErrorsAsync } from './store-errors.ts';

/**
 * Puts a backup in the place of the database. The present one, readable or not, is moved aside with its log and never
 * deleted. A note written before the first move lets the next start finish what a crash interrupted; the same note, until it
 * is recorded in the database, says that this rollback was done on purpose.
 */
export interface RestoreNote {
  readonly format: 'countersign-restore/1';
  readonly restoreId: string;
  /** ISO 8601 UTC. */
  readonly restoredAt: string;
  readonly backupName: string;
  readonly backupTakenAt: string;
  readonly backupSha256: string;
  readonly reason: string;
  readonly member: string;
  /** Log name → size last seen before the restore. */
  readonly fromSizes: Readonly<Record<string, number>>;
  /** Where the database that was in place is kept, relative to the workspace folder; null where there was none. */
  readonly setAside: string | null;
}

export interface RestoreOptions extends WorkControl {
  /** The workspace folder. */
  readonly folder: string;
  /** File name of the backup, as `listBackups` gives it. */
  readonly backupName: string;
  /** Where the backups are, if not in the workspace. */
  readonly backupsFolder?: string;
  readonly restoreId: string;
  readonly restoredAt: string;
  readonly reason: string;
  readonly member: string;
  readonly fromSizes: Readonly<Record<string, number>>;
  /** Whether the present database is damaged: it is kept under `damaged/`, else under `replaced/`. */
  readonly damaged: boolean;
  readonly migrations: readonly Migration[];
  /** For tests that stop the process between two moves. */
  readonly onMove?: (step: string) => void;
}

const NOTE = '.restore.json';
const STAGED = '.restoring.db';
const PARTS = ['', '-wal', '-shm', '-journal'] as const;

const isNote = (value: unknown): value is RestoreNote =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 'countersign-restore/1';

const readNote = async (folder: string): Promise<RestoreNote | undefined> => {
  const value = await readJsonFile(join(folder, NOTE));
  return isNote(value) ? value : undefined;
};

/** Moves what is in place aside and the staged copy into place. Every step can be repeated. */
const swap = async (folder: string, note: RestoreNote, onMove: (step: string) => void = () => undefined): Promise<void> => {
  const staged = join(folder, STAGED);
  // Without a staged copy the swap was over, and what is in place is what was restored.
  if (!existsSync(staged)) return;
  for (const part of PARTS) {
    const present = join(folder, `${DATABASE_NAME}${part}`);
    if (note.setAside === null || !existsSync(present)) continue;
    await mkdir(join(folder, note.setAside), { recursive: true, mode: 0o700 });
    await rename(present, join(folder, note.setAside, `${DATABASE_NAME}${part}`));
    onMove(`aside${part}`);
  }
  if (note.setAside !== null) {
    await syncFolder(join(folder, note.setAside));
    await writeJsonFile(join(folder, note.setAside, 'why.json'), note);
  }
  onMove('before place');
  await rename(staged, join(folder, DATABASE_NAME));
  await syncFolder(folder);
  onMove('placed');
};

const freeAside = (folder: string, wanted: string): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!existsSync(join(folder, name))) return name;
  }
};

/**
 * Restores a backup. The caller holds the workspace lock and has no connection open; the database need not be readable.
 * The backup is checked first and stays. Fails with BACKUP_DAMAGED, STORE_NEWER, STORE_FULL, CANCELLED or another STORE_…
 * code, and then the present database is as it was.
 */
export const restoreBackup = (options: RestoreOptions): Promise<RestoreNote> =>
  withStoreErrorsAsync({ operation: 'restore' }, async () => {
    const { folder } = options;
    await finishInterruptedRestore(folder);
    const backups = options.backupsFolder ?? join(folder, BACKUPS_FOLDER);
    const check = await verifyBackup(backups, options.backupName, options);
    if (!check.whole)
      throw new AppError(
        'BACKUP_DAMAGED',
        `The backup of ${check.record.taken_at} is damaged: ${check.problems[0] ?? ''}. Nothing was changed.`,
        {
          nextStep: 'Choose another backup, or export what can be read.',
          details: { name: check.record.name, problems: check.problems },
        },
      );
    const source = join(backups, check.record.name);
    assertOpenable(peekDatabase(source), options.migrations);
    await assertHeadroom(folder, check.record.bytes);
    const staged = join(folder, STAGED);
    await rm(staged, { force: true });
    const { sha256 } = await copyWithDigest(source, staged, options, 'restore');
    try {
      if (sha256 !== check.record.sha256)
        throw new AppError('BACKUP_DAMAGED', 'The backup changed while it was copied. Nothing was changed.', {
          nextStep: 'Check the drive, then choose a backup again.',
          details: { name: check.record.name },
        });
      stopIfCancelled(options, 'The restore');
    } catch (error) {
      await rm(staged, { force: true });
      throw error;
    }
    const present = PARTS.some((part) => existsSync(join(folder, `${DATABASE_NAME}${part}`)));
    const aside = freeAside(folder, `${options.damaged ? 'damaged' : 'replaced'}/${fileStamp(options.restoredAt)}`);
    const note: RestoreNote = {
      format: 'countersign-restore/1',
      restoreId: options.restoreId,
      restoredAt: options.restoredAt,
      backupName: check.record.name,
      backupTakenAt: check.record.taken_at,
      backupSha256: check.record.sha256,
      reason: options.reason,
      member: options.member,
      fromSizes: options.fromSizes,
      setAside: present ? aside : null,
    };
    await writeJsonFile(join(folder, NOTE), note);
    options.onMove?.('noted');
    await swap(folder, note, options.onMove);
    return note;
  });

/**
 * Finishes a restore that a crash interrupted. Call it, holding the lock, before the database is opened for writing; it does
 * nothing where there is nothing to finish.
 */
export const finishInterruptedRestore = (folder: string): Promise<void> =>
  withStoreErrorsAsync({ operation: 'restore' }, async () => {
    const note = await readNote(folder);
    if (note !== undefined) await swap(folder, note);
    // A copy without a note was never agreed to.
    else await rm(join(folder, STAGED), { force: true });
  });

/** Whether a restore stopped between its moves: the database in place is then not the one to read. */
export const isRestoreInterrupted = (folder: string): boolean => existsSync(join(folder, NOTE)) && existsSync(join(folder, STAGED));

/** The restore that is done but not yet recorded in the database as an acknowledged rollback. */
export const pendingRestore = (folder: string): Promise<RestoreNote | undefined> => readNote(folder);

/** Takes the note away once the restore is recorded in the database. */
export const forgetPendingRestore = (folder: string): Promise<void> =>
  withStoreErrorsAsync({ operation: 'restore' }, async () => {
    await rm(join(folder, NOTE), { force: true });
    await syncFolder(folder);
  });

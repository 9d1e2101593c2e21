import { join } from 'node:path';
import { type BackupCheck, type BackupOptions, type BackupRecord, createBackup, verifyBackup } from './backup.ts';
import { diagnoseDatabase, type Diagnosis } from './diagnose.ts';
import type { WorkControl } from './file-work.ts';
import type { Migration } from './migrate.ts';
import { moveWorkspace, type MoveOptions, type MoveResult } from './move-workspace.ts';
import { DATABASE_NAME } from './open-database.ts';
import { restoreBackup, type RestoreNote, type RestoreOptions } from './restore.ts';
import { salvageDatabase, type SalvageManifest, type SalvageOptions } from './salvage.ts';
import type { TaskContext, TaskMap } from './types.ts';

type Plain<Options> = Omit<Options, keyof WorkControl | 'onMove' | 'migrations'>;

const controlOf = (context: TaskContext): WorkControl => ({ cancelled: context.cancelled, onProgress: context.progress });

/**
 * The store's long work as tasks for the compute workers. Each opens connections of its own. Structure checks of SQLite run
 * to their end once started, so a cancel that comes during one takes effect after it.
 */
export const createStoreTasks = (migrations: readonly Migration[]) =>
  ({
    'store.backup': (
      input: Plain<BackupOptions> & { folder: string; backupsFolder: string },
      context: TaskContext,
    ): Promise<BackupRecord> => createBackup(join(input.folder, DATABASE_NAME), input.backupsFolder, { ...input, ...controlOf(context) }),
    'store.verifyBackup': (input: { backupsFolder: string; name: string }, context: TaskContext): Promise<BackupCheck> =>
      verifyBackup(input.backupsFolder, input.name, controlOf(context)),
    /** The caller holds the workspace lock and has closed the store. */
    'store.restore': (input: Plain<RestoreOptions>, context: TaskContext): Promise<RestoreNote> =>
      restoreBackup({ ...input, migrations, ...controlOf(context) }),
    'store.diagnose': (input: { folder: string; scratch: string }, context: TaskContext): Promise<Diagnosis> =>
      diagnoseDatabase(join(input.folder, DATABASE_NAME), input.scratch, controlOf(context)),
    'store.salvage': (input: Plain<SalvageOptions> & { folder: string; target: string }, context: TaskContext): Promise<SalvageManifest> =>
      salvageDatabase(join(input.folder, DATABASE_NAME), input.target, { ...input, ...controlOf(context) }),
    /** The caller holds the workspace lock and has closed the store. */
    'store.move': (input: Plain<MoveOptions> & { from: string; to: string }, context: TaskContext): Promise<MoveResult> =>
      moveWorkspace(input.from, input.to, { ...input, ...controlOf(context) }),
  }) satisfies TaskMap;

export type StoreTasks = ReturnType<typeof createStoreTasks>;

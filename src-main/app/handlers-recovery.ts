import { accessSync, constants } from 'node:fs';
import { basename, join } from 'node:path';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { BACKUPS_FOLDER, type Diagnosis, listBackups } from '../store/index.ts';
import type { Console } from './console-state.ts';
import type { AppContext } from './app-context.ts';
import { choosingHandlers, shownBackup } from './handlers-workspace.ts';
import { startedJob } from './jobs.ts';
import { exportFolder, restoreInto, summarise, waysOn } from './recovery.ts';

type RecoveryProcedures = Pick<
  Handlers<Contract>,
  | 'recovery.describe'
  | 'recovery.restore'
  | 'recovery.openReadOnly'
  | 'recovery.export'
  | 'recovery.retry'
  | 'workspace.known'
  | 'workspace.open'
  | 'workspace.create'
  | 'workspace.openDemo'
  | 'backup.list'
>;

const TITLES: Readonly<Record<string, string>> = {
  STORE_CORRUPT: 'Part of the workspace is damaged',
  STORE_NOT_A_DATABASE: 'The workspace file is not a database',
  STORE_NEWER: 'This workspace was made by a newer version',
  STORE_FULL: 'The disk is full',
  STORE_LOCKED: 'Another program has this workspace open',
  STORE_READ_ONLY: 'The workspace cannot be written',
  STORE_PERMISSION: 'You may not open this workspace',
  STORE_MISSING: 'There is no workspace here',
  STORE_IO: 'The disk does not answer as it should',
  STORE_FOREIGN: 'This file belongs to another program',
  STORE_MIGRATION_CHANGED: 'The workspace was upgraded by another build',
  STORE_MIGRATION_FAILED: 'The upgrade of the workspace did not go through',
};

const CAUSES: Readonly<Record<string, string>> = {
  STORE_CORRUPT: 'a failing disk, a copy made while it was open, or a sync tool that moved the file',
  STORE_NOT_A_DATABASE: 'an interrupted copy, or another file under this name',
  STORE_FULL: 'no free space on the disk of the workspace',
  STORE_IO: 'a failing or disconnected disk',
};

/** Handlers while no workspace is open: say what is wrong, and lead on. */
export function recoveryHandlers(context: AppContext, console: Console): RecoveryProcedures {
  const closed = () => {
    const state = console.state();
    if (state.kind === 'open') throw new AppError('NOT_IN_RECOVERY', 'The workspace is open.', { nextStep: 'Go to the overview.' });
    return state;
  };
  const folderOf = () => {
    const { folder } = closed();
    if (folder === null)
      throw new AppError('STORE_MISSING', 'No workspace was chosen.', { nextStep: 'Choose a workspace, or make a new one.' });
    return folder;
  };
  // Reading a damaged file takes a while and its answer does not change: it is looked at once for each failure.
  let diagnosed: { readonly requestId: string; readonly diagnosis: Promise<Diagnosis | null> } | null = null;
  const diagnose = (requestId: string, folder: string | null): Promise<Diagnosis | null> => {
    if (diagnosed?.requestId !== requestId) {
      const diagnosis =
        folder === null ? Promise.resolve(null) : context.compute.run('store.diagnose', { folder, scratch: scratch() }).catch(() => null);
      diagnosed = { requestId, diagnosis };
    }
    return diagnosed.diagnosis;
  };
  const scratch = () => join(context.stateDir.folder, 'scratch');

  return {
    ...choosingHandlers(context, console),
    'recovery.describe': async () => {
      const { folder, error, foundAt, requestId } = closed();
      const diagnosis = await diagnose(requestId, folder);
      const backups = folder === null ? [] : (await listBackups(join(folder, BACKUPS_FOLDER)).catch(() => [])).map(shownBackup);
      const whole = backups.filter(({ state }) => state === 'whole').length;
      return {
        folder: folder ?? '',
        name: folder === null ? null : basename(folder),
        code: error.code,
        title: TITLES[error.code] ?? 'The workspace cannot be opened',
        says: diagnosis && diagnosis.kind !== 'OK' && diagnosis.kind === error.code ? diagnosis.message : error.message,
        untouched: 'Nothing has been changed or deleted. Your sources are not touched.',
        foundAt,
        requestId,
        likelyCause: CAUSES[error.code] ?? null,
        tables: (diagnosis?.tables ?? []).map(({ table, readable, unreadable, damaged }) => ({
          name: table,
          readable,
          unreadable: unreadable ?? (damaged ? 1 : 0),
        })),
        backups: backups.map((backup) => ({ ...backup, notInIt: 'What came after it is synced again from the sources.' })),
        ways: waysOn(error.code, diagnosis, whole),
      };
    },
    'recovery.restore': ({ backupId, reason }, { requestId }) => {
      const folder = folderOf();
      return startedJob(
        context.jobs.start({
          name: 'Restoring a backup',
          kind: 'recovery',
          requestId,
          run: (handle) => restoreInto(context, console, { folder, backupId, reason, member: 'recovery', damaged: true }, handle),
        }),
      );
    },
    'recovery.openReadOnly': async () => {
      await console.reopen({ folder: folderOf(), create: false, readOnly: true });
      const state = console.state();
      if (state.kind !== 'open') throw state.error;
      return { done: true };
    },
    'recovery.export': (_input, { requestId }) => {
      const folder = folderOf();
      const target = exportFolder(folder, context.now(), mayWrite(folder));
      return startedJob(
        context.jobs.start({
          name: 'Exporting what can be read',
          kind: 'recovery',
          requestId,
          run: async ({ compute }) => {
            const manifest = await context.compute.run(
              'store.salvage',
              { folder, target, madeAt: context.now(), scratch: scratch() },
              compute,
            );
            return `${summarise(target, manifest).says} The folder is ${target}.`;
          },
        }),
      );
    },
    'recovery.retry': async () => {
      await console.reopen({ folder: folderOf(), create: false, readOnly: false });
      const state = console.state();
      if (state.kind !== 'open') throw state.error;
      return { done: true };
    },
  };
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { Backup } from '../../src-shared/contract/workspace.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import { type BackupRecord, BACKUPS_FOLDER, DATABASE_NAME, folderBytes, forecastDisk, freeBytesAt, listBackups } from '../store/index.ts';
import { nextBackupAt } from '../workspace/index.ts';
import { takeBackup } from './backups.ts';
import type { Console } from './console-state.ts';
import type { AppContext } from './app-context.ts';
import { startedJob } from './jobs.ts';
import { demoFolder, knownWorkspaces } from './known-workspaces.ts';
import { restoreInto } from './recovery.ts';
import { VERSION } from './version.ts';

type WorkspaceProcedures = Pick<
  Handlers<Contract>,
  | 'workspace.status'
  | 'workspace.known'
  | 'workspace.open'
  | 'workspace.create'
  | 'workspace.openDemo'
  | 'workspace.rename'
  | 'workspace.move'
  | 'backup.list'
  | 'backup.create'
  | 'backup.restore'
  | 'backup.configure'
>;

const DAY_MS = 86_400_000;

/** Handlers that work with and without an open workspace: which one to open. */
export function choosingHandlers(
  context: AppContext,
  console: Console,
): Pick<WorkspaceProcedures, 'workspace.known' | 'workspace.open' | 'workspace.create' | 'workspace.openDemo' | 'backup.list'> {
  return {
    'workspace.known': async () => ({ workspaces: (await knownWorkspaces()).map((known) => ({ ...known })) }),
    'workspace.open': async ({ folder }) => {
      requireAbsolute(folder);
      if (!existsSync(join(folder, DATABASE_NAME))) {
        throw new AppError('STORE_MISSING', 'There is no workspace in that folder. Nothing was changed.', {
          nextStep: 'Check the path, or make a new workspace there.',
        });
      }
      await console.reopen({ folder, create: false, readOnly: false });
      return { done: true };
    },
    'workspace.create': async ({ folder, name }) => {
      requireAbsolute(folder);
      if (existsSync(join(folder, DATABASE_NAME))) {
        throw new AppError('ALREADY_EXISTS', 'That folder already holds a workspace. Nothing was changed.', {
          nextStep: 'Open it, or choose another folder.',
        });
      }
      await console.reopen({ folder, create: true, readOnly: false, name });
      return { done: true };
    },
    'workspace.openDemo': async () => {
      const folder = demoFolder();
      if (!existsSync(join(folder, DATABASE_NAME))) {
        const { createDemoWorkspace } = await import('./demo/create-demo.ts');
        await createDemoWorkspace({ openApp: context.openAnother, folder, seed: 'countersign' });
      }
      await console.reopen({ folder, create: false, readOnly: false });
      return { done: true };
    },
    'backup.list': async () => {
      const state = console.state();
      const folder = state.kind === 'open' ? state.open.folder : state.folder;
      return { backups: folder === null ? [] : (await listBackups(join(folder, BACKUPS_FOLDER))).map(shownBackup) };
    },
  };
}

export function workspaceHandlers(context: AppContext, console: Console): WorkspaceProcedures {
  return {
    ...choosingHandlers(context, console),
    'workspace.status': () => status(context, console),
    'workspace.rename': async ({ name }, ctx) => {
      await console.open().store.write('workspace.rename', { name, by: changedBy(ctx) });
      const { folder } = console.open();
      await console.reopen({ folder, create: false, readOnly: false });
      return { done: true };
    },
    'workspace.move': ({ folder: to }, { requestId }) => {
      requireAbsolute(to);
      const { folder: from } = console.open();
      return startedJob(
        context.jobs.start({
          name: 'Moving the workspace',
          kind: 'move',
          requestId,
          run: async (handle) => {
            let moved = false;
            try {
              await console.reopen({ folder: to, create: false, readOnly: false }, async () => {
                await context.compute.run(
                  'store.move',
                  { from, to, movedAt: context.now(), appVersion: VERSION, old: 'set-aside' },
                  handle.compute,
                );
                moved = true;
              });
            } catch (error) {
              // Whatever stopped the move, the workspace opens again where it is whole.
              await console.reopen({ folder: moved ? to : from, create: false, readOnly: false });
              throw error;
            }
            return 'The workspace was moved and checked. Its old folder is kept under another name.';
          },
        }),
      );
    },
    'backup.create': (_input, ctx) => {
      const by = changedBy(ctx);
      return startedJob(
        context.jobs.start({
          name: 'Backup',
          kind: 'backup',
          requestId: ctx.requestId,
          address: '/settings/workspace',
          run: async (handle) => {
            const record = await takeBackup(context, backupTarget(console), { kind: 'manual', by, handle });
            return `The backup ${record.name} is whole: ${record.bytes.toLocaleString('en-US')} bytes.`;
          },
        }),
      );
    },
    'backup.restore': ({ backupId, reason }, ctx) => {
      const { folder } = console.open();
      const member = console.member().name;
      return startedJob(
        context.jobs.start({
          name: 'Restoring a backup',
          kind: 'restore',
          requestId: ctx.requestId,
          address: '/settings/workspace',
          run: (handle) => restoreInto(context, console, { folder, backupId, reason, member, damaged: false }, handle),
        }),
      );
    },
    'backup.configure': async (policy, ctx) => {
      await console.open().store.write('workspace.setBackupPolicy', { policy, by: changedBy(ctx) });
      context.hub.changed('workspace', 'audit');
      return { done: true };
    },
  };
}

const backupTarget = (console: Console) => {
  const { store, folder, services } = console.open();
  return { store, folder, factCounts: services.factCounts };
};

async function status(context: AppContext, console: Console) {
  const { store, folder, info, schemaVersion, readOnly } = console.open();
  const now = context.now();
  const [policy, restores, sizes, backups, freeBytes, databaseBytes, workspaceBytes] = await Promise.all([
    store.read('workspace.backupPolicy', null),
    store.read('workspace.restores', { limit: 20 }),
    store.read('workspace.sizes', { since: new Date(Date.parse(now) - 60 * DAY_MS).toISOString() }),
    listBackups(join(folder, BACKUPS_FOLDER)),
    freeBytesAt(folder),
    databaseSize(folder),
    folderBytes(folder),
  ]);
  const forecast = forecastDisk(
    [...sizes.map(({ measuredAt, bytes }) => ({ measuredAt, folderBytes: bytes })), { measuredAt: now, folderBytes: workspaceBytes }],
    freeBytes,
  );
  const lastBackupAt = backups[0]?.taken_at ?? null;
  return {
    workspaceId: info.workspaceId,
    name: info.name,
    folder,
    demo: info.demo,
    createdAt: info.createdAt,
    schemaVersion,
    databaseBytes,
    readOnly,
    disk: { state: forecast.state, freeBytes, workspaceBytes, growthBytesPerDay: forecast.bytesPerDay, daysLeft: forecast.daysLeft },
    lastBackupAt,
    nextBackupAt: readOnly ? null : nextBackupAt(policy, lastBackupAt, now),
    backupPolicy: policy,
    slowQueries: context.metrics.slowQueries(),
    restores: restores.map(({ restoredAt, backupTakenAt, member, reason }) => ({ restoredAt, backupTakenAt, member, reason })),
  };
}

export const shownBackup = (record: BackupRecord): Backup => ({
  backupId: record.name,
  takenAt: record.taken_at,
  kind: record.kind,
  bytes: record.bytes,
  schemaVersion: record.schema_version,
  sha256: record.sha256,
  facts: { ...record.counts },
  state: record.integrity === 'ok' ? 'whole' : 'damaged',
});

function requireAbsolute(folder: string): void {
  if (!isAbsolute(folder)) {
    throw new AppError('BAD_INPUT', 'The folder must be given with its whole path. Nothing was changed.', {
      nextStep: 'Begin with the drive or with a slash.',
    });
  }
}

async function databaseSize(folder: string): Promise<number> {
  const sizes = await Promise.all(
    ['', '-wal'].map((part) =>
      stat(join(folder, `${DATABASE_NAME}${part}`)).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

import { AppError } from '../../../src-shared/kernel/errors.ts';
import { waitForJob, withWorkspace } from '../open.ts';
import { integer, print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

export async function createBackup(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const job = await waitForJob(client, () => client.call('backup.create'));
    const { backups } = await client.call('backup.list');
    print(backups[0] ?? null, () => job.says);
  });
}

export async function listBackups(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { backups } = await client.call('backup.list');
    print({ backups }, () =>
      backups.length === 0
        ? 'No backup yet. Make one with `backup create`.'
        : table(
            ['backup', 'taken', 'kind', '>bytes', 'state'],
            backups.map((backup) => [backup.backupId, backup.takenAt, backup.kind, integer(backup.bytes), backup.state]),
          ),
    );
  });
}

/** Works on a healthy workspace and on one that cannot be opened. */
export async function restoreBackup(globals: GlobalOptions, backupId: string, { reason }: { reason: string }): Promise<void> {
  const { createApp } = await import('../../app/create-app.ts');
  const { workspaceFolder } = await import('../open.ts');
  const app = await createApp({
    kind: 'cli',
    folder: workspaceFolder(globals),
    create: false,
    readOnly: false,
    background: false,
    ...(globals.as === undefined ? {} : { actAs: globals.as }),
    ...(globals.now === undefined ? {} : { now: globals.now }),
  });
  try {
    const client = app.connect();
    const { inRecovery } = await client.call('host.describe');
    const { backups } = await client.call('backup.list');
    if (!backups.some((backup) => backup.backupId === backupId)) {
      throw new AppError('NOT_FOUND', `There is no backup ${backupId}; nothing was changed.`, {
        nextStep:
          backups.length > 0 ? `Known: ${backups.map((backup) => backup.backupId).join(', ')}.` : 'There is no backup of this workspace.',
      });
    }
    const job = await waitForJob(client, () => client.call(inRecovery ? 'recovery.restore' : 'backup.restore', { backupId, reason }));
    print({ restored: backupId }, () => job.says);
  } finally {
    await app.close();
  }
}

import { resolve } from 'node:path';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { createApp } from '../../app/create-app.ts';
import { waitForJob, withWorkspace, workspaceFolder } from '../open.ts';
import { print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

export async function listWorkspaces(_globals: GlobalOptions): Promise<void> {
  const { knownWorkspaces } = await import('../../app/known-workspaces.ts');
  const workspaces = await knownWorkspaces();
  print({ workspaces }, () =>
    workspaces.length === 0
      ? 'No workspace was opened on this machine yet.'
      : table(
          ['name', 'folder', 'last opened', ''],
          workspaces.map((known) => [known.name, known.folder, known.lastOpenedAt, known.present ? '' : 'not there now']),
        ),
  );
}

export async function createWorkspace(globals: GlobalOptions, dir: string, options: { name?: string }): Promise<void> {
  const app = await createApp({
    kind: 'cli',
    folder: resolve(dir),
    create: true,
    readOnly: false,
    background: false,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(globals.now === undefined ? {} : { now: globals.now }),
  });
  try {
    app.requireOpen({ writable: true });
    const status = await app.connect().call('workspace.status');
    print(
      status,
      () => `The workspace ${status.name} is in ${status.folder}. Add a source with \`source add folder DIR --workspace ${dir}\`.`,
    );
  } finally {
    await app.close();
  }
}

export async function moveWorkspaceTo(globals: GlobalOptions, dir: string): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const job = await waitForJob(client, () => client.call('workspace.move', { folder: resolve(dir) }));
    print({ folder: resolve(dir) }, () => job.says);
  });
}

/** Exports what is readable of a workspace, damaged or not; changes nothing in it. */
export async function salvage(globals: GlobalOptions, dir: string): Promise<void> {
  const { salvageWorkspace } = await import('../../app/recovery.ts');
  const result = await salvageWorkspace(workspaceFolder(globals), resolve(dir));
  print(result, () => result.says);
  if (result.readable === 0)
    throw new AppError('STORE_CORRUPT', 'Nothing could be read.', { nextStep: 'Restore a backup with `backup restore`.' });
}

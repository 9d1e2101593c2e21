/** A workspace that is already in use, made through the same contract as the screens use, before the console opens it. */
import { join } from 'node:path';
import { createApp } from '../../../src-main/app/create-app.ts';
import { finished } from '../../../src-main/app/finished-job.ts';
import type { DemoChain } from '../../../src-main/app/demo/seed-model.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { BROKEN, demoTrust, LEGACY, SOUND, writeSource } from '../../support/demo-source.ts';

export interface UsedWorkspace {
  readonly workspace: string;
  readonly stateDir: string;
  /** The folder of its one source, `northwind`. */
  readonly source: string;
}

export interface UsedOptions {
  readonly chains?: readonly DemoChain[];
  readonly members?: readonly { readonly name: string; readonly role: Role }[];
  readonly trust?: boolean;
  readonly backup?: boolean;
  /** Changes the source folder before it is read. */
  readonly prepare?: (used: UsedWorkspace) => void;
}

export const OWNER = 'Amara Okafor';

/** Makes it below `folder`: one source, read and verified; members; a backup where asked for. */
export async function makeUsedWorkspace(folder: string, options: UsedOptions = {}): Promise<UsedWorkspace> {
  const used = { workspace: join(folder, 'switchboard'), stateDir: join(folder, 'state'), source: join(folder, 'northwind') };
  writeSource(used.source, options.chains ?? [SOUND, BROKEN, LEGACY]);
  options.prepare?.(used);
  const app = await createApp({
    kind: 'cli',
    folder: used.workspace,
    create: true,
    readOnly: false,
    background: false,
    name: 'Switchboard',
    owner: { name: OWNER, email: 'amara@switchboard.example' },
    stateDir: openStateDir(used.stateDir),
    computeSize: 1,
    checkOutputs: true,
  });
  try {
    app.requireOpen({ writable: true });
    const client = app.connect();
    for (const member of options.members ?? []) await client.call('member.add', member);
    await client.call('source.add', { kind: 'folder', location: used.source, name: 'northwind', schedule: 'manual' });
    if (options.trust ?? true) await client.call('trustedLog.add', { text: demoTrust() });
    await finished(client, () => client.call('sync.run', { full: false }));
    await finished(client, () => client.call('receipt.verify', { fromZero: true }));
    if (options.backup ?? false) await finished(client, () => client.call('backup.create'));
  } finally {
    await app.close();
  }
  return used;
}

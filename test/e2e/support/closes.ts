/** The demo's company without its receipts: six closes, the newest in breach, frozen and in review, made by the demo's own replay. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../../src-main/app/create-app.ts';
import { OWN_SOURCE, replayMonths, writeFreshDrills } from '../../../src-main/app/demo/demo-history.ts';
import { PEOPLE } from '../../../src-main/app/demo/seed-model.ts';
import { createSeeded } from '../../../src-main/app/demo/seeded.ts';
import { finished } from '../../../src-main/app/finished-job.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import type { UsedWorkspace } from './workspace.ts';

/** The clock of a journey over closes: a week after the newest one, which is May. */
export const CLOSES_NOW = '2026-06-10T09:00:00.000Z';
export const NEWEST = '2026-05';

/** Makes it below `folder`; its one source is `switchboard`, read by hand only. */
export async function makeCloses(folder: string): Promise<UsedWorkspace> {
  const used = { workspace: join(folder, 'workspace'), stateDir: join(folder, 'state'), source: join(folder, OWN_SOURCE) };
  mkdirSync(used.source, { recursive: true });
  const [owner, ...others] = PEOPLE;
  let time = CLOSES_NOW;
  const app = await createApp({
    kind: 'cli',
    folder: used.workspace,
    create: true,
    readOnly: false,
    background: false,
    name: 'Switchboard',
    owner: owner!,
    stateDir: openStateDir(used.stateDir),
    computeSize: 1,
    checkOutputs: true,
    now: () => time,
  });
  try {
    app.requireOpen({ writable: true });
    const client = app.connect();
    const history = {
      seeded: createSeeded('closes'),
      now: CLOSES_NOW,
      sourceFolder: used.source,
      client,
      setClock: (at: string) => {
        time = at;
      },
      say: () => undefined,
    };
    await replayMonths(history, async () => {
      for (const { name, email, role } of others) await client.call('member.add', { name, email, role });
      await client.call('source.add', { kind: 'folder', location: used.source, name: OWN_SOURCE, schedule: 'manual' });
    });
    time = CLOSES_NOW;
    const { members } = await client.call('member.list', {});
    await client.call('session.actAs', { memberId: members.find(({ owner: owns }) => owns)!.memberId });
    await writeFreshDrills(history);
    await finished(client, () => client.call('sync.run', { full: false }));
  } finally {
    await app.close();
  }
  return used;
}

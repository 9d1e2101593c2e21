import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { DATABASE_NAME } from '../../store/index.ts';
import type { AnotherApp, AppOptions } from '../app-context.ts';
import { makeDemoChain, makeDemoTrust } from './demo-chains.ts';
import { DEMO_MONTHS } from './demo-finance.ts';
import { OWN_SOURCE, replayMonths, writeFreshDrills } from './demo-history.ts';
import { finished } from '../finished-job.ts';
import { CHAINS, DEMO_NAME, PEOPLE } from './seed-model.ts';
import { createSeeded } from './seeded.ts';

export interface DemoOptions {
  readonly openApp: (options: AppOptions) => Promise<AnotherApp>;
  readonly folder: string;
  readonly seed: string;
  /** ISO 8601 UTC; the demo's today. Default: now. */
  readonly now?: string;
  readonly onProgress?: (done: number, total: number, says: string) => void;
}

/** Evidence comes once a month, on the second day; the partners' receipts come all the time. */
const MONTHLY = '0 18 2 * *';

export interface DemoMade {
  readonly folder: string;
  readonly chains: number;
  readonly receipts: number;
  readonly sources: readonly string[];
}

/**
 * Makes the demo workspace: source folders from the seed, then a workspace that adds, syncs and verifies them through the
 * same contract as real data. The sources' bytes are a function of seed and `now`.
 * @throws AppError ALREADY_EXISTS when the folder holds a workspace.
 */
export async function createDemoWorkspace(options: DemoOptions): Promise<DemoMade> {
  const { folder } = options;
  if (existsSync(join(folder, DATABASE_NAME))) {
    throw new AppError('ALREADY_EXISTS', `There is a workspace in ${folder} already. Nothing was changed.`, {
      nextStep: 'Choose an empty folder for the demo.',
    });
  }
  const now = options.now ?? new Date().toISOString();
  const steps = CHAINS.length + DEMO_MONTHS + 4;
  let step = 0;
  const say = (says: string) => options.onProgress?.((step += 1), steps, says);

  const seeded = createSeeded(options.seed);
  const sources = join(folder, 'demo-sources');
  let receipts = 0;
  for (const chain of CHAINS) {
    say(`Making ${chain.partner} ${chain.plan}@${chain.version}`);
    receipts += chain.receipts - (chain.removed?.count ?? 0);
    for (const file of makeDemoChain(chain, seeded, now)) {
      const path = join(sources, file.partner, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.bytes);
    }
  }

  const [owner, ...others] = PEOPLE;
  /** The demo's clock: past closes are played at their own time. */
  let time = now;
  const app = await options.openApp({
    kind: 'cli',
    folder,
    create: true,
    readOnly: false,
    background: false,
    name: DEMO_NAME,
    owner: owner!,
    demoSeed: options.seed,
    now: () => time,
  });
  try {
    app.requireOpen({ writable: true });
    const client = app.connect();
    const history = { seeded, now, sourceFolder: join(sources, OWN_SOURCE), client, setClock: (at: string) => (time = at), say };
    await replayMonths(history, async () => {
      for (const { name, email, role } of others) await client.call('member.add', { name, email, role });
      await client.call('source.add', { kind: 'folder', location: join(sources, OWN_SOURCE), name: OWN_SOURCE, schedule: MONTHLY });
    });

    time = now;
    await client.call('session.actAs', {
      memberId: (await client.call('member.list', {})).members.find(({ owner: owns }) => owns)!.memberId,
    });
    await writeFreshDrills(history);
    const partners = [...new Set(CHAINS.map(({ partner }) => partner))];
    for (const partner of partners) await client.call('source.add', { kind: 'folder', location: join(sources, partner), name: partner });
    await client.call('trustedLog.add', { text: makeDemoTrust(seeded), note: 'Demo' });
    say('Reading the sources');
    await finished(client, () => client.call('sync.run', { full: false }));
    say('Verifying every receipt');
    await finished(client, () => client.call('receipt.verify', { fromZero: true }));
    say('Making a first backup');
    await finished(client, () => client.call('backup.create'));
    say('Done');
    return { folder, chains: CHAINS.length, receipts, sources: [OWN_SOURCE, ...partners] };
  } finally {
    await app.close();
  }
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type App, createApp } from '../../../src-main/app/create-app.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { CACHE, CHAIN } from './big-chain.ts';

export const SOURCE = 'bench';
export const CHAIN_KEY = `${SOURCE}/${CHAIN}`;
/** What receipts of the bench are judged by: none lies in the future. */
export const NOW = '2027-01-01T00:00:00.000Z';

/** A folder on the disk that the chains are on; whoever makes it removes it. */
export function scratch(name: string): { readonly folder: string; readonly remove: () => void } {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, `${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface BenchWorkspace {
  readonly app: App;
  readonly client: Client<Contract>;
  readonly folder: string;
  readonly stateFolder: string;
  /** Reads what is new at the source; resolves when the run has ended. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The whole app on a workspace of its own below `root`, without a screen and without schedules. `now` is its clock. */
export async function openBenchWorkspace(root: string, source?: string, now: string | (() => string) = NOW): Promise<BenchWorkspace> {
  const folder = join(root, 'workspace');
  const stateFolder = join(root, 'state');
  mkdirSync(stateFolder, { recursive: true });
  const app = await createApp({
    kind: 'cli',
    folder,
    create: true,
    readOnly: false,
    background: false,
    now,
    stateDir: openStateDir(stateFolder),
    owner: { name: 'Bench', email: 'bench@example.com' },
  });
  app.requireOpen({ writable: true });
  const client = app.connect();
  if (source !== undefined) await client.call('source.add', { kind: 'folder', location: source, name: SOURCE, schedule: 'manual' });
  return { app, client, folder, stateFolder, sync: () => endOf(client, () => client.call('sync.run', { full: false })), close: app.close };
}

/** Starts a job and waits for its end. */
async function endOf(client: Client<Contract>, start: () => Promise<{ readonly jobId: string }>): Promise<void> {
  const ended = new Map<string, { readonly state: string; readonly says: string }>();
  let wake: () => void = () => undefined;
  const stop = client.on('job.changed', (job) => {
    if (job.state === 'running') return;
    ended.set(job.jobId, job);
    wake();
  });
  try {
    const { jobId } = await start();
    while (!ended.has(jobId)) await new Promise<void>((resolve) => (wake = resolve));
    const { state, says } = ended.get(jobId)!;
    if (state !== 'done') throw new Error(`the job ended as ${state}: ${says}`);
  } finally {
    stop();
  }
}

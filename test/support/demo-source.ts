/** Small source folders from the code that makes the demo: real chains, notes and keys, in as few receipts as a test needs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDemoChain, makeDemoTrust } from '../../src-main/app/demo/demo-chains.ts';
import { CHAINS, type DemoChain } from '../../src-main/app/demo/seed-model.ts';
import { createSeeded } from '../../src-main/app/demo/seeded.ts';

export const SOURCE_SEED = 'small-source';
/** The newest receipt is two hours older. */
export const SOURCE_NOW = '2026-06-03T12:00:00.000Z';

const FIRST = CHAINS[0]!;
const { removed: _removed, ...WHOLE } = FIRST;

/** Sound and anchored: 300 receipts, a checkpoint at every hundred, two witnesses. */
export const SOUND: DemoChain = { ...WHOLE, plan: 'starter', version: '1.1', receipts: 300, checkpointEvery: 100 };
/** Two receipts after #120 were taken out before it was delivered. */
export const BROKEN: DemoChain = { ...SOUND, plan: 'pro', version: '1.4', removed: { after: 120, count: 2 } };
/** The older profile, whole and anchored. */
export const LEGACY: DemoChain = { ...CHAINS[6]!, receipts: 64, checkpointEvery: 32 };

export const folderOf = ({ plan, version }: DemoChain): string => `${plan}@${version}`;

/** Writes the chains as a source folder; gives the folder back. */
export function writeSource(folder: string, chains: readonly DemoChain[], now = SOURCE_NOW): string {
  const seeded = createSeeded(SOURCE_SEED);
  for (const file of chains.flatMap((chain) => makeDemoChain(chain, seeded, now))) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  return folder;
}

/** Verifier keys of the logs of these chains and of the witnesses. */
export const demoTrust = (): string => makeDemoTrust(createSeeded(SOURCE_SEED));

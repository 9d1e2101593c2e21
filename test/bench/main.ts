/**
 * `npm run bench`: ratios against real peers in the same run, never bare times.
 *
 *   npm run bench                    all cases at their own sizes
 *   npm run bench -- verify sync     some cases by name
 *   npm run bench -- --small         a tenth of the size, to see that it runs
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Figure } from './support/measure.ts';

const words = process.argv.slice(2);
const small = words.includes('--small');
const million = small ? 100_000 : 1_000_000;
const wanted = words.filter((word) => !word.startsWith('--'));

const CASES: Readonly<Record<string, () => Promise<Figure[]>>> = {
  evidence: async () => (await import('./cases/evidence-and-packets.ts')).evidenceSpeed(small ? 100 : 1000),
  packets: async () => (await import('./cases/evidence-and-packets.ts')).packetSpeed(small ? 20 : 200),
  verify: async () => (await import('./cases/verify-files.ts')).verifyFiles(million),
  memory: async () => (await import('./cases/verify-memory.ts')).verifyMemory(million),
  sync: async () => (await import('./cases/sync-speed.ts')).syncSpeed(small ? 50_000 : 300_000),
  'packet-screen': async () => (await import('./cases/packet-screen.ts')).packetScreen(small ? 6 : 36),
  workspace: async () => (await import('./cases/big-workspace.ts')).bigWorkspace(million),
};

const unknown = wanted.filter((name) => !(name in CASES));
if (unknown.length > 0) {
  console.error(`No such case: ${unknown.join(', ')}. There are ${Object.keys(CASES).join(', ')}.`);
  process.exit(2);
}

const [load = 0] = loadavg();
const cores = availableParallelism();
console.log(`${cores} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}, load ${load.toFixed(1)}`);
if (load > 0.5) console.log('The machine is busy with something else: what uses several threads, or times alone, comes out too low.');

const rows: Figure[] = [];
for (const [name, run] of Object.entries(CASES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`${name} …`);
  const figures = await run();
  rows.push(...figures);
  for (const { what, figure, aim, reached } of figures) {
    console.log(
      `${what.padEnd(52)} ${figure.padEnd(56)} ${aim.padEnd(12)} ${reached === null ? '' : reached ? 'reached' : 'NOT REACHED'}`.trimEnd(),
    );
  }
}
console.log(
  `${rows.filter(({ reached }) => reached === true).length} aims reached, ${rows.filter(({ reached }) => reached === false).length} not`,
);

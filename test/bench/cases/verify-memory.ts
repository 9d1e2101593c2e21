import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type BigChain, bigChain } from '../support/big-chain.ts';
import { type Figure, figure, median, ms } from '../support/measure.ts';

const RUN = resolve(import.meta.dirname, '../../../scripts/run.mjs');
const AIM_MB = 150;
/** Large enough to be verified on threads, so that their code is in the compile cache too. */
const WARM_UP = 20_000;
const STARTS = 5;
const START_AIM_MS = 250;

/** Peak memory of the whole process while the command verifies a chain from its files; and how soon it is done with a tiny one. */
export function verifyMemory(receipts: number): Figure[] {
  // The first run after a change of the sources compiles them, which takes memory that no later run takes.
  peakMb(bigChain(WARM_UP));
  const few = bigChain(10);
  command(few, []);
  const starts = Array.from({ length: STARTS }, () => command(few, []).elapsedMs);
  const peaks = [1, 2, 3].map(() => peakMb(bigChain(receipts)));
  const [peak, start] = [median(peaks), median(starts)];
  return [
    figure(
      `peak memory, ${receipts.toLocaleString('en-US')} receipts`,
      `${Math.round(peak)} MB, at most ${Math.round(Math.max(...peaks))} MB`,
      `≤ ${AIM_MB} MB`,
      peak <= AIM_MB,
    ),
    figure('verify of ten receipts, whole command', ms(start), `≤ ${START_AIM_MS} ms`, start <= START_AIM_MS),
  ];
}

/** The process says its own peak as it leaves; VmHWM is what the system counted, threads included. */
const SAY_PEAK = `import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => process.stderr.write('PEAK ' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));`;

function peakMb(chain: BigChain): number {
  const { stderr } = command(chain, ['--import', `data:text/javascript,${encodeURIComponent(SAY_PEAK)}`]);
  const peakKb = Number(/PEAK (\d+)/.exec(stderr)?.[1] ?? NaN);
  if (Number.isNaN(peakKb)) throw new Error(`the verifier did not say its peak: ${stderr}`);
  return peakKb / 1024;
}

function command(chain: BigChain, options: readonly string[]): { readonly stderr: string; readonly elapsedMs: number } {
  const start = performance.now();
  const words = [...options, RUN, 'src-main/cli/main.ts', 'verify', chain.folder, '--trust', chain.trust, '--json'];
  const run = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`the verifier ended with ${run.status}: ${run.stderr}`);
  return { stderr: run.stderr, elapsedMs: performance.now() - start };
}

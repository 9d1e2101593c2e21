import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { bigChain } from '../support/big-chain.ts';
import { type Figure, figure } from '../support/measure.ts';

const RUN = resolve(import.meta.dirname, '../../../scripts/run.mjs');

/** Peak memory of the whole process while it verifies the chain from its files. */
export function verifyMemory(receipts: number): Figure[] {
  const chain = bigChain(receipts);
  // The process says its own peak as it leaves; VmHWM is what the system counted, threads included.
  const watch =
    "process.on('exit',()=>process.stderr.write('PEAK '+require('fs').readFileSync('/proc/self/status','utf8').match(/VmHWM:\\s+(\\d+)/)[1]))";
  const run = spawnSync(process.execPath, [RUN, 'src-main/cli/main.ts', 'verify', chain.folder, '--trust', chain.trust, '--json'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(`import{createRequire}from'node:module';const require=createRequire('/');${watch}`)}"`,
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  const peakKb = Number(/PEAK (\d+)/.exec(run.stderr)?.[1] ?? NaN);
  if (run.status !== 0 || Number.isNaN(peakKb)) throw new Error(`the verifier ended with ${run.status}: ${run.stderr}`);
  const megabytes = peakKb / 1024;
  return [figure(`peak memory, ${receipts.toLocaleString('en-US')} receipts`, `${Math.round(megabytes)} MB`, '≤ 150 MB', megabytes <= 150)];
}

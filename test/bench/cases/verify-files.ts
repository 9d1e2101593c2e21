import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createComputePool } from '../../../src-main/store/index.ts';
import { COMPUTE_WORKER } from '../../../src-main/app/worker-entries.ts';
import { verifyPaths, type verifyTasks } from '../../../src-main/receipts/index.ts';
import { bigChain } from '../support/big-chain.ts';
import { type Figure, figure, race } from '../support/measure.ts';

const PYTHON = resolve(import.meta.dirname, '../../../resources/verify/verify_chain.py');

/**
 * Verify a chain from its files: one and two workers, with and without the Merkle log, against the Python verifier that
 * ships in bundles (which builds the Merkle tree too).
 */
export async function verifyFiles(receipts: number): Promise<Figure[]> {
  const chain = bigChain(receipts);
  const ours = (workers: number, merkle: boolean) => async () => {
    const compute = createComputePool<typeof verifyTasks>({ entry: COMPUTE_WORKER, size: workers });
    const { verdict } = await verifyPaths([chain.folder], {
      now: Date.UTC(2027, 0),
      compute,
      merkle,
      ...(merkle ? { trust: chain.trust } : {}),
    });
    await compute.close();
    if (verdict !== (merkle ? 'VERIFIED' : 'VERIFIED_UNANCHORED')) throw new Error(`bench chain is ${verdict}`);
  };
  const times = await race([
    { name: 'python', run: () => python(chain.folder, chain.trust) },
    { name: '2 workers, Merkle', run: ours(2, true) },
    { name: '1 worker, Merkle', run: ours(1, true) },
    { name: '2 workers, no Merkle', run: ours(2, false) },
    { name: '1 worker, no Merkle', run: ours(1, false) },
  ]);
  const peer = times.get('python')!;
  const aims: Readonly<Record<string, number>> = { '2 workers, Merkle': 5, '1 worker, no Merkle': 4 };
  const rate = (seconds: number) => `${Math.round(receipts / seconds / 1000)} k/s`;
  return [...times]
    .filter(([name]) => name !== 'python')
    .map(([name, seconds]) => {
      const ratio = peer / seconds;
      const aim = aims[name];
      return figure(
        `verify files: ${name}`,
        `${ratio.toFixed(1)}× python (${rate(seconds)} against ${rate(peer)})`,
        aim ? `≥ ${aim}×` : '',
        aim ? ratio >= aim : null,
      );
    });
}

function python(folder: string, trust: string): void {
  const run = spawnSync('python3', [PYTHON, folder, '--trust', trust, '--json'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`the Python verifier ended with ${run.status}: ${run.stderr}`);
}

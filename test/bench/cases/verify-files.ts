import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createComputePool } from '../../../src-main/store/index.ts';
import { COMPUTE_WORKER } from '../../../src-main/app/worker-entries.ts';
import { verifyPaths, type verifyTasks } from '../../../src-main/receipts/index.ts';
import { type BigChain, bigChain } from '../support/big-chain.ts';
import { type Figure, figure, race } from '../support/measure.ts';

const PYTHON = resolve(import.meta.dirname, '../../../resources/verify/verify_chain.py');

/** What the product does: the aim counts against the whole script. The others tell what threads and the log cost. */
const OURS = [
  { name: '2 workers, Merkle', workers: 2, merkle: true, aim: 5 },
  { name: '1 worker, Merkle', workers: 1, merkle: true, aim: null },
  { name: '2 workers, no Merkle', workers: 2, merkle: false, aim: null },
  { name: '1 worker, no Merkle', workers: 1, merkle: false, aim: 4 },
] as const;

/**
 * Verify a chain from its files, threads started and ended each time, against the Python verifier that ships in bundles.
 * The script always builds the tree; so without the Merkle log there is a second peer, the script with its tree taken out.
 */
export async function verifyFiles(receipts: number): Promise<Figure[]> {
  const chain = bigChain(receipts);
  const times = await race([
    { name: 'python', run: () => python([PYTHON, chain.folder, '--trust', chain.trust, '--json']) },
    { name: 'python, no Merkle', run: () => python(['-c', WITHOUT_TREE, dirname(PYTHON), chain.folder, '--json']) },
    ...OURS.map(({ name, workers, merkle }) => ({ name, run: () => verify(chain, workers, merkle) })),
  ]);
  const rate = (seconds: number) => `${Math.round(receipts / seconds / 1000)} k/s`;
  return OURS.map(({ name, merkle, aim }) => {
    const seconds = times.get(name)!;
    const script = times.get('python')!;
    const ratio = script / seconds;
    const bare = merkle ? '' : `, ${(times.get('python, no Merkle')! / seconds).toFixed(1)}× without its tree`;
    return figure(
      `verify files: ${name}`,
      `${ratio.toFixed(1)}× python${bare} (${rate(seconds)} against ${rate(script)})`,
      aim === null ? '' : `≥ ${aim}×`,
      aim === null ? null : ratio >= aim,
    );
  });
}

async function verify(chain: BigChain, workers: number, merkle: boolean): Promise<void> {
  const compute = createComputePool<typeof verifyTasks>({ entry: COMPUTE_WORKER, size: workers });
  try {
    const { verdict } = await verifyPaths([chain.folder], {
      now: Date.UTC(2027, 0),
      compute,
      merkle,
      ...(merkle ? { trust: chain.trust } : {}),
    });
    if (verdict !== (merkle ? 'VERIFIED' : 'VERIFIED_UNANCHORED')) throw new Error(`the bench chain is ${verdict}`);
  } finally {
    await compute.close();
  }
}

/** The same program with a tree that only counts; its leaf hashes are made while lines are read, and stay. */
const WITHOUT_TREE = `
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import verify_chain
class Counter(verify_chain.MerkleTree):
    def append(self, leaf):
        self.size += 1
verify_chain.MerkleTree = Counter
sys.exit(verify_chain.main(sys.argv[2:]))
`;

function python(words: readonly string[]): void {
  const run = spawnSync('python3', words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`the Python verifier ended with ${run.status}: ${run.stderr}`);
}

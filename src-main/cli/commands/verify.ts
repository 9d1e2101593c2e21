import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { exitCodeOf, renderVerifyReport, verifyPaths, type VerifyDocument, type verifyTasks } from '../../receipts/verify-door.ts';
import { endWith } from '../outcome.ts';
import { print, progressBar } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

interface VerifyOptions {
  readonly trust?: string;
  readonly requireAnchor?: boolean;
  readonly fromZero?: boolean;
}

/** Below this, starting threads takes longer than the work. */
const WORKERS_FROM_BYTES = 8 * 1024 * 1024;

/** `verify PATH…` keeps no state; `verify --workspace DIR` verifies what was synced. */
export async function verify(globals: GlobalOptions, paths: readonly string[], options: VerifyOptions): Promise<void> {
  const requireAnchor = options.requireAnchor ?? false;
  if (paths.length === 0 && globals.workspace === undefined) {
    throw new AppError('BAD_INPUT', 'Nothing to verify was named.', {
      nextStep: 'Name a chain folder, a folder of chains or a .jsonl file, or a workspace with --workspace DIR.',
    });
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const document =
    paths.length > 0
      ? await verifyFiles(globals, paths, options, interrupt.signal)
      : await verifyWorkspace(globals, options, interrupt.signal);
  print(document, renderVerifyReport);
  endWith(exitCodeOf(document, { requireAnchor }));
}

async function verifyFiles(
  globals: GlobalOptions,
  paths: readonly string[],
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<VerifyDocument> {
  const bar = progressBar();
  const compute = (await bytesBelow(paths)) < WORKERS_FROM_BYTES ? null : await startWorkers();
  try {
    return await verifyPaths(paths, {
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      now: globals.now === undefined ? Date.now() : Date.parse(globals.now),
      ...(compute === null ? {} : { compute }),
      signal,
      onProgress: ({ bytesDone, bytesTotal, receipts, phase }) =>
        bar.update(bytesDone, bytesTotal, phase === 'checking' ? `${receipts} receipts` : 'finding out what broke'),
    });
  } finally {
    bar.clear();
    await compute?.close();
  }
}

async function startWorkers() {
  const [{ createComputePool }, { COMPUTE_WORKER }] = await Promise.all([
    import('../../store/compute-pool.ts'),
    import('../../app/worker-entries.ts'),
  ]);
  return createComputePool<typeof verifyTasks>({ entry: COMPUTE_WORKER });
}

async function verifyWorkspace(globals: GlobalOptions, options: VerifyOptions, signal: AbortSignal): Promise<VerifyDocument> {
  const bar = progressBar();
  let document: VerifyDocument | null = null;
  const { withWorkspace } = await import('../open.ts');
  try {
    await withWorkspace(globals, { writes: false, prefersWriting: true }, async ({ app }) => {
      document = await app.verifyWorkspace({
        fromZero: options.fromZero ?? false,
        ...(options.trust === undefined ? {} : { trustFile: options.trust }),
        signal,
        onProgress: (done, total) => bar.update(done, total, `${done} receipts`),
      });
    });
  } finally {
    bar.clear();
  }
  return document!;
}

/** Bytes of the files to read, as far as that is known without opening one. */
async function bytesBelow(paths: readonly string[]): Promise<number> {
  let sum = 0;
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile()) sum += found.size;
    if (!found?.isDirectory()) continue;
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (entry.name === 'receipts.jsonl') sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return sum;
}

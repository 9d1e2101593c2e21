import { resolve } from 'node:path';
import { createApp } from '../../app/create-app.ts';
import { createDemoWorkspace } from '../../app/demo/create-demo.ts';
import { workspaceFolder } from '../open.ts';
import { print, progressBar } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

/** Makes the demo: the same seed and --now give the same bytes. */
export async function createDemo(globals: GlobalOptions, dir: string | undefined, options: { seed: string }): Promise<void> {
  const bar = progressBar();
  const folder = dir === undefined ? workspaceFolder(globals) : resolve(dir);
  const made = await createDemoWorkspace({
    openApp: createApp,
    folder,
    seed: options.seed,
    ...(globals.now === undefined ? {} : { now: globals.now }),
    onProgress: (done, total, says) => bar.update(done, total, says),
  });
  bar.clear();
  print(
    made,
    () =>
      `The demo is in ${folder}: ${made.chains} chains, ${made.receipts} receipts, one chain broken on purpose. Open it with \`npm start -- --workspace ${folder}\`.`,
  );
}

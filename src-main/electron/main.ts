/** Entry of the desktop app: `electron main.js [--workspace DIR] [--as MEMBER]`. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createApp } from '../app/create-app.ts';
import { createDemoWorkspace } from '../app/demo/create-demo.ts';
import { demoFolder, lastWorkspace } from '../app/known-workspaces.ts';
import { optionOf } from './argv.ts';
import { startShell } from './shell.ts';

const { argv, platform } = process;
const named = optionOf(argv, 'workspace');
const actAs = optionOf(argv, 'as');

/** The workspace named, else the last one, else the demo, made now. */
const chooseFolder = async (): Promise<string> => {
  if (named !== null) return resolve(named);
  const last = await lastWorkspace();
  if (last !== null) return last;
  const demo = demoFolder();
  if (!existsSync(join(demo, 'countersign.db'))) await createDemoWorkspace({ folder: demo, seed: 'countersign' });
  return demo;
};

// Until the app and its log are open, stderr is all there is.
let log = (entry: { readonly level: 'warn' | 'error'; readonly text: string; readonly error?: unknown }): void => {
  console.error(entry.text, entry.error ?? '');
};

// Not awaited here: Electron becomes ready only after this module has been loaded.
startShell({
  openApp: async (capabilities) => {
    const app = await createApp({
      kind: 'electron',
      folder: await chooseFolder(),
      create: true,
      readOnly: false,
      background: true,
      capabilities,
      ...(actAs === null ? {} : { actAs }),
    });
    log = app.logHost;
    return app;
  },
  // Beside the bundle, in a checkout and in the package alike.
  rendererDir: join(import.meta.dirname, '../renderer'),
  preload: join(import.meta.dirname, 'preload.cjs'),
  argv,
  platform,
  log: (level, text, error) => {
    log(error === undefined ? { level, text } : { level, text, error });
  },
}).catch((error: unknown) => {
  log({ level: 'error', text: 'The desktop shell failed', error });
  process.exitCode = 1;
});

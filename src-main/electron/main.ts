/** Entry of the desktop app: `electron main.js [--workspace DIR] [--as MEMBER]`. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { optionOf } from './argv.ts';
import { startShell } from './shell.ts';

const { argv, platform } = process;
const named = optionOf(argv, 'workspace');
const actAs = optionOf(argv, 'as');

/** The workspace named, else the last one, else the demo, made now. */
const chooseFolder = async (): Promise<string> => {
  if (named !== null) return resolve(named);
  const { demoFolder, lastWorkspace } = await import('../app/known-workspaces.ts');
  const last = await lastWorkspace();
  if (last !== null) return last;
  const demo = demoFolder();
  if (!existsSync(join(demo, 'countersign.db'))) {
    const { createDemoWorkspace } = await import('../app/demo/create-demo.ts');
    const { createApp } = await import('../app/create-app.ts');
    await createDemoWorkspace({ openApp: createApp, folder: demo, seed: 'countersign' });
  }
  return demo;
};

// Until the app and its log are open, stderr is all there is.
let log = (entry: { readonly level: 'warn' | 'error'; readonly text: string; readonly error?: unknown }): void => {
  console.error(entry.text, entry.error ?? '');
};

// Not awaited here: Electron becomes ready only after this module has been loaded.
startShell({
  openApp: async (capabilities) => {
    // Loaded here, so that the window is on its way before the app's code is read.
    const { createApp } = await import('../app/create-app.ts');
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

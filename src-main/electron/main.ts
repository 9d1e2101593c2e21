/** Entry of the desktop app: `electron main.js [--workspace DIR] [--as MEMBER]`. */
import { join } from 'node:path';
import { optionOf } from './argv.ts';
import { startShell } from './shell.ts';

const { argv, platform } = process;
const named = optionOf(argv, 'workspace');
const actAs = optionOf(argv, 'as');

// Until the app and its log are open, stderr is all there is.
let log = (entry: { readonly level: 'warn' | 'error'; readonly text: string; readonly error?: unknown }): void => {
  console.error(entry.text, entry.error ?? '');
};

// Not awaited here: Electron becomes ready only after this module has been loaded.
startShell({
  openApp: async (capabilities) => {
    // Loaded here, so that the window is on its way before the app's code is read.
    const [{ createApp }, { chooseWorkspace }] = await Promise.all([import('../app/create-app.ts'), import('../app/choose-workspace.ts')]);
    const app = await createApp({
      kind: 'electron',
      folder: await chooseWorkspace(named, (text) => console.error(text)),
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

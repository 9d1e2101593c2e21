import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Port } from '../../../src-shared/contract/port.ts';
import type { HostCapabilities } from '../../../src-main/app/host-capabilities.ts';
import type { HostedApp } from '../../../src-main/app/hosted-app.ts';
import { type ShellOptions, startShell } from '../../../src-main/electron/shell.ts';
import { app, BrowserWindow, resetElectron } from './electron-stub.ts';

export interface StartedShell {
  readonly window: BrowserWindow;
  readonly served: Port[];
  readonly logged: string[];
  /** Resolves when the shell is up. */
  readonly done: Promise<void>;
  capabilities: HostCapabilities | null;
  appCloses: number;
  readonly cleanUp: () => void;
}

export interface StartOptions extends Partial<ShellOptions> {
  readonly packaged?: boolean;
  readonly lock?: boolean;
  readonly savedWindow?: string;
  /** Leaves the app unready, to see what is done before. */
  readonly stayUnready?: boolean;
}

/** Starts the shell against the stub, with an app that does nothing but count. */
export const startedShell = async (options: StartOptions = {}): Promise<StartedShell> => {
  resetElectron();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-shell-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  if (options.savedWindow !== undefined) writeFileSync(join(folder, 'window.json'), options.savedWindow);
  app.userData = folder;
  app.isPackaged = options.packaged ?? false;
  app.lock = options.lock ?? true;
  const started = { served: [] as Port[], logged: [] as string[], capabilities: null as HostCapabilities | null, appCloses: 0 };
  const hosted: HostedApp = {
    serve: (port) => started.served.push(port),
    openDownload: () => Promise.resolve(null),
    acceptUpload: () => Promise.resolve(false),
    close: () => {
      started.appCloses += 1;
      return Promise.resolve();
    },
  };
  const done = startShell({
    openApp: (capabilities) => {
      started.capabilities = capabilities;
      return Promise.resolve(hosted);
    },
    rendererDir: folder,
    preload: '/bundle/preload.cjs',
    argv: ['countersign'],
    platform: 'linux',
    log: (_level, text) => started.logged.push(text),
    ...options,
  });
  if (options.stayUnready !== true && app.lock) {
    app.becomeReady();
    await done;
  }
  return Object.assign(started, {
    done,
    window: BrowserWindow.all[0] as BrowserWindow,
    cleanUp: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  });
};

/** Lets promises that are on their way arrive. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

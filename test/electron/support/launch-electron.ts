import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { findElectron } from '../../../scripts/find-host.ts';

export interface LaunchedElectron {
  /** The console's window: what page objects take. */
  readonly page: Page;
  readonly electron: ElectronApplication;
  readonly close: () => Promise<void>;
}

/** The binary, looked for by its files: asking the package itself would start a download. */
export const electronBinary = findElectron();

/**
 * Opens the built desktop app on a workspace, with a data folder of its own. Playwright switches the sandbox off on Linux
 * unless told otherwise; it stays on except for root, for whom Chromium refuses it.
 */
export const launchElectron = async (main: string, workspace: string): Promise<LaunchedElectron> => {
  if (electronBinary === null) throw new Error('There is no Electron binary.');
  const data = mkdtempSync(join(tmpdir(), 'countersign-electron-'));
  const electron = await _electron.launch({
    executablePath: electronBinary,
    args: [main, '--workspace', workspace, `--user-data-dir=${data}`],
    env: { ...(process.env as Record<string, string>), COUNTERSIGN_STATE_DIR: join(data, 'state') },
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return {
    electron,
    page: await electron.firstWindow(),
    close: async () => {
      await electron.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
};

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/**
 * The Electron binary, looked for by its files: asking the package itself would start a download.
 * @returns its path, or null where it was never downloaded.
 */
export function findElectron(): string | null {
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules', 'electron', 'dist');
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';
  const path = join(dist, name);
  return existsSync(path) ? path : null;
}

/** Opens Electron on the built main file; downloads its binary first where it is not there. Resolves with its exit code. */
export async function openElectron(main: string, words: readonly string[]): Promise<number> {
  if (findElectron() === null) {
    process.stderr.write('Downloading the desktop runtime (once)…\n');
    const download = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], { stdio: 'inherit' });
    if (download.status !== 0 || findElectron() === null) {
      process.stderr.write(
        'It could not be downloaded from here. Nothing was changed. Use the browser window instead: npm start -- --host loopback\n',
      );
      return 3;
    }
  }
  const child = spawn(findElectron()!, [main, ...words], { stdio: 'inherit' });
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Opens the address in a window of its own with a profile that is thrown away. False where no browser or screen is found. */
export function openBrowserWindow(address: string): boolean {
  const browser = CHROMIUMS.find((path) => existsSync(path));
  const hasScreen = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (browser === undefined || !hasScreen) return false;
  const profile = mkdtempSync(join(tmpdir(), 'countersign-window-'));
  // Chromium refuses to run its sandbox as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const flags = ['--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--window-size=1440,900', ...sandbox];
  const child = spawn(browser, [`--app=${address}`, `--user-data-dir=${profile}`, ...flags], { stdio: 'ignore', detached: true });
  child.once('exit', () => rmSync(profile, { recursive: true, force: true }));
  child.unref();
  return true;
}

import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, screen } from 'electron';
import { addressUrl } from './app-origin.ts';
import { MIN_SIZE, readWindowState, restoreWindowState, saveWindowState, type WindowState } from './window-state.ts';

/** The canvas colours of the two themes: what shows before the first paint. */
const CANVAS = { light: '#f1f3f5', dark: '#101418' } as const;

export interface WindowOptions {
  readonly preload: string;
  readonly stateFile: string;
  /** Packaged apps have no developer tools. */
  readonly devTools: boolean;
}

/** Everything a window is made with. `webSecurity` and its kin stay at their safe defaults and are not named. */
export const windowOptions = (options: WindowOptions, state: WindowState, dark: boolean): BrowserWindowConstructorOptions => ({
  ...state.position,
  width: state.width,
  height: state.height,
  minWidth: MIN_SIZE.width,
  minHeight: MIN_SIZE.height,
  title: 'Countersign',
  // Shown at the first paint, not before: no blank window.
  show: false,
  backgroundColor: dark ? CANVAS.dark : CANVAS.light,
  webPreferences: {
    preload: options.preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    devTools: options.devTools,
  },
});

/** Makes the window and starts loading `address`; it shows itself at the first paint, or with the error that kept it from it. */
export const openWindow = (options: WindowOptions, address: string, onReady: (window: BrowserWindow) => void): BrowserWindow => {
  const workAreas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea);
  const state = restoreWindowState(readWindowState(options.stateFile), workAreas);
  const window = new BrowserWindow(windowOptions(options, state, nativeTheme.shouldUseDarkColors));
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  window.webContents.on('did-fail-load', (_event, errorCode, _description, _url, isMainFrame) => {
    // −3 is a load that another one replaced.
    if (isMainFrame && errorCode !== -3) window.show();
  });
  window.on('close', () => {
    saveWindowState(options.stateFile, window.getNormalBounds(), window.isMaximized());
  });
  onReady(window);
  void window.loadURL(addressUrl(address)).catch(() => undefined);
  return window;
};

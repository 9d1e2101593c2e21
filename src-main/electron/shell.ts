import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, session } from 'electron';
import type { HostCapabilities } from '../app/host-capabilities.ts';
import type { HostedApp } from '../app/hosted-app.ts';
import { listRendererFiles } from '../app/renderer-files.ts';
import { addressUrl } from './app-origin.ts';
import { handleAppProtocol, registerAppScheme } from './app-protocol.ts';
import { deepLinkOf, LINK_SCHEME, parseDeepLink } from './deep-link.ts';
import { createElectronCapabilities } from './electron-capabilities.ts';
import { createIpcHost } from './ipc-port.ts';
import { menuTemplate } from './menu.ts';
import { guardNavigation } from './navigation-guard.ts';
import { createSystemSecrets } from './secret-store.ts';
import { guardSession } from './session-guard.ts';
import { openWindow } from './window.ts';

export interface ShellOptions {
  /** Opens the app on this host. Called once the window has begun to load. */
  readonly openApp: (capabilities: HostCapabilities) => Promise<HostedApp>;
  readonly rendererDir: string;
  /** The bundled preload. */
  readonly preload: string;
  readonly argv: readonly string[];
  readonly platform: NodeJS.Platform;
  /** Told of what was refused and what failed; texts hold no rows and no secrets. */
  readonly log: (level: 'warn' | 'error', text: string, error?: unknown) => void;
}

/**
 * The desktop shell: one instance, one window, guarded from before the app is ready.
 * @returns once the app is open, or without it when another instance has taken over.
 */
export const startShell = async (options: ShellOptions): Promise<void> => {
  const { log } = options;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  registerAppScheme();
  guardNavigation(() => {
    log('warn', 'Blocked a navigation');
  });
  // No default menu is built and thrown away.
  Menu.setApplicationMenu(null);

  let window: BrowserWindow | null = null;
  let linked = deepLinkOf(options.argv);

  const ipc = createIpcHost({
    onPort: (port) => {
      void opened.then((found) => {
        found?.serve(port);
      });
    },
    onRefused: (why) => {
      log('warn', `Refused a message: ${why}`);
    },
  });

  /** Brings the window to the front, and to an address where there is one. */
  const goTo = (address: string | null): void => {
    if (window === null) {
      showWindow(address ?? '/');
      return;
    }
    if (window.isMinimized()) window.restore();
    window.focus();
    if (address === null) return;
    // Only the fragment differs, so the page stays and goes there itself.
    void window.loadURL(addressUrl(address)).catch(() => undefined);
  };

  const showWindow = (address: string): void => {
    window = openWindow(
      { preload: options.preload, stateFile: join(app.getPath('userData'), 'window.json'), devTools: !app.isPackaged },
      address,
      (made) => {
        ipc.register(made.webContents);
        made.on('closed', () => {
          window = null;
        });
        made.webContents.on('render-process-gone', (_event, details) => {
          if (details.reason !== 'clean-exit') void offerReload(made, details.reason);
        });
      },
    );
  };

  const offerReload = async (gone: BrowserWindow, reason: string): Promise<void> => {
    log('error', `The window stopped: ${reason}`);
    const { response } = await dialog.showMessageBox(gone, {
      type: 'error',
      message: 'The window stopped working.',
      detail: 'Nothing that was saved is lost. Loading it again starts from the same workspace.',
      buttons: ['Load again', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 0) gone.reload();
    else app.quit();
  };

  app.on('second-instance', (_event, argv) => {
    goTo(deepLinkOf(argv));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const address = parseDeepLink(url);
    if (address === null) log('warn', 'Refused a link from outside');
    else if (app.isReady()) goTo(address);
    else linked = address;
  });
  app.on('window-all-closed', () => {
    if (options.platform !== 'darwin') app.quit();
  });
  app.on('activate', () => {
    if (window === null) showWindow('/');
  });

  let closing = false;
  app.on('before-quit', (event) => {
    if (closing) return;
    // The workspace is closed first; quitting goes on when it is.
    event.preventDefault();
    closing = true;
    ipc.close();
    void opened
      .then((found) => found?.close())
      .catch((error: unknown) => {
        log('error', 'The app did not close cleanly', error);
      })
      .finally(() => {
        app.quit();
      });
  });

  const opened: Promise<HostedApp | null> = app.whenReady().then(async () => {
    guardSession(session.defaultSession);
    handleAppProtocol({
      files: listRendererFiles(options.rendererDir),
      openDownload: async (ticket) => (await opened)?.openDownload(ticket) ?? null,
    });
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform: options.platform, packaged: app.isPackaged, goTo })));
    // The page loads while the workspace opens; its first frames wait for it.
    showWindow(linked ?? '/');
    try {
      const secrets = await createSystemSecrets({ file: join(app.getPath('userData'), 'secrets.json'), platform: options.platform });
      return await options.openApp(createElectronCapabilities({ secrets, window: () => window }));
    } catch (error) {
      log('error', 'The app could not start', error);
      dialog.showErrorBox('Countersign could not start', "Your workspace was not changed. The log in the app's data folder says why.");
      closing = true;
      app.exit(1);
      return null;
    }
  });
  await opened;
};

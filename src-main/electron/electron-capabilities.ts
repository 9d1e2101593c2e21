import { type BrowserWindow, dialog, net, shell } from 'electron';
import type { HostCapabilities, SecretStore } from '../app/host-capabilities.ts';
import { openExternalLink } from './external-links.ts';

/** What the desktop can do. `window` is the one that native dialogs belong to, where there is one. */
export const createElectronCapabilities = (options: {
  readonly secrets: SecretStore;
  readonly window: () => BrowserWindow | null;
}): HostCapabilities => ({
  host: 'electron',
  secrets: options.secrets,
  pickFolder: async ({ title }) => {
    const window = options.window();
    const question = { title, message: title, properties: ['openDirectory' as const, 'createDirectory' as const] };
    const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(question) : dialog.showOpenDialog(window, question));
    return canceled ? null : (filePaths[0] ?? null);
  },
  chooseSaveFile: async ({ title, fileName }) => {
    const window = options.window();
    const question = { title, defaultPath: fileName };
    const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(question) : dialog.showSaveDialog(window, question));
    return canceled || filePath === '' ? null : filePath;
  },
  revealFile: (path) => {
    shell.showItemInFolder(path);
    return Promise.resolve();
  },
  openLink: (url) => openExternalLink(url, options.window()),
  isOnline: () => net.isOnline(),
});

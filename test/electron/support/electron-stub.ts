/**
 * Stands in for the module `electron`, whose binary cannot be had everywhere. It keeps what it was told and lets tests play
 * the other side; it decides nothing itself. Used through `vi.mock('electron', () => import('…/electron-stub.ts'))`.
 */
import { EventEmitter } from 'node:events';

export interface StubFrame {
  origin: string;
  url: string;
  parent: StubFrame | null;
}

let lastId = 0;

export class StubWebContents extends EventEmitter {
  readonly id = (lastId += 1);
  readonly sent: { channel: string; text: string }[] = [];
  url = 'app://ops/';
  destroyed = false;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  /** What the page's `ipcRenderer` hears. */
  readonly page = new EventEmitter();

  send(channel: string, text: string): void {
    this.sent.push({ channel, text });
    queueMicrotask(() => this.page.emit(channel, { sender: this }, text));
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  getURL(): string {
    return this.url;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static fromWebContents(webContents: unknown): BrowserWindow | null {
    return BrowserWindow.all.find((window) => window.webContents === webContents) ?? null;
  }
  readonly webContents = new StubWebContents();
  readonly loaded: string[] = [];
  shown = false;
  focused = 0;
  reloads = 0;
  maximized = false;
  minimized = false;
  bounds = { x: 10, y: 20, width: 1200, height: 800 };
  readonly options: Record<string, unknown>;

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.url = url;
    return Promise.resolve();
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {
    this.focused += 1;
  }
  reload(): void {
    this.reloads += 1;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
  getNormalBounds(): typeof this.bounds {
    return this.bounds;
  }
}

class StubApp extends EventEmitter {
  /** Calls in order, so that "before ready" can be told. */
  calls: string[] = [];
  isPackaged = false;
  ready = false;
  lock = true;
  userData = '';
  exitCode: number | null = null;
  #markReady: () => void = () => undefined;
  #whenReady = new Promise<void>((resolve) => (this.#markReady = resolve));

  becomeReady(): void {
    this.ready = true;
    this.calls.push('ready');
    this.#markReady();
  }
  isReady(): boolean {
    return this.ready;
  }
  whenReady(): Promise<void> {
    return this.#whenReady;
  }
  requestSingleInstanceLock(): boolean {
    this.calls.push('requestSingleInstanceLock');
    return this.lock;
  }
  enableSandbox(): void {
    this.calls.push('enableSandbox');
  }
  setAsDefaultProtocolClient(scheme: string): void {
    this.calls.push(`setAsDefaultProtocolClient ${scheme}`);
  }
  getPath(_name: string): string {
    return this.userData;
  }
  quit(): void {
    this.calls.push('quit');
  }
  exit(code: number): void {
    this.calls.push('exit');
    this.exitCode = code;
  }
  reset(): void {
    this.removeAllListeners();
    this.calls = [];
    this.isPackaged = false;
    this.ready = false;
    this.lock = true;
    this.exitCode = null;
    this.#whenReady = new Promise<void>((resolve) => (this.#markReady = resolve));
  }
}

export const app = new StubApp();
export const ipcMain = new EventEmitter();

/** A message from a page, as Electron delivers it. */
export const postFromPage = (sender: StubWebContents, frame: StubFrame | null, ...args: unknown[]): void => {
  ipcMain.emit('countersign:frame', { sender, senderFrame: frame }, ...args);
};

export const topFrame = (url = 'app://ops/', origin = 'app://ops'): StubFrame => ({ origin, url, parent: null });

type Handler = (request: Request) => Promise<Response>;
export const protocol = {
  privileged: [] as { scheme: string; privileges: Record<string, boolean> }[],
  handlers: new Map<string, Handler>(),
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    app.calls.push('registerSchemesAsPrivileged');
    this.privileged = schemes;
  },
  handle(scheme: string, handler: Handler): void {
    app.calls.push(`handle ${scheme}`);
    this.handlers.set(scheme, handler);
  },
};

export class StubSession extends EventEmitter {
  request: ((...args: never[]) => unknown) | null = null;
  check: ((...args: never[]) => unknown) | null = null;
  device: ((...args: never[]) => unknown) | null = null;
  beforeRequest: ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | null = null;
  spellChecker = true;
  readonly webRequest = {
    onBeforeRequest: (listener: (details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void): void => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: (...args: never[]) => unknown): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: (...args: never[]) => unknown): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: (...args: never[]) => unknown): void {
    this.device = handler;
  }
  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }
}
export const session = { defaultSession: new StubSession() };

export const dialog = {
  /** What the person will press or pick. */
  response: 0,
  picked: { canceled: false, filePaths: ['/picked'], filePath: '/picked/file.csv' },
  shown: [] as unknown[],
  showMessageBox(...args: unknown[]): Promise<{ response: number }> {
    this.shown.push(args.at(-1));
    return Promise.resolve({ response: this.response });
  },
  showOpenDialog(...args: unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    this.shown.push(args.at(-1));
    return Promise.resolve(this.picked);
  },
  showSaveDialog(...args: unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    this.shown.push(args.at(-1));
    return Promise.resolve(this.picked);
  },
  showErrorBox(title: string, content: string): void {
    this.shown.push({ title, content });
  },
};

export const shell = {
  opened: [] as string[],
  revealed: [] as string[],
  openExternal(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  },
  showItemInFolder(path: string): void {
    this.revealed.push(path);
  },
};

export const Menu = {
  current: undefined as unknown,
  setApplicationMenu(menu: unknown): void {
    app.calls.push(`setApplicationMenu ${menu === null ? 'null' : 'menu'}`);
    this.current = menu;
  },
  buildFromTemplate(template: unknown): unknown {
    return { template };
  },
};

export const nativeTheme = { shouldUseDarkColors: true };
const display = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };
export const net = { online: true, isOnline: () => net.online };

export const safeStorage = {
  available: true,
  backend: 'gnome_libsecret',
  shouldReEncrypt: false,
  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.available);
  },
  getSelectedStorageBackend(): string {
    return this.backend;
  },
  /** Turns each byte round: not the text itself, so that a test sees whether the text was written anywhere. */
  encryptStringAsync(text: string): Promise<Buffer> {
    return Promise.resolve(Buffer.from(Buffer.from(text, 'utf8').map((byte) => byte ^ 0xff)));
  },
  decryptStringAsync(bytes: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const result = Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString('utf8');
    return Promise.resolve({ result, shouldReEncrypt: this.shouldReEncrypt });
  },
};

/** The page's side, for the preload. */
export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld(name: string, api: unknown): void {
    this.exposed.set(name, api);
  },
};
export const ipcRenderer = Object.assign(new EventEmitter(), {
  /** Where the page's messages go; a test connects it to `postFromPage`. */
  deliver: (_channel: string, ..._args: unknown[]): void => undefined,
  send(channel: string, ...args: unknown[]): void {
    ipcRenderer.deliver(channel, ...args);
  },
});

/** Forgets everything that was told to the stub. */
export const resetElectron = (): void => {
  app.reset();
  ipcMain.removeAllListeners();
  ipcRenderer.removeAllListeners();
  contextBridge.exposed.clear();
  protocol.privileged = [];
  protocol.handlers.clear();
  session.defaultSession = new StubSession();
  BrowserWindow.all.length = 0;
  dialog.shown.length = 0;
  dialog.response = 0;
  shell.opened.length = 0;
  shell.revealed.length = 0;
  safeStorage.available = true;
  safeStorage.backend = 'gnome_libsecret';
  safeStorage.shouldReEncrypt = false;
};

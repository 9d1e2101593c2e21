/**
 * The security checklist of the desktop app, one named test a line: Electron's twenty points (docs/tutorial/security.md in
 * its repository) and ours. What cannot have a test here has its reason in docs/threat-model.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from '../../src-main/app/content-security-policy.ts';
import { CONTRACT_LIMITS } from '../../src-shared/contract/limits.ts';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  postFromPage,
  protocol,
  safeStorage,
  session,
  shell,
  StubWebContents,
  topFrame,
} from './support/electron-stub.ts';
import { builderConfig, isPackaged } from './support/package-files.ts';
import { settle, type StartedShell, startedShell } from './support/started-shell.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

const root = join(import.meta.dirname, '../..');
const preferences = (): Record<string, unknown> => BrowserWindow.all[0]?.options['webPreferences'] as Record<string, unknown>;
const contents = (): StubWebContents => (BrowserWindow.all[0] as BrowserWindow).webContents;
const get = (url: string, method = 'GET'): Promise<Response> =>
  (protocol.handlers.get('app') as (request: unknown) => Promise<Response>)({ method, url });

/** Emits an event that can be prevented and says whether it was. */
const isPrevented = (webContents: StubWebContents, name: string, details: object = {}): boolean => {
  const event = { ...details, preventDefault: vi.fn() };
  webContents.emit(name, event);
  return event.preventDefault.mock.calls.length > 0;
};

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

interface Line {
  readonly no: string;
  readonly must: string;
  readonly proof: () => void | Promise<void>;
}

const CHECKLIST: readonly Line[] = [
  {
    no: '1, 18',
    must: 'only local content loads, over our own protocol, GET only, from a list of files',
    proof: async () => {
      expect(contents().url).toBe('app://ops/#/');
      expect(protocol.privileged).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
      expect((await get('app://ops/')).status).toBe(200);
      expect((await get('app://ops/', 'POST')).status).toBe(405);
      expect((await get('app://other/')).status).toBe(404);
      expect((await get('app://ops/..%2f..%2fetc/passwd')).status).toBe(404);
      const cancelled = (url: string): boolean => {
        let cancel = false;
        session.defaultSession.beforeRequest?.({ url }, (answer) => (cancel = answer.cancel));
        return cancel;
      };
      expect(['https://evil.example/', 'file:///etc/passwd', 'ws://127.0.0.1/'].map(cancelled)).toEqual([true, true, true]);
      expect(cancelled('app://ops/index.html')).toBe(false);
    },
  },
  {
    no: '2',
    must: 'no Node in the page, its workers or its frames',
    proof: () => {
      expect(preferences()).toMatchObject({ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false });
    },
  },
  {
    no: '3, 4',
    must: 'context isolation and the sandbox are on, for every process, before the app is ready',
    proof: () => {
      expect(preferences()).toMatchObject({ contextIsolation: true, sandbox: true });
      expect(app.calls.indexOf('enableSandbox')).toBeGreaterThanOrEqual(0);
      expect(app.calls.indexOf('enableSandbox')).toBeLessThan(app.calls.indexOf('ready'));
    },
  },
  {
    no: '5',
    must: 'request, check and device handlers deny everything but writing to the clipboard',
    proof: () => {
      const { request, check, device } = session.defaultSession as unknown as {
        request: (webContents: unknown, permission: string, callback: (granted: boolean) => void, details: object) => void;
        check: (webContents: unknown, permission: string, origin: string, details: object) => boolean;
        device: () => boolean;
      };
      const asked = (permission: string, details: object): boolean => {
        let answer: boolean | undefined;
        request(contents(), permission, (granted) => (answer = granted), details);
        return answer as boolean;
      };
      const ours = { isMainFrame: true, requestingUrl: 'app://ops/' };
      expect(asked('clipboard-sanitized-write', ours)).toBe(true);
      expect(asked('clipboard-sanitized-write', { ...ours, isMainFrame: false })).toBe(false);
      expect(asked('clipboard-sanitized-write', { ...ours, requestingUrl: 'https://evil.example/' })).toBe(false);
      for (const permission of [
        'clipboard-read',
        'media',
        'geolocation',
        'notifications',
        'midiSysex',
        'openExternal',
        'usb',
        'hid',
        'unknown',
      ]) {
        expect(asked(permission, ours)).toBe(false);
        expect(check(null, permission, 'app://ops/', { isMainFrame: true })).toBe(false);
      }
      expect(check(null, 'clipboard-sanitized-write', 'app://ops/', { isMainFrame: true })).toBe(true);
      expect(check(null, 'clipboard-sanitized-write', 'app://ops/', { isMainFrame: false })).toBe(false);
      expect(device()).toBe(false);
    },
  },
  {
    no: '6, 8–10',
    must: 'web security stays at its defaults: no insecure content, no experimental or Blink features',
    proof: () => {
      const loosening = [
        'webSecurity',
        'allowRunningInsecureContent',
        'experimentalFeatures',
        'enableBlinkFeatures',
        'plugins',
        'additionalArguments',
      ];
      expect(Object.keys(preferences()).filter((name) => loosening.includes(name))).toEqual([]);
      const switches = [...sourceFiles('src-main/electron')].filter((path) =>
        /appendSwitch|appendArgument/.test(readFileSync(join(root, path), 'utf8')),
      );
      expect(switches).toEqual([]);
    },
  },
  {
    no: '7',
    must: 'the content security policy is a header of every answer and allows nothing inline and no eval',
    proof: async () => {
      expect(CONTENT_SECURITY_POLICY).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
          "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; " +
          'trusted-types default',
      );
      expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|http/);
      for (const url of ['app://ops/', 'app://ops/gone', 'app://other/', 'app://ops/downloads/ticket-0123456789abcdef']) {
        const answer = await get(url);
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(answer.headers.get(name)).toBe(value);
      }
    },
  },
  {
    no: '11, 12',
    must: 'no webview, in any webContents',
    proof: () => {
      expect(preferences()['webviewTag']).toBe(false);
      expect(isPrevented(contents(), 'will-attach-webview')).toBe(true);
      const other = new StubWebContents();
      app.emit('web-contents-created', {}, other);
      expect(isPrevented(other, 'will-attach-webview')).toBe(true);
    },
  },
  {
    no: '13',
    must: 'navigation is denied by default, on every webContents, decided by the parsed origin',
    proof: () => {
      const other = new StubWebContents();
      app.emit('web-contents-created', {}, other);
      for (const webContents of [contents(), other]) {
        for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
          const prevented = (url: string, isMainFrame = true): boolean => isPrevented(webContents, name, { url, isMainFrame });
          expect(prevented('https://evil.example/?next=app://ops/')).toBe(true);
          expect(prevented('app://ops.evil/')).toBe(true);
          expect(prevented('file:///etc/passwd')).toBe(true);
          expect(prevented('app://ops/', false)).toBe(true);
          expect(prevented('app://ops/')).toBe(false);
        }
      }
    },
  },
  {
    no: '14',
    must: 'no new windows',
    proof: () => {
      for (const url of ['app://ops/', 'https://evil.example/', 'about:blank', 'https://c2sp.org/']) {
        expect(contents().openHandler?.({ url })).toEqual({ action: 'deny' });
      }
      expect(BrowserWindow.all).toHaveLength(1);
    },
  },
  {
    no: '15',
    must: 'other programs open only https pages of a fixed list, after the person has confirmed the address',
    proof: async () => {
      for (const url of ['https://evil.example/', 'file:///bin/sh', 'smb://host/x', 'http://c2sp.org/']) contents().openHandler?.({ url });
      await settle();
      expect([dialog.shown, shell.opened]).toEqual([[], []]);
      dialog.response = 1;
      contents().openHandler?.({ url: 'https://c2sp.org/tlog-checkpoint' });
      await settle();
      expect(dialog.shown).toMatchObject([{ detail: 'https://c2sp.org/tlog-checkpoint', defaultId: 1, cancelId: 1 }]);
      expect(shell.opened).toEqual([]);
      dialog.response = 0;
      // One click is one question, though three events tell of it.
      for (const name of ['will-frame-navigate', 'will-navigate']) {
        expect(isPrevented(contents(), name, { url: 'https://c2sp.org/signed-note', isMainFrame: true })).toBe(true);
      }
      await settle();
      expect([dialog.shown.length, shell.opened]).toEqual([2, ['https://c2sp.org/signed-note']]);
    },
  },
  {
    no: '16',
    must: 'one exact Electron is used, and the lock file holds the same one',
    proof: () => {
      const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        devDependencies: Record<string, string>;
      };
      const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { version: string }>;
      };
      expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
      expect(packages['node_modules/electron']?.version).toBe(devDependencies['electron']);
    },
  },
  {
    no: '17',
    must: 'each message is of a known window, its top frame, at exactly our origin',
    proof: async () => {
      postFromPage(new StubWebContents(), topFrame(), 'x');
      postFromPage(contents(), null, 'x');
      postFromPage(contents(), { ...topFrame(), parent: topFrame() }, 'x');
      postFromPage(contents(), topFrame('https://evil.example/?app://ops', 'https://evil.example'), 'x');
      postFromPage(contents(), topFrame('', ''), 'x');
      await settle();
      expect(started.served).toEqual([]);
      expect(started.logged.filter((text) => text.startsWith('Refused a message'))).toHaveLength(5);
      postFromPage(contents(), topFrame(), 'x');
      await settle();
      expect(started.served).toHaveLength(1);
    },
  },
  {
    no: '19',
    must: 'the fuses are set when packaging',
    proof: () => {
      expect(builderConfig.electronFuses).toEqual({
        runAsNode: false,
        enableCookieEncryption: true,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: true,
        onlyLoadAppFromAsar: true,
        loadBrowserProcessSpecificV8Snapshot: false,
        grantFileProtocolExtraPrivileges: false,
      });
      expect(builderConfig.asar).toBe(true);
    },
  },
  {
    no: '20',
    must: 'the page gets one channel for text: no ipcRenderer, no event objects (the bundle itself: package.test.ts)',
    proof: () => {
      expect(ipcMain.eventNames()).toEqual(['countersign:frame']);
      expect(preferences()['preload']).toBe('/bundle/preload.cjs');
      const users = [...sourceFiles('src-main')].filter((path) =>
        /\bipcMain\b|\bipcRenderer\b/.test(readFileSync(join(root, path), 'utf8')),
      );
      expect(users.sort()).toEqual(['src-main/electron/ipc-port.ts', 'src-main/electron/preload.ts']);
    },
  },
  {
    no: '+ one instance',
    must: 'a second instance leaves, and no developer tools or spell checker where the app is packaged',
    proof: async () => {
      expect(app.calls[0]).toBe('requestSingleInstanceLock');
      expect(preferences()).toMatchObject({ devTools: true, spellcheck: false });
      expect(session.defaultSession.spellChecker).toBe(false);
      started.cleanUp();
      started = await startedShell({ packaged: true });
      expect(preferences()).toMatchObject({ devTools: false, spellcheck: false });
    },
  },
  {
    no: '+ secrets',
    must: 'secrets go to the system store alone, and on Linux never to basic_text (the store itself: secret-store.test.ts)',
    proof: async () => {
      expect(started.capabilities?.secrets.kind).toBe('system');
      started.cleanUp();
      started = await startedShell();
      safeStorage.backend = 'basic_text';
      const { createSystemSecrets } = await import('../../src-main/electron/secret-store.ts');
      expect((await createSystemSecrets({ file: '/nowhere', platform: 'linux' })).kind).toBe('none');
    },
  },
  {
    no: '+ package',
    must: 'loopback host, source maps and tests are not packaged (the whole list: package.test.ts)',
    proof: () => {
      for (const path of [
        'src-main/loopback/main.ts',
        '.cache/main/main.js.map',
        'test/electron/shell.test.ts',
        'node_modules/ws/index.js',
      ]) {
        expect(isPackaged(path)).toBe(false);
      }
      const reached = [...sourceFiles('src-main/electron')].filter((path) =>
        /from '.*loopback/.test(readFileSync(join(root, path), 'utf8')),
      );
      expect(reached).toEqual([]);
    },
  },
  {
    no: '+ one importer',
    must: "'electron' is imported under src-main/electron and nowhere else",
    proof: () => {
      const files = ['src-main', 'src-shared', 'src-renderer', 'scripts', 'migrations'].flatMap((folder) => [...sourceFiles(folder)]);
      const importers = files.filter((path) =>
        /from 'electron'|require\('electron'\)|import\('electron'\)/.test(readFileSync(join(root, path), 'utf8')),
      );
      expect(importers.length).toBeGreaterThan(0);
      expect(importers.filter((path) => !path.startsWith('src-main/electron/'))).toEqual([]);
    },
  },
  {
    no: '+ limits',
    must: 'a caller has 1 MiB a frame and 64 calls in flight (attacked in test/contract on every adapter)',
    proof: () => {
      expect(CONTRACT_LIMITS).toMatchObject({ frameBytes: 1_048_576, callsInFlight: 64 });
    },
  },
];

let started: StartedShell;

describe('security checklist', () => {
  beforeEach(async () => {
    started = await startedShell();
  });
  afterEach(() => {
    started.cleanUp();
  });
  it.each(CHECKLIST)('$no: $must', async ({ proof }) => {
    await proof();
  });
});

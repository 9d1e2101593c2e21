import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { app, BrowserWindow, dialog, Menu, net, postFromPage, shell, topFrame } from './support/electron-stub.ts';
import { settle, type StartedShell, startedShell, type StartOptions } from './support/started-shell.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

describe('the desktop shell', () => {
  const shells: StartedShell[] = [];
  const start = async (options?: StartOptions): Promise<StartedShell> => {
    const started = await startedShell(options);
    shells.push(started);
    return started;
  };
  afterEach(() => {
    for (const started of shells.splice(0)) started.cleanUp();
  });
  /** The rest of the file's own instance lock, quit and windows go through the stub's record of calls. */
  const quits = (): number => app.calls.filter((call) => call === 'quit').length;

  it('does what must be done before the app is ready before it, and the rest after', async () => {
    await start();
    const before = app.calls.slice(0, app.calls.indexOf('ready'));
    expect(before).toEqual(['requestSingleInstanceLock', 'enableSandbox', 'registerSchemesAsPrivileged', 'setApplicationMenu null']);
    expect(app.calls.slice(app.calls.indexOf('ready') + 1)).toEqual(['handle app', 'setApplicationMenu menu']);
  });

  it('opens the window while the workspace opens, and holds its first frames until then', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const started = await start({
      stayUnready: true,
      openApp: async () => {
        await gate;
        return {
          serve: (port) => started.served.push(port),
          openDownload: () => Promise.resolve(null),
          acceptUpload: () => Promise.resolve(false),
          close: () => Promise.resolve(),
        };
      },
    });
    app.becomeReady();
    await settle();
    const [window] = BrowserWindow.all as [BrowserWindow];
    expect(window.loaded).toEqual(['app://ops/#/']);
    postFromPage(window.webContents, topFrame(), 'early');
    expect(started.served).toEqual([]);
    open();
    await started.done;
    await settle();
    const heard: string[] = [];
    started.served[0]?.onFrame((text) => heard.push(text));
    expect(heard).toEqual(['early']);
  });

  it('shows the window at its first paint, or when it could not load', async () => {
    const { window } = await start();
    expect(window.shown).toBe(false);
    window.emit('ready-to-show');
    expect(window.shown).toBe(true);

    const other = (await start()).window;
    other.webContents.emit('did-fail-load', {}, -3, '', '', true);
    other.webContents.emit('did-fail-load', {}, -6, '', '', false);
    expect(other.shown).toBe(false);
    other.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://ops/', true);
    expect(other.shown).toBe(true);
  });

  it('opens where it was, saves where it is, and starts whatever was saved', async () => {
    const { window } = await start({ savedWindow: '{"x":40,"y":50,"width":1000,"height":700,"maximized":true}' });
    expect(window.options).toMatchObject({ x: 40, y: 50, width: 1000, height: 700, minWidth: 800, minHeight: 560 });
    expect(window.maximized).toBe(true);
    window.emit('close');
    expect(JSON.parse(readFileSync(join(app.userData, 'window.json'), 'utf8'))).toEqual({ ...window.bounds, maximized: true });

    for (const savedWindow of ['', '{', '[]', '{"x":1e99}', '\0']) {
      expect((await start({ savedWindow })).window.options).toMatchObject({ width: 1440, height: 900 });
    }
  });

  it('leaves to the instance that runs already', async () => {
    const { done } = await start({ lock: false });
    await done;
    expect(app.calls).toEqual(['requestSingleInstanceLock', 'quit']);
    expect(BrowserWindow.all).toEqual([]);
  });

  it('comes to the front for a second instance, and goes where its link points', async () => {
    const { window } = await start();
    window.minimized = true;
    app.emit('second-instance', {}, ['countersign']);
    expect([window.minimized, window.focused, window.loaded.length]).toEqual([false, 1, 1]);
    app.emit('second-instance', {}, ['countersign', 'countersign://open/receipts/northwind']);
    app.emit('second-instance', {}, ['countersign', 'countersign://evil/receipts']);
    expect(window.loaded).toEqual(['app://ops/#/', 'app://ops/#/receipts/northwind']);
    expect(BrowserWindow.all).toHaveLength(1);
  });

  it('follows links: in its arguments, before it is ready, and later', async () => {
    expect((await start({ argv: ['x', 'countersign://open/audit'] })).window.loaded).toEqual(['app://ops/#/audit']);

    const early = await start({ stayUnready: true, platform: 'darwin' });
    const event = { preventDefault: vi.fn() };
    app.emit('open-url', event, 'countersign://open/quarantine');
    app.becomeReady();
    await early.done;
    const [window] = BrowserWindow.all as [BrowserWindow];
    app.emit('open-url', event, 'countersign://open/audit');
    app.emit('open-url', event, 'countersign://open/../x');
    expect(window.loaded).toEqual(['app://ops/#/quarantine', 'app://ops/#/audit']);
    expect(event.preventDefault).toHaveBeenCalledTimes(3);
    expect(early.logged).toEqual(['Refused a link from outside']);
  });

  it('registers its links only when it is packaged', async () => {
    await start({ packaged: true });
    expect(app.calls).toContain('setAsDefaultProtocolClient countersign');
    await start();
    expect(app.calls.some((call) => call.startsWith('setAsDefault'))).toBe(false);
  });

  it('closes the app before it quits, once', async () => {
    const started = await start();
    postFromPage(started.window.webContents, topFrame(), 'x');
    await settle();
    const event = { preventDefault: vi.fn() };
    app.emit('before-quit', event);
    await expect.poll(quits).toBe(1);
    expect([event.preventDefault.mock.calls.length, started.appCloses]).toEqual([1, 1]);
    app.emit('before-quit', event);
    expect(event.preventDefault).toHaveBeenCalledTimes(1);
  });

  it('quits with its last window, except on macOS, where it opens a new one', async () => {
    const { window } = await start();
    window.emit('closed');
    app.emit('window-all-closed');
    expect(quits()).toBe(1);

    const mac = await start({ platform: 'darwin' });
    mac.window.emit('closed');
    app.emit('window-all-closed');
    expect(quits()).toBe(0);
    app.emit('activate');
    app.emit('activate');
    expect(BrowserWindow.all).toHaveLength(2);
  });

  it('offers to load a window again that has stopped', async () => {
    const { window, logged } = await start();
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(dialog.shown).toEqual([]);
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await expect.poll(() => window.reloads).toBe(1);
    expect(logged).toEqual(['The window stopped: oom']);
    dialog.response = 1;
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await expect.poll(quits).toBe(1);
  });

  it('says so when the app cannot start, and ends', async () => {
    const { logged } = await start({ openApp: () => Promise.reject(new Error('no')) });
    expect(dialog.shown).toEqual([{ title: 'Countersign could not start', content: expect.stringContaining('not changed') as unknown }]);
    expect([app.exitCode, logged]).toEqual([1, ['The app could not start']]);
  });

  it('lends its native parts through the capabilities', async () => {
    const { capabilities } = await start();
    expect(capabilities).toMatchObject({ host: 'electron', secrets: { kind: 'system' } });
    expect(await capabilities?.pickFolder?.({ title: 'Choose a folder' })).toBe('/picked');
    expect(await capabilities?.chooseSaveFile?.({ title: 'Save', fileName: 'a.csv' })).toBe('/picked/file.csv');
    dialog.picked.canceled = true;
    expect(await capabilities?.pickFolder?.({ title: 'Choose a folder' })).toBeNull();
    expect(await capabilities?.chooseSaveFile?.({ title: 'Save', fileName: 'a.csv' })).toBeNull();
    dialog.picked.canceled = false;
    await capabilities?.revealFile?.('/w/backups');
    expect(shell.revealed).toEqual(['/w/backups']);
    expect(await capabilities?.openLink?.('https://c2sp.org/tlog')).toBe('opened');
    expect(await capabilities?.openLink?.('https://evil.example/')).toBe('refused');
    expect(shell.opened).toEqual(['https://c2sp.org/tlog']);
    expect(capabilities?.isOnline()).toBe(net.online);
  });

  describe('its menu', () => {
    const items = (menu: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
      menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
    const current = (): MenuItemConstructorOptions[] => items((Menu.current as { template: MenuItemConstructorOptions[] }).template);

    it('has editing, zoom and window roles, and no key twice', async () => {
      await start();
      const roles = current().map((item) => item.role);
      expect(roles).toEqual(
        expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'zoomIn', 'zoomOut', 'quit', 'windowMenu']),
      );
      const keys = current().flatMap((item) => (typeof item.accelerator === 'string' ? [item.accelerator] : []));
      expect(new Set(keys).size).toBe(keys.length);
      // The palette's key belongs to the page.
      expect(keys).not.toContain('CommandOrControl+K');
    });

    it('goes to screens without loading the page anew', async () => {
      const { window } = await start();
      const receipts = current().find((item) => item.label === 'Receipts');
      (receipts?.click as unknown as () => void)();
      const settings = current().find((item) => item.label === 'Settings');
      (settings?.click as unknown as () => void)();
      expect(window.loaded).toEqual(['app://ops/#/', 'app://ops/#/receipts', 'app://ops/#/settings']);
    });

    it('has developer tools in a checkout only, and the app menu on macOS only', async () => {
      await start();
      expect(current().some((item) => item.role === 'toggleDevTools')).toBe(true);
      expect(current().some((item) => item.role === 'appMenu')).toBe(false);
      await start({ packaged: true, platform: 'darwin' });
      expect(current().some((item) => item.role === 'toggleDevTools' || item.role === 'reload')).toBe(false);
      expect(current().some((item) => item.role === 'appMenu')).toBe(true);
    });
  });

  it('does not fail when the place of the window cannot be saved', async () => {
    const { window } = await start();
    writeFileSync(join(app.userData, 'file'), '');
    const before = app.userData;
    app.userData = join(before, 'file', 'below');
    expect(() => window.emit('close')).not.toThrow();
  });
});

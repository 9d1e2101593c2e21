import { describe, expect, it, vi } from 'vitest';
import { isAppUrl } from '../../src-main/electron/app-origin.ts';
import { optionOf } from '../../src-main/electron/argv.ts';
import { deepLinkOf, parseDeepLink } from '../../src-main/electron/deep-link.ts';
import { isAllowedLink, LINK_HOSTS } from '../../src-main/electron/external-links.ts';
import { classifyNavigation } from '../../src-main/electron/navigation-policy.ts';
import { isPermissionAllowed } from '../../src-main/electron/permission-policy.ts';
import { decideSender, type Sender } from '../../src-main/electron/sender-policy.ts';
import { isLocalRequest, isOwnDownload } from '../../src-main/electron/session-guard.ts';
import { MIN_SIZE, restoreWindowState } from '../../src-main/electron/window-state.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

describe('isAppUrl', () => {
  it.each(['app://ops', 'app://ops/', 'app://ops/index.html', 'app://ops/?a=1#/receipts'])('knows %s', (url) => {
    expect(isAppUrl(url)).toBe(true);
  });
  it.each([
    'app://ops.evil/',
    'app://opsx/',
    'app://evil/ops',
    'app://evil@ops.example/',
    'app://user@ops/',
    'app://user:pass@ops/',
    'app://ops:8080/',
    'appx://ops/',
    'https://ops/',
    'https://evil.example/?next=app://ops',
    'https://evil.example/#app://ops/',
    'file:///app://ops/',
    'about:blank',
    'javascript:app://ops/',
    'app:ops',
    '',
    'not a url',
  ])('does not know %s', (url) => {
    expect(isAppUrl(url)).toBe(false);
  });
});

describe('classifyNavigation', () => {
  const main = { isMainFrame: true };
  it.each([
    ['app://ops/#/receipts', 'in-app'],
    ['https://www.rfc-editor.org/rfc/rfc8785', 'external'],
    ['https://evil.example/?next=app://ops/', 'block'],
    ['https://www.rfc-editor.org.evil.example/', 'block'],
    ['http://www.rfc-editor.org/', 'block'],
    ['file:///etc/passwd', 'block'],
    ['data:text/html,<script>1</script>', 'block'],
    ['javascript:alert(1)', 'block'],
    ['blob:app://ops/0', 'block'],
    ['about:blank', 'block'],
    ['', 'block'],
  ] as const)('%s is %s', (url, expected) => {
    expect(classifyNavigation(url, main)).toBe(expected);
  });
  it('blocks every frame that is not the top one', () => {
    expect(classifyNavigation('app://ops/', { isMainFrame: false })).toBe('block');
    expect(classifyNavigation('https://c2sp.org/', { isMainFrame: false })).toBe('block');
  });
});

describe('isAllowedLink', () => {
  it.each(LINK_HOSTS)('allows https pages of %s', (host) => {
    expect(isAllowedLink(`https://${host}/a?b#c`)).toBe(true);
  });
  it.each([
    'https://c2sp.org:8443/',
    'https://user@c2sp.org/',
    'https://c2sp.org@evil.example/',
    'https://x.c2sp.org/',
    'https://c2sp.org.evil.example/',
    'http://c2sp.org/',
    'file://c2sp.org/etc/passwd',
    'smb://c2sp.org/share',
    'ms-msdt:/id',
    'C:\\Windows\\System32\\calc.exe',
    '/usr/bin/env',
  ])('refuses %s', (url) => {
    expect(isAllowedLink(url)).toBe(false);
  });
});

describe('isPermissionAllowed', () => {
  it('allows the clipboard to our origin and nothing else to anybody', () => {
    expect(isPermissionAllowed('clipboard-sanitized-write', 'app://ops')).toBe(true);
    expect(isPermissionAllowed('clipboard-sanitized-write', 'app://ops/')).toBe(true);
    expect(isPermissionAllowed('clipboard-sanitized-write', 'app://ops.evil')).toBe(false);
    expect(isPermissionAllowed('clipboard-sanitized-write', '')).toBe(false);
    for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fullscreen', 'usb', 'unknown']) {
      expect(isPermissionAllowed(permission, 'app://ops')).toBe(false);
    }
  });
});

describe('decideSender', () => {
  const windows = new Set([7]);
  const ours: Sender = { webContentsId: 7, frame: { origin: 'app://ops', url: 'app://ops/#/receipts', isTop: true } };
  it('accepts the top frame of a window of ours at exactly our origin', () => {
    expect(decideSender(ours, windows)).toBe('accept');
  });
  it.each<[string, Sender, string]>([
    ['another window', { ...ours, webContentsId: 8 }, 'unknown-window'],
    ['a frame that is gone', { ...ours, frame: null }, 'no-frame'],
    ['a frame inside', { ...ours, frame: { origin: 'app://ops', url: 'app://ops/', isTop: false } }, 'sub-frame'],
    ['a foreign page', { ...ours, frame: { origin: 'https://evil.example', url: 'https://evil.example/', isTop: true } }, 'foreign-origin'],
    [
      'an origin that begins like ours',
      { ...ours, frame: { origin: 'app://ops.evil', url: 'app://ops.evil/', isTop: true } },
      'foreign-origin',
    ],
    ['an empty address', { ...ours, frame: { origin: 'app://ops', url: '', isTop: true } }, 'foreign-origin'],
    ['an opaque origin', { ...ours, frame: { origin: 'null', url: 'app://ops/', isTop: true } }, 'foreign-origin'],
  ])('refuses %s', (_what, sender, expected) => {
    expect(decideSender(sender, windows)).toBe(expected);
  });
});

describe('what a page may load', () => {
  it.each([
    ['app://ops/assets/a.js', true],
    ['data:image/png;base64,AA==', true],
    ['blob:app://ops/1', true],
    ['devtools://devtools/bundled/inspector.html', true],
    ['https://c2sp.org/', false],
    ['http://127.0.0.1:80/', false],
    ['ws://127.0.0.1/', false],
    ['file:///etc/passwd', false],
    ['app://ops.evil/', false],
    ['ftp://evil.example/', false],
  ])('%s: %s', (url, expected) => {
    expect(isLocalRequest(url)).toBe(expected);
  });
  it('saves only the files of tickets', () => {
    expect(isOwnDownload('app://ops/downloads/ticket-0123456789abcdef')).toBe(true);
    expect(isOwnDownload('app://ops/index.html')).toBe(false);
    expect(isOwnDownload('https://evil.example/downloads/ticket-0123456789abcdef')).toBe(false);
    expect(isOwnDownload('blob:app://ops/downloads/x')).toBe(false);
  });
});

describe('parseDeepLink', () => {
  it.each([
    ['countersign://open/receipts/northwind', '/receipts/northwind'],
    ['countersign://open/receipts/northwind/pro@1.4?proof=verdict', '/receipts/northwind/pro@1.4?proof=verdict'],
    ['countersign://open/overview', '/overview'],
  ])('%s means %s', (link, address) => {
    expect(parseDeepLink(link)).toBe(address);
  });
  it.each([
    'countersign://open',
    'countersign://open/',
    'countersign://run/receipts',
    'countersign://open@evil/receipts',
    'countersign://user@open/receipts',
    'countersign://open:1/receipts',
    'countersign:open/receipts',
    'countersign:///receipts',
    'COUNTERSIGN://open/receipts',
    'https://open/receipts',
    'countersign://open//evil.example',
    'countersign://open/../../etc/passwd',
    'countersign://open/receipts/%2e%2e/x',
    'countersign://open/receipts%5c..%5cx',
    'countersign://open/receipts/%00',
    'countersign://open/receipts/%zz',
    'countersign://open/receipts#token=x',
    'countersign://open/receipts?x=<script>',
    'countersign://open/receipts x',
    'countersign://open/<script>',
    `countersign://open/${'a'.repeat(1100)}`,
    '--inspect',
    '',
  ])('refuses %s', (link) => {
    expect(parseDeepLink(link)).toBeNull();
  });
  it('is found among arguments', () => {
    expect(deepLinkOf(['countersign.exe', '--flag', 'countersign://open/audit'])).toBe('/audit');
    expect(deepLinkOf(['countersign.exe', 'countersign://evil', 'C:\\file'])).toBeNull();
  });
});

describe('optionOf', () => {
  it('reads both spellings and nothing by accident', () => {
    expect(optionOf(['electron', 'main.js', '--workspace', '/w'], 'workspace')).toBe('/w');
    expect(optionOf(['electron', '--workspace=/w'], 'workspace')).toBe('/w');
    expect(optionOf(['electron', '--workspace', '--as', 'x'], 'workspace')).toBeNull();
    expect(optionOf(['electron', '--workspace='], 'workspace')).toBeNull();
    expect(optionOf(['electron', '--workspaces', 'x'], 'workspace')).toBeNull();
    expect(optionOf(['electron', '--workspace'], 'workspace')).toBeNull();
  });
});

describe('restoreWindowState', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 };
  const second = { x: -1280, y: 100, width: 1280, height: 980 };
  const saved = { x: 100, y: 50, width: 1300, height: 800, maximized: false };
  it('opens where it was', () => {
    expect(restoreWindowState(saved, [main])).toEqual({ position: { x: 100, y: 50 }, width: 1300, height: 800, maximized: false });
    expect(restoreWindowState({ ...saved, x: -1200, y: 150, maximized: true }, [main, second])).toEqual({
      position: { x: -1200, y: 150 },
      width: 1280,
      height: 800,
      maximized: true,
    });
  });
  it('comes back when its display is gone, and shrinks to what is there', () => {
    expect(restoreWindowState({ ...saved, x: -1200, y: 150 }, [main])).toEqual({ width: 1300, height: 800, maximized: false });
    expect(restoreWindowState({ ...saved, width: 9000, height: 9000 }, [main])).toMatchObject({ width: 1920, height: 1040 });
    expect(restoreWindowState({ ...saved, y: 1030 }, [main])).not.toHaveProperty('position');
    expect(restoreWindowState({ ...saved, width: 10, height: 10 }, [main])).toMatchObject(MIN_SIZE);
  });
  it.each([null, undefined, 7, 'x', [], {}, { x: 'a' }, { ...saved, x: 1.5 }, { ...saved, width: Number.NaN }, { ...saved, maximized: 1 }])(
    'opens in the default place for %j',
    (bad) => {
      expect(restoreWindowState(bad, [main])).toEqual({ width: 1440, height: 900, maximized: false });
    },
  );
  it('opens even when no display is known', () => {
    expect(restoreWindowState(saved, [])).toMatchObject({ width: 1300, height: 800 });
  });
});

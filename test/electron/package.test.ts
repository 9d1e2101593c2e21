import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMain, buildPreload } from '../../scripts/build-main.ts';
import { builderConfig, isPackaged } from './support/package-files.ts';

const root = join(import.meta.dirname, '../..');

describe('the package', () => {
  it.each([
    '.cache/main/main.js',
    '.cache/main/preload.cjs',
    '.cache/main/store-worker.js',
    '.cache/renderer/index.html',
    '.cache/renderer/assets/index-1a2b.js',
    'resources/verify/verify_chain.py',
    'package.json',
    'LICENSE',
    'node_modules/better-sqlite3/lib/index.js',
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
  ])('holds %s', (path) => {
    expect(isPackaged(path)).toBe(true);
  });

  it.each([
    'src-main/loopback/main.ts',
    'src-main/loopback/request-guard.js',
    'src-main/cli/main.ts',
    'src-renderer/main.tsx',
    '.cache/main/main.js.map',
    '.cache/renderer/assets/index-1a2b.js.map',
    '.cache/renderer.sha256',
    'test/electron/package.test.ts',
    'test/fixtures/a.json',
    'scripts/start.ts',
    'docs/architecture.md',
    'migrations/0001_workspace.sql',
    'electron-builder.yml',
    '.npmrc',
    '.env',
    'resources/icons/icon.svg',
    'node_modules/ws/index.js',
    'node_modules/pino/pino.js',
    'node_modules/better-sqlite3/deps/sqlite3/sqlite3.c',
    'node_modules/better-sqlite3/src/better_sqlite3.cpp',
  ])('does not hold %s', (path) => {
    expect(isPackaged(path)).toBe(false);
  });

  it('leaves out every package that the bundle already holds, those of others too', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const production = Object.entries(packages).flatMap(([path, { dev }]) => (path !== '' && dev !== true ? [path] : []));
    expect(production.length).toBeGreaterThan(10);
    expect(production.filter((path) => isPackaged(`${path}/index.js`))).toEqual(['node_modules/better-sqlite3']);
  });

  it('is made for Linux, macOS and Windows, with icons that are there', () => {
    expect(builderConfig.linux.target).toEqual(['AppImage', 'deb']);
    expect([builderConfig.mac.target, builderConfig.win.target]).toEqual([['dmg', 'zip'], ['nsis']]);
    for (const icon of [builderConfig.linux.icon, builderConfig.mac.icon, builderConfig.win.icon])
      expect(existsSync(join(root, icon))).toBe(true);
    expect(builderConfig.protocols.flatMap(({ schemes }) => schemes)).toEqual(['countersign']);
    expect(builderConfig.extraMetadata.main).toBe('dist/main/main.js');
  });
});

describe('the bundled preload', () => {
  let folder: string;
  let code: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-preload-'));
    code = readFileSync(await buildPreload(folder), 'utf8');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is one CommonJS file that loads nothing but electron', () => {
    expect([...code.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name?.replaceAll(/['"]/g, ''))).toEqual(['electron']);
    expect(code).not.toMatch(/^\s*(import|export)\b|\bimport\(/m);
    expect(code.length).toBeLessThan(2000);
  });

  it('gives the page send and onFrame on one channel, and never an event object', () => {
    const sent: unknown[][] = [];
    const listeners = new Map<string, (...args: unknown[]) => void>();
    let exposed: { name: string; api: Record<string, (...args: unknown[]) => unknown> } | undefined;
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, api: never) => (exposed = { name, api }) },
      ipcRenderer: {
        send: (...args: unknown[]) => sent.push(args),
        on: (channel: string, listener: never) => listeners.set(channel, listener),
        off: (channel: string) => listeners.delete(channel),
      },
    };
    runInNewContext(code, { require: () => electron });
    expect([exposed?.name, Object.keys(exposed?.api ?? {})]).toEqual(['countersign', ['send', 'onFrame']]);
    exposed?.api['send']?.('text', 'other');
    exposed?.api['send']?.({ not: 'text' });
    expect(sent).toEqual([['countersign:frame', 'text']]);
    const heard: unknown[][] = [];
    const stop = exposed?.api['onFrame']?.((...args: unknown[]) => heard.push(args)) as () => void;
    const hear = listeners.get('countersign:frame');
    hear?.({ sender: 'the event object' }, 'text', 'more');
    hear?.({ sender: 'the event object' }, { not: 'text' });
    expect(heard).toEqual([['text']]);
    stop();
    expect(listeners.size).toBe(0);
  });
});

describe('the bundled main process', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-main-'));
    await buildMain(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const code = (): string[] => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  it('is flat, with the workers and the preload beside main.js', () => {
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['compute-worker.js', 'main.js', 'preload.cjs', 'store-worker.js']));
    expect(readdirSync(folder).filter((name) => !/^[\w-]+\.c?js$/.test(name))).toEqual([]);
  });

  it('needs nothing but Node, Electron and the native database', () => {
    const imported = new Set(
      code().flatMap((text) => [...text.matchAll(/^import (?:[^'"]*? from )?["']([^'"./][^'"]*)["']/gm)].map(([, name]) => name)),
    );
    const foreign = [...imported].filter((name) => name !== undefined && !name.startsWith('node:') && !isBuiltin(name));
    expect(foreign.sort()).toEqual(['better-sqlite3', 'electron']);
  });

  it('holds neither the loopback host nor the terminal, and reads no file of the checkout', () => {
    for (const text of code()) expect(text).not.toMatch(/src-main\/(loopback|cli)\/|\.sql['"`], import\.meta\.url/);
  });
});

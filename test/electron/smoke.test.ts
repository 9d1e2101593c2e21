/**
 * The real desktop app, where its binary was downloaded. It proves what the stub cannot: that Electron accepts what we tell
 * it. The journeys of test/e2e take a `Page`, so they run on this window too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMain } from '../../scripts/build-main.ts';
import { ensureRenderer } from '../../scripts/build-renderer.ts';
import { electronBinary, type LaunchedElectron, launchElectron } from './support/launch-electron.ts';

const suite = electronBinary === null ? describe.skip : describe;

suite(electronBinary === null ? 'the desktop app (skipped: no Electron binary)' : 'the desktop app', () => {
  let workspace: string;
  let launched: LaunchedElectron;
  const violations: string[] = [];

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'countersign-workspace-'));
    await ensureRenderer();
    launched = await launchElectron(await buildMain(), workspace);
    launched.page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) violations.push(message.text());
    });
  }, 120_000);
  afterAll(async () => {
    await launched.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  it('shows the console at its own origin', async () => {
    await launched.page.getByRole('navigation').first().waitFor();
    expect(new URL(launched.page.url()).href).toMatch(/^app:\/\/ops\//);
    expect(await launched.page.title()).toContain('Countersign');
    expect(violations).toEqual([]);
  });

  it('gives the page the bridge and nothing of Node or Electron', async () => {
    const globals = await launched.page.evaluate(() => ({
      bridge: Object.keys((window as unknown as { countersign: object }).countersign),
      require: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
    }));
    expect(globals).toEqual({ bridge: ['send', 'onFrame'], require: 'undefined', process: 'undefined' });
  });

  it('reaches no network and cannot leave its origin', async () => {
    const fetched = await launched.page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(fetched).toBe('refused');
    await launched.page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    expect(launched.page.url()).toMatch(/^app:\/\/ops\//);
  });

  it('answers the contract', async () => {
    const answer = await launched.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const bridge = (
            window as unknown as { countersign: { send: (text: string) => void; onFrame: (listener: (text: string) => void) => void } }
          ).countersign;
          bridge.onFrame((text) => {
            if (text.includes('"smoke"')) resolve(text);
          });
          bridge.send('{"v":1,"id":"smoke","kind":"call","name":"host.describe","body":{}}');
        }),
    );
    expect(JSON.parse(answer)).toMatchObject({ kind: 'ok', body: { host: 'electron' } });
  });
});

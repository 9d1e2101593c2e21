/**
 * Pictures of the screens over fixture data, under the hosts' content security policy:
 *   node test/support/screens-on-fixtures.ts [--only overview,receipts] [--no-build] [--serve [PORT]] [--theme dark] [--size 1440x900]
 * Pictures go to artifacts/screens/. A violation of the policy or an error on a page fails the run.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { createFixtureApp, FIXTURE_NOW } from '../renderer/support/fixture-app.ts';
import type { Scenario } from '../renderer/support/fixture-types.ts';
import { SHOTS, type Shot } from './screen-shots.ts';
import { startFixtureHost } from './fixture-host.ts';

const ROOT = join(import.meta.dirname, '../..');
const RENDERER = join(ROOT, '.cache/renderer-fixtures');
const OUT = join(ROOT, 'artifacts/screens');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    scenario: { type: 'string', default: 'ready' },
    theme: { type: 'string' },
    size: { type: 'string' },
  },
});

if (!values['no-build']) {
  await build({ configFile: join(ROOT, 'src-renderer/vite.config.ts'), logLevel: 'warn', build: { outDir: RENDERER } });
}

const serveByHand = async (): Promise<void> => {
  const app = createFixtureApp({ scenario: values.scenario as Scenario, now: new Date().toISOString(), benchRows: 1_000_000 });
  const host = await startFixtureHost(RENDERER, app.serve, Number(values.port));
  console.log(`Fixtures are ready: ${host.address}`);
};

const SIZES = ['1440x900', '1024x700'].filter((size) => values.size === undefined || values.size === size);
const THEMES = (['dark', 'light'] as const).filter((theme) => values.theme === undefined || values.theme === theme);

const shoot = async (page: Page, shot: Shot, origin: string, name: string): Promise<void> => {
  await page.goto(`${origin}/#token=fixture-token-0123456789&to=${encodeURIComponent(shot.address)}`);
  await page.locator('.shell, .recovery, .alone').first().waitFor();
  await shot.prepare?.(page);
  await page.waitForTimeout(shot.settleMs ?? 350);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
};

const takePictures = async (): Promise<number> => {
  mkdirSync(OUT, { recursive: true });
  const only = values.only?.split(',');
  const shots = SHOTS.filter((shot) => only === undefined || only.some((name) => shot.name.startsWith(name)));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--headless=new', '--disable-background-networking'],
  });
  const faults: string[] = [];
  for (const scenario of new Set(shots.map((shot) => shot.scenario ?? 'ready'))) {
    const app = createFixtureApp({ scenario, jobStepMs: 3000 });
    const host = await startFixtureHost(RENDERER, app.serve);
    for (const size of SIZES) {
      const [width = 1440, height = 900] = size.split('x').map(Number);
      for (const theme of THEMES) {
        const context = await browser.newContext({
          viewport: { width, height },
          colorScheme: theme,
          timezoneId: 'Europe/Berlin',
          reducedMotion: 'reduce',
        });
        for (const shot of shots.filter((each) => (each.scenario ?? 'ready') === scenario)) {
          const page = await context.newPage();
          const name = `${shot.name}-${theme}${size === '1440x900' ? '' : `-${width}`}`;
          await page.clock.install({ time: new Date(FIXTURE_NOW) });
          await page.clock.resume();
          page.on('console', (message) => {
            if (message.type() === 'error') faults.push(`${name}: ${message.text()}`);
          });
          page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
          try {
            await shoot(page, shot, host.origin, name);
          } catch (error) {
            faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
            await page.screenshot({ path: join(OUT, `${name}-failed.png`) });
          }
          await page.close();
        }
        await context.close();
      }
    }
    await host.close();
    app.close();
  }
  await browser.close();
  for (const fault of [...new Set(faults)]) console.error(fault);
  console.log(`${shots.length * SIZES.length * THEMES.length} pictures in artifacts/screens, ${faults.length} faults`);
  return faults.length;
};

if (values.serve) await serveByHand();
else process.exitCode = (await takePictures()) === 0 ? 0 : 1;

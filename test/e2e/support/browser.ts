/** Chromium in front of a console, watched: a fault on a page fails the journey that met it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { ROOT } from './console.ts';

const PICTURES = join(ROOT, 'artifacts/journeys');

/** How many times slower the page's thread runs, to find what a journey does not wait for: COUNTERSIGN_SLOW_PAGE=6. */
const SLOWER = Number(process.env['COUNTERSIGN_SLOW_PAGE'] ?? 1);

/** @param more switches of this launch alone. */
export const openBrowser = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      // Chromium refuses to run its sandbox as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      ...more,
    ],
  });

export interface VisitOptions {
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  /** What the page's clock shows, where the console has a clock of its own. */
  readonly clock?: string;
  /** Faults that belong to the journey: a browser reports each connection that the test cut. */
  readonly expected?: readonly RegExp[];
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, page errors and refusals by the content security policy, so far. */
  readonly faults: readonly string[];
  /** Keeps a picture of the page as it is: `artifacts/journeys/<name>.png`. */
  readonly picture: (name: string) => Promise<void>;
}

/** Opens an address in a window of its own. Its faults are looked at, and the window closed, when the test ends. */
export async function visit(browser: Browser, address: string, options: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'dark',
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const faults: string[] = [];
  const fault = (text: string): void => {
    if (!(options.expected ?? []).some((pattern) => pattern.test(text))) faults.push(text);
  };
  if (options.clock !== undefined) await context.clock.setFixedTime(options.clock);
  const page = await context.newPage();
  if (SLOWER > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  watch(page, fault);
  context.on('page', (other) => watch(other, fault));
  const picture = async (name: string): Promise<void> => {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };
  onTestFinished(async ({ task }) => {
    const failed = task.result?.state === 'fail';
    if (failed) await picture(`failed-${task.name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)}`).catch(() => undefined);
    await context.close();
    if (!failed) expect(faults, 'faults on the page').toEqual([]);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.goto(address);
  await page.locator('.shell, .recovery, .alone').first().waitFor();
  return { page, context, faults, picture };
}

const watch = (page: Page, fault: (text: string) => void): void => {
  page.on('console', (message) => {
    if (message.type() === 'error') fault(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => fault(`page: ${error.message}`));
};

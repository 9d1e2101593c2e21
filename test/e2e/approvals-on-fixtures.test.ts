/** Approvals and a tenant's acts in Chromium over the rooms themselves: axe, the whole way of a confirmation, a view with its banner. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixtureApp, type FixtureApp } from '../renderer/support/fixture-app.ts';
import { type FixtureHost, startFixtureHost } from '../support/fixture-host.ts';
import { violations } from './support/accessibility.ts';
import { openBrowser, visit, type VisitOptions } from './support/browser.ts';
import { chromiumIsMissing } from './support/console.ts';
import { developmentInterface } from './support/made-once.ts';
import { expectText } from './support/settled.ts';

describe.skipIf(chromiumIsMissing)('approvals in Chromium', () => {
  let browser: Browser;
  let app: FixtureApp;
  let host: FixtureHost;
  beforeAll(async () => {
    const rendererDir = await developmentInterface();
    app = createFixtureApp();
    [browser, host] = await Promise.all([openBrowser(), startFixtureHost(rendererDir, app.serve)]);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await host.close();
    app.close();
  });

  const at = async (address: string, options: VisitOptions = {}) => {
    const visited = await visit(browser, `${host.origin}/#token=fixture-token-0123456789&to=${encodeURIComponent(address)}`, options);
    await visited.page.locator('h1').waitFor();
    return visited;
  };
  it.each([
    { theme: 'dark', width: 1440, height: 900 },
    { theme: 'light', width: 1024, height: 700 },
  ] as const)(
    'every place has no serious fault of accessibility, $theme, $width wide',
    async (size) => {
      const faults: string[] = [];
      for (const [name, address, wait] of [
        ['waiting', '/approvals', 'Suspend Harrow & Finch Freight'],
        ['all', '/approvals?tab=all', 'Delete Risky Business'],
        ['outbox', '/approvals?tab=outbox', 'takes back:'],
        ['policies', '/approvals?tab=policies', 'You cannot delete this tenant.'],
        ['request', '/approvals/APR-0002', 'The status goes from active to suspended.'],
      ] as const) {
        const { page, context, picture } = await at(address, size);
        await page.getByText(wait).first().waitFor();
        await picture(`approvals-${name}-${size.width}`);
        faults.push(...(await violations(page)).map((fault) => `${name}: ${fault}`));
        await context.close();
      }
      expect(faults).toEqual([]);
    },
    180_000,
  );

  it('a founder reads, confirms with the keyboard, and it is carried out; the message can be followed and taken back', async () => {
    const { page, picture } = await at('/approvals/APR-0002');
    await page.getByRole('button', { name: 'Confirm…' }).click();
    const dialog = page.getByRole('dialog');
    await expectText(dialog, /I, Amara Okafor, as founder, confirm: Suspend Harrow & Finch Freight/);
    await expectText(dialog, /With this confirmation it is carried out at once/);
    // The statement has the focus, not the button; without the tick Ctrl Enter does nothing.
    await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-statement'))).toBe(true);
    await page.keyboard.press('Control+Enter');
    await picture('approvals-confirm');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('checkbox').check({ force: true });
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await expectText(page.locator('h1'), /Suspend Harrow/);
    await page.getByText('It was carried out').waitFor();
    await page.getByRole('link', { name: 'Open what it led to' }).click();
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('the wrong tenant');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Taken back by').waitFor();
    await picture('approvals-message');
    expect(await violations(page)).toEqual([]);
  }, 120_000);
});

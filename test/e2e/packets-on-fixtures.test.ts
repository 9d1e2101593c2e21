/** The packet's screens in Chromium over the room's own rules: keyboard, decisions, the trial, and axe over every view. */
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixtureApp, type FixtureApp } from '../renderer/support/fixture-app.ts';
import { type FixtureHost, startFixtureHost } from '../support/fixture-host.ts';
import { openBrowser, visit, type VisitOptions } from './support/browser.ts';
import { chromiumIsMissing, ROOT } from './support/console.ts';
import { expectText } from './support/settled.ts';

const RENDERER = join(ROOT, '.cache/renderer-fixtures');
const MAY = '/packets/2026-05';

const violations = async (page: Page): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) => nodes.map((node) => `${impact} ${id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
};

describe.skipIf(chromiumIsMissing)('packets in Chromium', () => {
  let browser: Browser;
  let app: FixtureApp;
  let host: FixtureHost;
  beforeAll(async () => {
    await build({ configFile: join(ROOT, 'src-renderer/vite.config.ts'), logLevel: 'error', build: { outDir: RENDERER } });
    app = createFixtureApp();
    [browser, host] = await Promise.all([openBrowser(), startFixtureHost(RENDERER, app.serve)]);
  }, 180_000);
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
  const answer = <T>(name: string, input: unknown): Promise<T> => {
    const handler = (app.handlers as unknown as Record<string, (input: unknown, ctx: unknown) => Promise<T>>)[name]!;
    const signal = new AbortController().signal;
    return handler(input, {
      session: { member_id: 'mem-amara', role: 'founder' },
      requestId: 'req_test',
      now: '2026-06-03T09:42:00.000Z',
      signal,
      progress: () => undefined,
    });
  };

  it.each([
    { theme: 'dark', width: 1440, height: 900 },
    { theme: 'light', width: 1024, height: 700 },
  ] as const)(
    'every view has no serious fault of accessibility, $theme, $width wide',
    async (size) => {
      const { page } = await at('/packets', size);
      const found: string[] = [];
      const looks: readonly (readonly [address: string, ready: string, act?: () => Promise<void>])[] = [
        ['/packets', 'Needs you'],
        ['/packets?do=build', 'Captured, SHA-256'],
        ['/packets?do=schedule', 'Built on day'],
        [MAY, 'Tiers'],
        [`${MAY}?proof=blended_margin`, 'Input rows'],
        [`${MAY}?view=moves`, 'Largest moves'],
        [`${MAY}?view=outlook`, 'Tiers in the trial'],
        [`${MAY}?view=checks`, 'What it compares'],
        [`${MAY}?view=record`, 'Revisions'],
        [`${MAY}?revision=1`, 'supersedes this one'],
        ['/packets/2025-12', 'The reference verifiers write no files'],
        ['/packets/2026-01', 'Submit for review'],
        ['/packets/2025-10', 'no packet yet'],
        ['/packets/nonsense', 'There is no packet at this address'],
        [MAY, 'Tiers', () => page.getByRole('button', { name: 'Send back…' }).click()],
      ];
      for (const [address, ready, act] of looks) {
        await page.evaluate((to) => {
          location.hash = to;
        }, address);
        await page.getByText(ready).first().waitFor();
        await act?.();
        found.push(...(await violations(page)).map((each) => `${address}: ${each}`));
        await page.keyboard.press('Escape');
      }
      expect(found).toEqual([]);
    },
    180_000,
  );

  it('a proof opens, is verified, and is written about from the keyboard alone', async () => {
    const { page } = await at(MAY);
    const figure = page.locator('[data-figure="tier.growth.margin"]');
    await figure.focus();
    await page.keyboard.press('p');
    await page.getByRole('complementary', { name: 'Proof of Growth, gross margin' }).waitFor();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('proof=tier.growth.margin');
    await page.keyboard.press('v');
    await page.getByText('Recomputed, equal').first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-figure') === 'tier.growth.margin');
    await page.keyboard.press('c');
    const field = page.getByRole('textbox', { name: 'About Growth, gross margin' });
    await field.waitFor();
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.keyboard.type('Better than in April, because of support.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Better than in April, because of support.').first().waitFor();
    await page
      .locator('.packet-figure', { has: page.locator('[data-figure="tier.growth.margin"]') })
      .locator('.cell-note')
      .waitFor();
  });

  it('an input row leads to its place in the artifact', async () => {
    const { page } = await at(`${MAY}?proof=tier.starter.llm`);
    const link = page.locator('.proof-pointer a').first();
    await expect.poll(() => link.getAttribute('href')).toMatch(/^#\/evidence\/artifact\/[0-9a-f]+\?.*pointer=%2Ftier_llm_usage/);
  });

  it('a trial changes what is shown beside the record, and not the record', async () => {
    const { page } = await at(`${MAY}?view=outlook`);
    const before = await answer<{ head: { documentSha256: string } }>('packet.get', { month: '2026-05' });
    await page.getByRole('textbox', { name: 'Starter, price, times' }).fill('1.1');
    const row = page.locator('.trial-result tr', { hasText: 'p95 LLM of MRR' });
    await row.getByText('7.56%').waitFor();
    await expectText(row, '8.32%');
    await page.getByText('FIN 2 would pass').waitFor();
    await page.getByRole('button', { name: 'As recorded' }).click();
    await page.getByText('Move a slider or type a number').waitFor();
    const after = await answer<{ head: { documentSha256: string } }>('packet.get', { month: '2026-05' });
    expect(after.head.documentSha256).toBe(before.head.documentSha256);
  });

  it('a question is answered, the last items are ticked, and the packet is accepted knowing what fails', async () => {
    const { page, picture } = await at(MAY);
    const accept = page.getByRole('button', { name: /^Accept/ });
    await page.getByRole('button', { name: 'Accept: 3 items open' }).focus();
    await page.getByText('3 things are open before it can be accepted.').first().waitFor();
    await page.getByRole('button', { name: 'Answer…' }).click();
    await page.getByRole('textbox', { name: 'Answer to Amara Okafor' }).fill('Support, by 0.09 pt.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('2 asked, 2 answered').waitFor();
    await page.getByRole('checkbox', { name: 'Scenarios tried' }).press('Space');
    await page.getByRole('button', { name: 'Accept: 1 item open' }).waitFor();
    await page.getByRole('checkbox', { name: 'FIN 2 corrective plan accepted' }).press('Space');
    await page.getByRole('button', { name: 'Accept…' }).waitFor();
    await accept.click();
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-statement') === true);
    // The worst known fact has to be confirmed; until then nothing is sent.
    await page.keyboard.press('Control+Enter');
    await page.getByText('Confirm what is known first.').waitFor();
    await page.getByRole('checkbox', { name: /I accept it knowing that FIN 2 fails: 8\.32% > 8\.00%/ }).press('Space');
    await picture('packet-accept');
    await page.keyboard.press('Control+Enter');
    await page.getByText('The packet of May 2026 is accepted').waitFor();
    await page.locator('.page-title .pill', { hasText: 'accepted' }).waitFor();
    const after = await answer<{ head: { state: string } }>('packet.get', { month: '2026-05' });
    expect(after.head.state).toBe('accepted');
  });

  it('a correction shows what would change, makes a draft, and leaves the old revision readable', async () => {
    const { page } = await at('/packets/2026-04');
    await page.getByRole('button', { name: 'More acts' }).click();
    await page.getByRole('menuitem', { name: /^Correct an assumption/ }).click();
    await page.getByLabel(/^New value/).fill('0.48');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('not recorded yet').waitFor();
    await dialog.locator('tr', { hasText: 'Discount impact' }).waitFor();
    await dialog.getByLabel('Reason').fill('The billing system says 48 %.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Revision 2 of April 2026 is built').waitFor();
    await page.locator('.page-title .pill', { hasText: 'draft' }).waitFor();
    await page.evaluate(() => {
      location.hash = '/packets/2026-04?revision=1';
    });
    await page.getByText('Revision 2 supersedes this one').waitFor();
    await page.getByText('The billing system says 48 %.').first().waitFor();
  });

  it('the palette finds packets and figures', async () => {
    const { page } = await at('/packets');
    await page.getByText('Needs you').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('stress m');
    await page
      .getByRole('option', { name: /^Stress margin/ })
      .first()
      .click();
    await page.getByRole('complementary', { name: 'Proof of Stress margin' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('2026-03');
    await page.getByRole('option', { name: /March 2026/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'March 2026' }).waitFor();
    await page.keyboard.press(']');
    await page.getByRole('heading', { name: 'April 2026' }).waitFor();
  });
});

/** A tour as each role through every screen: nothing of others is seen, a closed screen says why, nothing goes wrong. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AURORA, BOREALIS, NOW, openTwoPartners, OWNER, tenantOf } from '../contract/support/two-partners.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { ShellPage } from './support/pages.ts';

const OF_BOREALIS = /borealis|zyxwood|177,?733|1,?999,?888/i;
/** Without what stands in the address itself. */
const TOLD_OF_BOREALIS = /zyxwood|177,?733|1,?999,?888/i;

const SCREENS = [
  'Overview',
  'Tenants',
  'Usage',
  'Plans',
  'Receipts',
  'Quarantine',
  'Evidence & gates',
  'Packets',
  'Incidents',
  'Approvals',
  'Audit',
  'Settings',
];
const CLOSED_TO_PARTNERS = ['Quarantine', 'Evidence & gates', 'Packets'];
const ROOT: Readonly<Record<string, string>> = { 'Evidence & gates': 'evidence' };
const rootOf = (screen: string): string => ROOT[screen] ?? screen.toLowerCase();
const SETTINGS = ['sources', 'trust', 'workspace', 'backups', 'members', 'appearance', 'diagnostics', 'about'];

const PARTNER_PEOPLE = [
  { name: 'Ambersand Operator', role: 'partner operator' },
  { name: 'Ambersand Admin', role: 'partner admin' },
] as const;
const HOUSE_PEOPLE = ['Finance', 'Auditor', 'Engineer', 'Platformer', 'Leader', 'Founder'] as const;
const ROLE_OF = {
  Finance: 'finance',
  Auditor: 'auditor',
  Engineer: 'engineering',
  Platformer: 'platform',
  Leader: 'leadership',
} as const;

/** What the page says once it has come to rest: nothing on it is being read. */
async function settledText(page: Page): Promise<string> {
  await page.locator('main :is(h1, h2, h3)').first().waitFor();
  await expect.poll(() => page.locator('main [aria-busy="true"]').count(), { timeout: 20_000 }).toBe(0);
  return page.locator('body').innerText();
}

const go = async (page: Page, address: string): Promise<string> => {
  await new ShellPage(page).goTo(address);
  return settledText(page);
};

/** The console remembers who acts across pages. */
async function beOwner(page: Page): Promise<void> {
  await settledText(page);
  const shell = new ShellPage(page);
  const acting = (await shell.acting().textContent()) ?? '';
  if (!acting.includes(OWNER)) await shell.actAs(OWNER);
}

const railOf = (page: Page): Promise<string[]> => page.getByRole('navigation', { name: 'Screens' }).locator('.rail-name').allInnerTexts();

describe.skipIf(chromiumIsMissing)('a tour', () => {
  let folder: string;
  let browser: Browser;
  let running: RunningConsole;

  beforeAll(async () => {
    folder = tempFolder('roles', { keep: true });
    const world = await openTwoPartners(folder);
    for (const [name, role] of Object.entries(ROLE_OF)) await world.client.call('member.add', { name, role });
    await world.app.close();
    running = await startConsole({ workspace: join(folder, 'workspace'), stateDir: join(folder, 'state'), now: NOW, keep: true });
    browser = await openBrowser();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it.each(PARTNER_PEOPLE)('as a $role', async ({ name, role }) => {
    const { page, picture } = await visit(browser, running.address, { clock: NOW });
    const shell = new ShellPage(page);
    await beOwner(page);
    await expect.poll(() => railOf(page)).toEqual(SCREENS);
    await shell.actAs(name);
    await expect.poll(() => railOf(page)).toEqual(SCREENS.filter((screen) => !CLOSED_TO_PARTNERS.includes(screen)));
    await expect.poll(() => page.locator('.top-scope').textContent()).toBe('Aurora tenants only');

    for (const screen of await railOf(page)) {
      const text = await go(page, `/${rootOf(screen)}`);
      expect(text, screen).not.toMatch(OF_BOREALIS);
      expect(text, screen).not.toContain('is not part of what you see here');
      await picture(`role-${role.replace(' ', '-')}-${rootOf(screen)}`);
    }
    for (const screen of CLOSED_TO_PARTNERS) {
      const text = await go(page, `/${rootOf(screen)}`);
      expect(text).toContain(`${screen} is not part of what you see here`);
      expect(text).toContain(`You act as ${name}, ${role} of aurora.`);
      expect(text).toContain(`Act as ${OWNER} again to open it.`);
    }
    for (const section of SETTINGS) expect(await go(page, `/settings/${section}`), section).not.toMatch(OF_BOREALIS);

    expect(await go(page, `/tenants/${tenantOf(AURORA, 1)}`)).toContain('Ambersand Works 1');
    for (const address of [
      `/tenants/${tenantOf(BOREALIS, 1)}`,
      `/receipts/borealis/${BOREALIS.chain}`,
      '/settings/sources?source=borealis',
      '/approvals/APR-0002',
    ])
      expect(await go(page, address), address).not.toMatch(TOLD_OF_BOREALIS);

    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find or run' });
    await palette.getByRole('combobox').fill('zyx');
    await expect.poll(() => palette.textContent()).toContain('Nothing has this name');
    await palette.getByRole('combobox').fill('> back up');
    await expect.poll(() => palette.textContent()).toContain('Nothing has this name');
    await page.keyboard.press('Escape');

    await shell.actAs(OWNER);
    await expect.poll(() => railOf(page)).toContain('Packets');
    await expect.poll(() => page.locator('.top-scope').count()).toBe(0);
  });

  it.each(HOUSE_PEOPLE)('as the company’s %s', async (name) => {
    const { page } = await visit(browser, running.address, { clock: NOW });
    await beOwner(page);
    await new ShellPage(page).actAs(name === 'Founder' ? 'Founder of the House' : name);
    for (const screen of SCREENS) {
      const text = await go(page, `/${rootOf(screen)}`);
      expect(text, screen).not.toContain('is not part of what you see here');
    }
    expect(await go(page, '/tenants')).toMatch(/Zyxwood Works 1/);
    await new ShellPage(page).actAs(OWNER);
  });

  it('leaves no trace as an attempt: nothing that a screen asks by itself is denied', async () => {
    const { page } = await visit(browser, running.address, { clock: NOW });
    await beOwner(page);
    // One act was tried before the tours, and refused by policy.
    expect((await go(page, '/audit')).split('call.denied')).toHaveLength(2);
  });
});

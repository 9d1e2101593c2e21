/** A partner's operator: finds a tenant in seconds, understands why it needs a call, and asks for what others have to confirm. */
import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { PalettePage, ShellPage } from './support/pages.ts';
import { expectCount, expectRefused, expectText } from './support/settled.ts';
import { RequestPage, TenantPage, TenantsPage } from './support/tenant-pages.ts';
import {
  AUDITOR,
  FINANCE,
  FOUNDER,
  HERO,
  makeTenantsWorkspace,
  OPERATOR,
  OTHER_PARTNER,
  PARTNER_ADMIN,
  TENANTS_EACH,
  TENANTS_NOW,
} from './support/tenants-workspace.ts';

describe.skipIf(chromiumIsMissing)('operator', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('operator', { keep: true });
    const used = await makeTenantsWorkspace(folder);
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, now: TENANTS_NOW, keep: true })]);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await console?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('finds a tenant, understands it, and asks for a plan and a suspension that others confirm', async () => {
    const { page, picture } = await visit(browser, console.address, { clock: TENANTS_NOW });
    const shell = new ShellPage(page);
    const tenants = new TenantsPage(page);
    const tenant = new TenantPage(page);
    const request = new RequestPage(page);
    await shell.actAs(OPERATOR);

    // Found with keys alone: the catalogue holds the partner's tenants, and what needs attention first.
    await tenants.openByKeys();
    await expectText(tenants.totals, `1 of ${TENANTS_EACH} tenants`);
    await tenants.view('All').click();
    await expectText(tenants.totals, `${TENANTS_EACH} of ${TENANTS_EACH} tenants`);
    expect(await page.locator('body').innerText()).not.toContain(OTHER_PARTNER);
    await page.keyboard.press('/');
    await tenants.search.fill('harr');
    await expectText(tenants.totals, `1 of ${TENANTS_EACH} tenants`);
    await tenants.row(HERO.name).getByText('93%').waitFor();
    await picture('operator-catalogue');
    await tenants.grid.focus();
    await page.keyboard.press('Enter');
    await tenant.isOpen(HERO.name);

    // Why it needs a call: the limit, its reasons, and how it came.
    await expectText(tenant.head, 'limit at 93%');
    await expectText(tenant.profile, /\+\d+llm_token at 93% of its limit/);
    await expectText(tenant.usage, /55\.8 M of 60 M in 2026-06/);
    await tenant.timeline.getByText(/^llm_token came near its limit/).waitFor();
    await tenant.connections.getByRole('option', { name: /northwind, partner/ }).waitFor({ state: 'attached' });

    // A figure opens its proof; Escape gives the focus back to the figure.
    await tenant.figure('usage.llm_token').click();
    await expectText(tenant.proof('usage.llm_token'), '55,808,000 token');
    await expectText(tenant.proof('usage.llm_token'), 'recomputed, equal');
    await picture('operator-tenant-proof');
    await page.keyboard.press('Escape');
    await tenant.proof('usage.llm_token').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-figure') ?? '')).toBe('usage.llm_token');

    // Another plan: what differs stands there before it is asked; one other member confirms.
    const plan = await tenant.start(/^Change plan/, /^Change the plan of/);
    await plan.getByLabel('Plan and version').selectOption({ label: 'Enterprise (enterprise 1.0.0)' });
    await plan.getByRole('table', { name: 'What differs' }).waitFor();
    await plan.getByLabel('Reason').fill('They reach the limit on 10 June.');
    await picture('operator-change-plan');
    await plan.getByRole('button', { name: /^Ask for the plan/ }).click();
    await plan.waitFor({ state: 'detached' });
    const planRef = await tenant.asked();
    await request.open(planRef);
    expect(await request.whyNotConfirm()).toContain('Who asks does not confirm.');
    await shell.actAs(PARTNER_ADMIN);
    await request.open(planRef);
    await request.confirm(planRef, 'Confirm and carry out');
    await shell.goTo(`/tenants/${HERO.id}`);
    await expectText(tenant.profile, /Enterprise 1\.0\.0/);

    // A suspension is asked; the first confirmation changes nothing, the second carries it out.
    await shell.actAs(OPERATOR);
    await tenant.isOpen(HERO.name);
    const suspend = await tenant.start(/^Ask to suspend/, /^Ask to suspend/);
    await suspend.getByLabel(/^Reason/).fill('Invoices are open since March.');
    await suspend.getByRole('button', { name: /^Ask two others to confirm/ }).click();
    await suspend.waitFor({ state: 'detached' });
    await expect.poll(() => tenant.asked()).not.toBe(planRef);
    const suspendRef = await tenant.asked();
    await shell.actAs(PARTNER_ADMIN);
    await request.open(suspendRef);
    await request.confirm(suspendRef, 'Confirm');
    await shell.goTo(`/tenants/${HERO.id}`);
    await tenant.isOpen(HERO.name);
    await expectText(tenant.profile, /active since/);
    await shell.actAs(FOUNDER);
    await request.open(suspendRef);
    await request.confirm(suspendRef, 'Confirm and carry out');
    await shell.actAs(OPERATOR);
    await shell.goTo(`/tenants/${HERO.id}`);
    await tenant.isOpen(HERO.name);
    await expectText(tenant.profile, /suspended since/);

    // Deleting is not the operator's: the button says why, by which rule, and who can.
    await expectRefused(tenant.act(/^(Ask to delete|Delete)/));
    const why = await tenant.whyNot(/^(Ask to delete|Delete)/);
    expect(why).toMatch(/You act as partner operator/);
    expect(why).toMatch(/rule \d+ of version \d+, decided in/);
    await picture('operator-suspended');
  }, 240_000);

  it('walks from a tenant to its partner and on, with arrows and Enter, and by the palette from anywhere', async () => {
    const { page, picture } = await visit(browser, console.address, { clock: TENANTS_NOW });
    const shell = new ShellPage(page);
    const tenant = new TenantPage(page);
    await shell.actAs(OPERATOR);
    await new PalettePage(page).run('harr', HERO.name);
    await tenant.isOpen(HERO.name);
    const graph = tenant.connections.getByRole('listbox');
    await graph.waitFor();
    const on = (): Promise<string> =>
      graph.evaluate((list) => document.getElementById(list.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '');
    await graph.focus();
    // Arrows alone reach the partner, from wherever the eye is first.
    for (let step = 0; step < 12 && !(await on()).includes('northwind, partner'); step += 1) await page.keyboard.press('ArrowUp');
    await expect.poll(on).toContain('northwind, partner');
    await page.keyboard.press('Enter');
    await expect.poll(() => shell.address()).toContain('at=partner%2Fnorthwind');
    await graph.getByRole('option', { name: /Alder Dental, tenant/ }).waitFor({ state: 'attached' });
    expect(await graph.innerText()).not.toContain(OTHER_PARTNER);
    await picture('operator-walk');
    await graph.focus();
    await page.keyboard.press('Backspace');
    await expect.poll(() => shell.address()).not.toContain('at=');
  }, 180_000);

  it('finance sees both partners, and a view that was saved is there for the next visit; an auditor reads and changes nothing', async () => {
    const { page } = await visit(browser, console.address, { clock: TENANTS_NOW });
    const shell = new ShellPage(page);
    const tenants = new TenantsPage(page);
    await shell.actAs(FINANCE);
    await tenants.openByKeys();
    await tenants.view('All').click();
    await expectText(tenants.totals, `${2 * TENANTS_EACH} of ${2 * TENANTS_EACH} tenants`);
    await page.keyboard.press('f');
    await page.getByRole('group', { name: 'Plan' }).getByRole('checkbox', { name: /^Pro/ }).press('Space');
    await page.keyboard.press('Escape');
    await expect.poll(() => shell.address()).toContain('plan=pro');
    await page.getByRole('button', { name: 'Save this view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save this view' });
    await dialog.getByLabel('Name').fill('Pro accounts');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await tenants.view('Pro accounts').waitFor();
    await expectText(tenants.view('Pro accounts'), /\d/);

    await shell.actAs(AUDITOR);
    await shell.goTo(`/tenants/${HERO.id}`);
    const tenant = new TenantPage(page);
    await tenant.isOpen(HERO.name);
    await expectRefused(tenant.act(/^Change plan/));
    await expectCount(tenant.figure('risk'), 1);
    await tenant.figure('risk').click();
    await tenant.proof('risk').waitFor();
  }, 180_000);
});

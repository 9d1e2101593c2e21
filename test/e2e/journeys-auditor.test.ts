/** An auditor's work: from a broken seal to the cause, with proofs; and the console as keys, addresses and roles. */
import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN, folderOf, SOUND } from '../support/demo-source.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { OverviewPage, PalettePage, ShellPage } from './support/pages.ts';
import { ChainPage, ChainsPage, ReceiptPage } from './support/receipt-pages.ts';
import { expectRefused, expectText } from './support/settled.ts';
import { makeUsedWorkspace, OWNER } from './support/workspace.ts';

const BROKEN_KEY = `northwind/${folderOf(BROKEN)}`;
const SOUND_KEY = `northwind/${folderOf(SOUND)}`;
/** Of the broken chain: the first receipt after the gap. */
const AFTER_GAP = BROKEN.removed!.after + 1;

describe.skipIf(chromiumIsMissing)('auditor', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('auditor', { keep: true });
    const used = await makeUsedWorkspace(folder, { members: [{ name: 'Priya Raman', role: 'auditor' }] });
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, keep: true })]);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('sees a break, finds its cause and writes the request for what is missing', async () => {
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const overview = new OverviewPage(page);
    await expect.poll(() => shell.seal()).toBe('broken');
    await overview.needs().first().waitFor();
    await picture('auditor-overview');

    const chains = new ChainsPage(page);
    await chains.open();
    await chains.chains.ready();
    await expect.poll(() => chains.chains.count()).toBe(3);
    // The broken one stands first.
    await expectText(chains.chains.rowAt(0), BROKEN_KEY);
    const chain = await chains.openChain(BROKEN_KEY);
    await expectText(chain.verdict, 'BROKEN');
    await chain.finding.getByText('CHAIN_DELETED').first().waitFor();
    await expectText(chain.finding, /2 receipts/);
    await picture('auditor-chain');

    await chain.openProof();
    await expectText(chain.proof, /VERIFIED|BROKEN/);
    await picture('auditor-verdict-proof');
    await page.keyboard.press('Escape');
    await chain.proof.waitFor({ state: 'detached' });

    const request = await chain.writeRequest();
    expect(request).toMatch(/12[12]/);
    expect(request).toContain('northwind');
    await picture('auditor-request');
    await page.getByRole('button', { name: 'Copy the request' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(request.slice(0, 40));
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // The receipt after the gap, its hash step by step: its own content is intact, its predecessor is another one.
    await shell.goTo(`/receipts/${BROKEN_KEY}/${AFTER_GAP}`);
    const receipt = new ReceiptPage(page);
    await receipt.title(AFTER_GAP).waitFor();
    await expect.poll(() => receipt.linkHashes()).toHaveLength(2);
    const [named, predecessor] = await receipt.linkHashes();
    expect(named).toMatch(/^[0-9a-f]{64}$/);
    expect(predecessor).toMatch(/^[0-9a-f]{64}$/);
    expect(named).not.toBe(predecessor);
    await expectText(receipt.hashSteps.nth(2), 'equals current_hash');
    await picture('auditor-receipt');

    // A sound neighbour proves that it is in the log that others signed.
    await shell.goTo(`/receipts/${SOUND_KEY}/42`);
    await receipt.title(42).waitFor();
    await receipt.merkleProof.getByText('equal', { exact: true }).waitFor();
    await expectText(receipt.merkleProof, 'computed in this window');
    await picture('auditor-merkle');
    await receipt.next();
    await receipt.title(43).waitFor();
    await receipt.previous();
    await receipt.title(42).waitFor();
  });

  it('downloads an export through a one-time ticket', async () => {
    const { page } = await visit(browser, console.address);
    await new ShellPage(page).goTo(`/receipts/${SOUND_KEY}`);
    const chain = new ChainPage(page);
    await chain.title(SOUND_KEY).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), chain.startExport('CSV', { from: 0, to: 9 })]);
    expect(download.suggestedFilename()).toMatch(/^northwind-.*\.csv$/);
    const { readFile } = await import('node:fs/promises');
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split(/\r?\n/);
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^receipt_id,plan_id,version,timestamp,/);
  });

  it('works by keys alone', async () => {
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const palette = new PalettePage(page);
    await shell.title().waitFor();

    await palette.run('starter@1.1', folderOf(SOUND));
    await new ChainPage(page).title(SOUND_KEY).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    const { chains } = new ChainsPage(page);
    await chains.ready();
    await expect.poll(() => shell.address()).toBe('/receipts');
    await page.keyboard.press('Tab');
    await chains.press('j', 'j', 'k');
    await expectText(chains.focusedRow(), folderOf(SOUND).slice(0, 3));
    await chains.press('Home', 'Enter');
    await new ChainPage(page).title(BROKEN_KEY).waitFor();

    // Esc gives the focus back to where it was.
    await chains.grid.waitFor({ state: 'detached' });
    const before = await shell.focused();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await picture('keys-overlay');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => shell.focused()).toBe(before);
    await page.keyboard.press('Control+k');
    await palette.field().fill('#121');
    await picture('keys-palette');
    await page.keyboard.press('Escape');
    await palette.field().waitFor({ state: 'detached' });
    await expect.poll(() => shell.focused()).toBe(before);
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await expect.poll(() => shell.address()).toBe('/overview');
  });

  it('keeps a deep address over a reload and a new window, dark and light', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const { page, context, picture } = await visit(browser, console.address, { theme });
      const shell = new ShellPage(page);
      const deep = `/receipts/${BROKEN_KEY}/${AFTER_GAP}`;
      await shell.goTo(deep);
      const receipt = new ReceiptPage(page);
      await receipt.title(AFTER_GAP).waitFor();
      await page.reload();
      await receipt.title(AFTER_GAP).waitFor();
      await expect.poll(() => shell.address()).toBe(deep);
      const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const [red = 0] = /\d+/.exec(light) ?? [];
      expect(Number(red) > 128).toBe(theme === 'light');
      await picture(`receipt-${theme}`);
      // An address that was shared opens in the place it names, and the token is taken out of it.
      const other = await context.newPage();
      await other.goto(`${console.origin}/#token=${console.token}&to=${encodeURIComponent(`/receipts/${SOUND_KEY}?view=receipts`)}`);
      await new ChainPage(other).title(SOUND_KEY).waitFor();
      await expect.poll(() => other.url()).not.toContain(console.token);
      await page.goBack();
      await context.close();
    }
  });

  it('acts as another member: what the role may not do is refused with its reason, in the screen and in the app', async () => {
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    await shell.actAs('Priya Raman');
    await shell.goTo('/settings/members');
    const add = page.getByRole('button', { name: 'Add a member…' });
    await expectRefused(add);
    // It stays in reach of the keys, and says why not.
    await add.focus();
    await page.keyboard.press('Enter');
    await expectText(page.locator('.why-not'), /auditor/i);
    await picture('refused');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    await shell.actAs(OWNER);
    await expectRefused(add, false);
  });
});

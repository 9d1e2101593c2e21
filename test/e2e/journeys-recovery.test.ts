/** When the workspace does not open, or another console has it: what is known, what is possible, and nothing is lost. */
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN, folderOf, SOUND } from '../support/demo-source.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, startConsole, tempFolder } from './support/console.ts';
import { AuditPage, RecoveryPage, ShellPage } from './support/pages.ts';
import { ChainPage, ChainsPage } from './support/receipt-pages.ts';
import { expectCount, expectRefused, expectText } from './support/settled.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

describe.skipIf(chromiumIsMissing)('recovery', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('a cut database: its kind, what can be read, an export of it, and a backup put back with a reason', async () => {
    const used = await makeUsedWorkspace(tempFolder('corrupt'), { backup: true });
    const file = join(used.workspace, 'countersign.db');
    truncateSync(file, Math.floor((statSync(file).size * 0.7) / 4096) * 4096);
    const cut = readFileSync(file);
    const console = await startConsole(used);
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const recovery = new RecoveryPage(page);
    await recovery.title().waitFor();
    const known = page.getByRole('complementary', { name: 'What is known' });
    await expectText(known, 'STORE_CORRUPT');
    await expectText(known, /What can be read/);
    await expectText(page.locator('.recovery'), /Nothing has been changed or deleted/);
    await picture('recovery');

    await recovery.choose('export');
    await page.getByRole('button', { name: /^Export what can be read/ }).click();
    await page.getByText(/^Exported \d+ rows|Exported [\d,]+ rows/).waitFor({ timeout: 60_000 });
    const exported = readdirSync(used.workspace).find((name) => name.startsWith('readable-'))!;
    expect(existsSync(join(used.workspace, exported, 'manifest.json'))).toBe(true);
    expect(readFileSync(file).equals(cut)).toBe(true);

    // Without a reason nothing is put back.
    await recovery.choose('restore');
    await page.keyboard.press('Control+Enter');
    await expectRefused(page.getByRole('button', { name: /^Restore this backup/ }));
    await expectCount(page.getByRole('status').filter({ hasText: 'A reason is needed' }), 1);
    await recovery.restoreNewest('the disk of this machine was full in mid-copy');
    await page.locator('.shell').waitFor({ timeout: 60_000 });
    await expect.poll(() => shell.seal()).toBe('broken');
    const chains = new ChainsPage(page);
    await chains.open();
    await chains.chains.ready();
    await expect.poll(() => chains.chains.count()).toBe(3);
    // What was there is kept beside it, and the return is on the record.
    const kept = readdirSync(used.workspace, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => path !== file && readFileSync(path).equals(cut));
    expect(kept).toHaveLength(1);
    await shell.goTo('/audit');
    const audit = new AuditPage(page);
    await expect.poll(async () => (await audit.actions()).join(' ')).toMatch(/restore/);
    await picture('recovery-restored');
    await shell.goTo('/settings/backups');
    await page.getByText('the disk of this machine was full in mid-copy').first().waitFor();
    await expect.poll(() => shell.seal()).toBe('broken');
  });

  it('a damaged page: opened read-only, everything can be looked at, nothing can be changed', async () => {
    const used = await makeUsedWorkspace(tempFolder('pages'));
    const file = join(used.workspace, 'countersign.db');
    truncateSync(file, Math.floor((statSync(file).size * 0.9) / 4096) * 4096);
    const console = await startConsole(used);
    const { page, picture } = await visit(browser, console.address);
    const recovery = new RecoveryPage(page);
    await recovery.title().waitFor();
    await expectText(recovery.way('restore'), 'There is no whole backup');
    await recovery.openReadOnly();
    const shell = new ShellPage(page);
    await shell.strip('Open read-only').waitFor({ timeout: 60_000 });
    await picture('recovery-read-only');
    await shell.goTo('/settings/members');
    const add = page.getByRole('button', { name: 'Add a member…' });
    await expectRefused(add);
  });

  it('a file that is no database: nothing can be read, another workspace can be opened', async () => {
    const folder = tempFolder('other');
    const good = await makeUsedWorkspace(folder);
    const bad = join(folder, 'bad');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(bad);
    writeFileSync(join(bad, 'countersign.db'), 'PK\u0003\u0004 this is another kind of file '.repeat(500));
    const console = await startConsole({ workspace: bad, stateDir: good.stateDir });
    const { page, picture } = await visit(browser, console.address, { theme: 'light' });
    await new RecoveryPage(page).title().waitFor();
    await page.getByText('STORE_NOT_A_DATABASE').waitFor();
    await picture('recovery-no-database');
    await page.getByRole('button', { name: 'Open another workspace…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open another workspace' });
    await dialog.getByLabel('Workspace folder').fill(join(folder, 'nowhere'));
    await dialog.getByRole('button', { name: 'Open the workspace' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Workspace folder').fill(good.workspace);
    await dialog.getByRole('button', { name: 'Open the workspace' }).click();
    await page.locator('.shell').waitFor();
    await expect.poll(() => new ShellPage(page).seal()).toBe('broken');
  });

  it('a second console opens read-only, says who holds the workspace, and looks and exports all the same', async () => {
    const used = await makeUsedWorkspace(tempFolder('second'));
    const first = await startConsole(used);
    const second = await startConsole(used);
    const { page, picture } = await visit(browser, second.address);
    const shell = new ShellPage(page);
    const strip = shell.strip('Open read-only');
    await expectText(strip, `process ${first.pid}`);
    await expectText(strip, /browser/);
    const chains = new ChainsPage(page);
    await chains.open();
    const chain = await chains.openChain(`northwind/${folderOf(BROKEN)}`);
    await chain.finding.getByText('CHAIN_DELETED').first().waitFor();
    await shell.goTo(`/receipts/northwind/${folderOf(SOUND)}`);
    await chain.title(`northwind/${folderOf(SOUND)}`).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), chain.startExport('TSV')]);
    expect(download.suggestedFilename()).toMatch(/\.tsv$/);
    await shell.goTo('/settings/sources');
    const sync = page.getByRole('button', { name: 'Sync now' }).first();
    await expectRefused(sync);
    await picture('second-console');
    // When the first is gone the next start has the workspace again.
    await first.stop();
    await page.context().close();
    await second.stop();
    const third = await startConsole(used);
    const again = await visit(browser, third.address);
    await again.page.locator('[data-seal="broken"]').waitFor();
    // Whether it may write is known with who acts.
    await new ShellPage(again.page).acting().waitFor();
    await expectCount(new ShellPage(again.page).strip('Open read-only'), 0);
    expect(await new ChainPage(again.page).verdict.count()).toBe(0);
  });
});

/** Rows that could not be used: seen with their text, tried again after the source was mended, or set aside with a reason. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, LEGACY, SOUND } from '../support/demo-source.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, startConsole, tempFolder } from './support/console.ts';
import { AuditPage, ShellPage, SourcesPage } from './support/pages.ts';
import { QuarantinePage } from './support/receipt-pages.ts';
import { expectText } from './support/settled.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

describe.skipIf(chromiumIsMissing)('quarantine', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('garbage in a source is kept as it came, requeued after the source was mended, and dismissed with a reason', async () => {
    const used = await makeUsedWorkspace(tempFolder('quarantine'), { chains: [SOUND, LEGACY] });
    const fileOf = (folder: string): string => join(used.source, 'receipts', folder, 'receipts.jsonl');
    const whole = readFileSync(fileOf(folderOf(SOUND)), 'utf8');
    const legacy = readFileSync(fileOf(folderOf(LEGACY)), 'utf8');
    const lines = whole.split('\n');
    const console = await startConsole(used);
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const sources = new SourcesPage(page);
    const quarantine = new QuarantinePage(page);
    await expect.poll(() => shell.seal()).toBe('sealed');

    // A line in the middle is overwritten, and somebody appends a note to another file. Markup must stay text.
    const garbage = '<img src=x onerror=alert(1)> half a rec';
    writeFileSync(fileOf(folderOf(SOUND)), [...lines.slice(0, 150), garbage, ...lines.slice(151)].join('\n'));
    writeFileSync(fileOf(folderOf(LEGACY)), `${legacy}remember to call Ottoline\n`);
    await sources.open();
    await shell.sync(() => page.getByRole('button', { name: 'Sync now' }).first().click());
    await expect.poll(() => shell.seal(), { timeout: 30_000 }).toBe('broken');
    await expectText(shell.rail('Quarantine'), '2');
    const counts = await sources.counts('receipts');
    expect(counts[0]).toBe(counts.slice(1).reduce((sum, n) => sum + n, 0));

    await quarantine.open();
    await quarantine.rows.ready();
    await expect.poll(() => quarantine.rows.count()).toBe(2);
    await quarantine.choose(folderOf(SOUND));
    await expect.poll(() => quarantine.rawText.textContent()).toBe(garbage);
    await expectText(quarantine.entry, /line 151/);
    await picture('quarantine-entry');

    // Tried again as it is: still of no use, and said so.
    await quarantine.requeueShown();
    await page
      .getByText(/still cannot be used/)
      .first()
      .waitFor();
    await expect.poll(() => quarantine.rows.count()).toBe(2);

    // The source mends its file; what it delivered before stays beside it, and the row is of use now.
    writeFileSync(fileOf(folderOf(SOUND)), whole);
    await sources.open();
    await shell.sync(() => page.getByRole('button', { name: 'Sync now' }).first().click());
    await page
      .getByText(/not what was delivered before|changed/i)
      .first()
      .waitFor();
    await quarantine.open();
    await quarantine.choose(folderOf(SOUND));
    await quarantine.requeueShown();
    await expect.poll(() => quarantine.rows.count()).toBe(1);
    await quarantine.show('Resolved');
    await quarantine.rows.row(folderOf(SOUND)).waitFor();
    await picture('quarantine-resolved');

    await quarantine.show('Open');
    await quarantine.choose(folderOf(LEGACY));
    await expect.poll(() => quarantine.rawText.textContent()).toBe('remember to call Ottoline');
    await quarantine.dismissShown('a note of the partner, not a receipt');
    await page.getByText('Nothing in quarantine').waitFor();
    await quarantine.show('Dismissed');
    await quarantine.rows.row(folderOf(LEGACY)).waitFor();
    await expectText(quarantine.entry, 'a note of the partner, not a receipt');
    await picture('quarantine-dismissed');

    await shell.goTo('/audit');
    const audit = new AuditPage(page);
    const actions = async (): Promise<string> => (await audit.actions()).join(' ');
    await expect.poll(actions).toMatch(/quarantine\.requeue/);
    await expect.poll(actions).toMatch(/quarantine\.dismiss/);
  });
});

/** The first minutes: an empty workspace, a first source, and the demo that opens when there is no workspace. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN, demoTrust, folderOf, SOUND, writeSource } from '../support/demo-source.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, startConsole, tempFolder } from './support/console.ts';
import { OverviewPage, ShellPage, SourcesPage } from './support/pages.ts';
import { expectText } from './support/settled.ts';

describe.skipIf(chromiumIsMissing)('first start', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('an empty workspace says what first; a source is added with a look before, and its chains are verified by themselves', async () => {
    const folder = tempFolder('first');
    const source = writeSource(join(folder, 'northwind'), [SOUND, BROKEN]);
    const console = await startConsole({ workspace: join(folder, 'workspace') });
    const { page, context, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const overview = new OverviewPage(page);
    const sources = new SourcesPage(page);

    await overview.firstRun().waitFor();
    // The token is out of the address bar at once.
    await expect.poll(() => page.url()).not.toContain(console.token);
    await expect.poll(() => shell.seal()).toBe('none');
    await page.getByRole('heading', { name: 'Add a source' }).waitFor();
    await page.getByRole('heading', { name: 'Name the logs you trust' }).waitFor();
    await picture('first-start-empty');

    // A folder that is not there: what, where, what next; nothing is stored by looking.
    await sources.startAdding({ kind: 'folder', location: join(folder, 'no-such-folder') });
    expect(await sources.preview()).toMatch(/cannot be found/);
    await page.getByLabel('Source folder', { exact: true }).fill(source);
    expect(await sources.preview()).toMatch(/receipts/);
    await picture('first-start-preview');
    await sources.finishAdding('northwind');

    await page.getByText('Added northwind').waitFor();
    await sources.feed('receipts').waitFor();
    await shell.jobsDone();
    await expect.poll(() => shell.seal(), { timeout: 30_000 }).toBe('broken');
    const [received, accepted, ...others] = await sources.counts('receipts');
    expect(received).toBe(accepted! + others.reduce((sum, n) => sum + n, 0));
    await picture('first-start-synced');

    await shell.rail('Receipts').click();
    await page.getByRole('grid', { name: 'Receipt chains' }).waitFor();
    await page.getByText(folderOf(SOUND)).first().waitFor();
    const row = (folder: string) => page.getByRole('row').filter({ hasText: folder });
    await expectText(row(folderOf(BROKEN)), 'BROKEN');
    await expectText(row(folderOf(SOUND)), /VERIFIED_UNANCHORED|not anchored/i);
    await picture('first-start-chains');
    await context.close();
    expect(await console.stop()).toBe(0);
    expect(console.stdout().trimEnd()).toBe(`Countersign is ready: ${console.address}`);
  });

  it('trusting a log changes what the seal says, and taking the trust away changes it back', async () => {
    const folder = tempFolder('trust');
    const source = writeSource(join(folder, 'northwind'), [SOUND]);
    writeFileSync(join(folder, 'trust.vkeys'), demoTrust());
    const console = await startConsole({ workspace: join(folder, 'workspace') });
    const { page, picture } = await visit(browser, console.address, { theme: 'light' });
    const shell = new ShellPage(page);
    const sources = new SourcesPage(page);
    await sources.open();
    await sources.add({ kind: 'folder', location: source, name: 'northwind' });
    await expect.poll(() => shell.seal(), { timeout: 30_000 }).toBe('unanchored');

    await shell.goTo('/settings/trust?add=key');
    const key = demoTrust()
      .split('\n')
      .find((line) => line.includes('northwind-starter-1.1'))!;
    const dialog = page.getByRole('dialog', { name: 'Add a verifier key' });
    await dialog.getByLabel('Verifier keys').fill('not+a+key');
    await dialog.getByRole('button', { name: 'Trust this key' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Verifier keys').fill(key);
    await dialog.getByLabel(/^Note/).fill('compared by phone');
    await dialog.getByRole('button', { name: 'Trust this key' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('compared by phone').waitFor();
    await picture('trust-added');
    await shell.rail('Receipts').click();
    await page.getByRole('button', { name: /^Verify all/ }).click();
    await expect.poll(() => shell.seal(), { timeout: 30_000 }).toBe('sealed');
    await shell.rail('Overview').click();
    await page.getByRole('region', { name: 'Chain seal' }).waitFor();
    await picture('trust-sealed');

    await shell.goTo('/settings/trust');
    await page.getByRole('button', { name: /^Remove… .*northwind-starter-1\.1/ }).click();
    const removal = page.getByRole('dialog', { name: /^Stop trusting/ });
    await removal.getByLabel('Reason').fill('the key was lent out');
    await removal.getByRole('button', { name: 'Stop trusting this key' }).click();
    await removal.waitFor({ state: 'detached' });
    await shell.rail('Receipts').click();
    await page.getByRole('button', { name: /^Verify all/ }).click();
    await expect.poll(() => shell.seal(), { timeout: 30_000 }).toBe('unanchored');
  });

  it('without a workspace the demo opens, says that it is one and how to leave it', async () => {
    const stateDir = tempFolder('demo-state');
    const console = await startConsole({ stateDir });
    expect(console.said()).toMatch(/making the demo/);
    expect(console.said()).toMatch(/--workspace DIR/);
    const { page, context, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    await shell.strip('This is the demo workspace').waitFor();
    await expect.poll(() => shell.seal()).toBe('broken');
    await picture('demo-overview');
    await shell.strip('This is the demo workspace').getByRole('button', { name: 'Start your own…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Mine');
    await dialog.getByLabel('Folder', { exact: true }).fill(join(stateDir, 'mine'));
    await picture('demo-leaving');
    await dialog.getByRole('button', { name: 'Make the workspace' }).click();
    await new OverviewPage(page).firstRun().waitFor();
    await page.getByRole('button', { name: /^Workspace: Mine/ }).waitFor();
    await context.close();
    await console.stop();
    // The next start opens one's own, not the demo.
    const next = await startConsole({ stateDir });
    expect(next.said()).not.toMatch(/demo/);
    const again = await visit(browser, next.address);
    await again.page.getByRole('button', { name: /^Workspace: Mine/ }).waitFor();
  });
});

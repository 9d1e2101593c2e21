/** Without a network, without a source, without the app itself: what is known stays, says how old it is, and comes back. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BROKEN, folderOf, LEGACY, SOUND, writeSource } from '../support/demo-source.ts';
import { startFeedServer } from '../support/feed-server.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, lastingPort, startConsole, tempFolder } from './support/console.ts';
import { ShellPage, SourcesPage } from './support/pages.ts';
import { ChainsPage } from './support/receipt-pages.ts';
import { expectCount, expectText } from './support/settled.ts';
import { startWire } from './support/wire.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

/** A browser tells its console of each connection that does not come about. */
const CUT = [/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/, /ERR_SOCKET_NOT_CONNECTED/, /ERR_CONNECTION_CLOSED/];

describe.skipIf(chromiumIsMissing)('offline and back', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('the connection to the app is cut: the page says since when, keeps what it shows, and recovers by itself', async () => {
    const used = await makeUsedWorkspace(tempFolder('cut'));
    const console = await startConsole(used);
    const wire = await startWire(console.port);
    const own = await openBrowser(wire.switches);
    onTestFinished(async () => {
      await own.close();
      await wire.close();
    });
    const { page, picture } = await visit(own, console.address, { expected: CUT });
    const shell = new ShellPage(page);
    const { chains, open } = chainsOf(page);
    await open();
    await chains.ready();

    wire.cut();
    const strip = shell.strip('Not connected to the app since');
    await expectText(strip, /since \d\d:\d\d/);
    // What was read stays in its place.
    await expectText(chains.row(folderOf(SOUND)), 'VERIFIED');
    await picture('cut-lost');
    wire.mend();
    // Pressed at once, unless the page was quicker by itself.
    await strip.getByRole('button', { name: 'Try now' }).evaluateAll((buttons) => {
      for (const button of buttons) (button as HTMLElement).click();
    });
    await strip.waitFor({ state: 'detached' });
    await shell.goTo(`/receipts/northwind/${folderOf(BROKEN)}`);
    await page.getByRole('heading', { level: 1, name: `northwind/${folderOf(BROKEN)}` }).waitFor();

    // Also without anybody pressing anything.
    wire.cut();
    await strip.waitFor();
    wire.mend();
    await strip.waitFor({ state: 'detached', timeout: 30_000 });
    await expect.poll(() => shell.seal()).toBe('broken');
  });

  it('the app is stopped and started again on its port: the page says how to go on, and the new address leads to the same place', async () => {
    const used = await makeUsedWorkspace(tempFolder('restart'));
    const first = await startConsole({ ...used, port: await lastingPort() });
    const { page, picture } = await visit(browser, first.address, { expected: [...CUT, /401 \(Unauthorized\)/, /WebSocket connection/] });
    const shell = new ShellPage(page);
    const place = `/receipts/northwind/${folderOf(SOUND)}`;
    await shell.goTo(place);
    await page.getByRole('heading', { level: 1, name: `northwind/${folderOf(SOUND)}` }).waitFor();
    await first.kill();
    await shell.strip('Not connected to the app since').waitFor();
    await picture('restart-lost');

    // kill -9 leaves nothing that would keep the workspace from opening; the token of the old launch is worth nothing.
    const second = await startConsole({ ...used, port: first.port });
    expect(second.origin).toBe(first.origin);
    expect(second.token).not.toBe(first.token);
    await page.getByRole('heading', { name: 'Open Countersign from its own address' }).waitFor({ timeout: 30_000 });
    await picture('restart-refused');
    await page.goto('about:blank');
    await page.goto(second.address);
    await page.getByRole('heading', { level: 1, name: `northwind/${folderOf(SOUND)}` }).waitFor();
    await expect.poll(() => shell.address()).toBe(place);
    // Whether it may write is known with who acts.
    await shell.acting().waitFor();
    await expectCount(page.locator('.notice .banner').filter({ hasText: 'read-only' }), 0);
  });

  it('a source over HTTP goes away and comes back: since when, what still works, nothing counted twice', async () => {
    const folder = tempFolder('http');
    const feeds = await startFeedServer(writeSource(join(folder, 'feeds'), [SOUND]));
    onTestFinished(() => feeds.close());
    feeds.token = 'a-token-of-the-source';
    const console = await startConsole({ workspace: join(folder, 'workspace') });
    const { page, picture } = await visit(browser, console.address);
    const shell = new ShellPage(page);
    const sources = new SourcesPage(page);
    await sources.open();
    await sources.startAdding({ kind: 'http', location: feeds.url });
    expect(await sources.preview()).toMatch(/token/);
    await page.getByLabel(/^Bearer token/).fill(feeds.token);
    expect(await sources.preview()).toMatch(/receipts/);
    await sources.finishAdding('northwind');
    await sources.feed('receipts').waitFor();
    await expect.poll(async () => (await sources.counts('receipts'))[1], { timeout: 30_000 }).toBeGreaterThanOrEqual(SOUND.receipts);
    // The first sync is over, with every feed, before the source goes away.
    await shell.jobsDone();
    const before = await sources.counts('receipts');

    feeds.faults.status = 502;
    writeSource(join(folder, 'feeds'), [SOUND, LEGACY]);
    await sources.press('Sync this');
    const strip = shell.strip('Offline since');
    await expectText(strip, /Offline since \d\d:\d\d UTC/);
    await expectText(strip, /Not reached: northwind/);
    await expectText(shell.syncState(), /offline/i);
    // Everything that was synced can be looked at and verified.
    const { chains, open } = chainsOf(page);
    await open();
    await chains.row(folderOf(SOUND)).waitFor();
    await page.getByRole('button', { name: /^Verify all/ }).click();
    await shell.notice('Verifying').waitFor();
    await shell.jobsDone();
    await picture('source-offline');

    feeds.faults.status = null;
    await strip.getByRole('button', { name: 'Try to reach sources' }).click();
    await strip.waitFor({ state: 'detached', timeout: 30_000 });
    await chains.row(folderOf(LEGACY)).waitFor();
    await sources.open();
    await sources.feed('receipts').waitFor();
    await expect
      .poll(async () => (await sources.counts('receipts'))[1]! - before[1]!, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(LEGACY.receipts);
    const after = await sources.counts('receipts');
    expect(after[0]).toBe(after.slice(1).reduce((sum, n) => sum + n, 0));
    expect(after.slice(2)).toEqual(before.slice(2));
  });
});

const chainsOf = (page: ConstructorParameters<typeof ChainsPage>[0]) => {
  const screen = new ChainsPage(page);
  return { chains: screen.chains, open: () => screen.open() };
};

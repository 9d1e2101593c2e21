/** Every screen, dark and light, wide and narrow: axe finds nothing serious. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN, folderOf, LEGACY, SOUND } from '../support/demo-source.ts';
import { lookAt, opens, type Screen, SIZES, violations } from './support/accessibility.ts';
import { openBrowser, visit } from './support/browser.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

const chain = `/receipts/northwind/${folderOf(BROKEN)}`;
const SCREENS: readonly Screen[] = [
  { address: '/overview', ready: 'Needs you' },
  { address: '/receipts', ready: folderOf(SOUND) },
  { address: chain, ready: 'CHAIN_DELETED' },
  { address: `${chain}?proof=verdict`, ready: 'Verify again' },
  { address: `${chain}?view=receipts`, ready: '#0' },
  { address: `${chain}?view=checkpoints`, ready: 'Signed by' },
  { address: `${chain}?view=history`, ready: 'Generations' },
  { address: `${chain}/121`, ready: 'Cut the marked part' },
  { address: `/receipts/northwind/${folderOf(LEGACY)}/8`, ready: 'Cut the marked part' },
  { address: '/evidence', ready: 'There is no evidence to judge yet' },
  { address: '/evidence?tab=thresholds', ready: 'Change thresholds…' },
  { address: '/evidence?tab=runs', ready: 'The gates were not run yet' },
  { address: '/evidence?tab=motions', ready: 'Propose a change…' },
  { address: '/evidence?motion=open&tab=motions', ready: 'From what to what' },
  { address: '/quarantine', ready: 'Raw text' },
  { address: '/audit', ready: 'source.add' },
  { address: '/settings/sources', ready: 'Where every row went' },
  { address: '/settings/sources?add=source', ready: 'Look what it offers' },
  { address: '/settings/trust', ready: 'Key id' },
  { address: '/settings/trust?add=key', ready: 'Trust this key' },
  { address: '/settings/workspace', ready: 'Database' },
  { address: '/settings/backups', ready: 'Back' },
  { address: '/settings/members', ready: 'Priya Raman' },
  { address: '/settings/appearance', ready: 'Appearance' },
  { address: '/settings/about', ready: 'Version' },
  { address: '/nowhere', ready: 'There is nothing at this address' },
  { address: '/overview', ready: 'Needs you', act: opens('Find or run', (page) => page.keyboard.press('Control+k')) },
  { address: '/overview', ready: 'Needs you', act: opens(/./, (page) => page.keyboard.press('?')) },
  { address: '/overview', ready: 'Needs you', act: opens('Jobs', (page) => page.locator('footer [data-jobs]').click()) },
  { address: '/receipts', ready: folderOf(SOUND), act: opens(/^Export/, (page) => page.getByRole('button', { name: 'Export…' }).click()) },
];

describe.skipIf(chromiumIsMissing)('axe', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('axe', { keep: true });
    const used = await makeUsedWorkspace(folder, {
      members: [{ name: 'Priya Raman', role: 'auditor' }],
      backup: true,
      prepare: ({ source }) => {
        appendFileSync(join(source, 'receipts', folderOf(LEGACY), 'receipts.jsonl'), 'no receipt\n');
      },
    });
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, keep: true })]);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(SIZES)(
    'every screen, $width wide, dark and light',
    async (size) => {
      const { page } = await visit(browser, console.address, size);
      expect(await lookAt(page, SCREENS)).toEqual([]);
    },
    180_000,
  );

  it('the first start and the recovery screen, dark and light', async () => {
    const empty = await startConsole({ workspace: join(folder, 'empty'), stateDir: join(folder, 'state-b') });
    const bad = join(folder, 'bad');
    mkdirSync(bad);
    writeFileSync(join(bad, 'countersign.db'), 'no database '.repeat(1000));
    const damaged = await startConsole({ workspace: bad, stateDir: join(folder, 'state-c') });
    const found: string[] = [];
    for (const theme of ['dark', 'light'] as const) {
      for (const [name, { address }] of Object.entries({ empty, damaged })) {
        const { page, context } = await visit(browser, address, { theme });
        await page.getByRole('heading', { level: 1 }).waitFor();
        found.push(...(await violations(page)).map((each) => `${name} ${theme}: ${each}`));
        await context.close();
      }
    }
    expect(found).toEqual([]);
  });
});

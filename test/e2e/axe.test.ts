/** Every screen, dark and light, wide and narrow: axe finds nothing serious. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN, folderOf, LEGACY, SOUND } from '../support/demo-source.ts';
import { openBrowser, visit } from './support/browser.ts';
import { CLOSES_NOW, makeCloses, NEWEST } from './support/closes.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { ShellPage } from './support/pages.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;
const THEMES = ['dark', 'light'] as const;

interface Screen {
  readonly address: string;
  /** What shows that the screen is ready. */
  readonly ready: string;
  /** Brings it into the state that is looked at, and waits for it. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Does what opens a dialog, and waits until it is open. */
const opens =
  (name: string | RegExp, act: (page: Page) => Promise<void>) =>
  async (page: Page): Promise<void> => {
    await act(page);
    await page.getByRole('dialog', { name }).waitFor();
  };

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

const openArtifact = async (page: Page): Promise<void> => {
  await page
    .getByRole('link', { name: /^finance_guardrails_2026-05/ })
    .first()
    .click();
  await page.getByText('Where it is from').waitFor();
};

const correct = opens(/^Correct an assumption/, async (page) => {
  await page.getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: /^Correct an assumption/ }).click();
});
const sendBack = opens(/^Send the packet of/, (page) => page.getByRole('button', { name: 'Send back…' }).click());

const packet = `/packets/${NEWEST}`;
const FIN_2 = 'fin_gate_2_llm_cogs_containment';
/** Of a workspace with closes: evidence, gates and packets. */
const CLOSES_SCREENS: readonly Screen[] = [
  { address: '/overview', ready: 'Price and packaging changes are frozen' },
  { address: '/evidence', ready: 'LLM cost containment, p95' },
  { address: `/evidence?gate=${FIN_2}&month=${NEWEST}`, ready: 'What changed since it last passed' },
  { address: `/evidence?gate=${FIN_2}&month=${NEWEST}&proof=gate.${FIN_2}`, ready: 'Without this console' },
  { address: '/evidence?plan=open', ready: 'Record the plan' },
  { address: '/evidence?tab=artifacts', ready: 'finance_guardrails_2026-05.json' },
  { address: '/evidence?tab=consistency', ready: 'Price changes are allowed while a finance gate is false' },
  { address: '/evidence?tab=thresholds', ready: 'Change thresholds…' },
  { address: '/evidence?tab=runs', ready: 'Gate runs' },
  { address: '/evidence?tab=motions', ready: 'May prices or packages change?' },
  { address: '/evidence?tab=motions&motion=open', ready: 'From what to what, and for whom' },
  { address: '/evidence/run/1', ready: 'Beside the gates' },
  { address: '/evidence/compare', ready: 'Gates that differ' },
  { address: '/evidence/make/pricing-benchmarks', ready: 'Least confidence, 0 to 1' },
  { address: '/evidence/make/policy-decisions', ready: 'Enforcement boundary' },
  { address: '/evidence/make/finance-assumptions', ready: 'Made for the month' },
  { address: '/evidence/make/governance', ready: 'Go-to-market owner' },
  { address: '/evidence?tab=artifacts', ready: 'finance_guardrails_2026-05.json', act: openArtifact },
  { address: '/packets', ready: 'Needs you' },
  { address: packet, ready: 'LLM of MRR, p50 to p99' },
  { address: `${packet}?proof=tier.starter.p95_of_mrr`, ready: 'Without this console' },
  { address: `${packet}?view=moves`, ready: 'May 2026 against April' },
  { address: `${packet}?view=outlook`, ready: 'Discount by tier' },
  { address: `${packet}?view=checks`, ready: 'All gates over months' },
  { address: `${packet}?view=record`, ready: 'newest first; nothing is taken out of it' },
  { address: packet, ready: 'LLM of MRR, p50 to p99', act: sendBack },
  { address: packet, ready: 'LLM of MRR, p50 to p99', act: correct },
  { address: '/packets/2026-07', ready: 'no packet yet' },
];

/** Serious and critical violations, in words that name the place. */
const violations = async (page: Page): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) => nodes.map((node) => `${impact} ${id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
};

/** The page itself never scrolls: what is too long for a window scrolls in its own place, under a bar that stays. */
const pageScrolls = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    const by = Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth);
    return by > 0 ? [`the page itself scrolls by ${by} pixels`] : [];
  });

const closeDialogs = async (page: Page): Promise<void> => {
  const dialog = page.getByRole('dialog');
  // The focus comes into a dialog after it can be seen, and Escape is the dialog's only then.
  await expect
    .poll(async () => {
      if ((await dialog.count()) > 0) await page.keyboard.press('Escape');
      return dialog.count();
    })
    .toBe(0);
};

/** Opens one screen after the other; gives what is wrong with each. */
async function lookAt(page: Page, screens: readonly Screen[]): Promise<string[]> {
  const shell = new ShellPage(page);
  const found: string[] = [];
  for (const screen of screens) {
    await shell.goTo(screen.address);
    await page.getByText(screen.ready).or(page.getByLabel(screen.ready)).first().waitFor();
    await screen.act?.(page);
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    const name = `${screen.address}${screen.act === undefined ? '' : ' (acted)'}`;
    found.push(...[...(await violations(page)), ...(await pageScrolls(page))].map((each) => `${name}: ${each}`));
    if (screen.act !== undefined) await closeDialogs(page);
  }
  return found;
}

const LOOKS = THEMES.flatMap((theme) => SIZES.map((size) => ({ theme, ...size })));

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

  it.each(LOOKS)(
    'every screen, $theme, $width wide',
    async (look) => {
      const { page } = await visit(browser, console.address, look);
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
    for (const theme of THEMES) {
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

describe.skipIf(chromiumIsMissing)('axe over closes', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('axe-closes', { keep: true });
    const used = await makeCloses(folder);
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, now: CLOSES_NOW, keep: true })]);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(LOOKS)(
    'every screen of evidence, gates and packets, $theme, $width wide',
    async (look) => {
      const { page } = await visit(browser, console.address, { ...look, clock: CLOSES_NOW });
      expect(await lookAt(page, CLOSES_SCREENS)).toEqual([]);
    },
    240_000,
  );
});

/** Every screen of evidence, gates and packets, dark and light, wide and narrow: axe finds nothing serious. */
import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt, opens, type Screen, SIZES } from './support/accessibility.ts';
import { openBrowser, visit } from './support/browser.ts';
import { CLOSES_NOW, makeCloses, NEWEST } from './support/closes.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';

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

  it.each(SIZES)(
    'every screen of evidence, gates and packets, $width wide, dark and light',
    async (size) => {
      const { page } = await visit(browser, console.address, { ...size, clock: CLOSES_NOW });
      expect(await lookAt(page, CLOSES_SCREENS)).toEqual([]);
    },
    240_000,
  );
});

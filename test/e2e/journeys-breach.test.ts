/** A gate that fails freezes changes of prices; the way out of it, step by step, in real Chromium. */
import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openBrowser, visit } from './support/browser.ts';
import { CLOSES_NOW, makeCloses, NEWEST } from './support/closes.ts';
import { GatesPage, PacketPage } from './support/committee-pages.ts';
import { chromiumIsMissing, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { OverviewPage, ShellPage } from './support/pages.ts';
import { expectCount, expectText } from './support/settled.ts';

const FOUNDER = 'Tomás Reyes';
const FINANCE = 'Lena Brandt';
const FIN_2 = 'fin_gate_2_llm_cogs_containment';
const FROZEN = 'Price and packaging changes are frozen';
const MOTION = 'Starter goes to 54 USD';
const PLAN = 'Correct the annual mix with billing by Friday; hold the prompt limit of Starter at 4,096 tokens.';

describe.skipIf(chromiumIsMissing)('breach', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('breach', { keep: true });
    const used = await makeCloses(folder);
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, now: CLOSES_NOW, keep: true })]);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('freezes price changes, says exactly what is missing, and lifts when the gate passes', async () => {
    const { page, picture } = await visit(browser, console.address, { clock: CLOSES_NOW });
    const shell = new ShellPage(page);
    const gates = new GatesPage(page);
    const packet = new PacketPage(page);

    // Overview says so first; the gate says why, with its figures.
    const overview = new OverviewPage(page);
    await overview.need(FROZEN).waitFor();
    await expectText(overview.needs().first(), FROZEN);
    await overview.openNeed(FROZEN);
    await expectText(gates.freeze, /since \d June, because FIN 2 failed at the May close/);
    await gates.openGate(FIN_2, NEWEST);
    await gates.detail.getByText('What changed since it last passed').waitFor();
    await expectText(gates.detail, /8\.32%/);
    await picture('breach-gate');

    // A change of prices is refused with exactly what is missing, and the refusal is kept.
    await shell.actAs(FOUNDER);
    await gates.tab('Motions');
    await expectCount(gates.missing(), 1);
    const refused = await gates.startMotion();
    await gates.propose(refused, MOTION, 'From 49 to 54 USD a month for new subscriptions of Starter, from August on.');
    await refused.getByRole('alert').waitFor();
    await expectText(refused, /Motion 1 is refused/);
    await expectCount(gates.missing(refused), 1);
    await expectText(
      gates.missing(refused),
      /frozen since 2026-06-0\d: FIN 2 failed at the May close: 8\.32% > 8\.00%.*Carry out the corrective plan/,
    );
    await picture('breach-refused');
    await refused.getByRole('button', { name: 'Close', exact: true }).last().click();
    await refused.waitFor({ state: 'detached' });
    await expectText(gates.motion(MOTION), 'refused');

    // The corrective plan has an owner and a day.
    await gates.openGate(FIN_2, NEWEST);
    await gates.detail.getByRole('button', { name: 'Open corrective plan' }).click();
    const plan = page.getByRole('dialog', { name: 'Corrective plan' });
    await plan.getByLabel('What is done').fill(PLAN);
    await plan.getByLabel('Who answers for it').selectOption({ label: `${FINANCE}, finance` });
    await plan.getByLabel('Until when').fill('2026-06-19');
    await picture('breach-plan');
    await plan.getByRole('button', { name: /^Record the plan/ }).click();
    await plan.waitFor({ state: 'detached' });
    await expectText(gates.freeze, PLAN);
    await expectText(gates.freeze, /Lena Brandt.*plan due 19 June/);

    // The assumption is corrected: the packet makes the guardrails anew, the gates judge them, and the freeze is lifted.
    await shell.actAs(FINANCE);
    await packet.open(NEWEST);
    const correct = await packet.startCorrecting('/annual_mix_by_tier/starter', '0.48', 'Billing export of 9 June.');
    await correct.getByText(/FIN 2 would pass/).waitFor();
    await correct.getByRole('button', { name: /^Correct it and build revision 2/ }).click();
    await packet.revision(2).waitFor();
    await gates.open();
    await gates.freeze.waitFor({ state: 'detached' });
    await gates.runGates.click();
    await page
      .getByText(/^Run \d+ of May 2026: every gate that decides passes$/)
      .first()
      .waitFor();
    await gates.tab('Runs');
    await picture('breach-runs');
    await gates.openGate(FIN_2, NEWEST);
    await expectText(gates.detail, /7\.99%/);
    await picture('breach-lifted');
    await shell.rail('Overview').click();
    await overview.needs().first().waitFor();
    await expectCount(overview.need(FROZEN), 0);

    // And the change of prices may be proposed.
    await gates.open();
    await gates.tab('Motions');
    await page.getByText('A change of prices or packages may be proposed.').waitFor();
    const again = await gates.startMotion();
    await gates.propose(again, `${MOTION}, again`, 'From 49 to 54 USD a month for new subscriptions of Starter, from August on.');
    await again.waitFor({ state: 'detached' });
    await expectText(gates.motion(`${MOTION}, again`), 'proposed');
    await picture('breach-proposed');
  }, 240_000);
});

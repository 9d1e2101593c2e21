/** The committee's month: from what Overview asks for to an accepted packet and its PDF; every step in real Chromium. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './support/browser.ts';
import { CLOSES_NOW, makeCloses, NEWEST } from './support/closes.ts';
import { ArtifactPage, PacketPage } from './support/committee-pages.ts';
import { chromiumIsMissing, ROOT, type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { OverviewPage, ShellPage } from './support/pages.ts';
import { expectRefused, expectText } from './support/settled.ts';

const FOUNDER = 'Tomás Reyes';
const FINANCE = 'Lena Brandt';
const LEADERSHIP = 'Noor Haddad';

const OPEN_QUESTION = 'The annual mix of Starter is last year’s 0.70.';
const COMMENT = 'The stress case is the one we agreed on in March.';
const QUESTION = 'Why did support cost of Enterprise go down?';
const SEND_BACK = 'Correct the annual mix of Starter to what billing says, then submit again.';
const CORRECTION = 'Billing export of 9 June: 48 % of Starter pays annually.';
const MIX = '/annual_mix_by_tier/starter';

describe.skipIf(chromiumIsMissing)('committee', () => {
  let browser: Browser;
  let console: RunningConsole;
  let folder: string;
  beforeAll(async () => {
    folder = tempFolder('committee', { keep: true });
    const used = await makeCloses(folder);
    [browser, console] = await Promise.all([openBrowser(), startConsole({ ...used, now: CLOSES_NOW, keep: true })]);
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads, asks, sends back, corrects, accepts and exports the month', async () => {
    const { page, picture } = await visit(browser, console.address, { clock: CLOSES_NOW });
    const shell = new ShellPage(page);
    const packet = new PacketPage(page);

    // What needs somebody leads to the month.
    const overview = new OverviewPage(page);
    const need = overview.need('The packet of May 2026 is in review');
    await expectText(need, '1 open question');
    await picture('committee-overview');
    await overview.openNeed('The packet of May 2026 is in review');
    await packet.keyFigure('MRR, USD').waitFor();
    await expect.poll(() => shell.address()).toBe(`/packets/${NEWEST}`);
    await packet.state('in review').waitFor();
    await expectText(packet.keyFigure('p95 LLM of MRR'), /8\.32%.*limit 8\.00%/);
    await picture('committee-packet');

    // A figure is followed to the row it comes from, in the artifact itself.
    await packet.openProof('tier.starter.p95_of_mrr');
    await expectText(packet.proof, '8.32%');
    await picture('committee-proof');
    await packet.inputRow(MIX).click();
    const field = new ArtifactPage(page).aimedField();
    await expectText(field, MIX);
    await expectText(field, '0.7');
    await picture('committee-field');
    await page.goBack();
    await packet.proof.waitFor();
    await page.keyboard.press('Escape');
    await packet.proof.waitFor({ state: 'detached' });

    // Leadership comments and asks; finance answers what is open.
    await shell.actAs(LEADERSHIP);
    await packet.write('stress_margin', 'Comment', COMMENT);
    await packet.write('tier.enterprise.support', 'Ask', QUESTION);
    await shell.actAs(FINANCE);
    await packet.answer(QUESTION, 'A contractor left at the end of April; the tickets went to the team.');
    await packet.answer(OPEN_QUESTION, 'Billing is right. It is corrected as soon as this comes back.');
    await picture('committee-questions');

    // The founder may not accept yet, and is told all of what is open; so it goes back.
    await shell.actAs(FOUNDER);
    await expectRefused(packet.accept);
    const why = await packet.askWhyNotAccepted();
    await expectText(why, /Margin trend explained is not ticked \(finance\)/);
    await expectText(why, /Scenarios tried is not ticked \(founder\)/);
    expect(await why.textContent()).not.toContain('question of');
    await picture('committee-refused');
    await page.keyboard.press('Escape');
    await packet.sendBack(SEND_BACK);
    await packet.state('sent back').waitFor();
    await page.getByText(SEND_BACK).first().waitFor();

    // Finance corrects the assumption: what would change is seen before it is done, and the old revision stays.
    await shell.actAs(FINANCE);
    const dialog = await packet.startCorrecting(MIX, '0.48', CORRECTION);
    const trial = dialog.getByRole('region', { name: 'What would change' });
    await trial.getByText('7.99%').first().waitFor();
    await picture('committee-correct');
    await dialog.getByRole('button', { name: /^Correct it and build revision 2/ }).click();
    await packet.revision(2).waitFor();
    await packet.state('draft').waitFor();
    await expectText(packet.keyFigure('p95 LLM of MRR'), /7\.99%.*limit 8\.00%/);
    await picture('committee-revision-2');
    await packet.view('Record');
    await page.getByText(CORRECTION).first().waitFor();
    await picture('committee-record');
    await shell.goTo(`/packets/${NEWEST}?revision=1`);
    await page.getByText('Revision 2 supersedes this one').waitFor();
    await expectText(packet.keyFigure('p95 LLM of MRR'), '8.32%');

    // Submitted again, ticked by role, accepted by the founder.
    await packet.open(NEWEST);
    await packet.revision(2).waitFor();
    await packet.submit();
    await packet.tickAll('finance');
    await shell.actAs(FOUNDER);
    await packet.tickAll('founder');
    await expectRefused(packet.accept, false);
    await accept(packet, page, picture);
    await packet.state('accepted').waitFor();

    await exportPdf(packet);
  }, 240_000);

  async function accept(packet: PacketPage, page: Page, picture: (name: string) => Promise<void>): Promise<void> {
    const dialog = await packet.startAccepting();
    await expectText(dialog, 'revision 2, as the record of that month');
    // What is known against it has to be named first.
    const knowing = dialog.getByRole('checkbox');
    if ((await knowing.count()) > 0) await knowing.check({ force: true });
    await picture('committee-accept');
    await dialog.getByRole('button', { name: /^Accept the packet/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('The packet of May 2026 is accepted').first().waitFor();
    await picture('committee-accepted');
  }

  async function exportPdf(packet: PacketPage): Promise<void> {
    const download = await packet.export('PDF');
    expect(download.suggestedFilename()).toMatch(/2026-05.*\.pdf$/);
    const file = await download.path();
    const bytes = readFileSync(file);
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(bytes.subarray(-1024).toString('latin1')).toContain('%%EOF');
    mkdirSync(join(ROOT, 'artifacts/journeys'), { recursive: true });
    copyFileSync(file, join(ROOT, 'artifacts/journeys/committee-packet.pdf'));
    const text = textOf(file);
    if (text === null) return;
    for (const part of ['May 2026', '7.99', '82.16', 'accepted', FOUNDER]) expect(text).toContain(part);
  }
});

/** The PDF's text, where the machine has something that reads it. */
function textOf(file: string): string | null {
  try {
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

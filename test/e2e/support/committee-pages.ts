/** Page objects of the packet, of evidence and of gates: what the committee does, in the words of the screens. */
import type { Download, Locator, Page } from 'playwright-core';
import { ShellPage } from './pages.ts';
import { expectCount } from './settled.ts';

type PacketView = 'Month' | 'What moved' | 'Outlook and trial' | 'Gates and inputs' | 'Record';

export class PacketPage {
  readonly proof: Locator;
  readonly head: Locator;
  readonly questions: Locator;
  readonly checklist: Locator;
  readonly accept: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.head = page.locator('.page-head');
    this.proof = page.locator('[data-proof]');
    this.questions = page.getByRole('region', { name: 'Questions and comments' });
    this.checklist = page.getByRole('region', { name: 'Checklists' });
    this.accept = this.head.getByRole('button', { name: /^Accept/ });
  }

  async open(month: string): Promise<void> {
    await new ShellPage(this.page).goTo(`/packets/${month}`);
    await this.keyFigure('MRR, USD').waitFor();
  }

  /** Its value and what stands below it. */
  keyFigure(label: string): Locator {
    return this.page.getByRole('region', { name: 'Key figures' }).locator('.metric').filter({ hasText: label });
  }

  /** draft, in review, accepted, sent back. */
  state(word: string): Locator {
    return this.head.getByText(word, { exact: true });
  }

  revision(n: number): Locator {
    return this.head.getByText(`revision ${n}, built`);
  }

  /** The first place on the screen where a figure stands. */
  figure(id: string): Locator {
    return this.page.locator(`.packet-main [data-figure="${id}"]`).first();
  }

  async openProof(id: string): Promise<void> {
    await this.figure(id).click();
    await this.page.locator(`[data-proof="${id}"]`).waitFor();
  }

  /** The row of the proof that says where a number stands in an artifact. */
  inputRow(pointer: string): Locator {
    return this.proof.getByRole('link', { name: pointer, exact: true });
  }

  async view(name: PacketView): Promise<void> {
    const tab = this.page.getByRole('group', { name: 'What to show of this packet' }).getByRole('button', { name: new RegExp(`^${name}`) });
    await tab.click();
    await tab.and(this.page.locator('[aria-pressed="true"]')).waitFor();
  }

  /** Writes about a figure, from its proof; as a comment or as a question. */
  async write(figure: string, kind: 'Comment' | 'Ask', text: string): Promise<void> {
    await this.openProof(figure);
    await this.proof.getByRole('button', { name: /^Ask/ }).click();
    const box = this.page.locator('.ask');
    await box.getByRole('textbox').fill(text);
    await box.getByRole('button', { name: kind, exact: true }).click();
    await this.questions.getByText(text).waitFor();
    await this.proof.getByRole('button', { name: 'Close the proof' }).click();
    await this.proof.waitFor({ state: 'detached' });
  }

  said(text: string): Locator {
    return this.questions.getByRole('article').filter({ hasText: text });
  }

  async answer(question: string, text: string): Promise<void> {
    const said = this.said(question);
    await said.getByRole('button', { name: 'Answer…' }).click();
    await said.getByRole('textbox', { name: /^Answer to/ }).fill(text);
    await said.getByRole('button', { name: 'Answer', exact: true }).click();
    await said.getByText('answered', { exact: true }).waitFor();
  }

  /** Ticks everything in the list of a role, which acts. */
  async tickAll(role: string): Promise<void> {
    const list = this.checklist.getByRole('region', { name: `Checklist of ${role}` });
    await list.getByRole('listitem').first().waitFor();
    const open = list.getByRole('listitem').filter({ hasText: 'needed to accept' });
    for (let left = await open.count(); left > 0; left = await open.count()) {
      // Ticks are taken as soon as the screen knows who acts; a tick is there when the app has kept it.
      const box = open.first().locator('input[type="checkbox"]:not([aria-disabled="true"])');
      await box.waitFor({ state: 'attached' });
      await box.click({ force: true });
      await expectCount(open, left - 1);
    }
  }

  /** Presses the refused act; gives the place where its reason then stands. */
  async askWhyNotAccepted(): Promise<Locator> {
    await this.accept.focus();
    await this.page.keyboard.press('Enter');
    const reason = this.page.locator('.why-not');
    await reason.waitFor();
    return reason;
  }

  async sendBack(reason: string): Promise<void> {
    await this.head.getByRole('button', { name: 'Send back…' }).click();
    const dialog = this.page.getByRole('dialog', { name: /^Send the packet of/ });
    await dialog.getByLabel('What has to change').fill(reason);
    await dialog.getByRole('button', { name: /^Send back/ }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async submit(): Promise<void> {
    await this.head.getByRole('button', { name: /^Submit/ }).click();
    await this.state('in review').waitFor();
  }

  /** The dialog to accept, opened. */
  async startAccepting(): Promise<Locator> {
    await this.accept.click();
    const dialog = this.page.getByRole('dialog', { name: /^Accept the packet of/ });
    await dialog.waitFor();
    return dialog;
  }

  /** The dialog that corrects one assumption, with the value and the reason filled in and what would change shown. */
  async startCorrecting(pointer: string, value: string, reason: string): Promise<Locator> {
    const button = this.head.getByRole('button', { name: 'Correct an assumption…' });
    // Only a packet that was sent back has it among its first acts. All acts of a packet come with the packet itself.
    await this.head.getByRole('button', { name: 'More acts' }).waitFor();
    if (await button.isVisible()) await button.click();
    else {
      await this.head.getByRole('button', { name: 'More acts' }).click();
      await this.page.getByRole('menuitem', { name: /^Correct an assumption/ }).click();
    }
    const dialog = this.page.getByRole('dialog', { name: /^Correct an assumption of/ });
    await dialog.getByLabel('Assumption', { exact: true }).selectOption(pointer);
    await dialog.getByLabel(/^New value/).fill(value);
    await dialog.getByLabel('Reason').fill(reason);
    return dialog;
  }

  async export(name: 'PDF' | 'CSV' | 'JSON' | 'Zip of all'): Promise<Download> {
    await this.head.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      this.page.waitForEvent('download', { timeout: 60_000 }),
      this.page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click(),
    ]);
    return download;
  }
}

export class ArtifactPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The field that the address points at. */
  aimedField(): Locator {
    return this.page.locator('.ev-field-table tr.aimed');
  }
}

type GatesTab = 'Gates' | 'Artifacts' | 'Consistency' | 'Thresholds' | 'Runs' | 'Motions';

export class GatesPage {
  readonly freeze: Locator;
  readonly runGates: Locator;
  readonly detail: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.freeze = page.locator('main .banner').filter({ hasText: 'Price and packaging changes are frozen' });
    this.runGates = page.locator('.page-head').getByRole('button', { name: /^Run gates/ });
    this.detail = page.getByRole('complementary', { name: 'The gate that is open' });
  }

  async open(): Promise<void> {
    await new ShellPage(this.page).rail('Evidence & gates').click();
    await this.page.getByRole('heading', { level: 1, name: 'Evidence & gates' }).waitFor();
  }

  async tab(name: GatesTab): Promise<void> {
    const tab = this.page
      .getByRole('group', { name: 'What to show of evidence and gates' })
      .getByRole('button', { name: new RegExp(`^${name}`) });
    await tab.click();
    await tab.and(this.page.locator('[aria-pressed="true"]')).waitFor();
  }

  /** The dialog that proposes a change of prices, opened from the motions. */
  async startMotion(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Propose a change…' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Propose a change of prices or packages' });
    await dialog.waitFor();
    return dialog;
  }

  async propose(dialog: Locator, title: string, changes: string): Promise<void> {
    await dialog.getByLabel('Title').fill(title);
    await dialog.getByLabel('From what to what, and for whom').fill(changes);
    await dialog.getByRole('button', { name: /^Propose the change/ }).click();
  }

  /** What a gate says of a month, beside the matrix. */
  async openGate(gate: string, month: string): Promise<void> {
    await new ShellPage(this.page).goTo(`/evidence?gate=${gate}&month=${month}`);
    await this.detail.waitFor();
  }

  motion(title: string): Locator {
    return this.page.locator('.motion-list > li').filter({ hasText: title });
  }

  /** What stands in the way, line by line. */
  missing(within: Locator = this.page.locator('main')): Locator {
    return within.locator('.missing > li:has(.t-bad)');
  }
}

/** Page objects of the receipts and quarantine screens: what a journey says, in the words of the screens. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The shared table: found by its name, driven by its keys. */
export class TablePart {
  readonly grid: Locator;
  private readonly page: Page;

  constructor(page: Page, label: string | RegExp) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: label });
  }

  /** Rows in all, as the table tells assistive technology; -1 while it is being read. */
  async count(): Promise<number> {
    const rows = Number(await this.grid.getAttribute('aria-rowcount'));
    return rows < 0 ? -1 : rows - 1;
  }

  /** Rows that the page holds at this moment. */
  async rowsInPage(): Promise<number> {
    return this.grid.locator('[data-position]').count();
  }

  row(text: string | RegExp): Locator {
    return this.grid.getByRole('row').filter({ hasText: text });
  }

  rowAt(position: number): Locator {
    return this.grid.locator(`[data-position="${position}"]`);
  }

  focusedRow(): Locator {
    return this.grid.locator('.grid-focus');
  }

  async ready(): Promise<void> {
    await this.grid.and(this.page.locator('[aria-busy="false"]')).waitFor();
  }

  /** Presses keys with the focus in the table: `J`, `Shift+X`, `Enter`, `End`. */
  async press(...keys: string[]): Promise<void> {
    await this.grid.focus();
    for (const key of keys) await this.page.keyboard.press(key);
  }
}

export class ChainsPage {
  readonly chains: TablePart;
  readonly search: Locator;
  readonly verifyAll: Locator;
  readonly verifyFromZero: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.chains = new TablePart(page, 'Receipt chains');
    this.search = page.getByRole('textbox', { name: 'Search chains' });
    this.verifyAll = page.getByRole('button', { name: 'Verify all' });
    this.verifyFromZero = page.getByRole('button', { name: 'Verify from zero' });
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('link', { name: /^Receipts/ })
      .click();
    await this.page.getByRole('heading', { level: 1, name: 'Receipts' }).waitFor();
  }

  /** @param verdict as the command line prints it, or `not verified yet`. */
  async onlyVerdict(verdict: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Verdict/ }).click();
    await this.page.getByRole('option', { name: new RegExp(`^${verdict}`) }).click();
  }

  async onlySource(source: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Source/ }).click();
    await this.page.getByRole('option', { name: source }).click();
  }

  async openChain(chainKey: string): Promise<ChainPage> {
    await this.chains.row(chainKey).getByRole('link').click();
    const chain = new ChainPage(this.page);
    await chain.title(chainKey).waitFor();
    return chain;
  }
}

type View = 'Findings' | 'All receipts' | 'Checkpoints' | 'History';

export class ChainPage {
  readonly verdict: Locator;
  readonly map: Locator;
  readonly mapTable: Locator;
  readonly lens: Locator;
  readonly finding: Locator;
  readonly inspector: Locator;
  readonly proof: Locator;
  readonly verifyAgain: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.verdict = page.locator('[data-figure="verdict"]');
    this.map = page.getByRole('img', { name: /^Chain map/ });
    this.mapTable = page.getByRole('region', { name: 'Chain map as a table' });
    this.lens = page.getByRole('list', { name: 'Receipts around this place' });
    this.finding = page.locator('.chain-left');
    this.inspector = page.locator('.inspector');
    this.proof = page.locator('[data-proof="verdict"]');
    this.verifyAgain = page.locator('.page-head').getByRole('button', { name: /^Verify again/ });
  }

  title(chainKey: string): Locator {
    return this.page.getByRole('heading', { level: 1, name: chainKey });
  }

  findingTitle(title: string | RegExp): Locator {
    return this.finding.getByRole('heading', { level: 2, name: title });
  }

  async show(view: View): Promise<void> {
    await this.page
      .getByRole('group', { name: 'What to show of this chain' })
      .getByRole('button', { name: new RegExp(`^${view}`) })
      .click();
  }

  receipts(chainKey: string): TablePart {
    return new TablePart(this.page, `Receipts of ${chainKey}`);
  }

  async goTo(index: number): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Go to receipt number' }).fill(String(index));
    await this.page.keyboard.press('Enter');
  }

  async openProof(): Promise<void> {
    await this.verdict.click();
    await this.proof.waitFor();
  }

  /** Opens the request and gives its text. */
  async writeRequest(): Promise<string> {
    await this.finding.getByRole('button', { name: 'Write the request' }).click();
    const text = this.page.getByRole('dialog').getByRole('textbox', { name: 'Text' });
    await expect.poll(() => text.inputValue()).not.toBe('');
    return text.inputValue();
  }

  /** The shown receipt of the inspector: `8214`. */
  async shownReceipt(): Promise<number> {
    const title = await this.inspector.getByRole('heading', { level: 2 }).innerText();
    return Number(title.replace(/\D/g, ''));
  }

  async inspect(tab: 'Hash, step by step' | 'Merkle proof' | 'Claim and actual'): Promise<Locator> {
    await this.inspector.getByRole('tab', { name: tab }).click();
    return this.inspector.getByRole('region', { name: tab });
  }

  /** @param range both ends included. */
  async startExport(
    format: 'JSON' | 'CSV' | 'TSV' | 'Chain folder',
    range?: { readonly from: number; readonly to: number },
  ): Promise<void> {
    await this.page.locator('.page-head').getByRole('button', { name: 'Export…' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(`^${format}`) }).check({ force: true });
    if (range !== undefined) {
      await dialog.getByRole('textbox', { name: 'First receipt' }).fill(String(range.from));
      await dialog.getByRole('textbox', { name: 'Last receipt' }).fill(String(range.to));
    }
    await dialog.getByRole('button', { name: 'Export and save' }).click();
  }
}

export class ReceiptPage {
  readonly hashSteps: Locator;
  readonly merkleProof: Locator;
  readonly conformance: Locator;
  readonly byHand: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.hashSteps = page.getByRole('region', { name: 'Hash, step by step' }).locator('li');
    this.merkleProof = page.getByRole('region', { name: 'Merkle proof' });
    this.conformance = page.getByRole('region', { name: 'Claim and actual' });
    this.byHand = page.getByRole('region', { name: 'Check without this console' });
  }

  title(index: number): Locator {
    return this.page.getByRole('heading', { level: 1, name: `Receipt #${index.toLocaleString('en')}` });
  }

  async next(): Promise<void> {
    await this.page.keyboard.press(']');
  }

  async previous(): Promise<void> {
    await this.page.keyboard.press('[');
  }

  /** Both hashes of step 4: what the receipt names and what its predecessor is. */
  async linkHashes(): Promise<readonly string[]> {
    return this.hashSteps.nth(3).locator('code').allInnerTexts();
  }
}

export class QuarantinePage {
  readonly rows: TablePart;
  readonly entry: Locator;
  readonly rawText: Locator;
  readonly selectionBar: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.rows = new TablePart(page, 'Quarantined rows');
    this.entry = page.getByRole('region', { name: 'The quarantined row' });
    this.rawText = page.getByRole('region', { name: 'Raw text' });
    this.selectionBar = page.getByRole('group', { name: 'Selected rows' });
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('link', { name: /^Quarantine/ })
      .click();
    await this.page.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor();
  }

  async show(state: 'Open' | 'Requeued' | 'Resolved' | 'Dismissed' | 'All'): Promise<void> {
    await this.page
      .getByRole('group', { name: 'State' })
      .getByRole('button', { name: new RegExp(`^${state}`) })
      .click();
  }

  /** Chooses a row and waits until it is the one that stands beside the list. */
  async choose(text: string | RegExp): Promise<void> {
    await this.rows.row(text).click();
    await this.entry.filter({ hasText: text }).waitFor();
  }

  async requeueSelected(): Promise<void> {
    await this.selectionBar.getByRole('button', { name: 'Requeue' }).click();
  }

  async requeueShown(): Promise<void> {
    await this.entry.getByRole('button', { name: 'Requeue' }).click();
  }

  /** Dismisses the selected rows; the dialog asks once for all of them. */
  async dismissSelected(reason: string): Promise<void> {
    await this.selectionBar.getByRole('button', { name: /^Dismiss/ }).click();
    await this.confirmDismissal(reason);
  }

  async dismissShown(reason: string): Promise<void> {
    await this.entry.getByRole('button', { name: /^Dismiss/ }).click();
    await this.confirmDismissal(reason);
  }

  private async confirmDismissal(reason: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await dialog.getByRole('button', { name: /^Dismiss/ }).click();
    await dialog.waitFor({ state: 'detached' });
  }
}

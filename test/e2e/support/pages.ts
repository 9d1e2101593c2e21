/**
 * The screens as a person uses them: found by role and name, so that a page object breaks when a screen stops being
 * usable. They take a Page, whichever host it shows.
 */
import type { Locator, Page } from 'playwright-core';

export class ShellPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the console at its address (with the token) and waits for its frame or for the recovery screen. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('.shell, .recovery, .alone').first().waitFor();
  }

  /** Goes to an address inside the console, as a link does. */
  async goTo(address: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, address);
  }

  async address(): Promise<string> {
    return this.page.evaluate(() => location.hash.slice(1));
  }

  rail(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: new RegExp(`^${name}\\b`) });
  }

  title(): Locator {
    return this.page.locator('h1');
  }

  /** sealed, unanchored, broken, unknown or none. */
  async seal(): Promise<string> {
    return (await this.page.locator('[data-seal]').getAttribute('data-seal')) ?? '';
  }

  sealLink(): Locator {
    return this.page.locator('[data-seal]');
  }

  syncState(): Locator {
    return this.page.getByRole('button', { name: /^Sync: / });
  }

  acting(): Locator {
    return this.page.getByRole('button', { name: /^Acting: / });
  }

  async actAs(name: string): Promise<void> {
    await this.acting().click();
    await this.page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
    await this.page.getByRole('button', { name: new RegExp(`^Acting: ${name}`) }).waitFor();
  }

  /** The strip under the top bar whose title begins so: "Offline since", "Open read-only", "Not connected". */
  strip(title: string): Locator {
    return this.page.locator('.notice .banner').filter({ hasText: title });
  }

  notice(title: string): Locator {
    return this.page.locator('.notices .banner').filter({ hasText: title });
  }

  async openJobs(): Promise<Locator> {
    const drawer = this.page.getByRole('dialog', { name: 'Jobs' });
    if (!(await drawer.isVisible())) await this.page.locator('footer [data-jobs]').click();
    await drawer.waitFor();
    return drawer;
  }

  job(name: string): Locator {
    return this.page.locator('[data-job]').filter({ hasText: name }).first();
  }

  /**
   * Presses what starts a sync, and waits until it has ended. The console opens its jobs when it knows of the new one: before
   * that, "no job runs" says nothing.
   */
  async sync(press: () => Promise<void>): Promise<void> {
    await press();
    const drawer = this.page.getByRole('dialog', { name: 'Jobs' });
    await drawer.waitFor();
    await drawer.getByRole('button', { name: 'Close the jobs' }).click();
    await drawer.waitFor({ state: 'detached' });
    await this.jobsDone();
  }

  /** Waits until no job runs any more, where one is known to have started. */
  async jobsDone(timeoutMs = 60_000): Promise<void> {
    await this.page.locator('footer [data-jobs="0"]').waitFor({ timeout: timeoutMs });
  }

  /** The name of the element that has the focus, as a screen reader says it. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return '';
      return (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 120);
    });
  }
}

export class PalettePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(text = ''): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.field().waitFor();
    if (text !== '') await this.field().fill(text);
  }

  field(): Locator {
    return this.page.getByRole('combobox', { name: 'Find or run' });
  }

  option(name: string | RegExp): Locator {
    return this.page.getByRole('option', { name });
  }

  /** Types, waits until all that fits is listed, goes to the option and takes it with Enter. */
  async run(text: string, name: string): Promise<void> {
    await this.open(text);
    const option = this.option(new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))).first();
    await option.waitFor();
    // What the app finds is put before what is known here: until then, every place in the list may still change.
    await this.page
      .getByRole('dialog', { name: 'Find or run' })
      .getByRole('status')
      .filter({ hasText: /\d results?/ })
      .waitFor();
    for (let step = 0; step < 40 && (await option.getAttribute('aria-selected')) !== 'true'; step += 1) {
      await this.page.keyboard.press('ArrowDown');
    }
    await option.and(this.page.locator('[aria-selected="true"]')).waitFor();
    await this.page.keyboard.press('Enter');
    await this.field().waitFor({ state: 'detached' });
  }
}

export class OverviewPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  needs(): Locator {
    return this.page.locator('[data-need]');
  }

  need(title: string): Locator {
    return this.needs().filter({ hasText: title });
  }

  async openNeed(title: string): Promise<void> {
    await this.need(title).locator('[data-main]').click();
  }

  freshness(source: string): Locator {
    return this.page.getByRole('region', { name: 'Freshness by feed and day' }).getByRole('row', { name: new RegExp(`^${source}`) });
  }

  changes(): Locator {
    return this.page.getByRole('region', { name: /^Since you last looked/ }).getByRole('listitem');
  }

  firstRun(): Locator {
    return this.page.getByRole('heading', { name: 'Nothing to verify yet' });
  }

  async openDemo(): Promise<void> {
    await this.page.getByRole('button', { name: 'Open the demo' }).click();
  }
}

export interface NewSource {
  readonly kind: 'folder' | 'http';
  readonly location: string;
  readonly name?: string;
  readonly token?: string;
}

export class SourcesPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await new ShellPage(this.page).goTo('/settings/sources');
    await this.page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
  }

  row(name: string): Locator {
    return this.page.locator(`[data-source="${name}"]`);
  }

  private dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Add a source' });
  }

  async startAdding({ kind, location, token }: NewSource): Promise<void> {
    await this.page.getByRole('button', { name: 'Add a source…' }).first().click();
    const dialog = this.dialog();
    await dialog.getByRole('radio', { name: kind === 'folder' ? /^Folder/ : /^Address/ }).check();
    await dialog.getByLabel(kind === 'folder' ? 'Source folder' : 'Address', { exact: true }).fill(location);
    if (token !== undefined) await dialog.getByLabel(/^Bearer token/).fill(token);
  }

  /** Looks without storing anything; gives what the preview says. */
  async preview(): Promise<string> {
    await this.dialog().getByRole('button', { name: 'Look what it offers' }).click();
    const says = this.dialog().locator('.preview, [role="alert"]').first();
    await says.waitFor();
    return (await says.textContent()) ?? '';
  }

  async finishAdding(name?: string): Promise<void> {
    const dialog = this.dialog();
    if (name !== undefined) await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByRole('button', { name: 'Add and sync' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async add(source: NewSource): Promise<void> {
    await this.startAdding(source);
    await this.finishAdding(source.name);
  }

  async select(name: string): Promise<void> {
    await this.row(name).getByRole('link', { name }).click();
    await this.page.getByRole('region', { name, exact: true }).waitFor();
  }

  async press(action: 'Sync this' | 'Read all again' | 'Pause' | 'Resume'): Promise<void> {
    await this.page.getByRole('button', { name: action }).click();
  }

  async remove(name: string, reason: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Remove…' }).click();
    const dialog = this.page.getByRole('dialog', { name: `Remove ${name}` });
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: `Remove ${name}` }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** The row of a feed in "Where every row went". */
  feed(feed: string): Locator {
    return this.page.locator(`[data-feed="${feed}"]`);
  }

  /** received, accepted, duplicate, conflict, late, quarantined of a feed. */
  async counts(feed: string): Promise<readonly number[]> {
    const cells = await this.feed(feed).locator('td.num').allTextContents();
    return cells.map((cell) => Number(cell.replaceAll(',', '')));
  }
}

export class AuditPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  rows(): Locator {
    return this.page.locator('[data-seq]');
  }

  async actions(): Promise<readonly string[]> {
    return this.page.locator('[data-seq] td:nth-child(4)').allTextContents();
  }
}

export class RecoveryPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  title(): Locator {
    return this.page.locator('.recovery h1');
  }

  way(way: 'restore' | 'read-only' | 'export' | 'retry'): Locator {
    return this.page.locator(`[data-way="${way}"]`);
  }

  async choose(way: 'restore' | 'read-only' | 'export' | 'retry'): Promise<void> {
    // Its words: the mark of the radio button lies over the button itself.
    await this.way(way).locator('.way-words').click();
  }

  async restoreNewest(reason: string): Promise<void> {
    await this.choose('restore');
    await this.page.getByLabel(/^Reason/).fill(reason);
    await this.page.getByRole('button', { name: /^Restore this backup/ }).click();
  }

  async openReadOnly(): Promise<void> {
    await this.choose('read-only');
    await this.page.getByRole('button', { name: /^Open read-only/ }).click();
  }
}

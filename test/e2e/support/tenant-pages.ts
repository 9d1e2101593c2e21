/** Page objects of tenants, what may be done to one, and the requests that come of it. */
import type { Locator, Page } from 'playwright-core';
import { ShellPage } from './pages.ts';

export class TenantsPage {
  readonly grid: Locator;
  readonly search: Locator;
  readonly totals: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.grid = page.getByRole('grid', { name: /^Tenants: / });
    this.search = page.getByRole('textbox', { name: 'Search tenants' });
    this.totals = page.locator('.tenant-views > .push');
  }

  /** With G and T, as one who works here goes. */
  async openByKeys(): Promise<void> {
    await this.page.keyboard.press('g');
    await this.page.keyboard.press('t');
    await this.page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
    await this.grid.waitFor();
  }

  row(name: string): Locator {
    return this.grid.getByRole('row').filter({ hasText: name });
  }

  view(name: string): Locator {
    return this.page.getByRole('group', { name: 'Saved views' }).getByRole('button', { name: new RegExp(`^${name}`) });
  }
}

export class TenantPage {
  readonly head: Locator;
  readonly profile: Locator;
  readonly usage: Locator;
  readonly timeline: Locator;
  readonly connections: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.head = page.locator('.page-head');
    this.profile = page.getByRole('region', { name: 'Profile', exact: true });
    this.usage = page.getByRole('region', { name: 'Usage', exact: true });
    this.timeline = page.getByRole('listbox', { name: 'What happened, newest first' });
    this.connections = page.getByRole('region', { name: 'Connections', exact: true });
  }

  async isOpen(name: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  figure(name: string): Locator {
    return this.profile.locator(`[data-figure="${name}"]`);
  }

  proof(name: string): Locator {
    return this.page.locator(`[data-proof="${name}"]`);
  }

  act(name: RegExp): Locator {
    return this.head.getByRole('button', { name });
  }

  /** Presses an act and waits for its dialog. */
  async start(act: RegExp, dialog: RegExp): Promise<Locator> {
    await this.act(act).click();
    const box = this.page.getByRole('dialog', { name: dialog });
    await box.waitFor();
    return box;
  }

  /** What a refused act says, where it is pressed. */
  async whyNot(act: RegExp): Promise<string> {
    await this.act(act).focus();
    const reason = this.page.locator('.why-not');
    await reason.waitFor();
    return (await reason.textContent()) ?? '';
  }

  /** The reference in the notice that a request was made. */
  async asked(): Promise<string> {
    const notice = new ShellPage(this.page).notice('is asked').last();
    await notice.waitFor();
    const ref = /APR-\d+/.exec((await notice.textContent()) ?? '')?.[0];
    if (ref === undefined) throw new Error('the notice names no request');
    return ref;
  }
}

export class RequestPage {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(ref: string): Promise<void> {
    await new ShellPage(this.page).goTo(`/approvals/${ref}`);
    await this.page.getByRole('region', { name: 'What is asked' }).waitFor();
  }

  async confirm(ref: string, act: 'Confirm' | 'Confirm and carry out'): Promise<void> {
    await this.page.locator('.page-head').getByRole('button', { name: 'Confirm…' }).click();
    const dialog = this.page.getByRole('dialog', { name: `Confirm ${ref}` });
    await dialog.waitFor();
    await dialog.getByRole('checkbox').click({ force: true });
    await dialog.getByRole('button', { name: new RegExp(`^${act} ?Ctrl`) }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async whyNotConfirm(): Promise<string> {
    await this.page.locator('.page-head').getByRole('button', { name: 'Confirm…' }).focus();
    const reason = this.page.locator('.why-not');
    await reason.waitFor();
    return (await reason.textContent()) ?? '';
  }
}

import type { Page } from 'playwright-core';
import type { Scenario } from '../renderer/support/fixture-types.ts';

export interface Shot {
  readonly name: string;
  readonly address: string;
  readonly scenario?: Scenario;
  /** Brings the screen into the state that is to be seen. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly settleMs?: number;
}

/** Every screen and every state of the shell that is worth a look. */
export const SHOTS: readonly Shot[] = [
  { name: 'overview', address: '/overview' },
  { name: 'overview-offline', address: '/overview', scenario: 'offline' },
  { name: 'overview-read-only', address: '/overview', scenario: 'read-only' },
  { name: 'overview-demo', address: '/overview', scenario: 'demo' },
  { name: 'first-run', address: '/overview', scenario: 'empty' },
  { name: 'recovery', address: '/overview', scenario: 'recovery' },
  {
    name: 'palette',
    address: '/overview',
    prepare: async (page) => {
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('nor');
    },
  },
  {
    name: 'palette-actions',
    address: '/overview',
    prepare: async (page) => {
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('>');
    },
  },
  {
    name: 'keys',
    address: '/receipts/northwind/pro@1.4',
    prepare: async (page) => {
      await page.locator('h1').waitFor();
      await page.keyboard.press('?');
    },
  },
  {
    name: 'jobs',
    address: '/overview',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Sync now' }).first().click();
    },
  },
  {
    name: 'member-menu',
    address: '/overview',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Acting:/ }).click();
    },
  },
  {
    name: 'sync-card',
    address: '/overview',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Sync:/ }).click();
    },
  },
  { name: 'receipts', address: '/receipts' },
  { name: 'receipt-chain', address: '/receipts/northwind/pro@1.4', settleMs: 1200 },
  { name: 'receipt-proof', address: '/receipts/northwind/pro@1.4?proof=verdict', settleMs: 1200 },
  { name: 'receipt', address: '/receipts/northwind/pro@1.4/8214', settleMs: 1200 },
  { name: 'packets', address: '/packets', settleMs: 900 },
  { name: 'packets-empty', address: '/packets', scenario: 'empty', settleMs: 900 },
  { name: 'packet-month', address: '/packets/2026-05', settleMs: 900 },
  { name: 'packet-proof', address: '/packets/2026-05?proof=blended_margin', settleMs: 900 },
  { name: 'packet-proof-tier', address: '/packets/2026-05?proof=tier.starter.p95_of_mrr', settleMs: 900 },
  { name: 'packet-moves', address: '/packets/2026-05?view=moves', settleMs: 900 },
  { name: 'packet-outlook', address: '/packets/2026-05?view=outlook', settleMs: 900 },
  {
    name: 'packet-trial',
    address: '/packets/2026-05?view=outlook',
    settleMs: 1200,
    prepare: async (page) => {
      await page.getByRole('textbox', { name: 'Starter, price, times' }).fill('1.1');
      await page.getByRole('textbox', { name: 'Starter, subscriptions, times' }).fill('0.94');
      await page.getByRole('region', { name: 'Record and trial, not recorded' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'packet-checks', address: '/packets/2026-05?view=checks', settleMs: 900 },
  { name: 'packet-record', address: '/packets/2026-05?view=record', settleMs: 900 },
  { name: 'packet-superseded', address: '/packets/2026-05?revision=1', settleMs: 900 },
  { name: 'packet-draft', address: '/packets/2026-01', settleMs: 900 },
  { name: 'packet-refused', address: '/packets/2025-12', settleMs: 900 },
  { name: 'packet-to-build', address: '/packets/2025-11', settleMs: 900 },
  { name: 'packet-read-only', address: '/packets/2026-05', scenario: 'read-only', settleMs: 900 },
  {
    name: 'packet-accept-refused',
    address: '/packets/2026-05',
    settleMs: 900,
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Accept/ }).focus();
    },
  },
  {
    name: 'packet-send-back',
    address: '/packets/2026-05',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Send back…' }).click();
    },
  },
  {
    name: 'packet-correct',
    address: '/packets/2026-05',
    settleMs: 1200,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'More acts' }).click();
      await page.getByRole('menuitem', { name: /^Correct an assumption/ }).click();
      await page.getByLabel(/^New value/).fill('0.48');
      await page.getByLabel('Reason').fill('The billing system says 48 %, not 70 %.');
    },
  },
  {
    name: 'packet-build',
    address: '/packets',
    settleMs: 900,
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Build packet/ }).click();
    },
  },
  {
    name: 'packet-schedule',
    address: '/packets',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Schedule…' }).click();
    },
  },
  { name: 'quarantine', address: '/quarantine' },
  { name: 'audit', address: '/audit' },
  { name: 'audit-entry', address: '/audit?entry=2417' },
  { name: 'settings-sources', address: '/settings/sources' },
  { name: 'settings-source-add', address: '/settings/sources?add=source' },
  { name: 'settings-trust', address: '/settings/trust' },
  { name: 'settings-workspace', address: '/settings/workspace' },
  { name: 'settings-backups', address: '/settings/backups' },
  { name: 'settings-members', address: '/settings/members' },
  { name: 'settings-appearance', address: '/settings/appearance' },
  { name: 'settings-about', address: '/settings/about' },
];

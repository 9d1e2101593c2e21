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

import { describe, expect, it } from 'vitest';
import { Audit } from '../../src-renderer/features/audit/audit.tsx';
import { Overview } from '../../src-renderer/features/overview/overview.tsx';
import { Recovery } from '../../src-renderer/features/recovery/recovery.tsx';
import { Settings } from '../../src-renderer/features/settings/settings.tsx';
import { parseAddress } from '../../src-renderer/router/address.ts';
import { ROUTES } from '../../src-renderer/routes.ts';
import { NoticeStrip } from '../../src-renderer/shell/notice-strip.tsx';
import { Rail } from '../../src-renderer/shell/rail.tsx';
import { TopBar } from '../../src-renderer/shell/top-bar.tsx';
import { type Asked, renderScreen } from './support/render.tsx';

const OVERVIEW: readonly Asked[] = [['overview.get', {}]];
const text = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

describe('the overview', () => {
  it('says what needs me first, why, since when, and where to go', async () => {
    const html = await renderScreen(<Overview />, OVERVIEW);
    expect(text(html)).toContain('Four things need you. First: Chain northwind/pro@1.4 is broken.');
    expect(html.indexOf('is broken')).toBeLessThan(html.indexOf('has sent nothing'));
    expect(html).toContain('href="#/receipts/northwind/pro@1.4"');
    expect(html).toContain('Since you last looked');
  });

  it('has one row a feed, and a word in every cell of the heat map', async () => {
    const html = await renderScreen(<Overview />, OVERVIEW);
    const cells = [...html.matchAll(/class="heat-cell heat-[a-z]+" title="([^"]+)"/g)].map((match) => match[1]);
    expect(cells).toHaveLength(3 * 14);
    expect(cells.filter((title) => title?.includes('late'))).toHaveLength(5);
  });

  it('is the first-run screen in an empty workspace', async () => {
    const html = await renderScreen(<Overview />, OVERVIEW, { scenario: 'empty' });
    expect(html).toContain('Nothing to verify yet');
    expect(html).toContain('Open the demo');
    expect(html).not.toContain('Freshness');
  });

  it('keeps refused actions visible, with the reason', async () => {
    const html = await renderScreen(<Overview />, OVERVIEW, { scenario: 'read-only' });
    const refused = /<button[^>]*aria-disabled="true"[^>]*>/.exec(html)?.[0] ?? '';
    expect(refused).not.toContain(' disabled');
    expect(text(html)).toContain('The workspace is open read-only, so nothing can be changed.');
  });
});

describe('the shell', () => {
  it('names every screen in the rail, with what waits there', async () => {
    const html = await renderScreen(<Rail />, [...OVERVIEW, ['quarantine.page', { state: 'open', limit: 1 }]]);
    for (const route of ROUTES) expect(html).toContain(`href="#/${route.root}"`);
    expect(text(html)).toContain('Receipts , 1 broken chain');
    expect(text(html)).toContain('Quarantine , 6 rows open');
  });

  it('gives each screen its own letter after G', () => {
    expect(new Set(ROUTES.map((route) => route.letter)).size).toBe(ROUTES.length);
    for (const route of ROUTES) expect(route.letter).toMatch(/^[A-Z]$/);
  });

  it('shows workspace, sync, seal and who acts', async () => {
    const html = await renderScreen(<TopBar />, []);
    const words = text(html);
    for (const part of ['Switchboard', '1 source failing', 'Seal broken: 1 of 16 chains', 'Amara Okafor', 'founder'])
      expect(words).toContain(part);
  });

  it.each([
    ['demo', 'This is the demo workspace'],
    ['read-only', 'Open read-only'],
    ['offline', 'Offline since 07:58 UTC'],
  ] as const)('has a strip for %s', async (scenario, says) => {
    const html = await renderScreen(<NoticeStrip />, [], { scenario });
    expect(text(html)).toContain(says.replace('07:58 UTC', ''));
  });

  it('has no strip when there is nothing to say', async () => {
    expect(text(await renderScreen(<NoticeStrip />, []))).toBe(' ');
  });
});

describe('settings', () => {
  it('shows where every row went, and that it adds up', async () => {
    const html = await renderScreen(<Settings address={parseAddress('/settings/sources')} />, [
      ['source.list', {}],
      ['sync.runs', { sourceId: 'src-northwind', limit: 50 }],
    ]);
    expect(html).toContain('title="37,216 = 37,210 + 0 + 0 + 0 + 6"');
    expect(text(html)).toContain('adds up');
    expect(html).not.toContain('does not add up');
  });

  it('opens the source that the address names', async () => {
    const html = await renderScreen(<Settings address={parseAddress('/settings/sources?source=src-kestrel')} />, [
      ['source.list', {}],
      ['sync.runs', { sourceId: 'src-kestrel', limit: 50 }],
    ]);
    expect(text(html)).toContain('kept in the secret store');
    expect(text(html)).toContain('9 times in a row');
  });

  it.each([
    ['trust', [['trustedLog.list', {}]], 'Halden Audit'],
    ['backups', [['backup.list', {}]], 'The disk of the old laptop failed'],
    ['members', [], 'priya@halden-audit.example'],
    ['about', [['system.doctor', { sanity: false }]], '1 to look at, 5 hold'],
    ['appearance', [], 'Single letters act as shortcuts'],
    ['workspace', [], '/media/usb/audit-2025'],
  ] satisfies readonly (readonly [string, readonly Asked[], string])[])('has the section %s', async (section, asked, says) => {
    const html = await renderScreen(<Settings address={parseAddress(`/settings/${section}`)} />, asked);
    expect(text(html)).toContain(says);
  });
});

describe('the audit log', () => {
  it('shows the newest first, and the entry that the address names', async () => {
    const html = await renderScreen(<Audit address={parseAddress('/audit?entry=2417')} />, [
      ['audit.verify', {}],
      ['audit.page', { limit: 100 }],
      ['audit.entry', { seq: 2417 }],
    ]);
    expect(text(html)).toContain('all 2,418 entries are chained');
    expect(text(html)).toContain('100 of 2,418, newest first');
    expect(html.indexOf('data-seq="2418"')).toBeLessThan(html.indexOf('data-seq="2417"'));
    expect(html).toContain('aria-label="Audit entry 2417"');
    expect(text(html)).toContain('verdict VERIFIED BROKEN');
  });
});

describe('the recovery screen', () => {
  it('says what is untouched, offers every possible way, and asks for a reason before a restore', async () => {
    const html = await renderScreen(<Recovery />, [['recovery.describe', {}]], { scenario: 'recovery' });
    const words = text(html);
    expect(words).toContain('Nothing has been changed or deleted.');
    for (const way of ['Restore a backup', 'Open read-only', 'Export what can be read', 'Try to open it again', 'Open another workspace…'])
      expect(words).toContain(way);
    expect(words).toContain('STORE_CORRUPT');
    expect(words).toContain('req_7f3a91c2');
    expect(words).toContain('A reason is needed');
  });
});

import { describe, expect, it } from 'vitest';
import type { Need } from '../../src-shared/contract/overview.ts';
import { changeLine, changesOf } from '../../src-renderer/features/audit/audit-words.ts';
import { cellWords } from '../../src-renderer/features/overview/freshness.tsx';
import { leadWords } from '../../src-renderer/features/overview/overview-words.ts';
import { sealParts } from '../../src-renderer/features/overview/seal-panel.tsx';
import { firstWay, whyNotNow } from '../../src-renderer/features/recovery/ways.ts';
import { checksWords } from '../../src-renderer/features/settings/about-section.tsx';
import {
  conservationLine,
  isHttp,
  placedSum,
  scheduleWords,
  sourceLook,
  suggestName,
} from '../../src-renderer/features/settings/source-words.ts';
import { FIXTURE_NOW } from './support/fixture-app.ts';
import { makeSources } from './support/fixture-sources.ts';

const need = (title: string): Need => ({
  needId: title,
  status: 'bad',
  title,
  says: '',
  since: null,
  foundBy: null,
  action: { label: 'Open', address: '/a' },
});

describe('overview words', () => {
  it('lead with how much waits and what comes first', () => {
    expect(leadWords([])).toBe('Nothing needs you.');
    expect(leadWords([need('Chain a is broken')])).toBe('One thing needs you.');
    expect(leadWords([need('Chain a is broken'), need('b')])).toBe('Two things need you. First: Chain a is broken.');
    expect(leadWords(Array.from({ length: 12 }, () => need('x')))).toMatch(/^12 things/);
  });

  it('tell a cell of the heat map in words', () => {
    expect(cellWords({ date: '2026-06-03', state: 'late', hoursLate: 1 })).toBe('late, 1 hour late');
    expect(cellWords({ date: '2026-06-03', state: 'on-time', hoursLate: null })).toBe('on time');
    expect(cellWords({ date: '2026-06-03', state: 'no-run', hoursLate: null })).toBe('no run');
  });

  it('count every chain of the seal once', () => {
    const parts = sealParts({
      form: 'broken',
      chains: 16,
      broken: 1,
      anchored: 11,
      unanchored: 2,
      indeterminate: 1,
      notVerified: 1,
      receipts: 1,
      anchoredReceipts: 1,
      outsideParties: [],
      checkedAt: null,
      worst: null,
    });
    expect(parts[0]?.kind).toBe('bad');
    expect(parts.reduce((sum, part) => sum + part.n, 0)).toBe(16);
  });
});

describe('source words', () => {
  it('prove conservation, and show when it fails', () => {
    const counts = { received: 37_216, accepted: 37_210, duplicate: 0, conflict: 0, late: 0, quarantined: 6 };
    expect(placedSum(counts)).toBe(37_216);
    expect(conservationLine(counts)).toBe('37,216 = 37,210 + 0 + 0 + 0 + 6');
    expect(conservationLine({ ...counts, late: 1 })).toContain('≠');
  });

  it('give the fixture sources figures that add up', () => {
    for (const source of makeSources(FIXTURE_NOW))
      for (const feed of source.feeds) expect(placedSum(feed.totals)).toBe(feed.totals.received);
  });

  it('tell a source by its worst feed, and a pause before anything', () => {
    const [northwind, , kestrel] = makeSources(FIXTURE_NOW);
    if (northwind === undefined || kestrel === undefined) throw new Error('The fixture has three sources.');
    expect(sourceLook(northwind).word).toBe('ok');
    expect(sourceLook(kestrel)).toMatchObject({ status: 'bad', word: 'failed' });
    expect(sourceLook({ ...kestrel, state: 'paused' })).toMatchObject({ status: 'idle', word: 'paused' });
    expect(sourceLook({ ...kestrel, feeds: [] }).word).toBe('not run yet');
  });

  it.each([
    ['/srv/partners/Northwind Ltd/', 'northwind-ltd'],
    ['C:\\data\\meridian', 'meridian'],
    ['https://feeds.kestrel.example/countersign?x=1', 'countersign'],
    ['___', ''],
    ['', ''],
  ])('suggest a name for %s', (location, name) => {
    expect(suggestName(location)).toBe(name);
    if (name !== '') expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
  });

  it('know an address from a folder, and a schedule by its words', () => {
    expect(isHttp(' HTTPS://a.example')).toBe(true);
    expect(isHttp('/srv/http')).toBe(false);
    expect(scheduleWords('*/15 * * * *')).toBe('every 15 minutes');
    expect(scheduleWords('1 2 3 4 5')).toBe('1 2 3 4 5');
  });
});

describe('audit words', () => {
  it('show each field that an entry names, once', () => {
    expect(changesOf({ before: { state: 'open' }, after: { state: 'dismissed', reason: 'empty line' } })).toEqual([
      { field: 'state', before: 'open', after: 'dismissed' },
      { field: 'reason', before: null, after: 'empty line' },
    ]);
    expect(changeLine({ before: { a: 1 }, after: { a: 2 } })).toBe('a 1 → 2');
    expect(changeLine({ before: { a: [1] }, after: null })).toBe('a [1] → nothing');
    expect(changesOf({ before: null, after: null })).toEqual([]);
    expect(changeLine({ before: 'x', after: 'y' })).toBe('x → y');
  });
});

describe('recovery words', () => {
  it('take the first way that is possible', () => {
    const way = (name: 'restore' | 'read-only' | 'export' | 'retry' | 'other', possible: boolean) => ({
      way: name,
      possible,
      whyNot: null,
    });
    expect(firstWay({ ways: [way('restore', false), way('read-only', true)] })).toBe('read-only');
    expect(firstWay({ ways: [way('other', true)] })).toBe('retry');
  });

  it('ask for a backup and a reason before a restore, and for nothing before looking', () => {
    expect(whyNotNow({ way: 'restore', backupId: null, reason: 'disk' })).toMatch(/backup/);
    expect(whyNotNow({ way: 'restore', backupId: 'b', reason: ' a ' })).toMatch(/reason/i);
    expect(whyNotNow({ way: 'restore', backupId: 'b', reason: 'disk error' })).toBeNull();
    expect(whyNotNow({ way: 'read-only', backupId: null, reason: '' })).toBeNull();
  });
});

describe('the checks', () => {
  it('are summed up worst first', () => {
    const check = (state: 'ok' | 'warn' | 'bad' | 'unknown') => ({ name: state, state, says: '', nextStep: null, details: {} });
    expect(checksWords([check('ok'), check('bad'), check('warn'), check('ok')])).toBe('1 fails, 1 to look at, 2 hold');
  });
});

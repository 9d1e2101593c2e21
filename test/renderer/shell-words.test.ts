import { describe, expect, it } from 'vitest';
import { contract, topics } from '../../src-shared/contract/index.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import { mergeJob } from '../../src-renderer/port/app-client.ts';
import { DEPENDS_ON, isTouched } from '../../src-renderer/port/freshness.ts';
import { readLaunch } from '../../src-renderer/port/launch-token.ts';
import { refusalOf } from '../../src-renderer/port/refusal.ts';
import { jobProgressWords, jobShare } from '../../src-renderer/shell/job-words.ts';
import { filterEntries, fit, matchedPart, type PaletteEntry, parsePaletteText } from '../../src-renderer/shell/palette-entries.ts';
import { sealLook, type Seal } from '../../src-renderer/shell/seal-words.ts';
import { syncLook, type SyncState } from '../../src-renderer/shell/sync-words.ts';
import { isDark, parsePreferences } from '../../src-renderer/ui/preferences.ts';
import { readSaved, writeSaved } from '../../src-renderer/ui/saved-state.ts';
import { staysMs } from '../../src-renderer/ui/notices.ts';

describe('the token of a launch', () => {
  const token = 'AbCdEfGh0123456789_-AbCdEfGh0123456789_-xyz';
  it('is taken out of the address, with or without a place to go to', () => {
    expect(readLaunch(`#token=${token}`)).toEqual({ token, hash: '' });
    expect(readLaunch(`#token=${token}&to=${encodeURIComponent('/receipts/a/b@1?proof=verdict')}`)).toEqual({
      token,
      hash: '#/receipts/a/b@1?proof=verdict',
    });
    expect(readLaunch('#/audit')).toEqual({ token: null, hash: '#/audit' });
  });

  it('is dropped when it has another shape, and leaves the address all the same', () => {
    for (const bad of ['', 'short', 'a b c d e f g h i j k l', `${token}<script>`])
      expect(readLaunch(`#token=${bad}`)).toEqual({ token: null, hash: '' });
    expect(readLaunch(`#token=${token}&to=https://evil.example`).hash).toBe('');
  });
});

describe('what a change makes old', () => {
  it('knows every query of the contract and only topics that exist', () => {
    const queries = Object.entries(contract).flatMap(([name, entry]) => (entry.kind === 'query' ? [name] : []));
    expect(Object.keys(DEPENDS_ON).sort()).toEqual(queries.sort());
    for (const dependsOn of Object.values(DEPENDS_ON)) for (const topic of dependsOn) expect(topics).toContain(topic);
  });

  it('makes the overview old by any change, and nothing by another’s', () => {
    for (const topic of topics) expect(isTouched('overview.get', [topic])).toBe(true);
    expect(isTouched('quarantine.page', ['receipts'])).toBe(false);
    expect(isTouched('constructor', ['receipts'])).toBe(false);
  });
});

describe('the chain seal', () => {
  const seal: Seal = {
    form: 'sealed',
    chains: 14,
    broken: 0,
    anchored: 14,
    unanchored: 0,
    indeterminate: 0,
    notVerified: 0,
    receipts: 9,
    anchoredReceipts: 9,
    outsideParties: [],
    checkedAt: null,
    worst: null,
  };
  it('is green in one form only, and says how many in the others', () => {
    expect(sealLook(seal)).toMatchObject({ status: 'ok', text: 'Sealed: 14 chains' });
    expect(sealLook({ ...seal, form: 'unanchored', unanchored: 2 })).toMatchObject({ status: 'warn', text: 'Unanchored: 2 of 14 chains' });
    expect(sealLook({ ...seal, form: 'none', chains: 0 })).toMatchObject({ status: 'idle', text: 'No chains yet' });
    expect(sealLook({ ...seal, form: 'unknown', notVerified: 1, indeterminate: 2 })).toMatchObject({
      status: 'idle',
      text: 'Seal unknown: 3 of 14 chains',
    });
  });

  it('leads to the worst chain when it is broken', () => {
    const broken: Seal = { ...seal, form: 'broken', broken: 1, worst: { chainKey: 'a/b', address: '/receipts/a/b', says: '' } };
    expect(sealLook(broken)).toMatchObject({ status: 'bad', text: 'Seal broken: 1 of 14 chains', address: '/receipts/a/b' });
    expect(sealLook({ ...broken, chains: 1 }).text).toBe('Seal broken: 1 of 1 chain');
  });
});

describe('the sync state', () => {
  const sync: SyncState = { state: 'ok', lastSyncAt: '2026-06-03T09:38:00Z', nextRunAt: null, offlineSince: null, failing: [] };
  const now = Date.parse('2026-06-03T09:42:00Z');
  it('is quiet when all is well and says what is not', () => {
    expect(syncLook(sync, now)).toMatchObject({ status: 'ok', text: 'Synced 09:38 UTC' });
    expect(syncLook({ ...sync, state: 'failing', failing: [{ sourceName: 'kestrel', says: '' }] }, now)).toMatchObject({
      status: 'warn',
      text: '1 source failing',
    });
    expect(syncLook({ ...sync, state: 'offline' }, now)).toMatchObject({ status: 'warn', text: 'Offline' });
  });
});

const job = (patch: Partial<Job>): Job => ({
  jobId: 'j',
  name: 'Sync',
  kind: 'sync',
  state: 'running',
  startedAt: '2026-06-03T09:00:00Z',
  endedAt: null,
  progress: null,
  says: '',
  error: null,
  address: null,
  ...patch,
});

describe('jobs', () => {
  it('take their earlier state’s place, newest first', () => {
    const first = job({ jobId: 'a', startedAt: '2026-06-03T09:00:00Z' });
    const second = job({ jobId: 'b', startedAt: '2026-06-03T09:01:00Z' });
    const list = mergeJob(mergeJob([first], second), { ...first, state: 'done' });
    expect(list.map((each) => [each.jobId, each.state])).toEqual([
      ['b', 'running'],
      ['a', 'done'],
    ]);
  });

  it('let old ended ones fall off and never a running one', () => {
    let list = mergeJob([], job({ jobId: 'running', startedAt: '2026-01-01T00:00:00Z' }));
    for (let i = 0; i < 60; i += 1)
      list = mergeJob(list, job({ jobId: `j${i}`, state: 'done', startedAt: `2026-06-03T09:00:${String(i).padStart(2, '0')}Z` }));
    expect(list).toHaveLength(31);
    expect(list.some((each) => each.jobId === 'running')).toBe(true);
  });

  it('say how far they have come, as far as that is known', () => {
    expect(jobShare(job({}))).toBeNull();
    expect(jobShare(job({ progress: { done: 3, total: 0, unit: 'items' } }))).toBeNull();
    const half = job({ progress: { done: 4608, total: 12_029, unit: 'receipts' } });
    expect(jobProgressWords(half)).toBe('38%, 4,608 of 12,029 receipts');
    expect(jobProgressWords(job({ progress: { done: 6_627_917, total: null, unit: 'bytes' } }))).toBe('6.63 MB');
  });
});

describe('the palette', () => {
  const entry = (name: string): PaletteEntry => ({ id: name, group: 'Actions', icon: 'add', name, note: '', run: () => undefined });
  it('reads its signs', () => {
    expect(parsePaletteText('> Sync')).toEqual({ kind: 'actions', text: 'sync' });
    expect(parsePaletteText(' #F81A1D')).toEqual({ kind: 'hash', text: 'f81a1d' });
    expect(parsePaletteText('North')).toEqual({ kind: 'all', text: 'north' });
  });

  it('puts beginnings before words before initials, and keeps the rest out', () => {
    const names = ['Back up now', 'Add a source…', 'Sync now', 'Verify all chains from zero', 'northwind/starter'];
    expect(filterEntries(names.map(entry), 's').map((each) => each.name)).toEqual(['Sync now', 'Add a source…', 'northwind/starter']);
    expect(fit('Verify all chains from zero', 'vac')).toBe(1);
    expect(fit('Verify all chains from zero', 'nor')).toBe(0);
    expect(filterEntries(names.map(entry), '')).toHaveLength(5);
  });

  it('marks what was typed', () => {
    expect(matchedPart('Add a source', 'a so')).toEqual(['Add ', 'a so', 'urce']);
    expect(matchedPart('Sync', '')).toBeNull();
  });
});

describe('refusals', () => {
  const session = {
    member: {
      memberId: 'm',
      name: 'Jonas Weil',
      role: 'partner_operator' as const,
      email: null,
      addedAt: '2026-01-01T00:00:00Z',
      owner: false,
    },
    workspace: { workspaceId: 'w', name: 'W', folder: '/w', demo: false, readOnly: null },
    allowed: ['receipt.verify', 'sync.run'],
  };
  it('name who acts and in which role', () => {
    expect(refusalOf(session, 'source.remove')).toBe('You act as Jonas Weil, partner operator. This role may not do it.');
    expect(refusalOf(session, 'sync.run')).toBeNull();
  });

  it('hold changes back while read-only, and not looking', () => {
    const readOnly = { ...session, workspace: { ...session.workspace, readOnly: { reason: 'held', holder: null } } };
    expect(refusalOf(readOnly, 'sync.run')).toMatch(/read-only/);
    expect(refusalOf(readOnly, 'receipt.verify')).toBeNull();
  });
});

describe('what is remembered on this machine', () => {
  const store = (values: Record<string, string>) => ({
    values,
    getItem: (key: string) => values[key] ?? null,
    setItem: (key: string, value: string) => {
      values[key] = value;
    },
  });
  it('comes back as it was kept', () => {
    const kept = store({});
    writeSaved('preferences', { theme: 'dark', letters: false }, kept);
    expect(readSaved('preferences', parsePreferences, null, kept)).toEqual({ theme: 'dark', letters: false });
  });

  it('never blocks the start, whatever stands there', () => {
    const fallback = { theme: 'system', letters: true } as const;
    for (const text of ['', '{', 'null', '[]', '"dark"', '{"theme":"neon","letters":"yes"}', '\u0000']) {
      expect(readSaved('preferences', parsePreferences, fallback, store({ 'countersign.preferences': text }))).toEqual(fallback);
    }
    const broken = {
      getItem: (): string => {
        throw new Error('forbidden');
      },
      setItem: (): void => {
        throw new Error('full');
      },
    };
    expect(readSaved('preferences', parsePreferences, fallback, broken)).toEqual(fallback);
    expect(() => writeSaved('preferences', fallback, broken)).not.toThrow();
  });

  it('follows the system unless a theme is chosen', () => {
    expect(isDark('system', true)).toBe(true);
    expect(isDark('system', false)).toBe(false);
    expect(isDark('light', true)).toBe(false);
    expect(isDark('dark', false)).toBe(true);
  });
});

describe('notices', () => {
  it('go by themselves only when all is well', () => {
    expect(staysMs({ id: 1, status: 'ok', title: 'Copied', quiet: true })).toBeLessThan(3000);
    expect(staysMs({ id: 1, status: 'ok', title: 'Added' })).toBe(8000);
    expect(staysMs({ id: 1, status: 'bad', title: 'Failed' })).toBeNull();
  });
});

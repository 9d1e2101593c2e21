import { describe, expect, it } from 'vitest';
import { acknowledgedBy, createLastSeenStore, lastSeenFor, longDate, type SeenHead } from '../../../src-main/receipts/last-seen.ts';
import type { RestoreFact } from '../../../src-main/workspace/index.ts';

const ROOT = 'a'.repeat(64);
const SEEN: SeenHead = { size: 100, root: ROOT, at: '2026-06-03T10:00:00.000Z' };
const restore = (restoredAt: string): RestoreFact => ({
  restoreId: 'r',
  restoredAt,
  backupName: 'b',
  backupTakenAt: '2026-06-01T00:00:00.000Z',
  backupSha256: ROOT,
  reason: 'a wrong import',
  member: 'Amara',
  fromSizes: {},
  setAside: null,
});

const memory = () => {
  const files = new Map<string, unknown>();
  return {
    files,
    readJson: (name: string) => Promise.resolve(files.get(name)),
    writeJson: (name: string, value: unknown) => {
      files.set(name, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
};

describe('what was last seen', () => {
  it('is held against a chain in the words of a sentence', () => {
    expect(lastSeenFor(SEEN, 90, [])).toEqual({ size: 100, root: ROOT, where: 'this console on 3 June 2026' });
    expect(lastSeenFor(undefined, 90, [])).toBeNull();
    expect(longDate('2026-12-31T23:59:59.000Z')).toBe('31 December 2026');
  });

  it('is quiet after a restore that was done later, until the chain has grown past it again', () => {
    const later = restore('2026-06-04T00:00:00.000Z');
    expect(acknowledgedBy(SEEN, 90, [later])).toBe(later);
    expect(lastSeenFor(SEEN, 90, [later])).toBeNull();
    expect(acknowledgedBy(SEEN, 100, [later])).toBeNull();
    expect(lastSeenFor(SEEN, 100, [later])).not.toBeNull();
  });

  it('is not excused by a restore from before it was seen', () => {
    expect(lastSeenFor(SEEN, 90, [restore('2026-06-02T00:00:00.000Z')])).not.toBeNull();
  });
});

describe('the memory outside the workspace', () => {
  it('keeps the larger head', async () => {
    const store = createLastSeenStore(memory(), 'install', 'workspace');
    await store.remember(new Map([['a/b', SEEN]]));
    await store.remember(
      new Map([
        ['a/b', { ...SEEN, size: 50, root: 'b'.repeat(64) }],
        ['a/c', SEEN],
      ]),
    );
    expect(Object.fromEntries(await store.read())).toEqual({ 'a/b': SEEN, 'a/c': SEEN });
  });

  it('is of this installation and this workspace alone', async () => {
    const files = memory();
    await createLastSeenStore(files, 'install', 'workspace').remember(new Map([['a/b', SEEN]]));
    expect((await createLastSeenStore(files, 'another', 'workspace').read()).size).toBe(0);
    expect((await createLastSeenStore(files, 'install', 'other').read()).size).toBe(0);
  });

  it('ignores what is not a head', async () => {
    const files = memory();
    await createLastSeenStore(files, 'install', 'workspace').remember(new Map([['a/b', SEEN]]));
    for (const [name, value] of files.files)
      files.files.set(name, { ...(value as object), chains: { 'a/b': { size: -0.5, root: 'x' }, 'a/c': null, 'a/d': SEEN } });
    expect([...(await createLastSeenStore(files, 'install', 'workspace').read()).keys()]).toEqual(['a/d']);
  });
});

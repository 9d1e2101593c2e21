import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFeedServer } from '../support/feed-server.ts';
import { openSyncWorkspace, put, receiptLines, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
let source: string;

beforeEach(async () => {
  source = temporaryFolder();
  put(join(source, 'receipts/pro@1.4/receipts.jsonl'), receiptLines(0, 3));
  put(join(source, 'receipts/pro@1.4/checkpoints/000000000003.note'), 'note\n');
  w = await openSyncWorkspace();
});
afterEach(async () => {
  await w.close();
  rmSync(source, { recursive: true, force: true });
});

const add = (over: Partial<Parameters<SyncWorkspace['sources']['source.add']>[0]> = {}) =>
  w.sources['source.add']({ kind: 'folder', location: source, ...over }, w.ctx);
const audit = async () => (await w.audit.handlers['audit.page']({ limit: 1 }, w.ctx)).entries[0]!;

describe('adding a source', () => {
  it('names it after its folder, records who did it, and does not add it twice', async () => {
    const added = await add();
    expect(added).toMatchObject({
      name: basename(source).toLowerCase(),
      state: 'active',
      schedule: '*/15 * * * *',
      hasToken: false,
      feeds: [],
    });
    expect(await audit()).toMatchObject({
      action: 'source.add',
      subject: added.name,
      before: null,
      after: { kind: 'folder', location: source },
    });
    await expect(add({ name: 'other' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message: expect.stringContaining(added.name) as string,
    });
    const link = join(source, 'again');
    symlinkSync(source, link);
    await expect(add({ location: link })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(add({ location: `${source}/` })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('says what layout is expected when there is none, and knows a folder of chains', async () => {
    const empty = temporaryFolder();
    await expect(add({ location: empty })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('holds no folder named receipts') as string,
      nextStep: expect.stringContaining('receipts/<chain>/receipts.jsonl') as string,
    });
    await expect(add({ location: join(source, 'receipts') })).rejects.toMatchObject({
      nextStep: expect.stringContaining('looks like a chain, or a folder of chains') as string,
    });
    rmSync(empty, { recursive: true });
    await expect(add({ location: empty })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await expect(add({ location: 'relative/path' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    writeFileSync(join(source, 'file'), '');
    await expect(add({ location: join(source, 'file') })).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    await expect(add({ token: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(add({ schedule: 'often' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect((await w.sources['source.list']({ removed: true }, w.ctx)).sources).toEqual([]);
  });

  it('previews what it would bring', async () => {
    const preview = (location: string) => w.sources['source.preview']({ kind: 'folder', location }, w.ctx);
    expect(await preview(source)).toEqual({
      reachable: true,
      says: 'The folder can be read: receipts (1 chain, 1 checkpoint).',
      feeds: [{ feed: 'receipts', items: 1, says: '1 chain, 1 checkpoint' }],
    });
    expect(await preview(join(source, 'nothing'))).toMatchObject({ reachable: false, feeds: [] });
    expect(await w.sources['source.preview']({ kind: 'http', location: 'not an address' }, w.ctx)).toMatchObject({ reachable: false });
  });
});

describe('a source’s settings', () => {
  it('can be paused, resumed and configured, each with before and after in the audit log', async () => {
    const { sourceId } = await add({ name: 'northwind' });
    expect((await w.sources['source.pause']({ sourceId }, w.ctx)).state).toBe('paused');
    expect(await audit()).toMatchObject({
      action: 'source.pause',
      subject: 'northwind',
      before: { state: 'active' },
      after: { state: 'paused' },
    });
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'paused' });
    expect((await w.engine.run()).feeds).toEqual([]);
    await expect(w.engine.run({ sourceIds: [sourceId] })).rejects.toMatchObject({ code: 'SOURCE_PAUSED' });
    await expect(w.sources['sync.run']({ full: false }, w.ctx)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { seq } = await audit();
    await w.sources['source.pause']({ sourceId }, w.ctx);
    expect((await audit()).seq).toBe(seq);
    expect((await w.sources['source.resume']({ sourceId }, w.ctx)).state).toBe('active');
    expect((await w.sources['source.configure']({ sourceId, schedule: 'manual' }, w.ctx)).schedule).toBe('manual');
    expect(await audit()).toMatchObject({
      action: 'source.configure',
      before: { schedule: '*/15 * * * *' },
      after: { schedule: 'manual' },
    });
    await expect(w.sources['source.configure']({ sourceId, schedule: '* * * * * *' }, w.ctx)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(w.sources['source.configure']({ sourceId: 'none' }, w.ctx)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are gone when it is removed, but not what it delivered', async () => {
    const { sourceId } = await add({ name: 'northwind' });
    await w.engine.run();
    await w.sources['source.remove']({ sourceId, reason: 'contract ended' }, w.ctx);
    expect(await audit()).toMatchObject({ action: 'source.remove', after: { state: 'removed', reason: 'contract ended' } });
    expect((await w.sources['source.list']({ removed: false }, w.ctx)).sources).toEqual([]);
    expect((await w.sources['source.list']({ removed: true }, w.ctx)).sources[0]).toMatchObject({
      state: 'removed',
      feeds: [{ totals: { accepted: 4 } }],
    });
    expect((await w.storedBytes(1)).toString()).toBe(receiptLines(0, 3));
    await expect(w.sources['source.resume']({ sourceId }, w.ctx)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(w.engine.run({ sourceIds: [sourceId] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(add({ name: 'northwind' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect((await add()).sourceId).not.toBe(sourceId);
  });

  it('are found by id and by name', async () => {
    const { sourceId } = await add({ name: 'northwind' });
    expect((await w.findSource('northwind')).sourceId).toBe(sourceId);
    expect((await w.findSource(sourceId)).name).toBe('northwind');
    await expect(w.findSource('southwind')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the token of an HTTP source', () => {
  it('is kept in the secret store and nowhere else', async () => {
    const server = await startFeedServer(source);
    server.token = 'top-secret-token';
    try {
      await expect(add({ kind: 'http', location: server.url })).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORISED' });
      const added = await add({ kind: 'http', location: server.url, name: 'remote', token: 'top-secret-token' });
      expect(added.hasToken).toBe(true);
      expect([...w.secrets.values()]).toEqual(['top-secret-token']);
      const dump = JSON.stringify([
        w.store.db.all('SELECT * FROM sources'),
        w.store.db.all('SELECT * FROM source_settings'),
        w.store.db.all('SELECT line FROM audit_entries'),
      ]);
      expect(dump).not.toContain('top-secret');
      await expect(add({ kind: 'http', location: server.url, token: 'top-secret-token' })).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
      });
      expect(w.secrets.size).toBe(1);
      await w.sources['source.configure']({ sourceId: added.sourceId, token: null }, w.ctx);
      expect(w.secrets.size).toBe(0);
      expect(await audit()).toMatchObject({
        action: 'source.configure',
        before: { hasToken: true },
        after: { hasToken: false, token: 'removed' },
      });
    } finally {
      await server.close();
    }
  });

  it('never travels unencrypted beyond this machine, nor inside an address', async () => {
    await expect(add({ kind: 'http', location: 'http://example.com/x', token: 'secret' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(add({ kind: 'http', location: 'https://user:secret@example.com/x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(w.secrets.size).toBe(0);
  });
});

describe('sync as a job', () => {
  it('answers at once, runs, and is recorded with who asked', async () => {
    const { sourceId } = await add({ name: 'northwind' });
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'never', lastSyncAt: null });
    expect(await w.sources['sync.run']({ full: false, sourceIds: [sourceId] }, w.ctx)).toEqual({ jobId: 'job-1' });
    expect(await w.jobs[0]).toBe('4 rows came in. Every row is accounted for.');
    expect(await audit()).toMatchObject({ action: 'sync.run', subject: 'northwind', after: { sources: ['northwind'], full: false } });
    expect(w.store.db.get('SELECT member_id FROM sync_runs')).toEqual({ member_id: w.owner.memberId });
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'ok', lastSyncAt: w.ctx.now, failing: [] });
    mkdirSync(join(source, 'receipts/bad'));
    put(join(source, 'receipts/pro@1.4/receipts.jsonl'), receiptLines(1, 3));
    await w.sources['sync.run']({ full: false }, w.ctx);
    expect(await w.jobs[1]).toContain('northwind: The source changed its past');
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'failing', failing: [{ sourceName: 'northwind' }] });
  });
});

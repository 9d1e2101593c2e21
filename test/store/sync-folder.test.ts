import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptFeed } from '../../src-main/receipts/index.ts';
import { openSyncWorkspace, put, receiptLine, receiptLines, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
let source: string;
let lines: string;

beforeEach(async () => {
  source = temporaryFolder();
  lines = join(source, 'receipts/pro@1.4/receipts.jsonl');
  put(lines, receiptLines(0, 10));
  put(join(source, 'receipts/pro@1.4/chain.json'), '{"chain_id":"pro"}');
  put(join(source, 'receipts/pro@1.4/checkpoints/000000000010.note'), 'a note\n');
  w = await openSyncWorkspace();
  await w.sources['source.add']({ kind: 'folder', location: source, name: 'northwind' }, w.ctx);
});
afterEach(async () => {
  await w.close();
  rmSync(source, { recursive: true, force: true });
});

const sync = async (full = false) => {
  const report = await w.engine.run({ full });
  expect(w.faults).toEqual([]);
  const [run] = report.feeds;
  const { counts } = run!;
  expect(run!.conserved).toBe(true);
  expect(counts.received).toBe(counts.accepted + counts.duplicate + counts.conflict + counts.late + counts.quarantined);
  return run!;
};
const generations = async () =>
  (await w.store.read('receiptStore.streams', { chainNo: 1 })).map(({ because, complete }) => ({ because, complete }));
const feedState = async () => (await w.sources['source.list']({ removed: false }, w.ctx)).sources[0]!.feeds[0]!;

describe('a folder source', () => {
  it('is taken once, and then nothing is new', async () => {
    const first = await sync();
    expect(first).toMatchObject({ outcome: 'ok', counts: { received: 12, accepted: 12 } });
    expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
    const documents = await w.store.read('receiptStore.documents', { chainNo: 1 });
    expect(documents.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['chain.json', '{"chain_id":"pro"}'],
      ['checkpoints/000000000010.note', 'a note\n'],
    ]);
    const second = await sync();
    expect(second).toMatchObject({ outcome: 'nothing-new', bytes: 0, counts: { received: 0 } });
    expect(await feedState()).toMatchObject({
      outcome: 'nothing-new',
      totals: { received: 12, accepted: 12 },
      conserved: true,
      quarantineOpen: 0,
    });
  });

  it('reads only new bytes of a file that grew', async () => {
    await sync();
    const added = receiptLines(10, 13);
    appendFileSync(lines, added);
    expect(await sync()).toMatchObject({ outcome: 'ok', bytes: added.length, counts: { received: 3, accepted: 3 } });
    expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
    expect(await generations()).toHaveLength(1);
  });

  it('keeps an unfinished last line and finishes it later', async () => {
    const next = receiptLine(10);
    appendFileSync(lines, next.slice(0, 100));
    expect(await sync()).toMatchObject({ counts: { received: 12, accepted: 12 } });
    expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
    appendFileSync(lines, next.slice(100, 150));
    expect(await sync()).toMatchObject({ outcome: 'ok', bytes: 50, counts: { received: 0 } });
    appendFileSync(lines, `${next.slice(150)}\n`);
    expect(await sync()).toMatchObject({ counts: { received: 1, accepted: 1, quarantined: 0 } });
    expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
    expect(w.store.db.all('SELECT * FROM stream_tails')).toEqual([]);
  });

  it('opens a new generation beside the old one when a byte of the past changed, whatever its times say', async () => {
    await sync();
    const before = readFileSync(lines);
    const changed = Buffer.from(before);
    changed[700] = changed[700] === 0x31 ? 0x32 : 0x31;
    writeFileSync(lines, changed);
    // An attacker sets the times back; the time of the last change of the inode cannot be set.
    utimesSync(lines, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));
    const run = await sync();
    expect(run.outcome).toBe('changed-past');
    expect(run.says).toContain('From byte 700 on');
    expect(run.says).toContain('What was accepted before stays');
    expect((await w.storedBytes(1, 1)).equals(before)).toBe(true);
    expect((await w.storedBytes(1, 2)).equals(changed)).toBe(true);
    expect(await generations()).toEqual([
      { because: 'First delivery.', complete: true },
      { because: 'From byte 700 on it is not what was delivered before.', complete: true },
    ]);
    expect(await sync()).toMatchObject({ outcome: 'nothing-new' });
  });

  it('sees a changed past also when the file grew at the same time, within the guarded tail and with “full” anywhere', async () => {
    await sync();
    const changed = readFileSync(lines);
    changed[20] = 0x58;
    const file = Buffer.concat([changed, Buffer.from(receiptLines(10, 11))]);
    writeFileSync(lines, file);
    expect((await sync()).outcome).toBe('changed-past');
    expect((await w.storedBytes(1)).equals(file)).toBe(true);
    // Beyond the tail only a full comparison can see it.
    put(lines, receiptLines(0, 400));
    await sync();
    const far = readFileSync(lines);
    far[20] = 0x59;
    writeFileSync(lines, Buffer.concat([far, Buffer.from(receiptLines(400, 401))]));
    expect((await sync()).outcome).toBe('ok');
    expect((await sync(true)).outcome).toBe('changed-past');
    expect((await w.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
  });

  it('says that a source shrank, and keeps what was there', async () => {
    await sync();
    const before = readFileSync(lines);
    truncateSync(lines, 1_000);
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'shrank' });
    expect(run.says).toContain('It has 1,000 bytes; ');
    expect((await w.storedBytes(1, 1)).equals(before)).toBe(true);
    expect((await w.storedBytes(1, 2)).equals(before.subarray(0, 1_000))).toBe(true);
    truncateSync(lines, 0);
    expect((await sync()).outcome).toBe('shrank');
    expect((await w.storedBytes(1, 3)).length).toBe(0);
  });

  it('compares a file that was replaced by an equal one, and leaves it at that', async () => {
    await sync();
    put(`${lines}.new`, readFileSync(lines));
    renameSync(`${lines}.new`, lines);
    expect(await sync()).toMatchObject({ outcome: 'nothing-new' });
    expect(await sync(true)).toMatchObject({ outcome: 'nothing-new' });
    expect(await generations()).toHaveLength(1);
  });

  it('reports files that are gone, once, and keeps them', async () => {
    await sync();
    rmSync(join(source, 'receipts/pro@1.4/checkpoints'), { recursive: true });
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'shrank' });
    expect(run.says).toContain('pro@1.4/checkpoints/000000000010.note');
    const again = await sync();
    expect(again.outcome).toBe('nothing-new');
    expect(again.says).toContain('1 file that it delivered before is no longer there');
    expect(await w.store.read('receiptStore.documents', { chainNo: 1 })).toHaveLength(2);
    put(join(source, 'receipts/pro@1.4/checkpoints/000000000010.note'), 'a note\n');
    expect(await sync()).toMatchObject({ outcome: 'nothing-new', says: 'Nothing new.' });
  });

  it('keeps every version of a document', async () => {
    await sync();
    for (const text of ['{"chain_id":"other"}', '{"chain_id":"pro"}']) {
      put(join(source, 'receipts/pro@1.4/chain.json'), text);
      expect(await sync()).toMatchObject({ outcome: 'ok', counts: { received: 1, accepted: 1 } });
    }
    const documents = await w.store.read('receiptStore.documents', { chainNo: 1 });
    expect(
      documents.filter(({ path }) => path === 'chain.json').map(({ bytes, current }) => [Buffer.from(bytes).toString(), current]),
    ).toEqual([
      ['{"chain_id":"pro"}', false],
      ['{"chain_id":"other"}', false],
      ['{"chain_id":"pro"}', true],
    ]);
  });

  it('is offline while its folder or its feed is away, and comes back', async () => {
    await sync();
    renameSync(source, `${source}-away`);
    const away = await sync();
    expect(away).toMatchObject({ outcome: 'offline', code: 'SOURCE_UNREACHABLE' });
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'offline', offlineSince: w.ctx.now });
    mkdirSync(source);
    expect((await sync()).outcome).toBe('offline');
    rmSync(source, { recursive: true });
    renameSync(`${source}-away`, source);
    expect(await sync()).toMatchObject({ outcome: 'nothing-new' });
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'ok', offlineSince: null });
  });

  it('follows no link, and says so', async () => {
    symlinkSync('/etc/hostname', join(source, 'receipts/pro@1.4/checkpoints/000000000011.note'));
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'ok', counts: { received: 12 } });
    expect(run.says).toContain('1 link in it was not followed');
  });

  it('names a file that cannot be taken, leaves the rest of its chain for later, and takes the others', async () => {
    put(join(source, 'receipts/free@1.0/receipts.jsonl'), receiptLines(0, 2));
    put(join(source, 'secret'), 'not for this source');
    let isSwapped = false;
    // Between listing and opening, somebody puts a link in the place of the file.
    const order = (path: string): number => {
      if (!isSwapped) {
        isSwapped = true;
        rmSync(lines);
        symlinkSync(join(source, 'secret'), lines);
      }
      return receiptFeed.order(path);
    };
    const raced = await openSyncWorkspace({ modules: [{ ...receiptFeed, order }] });
    try {
      await raced.sources['source.add']({ kind: 'folder', location: source }, raced.ctx);
      isSwapped = false;
      put(`${lines}.new`, receiptLines(0, 10));
      renameSync(`${lines}.new`, lines);
      const { feeds } = await raced.engine.run();
      expect(feeds[0]).toMatchObject({ outcome: 'failed', code: 'SOURCE_UNREADABLE', counts: { received: 3, accepted: 3 } });
      expect(feeds[0]!.says).toContain('pro@1.4/receipts.jsonl: it is a link, and links are not followed.');
      expect((await raced.sources['sync.state']({}, raced.ctx)).state).toBe('failing');
      // The checkpoint covers lines that are not there yet: with it, the chain would look cut off.
      const chains = await raced.store.read('receiptStore.chains', { after: 0, limit: 10 });
      const pro = chains.find(({ folder }) => folder === 'pro@1.4')!;
      const documents = await raced.store.read('receiptStore.documents', { chainNo: pro.chainNo });
      expect(documents.map(({ path }) => path)).toEqual(['chain.json']);
      put(`${lines}.new`, receiptLines(0, 10));
      renameSync(`${lines}.new`, lines);
      isSwapped = true;
      expect((await raced.engine.run()).feeds[0]).toMatchObject({ outcome: 'ok', counts: { received: 11 } });
    } finally {
      await raced.close();
    }
  });

  it('takes chunk after chunk, lines longer than a chunk too, and loses nothing', async () => {
    const small = await openSyncWorkspace({ chunkBytes: 1_000 });
    try {
      const long = `"${'x'.repeat(5_000)}"`;
      const content = `${receiptLines(0, 5)}${long}\n${receiptLines(5, 9)}${long}`;
      put(lines, content);
      await small.sources['source.add']({ kind: 'folder', location: source }, small.ctx);
      const report = await small.engine.run();
      expect(report.feeds[0]).toMatchObject({ outcome: 'ok', conserved: true, counts: { received: 12, accepted: 11, quarantined: 1 } });
      expect((await small.storedBytes(1)).toString()).toBe(content);
      appendFileSync(lines, `${long}\n${receiptLine(9)}\n`);
      await small.engine.run();
      expect((await small.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
      expect(await small.store.read('receiptStore.streams', { chainNo: 1 })).toHaveLength(1);
    } finally {
      await small.close();
    }
  });

  it('stops when it is cancelled, and goes on from there', async () => {
    put(lines, receiptLines(0, 2_000));
    const small = await openSyncWorkspace({ chunkBytes: 20_000 });
    try {
      await small.sources['source.add']({ kind: 'folder', location: source }, small.ctx);
      const abort = new AbortController();
      let seen = 0;
      const totals = new Set<number | null>();
      const report = await small.engine.run({
        signal: abort.signal,
        onProgress: ({ done, total, unit }) => {
          expect(unit).toBe('bytes');
          totals.add(total);
          seen = done;
          if (done > 100_000) abort.abort();
        },
      });
      expect(report.cancelled).toBe(true);
      expect(report.feeds[0]).toMatchObject({ outcome: 'cancelled', conserved: true });
      expect(seen).toBeGreaterThan(100_000);
      expect(totals.size).toBe(1);
      const partial = await small.storedBytes(1);
      expect(partial.length).toBeLessThan(readFileSync(lines).length);
      expect(readFileSync(lines).subarray(0, partial.length).equals(partial)).toBe(true);
      expect((await small.store.read('receiptStore.streams', { chainNo: 1 }))[0]!.complete).toBe(false);
      const rest = await small.engine.run();
      expect(rest.feeds[0]).toMatchObject({ outcome: 'ok', counts: { received: 2_000 - partial.toString().split('\n').length + 1 + 1 } });
      expect((await small.storedBytes(1)).equals(readFileSync(lines))).toBe(true);
      expect((await small.store.read('receiptStore.streams', { chainNo: 1 }))[0]!.complete).toBe(true);
    } finally {
      await small.close();
    }
  });

  it('records each run as a fact with its counts', async () => {
    await sync();
    appendFileSync(lines, receiptLines(10, 12));
    await sync();
    const { runs, next } = await w.sources['sync.runs']({ limit: 1 }, w.ctx);
    expect(runs[0]).toMatchObject({ sourceName: 'northwind', feed: 'receipts', outcome: 'ok', conserved: true, counts: { received: 2 } });
    const rest = await w.sources['sync.runs']({ limit: 10, before: next! }, w.ctx);
    expect(rest.runs.map(({ counts }) => counts.received)).toEqual([12]);
    expect(rest.next).toBeNull();
    const deliveries = w.store.db.all<{ path: string; mode: string; received: number; rows_seen: number | null; conserved: number }>(
      'SELECT path, mode, received, rows_seen, conserved FROM sync_deliveries ORDER BY delivery_no',
    );
    expect(deliveries.every(({ conserved }) => conserved === 1)).toBe(true);
    expect(deliveries.filter(({ mode }) => mode === 'append').map(({ rows_seen }) => rows_seen)).toEqual([10, 2]);
  });

  it('runs one sync after another', async () => {
    const both = await Promise.all([w.engine.run(), w.engine.run()]);
    expect(both.map(({ feeds }) => feeds[0]!.outcome)).toEqual(['ok', 'nothing-new']);
  });
});

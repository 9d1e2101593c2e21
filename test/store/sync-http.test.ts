import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeedServer, startFeedServer } from '../support/feed-server.ts';
import { openSyncWorkspace, put, receiptLine, receiptLines, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
let folder: string;
let lines: string;
let server: FeedServer;
let sourceId: string;

beforeEach(async () => {
  folder = temporaryFolder();
  lines = join(folder, 'receipts/pro@1.4/receipts.jsonl');
  put(lines, receiptLines(0, 25));
  put(join(folder, 'receipts/pro@1.4/chain.json'), '{"chain_id":"pro"}');
  put(join(folder, 'receipts/pro@1.4/checkpoints/000000000025.note'), 'a note\n');
  put(join(folder, 'receipts/free@1.0/receipts.jsonl'), receiptLines(0, 3));
  server = await startFeedServer(folder);
  w = await openSyncWorkspace({ pageItems: 7, http: { timeoutMs: 2_000, maxPageBytes: 100_000 } });
  sourceId = (await w.sources['source.add']({ kind: 'http', location: `${server.url}/`, name: 'remote' }, w.ctx)).sourceId;
});
afterEach(async () => {
  await w.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const sync = async (full = false) => {
  const { feeds } = await w.engine.run({ full });
  expect(w.faults).toEqual([]);
  expect(feeds[0]!.conserved).toBe(true);
  return feeds[0]!;
};
const chainNo = async (chain: string) => (await w.store.read('receiptStore.findChain', { sourceId, folder: chain }))!;
const stored = async (chain = 'pro@1.4', generation?: number) => (await w.storedBytes(await chainNo(chain), generation)).toString('latin1');
const served = () => readFileSync(lines).toString('latin1');

describe('an HTTP source', () => {
  it('is read page by page, byte for byte', async () => {
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'ok', counts: { received: 30, accepted: 30 } });
    expect(await stored()).toBe(served());
    expect(await stored('free@1.0')).toBe(receiptLines(0, 3));
    expect(server.requests.filter(({ url }) => url.includes('limit=7'))).toHaveLength(5);
    const documents = await w.store.read('receiptStore.documents', { chainNo: await chainNo('pro@1.4') });
    expect(documents.map(({ path }) => path)).toEqual(['chain.json', 'checkpoints/000000000025.note']);
  });

  it('is not sent again what it has: 304, and then only the page that grew', async () => {
    await sync();
    server.requests.length = 0;
    expect(await sync()).toMatchObject({ outcome: 'nothing-new' });
    expect(server.requests.map(({ status }) => status)).toEqual([304]);
    appendFileSync(lines, receiptLines(25, 40));
    server.requests.length = 0;
    expect(await sync()).toMatchObject({ outcome: 'ok', counts: { received: 15, accepted: 15 } });
    expect(server.requests.every(({ url }) => url.includes('after='))).toBe(true);
    expect(await stored()).toBe(served());
  });

  it('keeps lines that are no text, CRs and an unfinished end as they are', async () => {
    const odd = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from('{"a":1}\r\n\n'),
      Buffer.from(receiptLine(25).slice(0, 90)),
    ]);
    appendFileSync(lines, odd);
    expect(await sync()).toMatchObject({ outcome: 'ok', counts: { received: 33, accepted: 30, quarantined: 3 } });
    expect(await stored()).toBe(served());
    appendFileSync(lines, receiptLine(25).slice(90, 120));
    expect(await sync()).toMatchObject({ outcome: 'ok', bytes: 30, counts: { received: 0 } });
    appendFileSync(lines, `${receiptLine(25).slice(120)}\n`);
    expect(await sync()).toMatchObject({ counts: { received: 1, accepted: 1 } });
    expect(await stored()).toBe(served());
    expect((await w.store.read('receiptStore.streams', { chainNo: await chainNo('pro@1.4') })).length).toBe(1);
  });

  it('compares everything when the server forgot the cursor, and finds the past unchanged', async () => {
    await sync();
    server.faults.forgetCursors = true;
    // Only the first page can be had without a cursor.
    expect((await sync()).outcome).toBe('garbage');
    server.faults.forgetCursors = false;
    server.rebuild();
    w.store.db.run(`UPDATE sync_feed_state SET after_cursor = 'item-999', etag = NULL, page_bytes = 0`);
    appendFileSync(lines, receiptLines(25, 27));
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'ok', counts: { received: 2, accepted: 2, duplicate: 0 } });
    expect(run.says).toContain('The source no longer knows where we left off. Everything was compared');
    expect(await stored()).toBe(served());
  });

  it('opens a new generation when the server changed its past', async () => {
    await sync();
    const before = served();
    const changed = Buffer.from(before, 'latin1');
    changed[700] = 0x58;
    writeFileSync(lines, changed);
    server.rebuild();
    const run = await sync(true);
    expect(run).toMatchObject({ outcome: 'changed-past' });
    expect(run.says).toContain('pro@1.4/receipts.jsonl: From byte 700 (line 2) on');
    expect(await stored('pro@1.4', 1)).toBe(before);
    expect(await stored('pro@1.4', 2)).toBe(served());
    const streams = await w.store.read('receiptStore.streams', { chainNo: await chainNo('pro@1.4') });
    expect(streams.map(({ complete }) => complete)).toEqual([true, true]);
    expect((await w.store.read('receiptStore.streams', { chainNo: await chainNo('free@1.0') })).length).toBe(1);
    expect(await sync()).toMatchObject({ outcome: 'nothing-new' });
  });

  it('sees a changed past by itself where it stands on the page that is read again', async () => {
    await sync();
    put(join(folder, 'receipts/pro@1.4/checkpoints/000000000025.note'), 'another note\n');
    server.rebuild();
    const run = await sync();
    expect(run.counts).toMatchObject({ received: 1, accepted: 1 });
    const documents = await w.store.read('receiptStore.documents', { chainNo: await chainNo('pro@1.4') });
    expect(documents.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['{"chain_id":"pro"}', 'a note\n', 'another note\n']);
  });

  it('says that it shrank when a full reading brings less', async () => {
    await sync();
    const before = served();
    writeFileSync(lines, receiptLines(0, 20));
    server.rebuild();
    expect(await sync(true)).toMatchObject({ outcome: 'shrank' });
    expect(await stored('pro@1.4', 1)).toBe(before);
    expect(await stored('pro@1.4', 2)).toBe(receiptLines(0, 20));
    rmSync(join(folder, 'receipts/free@1.0'), { recursive: true });
    server.rebuild();
    const run = await sync(true);
    expect(run).toMatchObject({ outcome: 'shrank' });
    expect(run.says).toContain('free@1.0/receipts.jsonl');
    expect(await stored('free@1.0')).toBe(receiptLines(0, 3));
  });

  it.each(['html', 'text', 'array', 'half'] as const)('reports %s as garbage and moves nothing', async (garbage) => {
    await sync();
    appendFileSync(lines, receiptLines(25, 28));
    server.faults.garbage = garbage;
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'garbage', code: 'SOURCE_GARBAGE', bytes: 0, counts: { received: 0 } });
    server.faults.garbage = null;
    expect(await sync()).toMatchObject({ outcome: 'ok', counts: { received: 3 } });
    expect(await stored()).toBe(served());
  });

  it('takes no line after one that is missing', async () => {
    server.faults.skipItem = 5;
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'garbage' });
    expect(run.says).toContain('The source skips lines of pro@1.4/receipts.jsonl: line 2 is due, line 3 came');
    server.faults.skipItem = null;
    expect(await sync()).toMatchObject({ outcome: 'ok' });
    expect(await stored()).toBe(served());
  });

  it('puts an item that belongs nowhere into quarantine, as it came', async () => {
    server.faults.extraLine = '{"kind":"surprise","chain":"pro@1.4","text":"x"}';
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'ok', counts: { accepted: 30, quarantined: 5 } });
    const { rows } = await w.sources['quarantine.page']({ state: 'open', limit: 10 }, w.ctx);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ code: 'ITEM_UNUSABLE', preview: server.faults.extraLine });
    const requeued = await w.sources['quarantine.requeue']({ quarantineIds: rows.map(({ quarantineId }) => quarantineId) }, w.ctx);
    expect(requeued).toMatchObject({ requeued: 5, resolved: 0, stillBad: 5 });
    expect((await w.sources['quarantine.page']({ state: 'open', limit: 10 }, w.ctx)).rows[0]!.says).toContain('of no known kind');
  });

  it('is offline while nothing answers, too slow, or cut off in the middle; what was taken stays', async () => {
    await sync();
    appendFileSync(lines, receiptLines(25, 30));
    server.faults.cutAfterBytes = 300;
    const cut = await sync();
    expect(cut).toMatchObject({ outcome: 'offline', code: 'SOURCE_UNREACHABLE', counts: { received: 0 } });
    server.faults.cutAfterBytes = null;
    server.faults.slowMs = 4_000;
    const slow = await sync();
    expect(slow).toMatchObject({ outcome: 'offline' });
    expect(slow.says).toContain('did not answer within 2 seconds');
    server.faults.slowMs = 0;
    await server.close();
    const gone = await sync();
    expect(gone).toMatchObject({ outcome: 'offline' });
    expect(gone.says).toContain('nothing answers at that address');
    expect(await w.sources['sync.state']({}, w.ctx)).toMatchObject({ state: 'offline', offlineSince: w.ctx.now });
    expect((await w.store.read('sources.scheduled', null))[0]!.failures).toBe(3);
    expect((await stored()).length).toBe(receiptLines(0, 25).length);
  });

  it('waits as long as it is told to', async () => {
    server.faults.status = 429;
    server.faults.retryAfter = '120';
    expect(await sync()).toMatchObject({ outcome: 'offline' });
    expect((await w.store.read('sources.scheduled', null))[0]!.retryNotBefore).toBe('2026-03-01T12:02:00.000Z');
    server.faults.status = 503;
    server.faults.retryAfter = 'Sun, 01 Mar 2026 13:00:00 GMT';
    await sync();
    expect((await w.store.read('sources.scheduled', null))[0]!.retryNotBefore).toBe('2026-03-01T13:00:00.000Z');
    server.faults.status = null;
    await sync();
    expect((await w.store.read('sources.scheduled', null))[0]).toMatchObject({ retryNotBefore: null, failures: 0 });
  });

  it('follows no redirect, and says when it is not let in', async () => {
    server.faults.status = 302;
    expect(await sync()).toMatchObject({ outcome: 'failed', code: 'SOURCE_UNREADABLE' });
    server.faults.status = null;
    server.token = 'secret-token';
    expect(await sync()).toMatchObject({ outcome: 'failed', code: 'SOURCE_UNAUTHORISED' });
    await w.sources['source.configure']({ sourceId, token: 'secret-token' }, w.ctx);
    expect(await sync()).toMatchObject({ outcome: 'ok' });
    w.secrets.clear();
    const lost = await sync();
    expect(lost).toMatchObject({ outcome: 'failed', code: 'SOURCE_UNAUTHORISED' });
    expect(lost.says).toContain('not kept on this machine');
  });

  it('never holds more of an answer than the cap', async () => {
    appendFileSync(lines, `"${'x'.repeat(200_000)}"\n`);
    const run = await sync();
    expect(run).toMatchObject({ outcome: 'garbage' });
    expect(run.says).toContain('more than 100000 bytes at once');
  });

  it('finishes taking a changed past that was cancelled halfway', async () => {
    await sync();
    const before = served();
    const changed = Buffer.from(before, 'latin1');
    changed[10] = 0x58;
    writeFileSync(lines, changed);
    server.rebuild();
    const abort = new AbortController();
    let pages = 0;
    // Five pages are compared; the copy is cut off after two of the next five.
    const report = await w.engine.run({
      full: true,
      signal: abort.signal,
      onProgress: () => {
        pages += 1;
        if (pages === 8) abort.abort();
      },
    });
    expect(report.feeds[0]).toMatchObject({ outcome: 'cancelled', conserved: true });
    const pro = await chainNo('pro@1.4');
    const generations = async () =>
      (await w.store.read('receiptStore.streams', { chainNo: pro })).map(({ generation, complete }) => [generation, complete]);
    expect(await generations()).toEqual([
      [1, true],
      [2, false],
    ]);
    await sync();
    await sync();
    expect(await stored('pro@1.4', 1)).toBe(before);
    expect(await stored('pro@1.4', 2)).toBe(served());
    expect(await generations()).toEqual([
      [1, true],
      [2, true],
    ]);
    expect((await w.store.read('receiptStore.streams', { chainNo: await chainNo('free@1.0') })).length).toBe(1);
  });

  it('can be cancelled between pages and goes on from there', async () => {
    const abort = new AbortController();
    const report = await w.engine.run({ signal: abort.signal, onProgress: () => abort.abort() });
    expect(report.feeds[0]).toMatchObject({ outcome: 'cancelled', conserved: true });
    const before = report.feeds[0]!.counts.received;
    const rest = await sync();
    expect(before + rest.counts.received).toBe(30);
    expect(await stored()).toBe(served());
  });
});

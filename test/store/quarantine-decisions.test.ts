import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncWorkspace, put, receiptLine, receiptLines, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
let source: string;
let lines: string;

beforeEach(async () => {
  source = temporaryFolder();
  lines = join(source, 'receipts/pro@1.4/receipts.jsonl');
  put(lines, `${receiptLine(0)}\nfirst bad\n${receiptLine(1)}\n\u202esecond \u0000bad\n`);
  w = await openSyncWorkspace();
  await w.sources['source.add']({ kind: 'folder', location: source, name: 'northwind' }, w.ctx);
  await w.engine.run();
});
afterEach(async () => {
  await w.close();
  rmSync(source, { recursive: true, force: true });
});

const page = (over: Partial<Parameters<SyncWorkspace['sources']['quarantine.page']>[0]> = {}) =>
  w.sources['quarantine.page']({ state: 'open', limit: 100, ...over }, w.ctx);
const newestAudit = async () => (await w.audit.handlers['audit.page']({ limit: 1 }, w.ctx)).entries[0]!;

describe('quarantine', () => {
  it('lists rows newest first, by key, with totals, and escapes what would mislead the eye', async () => {
    const first = await page({ limit: 1 });
    expect(first.rows[0]).toMatchObject({
      position: `pro@1.4/receipts.jsonl line 4, byte ${`${receiptLine(0)}\nfirst bad\n${receiptLine(1)}\n`.length}`,
      code: 'CANON_SYNTAX',
      timesSeen: 1,
      state: 'open',
      preview: '\\u202esecond \\u0000bad',
      decision: null,
    });
    expect(first.totals).toEqual({ open: 2, requeued: 0, resolved: 0, dismissed: 0 });
    const second = await page({ limit: 1, after: first.next! });
    expect(second.rows[0]).toMatchObject({ preview: 'first bad', address: '/receipts/northwind/pro@1.4/1' });
    expect(second.next).toBeNull();
    expect((await page({ feed: 'other' })).rows).toEqual([]);
    expect((await page({ sourceId: 'other' })).totals.open).toBe(0);
    await expect(page({ after: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('gives the whole row, as text and as bytes', async () => {
    const [row] = (await page()).rows;
    const entry = await w.sources['quarantine.entry']({ quarantineId: row!.quarantineId }, w.ctx);
    expect(entry.rawText).toBe('\u202esecond \u0000bad');
    expect(Buffer.from(entry.rawBase64, 'base64').toString()).toBe('\u202esecond \u0000bad');
    await expect(w.sources['quarantine.entry']({ quarantineId: 'none' }, w.ctx)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('holds a row once, and counts each time it comes', async () => {
    writeFileSync(lines, `${receiptLine(0)}\nfirst bad\n${receiptLine(2)}\n`);
    await w.engine.run();
    const { rows, totals } = await page();
    expect(totals.open).toBe(2);
    expect(rows.map(({ preview, timesSeen }) => [preview, timesSeen])).toEqual([
      ['\\u202esecond \\u0000bad', 1],
      ['first bad', 2],
    ]);
  });

  it('resolves a row when the line at its place is a receipt now, and says what is wrong with the others', async () => {
    writeFileSync(lines, `${receiptLine(0)}\n${receiptLine(5)}\n${receiptLine(1)}\n[]\n`);
    await w.engine.run();
    const ids = (await page()).rows.map(({ quarantineId }) => quarantineId);
    const report = await w.sources['quarantine.requeue']({ quarantineIds: ids }, w.ctx);
    expect(report).toEqual({ requeued: 3, resolved: 1, stillBad: 2, says: '1 row can be used now; 2 rows still cannot be used.' });
    const all = await page({ state: 'all' });
    expect(all.totals).toEqual({ open: 2, requeued: 0, resolved: 1, dismissed: 0 });
    expect(all.rows.map(({ state, code, preview }) => [preview, state, code])).toEqual([
      ['[]', 'open', 'RECEIPT_SCHEMA'],
      ['\\u202esecond \\u0000bad', 'open', 'RECEIPT_SCHEMA'],
      ['first bad', 'resolved', 'CANON_SYNTAX'],
    ]);
    expect(all.rows[2]).toMatchObject({ says: 'Line 2 of generation 2 is a receipt now.', decision: { member: 'Ada', reason: null } });
    expect(await newestAudit()).toMatchObject({
      action: 'quarantine.requeue',
      after: { requeued: 3, resolved: 1, stillBad: 2 },
      requestId: 'req_test',
    });
  });

  it('says so when the chain has no such line any more', async () => {
    writeFileSync(lines, receiptLines(0, 1));
    await w.engine.run();
    const row = (await page()).rows[0]!;
    expect(await w.sources['quarantine.requeue']({ quarantineIds: [row.quarantineId] }, w.ctx)).toMatchObject({ resolved: 0, stillBad: 1 });
    expect((await page()).rows[0]!.says).toContain('has no line 4');
  });

  it('opens a resolved row again when it comes back bad, and leaves a dismissed one where it is', async () => {
    const [second, first] = (await page()).rows;
    expect(await w.sources['quarantine.dismiss']({ quarantineIds: [second!.quarantineId], reason: 'a known test row' }, w.ctx)).toEqual({
      dismissed: 1,
    });
    expect(await newestAudit()).toMatchObject({ action: 'quarantine.dismiss', after: { reason: 'a known test row' } });
    writeFileSync(lines, receiptLines(0, 6));
    await w.engine.run();
    await w.sources['quarantine.requeue']({ quarantineIds: [first!.quarantineId] }, w.ctx);
    expect((await page({ state: 'all' })).totals).toEqual({ open: 0, requeued: 0, resolved: 1, dismissed: 1 });
    writeFileSync(lines, `${receiptLine(0)}\nfirst bad\n${receiptLine(1)}\n\u202esecond \u0000bad\n`);
    await w.engine.run();
    const { rows, totals } = await page({ state: 'all' });
    expect(totals).toEqual({ open: 1, requeued: 0, resolved: 0, dismissed: 1 });
    expect(rows.map(({ state, timesSeen }) => [state, timesSeen])).toEqual([
      ['dismissed', 2],
      ['open', 2],
    ]);
    expect(rows[0]!.decision).toEqual({ at: w.ctx.now, member: 'Ada', reason: 'a known test row' });
  });

  it('changes nothing when one of the rows is unknown', async () => {
    const row = (await page()).rows[0]!;
    const head = await w.store.read('audit.head', null);
    await expect(
      w.sources['quarantine.dismiss']({ quarantineIds: [row.quarantineId, 'unknown'], reason: 'because' }, w.ctx),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await page()).totals).toMatchObject({ open: 2, dismissed: 0 });
    expect(await w.store.read('audit.head', null)).toEqual(head);
  });

  it('keeps its counters equal to its rows, and its state equal to its facts', async () => {
    appendFileSync(lines, 'third bad\nfourth bad\n');
    await w.engine.run();
    const ids = (await page()).rows.map(({ quarantineId }) => quarantineId);
    await w.sources['quarantine.dismiss']({ quarantineIds: ids.slice(0, 1), reason: 'no use' }, w.ctx);
    await w.sources['quarantine.requeue']({ quarantineIds: ids.slice(1) }, w.ctx);
    const counted = w.store.db.all('SELECT source_no, feed, state, count(*) AS rows FROM quarantine_state GROUP BY 1, 2, 3 ORDER BY 3');
    expect(w.store.db.all('SELECT * FROM quarantine_counts WHERE rows > 0 ORDER BY state')).toEqual(counted);
    const seen = w.store.db.all(`SELECT row_no, count(*) AS n FROM quarantine_events WHERE what = 'seen' GROUP BY row_no ORDER BY row_no`);
    expect(w.store.db.all('SELECT row_no, times_seen AS n FROM quarantine_state ORDER BY row_no')).toEqual(seen);
  });
});

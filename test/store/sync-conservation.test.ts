import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type FeedModule, NO_ROWS } from '../../src-main/sources/index.ts';
import { openSyncWorkspace, put, receiptLine, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

const open: { w: SyncWorkspace; source: string }[] = [];
const workspace = async (options: Parameters<typeof openSyncWorkspace>[0] = {}) => {
  const source = temporaryFolder();
  const w = await openSyncWorkspace(options);
  open.push({ w, source });
  return { w, source };
};
afterEach(async () => {
  for (const { w, source } of open.splice(0)) {
    await w.close();
    rmSync(source, { recursive: true, force: true });
  }
});

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.nat(50).map((n) => Buffer.from(`${receiptLine(n)}\n`)) },
  fc.constantFrom(...['\n', '\r\n', 'garbage\n', '{"half', '\u0000\u0000', '\ufeff{}\n', '[1,2]\n'].map((text) => Buffer.from(text))),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
);

describe('whatever is appended, in whatever steps it is synced', () => {
  it('the stored bytes are the file, each line end is one row, and every row is accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(piece, { maxLength: 8 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 64, max: 2_000 }),
        async (steps, chunkBytes) => {
          const { w, source } = await workspace({ chunkBytes });
          const file = join(source, 'receipts/c/receipts.jsonl');
          put(file, '');
          await w.sources['source.add']({ kind: 'folder', location: source }, w.ctx);
          let content = Buffer.alloc(0);
          let received = 0;
          for (const [pieces, full] of steps) {
            const added = Buffer.concat(pieces);
            appendFileSync(file, added);
            content = Buffer.concat([content, added]);
            const { feeds } = await w.engine.run({ full });
            expect(w.faults).toEqual([]);
            expect(feeds[0]!.conserved).toBe(true);
            received += feeds[0]!.counts.received;
          }
          expect((await w.storedBytes(1)).equals(content)).toBe(true);
          expect(received).toBe(content.filter((byte) => byte === 10).length);
          const streams = await w.store.read('receiptStore.streams', { chainNo: 1 });
          expect(streams).toHaveLength(1);
          expect(streams[0]).toMatchObject({ lines: received, complete: true });
          expect(streams[0]!.lineBytes + streams[0]!.tailBytes).toBe(content.length);
          const { source: own } = open.pop()!;
          await w.close();
          rmSync(own, { recursive: true, force: true });
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('a feed that miscounts', () => {
  const liar = (claimed: number): FeedModule => ({
    feed: 'liars',
    unfinishedLines: 'left',
    classify: (path) => (path.endsWith('.ndjson') ? 'appended' : null),
    order: () => 0,
    describe: (paths) => ({ items: paths.length, says: `${paths.length} files` }),
    parseItem: () => ({ kind: 'garbage', says: 'none' }),
    accept: () => ({ counts: { ...NO_ROWS, received: claimed, accepted: claimed }, quarantine: [] }),
    requeue: () => ({ outcome: 'pending', code: 'X', says: 'later', nextStep: 'sync' }),
  });

  it('is found out by the engine’s own count, and the run is not conserved', async () => {
    const { w, source } = await workspace({ modules: [liar(2)] });
    put(join(source, 'liars/a.ndjson'), '{}\n{}\n{}\n');
    await w.sources['source.add']({ kind: 'folder', location: source }, w.ctx);
    const { feeds } = await w.engine.run();
    expect(feeds[0]).toMatchObject({ outcome: 'failed', conserved: false });
    expect(feeds[0]!.says).toContain('do not add up');
    expect((await w.sources['sync.state']({}, w.ctx)).state).toBe('failing');
  });

  it('is believed when it counts right, and an unfinished line waits for its end', async () => {
    const { w, source } = await workspace({ modules: [liar(1)] });
    const file = join(source, 'liars/a.ndjson');
    put(file, '{}\n{"half');
    await w.sources['source.add']({ kind: 'folder', location: source }, w.ctx);
    expect((await w.engine.run()).feeds[0]).toMatchObject({ outcome: 'ok', conserved: true, bytes: 3 });
    expect((await w.engine.run()).feeds[0]).toMatchObject({ outcome: 'nothing-new' });
    appendFileSync(file, '":1}\n');
    expect((await w.engine.run()).feeds[0]).toMatchObject({ outcome: 'ok', conserved: true, bytes: 11 });
  });

  it('gets a touched file again from the beginning when it keeps no bytes to compare', async () => {
    const deliveries: string[] = [];
    const module: FeedModule = {
      ...liar(1),
      accept: (_db, delivery) => {
        deliveries.push(delivery.kind === 'appended' ? `${delivery.mode} at ${delivery.offset}` : 'whole');
        return { counts: { ...NO_ROWS, received: 1, duplicate: 1 }, quarantine: [] };
      },
    };
    const { w, source } = await workspace({ modules: [module] });
    const file = join(source, 'liars/a.ndjson');
    put(file, '{"a":1}\n');
    await w.sources['source.add']({ kind: 'folder', location: source }, w.ctx);
    await w.engine.run();
    put(file, '{"a":2}\n');
    expect((await w.engine.run()).feeds[0]).toMatchObject({ outcome: 'changed-past' });
    expect(deliveries).toEqual(['append at 0', 'restart at 0']);
  });

  it('refuses a line of a waiting feed that never ends, and says where it begins', async () => {
    const { w, source } = await workspace({ modules: [liar(1)] });
    put(join(source, 'liars/a.ndjson'), Buffer.concat([Buffer.from('{}\n'), Buffer.alloc(17 * 1024 * 1024, 0x61), Buffer.from('\n')]));
    await w.sources['source.add']({ kind: 'folder', location: source }, w.ctx);
    const { feeds } = await w.engine.run();
    expect(feeds[0]).toMatchObject({ outcome: 'failed', bytes: 3 });
    expect(feeds[0]!.says).toContain('a line at byte 3 is longer');
  });
});

import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptFeed, type StreamRow } from '../../src-main/receipts/index.ts';
import { attackNames } from '../support/attack-case.ts';
import { buildChain, writeChain } from '../support/chain-builder.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';
import { openSyncWorkspace, put, receiptLine, receiptLines, type SyncWorkspace, temporaryFolder } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
let source: string;

beforeEach(async () => {
  source = temporaryFolder();
  mkdirSync(join(source, 'receipts'));
  w = await openSyncWorkspace();
  await w.sources['source.add']({ kind: 'folder', location: source, name: 'northwind' }, w.ctx);
});
afterEach(async () => {
  await w.close();
  rmSync(source, { recursive: true, force: true });
});

const run = async () => {
  const { feeds } = await w.engine.run();
  expect(w.faults).toEqual([]);
  expect(feeds[0]!.conserved).toBe(true);
  return feeds[0]!;
};

/** Writes what is stored back as folders of chains: newest generation, newest documents. */
const exportChains = async (to: string): Promise<void> => {
  for (const chain of await w.store.read('receiptStore.chains', { after: 0, limit: 10_000 })) {
    if (chain.stream) put(join(to, chain.folder, 'receipts.jsonl'), await w.storedBytes(chain.chainNo));
    for (const document of await w.store.read('receiptStore.documents', { chainNo: chain.chainNo }))
      if (document.current) put(join(to, chain.folder, document.path), document.bytes);
  }
};

/** Files of a folder by path, those that belong to a chain. */
const chainFiles = (root: string, below = ''): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) for (const [name, bytes] of chainFiles(root, path)) files.set(name, bytes);
    else if (receiptFeed.classify(path) !== null) files.set(path, readFileSync(join(root, path)));
  }
  return files;
};

const expectSameFiles = (actual: string, expected: string): void => {
  const left = chainFiles(actual);
  const right = chainFiles(expected);
  expect([...left.keys()].sort()).toEqual([...right.keys()].sort());
  for (const [path, bytes] of right) expect(left.get(path)!.equals(bytes), path).toBe(true);
};

describe('receipts as evidence', () => {
  it('are stored verbatim: a built chain comes back byte for byte', async () => {
    const built = buildChain({ seed: 3, receipts: 200, checkpointsAt: [64, 200], refusalEvery: 5 });
    const legacy = buildChain({ seed: 4, receipts: 50, profile: 'erlmcp-json-0' });
    writeChain(join(source, 'receipts'), built, undefined, 'pro');
    writeChain(join(source, 'receipts'), legacy, undefined, 'old');
    expect(await run()).toMatchObject({ outcome: 'ok', counts: { quarantined: 0 } });
    const out = temporaryFolder();
    await exportChains(out);
    expectSameFiles(out, join(source, 'receipts'));
    rmSync(out, { recursive: true });
  });

  it.each([
    ['blank', '', 'CANON_WHITESPACE'],
    ['CR alone', '\r', 'CANON_SYNTAX'],
    ['no JSON', 'nonsense', 'CANON_SYNTAX'],
    ['cut off', receiptLine(1).slice(0, -5), 'CANON_SYNTAX'],
    ['with a byte order mark', `\ufeff${receiptLine(1)}`, 'CANON_UTF8'],
    ['an array', '[1]', 'RECEIPT_SCHEMA'],
    ['a number', '12', 'RECEIPT_SCHEMA'],
    ['null', 'null', 'RECEIPT_SCHEMA'],
    ['an object of another kind', '{"hello":"world"}', 'RECEIPT_SCHEMA'],
    ['without its hash', receiptLine(1).replace(/"current_hash":"[0-9a-f]+",/, ''), 'RECEIPT_SCHEMA'],
    ['NUL bytes', '\0\0\0', 'CANON_SYNTAX'],
    ['too long', `{"a":"${'x'.repeat(70_000)}"}`, 'CANON_SIZE'],
  ])('keep a line that is %s, and annotate it', async (_name, line, code) => {
    const file = join(source, 'receipts/c/receipts.jsonl');
    put(file, `${receiptLine(0)}\n${line}\n${receiptLine(2)}\n`);
    expect(await run()).toMatchObject({ outcome: 'ok', counts: { received: 3, accepted: 2, quarantined: 1 } });
    expect((await w.storedBytes(1)).equals(readFileSync(file))).toBe(true);
    const { rows } = await w.sources['quarantine.page']({ state: 'open', limit: 10 }, w.ctx);
    expect(rows[0]).toMatchObject({
      code,
      sourceName: 'northwind',
      feed: 'receipts',
      address: '/receipts/northwind/c/1',
      bytes: Buffer.byteLength(line),
      position: `c/receipts.jsonl line 2, byte ${receiptLine(0).length + 1}`,
    });
  });

  it.each([
    [
      'of the other profile',
      '{"receipt_id":"x","plan_id":"p","version":"1","timestamp":"t","envelope_claim":{},"audit_fields":{},"hash_chain":{}}',
    ],
    ['with spaces in it', receiptLine(1).replaceAll(':', ': ')],
    ['with a CR at its end', `${receiptLine(1)}\r`],
    ['with a hash that is wrong', receiptLine(1).replace(/[0-9a-f]{64}/, 'F'.repeat(64))],
  ])('leave a receipt %s to the verifier', async (_name, line) => {
    put(join(source, 'receipts/c/receipts.jsonl'), `${line}\n`);
    expect((await run()).counts).toMatchObject({ received: 1, accepted: 1, quarantined: 0 });
  });

  it('hold bytes that are no text, an empty file, and a file without an end', async () => {
    const files: Record<string, Buffer> = {
      bytes: Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)),
      empty: Buffer.alloc(0),
      torn: Buffer.from(receiptLine(0)),
      ends: Buffer.from('\n\n\n'),
    };
    for (const [name, bytes] of Object.entries(files)) put(join(source, 'receipts', name, 'receipts.jsonl'), bytes);
    await run();
    const out = temporaryFolder();
    await exportChains(out);
    expectSameFiles(out, join(source, 'receipts'));
    rmSync(out, { recursive: true });
    const chains = await w.store.read('receiptStore.chains', { after: 0, limit: 10 });
    expect(chains.map(({ folder, stream }) => [folder, stream!.lines, stream!.tailBytes])).toEqual([
      ['bytes', 2, 245],
      ['empty', 0, 0],
      ['ends', 3, 0],
      ['torn', 0, receiptLine(0).length],
    ]);
  });

  it('hold lines of several MiB in pieces, however they come', async () => {
    const MIB = 1024 * 1024;
    const small = await openSyncWorkspace({ chunkBytes: 700_000 });
    try {
      await small.sources['source.add']({ kind: 'folder', location: source }, small.ctx);
      const file = join(source, 'receipts/c/receipts.jsonl');
      const lines = [MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 5].map((length, i) => Buffer.alloc(length, 0x61 + i));
      const whole = Buffer.concat([
        Buffer.from(`${receiptLine(0)}\n`),
        ...lines.flatMap((line) => [line, Buffer.from('\n')]),
        Buffer.alloc(2 * MIB + 9, 0x7a),
      ]);
      let done = 0;
      for (const part of [100, MIB, 2 * MIB + 17, 1, whole.length]) {
        const next = whole.subarray(done, Math.min(whole.length, done + part));
        if (existsSync(file)) appendFileSync(file, next);
        else put(file, next);
        done += next.length;
        const { feeds } = await small.engine.run();
        expect(small.faults).toEqual([]);
        expect(feeds[0]).toMatchObject({ outcome: 'ok', conserved: true });
      }
      expect((await small.storedBytes(1)).equals(whole)).toBe(true);
      const stream: StreamRow = (await small.store.read('receiptStore.streams', { chainNo: 1 }))[0]!;
      expect(stream).toMatchObject({ generation: 1, lines: 6, tailBytes: 2 * MIB + 9 });
      const stored = small.store.db.all<{ pieces: number; rest: number }>(
        'SELECT pieces, length(bytes) AS rest FROM receipt_lines ORDER BY position',
      );
      expect(stored.slice(1)).toEqual([
        { pieces: 0, rest: MIB - 1 },
        { pieces: 0, rest: MIB },
        { pieces: 1, rest: 1 },
        { pieces: 1, rest: MIB },
        { pieces: 3, rest: 5 },
      ]);
      const line = await small.store.read('receiptStore.line', { streamNo: stream.streamNo, index: 5, maxBytes: 10 });
      expect(line).toMatchObject({ byteLength: 3 * MIB + 5, byteOffset: whole.length - (2 * MIB + 9) - (3 * MIB + 6) });
      // A full comparison walks through the pieces, and finds a byte in the middle of one.
      expect((await small.engine.run({ full: true })).feeds[0]!.outcome).toBe('nothing-new');
      const at = whole.length - (2 * MIB + 9) - 2 * MIB;
      const changed = Buffer.from(whole);
      changed[at] = 0x21;
      writeFileSync(file, changed);
      const run = (await small.engine.run()).feeds[0]!;
      expect(run.outcome).toBe('changed-past');
      expect(run.says).toContain(`From byte ${String(at).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')} on`);
      expect((await small.storedBytes(1)).equals(changed)).toBe(true);
    } finally {
      await small.close();
    }
  });

  it('finds the first differing byte wherever it is, at every chunk size', async () => {
    const content = Buffer.from(`${receiptLines(0, 6)}short\n\n${receiptLine(7).slice(0, 80)}`);
    put(join(source, 'receipts/c/receipts.jsonl'), content);
    await run();
    const { sourceId } = (await w.sources['source.list']({ removed: false }, w.ctx)).sources[0]!;
    const difference = (offset: number, bytes: Buffer) =>
      receiptFeed.firstDifference!(w.store.db, sourceId, 'c/receipts.jsonl', offset, bytes);
    for (let at = 0; at < content.length; at += 37) {
      const changed = Buffer.from(content);
      changed[at] = changed[at]! ^ 1;
      for (const step of [64, 1_000, content.length]) {
        let found: number | null = null;
        for (let offset = 0; offset < content.length && found === null; offset += step)
          found = difference(offset, changed.subarray(offset, offset + step));
        expect(found).toBe(at);
      }
    }
    expect(difference(0, content)).toBeNull();
    expect(difference(content.length, Buffer.from('more'))).toBe(content.length);
    expect(receiptFeed.firstDifference!(w.store.db, sourceId, 'unknown/receipts.jsonl', 0, Buffer.from('x'))).toBe(0);
  });

  it('takes bytes that were taken already as duplicates, and refuses those that do not fit', async () => {
    const { sourceId } = (await w.sources['source.list']({ removed: false }, w.ctx)).sources[0]!;
    const bytes = Buffer.from(receiptLines(0, 3));
    const accept = (offset: number, part: Buffer) =>
      receiptFeed.accept(w.store.db, {
        kind: 'appended',
        mode: 'append',
        because: null,
        offset,
        bytes: Uint8Array.from(part),
        atEnd: true,
        sourceId,
        sourceName: 'northwind',
        runId: 'run',
        path: 'c/receipts.jsonl',
        now: w.ctx.now,
      }).counts;
    expect(accept(0, bytes)).toMatchObject({ received: 3, accepted: 3, duplicate: 0 });
    expect(accept(0, bytes)).toMatchObject({ received: 3, accepted: 0, duplicate: 3 });
    expect(accept(0, Buffer.concat([bytes, Buffer.from(`${receiptLine(3)}\n`)]))).toMatchObject({ received: 4, accepted: 1, duplicate: 3 });
    expect(() => accept(0, Buffer.from('other\n'))).toThrow('do not follow');
    expect(() => accept(99_999, bytes)).toThrow('do not follow');
    expect((await w.storedBytes(1)).toString()).toBe(receiptLines(0, 4));
  });

  it('finishes a copy of a changed past that was cancelled halfway', async () => {
    const small = await openSyncWorkspace({ chunkBytes: 5_000 });
    try {
      const file = join(source, 'receipts/c/receipts.jsonl');
      put(file, receiptLines(0, 100));
      await small.sources['source.add']({ kind: 'folder', location: source }, small.ctx);
      await small.engine.run();
      const changed = receiptLines(0, 100).replace('00000001-0000', '00000001-9999');
      writeFileSync(file, changed);
      const abort = new AbortController();
      let chunks = 0;
      const report = await small.engine.run({
        signal: abort.signal,
        onProgress: () => {
          chunks += 1;
          if (chunks === 4) abort.abort();
        },
      });
      expect(report.feeds[0]!.outcome).toBe('cancelled');
      const streams = await small.store.read('receiptStore.streams', { chainNo: 1 });
      expect(streams.map(({ generation, complete }) => [generation, complete])).toEqual([
        [1, true],
        [2, false],
      ]);
      await small.engine.run();
      expect((await small.storedBytes(1, 2)).toString()).toBe(changed);
      expect((await small.store.read('receiptStore.streams', { chainNo: 1 })).map(({ complete }) => complete)).toEqual([true, true]);
      expect((await small.engine.run()).feeds[0]!.outcome).toBe('nothing-new');
    } finally {
      await small.close();
    }
  });
});

describe('the tables of facts', () => {
  it('carry their three triggers', () => {
    const triggers = w.store.db.all<{ tbl_name: string; n: number }>(
      `SELECT tbl_name, count(*) AS n FROM sqlite_schema WHERE type = 'trigger' GROUP BY tbl_name`,
    );
    const guarded = new Map(triggers.map(({ tbl_name, n }) => [tbl_name, n]));
    for (const table of [
      'audit_entries',
      'members',
      'sources',
      'sync_runs',
      'sync_deliveries',
      'sync_run_ends',
      'quarantine_rows',
      'quarantine_events',
      'chains',
      'streams',
      'receipt_lines',
      'receipt_line_pieces',
      'chain_documents',
    ])
      expect([table, guarded.get(table)]).toEqual([table, 3]);
  });

  it('refuse a change through the connection that sync uses', async () => {
    put(join(source, 'receipts/c/receipts.jsonl'), receiptLines(0, 2));
    await run();
    const refused = expect.objectContaining({ code: 'SQLITE_CONSTRAINT_TRIGGER' }) as unknown;
    const attempt = (sql: string): unknown => {
      try {
        w.store.db.run(sql);
        return 'it went through';
      } catch (error) {
        return error;
      }
    };
    expect(attempt(`UPDATE receipt_lines SET bytes = x'00'`)).toEqual(refused);
    expect(attempt('DELETE FROM receipt_lines')).toEqual(refused);
    expect(attempt(`INSERT OR REPLACE INTO receipt_lines SELECT position, byte_offset, pieces, x'00' FROM receipt_lines`)).toEqual(refused);
    expect((await w.storedBytes(1)).toString()).toBe(receiptLines(0, 2));
  });
});

describeShared('receipts: attack folders of the corpus', () => {
  it('are imported verbatim: what comes back is what was there, byte for byte', async () => {
    const root = sharedData('attacks');
    const expected = temporaryFolder();
    for (const name of attackNames(root))
      for (const chain of readdirSync(join(root, name), { withFileTypes: true })) {
        if (!chain.isDirectory()) continue;
        for (const base of [join(source, 'receipts'), expected]) {
          const to = join(base, `${name}--${chain.name}`);
          mkdirSync(dirname(to), { recursive: true });
          cpSync(join(root, name, chain.name), to, { recursive: true });
        }
      }
    const chains = readdirSync(expected).length;
    expect(chains).toBeGreaterThan(100);
    await run();
    const out = temporaryFolder();
    await exportChains(out);
    expectSameFiles(out, expected);
    expect((await w.engine.run()).feeds[0]!.outcome).toBe('nothing-new');
    expect((await w.engine.run({ full: true })).feeds[0]!.outcome).toBe('nothing-new');
    rmSync(out, { recursive: true });
    rmSync(expected, { recursive: true });
  });
});

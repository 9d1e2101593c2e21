import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorePool, type QueryMeasure, type StorePool, type StorePoolOptions } from '../../src-main/store/store-pool.ts';
import type { LogRecord } from '../../src-main/store/worker-messages.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';
import type { TestReads, TestWrites } from './support/store-queries.ts';

const entry = new URL('./support/store-worker.ts', import.meta.url);

const withPool = async (
  work: (pool: StorePool<TestReads, TestWrites>, folder: string) => Promise<void>,
  options: Partial<StorePoolOptions> = {},
): Promise<void> => {
  const folder = options.folder ?? join(temporaryFolder(), 'workspace');
  const pool = await openStorePool<TestReads, TestWrites>({
    entry,
    folder,
    mode: 'read-write',
    create: true,
    now: NOW,
    appVersion: 'test',
    ...options,
  });
  try {
    await work(pool, folder);
  } finally {
    await pool.close();
  }
};

describe('the store pool', () => {
  it('makes a workspace, writes through one thread and reads through others', async () => {
    await withPool(async (pool, folder) => {
      expect(pool.opened).toEqual({ schemaVersion: 1, migrated: { from: 0, to: 1, applied: ['notes'] } });
      expect(await pool.write('add', { bodies: ['one', 'two'] })).toBe(2);
      expect(await pool.read('bodies', { after: 1, limit: 10 })).toEqual([{ id: 2, body: 'two' }]);
      if (process.platform !== 'win32') {
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        expect(statSync(pool.file).mode & 0o777).toBe(0o600);
      }
    });
  });

  it('leaves one file behind when it closes: the log is written back', async () => {
    let file = '';
    await withPool(async (pool) => {
      file = pool.file;
      await pool.write('add', { bodies: ['kept'] });
    });
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(existsSync(`${file}-shm`)).toBe(false);
  });

  it('rolls a write back whole when it throws, and passes the error on', async () => {
    await withPool(async (pool) => {
      await expect(pool.write('addThenThrow', { body: 'gone' })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: 'On second thought, no.',
      });
      expect(await pool.read('count', undefined as never)).toBe(0);
    });
  });

  it('refuses a change to a fact and a write on a reader', async () => {
    await withPool(async (pool) => {
      await pool.write('add', { bodies: ['fact'] });
      await expect(pool.write('change', undefined as never)).rejects.toMatchObject({ code: 'STORE_APPEND_ONLY' });
      await expect(pool.read('writeFromReader', undefined as never)).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
      expect(await pool.read('bodies', { after: 0, limit: 9 })).toEqual([{ id: 1, body: 'fact' }]);
    });
  });

  it('keeps the text of a bug out of the message and puts it into the log', async () => {
    const records: LogRecord[] = [];
    await withPool(
      async (pool) => {
        const error = await pool.read('bug', undefined as never).catch((e: unknown) => e as Error);
        expect(error).toMatchObject({ code: 'INTERNAL', details: { operation: 'bug' } });
        expect(error.message).not.toContain('secret');
        await expect(pool.read('refuse', undefined as never)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { id: 7 } });
        await expect(pool.read('unheard-of' as 'count', undefined as never)).rejects.toMatchObject({ code: 'INTERNAL' });
      },
      { onLog: (record) => records.push(record) },
    );
    expect(JSON.stringify(records)).toContain('the secret of /home/somebody');
  });

  it('reads on two threads at the same time', async () => {
    await withPool(async (pool) => {
      const here = new SharedArrayBuffer(4);
      expect(await Promise.all([pool.read('meet', { here, wanted: 2 }), pool.read('meet', { here, wanted: 2 })])).toEqual([true, true]);
    });
  });

  it('lets interactive writes go before background ones that came earlier', async () => {
    await withPool(async (pool) => {
      const first = pool.write('slowAdd', { body: 'running', milliseconds: 50 });
      const calls = [
        pool.write('slowAdd', { body: 'background 1', milliseconds: 0 }, { priority: 'background' }),
        pool.write('slowAdd', { body: 'background 2', milliseconds: 0 }, { priority: 'background' }),
        pool.write('slowAdd', { body: 'interactive 1', milliseconds: 0 }),
        pool.write('slowAdd', { body: 'interactive 2', milliseconds: 0 }),
      ];
      await Promise.all([first, ...calls]);
      expect((await pool.read('bodies', { after: 0, limit: 9 })).map(({ body }) => body)).toEqual([
        'running',
        'interactive 1',
        'interactive 2',
        'background 1',
        'background 2',
      ]);
    });
  });

  it('logs a slow query by name, duration and rows, without its data', async () => {
    const records: LogRecord[] = [];
    const measures: QueryMeasure[] = [];
    await withPool(
      async (pool) => {
        await pool.write('slowAdd', { body: 'private words', milliseconds: 60 });
        await pool.read('bodies', { after: 0, limit: 1 });
      },
      { onLog: (record) => records.push(record), onQuery: (measure) => measures.push(measure) },
    );
    expect(records.filter(({ message, fields }) => message === 'slow query' && fields['name'] === 'slowAdd')).toMatchObject([
      { level: 'warn', fields: { name: 'slowAdd', kind: 'write', rows: 1 } },
    ]);
    expect(JSON.stringify(records)).not.toContain('private words');
    expect(measures).toMatchObject([
      { name: 'slowAdd', ok: true },
      { name: 'bodies', kind: 'read', rows: 1 },
    ]);
  });

  it('restarts a crashed writer once, says what was lost and keeps the rest of the queue', async () => {
    const records: LogRecord[] = [];
    await withPool(
      async (pool) => {
        await pool.write('add', { bodies: ['before'] });
        const lost = pool.write('addThenCrash', { body: 'lost' });
        const queued = pool.write('add', { bodies: ['after'] });
        await expect(lost).rejects.toMatchObject({ code: 'WORKER_CRASHED', retryable: true, details: { operation: 'addThenCrash' } });
        expect(await queued).toBe(2);
        expect((await pool.read('bodies', { after: 0, limit: 9 })).map(({ body }) => body)).toEqual(['before', 'after']);
        await expect(pool.write('addThenCrash', { body: 'lost' })).rejects.toMatchObject({ code: 'WORKER_CRASHED', retryable: false });
        await expect(pool.write('add', { bodies: ['refused'] })).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
        expect(await pool.read('count', undefined as never)).toBe(2);
      },
      { onLog: (record) => records.push(record) },
    );
    expect(records.filter(({ message }) => message === 'a store worker stopped')).toMatchObject([
      { fields: { label: 'writer', operation: 'addThenCrash', restarting: true } },
      { fields: { label: 'writer', restarting: false } },
    ]);
  });

  it('goes on with one reader when the other is gone', async () => {
    await withPool(async (pool) => {
      await expect(pool.read('crash', undefined as never)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
      expect(await Promise.all(Array.from({ length: 10 }, () => pool.read('count', undefined as never)))).toEqual(Array(10).fill(0));
    });
  });

  it('fails a call whose arguments cannot cross a thread, and goes on', async () => {
    await withPool(async (pool) => {
      await expect(pool.write('add', { bodies: (() => undefined) as never })).rejects.toMatchObject({ code: 'INTERNAL' });
      expect(await pool.write('add', { bodies: ['fine'] })).toBe(1);
    });
  });

  it('finishes what was accepted before it closes, and refuses what comes later', async () => {
    const folder = join(temporaryFolder(), 'workspace');
    let late: Promise<unknown> | undefined;
    await withPool(
      async (pool) => {
        const accepted = pool.write('slowAdd', { body: 'accepted', milliseconds: 50 }, { priority: 'background' });
        const closed = pool.close();
        late = pool.write('add', { bodies: ['late'] });
        late.catch(() => undefined);
        await Promise.all([accepted, closed]);
      },
      { folder },
    );
    await expect(late).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await withPool(
      async (pool) => {
        expect(await pool.read('count', undefined as never)).toBe(1);
        expect(pool.opened).toEqual({ schemaVersion: 1 });
      },
      { folder },
    );
  });

  it('opens read-only: reads work, writes say why not', async () => {
    const folder = join(temporaryFolder(), 'workspace');
    await withPool(async (pool) => void (await pool.write('add', { bodies: ['fact'] })), { folder });
    await withPool(
      async (pool) => {
        expect(await pool.read('count', undefined as never)).toBe(1);
        await expect(pool.write('add', { bodies: ['no'] })).rejects.toMatchObject({
          code: 'READ_ONLY',
          message: expect.stringContaining('Console 7 holds it.') as string,
        });
      },
      { folder, mode: 'read-only', readOnlyBecause: 'Console 7 holds it.' },
    );
  });

  it('keeps the log small under constant writing', async () => {
    await withPool(
      async (pool) => {
        const bodies = Array.from({ length: 200 }, () => 'x'.repeat(1_000));
        for (let i = 0; i < 40; i++) await pool.write('add', { bodies });
        expect(statSync(`${pool.file}-wal`).size).toBeLessThan(3_000_000);
      },
      { checkpointBytes: 200_000 },
    );
  });
});

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createBackup } from '../../src-main/store/backup.ts';
import { openReadOnlyPool } from '../../src-main/store/open-read-only.ts';
import { openReader, openWriter } from '../../src-main/store/open-database.ts';
import { storeErrorFrom } from '../../src-main/store/store-errors.ts';
import { openStorePool, type StorePool } from '../../src-main/store/store-pool.ts';
import { canMount, smallDisk } from './support/small-disk.ts';
import type { TestReads, TestWrites } from './support/store-queries.ts';
import { startChild } from './support/wait-for-line.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const entry = new URL('./support/store-worker.ts', import.meta.url);
const nothing = undefined as never;

const open = (folder: string, mode: 'read-write' | 'read-only' = 'read-write', create = true): Promise<StorePool<TestReads, TestWrites>> =>
  openStorePool<TestReads, TestWrites>({ entry, folder, mode, create, now: NOW, appVersion: 'test' });

const make = async (folder: string, notes = 500): Promise<string> => {
  const pool = await open(folder);
  await pool.write('add', { bodies: Array.from({ length: notes }, (_, i) => `note ${i} ${'x'.repeat(300)}`) });
  await pool.close();
  return pool.file;
};

const overwrite = (file: string, offset: number, bytes: Buffer): void => {
  const content = readFileSync(file);
  bytes.copy(content, offset);
  writeFileSync(file, content);
};

const caught = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('a fault of the store is recognised by kind', () => {
  it('a missing folder: nothing is made in its place', async () => {
    const folder = join(temporaryFolder(), 'gone');
    await expect(open(folder, 'read-write', false)).rejects.toMatchObject({ code: 'STORE_MISSING' });
    await expect(open(folder, 'read-only')).rejects.toMatchObject({ code: 'STORE_MISSING' });
    expect(existsSync(folder)).toBe(false);
  });

  it('a missing file in a folder that is there', async () => {
    const folder = temporaryFolder();
    await expect(open(folder, 'read-write', false)).rejects.toMatchObject({ code: 'STORE_MISSING' });
    expect(existsSync(join(folder, 'countersign.db'))).toBe(false);
  });

  it('a folder that goes away while it is open', async () => {
    const folder = join(temporaryFolder(), 'workspace');
    const pool = await open(folder);
    renameSync(folder, `${folder}-elsewhere`);
    await pool.close();
    await expect(open(folder, 'read-write', false)).rejects.toMatchObject({ code: 'STORE_MISSING' });
  });

  it('a damaged header: the file stays as it is', async () => {
    const folder = temporaryFolder();
    const file = await make(folder);
    overwrite(file, 0, Buffer.alloc(16, 0xff));
    const before = readFileSync(file);
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_NOT_A_DATABASE' });
    await expect(open(folder, 'read-only')).rejects.toMatchObject({ code: 'STORE_NOT_A_DATABASE' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('a file of another kind, and an empty folder in its place', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'countersign.db'), 'PK\u0003\u0004 not a database at all '.repeat(100));
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_NOT_A_DATABASE' });
    const other = temporaryFolder();
    mkdirSync(join(other, 'countersign.db'));
    await expect(open(other)).rejects.toMatchObject({ code: 'STORE_NOT_A_DATABASE' });
  });

  it('damaged pages: what is whole can still be read, read-only', async () => {
    const folder = temporaryFolder();
    const file = await make(folder);
    overwrite(file, 4096 * 20, Buffer.alloc(4096, 0xab));
    const pool = await open(folder, 'read-only');
    await expect(pool.read('bodies', { after: 0, limit: 1_000 })).rejects.toMatchObject({ code: 'STORE_CORRUPT', retryable: false });
    expect(await pool.read('bodies', { after: 0, limit: 3 })).toHaveLength(3);
    await pool.close();
  });

  it('a schema that cannot be read', async () => {
    const folder = temporaryFolder();
    const file = await make(folder);
    overwrite(file, 100, Buffer.alloc(400, 0xcd));
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('a file cut short', async () => {
    const folder = temporaryFolder();
    const file = await make(folder);
    writeFileSync(file, readFileSync(file).subarray(0, 4096 * 5 + 100));
    const pool = await open(folder, 'read-only').catch((error: unknown) => error);
    if (pool instanceof Error) expect(pool).toMatchObject({ code: 'STORE_CORRUPT' });
    else {
      const opened = pool as StorePool<TestReads, TestWrites>;
      await expect(opened.read('bodies', { after: 0, limit: 1_000 })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await opened.close();
    }
  });

  it('a database that another program keeps locked', () => {
    const file = join(temporaryFolder(), 'x.db');
    const one = openWriter(file, { create: true });
    one.exec('CREATE TABLE t (a) ; BEGIN IMMEDIATE');
    const two = new Sqlite(file, { timeout: 50 });
    expect(
      storeErrorFrom(
        caught(() => two.exec('BEGIN IMMEDIATE')),
        { file },
      ),
    ).toMatchObject({ code: 'STORE_LOCKED', retryable: true });
    two.close();
    one.close();
  });

  it('a read-only file', () => {
    const file = join(temporaryFolder(), 'x.db');
    openWriter(file, { create: true }).exec('CREATE TABLE t (a)').close();
    const db = openReader(file);
    expect(storeErrorFrom(caught(() => db.exec('INSERT INTO t VALUES (1)')))).toMatchObject({ code: 'STORE_READ_ONLY' });
    db.close();
  });

  it.skipIf(process.getuid?.() === 0 && !canMount)('a read-only folder: it opens through a copy', async () => {
    const asRoot = process.getuid?.() === 0;
    const disk = asRoot ? smallDisk(64 * 1024 * 1024) : undefined;
    const folder = join(disk?.folder ?? temporaryFolder(), 'workspace');
    const file = await make(folder);
    if (disk) disk.makeReadOnly();
    else {
      chmodSync(file, 0o400);
      chmodSync(folder, 0o500);
    }
    try {
      const error = await open(folder).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: expect.stringMatching(/^STORE_(READ_ONLY|PERMISSION)$/) as string });
      const scratch = temporaryFolder();
      const pool = await openReadOnlyPool<TestReads, TestWrites>({ entry, folder, now: NOW, appVersion: 'test' }, scratch);
      expect(pool.readThrough).toBe('copy');
      expect(await pool.read('count', nothing)).toBe(500);
      await pool.close();
    } finally {
      if (!disk) chmodSync(folder, 0o700);
    }
  });

  it('a damaged header also opens read-only, through a repaired copy', async () => {
    const folder = temporaryFolder();
    const file = await make(folder);
    overwrite(file, 0, Buffer.alloc(100, 0));
    const before = readFileSync(file);
    const scratch = temporaryFolder();
    const pool = await openReadOnlyPool<TestReads, TestWrites>({ entry, folder, now: NOW, appVersion: 'test' }, scratch);
    expect(pool.readThrough).toBe('repaired copy');
    expect(await pool.read('count', nothing)).toBe(500);
    await expect(pool.write('add', { bodies: ['no'] })).rejects.toMatchObject({ code: 'READ_ONLY' });
    await pool.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('says nothing of what is no fault of the store', () => {
    expect(storeErrorFrom(new Error('a bug'))).toBeUndefined();
    expect(storeErrorFrom(new TypeError('x'))).toBeUndefined();
    expect(storeErrorFrom(Object.assign(new Error(), { code: 'SQLITE_CONSTRAINT_UNIQUE' }))).toBeUndefined();
    expect(storeErrorFrom('text')).toBeUndefined();
  });

  it.each([
    ['SQLITE_FULL', 'STORE_FULL'],
    ['ENOSPC', 'STORE_FULL'],
    ['EDQUOT', 'STORE_FULL'],
    ['SQLITE_CORRUPT_INDEX', 'STORE_CORRUPT'],
    ['SQLITE_NOTADB', 'STORE_NOT_A_DATABASE'],
    ['SQLITE_BUSY_SNAPSHOT', 'STORE_LOCKED'],
    ['SQLITE_READONLY_DBMOVED', 'STORE_READ_ONLY'],
    ['EROFS', 'STORE_READ_ONLY'],
    ['SQLITE_IOERR_FSYNC', 'STORE_IO'],
    ['EIO', 'STORE_IO'],
    ['EACCES', 'STORE_PERMISSION'],
    ['ENOENT', 'STORE_MISSING'],
    ['SQLITE_CONSTRAINT_TRIGGER', 'STORE_APPEND_ONLY'],
  ])('%s is %s, with a sentence, a next step and no path', (native, code) => {
    const error = storeErrorFrom(Object.assign(new Error('low level words'), { code: native }), {
      file: '/home/somebody/files/countersign.db',
    });
    expect(error).toMatchObject({ code, details: { native } });
    expect(error?.message).toMatch(/^[A-Z“].*\.$/);
    expect(error?.nextStep).toMatch(/\.$/);
    expect(error?.message).not.toContain('/home');
    expect(error?.message).not.toContain('low level');
  });
});

describe('a full disk', () => {
  it('undoes the change whole, says so, and takes changes again when there is room', async () => {
    const folder = temporaryFolder();
    const file = await make(folder, 50);
    const db = openWriter(file);
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages + 2}`);
    const add = db.transaction(() => {
      for (let i = 0; i < 200; i++) db.prepare('INSERT INTO notes (body) VALUES (?)').run('y'.repeat(3_000));
    });
    expect(
      storeErrorFrom(
        caught(() => add.immediate()),
        { file },
      ),
    ).toMatchObject({ code: 'STORE_FULL' });
    expect(db.prepare('SELECT COUNT(*) FROM notes').pluck().get()).toBe(50);
    db.pragma('max_page_count = 1000000');
    add.immediate();
    expect(db.prepare('SELECT COUNT(*) FROM notes').pluck().get()).toBe(250);
    db.close();
  });

  it('of a real drive, or of a process that may write no more, does the same', async () => {
    if (!canMount) {
      const file = join(temporaryFolder(), 'countersign.db');
      const child = startChild(new URL('./support/kill-writer.ts', import.meta.url), [file], ['prlimit', '--fsize=400000']);
      expect((await child.ended).code).not.toBe(0);
      const db = openWriter(file);
      expect(db.prepare('SELECT COUNT(*) FROM notes').pluck().get()).toBe(Number(child.lines.at(-1)));
      db.close();
      return;
    }
    const disk = smallDisk(2 * 1024 * 1024);
    const folder = join(disk.folder, 'workspace');
    const pool = await open(folder);
    const bodies = Array.from({ length: 20 }, () => 'z'.repeat(5_000));
    let kept = 0;
    let full: unknown;
    for (let i = 0; i < 100 && full === undefined; i++) {
      const outcome = await pool.write('add', { bodies }).catch((error: unknown) => error);
      if (typeof outcome === 'number') kept = outcome;
      else full = outcome;
    }
    expect(full).toMatchObject({ code: 'STORE_FULL', retryable: true });
    expect(await pool.read('count', nothing)).toBe(kept);
    await expect(
      createBackup(pool.file, join(folder, 'backups'), { kind: 'manual', takenAt: NOW, appVersion: 'test' }),
    ).rejects.toMatchObject({
      code: 'STORE_FULL',
    });
    await pool.close();
    const again = await open(folder, 'read-only');
    expect(await again.read('count', nothing)).toBe(kept);
    await again.close();
  });
});

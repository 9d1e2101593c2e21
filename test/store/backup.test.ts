import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { type BackupKind, type BackupRecord, createBackup, listBackups, verifyBackup } from '../../src-main/store/backup.ts';
import { decidePrune, pruneBackups } from '../../src-main/store/backup-retention.ts';
import { openWriter } from '../../src-main/store/open-database.ts';
import {
  finishInterruptedRestore,
  forgetPendingRestore,
  isRestoreInterrupted,
  pendingRestore,
  restoreBackup,
  type RestoreOptions,
} from '../../src-main/store/restore.ts';
import { openStorePool } from '../../src-main/store/store-pool.ts';
import { addSizes, countSizes, filledWorkspace, leafPages, ruinPages } from './support/filled-workspace.ts';
import { startChild } from './support/wait-for-line.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

/** Names in a folder, without the log that a connection for reading leaves beside a database. */
const namesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !/-(wal|shm)$/.test(name))
    .sort();

const take = (folder: string, kind: BackupKind = 'manual', takenAt = NOW): Promise<BackupRecord> =>
  createBackup(join(folder, 'countersign.db'), join(folder, 'backups'), { kind, takenAt, appVersion: 'test', counts: { sizes: 200 } });

const restore = (folder: string, backupName: string, more: Partial<RestoreOptions> = {}): ReturnType<typeof restoreBackup> =>
  restoreBackup({
    folder,
    backupName,
    restoreId: 'restore-1',
    restoredAt: '2026-06-08T06:00:00.000Z',
    reason: 'the disk failed',
    member: 'Mara',
    fromSizes: { 'chain/one': 300 },
    damaged: false,
    migrations,
    ...more,
  });

describe('a backup', () => {
  it('is one file that holds what was committed, with its description and digest', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const db = openWriter(file);
    addSizes(db, 5);
    const record = await take(folder);
    db.close();
    expect(record).toMatchObject({
      name: '20260607T060000Z-manual.db',
      kind: 'manual',
      taken_at: NOW,
      schema_version: migrations.length,
      integrity: 'ok',
      problems: [],
      counts: { sizes: 200 },
    });
    const copy = join(folder, 'backups', record.name);
    expect(createHash('sha256').update(readFileSync(copy)).digest('hex')).toBe(record.sha256);
    expect(countSizes(copy)).toBe(205);
    expect(readdirSync(join(folder, 'backups')).sort()).toEqual(['20260607T060000Z-manual.db', '20260607T060000Z-manual.json']);
    expect(await listBackups(join(folder, 'backups'))).toEqual([record]);
    expect(await verifyBackup(join(folder, 'backups'), record.name)).toMatchObject({ whole: true, problems: [] });
    if (process.platform !== 'win32') expect(statSync(copy).mode & 0o077).toBe(0);
  });

  it('taken twice in a second gets another name', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    await take(folder);
    expect((await take(folder)).name).toBe('20260607T060000Z-manual-2.db');
    expect(await listBackups(join(folder, 'backups'))).toHaveLength(2);
  });

  it('is one moment, however much is written meanwhile', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder, 60_000);
    const db = openWriter(file);
    let written = 0;
    const record = await createBackup(file, join(folder, 'backups'), {
      kind: 'scheduled',
      takenAt: NOW,
      appVersion: 'test',
      onProgress: ({ step }) => {
        if (step !== 'backup') return;
        addSizes(db, 100);
        written += 100;
      },
    });
    db.close();
    expect(written).toBeGreaterThan(100);
    expect(countSizes(join(folder, 'backups', record.name))).toBe(60_000);
    expect(countSizes(file)).toBe(60_000 + written);
  });

  it('can be cancelled, and then leaves nothing', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder, 5_000);
    let steps = 0;
    await expect(
      createBackup(file, join(folder, 'backups'), { kind: 'manual', takenAt: NOW, appVersion: 'test', cancelled: () => ++steps > 1 }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(join(folder, 'backups'))).toEqual([]);
  });

  it('of a damaged database is kept and called damaged', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder, 5_000);
    ruinPages(file, leafPages(file, 'workspace_sizes').slice(3, 5));
    const record = await take(folder);
    expect(record.integrity).toBe('damaged');
    expect(record.problems.length).toBeGreaterThan(0);
    expect(await verifyBackup(join(folder, 'backups'), record.name)).toMatchObject({ whole: false });
  });

  it.each([
    [
      'a changed byte',
      (copy: string) => {
        const bytes = readFileSync(copy);
        bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
        writeFileSync(copy, bytes);
      },
    ],
    [
      'a cut end',
      (copy: string) => {
        writeFileSync(copy, readFileSync(copy).subarray(0, -10));
      },
    ],
    [
      'another file',
      (copy: string) => {
        writeFileSync(copy, 'not a database');
      },
    ],
  ])('is found to be damaged by %s', async (_, damage) => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    const { name } = await take(folder);
    damage(join(folder, 'backups', name));
    const check = await verifyBackup(join(folder, 'backups'), name);
    expect(check.whole).toBe(false);
    await expect(restore(folder, name)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    expect(countSizes(join(folder, 'countersign.db'))).toBe(200);
    expect(namesIn(folder)).toEqual(['backups', 'countersign.db']);
  });

  it('that is not there is not found, and a stray file is no backup', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    const { name } = await take(folder);
    const backups = join(folder, 'backups');
    writeFileSync(join(backups, 'stray.json'), '{"format":"other"}');
    writeFileSync(join(backups, 'broken.json'), '{');
    rmSync(join(backups, name));
    expect(await listBackups(backups)).toEqual([]);
    await expect(verifyBackup(backups, 'none.db')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(verifyBackup(backups, '../../etc/passwd')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await listBackups(join(folder, 'nowhere'))).toEqual([]);
  });

  it('clears away what a crash left of an older one', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    await take(folder);
    const old = join(folder, 'backups', '.20260601T060000Z-manual.partial');
    const young = join(folder, 'backups', '.20260607T055959Z-manual.partial');
    for (const file of [old, young]) writeFileSync(file, 'part');
    utimesSync(old, new Date('2026-06-01'), new Date('2026-06-01'));
    utimesSync(young, new Date(NOW), new Date(NOW));
    await take(folder);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(young)).toBe(true);
  });
});

describe('keeping backups', () => {
  const record = (kind: BackupKind, day: number, integrity: 'ok' | 'damaged' = 'ok'): BackupRecord => ({
    format: 'countersign-backup/1',
    name: `202605${String(day).padStart(2, '0')}T000000Z-${kind}.db`,
    kind,
    taken_at: `2026-05-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    schema_version: 1,
    app_version: 'test',
    bytes: 1,
    sha256: '0'.repeat(64),
    integrity,
    problems: [],
    counts: {},
  });
  const days = (kind: BackupKind, ...list: number[]): BackupRecord[] => list.map((day) => record(kind, day));
  const gone = (backups: BackupRecord[], policy: { keepCount: number; keepDays: number }): string[] =>
    decidePrune(backups, '2026-05-31T00:00:00.000Z', policy).map(({ kind, taken_at }) => `${kind} ${Number(taken_at.slice(8, 10))}`);

  it('goes by count and by age for scheduled ones', () => {
    expect(gone(days('scheduled', 1, 10, 20, 30), { keepCount: 3, keepDays: 365 })).toEqual(['scheduled 1']);
    expect(gone(days('scheduled', 1, 10, 20, 30), { keepCount: 10, keepDays: 15 })).toEqual(['scheduled 10', 'scheduled 1']);
  });

  it('never lets a manual one go, nor the newest three from before an upgrade', () => {
    expect(gone([...days('manual', 1, 2, 3), ...days('pre-migration', 1, 2, 3, 4, 5)], { keepCount: 0, keepDays: 0 })).toEqual([
      'pre-migration 2',
      'pre-migration 1',
    ]);
  });

  it('never lets the newest good one go', () => {
    expect(gone([record('scheduled', 20, 'damaged'), ...days('scheduled', 5, 10)], { keepCount: 0, keepDays: 0 })).toEqual([
      'scheduled 20',
      'scheduled 5',
    ]);
    expect(gone(days('scheduled', 1), { keepCount: 0, keepDays: 0 })).toEqual([]);
  });

  it('removes both files of each', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    for (let day = 1; day <= 4; day++) await take(folder, 'scheduled', `2026-06-0${day}T00:00:00.000Z`);
    const removed = await pruneBackups(join(folder, 'backups'), NOW, { keepCount: 2, keepDays: 99 });
    expect(removed).toEqual(['20260602T000000Z-scheduled.db', '20260601T000000Z-scheduled.db']);
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(4);
  });
});

describe('restoring', () => {
  it('puts the backup in place, keeps what was there, and notes why', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const { name, sha256 } = await take(folder);
    const db = openWriter(file);
    addSizes(db, 50);
    db.close();
    const note = await restore(folder, name);
    expect(note).toMatchObject({
      restoreId: 'restore-1',
      backupName: name,
      backupTakenAt: NOW,
      backupSha256: sha256,
      reason: 'the disk failed',
      member: 'Mara',
      fromSizes: { 'chain/one': 300 },
      setAside: 'replaced/20260608T060000Z',
    });
    expect(countSizes(file)).toBe(200);
    expect(countSizes(join(folder, 'replaced/20260608T060000Z/countersign.db'))).toBe(250);
    expect(JSON.parse(readFileSync(join(folder, 'replaced/20260608T060000Z/why.json'), 'utf8'))).toEqual(note);
    expect(existsSync(join(folder, 'backups', name))).toBe(true);
    expect(await pendingRestore(folder)).toEqual(note);
    expect(isRestoreInterrupted(folder)).toBe(false);
    await forgetPendingRestore(folder);
    expect(await pendingRestore(folder)).toBeUndefined();
  });

  it('works where the present database cannot be read, and keeps its log too', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const { name } = await take(folder);
    writeFileSync(file, 'garbage');
    writeFileSync(`${file}-wal`, 'a log');
    const note = await restore(folder, name, { damaged: true });
    expect(note.setAside).toBe('damaged/20260608T060000Z');
    expect(readFileSync(join(folder, 'damaged/20260608T060000Z/countersign.db'), 'utf8')).toBe('garbage');
    expect(readFileSync(join(folder, 'damaged/20260608T060000Z/countersign.db-wal'), 'utf8')).toBe('a log');
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(countSizes(file)).toBe(200);
  });

  it('works where there is no database any more, and twice in the same second', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const { name } = await take(folder);
    for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    expect((await restore(folder, name)).setAside).toBeNull();
    expect(countSizes(file)).toBe(200);
    expect((await restore(folder, name)).setAside).toBe('replaced/20260608T060000Z');
    expect((await restore(folder, name)).setAside).toBe('replaced/20260608T060000Z-2');
  });

  it('refuses a backup from a newer version and keeps the present database', async () => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const { name } = await take(folder);
    await expect(restore(folder, name, { migrations: migrations.slice(0, 1) })).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(countSizes(file)).toBe(200);
    expect(namesIn(folder)).toEqual(['backups', 'countersign.db']);
  });

  it('can be cancelled until the moves begin', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    const { name } = await take(folder);
    await expect(restore(folder, name, { cancelled: () => true })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(namesIn(folder)).toEqual(['backups', 'countersign.db']);
  });

  it.each(['noted', 'aside', 'aside-wal', 'before place', 'placed'])('finishes after a kill at “%s”', async (point) => {
    const folder = temporaryFolder();
    const file = await filledWorkspace(folder);
    const { name } = await take(folder);
    const db = openWriter(file);
    addSizes(db, 50);
    // Stands in for a console that was killed: its log is still there.
    const log = readFileSync(`${file}-wal`);
    db.close();
    writeFileSync(`${file}-wal`, log);
    const child = startChild(new URL('./support/kill-restore.ts', import.meta.url), [folder, name, point]);
    expect((await child.ended).signal, child.errors()).toBe('SIGKILL');
    expect(isRestoreInterrupted(folder)).toBe(point !== 'placed');
    if (point !== 'placed') {
      const entry = new URL('./support/store-worker.ts', import.meta.url);
      await expect(openStorePool({ entry, folder, mode: 'read-only', now: NOW, appVersion: 'test' })).rejects.toMatchObject({
        code: 'READ_ONLY',
      });
    }
    await finishInterruptedRestore(folder);
    expect(isRestoreInterrupted(folder)).toBe(false);
    expect(countSizes(file)).toBe(200);
    const aside = join(folder, 'damaged/20260608T060000Z');
    expect(readdirSync(aside)).toEqual(expect.arrayContaining(['countersign.db', 'countersign.db-wal', 'why.json']));
    expect(countSizes(join(aside, 'countersign.db'))).toBe(250);
    expect(await pendingRestore(folder)).toMatchObject({ restoreId: 'restore-1', setAside: 'damaged/20260608T060000Z' });
  });

  it('throws a copy away that was never agreed to', async () => {
    const folder = temporaryFolder();
    await filledWorkspace(folder);
    writeFileSync(join(folder, '.restoring.db'), 'half a copy');
    await finishInterruptedRestore(folder);
    expect(namesIn(folder)).toEqual(['countersign.db']);
  });
});

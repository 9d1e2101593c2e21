import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations as shipped } from '../../migrations/index.ts';
import { createBackup, listBackups } from '../../src-main/store/backup.ts';
import { pruneBackups } from '../../src-main/store/backup-retention.ts';
import { appliedMigrations, assertOpenable, migrate, type Migration, type MigrateResult } from '../../src-main/store/migrate.ts';
import { APPLICATION_ID, openWriter } from '../../src-main/store/open-database.ts';
import { peekDatabase } from '../../src-main/store/peek-database.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const note: Migration = { id: 1, name: 'notes', sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;' };
const tag: Migration = {
  id: 2,
  name: 'tags',
  sql: 'CREATE TABLE tags (note INTEGER NOT NULL REFERENCES notes (id), tag TEXT NOT NULL) STRICT;',
};
const rebuild: Migration = {
  id: 3,
  name: 'rebuild',
  sql: `CREATE TABLE fresh (id INTEGER PRIMARY KEY, body TEXT NOT NULL, made TEXT) STRICT;
        INSERT INTO fresh (id, body) SELECT id, body FROM notes; DROP TABLE notes; ALTER TABLE fresh RENAME TO notes;`,
};

const sha = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** What the store does on opening, in one connection. */
const open = async (folder: string, list: readonly Migration[], now = NOW): Promise<{ db: Sqlite.Database; result: MigrateResult }> => {
  const file = join(folder, 'countersign.db');
  assertOpenable(peekDatabase(file), list);
  const db = openWriter(file, { create: true });
  try {
    const result = await migrate(db, list, {
      now,
      backup: async () => {
        const { name } = await createBackup(file, join(folder, 'backups'), { kind: 'pre-migration', takenAt: now, appVersion: 'test' });
        await pruneBackups(join(folder, 'backups'), now);
        return name;
      },
    });
    return { db, result };
  } catch (error) {
    db.close();
    throw error;
  }
};

const make = async (folder: string, list: readonly Migration[]): Promise<void> => {
  const { db } = await open(folder, list);
  if (list.length > 0) db.exec(`INSERT INTO notes (body) VALUES ('kept')`);
  db.close();
};

const refused = (code: string): object => expect.objectContaining({ code }) as object;

describe('migrations', () => {
  it('make a new database without a backup, and name it ours', async () => {
    const folder = temporaryFolder();
    const { db, result } = await open(folder, [note, tag]);
    expect(result).toEqual({ from: 0, to: 2, applied: ['notes', 'tags'] });
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(appliedMigrations(db)).toMatchObject([
      { id: 1, name: 'notes', applied_at: NOW },
      { id: 2, name: 'tags' },
    ]);
    db.close();
    expect(existsSync(join(folder, 'backups'))).toBe(false);
    expect(peekDatabase(join(folder, 'countersign.db'))).toMatchObject({ kind: 'database', userVersion: 2, applicationId: APPLICATION_ID });
  });

  it('do nothing the second time', async () => {
    const folder = temporaryFolder();
    await make(folder, [note]);
    const before = sha(join(folder, 'countersign.db'));
    const { db, result } = await open(folder, [note]);
    db.close();
    expect(result).toEqual({ from: 1, to: 1, applied: [] });
    expect(sha(join(folder, 'countersign.db'))).toBe(before);
  });

  it('back up what is there before they change it', async () => {
    const folder = temporaryFolder();
    await make(folder, [note]);
    const { db, result } = await open(folder, [note, tag, rebuild]);
    expect(result).toMatchObject({ from: 1, to: 3, applied: ['tags', 'rebuild'], backup: '20260607T060000Z-pre-migration.db' });
    expect(db.prepare('SELECT body, made FROM notes').all()).toEqual([{ body: 'kept', made: null }]);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
    expect(await listBackups(join(folder, 'backups'))).toMatchObject([{ kind: 'pre-migration', schema_version: 1, integrity: 'ok' }]);
  });

  it('keep three such backups', async () => {
    const folder = temporaryFolder();
    const list: Migration[] = [note];
    await make(folder, list);
    for (let id = 2; id <= 6; id++) {
      list.push({ id, name: `step ${id}`, sql: `CREATE TABLE step_${id} (id INTEGER PRIMARY KEY) STRICT` });
      (await open(folder, list, `2026-06-0${id}T06:00:00.000Z`)).db.close();
    }
    expect((await listBackups(join(folder, 'backups'))).map(({ schema_version }) => schema_version)).toEqual([5, 4, 3]);
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(6);
  });

  it('refuse a database from the future, naming both versions, and leave it untouched', async () => {
    const folder = temporaryFolder();
    await make(folder, [note, tag, rebuild]);
    const before = sha(join(folder, 'countersign.db'));
    await expect(open(folder, [note])).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringContaining('schema version 3; this program knows versions up to 1') as string,
      details: { found: 3, known: 1 },
    });
    expect(readdirSync(folder)).toEqual(['countersign.db']);
    expect(sha(join(folder, 'countersign.db'))).toBe(before);
  });

  it('see the future even where it still stands in the log', async () => {
    const folder = temporaryFolder();
    await make(folder, [note]);
    const { db } = await open(folder, [note, tag]);
    // The writer is still open: its last commit has not been written back.
    expect(existsSync(join(folder, 'countersign.db-wal'))).toBe(true);
    expect(peekDatabase(join(folder, 'countersign.db'))).toMatchObject({ userVersion: 2, fromWal: true });
    db.close();
    expect(peekDatabase(join(folder, 'countersign.db'))).toMatchObject({ userVersion: 2, fromWal: false });
  });

  it('refuse a migration that was changed after it was applied, naming it', async () => {
    const folder = temporaryFolder();
    await make(folder, [note, tag]);
    const before = sha(join(folder, 'countersign.db'));
    const changed = { ...tag, sql: `${tag.sql} -- edited` };
    await expect(open(folder, [note, changed, rebuild])).rejects.toMatchObject({
      code: 'STORE_MIGRATION_CHANGED',
      message: expect.stringContaining('Migration 2 (tags)') as string,
    });
    await expect(open(folder, [{ ...note, name: 'renamed' }, tag])).rejects.toEqual(refused('STORE_MIGRATION_CHANGED'));
    expect(sha(join(folder, 'countersign.db'))).toBe(before);
    expect(existsSync(join(folder, 'backups'))).toBe(false);
  });

  it('are undone whole when one of them fails', async () => {
    const folder = temporaryFolder();
    await make(folder, [note]);
    const failing = [
      note,
      { id: 2, name: 'fine', sql: 'CREATE TABLE fine (a TEXT) STRICT' },
      { id: 3, name: 'failing', sql: 'CREATE TABLE tags (a TEXT) STRICT; INSERT INTO nowhere VALUES (1);' },
    ];
    await expect(open(folder, failing)).rejects.toMatchObject({
      code: 'STORE_MIGRATION_FAILED',
      message: expect.stringContaining('migration 3 (failing)') as string,
    });
    const { db, result } = await open(folder, [note]);
    expect(result.from).toBe(1);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1`).pluck().all()).toEqual([
      'notes',
      'schema_migrations',
    ]);
    expect(db.prepare('SELECT body FROM notes').pluck().all()).toEqual(['kept']);
    db.close();
  });

  it.each(['COMMIT;', 'rollback;', 'VACUUM;', 'PRAGMA foreign_keys = OFF;'])('may not contain %s', async (statement) => {
    const folder = temporaryFolder();
    await make(folder, [note]);
    const bad = { id: 2, name: 'bad', sql: `CREATE TABLE bad (a TEXT) STRICT; -- why\n ${statement}` };
    await expect(open(folder, [note, bad])).rejects.toEqual(refused('STORE_MIGRATION_FAILED'));
    const { db } = await open(folder, [note]);
    expect(db.prepare(`SELECT COUNT(*) FROM sqlite_schema WHERE name = 'bad'`).pluck().get()).toBe(0);
    db.close();
  });

  it('check that every reference still points at something before they commit', async () => {
    const folder = temporaryFolder();
    await make(folder, [note, tag]);
    const { db: before } = await open(folder, [note, tag]);
    before.exec(`INSERT INTO tags VALUES (1, 'red')`);
    before.close();
    const loses: Migration = {
      id: 3,
      name: 'loses',
      sql: 'DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;',
    };
    await expect(open(folder, [note, tag, loses])).rejects.toMatchObject({
      code: 'STORE_MIGRATION_FAILED',
      message: expect.stringContaining('1 rows point at nothing, the first in tags at notes') as string,
    });
    const { db } = await open(folder, [note, tag]);
    expect(db.prepare('SELECT body FROM notes').pluck().all()).toEqual(['kept']);
    db.close();
  });

  it('refuse the database of another program, untouched', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'countersign.db');
    const other = openWriter(file, { create: true });
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    const before = sha(file);
    await expect(open(folder, [note])).rejects.toEqual(refused('STORE_FOREIGN'));
    expect(sha(file)).toBe(before);
    expect(readdirSync(folder)).toEqual(['countersign.db']);
  });

  it('are numbered from 1 without gaps', async () => {
    await expect(open(temporaryFolder(), [note, { ...tag, id: 3 }])).rejects.toThrow('has the number 3 where 2 is due');
    expect(shipped.map(({ id }) => id)).toEqual(shipped.map((_, i) => i + 1));
    expect(new Set(shipped.map(({ name }) => name)).size).toBe(shipped.length);
  });
});

describe('the shipped migrations', () => {
  const schemaOf = (db: Sqlite.Database): unknown[] =>
    db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'sqlite_stat%' ORDER BY type, name").all();

  it.each(shipped.map(({ id, name }) => [id, name] as const))('upgrade from schema %i (%s) and keep what was recorded', async (id) => {
    const folder = temporaryFolder();
    const { db: old } = await open(folder, shipped.slice(0, id));
    old.exec(`
      INSERT INTO workspace (one, workspace_id, created_at, created_by_install) VALUES (1, '0190a000-0000-7000-8000-000000000001', '${NOW}', 'install');
      INSERT INTO workspace_names (name, named_at) VALUES ('Switchboard', '${NOW}');
      INSERT INTO restores (restore_id, restored_at, backup_name, backup_taken_at, backup_sha256, reason, member, from_sizes)
        VALUES ('r1', '${NOW}', 'b.db', '${NOW}', '${'0'.repeat(64)}', 'a test', 'm1', '{"log": 3}');
      INSERT INTO workspace_sizes (measured_at, database_bytes, folder_bytes, free_bytes) VALUES ('${NOW}', 1, 2, 3);`);
    const recorded = (db: Sqlite.Database): unknown[] =>
      ['workspace', 'workspace_names', 'restores', 'workspace_sizes'].map((table) => db.prepare(`SELECT * FROM ${table}`).all());
    const before = recorded(old);
    old.close();
    const { db, result } = await open(folder, shipped);
    expect(result.to).toBe(shipped.length);
    expect(recorded(db)).toEqual(before);
    const { db: fresh } = await open(temporaryFolder(), shipped);
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    fresh.close();
    expect((await listBackups(join(folder, 'backups'))).length).toBe(id === shipped.length ? 0 : 1);
  });
});

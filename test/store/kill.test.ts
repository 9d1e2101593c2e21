import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listBackups } from '../../src-main/store/backup.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { openWriter } from '../../src-main/store/open-database.ts';
import { noteMigrations } from './support/note-migrations.ts';
import { startChild } from './support/wait-for-line.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const writer = new URL('./support/kill-writer.ts', import.meta.url);
const migration = new URL('./support/kill-migration.ts', import.meta.url);
const noBackup = (): Promise<string> => Promise.reject(new Error('no backup is due'));

describe('kill -9', () => {
  it('in the middle of writing, at many points: the workspace opens, nothing committed is lost, nothing is half there', async () => {
    const file = join(temporaryFolder(), 'countersign.db');
    let known = 0;
    for (const commits of [0, 1, 2, 3, 5, 8, 40, 120]) {
      const child = startChild(writer, [file]);
      if (commits > 0) await child.until(() => child.lines.length >= commits);
      child.process.kill('SIGKILL');
      expect((await child.ended).signal).toBe('SIGKILL');
      const acknowledged = Number(child.lines.at(-1) ?? known);
      const db = openWriter(file, { create: true });
      await migrate(db, noteMigrations, { now: NOW, backup: noBackup });
      const count = db.prepare('SELECT COUNT(*) FROM notes').pluck().get() as number;
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
      expect(count).toBeGreaterThanOrEqual(acknowledged);
      expect(count % 10).toBe(0);
      known = count;
    }
    expect(known).toBeGreaterThan(1_000);
  });

  it.each(['backup', '1', '2', '3', '4', '5', '6', 'commit'])('in the middle of an upgrade (%s): all of it or none', async (point) => {
    const folder = temporaryFolder();
    const file = join(folder, 'countersign.db');
    const db = openWriter(file, { create: true });
    await migrate(db, noteMigrations, { now: NOW, backup: noBackup });
    db.exec(
      `INSERT INTO notes (body) SELECT 'note' FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 5000) SELECT x FROM c)`,
    );
    db.close();
    const child = startChild(migration, [file, point]);
    expect((await child.ended).signal, child.errors()).toBe('SIGKILL');
    const after = openWriter(file);
    expect(after.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(after.prepare('SELECT COUNT(*) FROM notes').pluck().get()).toBe(5_000);
    expect(after.prepare('SELECT MAX(id) FROM schema_migrations').pluck().get()).toBe(point === 'commit' ? 4 : 1);
    expect(after.pragma('user_version', { simple: true })).toBe(point === 'commit' ? 4 : 1);
    expect(after.prepare(`SELECT COUNT(*) FROM sqlite_schema WHERE name = 'marks'`).pluck().get()).toBe(point === 'commit' ? 1 : 0);
    after.close();
    // A backup that was cut off is not offered; a finished one is.
    expect((await listBackups(join(folder, 'backups'))).length).toBe(point === 'backup' ? 0 : 1);
    const again = startChild(migration, [file, 'never']);
    expect((await again.ended).code, again.errors()).toBe(0);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});

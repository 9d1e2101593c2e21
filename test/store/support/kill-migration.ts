// Upgrades a database of notes and kills itself where its second argument says: `backup`, `1` to `6`, or `commit`.
import { migrate, type Migration } from '../../../src-main/store/migrate.ts';
import { openWriter } from '../../../src-main/store/open-database.ts';
import { createBackup } from '../../../src-main/store/backup.ts';
import { dirname, join } from 'node:path';
import { noteMigrations } from './note-migrations.ts';

const [, , file = '', point = ''] = process.argv;
const now = '2026-06-07T06:00:00.000Z';
const raw = openWriter(file);
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
raw.function('kill_point', { varargs: true }, (name: unknown) => {
  if (name === point) die();
  return null;
});
const step = (id: number, sql: string): Migration => ({
  id,
  name: `step ${id}`,
  sql: `SELECT kill_point('${2 * id - 3}'); ${sql}; SELECT kill_point('${2 * id - 2}');`,
});
const list = [
  ...noteMigrations,
  step(2, 'CREATE TABLE marks (note INTEGER REFERENCES notes (id), mark TEXT) STRICT'),
  step(3, `INSERT INTO marks SELECT id, 'm' FROM notes`),
  step(4, 'CREATE INDEX marks_by_mark ON marks (mark)'),
];
await migrate(raw, list, {
  now,
  backup: async () => {
    const { name } = await createBackup(file, join(dirname(file), 'backups'), {
      kind: 'pre-migration',
      takenAt: now,
      appVersion: 'test',
      onProgress: ({ step: at }) => {
        if (point === 'backup' && at === 'backup') die();
      },
    });
    return name;
  },
});
if (point === 'commit') die();

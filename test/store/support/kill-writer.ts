// Writes batches of ten facts, one transaction each, and says after every commit how many there are. Killed by its test.
import { writeSync } from 'node:fs';
import { migrate } from '../../../src-main/store/migrate.ts';
import { openWriter } from '../../../src-main/store/open-database.ts';
import { createStoreDb } from '../../../src-main/store/store-db.ts';
import { noteMigrations } from './note-migrations.ts';

const raw = openWriter(process.argv[2] ?? '', { create: true });
await migrate(raw, noteMigrations, { now: '2026-06-07T06:00:00.000Z', backup: () => Promise.reject(new Error('no backup is due')) });
const db = createStoreDb(raw);
const body = 'x'.repeat(2_000);
const write = raw.transaction(() => {
  for (let i = 0; i < 10; i++) db.run('INSERT INTO notes (body) VALUES (?)', [body]);
  return db.get<{ n: number }>('SELECT COUNT(*) AS n FROM notes')?.n ?? 0;
});
for (;;) writeSync(1, `${write.immediate()}\n`);

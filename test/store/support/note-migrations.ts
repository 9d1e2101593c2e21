import type { Migration } from '../../../src-main/store/migrate.ts';

/** A schema of one append-only table: enough for everything the store itself promises. */
export const noteMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'notes',
    sql: `
CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TRIGGER notes_no_update BEFORE UPDATE ON notes BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;
CREATE TRIGGER notes_no_delete BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;
CREATE TRIGGER notes_no_replace BEFORE INSERT ON notes WHEN EXISTS (SELECT 1 FROM notes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;
`,
  },
];

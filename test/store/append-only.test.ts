import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { openWriter } from '../../src-main/store/open-database.ts';
import { assertAppendOnly, columnsOf, uniqueKeysOf } from './support/assert-append-only.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const newDatabase = async (folder: string): Promise<Sqlite.Database> => {
  const db = openWriter(join(folder, 'countersign.db'), { create: true });
  await migrate(db, migrations, { now: NOW, backup: () => Promise.reject(new Error('a new database needs no backup')) });
  return db;
};

/** JSON, so that columns generated from a line of the audit log find what they need. */
const TEXT = '{"action":"row","actor":{"member_id":"m","name":"n"}}';

/** A row of made-up values; references and CHECK rules are off on this connection. */
const plantRow = (db: Sqlite.Database, table: string): void => {
  const columns = columnsOf(db, table);
  const value = (type: string): unknown => (type === 'INTEGER' ? 77 : type === 'REAL' ? 7.5 : type === 'BLOB' ? Buffer.from('row') : TEXT);
  db.prepare(
    `INSERT INTO "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  ).run(...columns.map(({ type }) => value(type)));
};

const tablesWithTriggers = (db: Sqlite.Database): string[] =>
  db
    .prepare<[], { name: string }>(
      `SELECT DISTINCT tbl_name AS name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%\\_no\\_%' ESCAPE '\\' ORDER BY 1`,
    )
    .all()
    .map(({ name }) => name);

describe('facts are append-only', () => {
  it('in every table that says so, on any connection, through every unique key', async () => {
    const db = await newDatabase(temporaryFolder());
    const tables = tablesWithTriggers(db);
    expect(tables).toEqual(expect.arrayContaining(['workspace', 'workspace_names', 'restores', 'workspace_sizes', 'schema_migrations']));
    db.pragma('foreign_keys = OFF');
    db.pragma('ignore_check_constraints = ON');
    const holes: string[] = [];
    for (const table of tables) {
      if (db.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get() === undefined) plantRow(db, table);
      try {
        assertAppendOnly(db, table);
      } catch (error) {
        holes.push((error as Error).message);
      }
    }
    db.close();
    expect(holes).toEqual([]);
  });

  it('and every table is STRICT', async () => {
    const db = await newDatabase(temporaryFolder());
    const loose = db
      .prepare(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
      )
      .all();
    db.close();
    expect(loose).toEqual([]);
  });

  describe('and the proof finds a hole', () => {
    const withTable = (sql: string, row: string): string => {
      const file = join(temporaryFolder(), 'holes.db');
      const db = new Sqlite(file);
      db.exec(`${sql}; ${row}`);
      db.close();
      return file;
    };
    const NO_CHANGE = `
      CREATE TRIGGER f_no_update BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'no'); END;
      CREATE TRIGGER f_no_delete BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'no'); END;`;

    it('where nothing guards the table', () => {
      const at = withTable('CREATE TABLE facts (id INTEGER PRIMARY KEY, body TEXT) STRICT', `INSERT INTO facts VALUES (1, 'x')`);
      expect(() => assertAppendOnly(at, 'facts')).toThrow('DELETE went through');
    });

    it('where INSERT OR REPLACE passes the delete trigger', () => {
      const at = withTable(
        `CREATE TABLE facts (id INTEGER PRIMARY KEY, body TEXT) STRICT; ${NO_CHANGE}`,
        `INSERT INTO facts VALUES (1, 'x')`,
      );
      expect(() => assertAppendOnly(at, 'facts')).toThrow('INSERT OR REPLACE went through');
    });

    it('where the insert trigger forgets a second unique key', () => {
      const at = withTable(
        `CREATE TABLE facts (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT; ${NO_CHANGE}
         CREATE TRIGGER f_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'no'); END`,
        `INSERT INTO facts VALUES (1, 'x')`,
      );
      expect(() => assertAppendOnly(at, 'facts')).toThrow('INSERT OR REPLACE through (name) went through');
    });

    it('where the hidden rowid is a way in', () => {
      const at = withTable(
        `CREATE TABLE facts (name TEXT PRIMARY KEY NOT NULL) STRICT; ${NO_CHANGE}
         CREATE TRIGGER f_no_replace BEFORE INSERT ON facts WHEN EXISTS (SELECT 1 FROM facts WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'no'); END`,
        `INSERT INTO facts VALUES ('x')`,
      );
      expect(() => assertAppendOnly(at, 'facts')).toThrow('INSERT OR REPLACE through (_rowid_) went through');
      const db = new Sqlite(at);
      expect(uniqueKeysOf(db, 'facts')).toEqual([['name'], ['_rowid_']]);
      db.close();
    });
  });
});

import { createHash } from 'node:crypto';
import type Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { APPLICATION_ID } from './open-database.ts';
import type { Peek } from './peek-database.ts';
import { storeError, storeErrorFrom } from './store-errors.ts';

export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** A row of `schema_migrations`. */
export interface AppliedMigration {
  readonly id: number;
  readonly name: string;
  readonly sha256: string;
  readonly applied_at: string;
}

export interface MigrateResult {
  /** The schema before and after; 0 is an empty file. */
  readonly from: number;
  readonly to: number;
  readonly applied: readonly string[];
  /** File name of the backup that was made first; none for a new database or where there was nothing to do. */
  readonly backup?: string;
}

export interface MigrateOptions {
  /** ISO 8601 UTC; recorded with each migration. */
  readonly now: string;
  /** Makes the backup before the first change to a database that holds something; returns its file name. */
  readonly backup: (fromVersion: number) => Promise<string>;
}

// Append-only like any fact: what was applied, as it was then.
const BOOKKEEPING = `
CREATE TABLE schema_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  applied_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER schema_migrations_no_update BEFORE UPDATE ON schema_migrations
BEGIN SELECT RAISE(ABORT, 'schema_migrations is append-only'); END;
CREATE TRIGGER schema_migrations_no_delete BEFORE DELETE ON schema_migrations
BEGIN SELECT RAISE(ABORT, 'schema_migrations is append-only'); END;
CREATE TRIGGER schema_migrations_no_replace BEFORE INSERT ON schema_migrations
WHEN EXISTS (SELECT 1 FROM schema_migrations WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'schema_migrations is append-only'); END;
`;

export const migrationSha256 = (migration: Migration): string => createHash('sha256').update(migration.sql, 'utf8').digest('hex');

const newestId = (shipped: readonly Migration[]): number => shipped.at(-1)?.id ?? 0;

const checkShipped = (shipped: readonly Migration[]): void => {
  shipped.forEach(({ id, name }, index) => {
    if (id !== index + 1) throw new Error(`The migration ${name} has the number ${id} where ${index + 1} is due.`);
  });
};

const isNew = (peek: Peek): boolean => peek.kind === 'missing' || peek.kind === 'empty' || (peek.kind === 'database' && !peek.hasSchema);

/**
 * Decides from the header alone whether this program may open the database, so that one from the future or of another
 * program is not touched at all. Throws STORE_NEWER, STORE_FOREIGN or STORE_NOT_A_DATABASE.
 */
export const assertOpenable = (peek: Peek, shipped: readonly Migration[]): void => {
  if (peek.kind === 'not-a-database')
    throw new AppError(
      'STORE_NOT_A_DATABASE',
      'The workspace file is not a database, or its first page is damaged. It has not been changed.',
      {
        nextStep: 'Check that this is the right folder; if it is, restore a backup or export what can be read.',
        details: { bytes: peek.bytes },
      },
    );
  if (peek.kind !== 'database' || isNew(peek)) return;
  if (peek.applicationId !== APPLICATION_ID)
    throw new AppError('STORE_FOREIGN', 'This database belongs to another program. It has not been changed.', {
      nextStep: 'Choose the folder of a Countersign workspace.',
      details: { applicationId: peek.applicationId },
    });
  const known = newestId(shipped);
  if (peek.userVersion > known)
    throw new AppError(
      'STORE_NEWER',
      `The workspace has schema version ${peek.userVersion}; this program knows versions up to ${known}. The workspace has not been changed.`,
      {
        nextStep: 'Open it with the newer Countersign that last used it, or restore a backup from before that upgrade.',
        details: { found: peek.userVersion, known },
      },
    );
};

/** Reads the list of applied migrations; empty for a new database. */
export const appliedMigrations = (db: Sqlite.Database): AppliedMigration[] => {
  const exists = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'`).get();
  if (exists === undefined) return [];
  return db.prepare<[], AppliedMigration>('SELECT id, name, sha256, applied_at FROM schema_migrations ORDER BY id').all();
};

/**
 * Checks that what was applied is an exact prefix of what is shipped, and returns what is still to do.
 * Throws STORE_NEWER or STORE_MIGRATION_CHANGED.
 */
export const pendingMigrations = (applied: readonly AppliedMigration[], shipped: readonly Migration[]): readonly Migration[] => {
  checkShipped(shipped);
  applied.forEach((done, index) => {
    const expected = shipped[index];
    if (expected === undefined)
      throw new AppError(
        'STORE_NEWER',
        `The workspace has schema version ${applied.length}; this program knows versions up to ${shipped.length}. The workspace has not been changed.`,
        {
          nextStep: 'Open it with the newer Countersign that last used it, or restore a backup from before that upgrade.',
          details: { found: applied.length, known: shipped.length },
        },
      );
    if (done.id !== expected.id || done.name !== expected.name || done.sha256 !== migrationSha256(expected))
      throw new AppError(
        'STORE_MIGRATION_CHANGED',
        `Migration ${expected.id} (${expected.name}) is not the one this workspace was made with. The workspace has not been changed.`,
        {
          nextStep: 'Open the workspace with the release that made it; a development copy with edited migrations cannot open it.',
          details: {
            migration: expected.id,
            name: expected.name,
            applied: done.name,
            appliedSha256: done.sha256,
            shippedSha256: migrationSha256(expected),
          },
        },
      );
  });
  return shipped.slice(applied.length);
};

// What would end the one transaction, or is ignored or refused inside it. END is left out: it also ends a trigger.
const NOT_IN_A_MIGRATION = /(?:^|;)\s*(COMMIT|ROLLBACK|SAVEPOINT|RELEASE|VACUUM|ATTACH|DETACH|PRAGMA)\b/i;

const withoutComments = (sql: string): string => sql.replace(/--[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '');

interface ForeignKeyViolation {
  readonly table: string;
  readonly rowid: number | null;
  readonly parent: string;
}

const migrationFailed = (step: string, from: number, reason: string, cause?: unknown): AppError =>
  new AppError(
    'STORE_MIGRATION_FAILED',
    `The upgrade of the workspace stopped at ${step}: ${reason}. It was undone whole; the workspace is as it was.`,
    {
      nextStep: 'Keep working with the release that last opened it, and report this with the log.',
      details: { step, from },
      ...(cause === undefined ? {} : { cause }),
    },
  );

/** Applies everything in one immediate transaction: all of it or none. */
const apply = (db: Sqlite.Database, from: number, pending: readonly Migration[], now: string): void => {
  let step = 'its beginning';
  // Inside a transaction this pragma is ignored, so it is set around it: rebuilding a table drops rows others point at.
  db.pragma('foreign_keys = OFF');
  try {
    db.exec('BEGIN IMMEDIATE');
    if (appliedMigrations(db).length !== from) throw storeError('locked', { operation: 'migrate' });
    if (from === 0) {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.exec(BOOKKEEPING);
    }
    const record = db.prepare('INSERT INTO schema_migrations (id, name, sha256, applied_at) VALUES (?, ?, ?, ?)');
    for (const migration of pending) {
      step = `migration ${migration.id} (${migration.name})`;
      db.exec(migration.sql);
      if (!db.inTransaction) throw new Error('a migration must not end the transaction it runs in');
      record.run(migration.id, migration.name, migrationSha256(migration), now);
    }
    step = 'the check of references';
    const violations = db.pragma('foreign_key_check') as ForeignKeyViolation[];
    const first = violations[0];
    if (first !== undefined) throw new Error(`${violations.length} rows point at nothing, the first in ${first.table} at ${first.parent}`);
    db.pragma(`user_version = ${newestId(pending)}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    const known = storeErrorFrom(error, { operation: step });
    // A migration that touches a recorded fact is a fault of the migration, not something its user did.
    if (known !== undefined && known.code !== 'STORE_APPEND_ONLY') throw known;
    throw migrationFailed(step, from, error instanceof Error ? error.message : String(error), error);
  } finally {
    db.pragma('foreign_keys = ON');
  }
};

/**
 * Brings the database to the newest schema: backup, one immediate transaction, reference check, commit, statistics.
 * `db` is a writing connection on a file that `assertOpenable` let through. Throws STORE_… errors; whatever it throws, the
 * database is as it was.
 */
export const migrate = async (db: Sqlite.Database, shipped: readonly Migration[], options: MigrateOptions): Promise<MigrateResult> => {
  const applied = appliedMigrations(db);
  const pending = pendingMigrations(applied, shipped);
  const from = applied.length;
  if (pending.length === 0) return { from, to: from, applied: [] };
  const tables = db.prepare<[], { count: number }>(`SELECT COUNT(*) AS count FROM sqlite_schema`).get();
  if (from === 0 && (tables?.count ?? 0) > 0)
    throw new AppError('STORE_FOREIGN', 'This database belongs to another program. It has not been changed.', {
      nextStep: 'Choose the folder of a Countersign workspace.',
    });
  for (const { id, name, sql } of pending) {
    const word = NOT_IN_A_MIGRATION.exec(withoutComments(sql))?.[1];
    if (word !== undefined) throw migrationFailed(`migration ${id} (${name})`, from, `it must not contain ${word.toUpperCase()}`);
  }
  const backup = from === 0 ? undefined : await options.backup(from);
  apply(db, from, pending, options.now);
  db.pragma('optimize');
  return { from, to: newestId(pending), applied: pending.map(({ name }) => name), ...(backup === undefined ? {} : { backup }) };
};

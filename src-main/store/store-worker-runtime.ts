import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { createBackup } from './backup.ts';
import { pruneBackups } from './backup-retention.ts';
import { appliedMigrations, assertOpenable, migrate, type Migration, pendingMigrations } from './migrate.ts';
import { closeWriter, openReader, openWriter } from './open-database.ts';
import { peekDatabase } from './peek-database.ts';
import { createStoreDb, type CountingStoreDb } from './store-db.ts';
import { storeError } from './store-errors.ts';
import type { QueryMap } from './types.ts';
import { crossError, type FromStoreWorker, type OpenReport, type StoreWorkerData, type ToStoreWorker } from './worker-messages.ts';

export interface StoreWorkerParts {
  /** Named queries that any connection may run. The writer runs none of them. */
  readonly reads: QueryMap;
  readonly writes: QueryMap;
  readonly migrations: readonly Migration[];
}

type AnyQuery = (db: CountingStoreDb, args: unknown) => unknown;

/** The log is looked at after this many writes at the most. */
const WRITES_BETWEEN_LOOKS = 16;
const CHECKPOINT_PATIENCE_MS = 50;

const isStoreWorkerData = (value: unknown): value is StoreWorkerData =>
  typeof value === 'object' && value !== null && 'countersignWorker' in value && value.countersignWorker === 'store';

const openForWriting = async (
  data: StoreWorkerData,
  migrations: readonly Migration[],
  progress: (value: unknown) => void,
): Promise<{ raw: Sqlite.Database; report: OpenReport }> => {
  if (data.peek) assertOpenable(peekDatabase(data.file), migrations);
  const raw = openWriter(data.file, { create: data.create });
  try {
    if (!data.migrate) return { raw, report: { schemaVersion: appliedMigrations(raw).length } };
    const migrated = await migrate(raw, migrations, {
      now: data.now,
      backup: async () => {
        const record = await createBackup(data.file, data.backupsFolder, {
          kind: 'pre-migration',
          takenAt: data.now,
          appVersion: data.appVersion,
          onProgress: progress,
        });
        if (record.integrity !== 'ok')
          throw storeError('corrupt', { file: data.file, operation: 'backup before upgrade', details: { problems: record.problems } });
        await pruneBackups(data.backupsFolder, data.now);
        return record.name;
      },
    });
    return { raw, report: { schemaVersion: migrated.to, ...(migrated.to === migrated.from ? {} : { migrated }) } };
  } catch (error) {
    raw.close();
    throw error;
  }
};

const openForReading = (data: StoreWorkerData, migrations: readonly Migration[]): { raw: Sqlite.Database; report: OpenReport } => {
  if (data.peek) {
    const peek = peekDatabase(data.file);
    if (peek.kind === 'missing') throw storeError('missing', { file: data.file });
    assertOpenable(peek, migrations);
  }
  const raw = openReader(data.file);
  try {
    const applied = appliedMigrations(raw);
    const pending = pendingMigrations(applied, migrations);
    if (pending.length > 0)
      throw new AppError(
        'READ_ONLY',
        `The workspace has schema version ${applied.length} and must be upgraded to ${migrations.length} first, which needs it open for writing. Nothing was changed.`,
        {
          nextStep: 'Open it for writing once; a backup is made before the upgrade.',
          details: { found: applied.length, known: migrations.length },
        },
      );
    return { raw, report: { schemaVersion: applied.length } };
  } catch (error) {
    raw.close();
    throw error;
  }
};

/**
 * The body of the store's worker entry: opens one connection as `workerData` says and runs named queries on it, one at a
 * time, until it is told to close. A write runs in one immediate transaction. Call it once, at the top of the entry file.
 */
export const runStoreWorker = (parts: StoreWorkerParts): void => {
  if (parentPort === null || !isStoreWorkerData(workerData))
    throw new Error('This file is the entry of a store worker; the store pool starts it.');
  const port = parentPort;
  const data = workerData;
  const post = (message: FromStoreWorker): void => {
    port.postMessage(message);
  };
  const queries = new Map<string, AnyQuery>(
    Object.entries(data.role === 'writer' ? parts.writes : parts.reads) as unknown as [string, AnyQuery][],
  );
  let db: CountingStoreDb | undefined;
  let writesSinceLook = 0;

  const checkpointWhenGrown = (raw: Sqlite.Database): void => {
    writesSinceLook += 1;
    if (writesSinceLook < WRITES_BETWEEN_LOOKS) return;
    writesSinceLook = 0;
    const bytes = statSync(`${data.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes <= data.checkpointBytes) return;
    // Automatic checkpoints never wait for readers, so under constant reading the log would grow without end.
    raw.pragma(`busy_timeout = ${CHECKPOINT_PATIENCE_MS}`);
    try {
      raw.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      raw.pragma('busy_timeout = 5000');
    }
  };

  const runQuery = (name: string, args: unknown): unknown => {
    if (db === undefined) throw new Error('the connection is not open');
    const query = queries.get(name);
    if (query === undefined) throw new Error(`there is no ${data.role === 'writer' ? 'write' : 'read'} named ${name}`);
    const open = db;
    if (data.role === 'reader') return query(open, args);
    return open.raw.transaction(() => query(open, args)).immediate();
  };

  const answer = (id: number, name: string, args: unknown): void => {
    const start = performance.now();
    db?.takeRowCount();
    const measured = (): { durationMs: number; rows: number } => ({ durationMs: performance.now() - start, rows: db?.takeRowCount() ?? 0 });
    try {
      const value = runQuery(name, args);
      post({ type: 'done', id, value, ...measured() });
    } catch (error) {
      post({ type: 'failed', id, error: crossError(error, name, data.file), ...measured() });
    }
    if (data.role === 'writer' && db !== undefined) {
      try {
        checkpointWhenGrown(db.raw);
      } catch (error) {
        post({
          type: 'log',
          record: { level: 'warn', message: 'the write-ahead log could not be written back', fields: { reason: String(error) } },
        });
      }
    }
  };

  const close = (): void => {
    if (db !== undefined) {
      if (data.role === 'writer') closeWriter(db.raw);
      else db.raw.close();
    }
    // With the port closed nothing keeps the thread: it ends by itself, never in the middle of a query.
    port.close();
  };

  const open = async (): Promise<void> => {
    try {
      const { raw, report } =
        data.role === 'writer'
          ? await openForWriting(data, parts.migrations, (value) => {
              post({ type: 'progress', value });
            })
          : openForReading(data, parts.migrations);
      db = createStoreDb(raw);
      post({ type: 'opened', report });
    } catch (error) {
      post({ type: 'open-failed', error: crossError(error, 'open', data.file) });
      port.close();
    }
  };

  port.on('message', (message: ToStoreWorker) => {
    if (message.type === 'query') answer(message.id, message.name, message.args);
    else if (message.type === 'open') void open();
    else close();
  });
};

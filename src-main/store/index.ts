/** The store: everything that other folders may import of it. It knows no room. */
export * from './types.ts';
export { createComputePool, type ComputePoolOptions } from './compute-pool.ts';
export { runComputeWorker, withTransfer } from './compute-worker-runtime.ts';
export {
  type Migration,
  type MigrateResult,
  migrate,
  assertOpenable,
  appliedMigrations,
  migrationSha256,
  pendingMigrations,
} from './migrate.ts';
export { APPLICATION_ID, closeWriter, DATABASE_NAME, makePrivateFolder, openReader, openWriter } from './open-database.ts';
export { createStoreDb } from './store-db.ts';
export { isConstraintError, storeError, storeErrorFrom, withStoreErrors, withStoreErrorsAsync } from './store-errors.ts';
export { openStorePool, type Priority, type QueryMeasure, type StorePool, type StorePoolOptions } from './store-pool.ts';
export { runStoreWorker, type StoreWorkerParts } from './store-worker-runtime.ts';
export { type LogLevel, type LogRecord, type OnLog, type OpenReport } from './worker-messages.ts';
export { type SlotCrash } from './worker-slot.ts';

/** The store: everything that other folders may import of it. It knows no room. */
export * from './types.ts';
export {
  BACKUPS_FOLDER,
  type BackupCheck,
  type BackupKind,
  type BackupOptions,
  type BackupRecord,
  createBackup,
  fileStamp,
  listBackups,
  verifyBackup,
} from './backup.ts';
export { decidePrune, KEPT_PRE_MIGRATION, pruneBackups, type RetentionPolicy } from './backup-retention.ts';
export { createComputePool, type ComputePoolOptions } from './compute-pool.ts';
export { runComputeWorker } from './compute-worker-runtime.ts';
export { diagnoseDatabase, type Diagnosis, type TableHealth } from './diagnose.ts';
export {
  assertHeadroom,
  DISK_THRESHOLDS,
  type DiskForecast,
  type DiskState,
  type DiskThresholds,
  forecastDisk,
  freeBytesAt,
  type SizeSample,
} from './disk-space.ts';
export { type WorkControl, type WorkProgress, writeFileAtomic } from './file-work.ts';
export { readJsonFile, writeJsonFile } from './json-file.ts';
export {
  type Migration,
  type MigrateResult,
  migrate,
  assertOpenable,
  appliedMigrations,
  migrationSha256,
  pendingMigrations,
} from './migrate.ts';
export { folderBytes, isWorkspace, type MoveOptions, type MoveResult, moveWorkspace } from './move-workspace.ts';
export { APPLICATION_ID, closeWriter, DATABASE_NAME, makePrivateFolder, openReader, openWriter } from './open-database.ts';
export { isOpenHere } from './open-files.ts';
export { openReadOnlyPool, type ReadOnlyPool } from './open-read-only.ts';
export { type Peek, peekDatabase } from './peek-database.ts';
export {
  finishInterruptedRestore,
  forgetPendingRestore,
  isRestoreInterrupted,
  pendingRestore,
  restoreBackup,
  type RestoreNote,
  type RestoreOptions,
} from './restore.ts';
export { salvageDatabase, type SalvageManifest, type SalvageOptions } from './salvage.ts';
export { type KnownWorkspace, openStateDir, type StateDir, stateFileName, stateFolder } from './state-dir.ts';
export { createStoreDb } from './store-db.ts';
export { isConstraintError, storeError, storeErrorFrom, withStoreErrors, withStoreErrorsAsync } from './store-errors.ts';
export { openStorePool, type Priority, type QueryMeasure, type StorePool, type StorePoolOptions } from './store-pool.ts';
export { createStoreTasks, type StoreTasks } from './store-tasks.ts';
export { withTransfer } from './transfer.ts';
export { runStoreWorker, type StoreWorkerParts } from './store-worker-runtime.ts';
export type { LogLevel, LogRecord, OnLog, OpenReport } from './worker-messages.ts';
export type { SlotCrash } from './worker-slot.ts';
export {
  describeHolder,
  type HolderKind,
  isLocked,
  lockedByOther,
  type LockHolder,
  lockWorkspace,
  workspaceHolder,
  type WorkspaceLock,
} from './workspace-lock.ts';

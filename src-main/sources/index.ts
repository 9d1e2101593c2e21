/** Sources and sync: where data comes from, how it is read, what could not be used. */
export {
  addCounts,
  type AppendedDelivery,
  type Delivery,
  type DeliveryResult,
  type FeedModule,
  type FeedSummary,
  type FileKind,
  type HttpItem,
  isConserved,
  NO_ROWS,
  type OversizedFile,
  type QuarantineInput,
  type RequeueResult,
  type WholeDelivery,
} from './feed-module.ts';
export type { HttpOptions } from './http-reader.ts';
export { itemBytes } from './item-bytes.ts';
export { ITEM_UNUSABLE, previewOf } from './quarantine.ts';
export { backoffMs, checkSchedule, DEFAULT_SCHEDULE, MANUAL } from './schedule.ts';
export { grouped, plural, tokenName } from './source.ts';
export { type NewSource, type ScheduledSource, sourcesReads, sourcesWrites, type StoredSource } from './sources-queries.ts';
export { createSourcesService, type SourcesStore, type StartJob } from './sources-service.ts';
export {
  createSyncEngine,
  type FeedRun,
  type SyncEngine,
  type SyncEngineOptions,
  type SyncProgress,
  type SyncReport,
  type SyncRequest,
  syncSays,
  type TokenStore,
} from './sync-engine.ts';
export { createSyncReads, createSyncWrites, type SyncReads, type SyncWrites } from './sync-queries.ts';
export { createSyncScheduler, type SyncScheduler, type SyncSchedulerOptions } from './sync-scheduler.ts';

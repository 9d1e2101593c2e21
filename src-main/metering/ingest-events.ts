import type { StoreDb } from '../store/index.ts';
import { recordDueCloses } from './periods.ts';
import { type IngestRequest, type IngestResult, takeEvents } from './take-events.ts';
import { takeWaiting } from './waiting-rows.ts';

/**
 * The one way by which events come in: feed, intake and backfill. Inside a write transaction: events, keys, rollups, counts
 * and whoever listens to touched usage stand together or not at all. What it costs depends on what comes in alone.
 */
export function ingestEvents(db: StoreDb, request: IngestRequest): IngestResult {
  recordDueCloses(db, request.now);
  // What waited came first.
  takeWaiting(db, request.now);
  return takeEvents(db, request);
}

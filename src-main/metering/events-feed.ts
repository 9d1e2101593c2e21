import {
  type Delivery,
  type DeliveryResult,
  type FeedModule,
  grouped,
  type HttpItem,
  isNdjsonPath,
  itemBytes,
  type OversizedFile,
  parseLineItem,
  plural,
  quarantineIdOf,
  heldInput,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { acceptTotals, requeueTotals } from './care/declared-feed.ts';
import { isTotalsPath } from './care/declared-totals.ts';
import { NEXT_STEP } from './event-faults.ts';
import { ingestEvents } from './ingest-events.ts';
import { EVENTS_FEED } from './intake.ts';
import { takeHeld } from './waiting-rows.ts';

/** A batch is parsed as a whole; more events than this come as NDJSON. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024;

const isBatchPath = (path: string): boolean => isNdjsonPath(path.replace(/\.json$/i, '.ndjson')) && /\.json$/i.test(path);

const accept = (db: StoreDb, delivery: Delivery): DeliveryResult => {
  if (delivery.kind === 'whole' && isTotalsPath(delivery.path)) return acceptTotals(db, delivery);
  const { source_no: sourceNo } = db.get<{ source_no: number }>('SELECT source_no FROM sources WHERE source_id = ?', [delivery.sourceId])!;
  const { counts, quarantine } = ingestEvents(db, {
    origin: 'feed',
    sourceNo,
    sourceId: delivery.sourceId,
    path: delivery.path,
    byteOffset: delivery.kind === 'appended' ? delivery.offset : 0,
    runId: delivery.runId,
    events: { format: delivery.kind === 'appended' ? 'ndjson' : 'batch', bytes: delivery.bytes },
    now: delivery.now,
  });
  return { counts, quarantine };
};

/** One item of `GET {base}/feeds/events`: a line or a batch of a file (docs/formats/source-feeds.md), or the event itself. */
const parseItem = (item: Readonly<Record<string, unknown>>, bytes: Uint8Array): HttpItem => {
  if (item['kind'] === 'batch') {
    const { name } = item;
    if (typeof name !== 'string' || !isBatchPath(name)) return { kind: 'garbage', says: 'The item has no "name" like 2026-06.json.' };
    const content = itemBytes(item);
    return content === null
      ? { kind: 'garbage', says: 'The item must have either "text" (well-formed) or "base64" (with padding).' }
      : { kind: 'whole', path: name, bytes: content };
  }
  return parseLineItem(item, bytes, ['specversion']);
};

const requeue: FeedModule['requeue'] = (db, sourceId, row, now) => {
  if (isTotalsPath(row.path)) return requeueTotals(db, sourceId, row, now);
  if (row.bytes.length < row.byteLength)
    return { outcome: 'still-bad', code: row.code, says: 'Only the beginning of the row is held here.', nextStep: row.nextStep };
  const held = heldInput(db, quarantineIdOf(sourceId, EVENTS_FEED, { ...row, anywhere: true }));
  if (held === null) return { outcome: 'still-bad', code: row.code, says: 'The row is not held here any more.', nextStep: row.nextStep };
  return takeHeld(db, [held], now)[0]!;
};

/**
 * The feed `events`: CloudEvents 1.0 in structured JSON, one a line (`*.ndjson`), or a batch (`*.json`). An event is known by
 * its key wherever it stands, so a file that changed is simply read again.
 */
export const eventsFeed: FeedModule = {
  feed: EVENTS_FEED,
  unfinishedLines: 'left',
  jsonLines: true,
  // What a delivery touches more than once is written once: larger ones cost less an event.
  chunkBytes: 4 * 1024 * 1024,
  classify: (path) => (isNdjsonPath(path) ? 'appended' : isBatchPath(path) ? 'whole' : null),
  // What a source says it sent comes after what it sent.
  order: (path) => (isTotalsPath(path) ? 1 : 0),
  describe: (paths) => {
    const files = paths.filter((path) => isNdjsonPath(path) || isBatchPath(path)).length;
    return { items: files, says: `${plural(files, 'file')} of events` };
  },
  parseItem,
  accept,
  maxWholeBytes: MAX_BATCH_BYTES,
  tooLarge: ({ path, byteLength, sha256, head }: OversizedFile) => ({
    path,
    line: null,
    byteOffset: null,
    bytes: Uint8Array.from(head),
    byteLength,
    code: 'EVENT_TOO_LARGE',
    says: `The batch has ${grouped(byteLength)} bytes; ${grouped(MAX_BATCH_BYTES)} are the most. Its SHA-256 is ${sha256}.`,
    nextStep: NEXT_STEP.EVENT_TOO_LARGE,
    address: null,
  }),
  requeue,
};

import {
  type AppendedDelivery,
  type DeliveryResult,
  type FeedModule,
  isBlank,
  isNdjsonPath,
  NO_ROWS,
  parseLineItem,
  plural,
  type QuarantineInput,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { RecordRefusal } from './record-fields.ts';
import {
  deriveTouched,
  type RecordConflict,
  type RecordPlace,
  takeSubscriptionRecord,
  takeTenantRecord,
  type Taken,
} from './record-store.ts';
import { readSubscriptionRecord } from './subscription-record.ts';
import { readTenantRecord } from './tenant-record.ts';

/**
 * The feeds `tenants` and `subscriptions`: NDJSON files that grow, one record a line. A file whose past changed is delivered
 * again from its start, and what is known counts as a duplicate.
 */

export interface RecordFeedOptions {
  /** Another content came with one updated_at; in the transaction that records it, after standings are derived. */
  readonly onConflict?: (db: StoreDb, conflict: RecordConflict) => void;
}

const MAX_LINE_BYTES = 64 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Line {
  readonly bytes: Uint8Array;
  readonly byteOffset: number;
}

/** The rows; an empty line is none, and behind the last LF stands a whole row or nothing (FeedModule.jsonLines). */
function* linesOf(delivery: AppendedDelivery): Generator<Line> {
  const bytes = Buffer.from(delivery.bytes.buffer, delivery.bytes.byteOffset, delivery.bytes.byteLength);
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (!isBlank(bytes, start, end)) yield { bytes: bytes.subarray(start, end), byteOffset: delivery.offset + start };
    start = end + 1;
  }
}

const textOf = (bytes: Uint8Array): string => {
  if (bytes.length > MAX_LINE_BYTES)
    throw new RecordRefusal(
      'RECORD_TOO_LONG',
      `The line has ${bytes.length} bytes; a record has ${MAX_LINE_BYTES} at most.`,
      'Ask the source what it put there.',
    );
  try {
    return decoder.decode(bytes);
  } catch {
    throw new RecordRefusal('RECORD_NOT_UTF8', 'The line is not UTF-8.', 'Have the source write UTF-8, then sync again.');
  }
};

interface SourceFacts {
  readonly sourceNo: number;
  /** The partner the source belongs to; null for the company's own. */
  readonly partnerId: string | null;
}

const sourceFacts = (db: StoreDb, sourceId: string): SourceFacts =>
  db.get<SourceFacts>(
    'SELECT s.source_no AS sourceNo, t.partner_id AS partnerId FROM sources s JOIN source_settings t USING (source_no) WHERE s.source_id = ?',
    [sourceId],
  )!;

interface RecordKind {
  readonly feed: 'tenants' | 'subscriptions';
  readonly idField: string;
  /** Reads a line and keeps it. @throws RecordRefusal */
  readonly take: (db: StoreDb, line: string, source: SourceFacts, place: RecordPlace) => Taken;
}

const othersTenant = (): never => {
  throw new RecordRefusal(
    'RECORD_OTHER_PARTNER',
    'The source belongs to one partner, and the record speaks of a tenant of another.',
    'Have the record delivered by a source of its own partner, or set the partner of the source right.',
  );
};

/** A partner's source speaks of that partner's tenants alone: it can neither take a tenant over nor change another's. */
function checkPartner(db: StoreDb, partnerId: string | null, tenantId: string, claimed: string | null): void {
  if (partnerId === null) return;
  if (claimed !== null && claimed !== partnerId) othersTenant();
  const known = db.get<{ partner_id: string }>('SELECT partner_id FROM tenants WHERE tenant_id = ?', [tenantId]);
  if (known !== undefined && known.partner_id !== partnerId) othersTenant();
}

const TENANTS: RecordKind = {
  feed: 'tenants',
  idField: 'tenant_id',
  take: (db, line, source, place) => {
    const record = readTenantRecord(line, place.now);
    checkPartner(db, source.partnerId, record.tenant_id, record.partner_id);
    return takeTenantRecord(db, record, place);
  },
};

const SUBSCRIPTIONS: RecordKind = {
  feed: 'subscriptions',
  idField: 'subscription_id',
  take: (db, line, source, place) => {
    const record = readSubscriptionRecord(line, place.now);
    checkPartner(db, source.partnerId, record.tenant_id, null);
    const before = db.get<{ tenant_id: string }>('SELECT tenant_id FROM subscriptions WHERE subscription_id = ?', [record.subscription_id]);
    if (before !== undefined) checkPartner(db, source.partnerId, before.tenant_id, null);
    return takeSubscriptionRecord(db, record, place);
  },
};

function createFeed(kind: RecordKind, { onConflict }: RecordFeedOptions): FeedModule {
  const accept = (db: StoreDb, delivery: AppendedDelivery): DeliveryResult => {
    const counts = { ...NO_ROWS };
    const quarantine: QuarantineInput[] = [];
    const touched = new Set<number>();
    const conflicts: RecordConflict[] = [];
    const source = sourceFacts(db, delivery.sourceId);
    for (const { bytes, byteOffset } of linesOf(delivery)) {
      counts.received += 1;
      try {
        const taken = kind.take(db, textOf(bytes), source, {
          origin: 'source',
          sourceNo: source.sourceNo,
          path: delivery.path,
          byteOffset,
          runId: delivery.runId,
          memberId: null,
          reason: null,
          now: delivery.now,
        });
        counts[taken.outcome] += 1;
        for (const tenantNo of taken.touched) touched.add(tenantNo);
        if (taken.conflict !== null) conflicts.push(taken.conflict);
      } catch (error) {
        if (!(error instanceof RecordRefusal)) throw error;
        counts.quarantined += 1;
        quarantine.push({
          path: delivery.path,
          line: null,
          byteOffset,
          bytes: Uint8Array.from(bytes.subarray(0, MAX_LINE_BYTES)),
          byteLength: bytes.length,
          code: error.code,
          says: error.message,
          nextStep: error.nextStep,
          address: null,
          anywhere: true,
        });
      }
    }
    deriveTouched(db, touched, delivery.now);
    for (const conflict of conflicts) onConflict?.(db, conflict);
    return { counts, quarantine };
  };

  const requeue: FeedModule['requeue'] = (db, sourceId, row, now) => {
    const stillBad = (code: string, says: string, nextStep: string) => ({ outcome: 'still-bad', code, says, nextStep }) as const;
    if (row.bytes.length < row.byteLength)
      return stillBad(row.code, 'Only the beginning of the line is held here.', 'Dismiss the row with a reason.');
    try {
      const source = sourceFacts(db, sourceId);
      const taken = kind.take(db, textOf(row.bytes), source, {
        origin: 'source',
        sourceNo: source.sourceNo,
        path: row.path,
        byteOffset: row.byteOffset,
        runId: null,
        memberId: null,
        reason: null,
        now,
      });
      deriveTouched(db, taken.touched, now);
      if (taken.conflict !== null) onConflict?.(db, taken.conflict);
      const says =
        taken.outcome === 'accepted'
          ? 'The record is taken now.'
          : taken.outcome === 'duplicate'
            ? 'The same record came in since; there is nothing left to take.'
            : 'The record is kept as a conflict: another content has the same updated_at.';
      return { outcome: 'resolved', code: row.code, says, nextStep: 'See the tenant.' };
    } catch (error) {
      if (!(error instanceof RecordRefusal)) throw error;
      return stillBad(error.code, error.message, error.nextStep);
    }
  };

  return {
    feed: kind.feed,
    unfinishedLines: 'left',
    jsonLines: true,
    classify: (path) => (isNdjsonPath(path) ? 'appended' : null),
    order: () => 0,
    describe: (paths) => {
      const files = paths.filter(isNdjsonPath).length;
      return { items: files, says: `${plural(files, 'file')} of ${kind.feed}` };
    },
    parseItem: (item, bytes) => parseLineItem(item, bytes, [kind.idField]),
    accept: (db, delivery) => {
      if (delivery.kind !== 'appended') throw new TypeError(`The feed ${kind.feed} has files of lines only.`);
      return accept(db, delivery);
    },
    requeue,
  };
}

export const createTenantsFeed = (options: RecordFeedOptions = {}): FeedModule => createFeed(TENANTS, options);
export const createSubscriptionsFeed = (options: RecordFeedOptions = {}): FeedModule => createFeed(SUBSCRIPTIONS, options);

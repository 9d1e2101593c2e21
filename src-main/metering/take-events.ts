import type { Conservation } from '../../src-shared/contract/sources.ts';
import { NO_ROWS, type QuarantineInput } from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { Intake, type RowOutcome } from './intake.ts';
import { type IntakeFormat, type IntakeRow, rowsOf } from './intake-rows.ts';
import { writeRollups } from './rollup-writer.ts';
import { monthOf } from './usage-time.ts';
import { onUsageTouched, type TouchedUsage } from './usage-touched.ts';
import type { Meter } from './usage-meters.ts';

export type IngestOrigin = 'feed' | 'intake' | 'backfill';

export interface IngestRequest {
  readonly origin: IngestOrigin;
  /** null where no source delivered it; `sourceId` must then still be one that quarantined rows can be held under. */
  readonly sourceNo: number | null;
  readonly sourceId: string;
  /** The file, or the emitter's name. */
  readonly path: string;
  /** Where the bytes begin in the file; 0 elsewhere. */
  readonly byteOffset: number;
  readonly runId: string | null;
  /** NDJSON or a JSON array of events; or the events one by one. */
  readonly events:
    { readonly format: IntakeFormat; readonly bytes: Uint8Array } | { readonly format: 'rows'; readonly rows: readonly Uint8Array[] };
  /** ISO 8601 UTC: what closed, what is late and what is ahead is judged by it. */
  readonly now: string;
  /** Ask for what became of each row. */
  readonly wantsOutcomes?: boolean;
}

export interface IngestResult {
  readonly counts: Conservation;
  /** To be held by the caller (`holdRows`), in the same transaction. */
  readonly quarantine: readonly QuarantineInput[];
  /** In the order of the rows; empty unless asked for. */
  readonly outcomes: readonly RowOutcome[];
  readonly touched: readonly TouchedUsage[];
  readonly batchNo: number;
  /** Ingest numbers it got; `lastNo` is `firstNo` − 1 where nothing was new. */
  readonly firstNo: number;
  readonly lastNo: number;
}

/** Takes events, and nothing else is looked at: `ingestEvents` is the way in. */
export function takeEvents(db: StoreDb, request: IngestRequest): IngestResult {
  const { now } = request;
  const intake = new Intake(db, request);
  const outcomes: RowOutcome[] = [];
  const takeRow = (row: IntakeRow, bytes: Buffer, offset: number): void => {
    const outcome = intake.take(row, bytes, offset);
    if (request.wantsOutcomes === true) outcomes.push(intake.outcomeOf(outcome));
  };
  const { events } = request;
  if (events.format === 'rows')
    for (const each of events.rows) {
      const bytes = bufferOf(each);
      let some = false;
      for (const row of rowsOf(bytes, 'batch')) {
        some = true;
        takeRow(row, bytes, request.byteOffset);
      }
      // An empty list is no event.
      if (!some) takeRow({ text: '', from: 0, to: 0, start: 0, stop: bytes.length }, bytes, request.byteOffset);
    }
  else {
    const bytes = bufferOf(events.bytes);
    for (const row of rowsOf(bytes, events.format)) takeRow(row, bytes, request.byteOffset);
  }
  intake.finish();
  const meters = intake.meters();
  writeRollups(db, meters);
  const batchNo = recordBatch(db, request, intake);
  addCounts(db, request.sourceNo, 0, intake.unknown);
  for (const tenant of intake.tenants.values()) addCounts(db, request.sourceNo, tenant.tenantNo, tenant.counts);
  const touched = touchedBy(meters, (tenantNo) => intake.tenantIdOf(tenantNo));
  onUsageTouched(db, touched, now);
  return {
    counts: { ...NO_ROWS, ...intake.counts },
    quarantine: intake.quarantine,
    outcomes,
    touched,
    batchNo,
    firstNo: intake.firstNo,
    lastNo: intake.lastNo,
  };
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function recordBatch(db: StoreDb, request: IngestRequest, intake: Intake): number {
  const { batch_no: batchNo } = db.get<{ batch_no: number }>('SELECT coalesce(max(batch_no), 0) + 1 AS batch_no FROM usage_batches')!;
  const { counts } = intake;
  db.run(
    `INSERT INTO usage_batches (batch_no, origin, source_no, path, byte_offset, at, run_id, closed_through, first_no, last_no,
       received, accepted, duplicate, conflict, late, quarantined) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      batchNo,
      request.origin,
      request.sourceNo,
      request.path.toWellFormed(),
      request.byteOffset,
      request.now,
      request.runId,
      intake.periods.closedThrough,
      intake.firstNo,
      intake.lastNo,
      counts.received,
      counts.accepted,
      counts.duplicate,
      counts.conflict,
      counts.late,
      counts.quarantined,
    ],
  );
  return batchNo;
}

/** Adds to the account of everything that was delivered; what waited is moved by negative counts. */
export function addCounts(db: StoreDb, sourceNo: number | null, tenantNo: number, counts: Conservation): void {
  if (Object.values(counts).every((count) => count === 0)) return;
  db.run(
    `INSERT INTO usage_counts (source_no, tenant_no, received, accepted, duplicate, conflict, late, quarantined)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET received = received + excluded.received, accepted = accepted + excluded.accepted,
       duplicate = duplicate + excluded.duplicate, conflict = conflict + excluded.conflict, late = late + excluded.late,
       quarantined = quarantined + excluded.quarantined`,
    [sourceNo ?? 0, tenantNo, counts.received, counts.accepted, counts.duplicate, counts.conflict, counts.late, counts.quarantined],
  );
}

function touchedBy(meters: readonly Meter[], tenantIdOf: (tenantNo: number) => string): TouchedUsage[] {
  const found: TouchedUsage[] = [];
  for (const { tenantNo, metric, hours, singles, latestMs } of meters) {
    if (hours.size === 0 && singles.length === 0) continue;
    const months = new Set<number>();
    let before = -1;
    for (const hour of hours.keys()) {
      // Hours of one day are of one month.
      const day = Math.floor(hour / 24);
      if (day !== before) months.add(monthOf(hour * 3_600_000));
      before = day;
    }
    for (const event of singles) months.add(event.adjusts ?? monthOf(event.atMs));
    found.push({
      tenantNo,
      tenantId: tenantIdOf(tenantNo),
      metricNo: metric.metricNo,
      metric: metric.metric,
      months: [...months].sort((a, b) => a - b),
      latestAt: new Date(latestMs).toISOString(),
    });
  }
  return found;
}

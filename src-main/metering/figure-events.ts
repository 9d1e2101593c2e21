import { createHash } from 'node:crypto';
import { formatExact, fromLimbs, roundHalfEven } from '../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../store/index.ts';
import type { CatalogueMetric } from './catalogue.ts';
import { reversedRanges } from './care/reversals.ts';
import { uniqueValue } from './dimensions.ts';
import { areaOfSamples } from './sample-area.ts';
import { bucketNs } from './time-weighted.ts';
import { markOf, tieOf } from './usage-meters.ts';
import { BUCKETS, type Grain, momentText } from './usage-time.ts';

/**
 * A figure made again from its events, in plain bigint and by another way than the one that wrote it; with a digest of the
 * events and the files they came in.
 */

export interface FigureOf {
  readonly tenantNo: number;
  readonly metric: CatalogueMetric;
  readonly grain: Grain;
  readonly bucket: number;
  readonly firstNo: number | null;
  readonly lastNo: number | null;
}

export interface EventRow {
  readonly ingest_no: bigint;
  readonly emitter: string;
  readonly event_id: string;
  readonly at_ms: bigint;
  readonly at_ns: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
  readonly adjusts: bigint | null;
  readonly dimensions: string;
}

export interface FigureFile {
  readonly path: string;
  readonly events: number;
  readonly takenAt: string;
}

export interface MadeAgain {
  readonly events: number;
  readonly quantity: bigint;
  /** SHA-256 over `ingest number, source, id, time, quantity, dimensions` of each, one JSON array a line. */
  readonly sha256: string;
  readonly files: readonly FigureFile[];
  /** Files beyond those. */
  readonly moreFiles: number;
}

const MOST_FILES = 20;

const EVENTS = `SELECT e.ingest_no, m.emitter, e.event_id, e.at_ms, e.at_ns, e.units, e.nano, e.atto, e.adjusts, s.dimensions
  FROM usage_events e JOIN usage_series s USING (series_no) JOIN usage_emitters m USING (emitter_no)
  WHERE e.ingest_no BETWEEN ? AND ? AND e.series_no IN (SELECT series_no FROM usage_series WHERE tenant_no = ? AND metric_no = ?)`;

/** The events of a bucket: those that count for it on time. */
const ownEvents = (db: StoreDb, figure: FigureOf, after: number): IterableIterator<EventRow> => {
  const { grain, bucket } = figure;
  return db.raw
    .prepare<unknown[], EventRow>(`${EVENTS} AND e.adjusts IS NULL AND e.at_ms >= ? AND e.at_ms < ? ORDER BY e.ingest_no`)
    .safeIntegers(true)
    .iterate(
      Math.max(figure.firstNo ?? 1, after + 1),
      figure.lastNo ?? 0,
      figure.tenantNo,
      figure.metric.metricNo,
      BUCKETS[grain].startMs(bucket),
      BUCKETS[grain].startMs(bucket + 1),
    );
};

const isIn = (ranges: readonly (readonly [number, number])[], no: number): boolean => ranges.some(([from, to]) => no >= from && no < to);

/** One page of a figure's events. */
export function pageOfEvents(db: StoreDb, figure: FigureOf, after: number, limit: number): EventRow[] {
  const reversed = reversedRanges(db);
  const rows: EventRow[] = [];
  for (const row of ownEvents(db, figure, after)) {
    if (isIn(reversed, Number(row.ingest_no))) continue;
    rows.push(row);
    if (rows.length === limit) break;
  }
  return rows;
}

export function makeAgain(db: StoreDb, figure: FigureOf): MadeAgain {
  const { metric } = figure;
  const reversed = reversedRanges(db);
  const batches = db.all<{ first_no: number; last_no: number; path: string; at: string }>(
    'SELECT first_no, last_no, path, at FROM usage_batches WHERE first_no <= ? AND last_no >= ? AND last_no >= first_no ORDER BY first_no',
    [figure.lastNo ?? 0, figure.firstNo ?? 0],
  );
  const files = new Map<string, { events: number; takenAt: string }>();
  const hash = createHash('sha256');
  const values = new Set<string>();
  let batch = 0;
  let events = 0;
  let quantity = 0n;
  let mark = '';
  for (const row of ownEvents(db, figure, 0)) {
    const ingestNo = Number(row.ingest_no);
    if (isIn(reversed, ingestNo)) continue;
    events += 1;
    const value = fromLimbs(row);
    const [atMs, atNs] = [Number(row.at_ms), Number(row.at_ns)];
    hash.update(`${JSON.stringify([ingestNo, row.emitter, row.event_id, momentText(atMs, atNs), formatExact(value), row.dimensions])}\n`);
    while (batch < batches.length && batches[batch]!.last_no < ingestNo) batch += 1;
    const from = batches[batch];
    if (from !== undefined) {
      const file = files.get(from.path);
      if (file === undefined) files.set(from.path, { events: 1, takenAt: from.at });
      else file.events += 1;
    }
    switch (metric.aggregation) {
      case 'SUM':
        quantity += value;
        break;
      case 'COUNT':
        quantity += ONE;
        break;
      case 'MAX':
        if (value > quantity) quantity = value;
        break;
      case 'LATEST': {
        const own = markOf(atMs, atNs, tieOf(row.emitter, row.event_id));
        if (own > mark) {
          mark = own;
          quantity = value;
        }
        break;
      }
      case 'UNIQUE_COUNT': {
        const counted = uniqueValue(row.dimensions, metric.newest.uniqueOf);
        if (counted !== null) values.add(counted);
        break;
      }
      case 'TIME_WEIGHTED':
        break;
    }
  }
  if (metric.aggregation === 'UNIQUE_COUNT') quantity = BigInt(values.size) * ONE;
  if (metric.aggregation === 'TIME_WEIGHTED')
    quantity = roundHalfEven(
      areaOfSamples(db, figure.tenantNo, metric.metricNo, figure.grain, figure.bucket),
      bucketNs(figure.grain, figure.bucket),
    );
  const listed = [...files].map(([path, file]) => ({ path, ...file }));
  return {
    events,
    quantity,
    sha256: hash.digest('hex'),
    files: listed.slice(0, MOST_FILES),
    moreFiles: Math.max(0, listed.length - MOST_FILES),
  };
}

const ONE = 10n ** 18n;

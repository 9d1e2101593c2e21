import { fromLimbs, ONE, roundHalfEven } from '../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../store/index.ts';
import { addAdjustment } from './adjustments.ts';
import { attosOf, unitsColumn } from './quantity-reader.ts';
import { GRAINS, limbsOf, readBucket, writeBucket } from './rollup-tables.ts';
import type { Meter, SingleEvent } from './usage-meters.ts';
import { BUCKETS, type Grain, monthOf, monthStartMs } from './usage-time.ts';

/**
 * Time-weighted metrics: a sample says how much there is from its moment on, until the next sample of its series (tenant,
 * metric, dimensions). The figure of a bucket is the mean over the bucket, exact: level at its beginning, plus for every
 * change within it the change times the part of the bucket that was left.
 *
 * A bucket stores the sum of its changes and the sum of change × nanoseconds to its end. Both add up, so a sample that comes
 * in between touches its own bucket and that of the next sample alone, wherever it stands and in whatever order they come.
 */

const NS_PER_MS = 1_000_000n;

interface SampleRow {
  readonly at_ms: number;
  readonly at_ns: number;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
}

const SAMPLE = 'SELECT at_ms, at_ns, units, nano, atto FROM usage_samples WHERE series_no = ?';

const neighbour = (db: StoreDb, event: SingleEvent, side: '<' | '>'): { atMs: number; atNs: number; attos: bigint } | null => {
  const order = side === '<' ? 'DESC' : 'ASC';
  const [row] = db.allExact<{ [K in keyof SampleRow]: bigint }>(
    `${SAMPLE} AND (at_ms, at_ns, tie) ${side} (?, ?, ?) ORDER BY at_ms ${order}, at_ns ${order}, tie ${order} LIMIT 1`,
    [event.seriesNo, event.atMs, event.atNs, event.tie],
  );
  return row === undefined ? null : { atMs: Number(row.at_ms), atNs: Number(row.at_ns), attos: fromLimbs(row) };
};

/** Takes one sample, on time or late. */
export function takeSample(db: StoreDb, meter: Meter, event: SingleEvent): void {
  const before = neighbour(db, event, '<');
  const after = neighbour(db, event, '>');
  const change = attosOf(event) - (before?.attos ?? 0n);
  db.run('INSERT INTO usage_samples (series_no, at_ms, at_ns, tie, units, nano, atto, closed_through) VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
    event.seriesNo,
    event.atMs,
    event.atNs,
    event.tie,
    unitsColumn(event.giga, event.units),
    event.nano,
    event.atto,
    event.adjusts === null ? null : event.closedThrough,
  ]);
  addChange(db, meter, event.atMs, event.atNs, change, event.ingestNo, event.adjusts === null ? 1 : 0);
  if (after !== null) addChange(db, meter, after.atMs, after.atNs, -change, null, 0);
  if (event.adjusts !== null) adjustClosed(db, meter, event, change, after);
}

function addChange(
  db: StoreDb,
  { tenantNo, metric }: Meter,
  ms: number,
  ns: number,
  change: bigint,
  ingestNo: number | null,
  events: number,
): void {
  for (const grain of GRAINS) {
    const bucket = BUCKETS[grain].of(ms);
    const stored = readBucket(db, grain, bucket, tenantNo, metric.metricNo);
    const left = nsBetween(ms, ns, BUCKETS[grain].startMs(bucket + 1), 0);
    writeBucket(db, grain, bucket, tenantNo, metric.metricNo, {
      events: (stored?.events ?? 0) + events,
      ...limbsOf((stored === undefined ? 0n : attosOf(stored)) + change),
      first_no: Math.min(stored?.first_no ?? Infinity, ingestNo ?? Infinity),
      last_no: Math.max(stored?.last_no ?? 0, ingestNo ?? 0),
      mark: String(BigInt(stored?.mark ?? '0') + change * left),
    });
  }
}

/** By how much a late sample changes the figures of the months that are closed. */
function adjustClosed(
  db: StoreDb,
  { tenantNo, metric }: Meter,
  event: SingleEvent,
  change: bigint,
  after: { atMs: number; atNs: number } | null,
): void {
  const first = monthOf(event.atMs);
  const last = after === null ? event.closedThrough : Math.min(event.closedThrough, monthOf(after.atMs));
  for (let original = first; original <= last; original += 1) {
    const [fromMs, fromNs] = original === first ? [event.atMs, event.atNs] : [monthStartMs(original), 0];
    const endMs = monthStartMs(original + 1);
    const [toMs, toNs] = after !== null && after.atMs < endMs ? [after.atMs, after.atNs] : [endMs, 0];
    addAdjustment(
      db,
      { month: event.adjusts!, tenantNo, metricNo: metric.metricNo, original },
      { events: original === first ? 1 : 0, attos: 0n, ingestNo: event.ingestNo, weight: change * nsBetween(fromMs, fromNs, toMs, toNs) },
    );
  }
}

export const nsBetween = (fromMs: number, fromNs: number, toMs: number, toNs: number): bigint =>
  BigInt(toMs - fromMs) * NS_PER_MS + BigInt(toNs - fromNs);

export const bucketNs = (grain: Grain, bucket: number): bigint =>
  nsBetween(BUCKETS[grain].startMs(bucket), 0, BUCKETS[grain].startMs(bucket + 1), 0);

/** The mean over a bucket in attos: exact where it has 18 decimals, else rounded half to even at the 18th. */
export const meanOf = (weight: bigint, grain: Grain, bucket: number): bigint => roundHalfEven(weight, bucketNs(grain, bucket));

/** What the mean costs, rounded once. */
export const meanCost = (weight: bigint, grain: Grain, bucket: number, perUnit: bigint): bigint =>
  roundHalfEven(weight * perUnit, bucketNs(grain, bucket) * ONE);

import Sqlite from 'better-sqlite3';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { createStoreDb, openReader, type StoreDb, type TaskContext, type TaskMap } from '../store/index.ts';
import { metricCatalogue } from './catalogue.ts';
import { reversedRanges } from './care/reversals.ts';
import { allColumns, DIGESTED, rollupDigest } from './rollup-digest.ts';
import { writeRollups } from './rollup-writer.ts';
import { Meter, tieOf } from './usage-meters.ts';

/**
 * Makes all rollups again from nothing but events, in a database of its own beside the workspace's, by the code that takes
 * events. One read transaction sees events and rollups of one moment, so intake goes on meanwhile. What comes out is compared
 * byte for byte; the workspace is written to only where something differs.
 */

export interface RebuildInput {
  /** The workspace's database. */
  readonly file: string;
}

export interface RebuildOutput {
  readonly lastNo: number;
  readonly events: number;
  readonly rows: number;
  readonly stoodSha256: string;
  readonly madeSha256: string;
  /** Meters whose rows differ. */
  readonly differing: readonly { readonly tenantNo: number; readonly metricNo: number }[];
  /** Rows that differ. */
  readonly differingRows: number;
}

/** Some tens of milliseconds: between two slices a cancel is seen. */
const SLICE = 50_000;

interface Series {
  readonly meterKey: number;
  readonly tenantNo: number;
  readonly metricNo: number;
  readonly dimensions: string;
}

const cancelled = (): AppError =>
  new AppError('CANCELLED', 'The rebuild was cancelled. The rollups that stand were not touched.', {
    nextStep: 'Start it again when it suits.',
    retryable: true,
  });

function rebuild({ file }: RebuildInput, context: TaskContext): RebuildOutput {
  const raw = openReader(file);
  // Without a name SQLite keeps it in a file of its own and removes it at the end.
  const scratch = new Sqlite('');
  try {
    const db = createStoreDb(raw);
    const made = createStoreDb(scratch);
    for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -65536', 'trusted_schema = OFF']) scratch.pragma(pragma);
    return raw.transaction(() => {
      copySchema(db, made);
      return remake(db, made, context);
    })();
  } finally {
    scratch.close();
    raw.close();
  }
}

/** The tables as the workspace has them. */
function copySchema(db: StoreDb, made: StoreDb): void {
  for (const { table } of DIGESTED)
    for (const { sql } of db.all<{ sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL`,
      [table],
    ))
      made.raw.exec(sql);
}

function remake(db: StoreDb, made: StoreDb, context: TaskContext): RebuildOutput {
  const { byNo } = metricCatalogue(db);
  const preaggregated = [...byNo.values()].filter(({ keeping }) => keeping === 'preaggregated').map(({ metricNo }) => metricNo);
  const { lastNo, total } = db.get<{ lastNo: number; total: number }>(
    'SELECT coalesce(max(ingest_no), 0) AS lastNo, count(*) AS total FROM usage_events',
  )!;
  const breathe = (): void => {
    if (context.cancelled()) throw cancelled();
  };
  const events = aggregate(db, made, byNo, lastNo, (done) => {
    breathe();
    context.progress({ step: 'Adding up events', done, total, unit: 'rows' });
  });
  const step = (says: string) => () => {
    breathe();
    context.progress({ step: says, done: total, total, unit: 'rows' });
  };
  const stood = rollupDigest(db, preaggregated, step('Reading the rollups that stand'));
  const is = rollupDigest(made, preaggregated, step('Comparing'));
  const differs = stood.sha256 === is.sha256 ? { meters: [], rows: 0 } : differences(db, made, preaggregated, breathe);
  return {
    lastNo,
    events,
    rows: is.rows,
    stoodSha256: stood.sha256,
    madeSha256: is.sha256,
    differing: differs.meters,
    differingRows: differs.rows,
  };
}

type HourTuple = readonly [
  seriesNo: number,
  hour: number,
  events: number,
  giga: number,
  units: number,
  nano: number,
  atto: number,
  firstNo: number,
  lastNo: number,
];

type EventTuple = readonly [
  ingestNo: number,
  emitterNo: number,
  eventId: string,
  seriesNo: number,
  atMs: number,
  atNs: number,
  giga: number,
  units: number,
  nano: number,
  atto: number,
  adjusts: number | null,
];

/**
 * Adds events up slice by slice. Of sums and counts SQLite makes the hours of a slice, which is another way than the one of
 * intake; everything else is gone through one by one. Memory does not grow with the number of events.
 */
function aggregate(
  db: StoreDb,
  made: StoreDb,
  byNo: ReturnType<typeof metricCatalogue>['byNo'],
  lastNo: number,
  progress: (done: number) => void,
): number {
  const series: (Series | undefined)[] = [];
  const emitters: (string | undefined)[] = [];
  // Limbs below 10⁹ of some ten thousand events: every sum is a plain number.
  const hours = db.raw
    .prepare<[number, number], HourTuple>(
      `SELECT series_no, at_ms / 3600000 AS hour, count(*), sum(units / 1000000000), sum(units % 1000000000), sum(nano), sum(atto),
         min(ingest_no), max(ingest_no)
       FROM usage_events WHERE ingest_no >= ? AND ingest_no < ? AND adjusts IS NULL GROUP BY series_no, hour`,
    )
    .raw(true);
  const singles = db.raw
    .prepare<[number, number], EventTuple>(
      `SELECT ingest_no, emitter_no, event_id, series_no, at_ms, at_ns, units / 1000000000, units % 1000000000, nano, atto, adjusts
       FROM usage_events WHERE ingest_no >= ? AND ingest_no < ? AND (adjusts IS NOT NULL OR series_no IN (
         SELECT s.series_no FROM usage_series s JOIN metric_versions v USING (metric_no) WHERE v.aggregation NOT IN ('SUM', 'COUNT')))
       ORDER BY ingest_no`,
    )
    .raw(true);
  let done = 0;
  for (const [from, to] of slices(reversedRanges(db), lastNo)) {
    const meters = new Map<number, Meter>();
    const meterOf = (of: Series): Meter => {
      let meter = meters.get(of.meterKey);
      if (meter === undefined) {
        meter = new Meter(of.tenantNo, byNo.get(of.metricNo)!);
        meters.set(of.meterKey, meter);
      }
      return meter;
    };
    for (const [seriesNo, bucket, events, giga, units, nano, atto, firstNo, last] of hours.all(from, to)) {
      done += events;
      const meter = meterOf((series[seriesNo] ??= seriesOf(db, seriesNo)));
      if (meter.isAdditive) meter.addHour({ bucket, events, giga, units, nano, atto, firstNo, lastNo: last });
    }
    for (const row of singles.all(from, to)) {
      const [ingestNo, emitterNo, eventId, seriesNo, atMs, atNs, giga, units, nano, atto, adjusts] = row;
      if (adjusts !== null) done += 1;
      const of = (series[seriesNo] ??= seriesOf(db, seriesNo));
      meterOf(of).addSingle(
        {
          ingestNo,
          seriesNo,
          atMs,
          atNs,
          giga,
          units,
          nano,
          atto,
          tie: tieOf((emitters[emitterNo] ??= emitterOf(db, emitterNo)), eventId),
          value: null,
          adjusts,
          closedThrough: adjusts === null ? 0 : closedWhen(db, ingestNo),
        },
        of.dimensions,
      );
    }
    made.raw.transaction(() => writeRollups(made, meters.values()))();
    progress(done);
  }
  return done;
}

/** Ranges of ingest numbers, half-open, without those that no longer count. */
function* slices(reversed: readonly (readonly [from: number, to: number])[], lastNo: number): Generator<readonly [number, number]> {
  let from = 1;
  for (const [gap, after] of [...reversed, [lastNo + 1, lastNo + 1] as const]) {
    for (; from < gap; from += SLICE) yield [from, Math.min(from + SLICE, gap)];
    from = Math.max(Math.min(from, gap), after);
  }
}

const seriesOf = (db: StoreDb, seriesNo: number): Series => {
  const row = db.get<{ tenant_no: number; metric_no: number; dimensions: string }>(
    'SELECT tenant_no, metric_no, dimensions FROM usage_series WHERE series_no = ?',
    [seriesNo],
  )!;
  return { meterKey: row.tenant_no * 65_536 + row.metric_no, tenantNo: row.tenant_no, metricNo: row.metric_no, dimensions: row.dimensions };
};

const emitterOf = (db: StoreDb, emitterNo: number): string =>
  db.get<{ emitter: string }>('SELECT emitter FROM usage_emitters WHERE emitter_no = ?', [emitterNo])!.emitter;

/** The last month that was closed when the event came in. */
const closedWhen = (db: StoreDb, ingestNo: number): number =>
  db.get<{ closed_through: number }>(
    'SELECT closed_through FROM usage_batches WHERE first_no <= ? AND last_no >= ? ORDER BY first_no DESC LIMIT 1',
    [ingestNo, ingestNo],
  )!.closed_through;

/** The meters whose rows are not the same in both, with a walk along both tables at once. */
function differences(
  db: StoreDb,
  made: StoreDb,
  preaggregated: readonly number[],
  breathe: () => void,
): { meters: { tenantNo: number; metricNo: number }[]; rows: number } {
  const found = new Map<string, { tenantNo: number; metricNo: number }>();
  let rows = 0;
  for (const entry of DIGESTED) {
    breathe();
    const isSamples = entry.table === 'usage_samples';
    const seen = new Map<string, string>();
    const names = allColumns(entry).split(', ');
    const keys = entry.key.split(', ').length;
    const meterOf = (row: readonly unknown[]): { tenantNo: number; metricNo: number } =>
      isSamples
        ? seriesOf(db, Number(row[0]))
        : { tenantNo: Number(row[names.indexOf('tenant_no')]), metricNo: Number(row[names.indexOf('metric_no')]) };
    const note = (row: readonly unknown[]): void => {
      const { tenantNo, metricNo } = meterOf(row);
      found.set(`${tenantNo} ${metricNo}`, { tenantNo, metricNo });
      rows += 1;
    };
    // Only rows that differ are remembered: the other database is asked for each by its key.
    const where = names
      .slice(0, keys)
      .map((name) => `${name} = ?`)
      .join(' AND ');
    const compare = (from: StoreDb, to: StoreDb): void => {
      const other = to.raw
        .prepare<unknown[], readonly unknown[]>(`SELECT ${allColumns(entry)} FROM ${entry.table} WHERE ${where}`)
        .safeIntegers(true)
        .raw(true);
      for (const row of from.raw
        .prepare<[], readonly unknown[]>(`SELECT ${allColumns(entry)} FROM ${entry.table}`)
        .safeIntegers(true)
        .raw(true)
        .iterate()) {
        const { metricNo } = meterOf(row);
        if (preaggregated.includes(metricNo)) continue;
        const key = row.slice(0, keys);
        const twin = other.get(...key);
        if (twin !== undefined && twin.every((value, i) => value === row[i])) continue;
        const name = key.map(String).join('\n');
        if (!seen.has(name)) note(row);
        seen.set(name, '');
      }
    };
    compare(db, made);
    compare(made, db);
  }
  return { meters: [...found.values()], rows };
}

export const meteringTasks = { 'usage.rebuild': rebuild } as const satisfies TaskMap;

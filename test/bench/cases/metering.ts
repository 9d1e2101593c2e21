import { statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { meteringTasks, monthOf, tenantMonth } from '../../../src-main/metering/index.ts';
import { limitStates } from '../../../src-main/metering/care/limit-store.ts';
import { scratch } from '../support/bench-workspace.ts';
import { type Figure, figure, median, ms, percentile } from '../support/measure.ts';
import { type MeteringBench, openMeteringBench } from '../support/metering-bench.ts';
import { BENCH_NOW, usageStreamOf } from '../support/usage-events.ts';

const ROUNDS = 3;
const TENANTS = 60;
const AIM = 0.5;
const DELIVERY_BYTES = 4 * 1024 * 1024;

/** Seconds of this thread's processor time: what else the machine does is not in it. */
const cpuSeconds = (run: () => void): number => {
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1e6;
};

/**
 * Intake, from the bytes of NDJSON to events, keys, rollups by hour, day and month and the account of every row, in a
 * transaction for each delivery. The peer gets the same rows ready made and puts them into the same table with its unique key,
 * with one prepared statement in one transaction: no JSON, no look at what is known, no append-only trigger, no rollups.
 */
export async function meteringIntake(events: number): Promise<Figure[]> {
  const stream = usageStreamOf(events, TENANTS, 'time', DELIVERY_BYTES);
  const deliveries = [...stream.deliveries()];
  const random = [...usageStreamOf(Math.floor(events / 4), TENANTS, 'random', DELIVERY_BYTES).deliveries()];
  const ours: number[] = [];
  const raw: number[] = [];
  const bare: number[] = [];
  const scattered: number[] = [];
  let duck: number | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const bench = await openMeteringBench(TENANTS);
    ours.push(cpuSeconds(() => deliveries.forEach(bench.deliver)) / events);
    const rows = rowsOf(bench);
    raw.push(bulkInsert(rows, true));
    bare.push(bulkInsert(rows, false));
    duck ??= await duckOf(rows);
    await bench.close();
    const other = await openMeteringBench(TENANTS);
    scattered.push(cpuSeconds(() => random.forEach(other.deliver)) / Math.floor(events / 4));
    await other.close();
  }
  const [own, keyed, unkeyed, by4] = [median(ours), median(raw), median(bare), median(scattered)];
  const rate = (seconds: number): string => `${Math.round(1 / seconds / 1000)} k/s`;
  const figures = [
    figure(
      'intake with rollups against raw bulk insert',
      `${(keyed / own).toFixed(2)}× its speed (${rate(own)} against ${rate(keyed)})`,
      `≥ ${AIM}×`,
      keyed / own >= AIM,
    ),
    figure('the same, the peer without the unique key', `${(unkeyed / own).toFixed(2)}× its speed (${rate(unkeyed)})`),
    figure('intake of ids in no order (UUIDv4)', `${(own / by4).toFixed(2)}× the speed of ids that grow (${rate(by4)})`),
  ];
  if (duck === null) figures.push(figure('intake against DuckDB’s appender', 'DuckDB is not installed'));
  else
    figures.push(
      figure(
        'intake against DuckDB’s appender and ordered dedupe',
        `${(duck / (own * events)).toFixed(2)}× its speed (${rate(own)} of thread time against ${rate(duck / events)})`,
      ),
    );
  return figures;
}

type Row = readonly unknown[];

const rowsOf = ({ w }: MeteringBench): Row[] => w.db.raw.prepare<[], Row>('SELECT * FROM usage_events ORDER BY ingest_no').raw(true).all();

const TABLE = `CREATE TABLE usage_events (ingest_no INTEGER PRIMARY KEY, tenant_no INTEGER NOT NULL, emitter_no INTEGER NOT NULL,
  event_id TEXT NOT NULL, series_no INTEGER NOT NULL, at_ms INTEGER NOT NULL, at_ns INTEGER NOT NULL, units INTEGER NOT NULL,
  nano INTEGER NOT NULL, atto INTEGER NOT NULL, adjusts INTEGER, other BLOB) STRICT`;

/** Seconds a row. */
function bulkInsert(rows: readonly Row[], keyed: boolean): number {
  const { folder, remove } = scratch('raw');
  const db = new Sqlite(join(folder, 'raw.db'));
  try {
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = FULL',
      'foreign_keys = ON',
      'recursive_triggers = ON',
      'cell_size_check = ON',
    ])
      db.pragma(pragma);
    db.pragma('wal_autocheckpoint = 4096');
    db.exec(TABLE);
    if (keyed) db.exec('CREATE UNIQUE INDEX usage_events_by_key ON usage_events (tenant_no, emitter_no, event_id)');
    const insert = db.prepare(`INSERT INTO usage_events VALUES (${Array(12).fill('?').join(', ')})`);
    return (
      cpuSeconds(() => {
        db.transaction(() => {
          for (const row of rows) insert.run(row);
        })();
      }) / rows.length
    );
  } finally {
    db.close();
    remove();
  }
}

/** DuckDB takes the rows by its appender, then keeps the first of each key in the order in which they came. Wall time. */
async function duckOf(rows: readonly Row[]): Promise<number | null> {
  const duckdb = await import('@duckdb/node-api').catch(() => null);
  if (duckdb === null) return null;
  const instance = await duckdb.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    'CREATE TABLE events (seq BIGINT, tenant INTEGER, emitter INTEGER, id VARCHAR, series INTEGER, at_ms BIGINT, units BIGINT, nano INTEGER, atto INTEGER)',
  );
  const start = performance.now();
  const appender = await connection.createAppender('events');
  for (const row of rows) {
    appender.appendBigInt(BigInt(row[0] as number));
    appender.appendInteger(row[1] as number);
    appender.appendInteger(row[2] as number);
    appender.appendVarchar(row[3] as string);
    appender.appendInteger(row[4] as number);
    appender.appendBigInt(BigInt(row[5] as number));
    appender.appendBigInt(BigInt(row[7] as number));
    appender.appendInteger(row[8] as number);
    appender.appendInteger(row[9] as number);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(
    'CREATE TABLE kept AS SELECT * FROM events QUALIFY row_number() OVER (PARTITION BY tenant, emitter, id ORDER BY seq) = 1',
  );
  const seconds = (performance.now() - start) / 1000;
  connection.closeSync();
  return seconds;
}

/** A large workspace: from zero again, one tenant's month with its limits, and memory while it grew. */
export async function meteringAtSize(events: number): Promise<Figure[]> {
  const bench = await openMeteringBench(TENANTS);
  try {
    const samples: number[] = [];
    let taken = 0;
    for (const bytes of usageStreamOf(events, TENANTS, 'time', DELIVERY_BYTES).deliveries()) {
      bench.deliver(bytes);
      taken += bytes.length;
      samples.push(process.memoryUsage().rss);
    }
    const early = Math.max(...samples.slice(0, Math.ceil(samples.length / 4)));
    const whole = Math.max(...samples);
    const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

    const start = performance.now();
    const rebuilt = meteringTasks['usage.rebuild']({ file: bench.file }, { cancelled: () => false, progress: () => undefined });
    const rebuildSeconds = (performance.now() - start) / 1000;
    if (rebuilt.madeSha256 !== rebuilt.stoodSha256) throw new Error('the rebuild made other bytes');

    const { db } = bench.w;
    const month = monthOf(Date.parse(BENCH_NOW));
    const times: number[] = [];
    for (let i = 0; i < 2_000; i += 1) {
      const tenantNo = 1 + (i % TENANTS);
      const before = performance.now();
      tenantMonth(db, tenantNo, month, BENCH_NOW);
      limitStates(db, tenantNo, BENCH_NOW);
      if (i >= 200) times.push(performance.now() - before);
    }
    const p95 = percentile(times, 95);
    const size = statSync(bench.file).size;
    return [
      figure(
        `rebuild of ${(events / 1e6).toFixed(1)} million events`,
        `${rebuildSeconds.toFixed(1)} s, the same bytes (${rebuilt.rows} rows)`,
        '< 60 s at 10 M',
        rebuildSeconds * (10e6 / events) < 60,
      ),
      figure(
        `a tenant’s month and its limits at ${(events / 1e6).toFixed(1)} million`,
        `p95 ${ms(p95)}, median ${ms(median(times))}`,
        '< 1 ms',
        p95 < 1,
      ),
      figure('memory while it grew', `${mib(early)} in the first quarter, ${mib(whole)} in all`, '≤ 1.2×', whole / early <= 1.2),
      figure('the database', `${mib(size)}, ${Math.round(size / events)} bytes an event of ${Math.round(taken / events)} bytes`),
    ];
  } finally {
    await bench.close();
  }
}

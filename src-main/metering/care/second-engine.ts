import type * as DuckDB from '@duckdb/node-api';
import { fromLimbs, ONE, formatExact } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import type { CatalogueMetric } from '../catalogue.ts';
import { monthText } from '../usage-time.ts';
import { reversedRanges } from './reversals.ts';
import { within } from './recompute-cells.ts';

/**
 * A second engine adds up all events of SUM and COUNT metrics by metric and month, where it is installed: DuckDB over the
 * events of this very snapshot. Limbs are added as 128-bit integers there, so its totals are exact too, and must be equal.
 */

export interface EngineVerdict {
  readonly verdict: 'agrees' | 'differs' | 'not-installed' | 'not-asked';
  readonly says: string;
}

/** Not among what the product needs: looked for when it is asked, by a name no bundler follows. */
const ENGINE = '@duckdb/node-api';
const ROWS_A_CHUNK = 65_536;

interface Total {
  readonly events: bigint;
  readonly attos: bigint;
}

type Engine = Pick<typeof DuckDB, 'DuckDBInstance'>;

export async function loadEngine(name: string = ENGINE): Promise<Engine | null> {
  try {
    return (await import(/* @vite-ignore */ name)) as Engine;
  } catch {
    return null;
  }
}

export async function secondEngineTotals(
  db: StoreDb,
  metrics: ReadonlyMap<number, CatalogueMetric>,
  look: () => void,
  load: () => Promise<Engine | null> = loadEngine,
): Promise<EngineVerdict> {
  const engine = await load();
  if (engine === null) return { verdict: 'not-installed', says: 'DuckDB is not installed here.' };
  const summed = [...metrics.values()].filter(
    ({ aggregation, keeping }) => keeping === 'raw' && (aggregation === 'SUM' || aggregation === 'COUNT'),
  );
  const instance = await engine.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await fill(db, connection, look);
    const theirs = await totalsThere(connection, summed);
    const ours = totalsHere(db, summed);
    return compare(ours, theirs, metrics);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function fill(db: StoreDb, connection: DuckDB.DuckDBConnection, look: () => void): Promise<void> {
  await connection.run('CREATE TABLE events (metric INTEGER, at_ms BIGINT, adjusts BIGINT, units BIGINT, nano BIGINT, atto BIGINT)');
  const isReversed = within(reversedRanges(db));
  const appender: DuckDB.DuckDBAppender = await connection.createAppender('events');
  const rows = db.raw
    .prepare<[], Record<'ingest_no' | 'metric_no' | 'at_ms' | 'units' | 'nano' | 'atto', bigint> & { readonly adjusts: bigint | null }>(
      `SELECT e.ingest_no, s.metric_no, e.at_ms, e.adjusts, e.units, e.nano, e.atto FROM usage_events e JOIN usage_series s USING (series_no)`,
    )
    .safeIntegers(true);
  let count = 0;
  for (const row of rows.iterate()) {
    if (isReversed(Number(row.ingest_no))) continue;
    appender.appendInteger(Number(row.metric_no));
    appender.appendBigInt(row.at_ms);
    if (row.adjusts === null) appender.appendNull();
    else appender.appendBigInt(row.adjusts);
    appender.appendBigInt(row.units);
    appender.appendBigInt(row.nano);
    appender.appendBigInt(row.atto);
    appender.endRow();
    count += 1;
    if (count % ROWS_A_CHUNK === 0) {
      look();
      appender.flushSync();
    }
  }
  appender.closeSync();
}

const keyOf = (metricNo: number | bigint, month: number | bigint): string => `${metricNo} ${month}`;

/** By metric and the month of the event's own time, late ones too. */
async function totalsThere(connection: DuckDB.DuckDBConnection, metrics: readonly CatalogueMetric[]): Promise<Map<string, Total>> {
  const counted = new Set(metrics.filter(({ aggregation }) => aggregation === 'COUNT').map(({ metricNo }) => metricNo));
  const wanted = metrics.map(({ metricNo }) => metricNo).join(', ') || '-1';
  const result = await connection.runAndReadAll(
    `SELECT metric, year(make_timestamp(at_ms * 1000)) * 12 + month(make_timestamp(at_ms * 1000)) - 1 AS month, count(*) AS events,
       sum(units)::VARCHAR AS units, sum(nano)::VARCHAR AS nano, sum(atto)::VARCHAR AS atto
     FROM events WHERE metric IN (${wanted}) GROUP BY ALL`,
  );
  const found = new Map<string, Total>();
  for (const row of result.getRowObjects()) {
    const metricNo = Number(row['metric']);
    const events = BigInt(String(row['events']));
    const limb = (name: string): bigint => BigInt(String(row[name]));
    const attos = counted.has(metricNo) ? events * ONE : fromLimbs({ units: limb('units'), nano: limb('nano'), atto: limb('atto') });
    found.set(keyOf(metricNo, BigInt(String(row['month']))), { events, attos });
  }
  return found;
}

/** The same from the rollups: what stands for the month itself, and what came late for it. */
function totalsHere(db: StoreDb, metrics: readonly CatalogueMetric[]): Map<string, Total> {
  const wanted = metrics.map(({ metricNo }) => metricNo).join(', ') || '-1';
  const found = new Map<string, Total>();
  for (const [table, month] of [
    ['usage_months', 'month'],
    ['usage_adjustments', 'original'],
  ] as const) {
    const rows = db.allExact<Record<'metric_no' | 'month' | 'events' | 'giga' | 'units' | 'nano' | 'atto', bigint>>(
      `SELECT metric_no, ${month} AS month, sum(events) AS events, sum(giga) AS giga, sum(units) AS units, sum(nano) AS nano, sum(atto) AS atto
       FROM ${table} WHERE metric_no IN (${wanted}) GROUP BY metric_no, ${month}`,
    );
    for (const row of rows) {
      const key = keyOf(row.metric_no, row.month);
      const before = found.get(key) ?? { events: 0n, attos: 0n };
      found.set(key, { events: before.events + row.events, attos: before.attos + attosOfSums(row) });
    }
  }
  return found;
}

const attosOfSums = ({ giga, units, nano, atto }: Record<'giga' | 'units' | 'nano' | 'atto', bigint>): bigint =>
  fromLimbs({ units: giga * 1_000_000_000n + units, nano, atto });

function compare(
  ours: ReadonlyMap<string, Total>,
  theirs: ReadonlyMap<string, Total>,
  metrics: ReadonlyMap<number, CatalogueMetric>,
): EngineVerdict {
  let events = 0n;
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const here = ours.get(key) ?? { events: 0n, attos: 0n };
    const there = theirs.get(key) ?? { events: 0n, attos: 0n };
    events += there.events;
    if (here.events === there.events && here.attos === there.attos) continue;
    const [metricNo = 0, month = 0] = key.split(' ').map(Number);
    return {
      verdict: 'differs',
      says: `${metrics.get(metricNo)?.metric ?? 'A metric'} of ${monthText(month)}: stored are ${formatExact(here.attos)} of ${here.events} events, DuckDB adds up ${formatExact(there.attos)} of ${there.events}.`,
    };
  }
  return { verdict: 'agrees', says: `DuckDB adds up the same ${theirs.size} totals of ${events} events, to the last digit.` };
}

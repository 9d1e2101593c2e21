import { fromLimbs } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import { tenantIdOf } from '../../tenants/index.ts';
import { type CatalogueMetric, metricCatalogue } from '../catalogue.ts';
import { QuantityReader } from '../quantity-reader.ts';
import { writeRollups } from '../rollup-writer.ts';
import { Meter, tieOf } from '../usage-meters.ts';
import { onUsageTouched, type TouchedUsage } from '../usage-touched.ts';
import { monthOf } from '../usage-time.ts';
import { within } from './recompute-cells.ts';
import { reversedRanges } from './reversals.ts';

/**
 * Makes the rollups of some meters (tenant × metric) anew from the events that count. The rest of the rollups is not touched,
 * and what comes out is what a rebuild of everything would have made.
 */

interface Pair {
  readonly tenant_no: number;
  readonly metric_no: number;
}

interface EventRow {
  readonly ingest_no: bigint;
  readonly series_no: bigint;
  readonly metric_no: bigint;
  readonly dimensions: string;
  readonly emitter: string;
  readonly event_id: string;
  readonly at_ms: bigint;
  readonly at_ns: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
  readonly adjusts: bigint | null;
}

/**
 * The meters that have an event between these ingest numbers.
 * @returns how many they are
 */
export function remakeUsage(db: StoreDb, { firstNo, lastNo, now }: { firstNo: number; lastNo: number; now: string }): number {
  const pairs = db.all<Pair>(
    'SELECT DISTINCT s.tenant_no, s.metric_no FROM usage_events e JOIN usage_series s USING (series_no) WHERE e.ingest_no BETWEEN ? AND ?',
    [firstNo, lastNo],
  );
  if (pairs.length === 0) return 0;
  const touched = touchedBy(db, firstNo, lastNo);
  remakeMeters(db, pairs);
  onUsageTouched(db, touched, now);
  return pairs.length;
}

/** Makes the rollups of these meters anew from the events that count. */
export function remakeMeters(db: StoreDb, pairs: readonly Pair[]): void {
  forget(db, pairs);
  const byTenant = new Map<number, number[]>();
  for (const { tenant_no, metric_no } of pairs) byTenant.set(tenant_no, [...(byTenant.get(tenant_no) ?? []), metric_no]);
  const isReversed = within(reversedRanges(db));
  const { byNo } = metricCatalogue(db);
  for (const [tenantNo, metrics] of byTenant) writeRollups(db, gather(db, tenantNo, metrics, byNo, isReversed));
}

function forget(db: StoreDb, pairs: readonly Pair[]): void {
  const values = pairs.map(({ tenant_no, metric_no }) => `(${tenant_no}, ${metric_no})`).join(', ');
  for (const table of ['usage_hours', 'usage_days', 'usage_months', 'usage_adjustments', 'usage_uniques'])
    db.raw.prepare(`DELETE FROM ${table} WHERE (tenant_no, metric_no) IN (VALUES ${values})`).run();
  db.raw
    .prepare(
      `DELETE FROM usage_samples WHERE series_no IN (SELECT series_no FROM usage_series WHERE (tenant_no, metric_no) IN (VALUES ${values}))`,
    )
    .run();
}

/** The meters of one tenant, with every event that counts in the order in which it was taken. */
function gather(
  db: StoreDb,
  tenantNo: number,
  metrics: readonly number[],
  byNo: ReadonlyMap<number, CatalogueMetric>,
  isReversed: (ingestNo: number) => boolean,
): Meter[] {
  const meters = new Map(metrics.map((metricNo) => [metricNo, new Meter(tenantNo, byNo.get(metricNo)!)]));
  const rows = db.raw
    .prepare<[number], EventRow>(
      `SELECT e.ingest_no, e.series_no, s.metric_no, s.dimensions, m.emitter, e.event_id, e.at_ms, e.at_ns, e.units, e.nano, e.atto, e.adjusts
       FROM usage_events e JOIN usage_series s USING (series_no) JOIN usage_emitters m USING (emitter_no)
       WHERE e.tenant_no = ? AND s.metric_no IN (${metrics.join(', ')}) ORDER BY e.ingest_no`,
    )
    .safeIntegers(true);
  const quantity = new QuantityReader();
  for (const row of rows.iterate(tenantNo)) {
    const ingestNo = Number(row.ingest_no);
    if (isReversed(ingestNo)) continue;
    const meter = meters.get(Number(row.metric_no))!;
    const [atMs, atNs] = [Number(row.at_ms), Number(row.at_ns)];
    const adjusts = row.adjusts === null ? null : Number(row.adjusts);
    quantity.set(fromLimbs(row));
    const { giga, units, nano, atto } = quantity;
    if (adjusts === null && meter.isAdditive) {
      meter.add(ingestNo, atMs, giga, units, nano, atto);
      continue;
    }
    const tie = tieOf(row.emitter, row.event_id);
    const closedThrough = adjusts === null ? 0 : closedWhen(db, ingestNo);
    meter.addSingle(
      { ingestNo, seriesNo: Number(row.series_no), atMs, atNs, giga, units, nano, atto, tie, value: null, adjusts, closedThrough },
      row.dimensions,
    );
  }
  return [...meters.values()];
}

/** The last month that was closed when the event came in. */
const closedWhen = (db: StoreDb, ingestNo: number): number =>
  db.get<{ closed_through: number }>(
    'SELECT closed_through FROM usage_batches WHERE first_no <= ? AND last_no >= ? ORDER BY first_no DESC LIMIT 1',
    [ingestNo, ingestNo],
  )!.closed_through;

/** What the events between these numbers touched, for whoever follows usage. */
function touchedBy(db: StoreDb, firstNo: number, lastNo: number): TouchedUsage[] {
  const { byNo } = metricCatalogue(db);
  const found = new Map<string, { tenantNo: number; metricNo: number; months: Set<number>; latestMs: number }>();
  for (const row of db.all<{ tenant_no: number; metric_no: number; at_ms: number; adjusts: number | null }>(
    `SELECT s.tenant_no, s.metric_no, e.at_ms, e.adjusts FROM usage_events e JOIN usage_series s USING (series_no) WHERE e.ingest_no BETWEEN ? AND ?`,
    [firstNo, lastNo],
  )) {
    const key = `${row.tenant_no} ${row.metric_no}`;
    const meter = found.get(key) ?? { tenantNo: row.tenant_no, metricNo: row.metric_no, months: new Set<number>(), latestMs: 0 };
    meter.months.add(row.adjusts ?? monthOf(row.at_ms));
    meter.latestMs = Math.max(meter.latestMs, row.at_ms);
    found.set(key, meter);
  }
  return [...found.values()].map(({ tenantNo, metricNo, months, latestMs }) => ({
    tenantNo,
    tenantId: tenantIdOf(db, tenantNo),
    metricNo,
    metric: byNo.get(metricNo)!.metric,
    months: [...months].sort((a, b) => a - b),
    latestAt: new Date(latestMs).toISOString(),
  }));
}

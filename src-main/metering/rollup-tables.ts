import type Sqlite from 'better-sqlite3';
import type { StoreDb } from '../store/index.ts';
import type { CatalogueMetric } from './catalogue.ts';
import { isMore, type Sum, take } from './usage-meters.ts';
import type { Grain } from './usage-time.ts';

/** The SQL of the rollup tables; the database may be the workspace's or one in which they are made anew. */

export const GRAINS: readonly Grain[] = ['hour', 'day', 'month'];
export const TABLE_OF: Readonly<Record<Grain, string>> = { hour: 'usage_hours', day: 'usage_days', month: 'usage_months' };
const GRAIN_NO: Readonly<Record<Grain, number>> = { hour: 0, day: 1, month: 2 };
/** In usage_uniques: values that came late for a month. */
export const LATE_GRAIN_NO = 3;

export interface RollupRow {
  readonly events: number;
  readonly giga: number;
  readonly units: number;
  readonly nano: number;
  readonly atto: number;
  readonly first_no: number;
  readonly last_no: number;
  readonly mark: string | null;
}

export const LIMB_COLUMNS = 'events, giga, units, nano, atto, first_no, last_no, mark';

/** Rows a statement: calling into SQLite costs more than one more row in the same call. */
const BATCH_ROWS = 16;

/** A bucket of a meter, to be written. */
export interface Written {
  readonly tenantNo: number;
  readonly metric: CatalogueMetric;
  readonly sum: Sum;
}

/** Where it lies in its table. */
export const inOrder = (a: Written, b: Written): number =>
  a.sum.bucket - b.sum.bucket || a.tenantNo - b.tenantNo || a.metric.metricNo - b.metric.metricNo;

/** Adds up SUM and COUNT buckets, in the order in which they lie. Limbs are added each for itself: no sum can overflow. */
export function addSums(db: StoreDb, grain: Grain, rows: readonly Written[]): void {
  const sql = (count: number): string =>
    `INSERT INTO ${TABLE_OF[grain]} (${grain}, tenant_no, metric_no, events, giga, units, nano, atto, first_no, last_no)
     VALUES ${Array<string>(count).fill('(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}
     ON CONFLICT DO UPDATE SET events = events + excluded.events, giga = giga + excluded.giga, units = units + excluded.units,
       nano = nano + excluded.nano, atto = atto + excluded.atto, first_no = min(first_no, excluded.first_no),
       last_no = max(last_no, excluded.last_no)`;
  let many: Sqlite.Statement | null = null;
  let one: Sqlite.Statement | null = null;
  for (let at = 0; at < rows.length;) {
    const left = rows.length - at;
    const count = left >= BATCH_ROWS ? BATCH_ROWS : 1;
    const statement = count === 1 ? (one ??= db.raw.prepare(sql(1))) : (many ??= db.raw.prepare(sql(BATCH_ROWS)));
    const values: number[] = [];
    for (let i = at; i < at + count; i += 1) {
      const { tenantNo, metric, sum } = rows[i]!;
      const { bucket, events, giga, units, nano, atto, firstNo, lastNo } = sum;
      values.push(bucket, tenantNo, metric.metricNo, events, giga, units, nano, atto, firstNo, lastNo);
    }
    statement.run(values);
    at += count;
  }
}

export const readBucket = (db: StoreDb, grain: Grain, bucket: number, tenantNo: number, metricNo: number): RollupRow | undefined =>
  db.get<RollupRow>(`SELECT ${LIMB_COLUMNS} FROM ${TABLE_OF[grain]} WHERE ${grain} = ? AND tenant_no = ? AND metric_no = ?`, [
    bucket,
    tenantNo,
    metricNo,
  ]);

export const writeBucket = (db: StoreDb, grain: Grain, bucket: number, tenantNo: number, metricNo: number, row: RollupRow): void => {
  db.run(
    `INSERT INTO ${TABLE_OF[grain]} (${grain}, tenant_no, metric_no, ${LIMB_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET events = excluded.events, giga = excluded.giga, units = excluded.units, nano = excluded.nano,
       atto = excluded.atto, first_no = excluded.first_no, last_no = excluded.last_no, mark = excluded.mark`,
    [bucket, tenantNo, metricNo, row.events, row.giga, row.units, row.nano, row.atto, row.first_no, row.last_no, row.mark],
  );
};

/** Merges a bucket of MAX, LATEST or UNIQUE_COUNT with what is stored: these are never added. */
export function mergeBucket(db: StoreDb, grain: Grain, { tenantNo, metric, sum }: Written): void {
  const { metricNo, aggregation } = metric;
  const stored = readBucket(db, grain, sum.bucket, tenantNo, metricNo);
  const value = { giga: sum.giga, units: sum.units, nano: sum.nano, atto: sum.atto };
  let { mark } = sum;
  if (aggregation === 'UNIQUE_COUNT') {
    let added = 0;
    for (const each of sum.values ?? []) added += addUnique(db, GRAIN_NO[grain], sum.bucket, tenantNo, metricNo, each) ? 1 : 0;
    value.units = (stored?.units ?? 0) + added;
  } else if (stored !== undefined) {
    const keeps = aggregation === 'MAX' ? isMore(stored, sum) : stored.mark !== null && (mark === null || stored.mark > mark);
    if (keeps) {
      take(value, stored);
      ({ mark } = stored);
    }
  }
  writeBucket(db, grain, sum.bucket, tenantNo, metricNo, {
    ...value,
    events: (stored?.events ?? 0) + sum.events,
    first_no: Math.min(stored?.first_no ?? sum.firstNo, sum.firstNo),
    last_no: Math.max(stored?.last_no ?? sum.lastNo, sum.lastNo),
    mark,
  });
}

/** @returns whether the value was not counted yet */
export const addUnique = (db: StoreDb, grainNo: number, bucket: number, tenantNo: number, metricNo: number, value: string): boolean =>
  db.run('INSERT INTO usage_uniques (grain, bucket, tenant_no, metric_no, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    grainNo,
    bucket,
    tenantNo,
    metricNo,
    value,
  ]).changes > 0;

export const hasUnique = (db: StoreDb, grainNo: number, bucket: number, tenantNo: number, metricNo: number, value: string): boolean =>
  db.get('SELECT 1 FROM usage_uniques WHERE grain = ? AND bucket = ? AND tenant_no = ? AND metric_no = ? AND value = ?', [
    grainNo,
    bucket,
    tenantNo,
    metricNo,
    value,
  ]) !== undefined;

const BILLION = 1_000_000_000n;

/** Attos as four limbs of one sign. */
export const limbsOf = (attos: bigint): { giga: number; units: number; nano: number; atto: number } => ({
  giga: Number(attos / (BILLION * BILLION * BILLION)),
  units: Number((attos / (BILLION * BILLION)) % BILLION),
  nano: Number((attos / BILLION) % BILLION),
  atto: Number(attos % BILLION),
});

import { mulExact, ONE, roundHalfEven } from '../../src-shared/kernel/quantity.ts';
import type { SqlValue, StoreDb } from '../store/index.ts';
import { type Catalogue, type CatalogueMetric, costVersion, metricCatalogue } from './catalogue.ts';
import { attosOf } from './quantity-reader.ts';
import { TABLE_OF } from './rollup-tables.ts';
import { areaOfSamples } from './sample-area.ts';
import { bucketNs, meanCost, meanOf } from './time-weighted.ts';
import { BUCKETS, type Grain, monthOf, monthStartMs, parseMonth } from './usage-time.ts';

/** Reading rollups: what a tenant used in a period, exactly, and what that costs. Quantities and costs are attos. */

export interface UsageAdjustment {
  /** 12 × year + month − 1. */
  readonly original: number;
  readonly events: number;
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly firstNo: number;
  readonly lastNo: number;
}

export interface UsageFigure {
  readonly metric: CatalogueMetric;
  readonly bucket: number;
  readonly events: number;
  /** Of the period itself, without adjustments. */
  readonly quantity: bigint;
  readonly cost: bigint;
  /** Ingest numbers of its first and last event; null where it has none of its own. */
  readonly firstNo: number | null;
  readonly lastNo: number | null;
  readonly adjustments: readonly UsageAdjustment[];
}

interface ExactRow {
  readonly metric_no: bigint;
  readonly bucket: bigint;
  readonly events: bigint;
  readonly giga: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
  readonly first_no: bigint;
  readonly last_no: bigint;
  readonly mark: string | null;
}

export interface FiguresRequest {
  readonly tenantNo: number;
  readonly grain: Grain;
  /** Buckets, half-open. */
  readonly from: number;
  readonly to: number;
  readonly metricNo?: number | undefined;
  /** ISO 8601 UTC: a level is carried on up to the bucket of now. */
  readonly now: string;
}

/** The figures of one tenant by metric and bucket. What it costs grows with the buckets asked for, not with events. */
export function figuresOf(db: StoreDb, catalogue: Catalogue, request: FiguresRequest): UsageFigure[] {
  const { tenantNo, grain, from, to, metricNo } = request;
  if (to <= from) return [];
  const found = new Map<string, UsageFigure>();
  const keyOf = (metric: number, bucket: number): string => `${metric} ${bucket}`;
  const weighted = weightedMetrics(db, catalogue, tenantNo, metricNo);
  const rowsOfWeighted = new Map<number, Map<number, ExactRow>>();
  for (const row of bucketRows(db, TABLE_OF[grain], grain, from, to, tenantNo, metricNo)) {
    const metric = catalogue.byNo.get(Number(row.metric_no))!;
    const bucket = Number(row.bucket);
    if (metric.aggregation === 'TIME_WEIGHTED') {
      const rows = rowsOfWeighted.get(metric.metricNo) ?? new Map<number, ExactRow>();
      rows.set(bucket, row);
      rowsOfWeighted.set(metric.metricNo, rows);
      continue;
    }
    const quantity = valueOf(metric, row);
    found.set(keyOf(metric.metricNo, bucket), {
      metric,
      bucket,
      events: Number(row.events),
      quantity,
      cost: costOf(metric, monthOf(BUCKETS[grain].startMs(bucket)), quantity),
      firstNo: Number(row.first_no),
      lastNo: Number(row.last_no),
      adjustments: [],
    });
  }
  for (const metric of weighted)
    for (const figure of weightedFigures(db, metric, request, rowsOfWeighted.get(metric.metricNo) ?? new Map<number, ExactRow>()))
      found.set(keyOf(metric.metricNo, figure.bucket), figure);
  for (const [target, adjustment, metric] of adjustmentsOf(db, catalogue, request)) {
    const bucket = BUCKETS[grain].of(monthStartMs(target));
    const key = keyOf(metric.metricNo, bucket);
    const figure = found.get(key) ?? { metric, bucket, events: 0, quantity: 0n, cost: 0n, firstNo: null, lastNo: null, adjustments: [] };
    found.set(key, { ...figure, adjustments: [...figure.adjustments, adjustment] });
  }
  return [...found.values()].sort((a, b) =>
    a.metric.metric < b.metric.metric ? -1 : a.metric.metric > b.metric.metric ? 1 : a.bucket - b.bucket,
  );
}

/** Rows of buckets that lie far from each other: one look-up each, for the tables are in the order of time. */
function bucketRows(db: StoreDb, table: string, column: string, from: number, to: number, tenantNo: number, metricNo?: number): ExactRow[] {
  const params: SqlValue[] = [from, to, tenantNo, ...(metricNo === undefined ? [] : [metricNo])];
  return db.allExact<ExactRow>(
    `WITH RECURSIVE b (n) AS (VALUES (?) UNION ALL SELECT n + 1 FROM b WHERE n + 1 < ?)
     SELECT u.metric_no, u.${column} AS bucket, u.events, u.giga, u.units, u.nano, u.atto, u.first_no, u.last_no, u.mark
     FROM b CROSS JOIN ${table} u ON u.${column} = b.n AND u.tenant_no = ?${metricNo === undefined ? '' : ' AND u.metric_no = ?'}`,
    params,
  );
}

/** UNIQUE_COUNT and COUNT count; everything else is limbs. */
export const valueOf = (metric: CatalogueMetric, row: { giga: bigint; units: bigint; nano: bigint; atto: bigint }): bigint =>
  metric.aggregation === 'TIME_WEIGHTED' ? 0n : attosOf(row);

/** What a quantity costs by the price of its month; nothing before the first price. */
export const costOf = (metric: CatalogueMetric, month: number, quantity: bigint): bigint => {
  const cost = costVersion(metric, month);
  return cost === null ? 0n : mulExact(quantity, cost.perUnit);
};

// --- time-weighted ---------------------------------------------------------------------------------------------------

function weightedMetrics(db: StoreDb, catalogue: Catalogue, tenantNo: number, metricNo?: number): CatalogueMetric[] {
  return [...catalogue.byNo.values()].filter(
    (metric) =>
      metric.aggregation === 'TIME_WEIGHTED' &&
      (metricNo === undefined || metric.metricNo === metricNo) &&
      db.get('SELECT 1 FROM usage_series WHERE tenant_no = ? AND metric_no = ? LIMIT 1', [tenantNo, metric.metricNo]) !== undefined,
  );
}

/** Sum of the changes in buckets of a grain, half-open. */
function changes(db: StoreDb, grain: Grain, from: number, to: number, tenantNo: number, metricNo: number): bigint {
  return bucketRows(db, TABLE_OF[grain], grain, from, to, tenantNo, metricNo).reduce((sum, row) => sum + attosOf(row), 0n);
}

/** The level at the beginning of a bucket: all changes before it, by months, then days, then hours. */
export function levelAt(db: StoreDb, grain: Grain, bucket: number, tenantNo: number, metricNo: number): bigint {
  const startMs = BUCKETS[grain].startMs(bucket);
  const month = monthOf(startMs);
  const { first } = db.get<{ first: number | null }>('SELECT min(month) AS first FROM usage_months')!;
  let level = first === null || first >= month ? 0n : changes(db, 'month', first, month, tenantNo, metricNo);
  if (grain === 'month') return level;
  const day = BUCKETS.day.of(startMs);
  const firstDay = BUCKETS.day.of(monthStartMs(month));
  if (day > firstDay) level += changes(db, 'day', firstDay, day, tenantNo, metricNo);
  if (grain === 'day') return level;
  return bucket > day * 24 ? level + changes(db, 'hour', day * 24, bucket, tenantNo, metricNo) : level;
}

/** The part of a closed month's figure that came late, in attos × nanoseconds: the closed figure is without it. */
const lateWeight = (db: StoreDb, tenantNo: number, metricNo: number, original: number): bigint =>
  db
    .all<{ mark: string }>('SELECT mark FROM usage_adjustments WHERE tenant_no = ? AND metric_no = ? AND original = ?', [
      tenantNo,
      metricNo,
      original,
    ])
    .reduce((sum, { mark }) => sum + BigInt(mark), 0n);

function* weightedFigures(
  db: StoreDb,
  metric: CatalogueMetric,
  { tenantNo, grain, from, to, now }: FiguresRequest,
  rows: ReadonlyMap<number, ExactRow>,
): Generator<UsageFigure> {
  const present = BUCKETS[grain].of(Date.parse(now));
  let level = levelAt(db, grain, from, tenantNo, metric.metricNo);
  const adjusted = new Set(
    db
      .all<{ original: number }>('SELECT DISTINCT original FROM usage_adjustments WHERE tenant_no = ? AND metric_no = ?', [
        tenantNo,
        metric.metricNo,
      ])
      .map(({ original }) => original),
  );
  for (let bucket = from; bucket < to; bucket += 1) {
    const row = rows.get(bucket);
    const month = monthOf(BUCKETS[grain].startMs(bucket));
    let weight = level * bucketNs(grain, bucket) + BigInt(row?.mark ?? '0');
    if (row !== undefined) level += attosOf(row);
    // The figure of a closed month, and of its days and hours, is without what came late.
    if (adjusted.has(month))
      weight =
        grain === 'month'
          ? weight - lateWeight(db, tenantNo, metric.metricNo, month)
          : areaOfSamples(db, tenantNo, metric.metricNo, grain, bucket);
    // What is still to come is not told, unless an event is already there.
    if (row === undefined && (weight === 0n || bucket > present)) continue;
    const cost = costVersion(metric, month);
    yield {
      metric,
      bucket,
      events: Number(row?.events ?? 0n),
      quantity: meanOf(weight, grain, bucket),
      cost: cost === null ? 0n : meanCost(weight, grain, bucket, cost.perUnit),
      firstNo: row === undefined ? null : Number(row.first_no),
      lastNo: row === undefined ? null : Number(row.last_no),
      adjustments: [],
    };
  }
}

// --- adjustments -----------------------------------------------------------------------------------------------------

interface AdjustmentRow extends ExactRow {
  readonly original: bigint;
}

function adjustmentsOf(db: StoreDb, catalogue: Catalogue, request: FiguresRequest): [number, UsageAdjustment, CatalogueMetric][] {
  const { tenantNo, grain, from, to, metricNo } = request;
  // The months that begin within the buckets.
  const firstMonth = monthOf(BUCKETS[grain].startMs(from) - 1) + 1;
  const endMonth = monthOf(BUCKETS[grain].startMs(to) - 1) + 1;
  if (endMonth <= firstMonth) return [];
  const rows = db.allExact<AdjustmentRow>(
    `WITH RECURSIVE b (n) AS (VALUES (?) UNION ALL SELECT n + 1 FROM b WHERE n + 1 < ?)
     SELECT u.month AS bucket, u.metric_no, u.original, u.events, u.giga, u.units, u.nano, u.atto, u.first_no, u.last_no, u.mark
     FROM b CROSS JOIN usage_adjustments u ON u.month = b.n AND u.tenant_no = ?${metricNo === undefined ? '' : ' AND u.metric_no = ?'}`,
    [firstMonth, endMonth, tenantNo, ...(metricNo === undefined ? [] : [metricNo])],
  );
  return rows.filter(tells).map((row) => {
    const metric = catalogue.byNo.get(Number(row.metric_no))!;
    return [Number(row.bucket), adjustmentOf(metric, row), metric];
  });
}

/** Late samples of which one takes back what another did leave a month as it was: then nothing is to be told of it. */
const tells = ({ events, mark }: Pick<AdjustmentRow, 'events' | 'mark'>): boolean => events > 0n || mark !== '0';

export function adjustmentOf(
  metric: CatalogueMetric,
  row: Pick<AdjustmentRow, 'original' | 'events' | 'giga' | 'units' | 'nano' | 'atto' | 'first_no' | 'last_no' | 'mark'>,
): UsageAdjustment {
  const original = Number(row.original);
  const cost = costVersion(metric, original);
  const isWeighted = metric.aggregation === 'TIME_WEIGHTED';
  const weight = isWeighted ? BigInt(row.mark ?? '0') : 0n;
  const quantity = isWeighted ? meanOf(weight, 'month', original) : attosOf(row);
  return {
    original,
    events: Number(row.events),
    quantity,
    cost: cost === null ? 0n : isWeighted ? meanCost(weight, 'month', original, cost.perUnit) : mulExact(quantity, cost.perUnit),
    firstNo: Number(row.first_no),
    lastNo: Number(row.last_no),
  };
}

// --- all tenants of a month ------------------------------------------------------------------------------------------

export interface MonthTotal {
  readonly tenantNo: number;
  readonly metricNo: number;
  readonly metric: string;
  readonly events: number;
  /** The month's own figure and the adjustments it takes, together: what is charged with this month. */
  readonly quantity: bigint;
  readonly costEstimate: bigint;
  /** The month's own figure. */
  readonly own: { readonly quantity: bigint; readonly cost: bigint };
  readonly adjustments: readonly UsageAdjustment[];
}

/**
 * What all tenants used in a month, whoever asks: unscoped. Attos.
 * @param month `2026-05`
 * @throws RangeError where it is no month
 */
export function monthTotals(db: StoreDb, month: string): MonthTotal[] {
  const at = parseMonth(month);
  if (at === null) throw new RangeError(`“${month}” is no month`);
  const catalogue = metricCatalogue(db);
  const weighted = [...catalogue.byNo.values()]
    .filter(({ aggregation }) => aggregation === 'TIME_WEIGHTED')
    .map(({ metricNo }) => metricNo);
  const made = new Map<
    string,
    { tenantNo: number; metric: CatalogueMetric; events: number; weight: bigint; quantity: bigint; adjustments: UsageAdjustment[] }
  >();
  const entry = (tenantNo: number, metricNo: number) => {
    const key = `${tenantNo} ${metricNo}`;
    let found = made.get(key);
    if (found === undefined) {
      found = { tenantNo, metric: catalogue.byNo.get(metricNo)!, events: 0, weight: 0n, quantity: 0n, adjustments: [] };
      made.set(key, found);
    }
    return found;
  };
  const length = bucketNs('month', at);
  if (weighted.length > 0) {
    const levels = db.allExact<{ tenant_no: bigint; metric_no: bigint; giga: bigint; units: bigint; nano: bigint; atto: bigint }>(
      `SELECT tenant_no, metric_no, sum(giga) AS giga, sum(units) AS units, sum(nano) AS nano, sum(atto) AS atto FROM usage_months
       WHERE month < ? AND metric_no IN (${weighted.map(() => '?').join(', ')}) GROUP BY tenant_no, metric_no`,
      [at, ...weighted],
    );
    for (const row of levels) {
      const level = attosOf(row);
      if (level !== 0n) entry(Number(row.tenant_no), Number(row.metric_no)).weight += level * length;
    }
    for (const row of db.all<{ tenant_no: number; metric_no: number; mark: string }>(
      `SELECT tenant_no, metric_no, mark FROM usage_adjustments WHERE original = ? AND metric_no IN (${weighted.map(() => '?').join(', ')})`,
      [at, ...weighted],
    ))
      entry(row.tenant_no, row.metric_no).weight -= BigInt(row.mark);
  }
  for (const row of db.allExact<ExactRow & { tenant_no: bigint }>('SELECT * FROM usage_months WHERE month = ?', [at])) {
    const found = entry(Number(row.tenant_no), Number(row.metric_no));
    found.events += Number(row.events);
    if (found.metric.aggregation === 'TIME_WEIGHTED') found.weight += BigInt(row.mark ?? '0');
    else found.quantity += valueOf(found.metric, row);
  }
  for (const row of db
    .allExact<AdjustmentRow & { tenant_no: bigint }>('SELECT * FROM usage_adjustments WHERE month = ?', [at])
    .filter(tells)) {
    const found = entry(Number(row.tenant_no), Number(row.metric_no));
    found.adjustments.push(adjustmentOf(found.metric, row));
  }
  return [...made.values()]
    .map(({ tenantNo, metric, events, weight, quantity, adjustments }): MonthTotal => {
      const perUnit = costVersion(metric, at)?.perUnit ?? 0n;
      const isWeighted = metric.aggregation === 'TIME_WEIGHTED';
      const own = isWeighted
        ? { quantity: roundHalfEven(weight, length), cost: roundHalfEven(weight * perUnit, length * ONE) }
        : { quantity, cost: mulExact(quantity, perUnit) };
      return {
        tenantNo,
        metricNo: metric.metricNo,
        metric: metric.metric,
        events,
        quantity: adjustments.reduce((sum, each) => sum + each.quantity, own.quantity),
        costEstimate: adjustments.reduce((sum, each) => sum + each.cost, own.cost),
        own,
        adjustments,
      };
    })
    .sort((a, b) => a.tenantNo - b.tenantNo || a.metricNo - b.metricNo);
}

import type { metering, MetricUse, UsageConservation, UsageRow } from '../../src-shared/contract/metering.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { isScoped, type QueryMap, type SqlValue, type StoreDb } from '../store/index.ts';
import { scopeSql, visibleTenant } from '../tenants/index.ts';
import { type Catalogue, type CatalogueMetric, costVersion, metricCatalogue } from './catalogue.ts';
import { closesAtMs, meteringSettings, periodState } from './periods.ts';
import { attosOf } from './quantity-reader.ts';
import { figuresOf, type MonthTotal, monthTotals, type UsageFigure } from './usage-figures.ts';
import { BUCKETS, DAY_MS, type Grain, isoSecond, monthOf, monthStartMs, monthText, parseMonth } from './usage-time.ts';

/** What faces ask of usage. Every read keeps to the scope of who asks. */

export const USD = 'USD';
export const usd = (attos: bigint): { amount: string; currency: string } => ({ amount: formatExact(attos), currency: USD });
const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Rows of one page: whole tenants, so it may be more. */
const PAGE_ROWS = 5_000;
/** Periods one report may span; more are asked for in parts. */
const MOST_BUCKETS: Readonly<Record<Grain, number>> = { hour: 2_300, day: 3_700, month: 2_400 };

export interface ReportArgs {
  readonly tenantId: string | null;
  readonly metric: string | null;
  readonly from: string;
  readonly to: string;
  readonly by: Grain;
  /** The last tenant of the page before. */
  readonly after: string | null;
  readonly now: string;
}

/** A bucket by the moment at which it begins. @throws AppError BAD_INPUT where none begins there */
export function bucketAt(by: Grain, text: string): number {
  const ms = Date.parse(text);
  const bucket = BUCKETS[by].of(ms);
  if (BUCKETS[by].startMs(bucket) === ms) return bucket;
  throw new AppError('BAD_INPUT', `No ${by} begins at ${text}.`, {
    nextStep: `Give the beginning of a UTC ${by}, such as ${isoSecond(BUCKETS[by].startMs(bucket))}.`,
  });
}

const metricNamed = (catalogue: Catalogue, name: string): CatalogueMetric => {
  const metric = catalogue.byName.get(name);
  if (metric !== undefined) return metric;
  throw new AppError('NOT_FOUND', `No catalogue declares the metric ${name}.`, {
    nextStep: 'Look for it in the list of metrics.',
    details: { metric: name },
  });
};

export const reportRow = (tenantId: string, by: Grain, figure: UsageFigure): UsageRow => ({
  tenant_id: tenantId,
  metric: figure.metric.metric,
  period_start: isoSecond(BUCKETS[by].startMs(figure.bucket)),
  quantity: formatExact(figure.quantity),
  unit: figure.metric.newest.unit,
  cost_estimate: formatExact(figure.cost),
  adjustments: figure.adjustments.map(({ original, quantity, cost, events }) => ({
    original_period: isoSecond(monthStartMs(original)),
    quantity: formatExact(quantity),
    cost_estimate: formatExact(cost),
    events,
  })),
});

/** The rows of the report of one tenant, by metric and period: unscoped, for rules and exports. */
export function tenantUsage(
  db: StoreDb,
  args: {
    readonly tenantId: string;
    readonly by: Grain;
    readonly from: string;
    readonly to: string;
    readonly metric?: string;
    readonly now: string;
  },
): UsageRow[] {
  const tenant = db.get<{ tenant_no: number }>('SELECT tenant_no FROM tenants WHERE tenant_id = ?', [args.tenantId]);
  if (tenant === undefined) return [];
  const catalogue = metricCatalogue(db);
  return figuresOf(db, catalogue, {
    tenantNo: tenant.tenant_no,
    grain: args.by,
    from: bucketAt(args.by, args.from),
    to: bucketAt(args.by, args.to),
    metricNo: args.metric === undefined ? undefined : metricNamed(catalogue, args.metric).metricNo,
    now: args.now,
  }).map((figure) => reportRow(args.tenantId, args.by, figure));
}

/** What a tenant used of each metric in a month, in attos: one look-up a metric. Unscoped. */
export function tenantMonth(db: StoreDb, tenantNo: number, month: number, now: string, catalogue = metricCatalogue(db)): UsageFigure[] {
  return figuresOf(db, catalogue, { tenantNo, grain: 'month', from: month, to: month + 1, now });
}

/** The account of everything that was delivered, of the tenants that may be seen; with `tenantNo`, of one. */
export function conservationOf(db: StoreDb, tenantNo: number | null): UsageConservation {
  const scoped = isScoped(db.scope);
  const where = (alias: string): string =>
    `${tenantNo === null ? '' : ` AND ${alias}.tenant_no = ${tenantNo}`}${
      scoped ? ` AND ${alias}.tenant_no IN (SELECT t.tenant_no FROM tenants t WHERE TRUE${scopeSql(db, 't')})` : ''
    }`;
  const counts = db.get<Omit<UsageConservation, 'aggregated'>>(
    `SELECT coalesce(sum(received), 0) AS received, coalesce(sum(accepted), 0) AS accepted, coalesce(sum(duplicate), 0) AS duplicate,
       coalesce(sum(conflict), 0) AS conflict, coalesce(sum(late), 0) AS late, coalesce(sum(quarantined), 0) AS quarantined
     FROM usage_counts c WHERE TRUE${where('c')}`,
  )!;
  // Counted in the rollups themselves, which know nothing of the account above.
  const { aggregated } = db.get<{ aggregated: number }>(
    `SELECT coalesce((SELECT sum(events) FROM usage_months m WHERE TRUE${where('m')}), 0)
       + coalesce((SELECT sum(events) FROM usage_adjustments a WHERE TRUE${where('a')}), 0) AS aggregated`,
  )!;
  return { ...counts, aggregated };
}

/** The month's own figure and the days of one metric, as screens show them. */
function useOf(metric: CatalogueMetric, month: number, own: UsageFigure | undefined, days: MetricUse['days']): MetricUse {
  const cost = costVersion(metric, month);
  const adjustments = own?.adjustments ?? [];
  return {
    metric: metric.metric,
    title: metric.newest.title,
    unit: metric.newest.unit,
    aggregation: metric.aggregation,
    quantity: formatExact(own?.quantity ?? 0n),
    cost: usd(own?.cost ?? 0n),
    events: own?.events ?? 0,
    costVersion: cost?.version.version ?? null,
    costPerUnit: cost?.version.costPerUnit ?? null,
    adjustments: {
      quantity: formatExact(adjustments.reduce((sum, { quantity }) => sum + quantity, 0n)),
      cost: usd(adjustments.reduce((sum, each) => sum + each.cost, 0n)),
      events: adjustments.reduce((sum, { events }) => sum + events, 0),
      months: adjustments.map(({ original }) => monthText(original)),
    },
    days,
  };
}

export const usageReads = {
  'usage.report': (db: StoreDb, args: ReportArgs): { rows: UsageRow[]; next: string | null; conservation: UsageConservation } => {
    const catalogue = metricCatalogue(db);
    const metricNo = args.metric === null ? undefined : metricNamed(catalogue, args.metric).metricNo;
    const [from, to] = [bucketAt(args.by, args.from), bucketAt(args.by, args.to)];
    if (to - from > MOST_BUCKETS[args.by])
      throw new AppError('BAD_INPUT', `The report spans ${to - from} ${args.by}s; ${MOST_BUCKETS[args.by]} are the most.`, {
        nextStep: 'Ask for a shorter time, or for a coarser period.',
      });
    const one = args.tenantId === null ? null : visibleTenant(db, args.tenantId);
    const rows: UsageRow[] = [];
    let next: string | null = null;
    const take = (tenantNo: number, tenantId: string): void => {
      for (const figure of figuresOf(db, catalogue, { tenantNo, grain: args.by, from, to, metricNo, now: args.now }))
        rows.push(reportRow(tenantId, args.by, figure));
    };
    if (one !== null) take(one.tenantNo, one.tenantId);
    else {
      const params: SqlValue[] = [args.after ?? ''];
      const tenants = db.iterate<{ tenant_no: number; tenant_id: string }>(
        `SELECT t.tenant_no, t.tenant_id FROM tenants t WHERE t.tenant_id > ?${scopeSql(db, 't')}
           AND EXISTS (SELECT 1 FROM usage_series s WHERE s.tenant_no = t.tenant_no) ORDER BY t.tenant_id`,
        params,
      );
      let last: string | null = null;
      for (const { tenant_no, tenant_id } of tenants) {
        if (rows.length >= PAGE_ROWS) {
          next = last;
          break;
        }
        take(tenant_no, tenant_id);
        last = tenant_id;
      }
    }
    return { rows, next, conservation: conservationOf(db, one?.tenantNo ?? null) };
  },
  'usage.tenant': (
    db: StoreDb,
    args: { tenantId: string; month: string | null; days: number; now: string },
  ): OutputOf<typeof metering, 'usage.tenant'> => {
    const { tenantNo, tenantId } = visibleTenant(db, args.tenantId);
    const catalogue = metricCatalogue(db);
    const nowMs = Date.parse(args.now);
    const month = args.month === null ? monthOf(nowMs) : parseMonth(args.month)!;
    const own = new Map(tenantMonth(db, tenantNo, month, args.now, catalogue).map((figure) => [figure.metric.metricNo, figure]));
    const endDay = month === monthOf(nowMs) ? BUCKETS.day.of(nowMs) + 1 : BUCKETS.day.of(monthStartMs(month + 1));
    const fromDay = Math.max(0, endDay - args.days);
    const byMetric = new Map<number, Map<number, UsageFigure>>();
    for (const figure of figuresOf(db, catalogue, { tenantNo, grain: 'day', from: fromDay, to: endDay, now: args.now })) {
      const days = byMetric.get(figure.metric.metricNo) ?? new Map<number, UsageFigure>();
      days.set(figure.bucket, figure);
      byMetric.set(figure.metric.metricNo, days);
    }
    const metrics = [...catalogue.byNo.values()]
      .filter(({ metricNo }) => own.has(metricNo) || byMetric.has(metricNo))
      .map((metric) =>
        useOf(
          metric,
          month,
          own.get(metric.metricNo),
          Array.from({ length: endDay - fromDay }, (_, i) => {
            const figure = byMetric.get(metric.metricNo)?.get(fromDay + i);
            return { day: isoDay(fromDay + i), quantity: formatExact(figure?.quantity ?? 0n), events: figure?.events ?? 0 };
          }),
        ),
      );
    const cost = [...own.values()].reduce(
      (sum, figure) => figure.adjustments.reduce((all, each) => all + each.cost, sum + figure.cost),
      0n,
    );
    const last = db.get<{ at: number | null }>(
      `SELECT max(e.at_ms) AS at FROM usage_events e WHERE e.ingest_no IN (SELECT last_no FROM usage_months WHERE month IN (?, ?) AND tenant_no = ?)`,
      [month, month - 1, tenantNo],
    )!;
    return {
      tenantId,
      month: monthText(month),
      state: periodState(db, month, args.now),
      metrics,
      cost: usd(cost),
      lastEventAt: last.at === null ? null : new Date(last.at).toISOString(),
      conservation: conservationOf(db, tenantNo),
    };
  },
  'usage.overview': (db: StoreDb, args: { month: string | null; now: string }): OutputOf<typeof metering, 'usage.overview'> => {
    const catalogue = metricCatalogue(db);
    const month = args.month === null ? monthOf(Date.parse(args.now)) : parseMonth(args.month)!;
    const seen = isScoped(db.scope)
      ? new Set(db.all<{ n: number }>(`SELECT t.tenant_no AS n FROM tenants t WHERE TRUE${scopeSql(db, 't')}`).map(({ n }) => n))
      : null;
    const totals = visibleTotals(db, monthText(month), seen);
    const before = visibleTotals(db, monthText(month - 1), seen);
    const costOfAll = (all: readonly MonthTotal[]): bigint => all.reduce((sum, { costEstimate }) => sum + costEstimate, 0n);
    const byTenant = new Map<number, bigint>();
    for (const { tenantNo, costEstimate } of totals) byTenant.set(tenantNo, (byTenant.get(tenantNo) ?? 0n) + costEstimate);
    const top = [...byTenant].sort(([a, x], [b, y]) => (y > x ? 1 : y < x ? -1 : a - b)).slice(0, 10);
    const { lateWindowHours } = meteringSettings(db);
    const taken = db.get<{ at: string | null }>('SELECT at FROM usage_batches WHERE last_no >= first_no ORDER BY batch_no DESC LIMIT 1');
    return {
      month: monthText(month),
      state: periodState(db, month, args.now),
      closesAt: isoSecond(closesAtMs(month, lateWindowHours)),
      metrics: [...catalogue.byNo.values()].flatMap((metric) => {
        const own = totals.filter(({ metricNo }) => metricNo === metric.metricNo);
        if (own.length === 0) return [];
        const adds = ADDS_OVER_TENANTS.has(metric.aggregation);
        return [
          {
            metric: metric.metric,
            title: metric.newest.title,
            unit: metric.newest.unit,
            aggregation: metric.aggregation,
            quantity: adds ? formatExact(own.reduce((sum, each) => sum + each.own.quantity, 0n)) : null,
            cost: usd(costOfAll(own)),
            events: own.reduce((sum, { events }) => sum + events, 0),
            tenants: own.length,
            adjustmentEvents: own.reduce((sum, { adjustments }) => adjustments.reduce((all, { events }) => all + events, sum), 0),
            days: daysOfAll(db, metric, month, args.now, seen),
          },
        ];
      }),
      cost: usd(costOfAll(totals)),
      costBefore: usd(costOfAll(before)),
      events: totals.reduce((sum, { events }) => sum + events, 0),
      conservation: conservationOf(db, null),
      lastTakenAt: taken?.at ?? null,
      topTenants: top.map(([tenantNo, cost]) => {
        const { tenant_id: tenantId, name } = db.get<{ tenant_id: string; name: string }>(
          'SELECT tenant_id, name FROM tenants WHERE tenant_no = ?',
          [tenantNo],
        )!;
        return { tenantId, name, cost: usd(cost) };
      }),
    };
  },
} satisfies QueryMap;

/** Usage of different tenants may be added; a maximum, a count of different values or a last value may not. */
const ADDS_OVER_TENANTS: ReadonlySet<string> = new Set(['SUM', 'COUNT', 'TIME_WEIGHTED']);

const visibleTotals = (db: StoreDb, month: string, seen: ReadonlySet<number> | null): MonthTotal[] =>
  monthTotals(db, month).filter(({ tenantNo }) => seen === null || seen.has(tenantNo));

/** A month's days over all tenants. The levels of a time-weighted metric are not told day by day here: quantity null. */
function daysOfAll(
  db: StoreDb,
  metric: CatalogueMetric,
  month: number,
  now: string,
  seen: ReadonlySet<number> | null,
): { day: string; quantity: string | null; events: number }[] {
  const from = BUCKETS.day.of(monthStartMs(month));
  const to = Math.min(BUCKETS.day.of(monthStartMs(month + 1)), BUCKETS.day.of(Date.parse(now)) + 1);
  const adds = metric.aggregation === 'SUM' || metric.aggregation === 'COUNT';
  const rows = db.allExact<{ day: bigint; events: bigint; giga: bigint; units: bigint; nano: bigint; atto: bigint }>(
    `SELECT day, sum(events) AS events, sum(giga) AS giga, sum(units) AS units, sum(nano) AS nano, sum(atto) AS atto FROM usage_days d
     WHERE day >= ? AND day < ? AND metric_no = ?${seen === null ? '' : ` AND d.tenant_no IN (SELECT t.tenant_no FROM tenants t WHERE TRUE${scopeSql(db, 't')})`}
     GROUP BY day`,
    [from, to, metric.metricNo],
  );
  const byDay = new Map(rows.map((row) => [Number(row.day), row]));
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => {
    const row = byDay.get(from + i);
    return {
      day: isoDay(from + i),
      quantity: adds ? formatExact(row === undefined ? 0n : attosOf(row)) : null,
      events: Number(row?.events ?? 0n),
    };
  });
}

import { formatExact } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import { type CatalogueMetric, metricCatalogue } from '../catalogue.ts';
import { attosOf } from '../quantity-reader.ts';
import { LIMB_COLUMNS, type RollupRow } from '../rollup-tables.ts';
import { meanOf } from '../time-weighted.ts';
import { DAY_MS, monthOf, monthText } from '../usage-time.ts';
import { periodFigure } from './period-figure.ts';

/** The stored figures that a run of events touches, before and after: what a backfill changes, cell by cell. */

export interface TouchedCell {
  readonly tenantNo: number;
  readonly metricNo: number;
  /** Days since 1970; null for an adjustment. */
  readonly day: number | null;
  /** Of an adjustment: the month it is of and the month that takes it. */
  readonly original: number | null;
  readonly month: number | null;
}

/** Days (half-open) and adjustments that hold an event from this ingest number on. */
export function touchedCells(db: StoreDb, { fromDay, toDay, firstNo }: { fromDay: number; toDay: number; firstNo: number }): TouchedCell[] {
  const days = db.all<{ day: number; tenant_no: number; metric_no: number }>(
    'SELECT day, tenant_no, metric_no FROM usage_days WHERE day >= ? AND day < ? AND last_no >= ?',
    [fromDay, toDay, firstNo],
  );
  const late = db.all<{ month: number; tenant_no: number; metric_no: number; original: number }>(
    'SELECT month, tenant_no, metric_no, original FROM usage_adjustments WHERE last_no >= ? AND original BETWEEN ? AND ?',
    [firstNo, monthOf(fromDay * DAY_MS), monthOf(toDay * DAY_MS)],
  );
  return [
    ...days.map((row): TouchedCell => ({ tenantNo: row.tenant_no, metricNo: row.metric_no, day: row.day, original: null, month: null })),
    ...late.map((row): TouchedCell => ({
      tenantNo: row.tenant_no,
      metricNo: row.metric_no,
      day: null,
      original: row.original,
      month: row.month,
    })),
  ];
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The figure of a cell as it stands, in attos. */
export function cellFigure(db: StoreDb, metric: CatalogueMetric, cell: TouchedCell): bigint {
  if (cell.day !== null) return periodFigure(db, cell.tenantNo, metric, 'day', dayText(cell.day));
  const row = db.get<RollupRow>(
    `SELECT ${LIMB_COLUMNS} FROM usage_adjustments WHERE month = ? AND tenant_no = ? AND metric_no = ? AND original = ?`,
    [cell.month, cell.tenantNo, cell.metricNo, cell.original],
  );
  if (row === undefined) return 0n;
  return metric.aggregation === 'TIME_WEIGHTED' ? meanOf(BigInt(row.mark ?? '0'), 'month', cell.original ?? 0) : attosOf(row);
}

export interface CellChange {
  readonly tenantNo: number;
  readonly metric: string;
  /** `2026-05-17`, or `2026-05` for an adjustment. */
  readonly period: string;
  /** The month that takes the adjustment; null where the event counts for its own day. */
  readonly adjusts: string | null;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
}

/** What differs between two readings of the same cells, the largest difference first. */
export function changesOf(db: StoreDb, cells: readonly TouchedCell[], before: readonly bigint[], after: readonly bigint[]): CellChange[] {
  const { byNo } = metricCatalogue(db);
  const found: (CellChange & { readonly size: bigint })[] = [];
  for (const [at, cell] of cells.entries()) {
    const [was, is] = [before[at]!, after[at]!];
    if (was === is) continue;
    const difference = is - was;
    found.push({
      tenantNo: cell.tenantNo,
      metric: byNo.get(cell.metricNo)!.metric,
      period: cell.day === null ? monthText(cell.original ?? 0) : dayText(cell.day),
      adjusts: cell.month === null ? null : monthText(cell.month),
      before: formatExact(was),
      after: formatExact(is),
      difference: formatExact(difference),
      size: difference < 0n ? -difference : difference,
    });
  }
  found.sort((a, b) =>
    a.size < b.size
      ? 1
      : a.size > b.size
        ? -1
        : a.period.localeCompare(b.period) || a.tenantNo - b.tenantNo || a.metric.localeCompare(b.metric),
  );
  return found.map(({ size: _size, ...change }) => change);
}

/** The figures of cells, in their order. */
export function figuresOf(db: StoreDb, cells: readonly TouchedCell[]): bigint[] {
  const { byNo } = metricCatalogue(db);
  return cells.map((cell) => cellFigure(db, byNo.get(cell.metricNo)!, cell));
}

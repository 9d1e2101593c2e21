import { fromLimbs, ONE } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import type { CatalogueMetric } from '../catalogue.ts';
import { bucketNs, nsBetween } from '../time-weighted.ts';
import { BUCKETS, DAY_MS } from '../usage-time.ts';

/**
 * Usage of single days, made again from nothing but events. On purpose another way than the one that wrote it: no hours, no
 * sums in limbs, no merging; every event of a cell is looked at in plain bigint.
 */

export interface CellKey {
  /** Days since 1970. */
  readonly day: number;
  readonly tenantNo: number;
  readonly metricNo: number;
}

export interface CellFigure {
  readonly events: number;
  /** In attos. Time-weighted: Σ change within the day × nanoseconds to its end, in attos. */
  readonly figure: bigint;
}

export interface SampledCell extends CellKey {
  /** The ingest numbers between which its events lie. */
  readonly firstNo: number;
  readonly lastNo: number;
}

export interface RecomputeOptions {
  /** Called every few thousand events; throws to stop. */
  readonly onProgress: (events: number) => void;
  /** Ingest numbers that no longer count, as half-open ranges in ascending order. */
  readonly reversed: readonly (readonly [from: number, to: number])[];
}

export interface Recomputed {
  /** In the order of the cells. */
  readonly figures: readonly CellFigure[];
  readonly eventsRead: number;
}

interface Series {
  readonly cells: Map<number, Gathered>;
  readonly counted: string;
  readonly metric: CatalogueMetric;
}

/** What is known of a cell while its events come by. */
interface Gathered {
  events: number;
  figure: bigint;
  mark: string;
  readonly values: Set<string>;
}

interface EventRow {
  readonly ingest_no: bigint;
  readonly series_no: bigint;
  readonly emitter_no: bigint;
  readonly event_id: string;
  readonly at_ms: bigint;
  readonly at_ns: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
  readonly adjusts: bigint | null;
}

const COLUMNS = 'ingest_no, series_no, emitter_no, event_id, at_ms, at_ns, units, nano, atto, adjusts';
const REPORT_EVERY = 4_096;
const keyOf = ({ tenantNo, metricNo }: Pick<CellKey, 'tenantNo' | 'metricNo'>): string => `${tenantNo} ${metricNo}`;

/** Recomputes the cells. Each event between the first and the last number of a cell is read once, whatever the number of cells. */
export function recomputeCells(
  db: StoreDb,
  cells: readonly SampledCell[],
  metrics: ReadonlyMap<number, CatalogueMetric>,
  { onProgress, reversed }: RecomputeOptions,
): Recomputed {
  const gathered = cells.map((): Gathered => ({ events: 0, figure: 0n, mark: '', values: new Set() }));
  const isReversed = within(reversed);
  let eventsRead = 0;
  const read = (): void => {
    eventsRead += 1;
    if (eventsRead % REPORT_EVERY === 0) onProgress(eventsRead);
  };

  const plain: number[] = [];
  const weighted: number[] = [];
  for (const [at, cell] of cells.entries()) (metrics.get(cell.metricNo)?.aggregation === 'TIME_WEIGHTED' ? weighted : plain).push(at);

  const series = seriesOf(
    db,
    plain.map((at) => ({ cell: cells[at]!, into: gathered[at]! })),
    metrics,
  );
  const emitters = new Map(
    db
      .all<{ emitter_no: number; emitter: string }>('SELECT emitter_no, emitter FROM usage_emitters')
      .map((row) => [row.emitter_no, row.emitter]),
  );
  for (const [from, to] of unionOf(plain.map((at) => cells[at]!))) {
    const rows = db.raw
      .prepare<[number, number], EventRow>(`SELECT ${COLUMNS} FROM usage_events WHERE ingest_no BETWEEN ? AND ? AND adjusts IS NULL`)
      .safeIntegers(true);
    for (const row of rows.iterate(from, to)) {
      read();
      const known = series.get(Number(row.series_no));
      if (known === undefined || isReversed(Number(row.ingest_no))) continue;
      const into = known.cells.get(Math.floor(Number(row.at_ms) / DAY_MS));
      if (into !== undefined) take(into, known, row, emitters.get(Number(row.emitter_no)) ?? '');
    }
  }
  for (const at of plain) {
    const metric = metrics.get(cells[at]!.metricNo);
    const cell = gathered[at]!;
    if (metric?.aggregation === 'UNIQUE_COUNT') cell.figure = BigInt(cell.values.size) * ONE;
    if (metric?.aggregation === 'COUNT') cell.figure = BigInt(cell.events) * ONE;
  }

  const samples = new Map<string, Sample[][]>();
  for (const at of weighted) {
    const cell = cells[at]!;
    let all = samples.get(keyOf(cell));
    if (all === undefined) {
      all = samplesOf(db, cell, isReversed, read);
      samples.set(keyOf(cell), all);
    }
    gatherWeighted(gathered[at]!, all, cell.day);
  }
  return { figures: gathered.map(({ events, figure }) => ({ events, figure })), eventsRead };
}

function take(into: Gathered, { metric, counted }: Series, row: EventRow, emitter: string): void {
  const attos = fromLimbs(row);
  into.events += 1;
  switch (metric.aggregation) {
    case 'SUM':
      into.figure += attos;
      return;
    case 'MAX':
      if (into.events === 1 || attos > into.figure) into.figure = attos;
      return;
    case 'LATEST': {
      const mark = `${String(row.at_ms).padStart(14, '0')}${String(row.at_ns).padStart(6, '0')} ${emitter}\n${row.event_id}`;
      if (into.mark === '' || mark > into.mark) {
        into.mark = mark;
        into.figure = attos;
      }
      return;
    }
    case 'UNIQUE_COUNT':
      if (counted !== '') into.values.add(counted);
      return;
    case 'COUNT':
    case 'TIME_WEIGHTED':
  }
}

/** The series of the cells' meters, and what a UNIQUE_COUNT counts of each; '' for nothing. */
function seriesOf(
  db: StoreDb,
  wanted: readonly { readonly cell: SampledCell; readonly into: Gathered }[],
  metrics: ReadonlyMap<number, CatalogueMetric>,
): Map<number, Series> {
  const byMeter = new Map<string, Map<number, Gathered>>();
  for (const { cell, into } of wanted) {
    const days = byMeter.get(keyOf(cell)) ?? new Map<number, Gathered>();
    byMeter.set(keyOf(cell), days.set(cell.day, into));
  }
  const found = new Map<number, Series>();
  for (const [key, cells] of byMeter) {
    const [tenantNo = 0, metricNo = 0] = key.split(' ').map(Number);
    const metric = metrics.get(metricNo);
    if (metric === undefined) continue;
    for (const row of db.all<{ series_no: number; dimensions: string }>(
      'SELECT series_no, dimensions FROM usage_series WHERE tenant_no = ? AND metric_no = ?',
      [tenantNo, metricNo],
    )) {
      const { uniqueOf } = metric.newest;
      const value = uniqueOf === null ? row.dimensions : ((JSON.parse(row.dimensions) as Record<string, string>)[uniqueOf] ?? '');
      found.set(row.series_no, { cells, metric, counted: value });
    }
  }
  return found;
}

/** Ranges of ingest numbers that hold all events of the cells, without overlap. */
export function unionOf(cells: readonly Pick<SampledCell, 'firstNo' | 'lastNo'>[]): [number, number][] {
  const found: [number, number][] = [];
  for (const { firstNo, lastNo } of [...cells].sort((a, b) => a.firstNo - b.firstNo)) {
    const last = found.at(-1);
    if (last !== undefined && firstNo <= last[1] + 1) last[1] = Math.max(last[1], lastNo);
    else found.push([firstNo, lastNo]);
  }
  return found;
}

/** Whether a number lies in one of the half-open ranges, which are in ascending order. */
export const within = (ranges: readonly (readonly [from: number, to: number])[]): ((n: number) => boolean) =>
  ranges.length === 0 ? () => false : (n) => ranges.some(([from, to]) => n >= from && n < to);

interface Sample {
  readonly ms: number;
  readonly ns: number;
  readonly tie: Buffer;
  readonly attos: bigint;
  readonly late: boolean;
}

/** All samples of a meter, series by series, in the order of their time. */
function samplesOf(db: StoreDb, { tenantNo, metricNo }: CellKey, isReversed: (ingestNo: number) => boolean, read: () => void): Sample[][] {
  const wanted = new Map<number, Sample[]>(
    db
      .all<{ series_no: number }>('SELECT series_no FROM usage_series WHERE tenant_no = ? AND metric_no = ?', [tenantNo, metricNo])
      .map((row) => [row.series_no, []]),
  );
  const rows = db.raw
    .prepare<[number], EventRow & { emitter: string }>(
      `SELECT ${COLUMNS}, m.emitter FROM usage_events e JOIN usage_emitters m USING (emitter_no) WHERE e.tenant_no = ?`,
    )
    .safeIntegers(true);
  for (const row of rows.iterate(tenantNo)) {
    read();
    const into = wanted.get(Number(row.series_no));
    if (into === undefined || isReversed(Number(row.ingest_no))) continue;
    into.push({
      ms: Number(row.at_ms),
      ns: Number(row.at_ns),
      tie: Buffer.from(`${row.emitter}\n${row.event_id}`, 'utf8'),
      attos: fromLimbs(row),
      late: row.adjusts !== null,
    });
  }
  return [...wanted.values()].map((samples) => samples.sort((a, b) => a.ms - b.ms || a.ns - b.ns || Buffer.compare(a.tie, b.tie)));
}

function gatherWeighted(into: Gathered, series: readonly (readonly Sample[])[], day: number): void {
  const start = BUCKETS.day.startMs(day);
  const end = BUCKETS.day.startMs(day + 1);
  for (const samples of series) {
    let level = 0n;
    for (const { ms, ns, attos, late } of samples) {
      if (ms >= end) break;
      if (ms >= start) {
        into.figure += (attos - level) * nsBetween(ms, ns, end, 0);
        if (!late) into.events += 1;
      }
      level = attos;
    }
  }
}

/** Nanoseconds of a day, for the mean of a time-weighted figure. */
export const dayNs = (day: number): bigint => bucketNs('day', day);

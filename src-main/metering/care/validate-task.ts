import { AppError } from '../../../src-shared/kernel/errors.ts';
import { formatExact, roundHalfEven } from '../../../src-shared/kernel/quantity.ts';
import { createStoreDb, openReader, type StoreDb, type TaskContext } from '../../store/index.ts';
import { metricCatalogue, type CatalogueMetric } from '../catalogue.ts';
import { attosOf } from '../quantity-reader.ts';
import { DAY_MS } from '../usage-time.ts';
import { reversedRanges } from './reversals.ts';
import { deviationBp } from './deviation.ts';
import { type CellFigure, dayNs, recomputeCells, type SampledCell } from './recompute-cells.ts';
import { upperBound } from './sample-bound.ts';
import { secondEngineTotals, type EngineVerdict } from './second-engine.ts';
import { choosePositions, seededChance } from './seeded-sample.ts';

/**
 * Draws a random sample of stored cells (tenant × metric × day), recomputes them from their events and says what that says of
 * all cells. Everything is read in one transaction: what comes in meanwhile is not looked at.
 */

export interface ValidateInput {
  /** The database file. */
  readonly file: string;
  /** Days (YYYY-MM-DD), half-open; null: from the first, up to and with the last. */
  readonly from: string | null;
  readonly to: string | null;
  readonly sample: number;
  readonly seed: string;
  readonly confidencePercent: number;
  readonly secondEngine: boolean;
}

export interface DeviatingCell {
  readonly tenantNo: number;
  readonly metric: string;
  readonly day: string;
  readonly stored: string;
  readonly recomputed: string;
  readonly deviationBp: number;
}

export interface ValidationFound {
  readonly from: string;
  readonly to: string;
  readonly population: number;
  readonly sampled: number;
  readonly events: number;
  readonly deviating: number;
  readonly boundCells: number;
  readonly boundBp: number;
  readonly worstBp: number;
  /** The furthest first; at most `CELLS_KEPT`. */
  readonly cells: readonly DeviatingCell[];
  /** Metrics that keep no events and cannot be recomputed. */
  readonly left: readonly string[];
  readonly engine: EngineVerdict;
}

const CELLS_KEPT = 500;
const LOOK_EVERY = 8_192;

interface DayRow {
  readonly day: number;
  readonly tenant_no: number;
  readonly metric_no: number;
  readonly events: number;
  readonly giga: number;
  readonly units: number;
  readonly nano: number;
  readonly atto: number;
  readonly first_no: number;
  readonly last_no: number;
  readonly mark: string | null;
}

interface Picked extends SampledCell {
  readonly stored: CellFigure;
}

export async function validateUsage(input: ValidateInput, context: TaskContext): Promise<ValidationFound> {
  const raw = openReader(input.file);
  try {
    raw.exec('BEGIN');
    const db = createStoreDb(raw);
    return await validate(db, input, context);
  } finally {
    raw.close();
  }
}

async function validate(db: StoreDb, input: ValidateInput, context: TaskContext): Promise<ValidationFound> {
  const { byNo } = metricCatalogue(db);
  const raws = [...byNo.values()].filter(({ keeping }) => keeping === 'raw');
  const range = daysOf(db, input);
  const population = countCells(db, range, raws);
  const positions = choosePositions(population, input.sample, seededChance(input.seed));
  const cells = pickCells(db, range, raws, positions, context);
  const { figures, eventsRead } = recomputeCells(db, cells, byNo, {
    reversed: reversedRanges(db),
    onProgress: (events) => {
      stopIfCancelled(context);
      context.progress({ step: 'Recomputing', done: events, total: null, unit: 'rows' });
    },
  });
  const deviating = cells.flatMap((cell, at) => deviationOf(cell, figures[at]!, byNo.get(cell.metricNo)!));
  deviating.sort((a, b) => b.deviationBp - a.deviationBp || a.day.localeCompare(b.day) || a.tenantNo - b.tenantNo);
  const bound = upperBound({
    population,
    sample: cells.length,
    found: deviating.length,
    confidence: input.confidencePercent / 100,
  });
  const engine: EngineVerdict = input.secondEngine
    ? await secondEngineTotals(db, byNo, () => stopIfCancelled(context))
    : { verdict: 'not-asked', says: '' };
  return {
    from: dayText(range.from),
    to: dayText(range.to),
    population,
    sampled: cells.length,
    events: eventsRead,
    deviating: deviating.length,
    boundCells: bound.cells,
    boundBp: Math.ceil(bound.share * 10_000 - 1e-9),
    worstBp: deviating[0]?.deviationBp ?? 0,
    cells: deviating.slice(0, CELLS_KEPT),
    left: [...byNo.values()].filter(({ keeping }) => keeping !== 'raw').map(({ metric }) => metric),
    engine,
  };
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
const dayOfText = (text: string): number => Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY_MS);

interface Days {
  readonly from: number;
  /** Not looked at. */
  readonly to: number;
}

function daysOf(db: StoreDb, { from, to }: Pick<ValidateInput, 'from' | 'to'>): Days {
  const known = db.get<{ first: number | null; last: number | null }>('SELECT min(day) AS first, max(day) AS last FROM usage_days')!;
  return { from: from === null ? (known.first ?? 0) : dayOfText(from), to: to === null ? (known.last ?? -1) + 1 : dayOfText(to) };
}

const metricsIn = (metrics: readonly CatalogueMetric[]): string => `(${metrics.map(({ metricNo }) => metricNo).join(', ')})`;

const countCells = (db: StoreDb, { from, to }: Days, metrics: readonly CatalogueMetric[]): number =>
  db.get<{ cells: number }>(`SELECT count(*) AS cells FROM usage_days WHERE day >= ? AND day < ? AND metric_no IN ${metricsIn(metrics)}`, [
    from,
    to,
  ])!.cells;

function pickCells(
  db: StoreDb,
  { from, to }: Days,
  metrics: readonly CatalogueMetric[],
  positions: readonly number[],
  context: TaskContext,
): Picked[] {
  const picked: Picked[] = [];
  const weighted = new Set(metrics.filter(({ aggregation }) => aggregation === 'TIME_WEIGHTED').map(({ metricNo }) => metricNo));
  let at = 0;
  const rows = db.raw.prepare<[number, number], DayRow>(
    `SELECT day, tenant_no, metric_no, events, giga, units, nano, atto, first_no, last_no, mark FROM usage_days
     WHERE day >= ? AND day < ? AND metric_no IN ${metricsIn(metrics)} ORDER BY day, tenant_no, metric_no`,
  );
  for (const row of rows.iterate(from, to)) {
    if (at % LOOK_EVERY === 0) stopIfCancelled(context);
    if (positions[picked.length] === at)
      picked.push({
        day: row.day,
        tenantNo: row.tenant_no,
        metricNo: row.metric_no,
        firstNo: row.first_no,
        lastNo: row.last_no,
        stored: { events: row.events, figure: weighted.has(row.metric_no) ? BigInt(row.mark ?? '0') : attosOf(row) },
      });
    at += 1;
    if (picked.length === positions.length) break;
  }
  return picked;
}

/** Nothing where both are equal to the last digit. */
function deviationOf(cell: Picked, made: CellFigure, metric: CatalogueMetric): DeviatingCell[] {
  const { stored } = cell;
  if (stored.events === made.events && stored.figure === made.figure) return [];
  const figure = deviationBp(made.figure, stored.figure);
  const events = deviationBp(BigInt(made.events), BigInt(stored.events));
  // Time-weighted figures are shown as the mean by which the day changed.
  const shown = (attos: bigint): string =>
    formatExact(metric.aggregation === 'TIME_WEIGHTED' ? roundHalfEven(attos, dayNs(cell.day)) : attos);
  const byEvents = figure === 0;
  return [
    {
      tenantNo: cell.tenantNo,
      metric: metric.metric,
      day: dayText(cell.day),
      stored: byEvents ? String(stored.events) : shown(stored.figure),
      recomputed: byEvents ? String(made.events) : shown(made.figure),
      deviationBp: Math.max(figure, events),
    },
  ];
}

const stopIfCancelled = (context: TaskContext): void => {
  if (!context.cancelled()) return;
  throw new AppError('CANCELLED', 'The validation was cancelled; nothing was recorded.', {
    nextStep: 'Start it again when it suits.',
    retryable: true,
  });
};

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Conservation } from '../../../src-shared/contract/sources.ts';
import { formatExact, parseExact } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import { metricCatalogue } from '../catalogue.ts';
import { EventFault, EventScanner } from '../event-scanner.ts';
import { ingestEvents } from '../ingest-events.ts';
import { type IntakeRow, rowsOf } from '../intake-rows.ts';
import { DAY_MS, MomentReader } from '../usage-time.ts';
import { type CellChange, changesOf, figuresOf, touchedCells } from './backfill-cells.ts';

/**
 * A backfill looked at and applied. A preview is the application itself, taken back before it ends: what it shows is what
 * would be, by construction.
 */

export interface BackfillInput {
  readonly backfillNo: number;
  /** Days (YYYY-MM-DD), half-open. */
  readonly from: string;
  readonly to: string;
  readonly parts: readonly Uint8Array[];
  readonly now: string;
}

export interface BackfillFound {
  readonly outcomes: Conservation;
  readonly changes: readonly CellChange[];
  readonly totals: readonly { readonly metric: string; readonly unit: string; readonly difference: string }[];
  readonly problems: readonly { readonly code: string; readonly says: string; readonly times: number }[];
  readonly sha256: string;
}

export interface BackfillApplied extends BackfillFound {
  /** Ingest numbers it got; last is first − 1 where nothing was new. */
  readonly firstNo: number;
  readonly lastNo: number;
}

export const OUTSIDE_DAYS = 'OUTSIDE_DAYS';
/** What could not be taken back is not brought in. */
export const KEEPS_NO_EVENTS = 'KEEPS_NO_EVENTS';

interface Sorted {
  /** Lines within the days, and those whose time cannot be read: intake says what is wrong with them. */
  readonly lines: Buffer;
  readonly outside: number;
  /** Events of metrics that keep none. */
  readonly unkept: number;
}

/** Takes out what lies outside the days of the backfill, and what could not be reversed. */
function sortLines(db: StoreDb, { parts, from, to }: BackfillInput): Sorted {
  const { byName } = metricCatalogue(db);
  const scanner = new EventScanner();
  const moment = new MomentReader();
  const [fromMs, toMs] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  const kept: Buffer[] = [];
  let outside = 0;
  let unkept = 0;
  for (const part of parts) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    for (const row of rowsOf(bytes, 'ndjson')) {
      const read = scanned(scanner, row);
      if (read && moment.read(scanner.time) && (moment.ms < fromMs || moment.ms >= toMs)) outside += 1;
      else if (read && byName.get(scanner.metric)?.keeping === 'preaggregated') unkept += 1;
      else kept.push(bytes.subarray(row.start, row.stop), LF);
    }
  }
  return { lines: Buffer.concat(kept), outside, unkept };
}

const LF = Buffer.from('\n');

/** Whether the row is an event; what is wrong with one that is none, intake says. */
function scanned(scanner: EventScanner, { text, from, to }: IntakeRow): boolean {
  if (text === null) return false;
  try {
    scanner.scan(text, from, to);
    return true;
  } catch (error) {
    if (error instanceof EventFault) return false;
    throw error;
  }
}

const dayOf = (text: string): number => Math.floor(Date.parse(`${text}T00:00:00Z`) / DAY_MS);

/** What would change. Nothing does. */
export function previewBackfill(db: StoreDb, input: BackfillInput): BackfillFound {
  const sorted = sortLines(db, input);
  const days = { fromDay: dayOf(input.from), toDay: dayOf(input.to) };
  db.raw.exec('SAVEPOINT backfill_preview');
  let taken: ReturnType<typeof ingest>;
  let cells: ReturnType<typeof touchedCells>;
  let after: bigint[];
  try {
    taken = ingest(db, input, sorted.lines);
    cells = touchedCells(db, { ...days, firstNo: taken.firstNo });
    after = figuresOf(db, cells);
  } finally {
    db.raw.exec('ROLLBACK TO backfill_preview');
    db.raw.exec('RELEASE backfill_preview');
  }
  return describe(db, sorted, taken, changesOf(db, cells, figuresOf(db, cells), after));
}

/** Applies it. Inside a write, after `previewBackfill` said what that is. */
export function applyBackfill(db: StoreDb, input: BackfillInput): { readonly firstNo: number; readonly lastNo: number } {
  const { firstNo, lastNo } = ingest(db, input, sortLines(db, input).lines);
  return { firstNo, lastNo };
}

const ingest = (db: StoreDb, { backfillNo, now }: BackfillInput, lines: Buffer) =>
  ingestEvents(db, {
    origin: 'backfill',
    sourceNo: null,
    sourceId: 'backfill',
    path: `backfill ${backfillNo}`,
    byteOffset: 0,
    runId: null,
    events: { format: 'ndjson', bytes: lines },
    now,
  });

function describe(
  db: StoreDb,
  { outside, unkept }: Sorted,
  taken: ReturnType<typeof ingest>,
  changes: readonly CellChange[],
): BackfillFound {
  const { counts } = taken;
  const left = outside + unkept;
  const outcomes = { ...counts, received: counts.received + left, quarantined: counts.quarantined + left };
  const problems = new Map<string, { code: string; says: string; times: number }>();
  for (const { code, says } of taken.quarantine) {
    const known = problems.get(code);
    if (known === undefined) problems.set(code, { code, says, times: 1 });
    else known.times += 1;
  }
  if (outside > 0)
    problems.set(OUTSIDE_DAYS, {
      code: OUTSIDE_DAYS,
      says: 'The time of the event lies outside the days of the backfill.',
      times: outside,
    });
  if (unkept > 0)
    problems.set(KEEPS_NO_EVENTS, {
      code: KEEPS_NO_EVENTS,
      says: 'The metric keeps no events: what was brought in could not be taken back.',
      times: unkept,
    });
  const found = {
    outcomes,
    changes,
    totals: totalsOf(db, changes),
    problems: [...problems.values()].sort((a, b) => b.times - a.times || a.code.localeCompare(b.code)),
  };
  return { ...found, sha256: createHash('sha256').update(canonicalize(found)!, 'utf8').digest('hex') };
}

/** Sums by metric, where a sum over days means something. */
function totalsOf(db: StoreDb, changes: readonly CellChange[]): BackfillFound['totals'] {
  const { byName } = metricCatalogue(db);
  const sums = new Map<string, bigint>();
  for (const { metric, difference } of changes) {
    const aggregation = byName.get(metric)?.aggregation;
    if (aggregation === 'SUM' || aggregation === 'COUNT') sums.set(metric, (sums.get(metric) ?? 0n) + parseExact(difference));
  }
  return [...sums]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([metric, sum]) => ({ metric, unit: byName.get(metric)!.newest.unit, difference: formatExact(sum) }));
}

import { formatExact, parseExact } from '../../src-shared/kernel/quantity.ts';
import { TEST_METRICS, TENANTS } from './usage-stream.ts';

/**
 * What must become of a stream, by a plain reading of docs/metering.md: one event after another, in ordinary objects, no
 * database, no rollups. Slow on purpose.
 */

const MONTH_UNITS: Readonly<Record<string, { aggregation: string; units: readonly string[] }>> = {
  llm_token: { aggregation: 'SUM', units: ['token', 'llm_token', 'tokens'] },
  api_request: { aggregation: 'SUM', units: ['request', 'api_request', 'requests'] },
  seat: { aggregation: 'TIME_WEIGHTED', units: ['seat', 'seats'] },
  storage_gb_month: { aggregation: 'TIME_WEIGHTED', units: ['GB'] },
  ...Object.fromEntries(TEST_METRICS.map(({ metric, aggregation, unit }) => [metric, { aggregation, units: [unit] }])),
};

export interface Phase {
  readonly now: string;
  readonly lines: readonly string[];
}

interface Kept {
  readonly tenant: string;
  readonly metric: string;
  readonly payload: string;
  /** Nanoseconds since 1970. */
  readonly at: bigint;
  readonly quantity: bigint;
  readonly source: string;
  readonly id: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Index of the phase. */
  readonly phase: number;
  readonly late: boolean;
}

export interface Expected {
  readonly counts: Record<'received' | 'accepted' | 'duplicate' | 'conflict' | 'late' | 'quarantined', number>;
  /** `tenant metric month` → quantity, and adjustments by original month. */
  readonly months: ReadonlyMap<string, { quantity: string; adjustments: Readonly<Record<string, string>> }>;
}

const HOURS = 3_600_000;
const WINDOW = 72 * HOURS;

const nsOf = (time: string): bigint => {
  const match = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time)!;
  return BigInt(Date.parse(`${match[1]!}${match[3]!}`)) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
};
const monthOf = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 7);
const startOf = (month: string): bigint => BigInt(Date.parse(`${month}-01T00:00:00Z`)) * 1_000_000n;
const after = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
};
const isClosed = (month: string, now: string): boolean => Number(startOf(after(month)) / 1_000_000n) + WINDOW <= Date.parse(now);

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => Record<string, unknown>;

export function expectedOf(phases: readonly Phase[], tenants: readonly string[]): Expected {
  const counts = { received: 0, accepted: 0, duplicate: 0, conflict: 0, late: 0, quarantined: 0 };
  const kept = new Map<string, Kept>();
  for (const [phase, { now, lines }] of phases.entries())
    for (const line of lines) {
      counts.received += 1;
      counts[judge(line, now, phase, kept, tenants)] += 1;
    }
  return { counts, months: figures([...kept.values()], phases) };
}

function judge(
  line: string,
  now: string,
  phase: number,
  kept: Map<string, Kept>,
  tenants: readonly string[],
): 'accepted' | 'duplicate' | 'conflict' | 'late' | 'quarantined' {
  let event: Record<string, unknown>;
  try {
    event = parseWithSource(line, (key, value, { source }) => (key === 'quantity' && typeof value === 'number' ? source : value));
  } catch {
    return 'quarantined';
  }
  const { subject, time, id, source, data } = event as {
    subject: string;
    time: string;
    id: string;
    source: string;
    data: { metric: string; quantity: string; unit: string; dimensions?: Record<string, string>; note?: string };
  };
  let quantity: bigint;
  try {
    quantity = parseExact(data.quantity);
  } catch {
    return 'quarantined';
  }
  const at = nsOf(time);
  const metric = MONTH_UNITS[data.metric];
  if (quantity < 0n || at > BigInt(Date.parse(now) + 24 * HOURS) * 1_000_000n) return 'quarantined';
  if (!tenants.includes(subject) || metric === undefined || !metric.units.includes(data.unit)) return 'quarantined';
  const dimensions = data.dimensions ?? {};
  const payload = JSON.stringify([
    data.metric,
    String(quantity),
    String(at),
    Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)),
    data.note ?? null,
  ]);
  const key = JSON.stringify([subject, source, id]);
  const known = kept.get(key);
  if (known !== undefined) return known.payload === payload ? 'duplicate' : 'conflict';
  const late = isClosed(monthOf(at), now);
  kept.set(key, { tenant: subject, metric: data.metric, payload, at, quantity, source, id, dimensions, phase, late });
  return late ? 'late' : 'accepted';
}

function figures(kept: readonly Kept[], phases: readonly Phase[]): Expected['months'] {
  const found = new Map<string, { quantity: string; adjustments: Record<string, string> }>();
  const entry = (key: string) => {
    const known = found.get(key) ?? { quantity: '0', adjustments: {} };
    found.set(key, known);
    return known;
  };
  const meters = new Map<string, Kept[]>();
  for (const event of kept) {
    const key = `${event.tenant} ${event.metric}`;
    meters.set(key, [...(meters.get(key) ?? []), event]);
  }
  const months = ['2026-04', '2026-05', '2026-06'];
  for (const [key, events] of meters) {
    const { aggregation } = MONTH_UNITS[events[0]!.metric]!;
    for (const month of months) {
      // What was known of the month after each phase; the figure is the one that stood when it closed.
      let stood: bigint | null = null;
      let before = 0n;
      const late = new Map<string, bigint>();
      const came = new Set<string>();
      for (const [phase, { now }] of phases.entries()) {
        const known = events.filter((event) => event.phase <= phase);
        const value = figureOf(known, aggregation, month);
        if (!isClosed(month, now)) stood = value;
        else {
          const target = now.slice(0, 7);
          late.set(target, (late.get(target) ?? 0n) + value - before);
          if (known.some((event) => event.phase === phase && event.late && monthOf(event.at) === month)) came.add(target);
        }
        before = value;
      }
      // An event of the month that changes nothing is an adjustment too.
      for (const [target, change] of late)
        if (change !== 0n || came.has(target))
          entry(`${key} ${target}`).adjustments[month] = formatExact(shown(aggregation, month, change));
      // A mean may be so small that it is shown as 0, as if there were none.
      const own = stood === null ? 0n : shown(aggregation, month, stood);
      if (own !== 0n) entry(`${key} ${month}`).quantity = formatExact(own);
    }
  }
  return found;
}

function figureOf(events: readonly Kept[], aggregation: string, month: string): bigint {
  const own = events.filter(({ at }) => monthOf(at) === month);
  const one = 10n ** 18n;
  const value = (event: Kept) => event.quantity;
  switch (aggregation) {
    case 'SUM':
      return own.reduce((sum, { quantity }) => sum + quantity, 0n);
    case 'COUNT':
      return BigInt(own.length) * one;
    case 'MAX':
      return own.map(value).reduce((most, quantity) => (quantity > most ? quantity : most), 0n);
    case 'UNIQUE_COUNT':
      return BigInt(new Set(own.flatMap(({ dimensions }) => (dimensions['user'] === undefined ? [] : [dimensions['user']]))).size) * one;
    case 'LATEST':
      return own.length === 0 ? 0n : own.reduce((last, event) => (isLater(event, last) ? event : last)).quantity;
    default:
      return area(events, month);
  }
}

const tie = ({ source, id }: Kept): string => `${source}\n${id}`;
const isLater = (a: Kept, b: Kept): boolean => a.at > b.at || (a.at === b.at && tie(a) > tie(b));

/** The area under the steps. */
function area(events: readonly Kept[], month: string): bigint {
  const [start, end] = [startOf(month), startOf(after(month))];
  const series = new Map<string, Kept[]>();
  for (const event of events) {
    const key = JSON.stringify(Object.entries(event.dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
    series.set(key, [...(series.get(key) ?? []), event]);
  }
  let sum = 0n;
  for (const samples of series.values()) {
    samples.sort((a, b) => (isLaterInBytes(a, b) ? 1 : -1));
    for (const [i, sample] of samples.entries()) {
      const from = sample.at > start ? sample.at : start;
      const next = samples[i + 1]?.at ?? end;
      const to = next < end ? next : end;
      if (to > from) sum += sample.quantity * (to - from);
    }
  }
  return sum;
}

/** A mean is rounded once, half to even; everything else is exact. */
function shown(aggregation: string, month: string, figure: bigint): bigint {
  if (aggregation !== 'TIME_WEIGHTED') return figure;
  const length = startOf(after(month)) - startOf(month);
  const down = figure / length - (figure % length < 0n ? 1n : 0n);
  const twice = (figure - down * length) * 2n;
  return twice > length || (twice === length && down % 2n !== 0n) ? down + 1n : down;
}

/** Samples of one moment are in the order of bytes, as the database has them. */
const isLaterInBytes = (a: Kept, b: Kept): boolean =>
  a.at > b.at || (a.at === b.at && Buffer.compare(Buffer.from(tie(a)), Buffer.from(tie(b))) > 0);

export const KNOWN_TENANTS: readonly string[] = [...TENANTS, 'tn_late'];

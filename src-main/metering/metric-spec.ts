import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { formatExact, readExact } from '../../src-shared/kernel/quantity.ts';
import { monthText, parseMonth } from './usage-time.ts';

/** What a metric is, as its version in a catalogue says it (docs/formats/metrics-json.md). Pure. */

export const AGGREGATIONS = ['SUM', 'COUNT', 'MAX', 'UNIQUE_COUNT', 'LATEST', 'TIME_WEIGHTED'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];
export const KEEPINGS = ['raw', 'preaggregated'] as const;
export type Keeping = (typeof KEEPINGS)[number];

export interface MetricSpec {
  readonly metric: string;
  readonly version: number;
  readonly title: string;
  readonly unit: string;
  /** Other spellings of the unit that events may use. */
  readonly spellings: readonly string[];
  readonly aggregation: Aggregation;
  /** UNIQUE_COUNT: the dimension whose values are counted; null: whole sets of dimensions. */
  readonly uniqueOf: string | null;
  readonly keeping: Keeping;
  /** Names an event may use; null: any. */
  readonly dimensions: readonly string[] | null;
  /** US dollars a unit, canonical decimal text. */
  readonly costPerUnit: string;
  /** The first month it counts for, 12 × year + month − 1. */
  readonly costFrom: number;
}

export const METRIC_NAME = /^[a-z][a-z0-9_.]{0,63}$/;
export const DIMENSION_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** The canonical JSON of a version: two are the same when this is. */
export const specText = (spec: MetricSpec): string =>
  canonicalize({
    metric: spec.metric,
    version: spec.version,
    title: spec.title,
    unit: spec.unit,
    spellings: spec.spellings,
    aggregation: spec.aggregation,
    unique_of: spec.uniqueOf,
    keeping: spec.keeping,
    dimensions: spec.dimensions,
    cost_per_unit: spec.costPerUnit,
    cost_from: monthText(spec.costFrom),
  })!;

export const specSha256 = (spec: MetricSpec): string => createHash('sha256').update(specText(spec), 'utf8').digest('hex');

export type SpecReading = { readonly ok: true; readonly spec: MetricSpec } | { readonly ok: false; readonly says: string };

const KNOWN = new Set([
  'metric',
  'version',
  'title',
  'unit',
  'spellings',
  'aggregation',
  'unique_of',
  'keeping',
  'dimensions',
  'cost_per_unit',
  'cost_from',
]);

const isWord = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longest && value.isWellFormed() && !/\p{Cc}/u.test(value);

const words = (value: unknown, most: number, test: (word: unknown) => boolean): readonly string[] | null =>
  Array.isArray(value) && value.length <= most && value.every(test) && new Set(value).size === value.length ? (value as string[]) : null;

/** One entry of a catalogue. Every number in it came as text (see catalogue-feed.ts), so that a cost is read digit by digit. */
export function readSpec(entry: Readonly<Record<string, unknown>>): SpecReading {
  const no = (says: string): SpecReading => ({ ok: false, says });
  const { metric, unit } = entry;
  if (typeof metric !== 'string' || !METRIC_NAME.test(metric))
    return no('"metric" must be a name of lower-case letters, digits, _ and . such as llm_token.');
  const where = `The metric ${metric}`;
  const unknown = Object.keys(entry).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) return no(`${where} has a member nobody knows: ${JSON.stringify(unknown.slice(0, 60))}.`);
  const version = Number(entry['version']);
  if (!Number.isSafeInteger(version) || version < 1 || version > 1_000_000)
    return no(`${where} needs a "version", a whole number from 1 on.`);
  if (!isWord(unit, 64)) return no(`${where} needs a "unit" such as "token".`);
  const title = entry['title'] ?? metric;
  if (!isWord(title, 120)) return no(`The title of ${metric} must be a text of up to 120 characters.`);
  const spellings = words(entry['spellings'] ?? [], 20, (word) => isWord(word, 64));
  if (spellings === null) return no(`"spellings" of ${metric} must be a list of up to 20 different texts.`);
  const aggregation = AGGREGATIONS.find((name) => name === entry['aggregation']);
  if (aggregation === undefined) return no(`"aggregation" of ${metric} must be one of ${AGGREGATIONS.join(', ')}.`);
  const keeping = KEEPINGS.find((name) => name === (entry['keeping'] ?? 'raw'));
  if (keeping === undefined) return no(`"keeping" of ${metric} must be raw or preaggregated.`);
  if (keeping === 'preaggregated' && aggregation === 'TIME_WEIGHTED')
    return no(`${where} is time-weighted: its samples must be kept, so "keeping" must be raw.`);
  const given = entry['dimensions'] ?? null;
  const dimensions = given === null ? null : words(given, 64, (word) => typeof word === 'string' && DIMENSION_NAME.test(word));
  if (given !== null && dimensions === null) return no(`"dimensions" of ${metric} must be a list of up to 64 different names.`);
  const uniqueOf = entry['unique_of'] ?? null;
  if (uniqueOf !== null && (aggregation !== 'UNIQUE_COUNT' || typeof uniqueOf !== 'string' || !DIMENSION_NAME.test(uniqueOf)))
    return no(`"unique_of" of ${metric} names the dimension that UNIQUE_COUNT counts, and is for that aggregation alone.`);
  if (uniqueOf !== null && dimensions !== null && !dimensions.includes(uniqueOf))
    return no(`"unique_of" of ${metric} is none of its dimensions.`);
  const cost = readExact(typeof entry['cost_per_unit'] === 'string' ? entry['cost_per_unit'] : '0');
  if (typeof cost !== 'bigint' || cost < 0n || (entry['cost_per_unit'] !== undefined && typeof entry['cost_per_unit'] !== 'string'))
    return no(`"cost_per_unit" of ${metric} must be a decimal number of US dollars with up to 18 decimals, not below 0.`);
  const from = entry['cost_from'] === undefined ? parseMonth('1970-01') : monthGiven(entry['cost_from']);
  if (from === null) return no(`"cost_from" of ${metric} must be a month such as 2026-07: a cost changes with a month.`);
  return {
    ok: true,
    spec: {
      metric,
      version,
      title,
      unit,
      spellings,
      aggregation,
      uniqueOf,
      keeping,
      dimensions,
      costPerUnit: formatExact(cost),
      costFrom: from,
    },
  };
}

/** `2026-07`, or the moment at which that month begins. */
const monthGiven = (value: unknown): number | null => {
  if (typeof value !== 'string') return null;
  return parseMonth(/^\d{4}-\d{2}(-01(T00:00(:00(\.0+)?)?Z)?)?$/.test(value) ? value.slice(0, 7) : '');
};

/** What a later version may not change, in words; null where it may follow. */
export function unlike(first: MetricSpec, later: MetricSpec): string | null {
  if (first.aggregation !== later.aggregation)
    return `${later.metric} is aggregated by ${first.aggregation} since version ${first.version}; version ${later.version} says ${later.aggregation}. Sums of both would mean nothing.`;
  if (first.unit !== later.unit)
    return `${later.metric} counts ${first.unit} since version ${first.version}; version ${later.version} says ${later.unit}.`;
  if (first.keeping !== later.keeping)
    return `${later.metric} is kept ${first.keeping} since version ${first.version}; version ${later.version} says ${later.keeping}.`;
  if (first.uniqueOf !== later.uniqueOf)
    return `${later.metric} counts different ${first.uniqueOf ?? 'sets of dimensions'} since version ${first.version}; version ${later.version} says ${later.uniqueOf ?? 'sets of dimensions'}.`;
  return null;
}

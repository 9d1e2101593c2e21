import {
  type DeliveryResult,
  type FeedModule,
  type HttpItem,
  itemBytes,
  NO_ROWS,
  plural,
  type QuarantineInput,
  type WholeDelivery,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { storeSpec } from './catalogue-queries.ts';
import { readSpec } from './metric-spec.ts';
import { takeWaiting } from './waiting-rows.ts';

/** The feed `catalogue`: `*.metrics.json`, versions of metrics (docs/formats/metrics-json.md). Each entry is a row of its own. */

const MAX_CATALOGUE_BYTES = 1024 * 1024;

const isPath = (path: string): boolean =>
  path.length <= 1024 &&
  path.isWellFormed() &&
  path.split('/').length <= 5 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part)) &&
  /\.metrics\.json$/i.test(path);

const NEXT_STEP = 'Correct the catalogue at the source under a new version of the metric, then dismiss this row with a reason.';

interface Problem {
  readonly code: 'CATALOGUE_NOT_JSON' | 'METRIC_MALFORMED' | 'METRIC_REFUSED';
  readonly says: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** Numbers come out as they are spelled: a cost is read digit by digit. */
const parseExact = JSON.parse as (text: string, reviver: Reviver) => unknown;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The entries: of `{"metrics": […]}`, or the file is one entry. */
function entriesOf(bytes: Uint8Array): readonly unknown[] | Problem {
  let value: unknown;
  try {
    value = parseExact(decoder.decode(bytes), (_key, member, { source }) => (typeof member === 'number' ? source : member));
  } catch {
    return { code: 'CATALOGUE_NOT_JSON', says: 'The file is no JSON in UTF-8.' };
  }
  if (typeof value !== 'object' || value === null) return { code: 'CATALOGUE_NOT_JSON', says: 'The file holds no object.' };
  if (Array.isArray(value)) return value as unknown[];
  const { metrics } = value as { metrics?: unknown };
  return metrics === undefined
    ? [value]
    : Array.isArray(metrics)
      ? (metrics as unknown[])
      : { code: 'METRIC_MALFORMED', says: '"metrics" is no list.' };
}

/** Takes one entry. A bare text where an object should be is no metric. */
function takeEntry(
  db: StoreDb,
  entry: unknown,
  place: { readonly by: string; readonly now: string },
): 'accepted' | 'duplicate' | { conflict: string } | Problem {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return { code: 'METRIC_MALFORMED', says: 'An entry of the catalogue is no object.' };
  const reading = readSpec(entry as Record<string, unknown>);
  if (!reading.ok) return { code: 'METRIC_MALFORMED', says: reading.says };
  const result = storeSpec(db, reading.spec, { origin: 'source', ...place });
  if (result.outcome === 'conflict') return { conflict: result.says };
  if (result.outcome === 'refused') return { code: 'METRIC_REFUSED', says: result.says };
  return result.outcome;
}

export interface MetricConflict {
  readonly sourceName: string;
  readonly path: string;
  readonly says: string;
  readonly now: string;
}

export interface CatalogueFeedOptions {
  /** Another content came under a version that is taken; in the transaction that found it. */
  readonly onConflict?: (db: StoreDb, conflict: MetricConflict) => void;
}

export function createCatalogueFeed({ onConflict }: CatalogueFeedOptions = {}): FeedModule {
  const held = (path: string, bytes: Uint8Array, problem: Problem): QuarantineInput => ({
    path,
    line: null,
    byteOffset: null,
    bytes: Uint8Array.from(bytes),
    byteLength: bytes.length,
    ...problem,
    nextStep: NEXT_STEP,
    address: null,
  });
  const accept = (db: StoreDb, { path, bytes, sourceName, now }: WholeDelivery): DeliveryResult => {
    const entries = entriesOf(bytes);
    if (!Array.isArray(entries))
      return { counts: { ...NO_ROWS, received: 1, quarantined: 1 }, quarantine: [held(path, bytes, entries as Problem)] };
    const counts = { ...NO_ROWS };
    const quarantine: QuarantineInput[] = [];
    for (const entry of entries as readonly unknown[]) {
      counts.received += 1;
      const taken = takeEntry(db, entry, { by: path, now });
      if (typeof taken === 'string') counts[taken] += 1;
      else if ('conflict' in taken) {
        counts.conflict += 1;
        onConflict?.(db, { sourceName, path, says: taken.conflict, now });
      } else {
        counts.quarantined += 1;
        quarantine.push(held(path, Buffer.from(JSON.stringify(entry) ?? 'null', 'utf8'), taken));
      }
    }
    takeWaiting(db, now);
    return { counts, quarantine };
  };

  const parseItem = (item: Readonly<Record<string, unknown>>): HttpItem => {
    const garbage = (says: string): HttpItem => ({ kind: 'garbage', says });
    if (item['kind'] !== 'catalogue')
      return garbage(`The item is of no known kind: ${JSON.stringify(item['kind'])?.slice(0, 60) ?? 'none'}.`);
    const { name } = item;
    if (typeof name !== 'string' || !isPath(name)) return garbage('The item has no "name" like base.metrics.json.');
    const bytes = itemBytes(item);
    return bytes === null
      ? garbage('The item must have either "text" (well-formed) or "base64" (with padding).')
      : { kind: 'whole', path: name, bytes };
  };

  const requeue: FeedModule['requeue'] = (db, _sourceId, row, now) => {
    const stillBad = (problem: Problem) => ({ outcome: 'still-bad', ...problem, nextStep: NEXT_STEP }) as const;
    const entries = entriesOf(row.bytes);
    if (!Array.isArray(entries)) return stillBad(entries as Problem);
    for (const entry of entries as readonly unknown[]) {
      const taken = takeEntry(db, entry, { by: row.path, now });
      if (typeof taken === 'object') return stillBad('conflict' in taken ? { code: 'METRIC_REFUSED', says: taken.conflict } : taken);
    }
    takeWaiting(db, now);
    return { outcome: 'resolved', code: row.code, says: 'The metric is declared now.', nextStep: 'See /usage.' };
  };

  return {
    feed: 'catalogue',
    unfinishedLines: 'taken',
    classify: (path) => (isPath(path) ? 'whole' : null),
    order: () => 0,
    describe: (paths) => {
      const files = paths.filter(isPath).length;
      return { items: files, says: plural(files, 'metric catalogue') };
    },
    parseItem,
    accept: (db, delivery) => {
      if (delivery.kind !== 'whole') throw new TypeError('The catalogue feed has whole files only.');
      return accept(db, delivery);
    },
    maxWholeBytes: MAX_CATALOGUE_BYTES,
    requeue,
  };
}

import type { MetricEntry, metering } from '../../src-shared/contract/metering.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { type CatalogueMetric, costVersion, metricCatalogue } from './catalogue.ts';
import { type MetricSpec, specSha256, unlike } from './metric-spec.ts';
import { monthOf, monthText } from './usage-time.ts';
import { takeWaiting } from './waiting-rows.ts';

/** The catalogue as people see it, and new versions of metrics from wherever they come. */

export interface SpecPlace {
  readonly origin: 'source' | 'member';
  /** The file, or the member's name. */
  readonly by: string;
  readonly now: string;
}

export type SpecOutcome =
  | { readonly outcome: 'accepted' | 'duplicate' }
  /** The version is there with another content, or says what a later version may not. */
  | { readonly outcome: 'conflict' | 'refused'; readonly says: string };

/** Keeps a version of a metric. A version never changes, and a later one keeps unit, aggregation and keeping. */
export function storeSpec(db: StoreDb, spec: MetricSpec, place: SpecPlace): SpecOutcome {
  const sha256 = specSha256(spec);
  const known = metricCatalogue(db).byName.get(spec.metric);
  const same = known?.versions.find(({ version }) => version === spec.version);
  if (same !== undefined)
    return same.sha256 === sha256
      ? { outcome: 'duplicate' }
      : { outcome: 'conflict', says: `Version ${spec.version} of ${spec.metric} is there with another content, which stands.` };
  const says = known === undefined ? null : unlike(known.versions[0]!, spec);
  if (says !== null) return { outcome: 'refused', says };
  let metricNo = known?.metricNo;
  if (metricNo === undefined) {
    metricNo = db.get<{ next: number }>('SELECT coalesce(max(metric_no), 0) + 1 AS next FROM metrics')!.next;
    db.run('INSERT INTO metrics (metric_no, metric) VALUES (?, ?)', [metricNo, spec.metric]);
  }
  db.run(
    `INSERT INTO metric_versions (version_no, metric_no, version, title, unit, spellings, aggregation, unique_of, keeping, dimensions,
       cost_per_unit, cost_from, declared_at, origin, declared_by, sha256)
     VALUES ((SELECT coalesce(max(version_no), 0) + 1 FROM metric_versions), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      metricNo,
      spec.version,
      spec.title,
      spec.unit,
      JSON.stringify(spec.spellings),
      spec.aggregation,
      spec.uniqueOf,
      spec.keeping,
      spec.dimensions === null ? null : JSON.stringify(spec.dimensions),
      spec.costPerUnit,
      spec.costFrom,
      place.now,
      place.origin,
      place.by,
      sha256,
    ],
  );
  return { outcome: 'accepted' };
}

const entryOf = (metric: CatalogueMetric, now: string): MetricEntry => {
  const cost = costVersion(metric, monthOf(Date.parse(now)));
  return {
    metric: metric.metric,
    title: metric.newest.title,
    unit: metric.newest.unit,
    spellings: [...metric.newest.spellings],
    aggregation: metric.aggregation,
    uniqueOf: metric.newest.uniqueOf,
    keeping: metric.keeping,
    dimensions: metric.newest.dimensions === null ? null : [...metric.newest.dimensions],
    version: metric.newest.version,
    costPerUnit: cost?.version.costPerUnit ?? null,
    costVersion: cost?.version.version ?? null,
  };
};

export const catalogueReads = {
  'metric.list': (db: StoreDb, { now }: { now: string }): { metrics: MetricEntry[] } => ({
    metrics: [...metricCatalogue(db).byNo.values()].map((metric) => entryOf(metric, now)),
  }),
  'metric.show': (db: StoreDb, args: { metric: string; now: string }): OutputOf<typeof metering, 'metric.show'> => {
    const metric = metricCatalogue(db).byName.get(args.metric);
    if (metric === undefined)
      throw new AppError('NOT_FOUND', `No catalogue declares the metric ${args.metric}.`, {
        nextStep: 'Look for it in the list of metrics.',
        details: { metric: args.metric },
      });
    return {
      metric: entryOf(metric, args.now),
      versions: metric.versions.map((version) => ({
        version: version.version,
        costPerUnit: version.costPerUnit,
        costFrom: monthText(version.costFrom),
        dimensions: version.dimensions === null ? null : [...version.dimensions],
        declaredAt: version.declaredAt,
        origin: version.origin,
        declaredBy: version.declaredBy,
        sha256: version.sha256,
      })),
    };
  },
} satisfies QueryMap;

export const catalogueWrites = {
  /** Fails with CONFLICT where the version is taken or says what it may not. */
  'metric.declare': (db: StoreDb, args: { spec: MetricSpec; member: string; by: ChangedBy }): { metric: MetricEntry; says: string } => {
    const { spec } = args;
    const { now } = args.by;
    const result = storeSpec(db, spec, { origin: 'member', by: args.member, now });
    if ('says' in result)
      throw new AppError('CONFLICT', `${result.says} Nothing was changed.`, {
        nextStep: result.outcome === 'conflict' ? 'Give it a new version.' : 'Declare a metric of another name for it.',
        details: { metric: spec.metric, version: spec.version },
      });
    const taken = takeWaiting(db, now);
    if (result.outcome === 'accepted')
      recordChange(db, args.by, {
        action: 'metric.declare',
        subject: `${spec.metric} ${spec.version}`,
        before: null,
        after: { ...spec, costFrom: monthText(spec.costFrom) },
        address: '/usage',
      });
    const metric = metricCatalogue(db).byName.get(spec.metric)!;
    return {
      metric: entryOf(metric, now),
      says:
        result.outcome === 'duplicate'
          ? 'This version was declared before; nothing was changed.'
          : `Version ${spec.version} of ${spec.metric} is declared.${taken > 0 ? ` ${taken} rows that waited for it were looked at again.` : ''}`,
    };
  },
} satisfies QueryMap;

import { parseExact } from '../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../store/index.ts';
import type { Aggregation, Keeping, MetricSpec } from './metric-spec.ts';

/** The metric catalogue as it stands: what a metric is, and what it costs when. */

export interface MetricVersion extends MetricSpec {
  readonly versionNo: number;
  readonly declaredAt: string;
  readonly origin: 'built-in' | 'source' | 'member';
  readonly declaredBy: string;
  readonly sha256: string;
}

export interface CatalogueMetric {
  readonly metricNo: number;
  readonly metric: string;
  /** The version with the highest number: events are read by it. */
  readonly newest: MetricVersion;
  /** Lowest first. */
  readonly versions: readonly MetricVersion[];
  readonly aggregation: Aggregation;
  readonly keeping: Keeping;
  /** The unit and its other spellings in any version. */
  readonly units: ReadonlySet<string>;
}

export interface Catalogue {
  readonly byName: ReadonlyMap<string, CatalogueMetric>;
  readonly byNo: ReadonlyMap<number, CatalogueMetric>;
}

interface VersionRow {
  readonly version_no: number;
  readonly metric_no: number;
  readonly metric: string;
  readonly version: number;
  readonly title: string;
  readonly unit: string;
  readonly spellings: string;
  readonly aggregation: Aggregation;
  readonly unique_of: string | null;
  readonly keeping: Keeping;
  readonly dimensions: string | null;
  readonly cost_per_unit: string;
  readonly cost_from: number;
  readonly declared_at: string;
  readonly origin: 'built-in' | 'source' | 'member';
  readonly declared_by: string;
  readonly sha256: string;
}

const versionOf = (row: VersionRow): MetricVersion => ({
  metric: row.metric,
  version: row.version,
  title: row.title,
  unit: row.unit,
  spellings: JSON.parse(row.spellings) as string[],
  aggregation: row.aggregation,
  uniqueOf: row.unique_of,
  keeping: row.keeping,
  dimensions: row.dimensions === null ? null : (JSON.parse(row.dimensions) as string[]),
  costPerUnit: row.cost_per_unit,
  costFrom: row.cost_from,
  versionNo: row.version_no,
  declaredAt: row.declared_at,
  origin: row.origin,
  declaredBy: row.declared_by,
  sha256: row.sha256,
});

/** Read again only where a version was added: it is asked for with every figure. */
const kept = new WeakMap<StoreDb, { readonly versions: string; readonly catalogue: Catalogue }>();

/** The whole catalogue, by name and by number. */
export const metricCatalogue = (db: StoreDb): Catalogue => {
  // By their hashes, for a number that was rolled back is given again.
  const { versions } = db.get<{ versions: string }>(
    `SELECT coalesce(group_concat(version_no || ' ' || sha256), '') AS versions FROM metric_versions`,
  )!;
  const known = kept.get(db);
  if (known?.versions === versions) return known.catalogue;
  const catalogue = readCatalogue(db);
  kept.set(db, { versions, catalogue });
  return catalogue;
};

const readCatalogue = (db: StoreDb): Catalogue => {
  const rows = db.all<VersionRow>(
    'SELECT m.metric, v.* FROM metrics m JOIN metric_versions v USING (metric_no) ORDER BY metric_no, version',
  );
  const byNo = new Map<number, CatalogueMetric>();
  for (const row of rows) {
    const version = versionOf(row);
    const before = byNo.get(row.metric_no);
    byNo.set(row.metric_no, {
      metricNo: row.metric_no,
      metric: row.metric,
      newest: version,
      versions: [...(before?.versions ?? []), version],
      aggregation: version.aggregation,
      keeping: version.keeping,
      units: new Set([...(before?.units ?? []), version.unit, ...version.spellings]),
    });
  }
  return { byNo, byName: new Map([...byNo.values()].map((metric) => [metric.metric, metric])) };
};

/** What a unit of the metric costs in a month: the version that counts, or null before the first one does. */
export const costVersion = (
  metric: CatalogueMetric,
  month: number,
): { readonly version: MetricVersion; readonly perUnit: bigint } | null => {
  let found: MetricVersion | null = null;
  for (const version of metric.versions)
    if (version.costFrom <= month && (found === null || version.costFrom >= found.costFrom)) found = version;
  return found === null ? null : { version: found, perUnit: parseExact(found.costPerUnit) };
};

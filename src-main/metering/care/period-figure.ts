import { fromLimbs } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import type { CatalogueMetric } from '../catalogue.ts';
import { attosOf } from '../quantity-reader.ts';
import { readBucket } from '../rollup-tables.ts';
import { bucketNs, meanOf } from '../time-weighted.ts';
import { BUCKETS, DAY_MS, parseMonth } from '../usage-time.ts';
import type { LimitSpan } from './limit-policy.ts';

/** What a tenant used of a metric in the period of a limit, in attos: read from the rollups, a few rows whatever the number of events. */

/** The bucket of `2026-05` or `2026-05-17`. */
export const bucketOf = (per: LimitSpan, period: string): number =>
  per === 'month' ? (parseMonth(period) ?? 0) : Math.floor(Date.parse(`${period}T00:00:00Z`) / DAY_MS);

/**
 * The figure of the period. Time-weighted metrics: the mean over the whole period, the level that stands now lasting to its
 * end. What came late for another month is no use of this one.
 */
export function periodFigure(db: StoreDb, tenantNo: number, metric: CatalogueMetric, per: LimitSpan, period: string): bigint {
  const bucket = bucketOf(per, period);
  const row = readBucket(db, per, bucket, tenantNo, metric.metricNo);
  if (metric.aggregation !== 'TIME_WEIGHTED') return row === undefined ? 0n : attosOf(row);
  const before = levelBefore(db, tenantNo, metric.metricNo, BUCKETS[per].startMs(bucket));
  return meanOf(before * bucketNs(per, bucket) + BigInt(row?.mark ?? '0'), per, bucket);
}

/** The level at a moment: of each series its last sample before it. */
function levelBefore(db: StoreDb, tenantNo: number, metricNo: number, ms: number): bigint {
  let level = 0n;
  const series = db.all<{ series_no: number }>('SELECT series_no FROM usage_series WHERE tenant_no = ? AND metric_no = ?', [
    tenantNo,
    metricNo,
  ]);
  for (const { series_no } of series) {
    const [row] = db.allExact<{ units: bigint; nano: bigint; atto: bigint }>(
      'SELECT units, nano, atto FROM usage_samples WHERE series_no = ? AND at_ms < ? ORDER BY at_ms DESC, at_ns DESC, tie DESC LIMIT 1',
      [series_no, ms],
    );
    if (row !== undefined) level += fromLimbs(row);
  }
  return level;
}

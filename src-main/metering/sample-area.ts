import { fromLimbs } from '../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../store/index.ts';
import { nsBetween } from './time-weighted.ts';
import { BUCKETS, type Grain, monthOf } from './usage-time.ts';

/** Time-weighted figures from the samples themselves, without rollups: slower, and what rollups are held against. */

interface Sample {
  readonly at_ms: bigint;
  readonly at_ns: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
}

/**
 * The area under the steps of a bucket, in attos × nanoseconds, by walking along the samples of each series. Samples that came
 * when its month was closed are left out: they are adjustments.
 */
export function areaOfSamples(db: StoreDb, tenantNo: number, metricNo: number, grain: Grain, bucket: number): bigint {
  const startMs = BUCKETS[grain].startMs(bucket);
  const endMs = BUCKETS[grain].startMs(bucket + 1);
  const late = ` AND (closed_through IS NULL OR closed_through < ${monthOf(startMs)})`;
  let area = 0n;
  for (const { series_no: seriesNo } of db.all<{ series_no: number }>(
    'SELECT series_no FROM usage_series WHERE tenant_no = ? AND metric_no = ?',
    [tenantNo, metricNo],
  )) {
    const [before] = db.allExact<Sample>(
      `SELECT at_ms, at_ns, units, nano, atto FROM usage_samples WHERE series_no = ? AND at_ms < ?${late}
       ORDER BY at_ms DESC, at_ns DESC, tie DESC LIMIT 1`,
      [seriesNo, startMs],
    );
    let level = before === undefined ? 0n : fromLimbs(before);
    let [fromMs, fromNs] = [startMs, 0];
    for (const sample of db.allExact<Sample>(
      `SELECT at_ms, at_ns, units, nano, atto FROM usage_samples WHERE series_no = ? AND at_ms >= ? AND at_ms < ?${late}
       ORDER BY at_ms, at_ns, tie`,
      [seriesNo, startMs, endMs],
    )) {
      const [ms, ns] = [Number(sample.at_ms), Number(sample.at_ns)];
      area += level * nsBetween(fromMs, fromNs, ms, ns);
      level = fromLimbs(sample);
      [fromMs, fromNs] = [ms, ns];
    }
    area += level * nsBetween(fromMs, fromNs, endMs, 0);
  }
  return area;
}

import type { StoreDb } from '../store/index.ts';
import { takeLate } from './adjustments.ts';
import { addSums, inOrder, mergeBucket, type Written } from './rollup-tables.ts';
import { takeSample } from './time-weighted.ts';
import { coarser, type Meter } from './usage-meters.ts';
import { dayOf, type Grain, HOUR_MS, monthOf } from './usage-time.ts';

const OF_HOUR: Readonly<Record<Exclude<Grain, 'hour'>, (hour: number) => number>> = {
  day: (hour) => dayOf(hour * HOUR_MS),
  month: (hour) => monthOf(hour * HOUR_MS),
};

/** Writes what was gathered: every touched bucket once, in the order in which the buckets lie; then samples and late events. */
export function writeRollups(db: StoreDb, meters: Iterable<Meter>): void {
  const added: Record<Grain, Written[]> = { hour: [], day: [], month: [] };
  const merged: Record<Grain, Written[]> = { hour: [], day: [], month: [] };
  const all = [...meters];
  for (const meter of all) {
    if (meter.hours.size === 0) continue;
    const { tenantNo, metric } = meter;
    const into = meter.isAdditive ? added : merged;
    for (const sum of meter.hours.values()) into.hour.push({ tenantNo, metric, sum });
    for (const grain of ['day', 'month'] as const)
      for (const sum of coarser(meter, OF_HOUR[grain])) into[grain].push({ tenantNo, metric, sum });
  }
  for (const grain of ['hour', 'day', 'month'] as const) {
    addSums(db, grain, added[grain].sort(inOrder));
    for (const each of merged[grain].sort(inOrder)) mergeBucket(db, grain, each);
  }
  // What came on time first: a late event is held against the figure of its month, which no event on time changes any more.
  for (const meter of all)
    for (const event of meter.singles) {
      if (meter.metric.aggregation === 'TIME_WEIGHTED') takeSample(db, meter, event);
      else takeLate(db, meter, event);
    }
}

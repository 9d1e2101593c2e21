import type { CatalogueMetric } from './catalogue.ts';
import { uniqueValue } from './dimensions.ts';
import { attosOf } from './quantity-reader.ts';
import { HOUR_MS, hourOf } from './usage-time.ts';

/**
 * What a run of events adds to the rollups, gathered in memory: an event touches one hour of its meter, and days and months
 * are made of the hours when they are written. A meter is one metric of one tenant.
 */

/** The figures of one bucket. */
export interface Sum {
  bucket: number;
  events: number;
  giga: number;
  units: number;
  nano: number;
  atto: number;
  firstNo: number;
  lastNo: number;
  /** LATEST: time, source and id of the event that stands, in this order. */
  mark: string | null;
  /** UNIQUE_COUNT: what was counted. */
  values: Set<string> | null;
}

/** An event whose month is closed, or a sample of a time-weighted metric: these are written one by one, in their order. */
export interface SingleEvent {
  readonly ingestNo: number;
  readonly seriesNo: number;
  readonly atMs: number;
  readonly atNs: number;
  readonly giga: number;
  readonly units: number;
  readonly nano: number;
  readonly atto: number;
  /** Source and id of the event. */
  readonly tie: string;
  /** UNIQUE_COUNT: what is counted, null for nothing. */
  readonly value: string | null;
  /** The month that takes it; null where it counts for its own. */
  readonly adjusts: number | null;
  readonly closedThrough: number;
}

const newSum = (bucket: number, ingestNo: number): Sum => ({
  bucket,
  events: 0,
  giga: 0,
  units: 0,
  nano: 0,
  atto: 0,
  firstNo: ingestNo,
  lastNo: ingestNo,
  mark: null,
  values: null,
});

/** Source and id as one text; no source holds the character between them. */
export const tieOf = (emitter: string, eventId: string): string => `${emitter}\n${eventId}`;

/** Sorts as the moments do, then by the tie. */
export const markOf = (atMs: number, atNs: number, tie: string): string =>
  `${String(atMs).padStart(14, '0')}${String(atNs).padStart(6, '0')} ${tie}`;

export class Meter {
  readonly tenantNo: number;
  readonly metric: CatalogueMetric;
  readonly hours = new Map<number, Sum>();
  readonly singles: SingleEvent[] = [];
  /** The latest moment of an event, in milliseconds. */
  latestMs = 0;
  /** The hour of the event before: the next one mostly falls into it too. */
  private current: Sum | null = null;
  private readonly additive: boolean;
  private readonly counts: boolean;

  constructor(tenantNo: number, metric: CatalogueMetric) {
    this.tenantNo = tenantNo;
    this.metric = metric;
    this.counts = metric.aggregation === 'COUNT';
    this.additive = this.counts || metric.aggregation === 'SUM';
  }

  /** Whether `add` takes all there is to know of an event that counts for its own month. */
  get isAdditive(): boolean {
    return this.additive;
  }

  /** An event of a SUM or a COUNT. */
  add(ingestNo: number, atMs: number, giga: number, units: number, nano: number, atto: number): void {
    const sum = this.hour(atMs, ingestNo);
    sum.events += 1;
    sum.lastNo = ingestNo;
    if (this.counts) {
      sum.units += 1;
      return;
    }
    sum.giga += giga;
    sum.units += units;
    sum.nano += nano;
    sum.atto += atto;
  }

  /** Events of one hour of a SUM or a COUNT that are added up already. */
  addHour(hour: Omit<Sum, 'mark' | 'values'>): void {
    const sum = this.hour(hour.bucket * HOUR_MS, hour.firstNo);
    sum.events += hour.events;
    sum.firstNo = Math.min(sum.firstNo, hour.firstNo);
    sum.lastNo = Math.max(sum.lastNo, hour.lastNo);
    if (this.counts) {
      sum.units += hour.events;
      return;
    }
    sum.giga += hour.giga;
    sum.units += hour.units;
    sum.nano += hour.nano;
    sum.atto += hour.atto;
  }

  /** Any other event, or one that comes late. */
  addSingle(event: SingleEvent, canonical: string): void {
    const { aggregation, newest } = this.metric;
    const value = aggregation === 'UNIQUE_COUNT' ? uniqueValue(canonical, newest.uniqueOf) : null;
    if (event.adjusts !== null || aggregation === 'TIME_WEIGHTED') {
      if (event.atMs > this.latestMs) this.latestMs = event.atMs;
      this.singles.push({ ...event, value });
      return;
    }
    const sum = this.hour(event.atMs, event.ingestNo);
    sum.events += 1;
    sum.lastNo = event.ingestNo;
    if (aggregation === 'UNIQUE_COUNT') {
      if (value !== null) (sum.values ??= new Set()).add(value);
      return;
    }
    if (aggregation === 'MAX') {
      if (sum.events === 1 || isMore(event, sum)) take(sum, event);
      return;
    }
    const mark = markOf(event.atMs, event.atNs, event.tie);
    if (sum.mark === null || mark > sum.mark) {
      take(sum, event);
      sum.mark = mark;
    }
  }

  private hour(atMs: number, ingestNo: number): Sum {
    if (atMs > this.latestMs) this.latestMs = atMs;
    const hour = hourOf(atMs);
    if (this.current?.bucket === hour) return this.current;
    let sum = this.hours.get(hour);
    if (sum === undefined) {
      sum = newSum(hour, ingestNo);
      this.hours.set(hour, sum);
    }
    this.current = sum;
    return sum;
  }
}

type Limbs = Pick<Sum, 'giga' | 'units' | 'nano' | 'atto'>;

/** Whether a is more than b. Sums of limbs are not carried, so the values themselves are compared. */
export const isMore = (a: Limbs, b: Limbs): boolean => attosOf(a) > attosOf(b);

export const take = (into: Limbs, from: Limbs): void => {
  into.giga = from.giga;
  into.units = from.units;
  into.nano = from.nano;
  into.atto = from.atto;
};

/** Puts what one bucket holds into another of the same meter. The values of a UNIQUE_COUNT are united, never added. */
export const mergeSum = (metric: CatalogueMetric, into: Sum, from: Sum): void => {
  const isFirst = into.events === 0;
  into.events += from.events;
  into.firstNo = Math.min(into.firstNo, from.firstNo);
  into.lastNo = Math.max(into.lastNo, from.lastNo);
  switch (metric.aggregation) {
    case 'SUM':
    case 'COUNT':
      into.giga += from.giga;
      into.units += from.units;
      into.nano += from.nano;
      into.atto += from.atto;
      return;
    case 'MAX':
      if (isFirst || isMore(from, into)) take(into, from);
      return;
    case 'LATEST':
      if (into.mark === null || (from.mark !== null && from.mark > into.mark)) {
        take(into, from);
        into.mark = from.mark;
      }
      return;
    case 'UNIQUE_COUNT':
      for (const value of from.values ?? []) (into.values ??= new Set()).add(value);
      return;
    case 'TIME_WEIGHTED':
      throw new TypeError('Samples are no sums.');
  }
};

/** The buckets of a coarser grain, made of the hours. */
export const coarser = (meter: Meter, bucketOf: (hour: number) => number): Sum[] => {
  const found = new Map<number, Sum>();
  for (const hour of meter.hours.values()) {
    const bucket = bucketOf(hour.bucket);
    let sum = found.get(bucket);
    if (sum === undefined) {
      sum = newSum(bucket, hour.firstNo);
      found.set(bucket, sum);
    }
    mergeSum(meter.metric, sum, hour);
  }
  return [...found.values()];
};

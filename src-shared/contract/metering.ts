import { address, count, done, hex64, isoTime, noInput, reason, startedJob } from './common.ts';
import { command, query, z } from './define.ts';
import type { Role } from './roles.ts';

/**
 * Metering: usage and what it costs, the metric catalogue, months. Quantities and costs are exact decimal text (kernel/
 * quantity.ts), costs in US dollars; periods are UTC and half-open (docs/metering.md).
 */

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const day = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/);
const tenantId = z.string().min(1).max(200);
const metric = z.string().min(1).max(64);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const grain = z.enum(['hour', 'day', 'month']);
export type UsageGrain = z.infer<typeof grain>;
const periodState = z.enum(['open', 'grace', 'closed']);
const aggregation = z.enum(['SUM', 'COUNT', 'MAX', 'UNIQUE_COUNT', 'LATEST', 'TIME_WEIGHTED']);
const cursor = z.string().min(1).max(1000);

/** Who may change what is metered and how. */
const KEEPERS: readonly Role[] = ['admin', 'founder', 'engineering', 'platform'];
/** Who may close a month. */
const CLOSERS: readonly Role[] = ['admin', 'founder', 'finance'];

/** What came after its month was closed: by how much the closed figure would be another one. */
const adjustment = z.strictObject({
  /** The first moment of the month it is of. */
  original_period: isoTime,
  quantity: decimal,
  cost_estimate: decimal,
  events: count,
});

/** A row of `usage report --json` (docs/formats/usage-report.md), spelled as there. */
export const usageRow = z.strictObject({
  tenant_id: z.string(),
  metric: z.string(),
  period_start: isoTime,
  /** Of the period itself; adjustments are beside it, in the first row of the month that takes them. */
  quantity: decimal,
  unit: z.string(),
  cost_estimate: decimal,
  adjustments: z.array(adjustment),
});
export type UsageRow = z.infer<typeof usageRow>;

/** received = accepted + duplicate + conflict + late + quarantined, and accepted + late = aggregated. */
export const usageConservation = z.strictObject({
  received: count,
  accepted: count,
  duplicate: count,
  conflict: count,
  late: count,
  quarantined: count,
  /** Events in the rollups, adjustments included. */
  aggregated: count,
});
export type UsageConservation = z.infer<typeof usageConservation>;

const money = z.strictObject({ amount: decimal, currency: z.string() });

const metricUse = z.strictObject({
  metric: z.string(),
  title: z.string(),
  unit: z.string(),
  aggregation,
  quantity: decimal,
  cost: money,
  events: count,
  /** The price version of the catalogue that counted; null where none did. */
  costVersion: count.nullable(),
  costPerUnit: decimal.nullable(),
  /** Sum of the adjustments that this month takes. */
  adjustments: z.strictObject({ quantity: decimal, cost: money, events: count, months: z.array(month) }),
  /** One entry a day, the days without usage too. */
  days: z.array(z.strictObject({ day, quantity: decimal, events: count })),
});
export type MetricUse = z.infer<typeof metricUse>;

const metricVersion = z.strictObject({
  version: count,
  costPerUnit: decimal,
  costFrom: month,
  /** null: any. */
  dimensions: z.array(z.string()).nullable(),
  declaredAt: isoTime,
  origin: z.enum(['built-in', 'source', 'member']),
  declaredBy: z.string(),
  sha256: hex64,
});

const metricEntry = z.strictObject({
  metric: z.string(),
  title: z.string(),
  unit: z.string(),
  spellings: z.array(z.string()),
  aggregation,
  /** What a UNIQUE_COUNT counts; null: whole sets of dimensions. */
  uniqueOf: z.string().nullable(),
  keeping: z.enum(['raw', 'preaggregated']),
  dimensions: z.array(z.string()).nullable(),
  version: count,
  /** What a unit costs in the month of now; null before its first price counts. */
  costPerUnit: decimal.nullable(),
  costVersion: count.nullable(),
});
export type MetricEntry = z.infer<typeof metricEntry>;

const period = z.strictObject({
  month,
  state: periodState,
  startsAt: isoTime,
  endsAt: isoTime,
  /** When it closes, or closed, by time; an early close has its own moment in `closedAt`. */
  closesAt: isoTime,
  closedAt: isoTime.nullable(),
  /** Null where it closed by time. */
  closedBy: z.string().nullable(),
  reason: z.string().nullable(),
  events: count,
  /** Events that came for it after it was closed. */
  late: count,
  tenants: count,
  cost: money,
  mayClose: z.boolean(),
  /** Why it may not, or what closing does. */
  says: z.string(),
});
export type UsagePeriod = z.infer<typeof period>;

const settings = z.strictObject({
  lateWindowHours: z.int().min(0).max(8784),
  mostSeries: z.int().min(1).max(1_000_000),
  mostDimensions: z.int().min(1).max(64),
  longestDimension: z.int().min(1).max(1024),
});
export type MeteringSettings = z.infer<typeof settings>;

/** In the common shape of every proof. */
const proof = z.strictObject({
  says: z.string(),
  checkedAt: isoTime.nullable(),
  rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
  formula: z.array(z.strictObject({ says: z.string(), figure: z.string(), holds: z.boolean().nullable() })),
  inputs: z.array(z.strictObject({ name: z.string(), says: z.string(), sha256: hex64.nullable(), address: address.nullable() })),
  resultSha256: hex64.nullable(),
  command: z.string(),
  changedSince: z.string().nullable(),
});

const provenEvent = z.strictObject({
  ingestNo: count,
  source: z.string(),
  id: z.string(),
  at: isoTime,
  quantity: decimal,
  dimensions: z.record(z.string(), z.string()),
  /** It came late, and this month takes it. */
  adjusts: month.nullable(),
  /** The file it came in, and when. */
  path: z.string(),
  takenAt: isoTime,
});

const rebuild = z.strictObject({
  at: isoTime,
  member: z.string().nullable(),
  events: count,
  rows: count,
  stoodSha256: hex64,
  madeSha256: hex64,
  same: z.boolean(),
  differing: count,
  elapsedMs: count,
});
export type UsageRebuild = z.infer<typeof rebuild>;

export const metering = {
  /** Pages of tenants, by id; inside a tenant by metric and period. Ask on with `after` until `next` is null. */
  'usage.report': query({
    roles: 'any',
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({
      tenantId: tenantId.optional(),
      metric: metric.optional(),
      /** Half-open; both at the beginning of a period of the grain. */
      from: isoTime,
      to: isoTime,
      by: grain,
      after: cursor.optional(),
    }),
    output: z.strictObject({ rows: z.array(usageRow), next: cursor.nullable(), conservation: usageConservation }),
  }),
  /** A tenant's month so far and its last days, metric by metric. */
  'usage.tenant': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, month: month.optional(), days: z.int().min(1).max(92).default(30) }),
    output: z.strictObject({
      tenantId: z.string(),
      month,
      state: periodState,
      metrics: z.array(metricUse),
      cost: money,
      lastEventAt: isoTime.nullable(),
      conservation: usageConservation,
    }),
  }),
  /** All tenants together. A MAX, UNIQUE_COUNT or LATEST is not added over tenants: its quantity is null. */
  'usage.overview': query({
    roles: 'any',
    input: z.strictObject({ month: month.optional() }),
    output: z.strictObject({
      month,
      state: periodState,
      closesAt: isoTime,
      metrics: z.array(
        z.strictObject({
          metric: z.string(),
          title: z.string(),
          unit: z.string(),
          aggregation,
          quantity: decimal.nullable(),
          cost: money,
          events: count,
          tenants: count,
          adjustmentEvents: count,
          days: z.array(z.strictObject({ day, quantity: decimal.nullable(), events: count })),
        }),
      ),
      cost: money,
      costBefore: money,
      events: count,
      conservation: usageConservation,
      lastTakenAt: isoTime.nullable(),
      topTenants: z.array(z.strictObject({ tenantId: z.string(), name: z.string(), cost: money })),
    }),
  }),
  /** What a figure of the report follows from, down to its events. */
  'usage.proof': query({
    roles: 'any',
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({ tenantId, metric, by: grain, periodStart: isoTime, after: count.optional() }),
    output: z.strictObject({
      name: z.string(),
      value: z.string(),
      holds: z.boolean(),
      proof,
      /** Empty for a metric that keeps no events. */
      events: z.array(provenEvent),
      nextEvent: count.nullable(),
    }),
  }),
  /** Makes all rollups again from nothing but events, and holds them against those that stand. */
  'usage.rebuild': command({ roles: KEEPERS, input: noInput, output: startedJob }),
  'usage.rebuilds': query({ input: noInput, output: z.strictObject({ rebuilds: z.array(rebuild) }) }),
  /** Events whose key came before with another payload. */
  'usage.conflicts': query({
    roles: 'any',
    input: z.strictObject({ tenantId: tenantId.optional(), after: count.optional() }),
    output: z.strictObject({
      rows: z.array(
        z.strictObject({
          conflictNo: count,
          tenantId: z.string(),
          source: z.string(),
          id: z.string(),
          at: isoTime,
          path: z.string(),
          /** Ingest number of the event that stands. */
          against: count,
          text: z.string(),
        }),
      ),
      next: count.nullable(),
    }),
  }),
  'metric.list': query({ roles: 'any', input: noInput, output: z.strictObject({ metrics: z.array(metricEntry) }) }),
  'metric.show': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ metric }),
    output: z.strictObject({ metric: metricEntry, versions: z.array(metricVersion) }),
  }),
  /** Declares a metric, or a later version of one: cost and dimensions may change, nothing else. */
  'metric.declare': command({
    roles: KEEPERS,
    errors: ['BAD_INPUT', 'CONFLICT'],
    input: z.strictObject({
      metric,
      version: z.int().min(1).max(1_000_000),
      title: z.string().trim().min(1).max(120).optional(),
      unit: z.string().min(1).max(64),
      spellings: z.array(z.string().min(1).max(64)).max(20).default([]),
      aggregation,
      uniqueOf: z.string().max(64).nullable().default(null),
      keeping: z.enum(['raw', 'preaggregated']).default('raw'),
      dimensions: z.array(z.string().max(64)).max(64).nullable().default(null),
      costPerUnit: decimal,
      costFrom: month,
    }),
    output: z.strictObject({ metric: metricEntry, says: z.string() }),
  }),
  'period.list': query({ input: noInput, output: z.strictObject({ periods: z.array(period), settings }) }),
  /** Closes a month that has ended before its late window does. It cannot be opened again. */
  'period.close': command({
    roles: CLOSERS,
    errors: ['CONFLICT', 'NOT_FOUND'],
    input: z.strictObject({ month, reason }),
    output: z.strictObject({ periods: z.array(period), settings }),
  }),
  'metering.configure': command({ roles: KEEPERS, input: z.strictObject({ ...settings.shape, reason }), output: done }),
} as const;

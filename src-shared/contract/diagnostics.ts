import { address, count, download, done, isoTime } from './common.ts';
import { command, query, z } from './define.ts';
import type { Role } from './roles.ts';

/** How the console itself is doing: what operations watch, in figures over time, traces and the bounds of alerts. */

const OPERATORS: readonly Role[] = ['admin', 'founder', 'engineering', 'platform', 'auditor', 'leadership', 'finance'];
const KEEPERS: readonly Role[] = ['admin', 'founder', 'engineering', 'platform'];

const bounds = z.strictObject({
  aggregationLagSeconds: z.int().min(1).max(86_400),
  /** Rows that may come to quarantine within a day. */
  quarantineGrowth: z.int().min(1).max(10_000_000),
  mismatchPercent: z.number().min(0.001).max(100),
  hoursLate: z.int().min(1).max(720),
});
export type AlertBoundsDocument = z.infer<typeof bounds>;

const seriesId = z.enum(['quarantine', 'lag', 'p95', 'memory']);

const latency = z.strictObject({
  name: z.string(),
  count,
  /** Of the newest 512 calls, milliseconds. */
  p50Ms: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
  failures: count,
});

export const diagnostics = {
  'diagnostics.get': query({
    roles: OPERATORS,
    input: z.strictObject({}),
    output: z.strictObject({
      since: isoTime,
      figures: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          /** null while it is not known. */
          value: z.number().nullable(),
          unit: z.enum(['count', 'seconds', 'ms', 'percent', 'hours', 'bytes']),
          status: z.enum(['ok', 'warn', 'bad', 'idle']),
          says: z.string(),
          address: address.nullable(),
        }),
      ),
      /** One reading a minute since this console started, at most a day of them. */
      series: z.array(
        z.strictObject({ id: seriesId, title: z.string(), unit: z.string(), points: z.array(z.tuple([isoTime, z.number()])) }),
      ),
      /** What the feeds brought, by UTC day of the run, oldest first. */
      intake: z.array(
        z.strictObject({ date: z.string(), accepted: count, duplicate: count, conflict: count, late: count, quarantined: count }),
      ),
      calls: z.array(latency),
      queries: z.array(latency),
      alerts: z.array(
        z.strictObject({
          key: z.string(),
          title: z.string(),
          says: z.string(),
          severity: z.enum(['warn', 'bad']),
          since: isoTime,
          address,
        }),
      ),
      bounds,
    }),
  }),
  'diagnostics.setBounds': command({ roles: KEEPERS, input: bounds, output: done }),
  'diagnostics.traces': query({
    roles: OPERATORS,
    input: z.strictObject({ limit: z.int().min(1).max(500).default(100) }),
    output: z.strictObject({
      spans: z.array(
        z.strictObject({
          traceId: z.string(),
          spanId: z.string(),
          parentSpanId: z.string().nullable(),
          name: z.string(),
          startedAt: isoTime,
          durationMs: z.number(),
          outcome: z.string(),
          attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        }),
      ),
    }),
  }),
  /** The spans in memory as one OTLP/JSON file. */
  'diagnostics.saveTraces': command({ roles: OPERATORS, input: z.strictObject({}), output: download }),
  /** The metrics in Prometheus text form, as a file. */
  'diagnostics.saveMetrics': command({ roles: OPERATORS, input: z.strictObject({}), output: download }),
} as const;

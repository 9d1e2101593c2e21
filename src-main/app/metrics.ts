import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Conservation } from '../../src-shared/contract/sources.ts';

/** What operations watch, in Prometheus text form (`countersign metrics`, Settings → About). */
export interface Metrics {
  call(name: string, outcome: string, seconds: number): void;
  denied(procedure: string, role: string): void;
  slowQuery(name: string): void;
  slowQueries(): number;
  synced(source: string, outcome: string, accepted: number, quarantined: number, seconds: number): void;
  verified(verdict: string, receipts: number, seconds: number): void;
  /** Rows that came in, by feed and outcome: emit rate and deduplication are rates of it. */
  rows(feed: string, counts: Conservation): void;
  /** A decision of policy: how long it took, and which way it went. */
  policy(action: string, allowed: boolean, seconds: number): void;
  limitCrossed(metric: string, level: 'soft' | 'hard'): void;
  exported(kind: string): void;
  /** A signature or a manifest that did not verify. */
  signatureFailed(kind: string): void;
  /** Whether the counts of the catalogue's filters were still known. */
  filterCache(hit: boolean): void;
  backfilled(rows: number, seconds: number): void;
  gauge(name: GaugeName, value: number): void;
  /** Runs before each reading, to bring gauges up to date; a failure leaves them as they were. */
  beforeReading(refresh: () => Promise<void>): void;
  text(): Promise<string>;
}

const GAUGES = {
  quarantine_open: 'Rows waiting in quarantine.',
  chains_broken: 'Chains whose last verdict is BROKEN.',
  disk_free_bytes: 'Free bytes on the disk of the workspace.',
  receipts_unverified: 'Receipts that came in after the last verification.',
  aggregation_lag_seconds: 'Age of the oldest accepted event that no total holds yet.',
  validation_mismatch_percent: 'Largest deviation of the last recount.',
  feeds_late: 'Feeds that are past their promise.',
  feed_hours_late_max: 'Hours by which the latest feed is past its promise.',
  incidents_open: 'Incidents that stand open.',
} as const;
export type GaugeName = keyof typeof GAUGES;

export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const calls = new Histogram({
    name: 'countersign_call_seconds',
    help: 'Duration of a call of the contract, by procedure and outcome code.',
    labelNames: ['procedure', 'outcome'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const denials = new Counter({
    name: 'countersign_denied_total',
    help: 'Calls refused for the role of the caller.',
    labelNames: ['procedure', 'role'],
    registers,
  });
  const slow = new Counter({
    name: 'countersign_slow_queries_total',
    help: 'Queries of 40 ms and more, by name.',
    labelNames: ['query'],
    registers,
  });
  const rows = new Counter({
    name: 'countersign_sync_rows_total',
    help: 'Rows taken by sync, by source and outcome.',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const runs = new Histogram({
    name: 'countersign_sync_seconds',
    help: 'Duration of a sync run.',
    labelNames: ['source', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 30, 120],
    registers,
  });
  const receipts = new Counter({
    name: 'countersign_verified_receipts_total',
    help: 'Receipts verified.',
    labelNames: ['verdict'],
    registers,
  });
  const verifySeconds = new Histogram({
    name: 'countersign_verify_seconds',
    help: 'Duration of a verification of one chain.',
    labelNames: ['verdict'],
    buckets: [0.05, 0.2, 1, 5, 30, 120],
    registers,
  });
  const feedRows = new Counter({
    name: 'countersign_feed_rows_total',
    help: 'Rows that came in, by feed and outcome.',
    labelNames: ['feed', 'outcome'],
    registers,
  });
  const policies = new Histogram({
    name: 'countersign_policy_seconds',
    help: 'Duration of a decision of policy, by action and outcome.',
    labelNames: ['action', 'decision'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.02, 0.1],
    registers,
  });
  const crossings = new Counter({
    name: 'countersign_limit_crossings_total',
    help: 'Limits that were passed, by metric and level.',
    labelNames: ['metric', 'level'],
    registers,
  });
  const exports = new Counter({ name: 'countersign_exports_total', help: 'Files that left, by kind.', labelNames: ['kind'], registers });
  const signatureFailures = new Counter({
    name: 'countersign_signature_failures_total',
    help: 'Signatures and manifests that did not verify, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const filterCache = new Counter({
    name: 'countersign_filter_cache_total',
    help: "Whether the counts of the catalogue's filters were still known.",
    labelNames: ['outcome'],
    registers,
  });
  const backfills = new Histogram({
    name: 'countersign_backfill_seconds',
    help: 'Duration of a backfill.',
    buckets: [0.1, 1, 5, 30, 120, 600],
    registers,
  });
  const backfilledRows = new Counter({ name: 'countersign_backfilled_rows_total', help: 'Rows that backfills brought.', registers });
  const gauges = Object.fromEntries(
    Object.entries(GAUGES).map(([name, help]) => [name, new Gauge({ name: `countersign_${name}`, help, registers })]),
  ) as Record<GaugeName, Gauge>;
  const refreshers: (() => Promise<void>)[] = [];
  let slowCount = 0;
  return {
    call: (procedure, outcome, seconds) => calls.labels(procedure, outcome).observe(seconds),
    denied: (procedure, role) => denials.labels(procedure, role).inc(),
    slowQuery: (name) => {
      slowCount += 1;
      slow.labels(name).inc();
    },
    slowQueries: () => slowCount,
    synced: (source, outcome, accepted, quarantined, seconds) => {
      rows.labels(source, 'accepted').inc(accepted);
      rows.labels(source, 'quarantined').inc(quarantined);
      runs.labels(source, outcome).observe(seconds);
    },
    verified: (verdict, count, seconds) => {
      receipts.labels(verdict).inc(count);
      verifySeconds.labels(verdict).observe(seconds);
    },
    gauge: (name, value) => gauges[name].set(value),
    rows: (feed, counts) => {
      for (const outcome of ['accepted', 'duplicate', 'conflict', 'late', 'quarantined'] as const)
        feedRows.labels(feed, outcome).inc(counts[outcome]);
    },
    policy: (action, allowed, seconds) => policies.labels(action, allowed ? 'allow' : 'deny').observe(seconds),
    limitCrossed: (metric, level) => crossings.labels(metric, level).inc(),
    exported: (kind) => exports.labels(kind).inc(),
    signatureFailed: (kind) => signatureFailures.labels(kind).inc(),
    filterCache: (hit) => filterCache.labels(hit ? 'hit' : 'miss').inc(),
    backfilled: (count, seconds) => {
      backfills.observe(seconds);
      backfilledRows.inc(count);
    },
    beforeReading: (refresh) => {
      refreshers.push(refresh);
    },
    text: async () => {
      await Promise.allSettled(refreshers.map((refresh) => refresh()));
      return registers[0]!.metrics();
    },
  };
}

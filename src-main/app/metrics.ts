import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What operations watch, in Prometheus text form (`countersign metrics`, Settings → About). */
export interface Metrics {
  call(name: string, outcome: string, seconds: number): void;
  denied(procedure: string, role: string): void;
  slowQuery(name: string): void;
  slowQueries(): number;
  synced(source: string, outcome: string, accepted: number, quarantined: number, seconds: number): void;
  verified(verdict: string, receipts: number, seconds: number): void;
  gauge(name: 'quarantine_open' | 'chains_broken' | 'disk_free_bytes' | 'receipts_unverified', value: number): void;
  text(): Promise<string>;
}

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
  const gauges = {
    quarantine_open: new Gauge({ name: 'countersign_quarantine_open', help: 'Rows waiting in quarantine.', registers }),
    chains_broken: new Gauge({ name: 'countersign_chains_broken', help: 'Chains whose last verdict is BROKEN.', registers }),
    disk_free_bytes: new Gauge({ name: 'countersign_disk_free_bytes', help: 'Free bytes on the disk of the workspace.', registers }),
    receipts_unverified: new Gauge({
      name: 'countersign_receipts_unverified',
      help: 'Receipts that came in after the last verification.',
      registers,
    }),
  };
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
    text: () => registers[0]!.metrics(),
  };
}

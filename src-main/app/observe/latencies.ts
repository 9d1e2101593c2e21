/** Durations by name: the newest of each, for exact percentiles of what is happening now. */
export interface Latency {
  readonly name: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly failures: number;
}

export interface Latencies {
  record(name: string, durationMs: number, ok: boolean): void;
  /** By the time spent, most first. */
  list(limit: number): readonly Latency[];
  /** 95th percentile over the newest calls of all names; null before the first. */
  p95(): number | null;
}

const KEPT = 512;

interface Kept {
  readonly ring: number[];
  count: number;
  failures: number;
  totalMs: number;
}

/** Nearest rank: the smallest value that at least `share` of them do not exceed. */
export const nearestRank = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

export function createLatencies(): Latencies {
  const byName = new Map<string, Kept>();
  const newest: number[] = [];
  let at = 0;
  return {
    record: (name, durationMs, ok) => {
      let kept = byName.get(name);
      if (kept === undefined) {
        kept = { ring: [], count: 0, failures: 0, totalMs: 0 };
        byName.set(name, kept);
      }
      kept.ring[kept.count % KEPT] = durationMs;
      kept.count += 1;
      kept.totalMs += durationMs;
      if (!ok) kept.failures += 1;
      newest[at % KEPT] = durationMs;
      at += 1;
    },
    list: (limit) =>
      [...byName]
        .sort(([, a], [, b]) => b.totalMs - a.totalMs)
        .slice(0, limit)
        .map(([name, { ring, count, failures }]) => ({
          name,
          count,
          p50Ms: rounded(nearestRank(ring, 0.5)),
          p95Ms: rounded(nearestRank(ring, 0.95)),
          maxMs: rounded(Math.max(...ring)),
          failures,
        })),
    p95: () => (newest.length === 0 ? null : rounded(nearestRank(newest, 0.95))),
  };
}

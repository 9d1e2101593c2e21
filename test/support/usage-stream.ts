import { createSeeded } from '../../src-main/app/demo/seeded.ts';
import { createChance, eventLine, type Fault, FAULTS, faultyLine, type Meter, usageEvents } from '../../src-main/app/demo/usage-lines.ts';

/** A stream of metering events for tests and benches, from the code that makes the demo's. */
export interface StreamOptions {
  readonly seed: string;
  readonly tenants: number;
  /** ISO 8601 UTC: the first day, and how many. */
  readonly from: string;
  readonly days: number;
  /** Events a day for each tenant and metric. */
  readonly perDay: number;
  /** What is metered; tokens, requests and ingest units when left out. */
  readonly metrics?: readonly { readonly metric: string; readonly unit: string }[];
  /** One line in so many goes wrong; none when left out. */
  readonly faultEvery?: number;
  /** ISO 8601 UTC: what "in the future" is measured by. Needed with faults. */
  readonly now?: string;
}

export interface StreamLine {
  readonly line: string;
  readonly tenantId: string;
  /** null: the line is good, and the first with its key. */
  readonly fault: Fault | null;
}

export const streamTenant = (n: number): string => `tn_${String(n).padStart(6, '0')}`;

const METRICS = [
  { metric: 'llm_token', unit: 'token' },
  { metric: 'api_request', unit: 'request' },
  { metric: 'ingest_unit', unit: 'unit' },
];

/** Tenant by tenant, metric by metric; a faulty line follows the good one that it was made from. */
export function* usageStream(options: StreamOptions): Generator<StreamLine> {
  const { seed, tenants, from, days, perDay, metrics = METRICS, faultEvery, now } = options;
  const seeded = createSeeded(seed);
  const start = Date.parse(from);
  const meters: readonly Meter[] = metrics.map((metric) => ({
    ...metric,
    perDay: () => perDay,
    quantity: (_at, _share, chance) => String(1 + Math.floor(chance() * 10_000)),
  }));
  let lines = 0;
  for (let n = 0; n < tenants; n += 1) {
    const tenantId = streamTenant(n);
    const chance = createChance(seeded.bytes(`stream ${n}`));
    const emitter = { tenantId, source: 'urn:test:metering', from: start, until: start + days * 86_400_000, meters, chance };
    for (const event of usageEvents(emitter)) {
      yield { line: eventLine(event), tenantId, fault: null };
      lines += 1;
      if (faultEvery === undefined || lines % faultEvery !== 0) continue;
      const fault = FAULTS[Math.floor(lines / faultEvery) % FAULTS.length]!;
      yield { line: faultyLine(event, fault, Date.parse(now ?? from)), tenantId, fault };
    }
  }
}

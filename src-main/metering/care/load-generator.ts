import type { UsageInput } from '../../../src-shared/emitter/index.ts';
import { DAY_MS } from '../usage-time.ts';
import { seededChance } from './seeded-sample.ts';

/** Usage of a made-up service, for load and for tests: the same seed gives the same events, keys and all. */

export interface LoadOptions {
  readonly seed: string;
  readonly tenants: readonly string[];
  readonly events: number;
  /** Milliseconds since 1970: the events lie in the days before it. */
  readonly untilMs: number;
  readonly days: number;
}

const METERS = [
  { metric: 'api_request', unit: 'request', most: 40, places: 0, dimension: ['region', ['eu', 'us']] },
  { metric: 'llm_token', unit: 'token', most: 4_000, places: 0, dimension: ['model', ['small', 'large']] },
  { metric: 'ingest_unit', unit: 'unit', most: 250, places: 2, dimension: null },
  { metric: 'query_credit', unit: 'credit', most: 9, places: 3, dimension: null },
] as const;

/** Events in the order of their time. */
export function* loadEvents({ seed, tenants, events, untilMs, days }: LoadOptions): Generator<UsageInput> {
  const chance = seededChance(seed);
  const step = (days * DAY_MS) / Math.max(1, events);
  for (let n = 0; n < events; n += 1) {
    const tenantId = tenants[Math.floor(chance() * tenants.length)]!;
    const meter = METERS[Math.floor(chance() * METERS.length)]!;
    const time = new Date(Math.floor(untilMs - days * DAY_MS + (n + chance()) * step)).toISOString();
    const quantity = (1 + chance() * meter.most).toFixed(meter.places);
    const { dimension } = meter;
    yield {
      tenantId,
      metric: meter.metric,
      unit: meter.unit,
      quantity,
      time,
      key: `${seed}-${String(n).padStart(9, '0')}`,
      ...(dimension === null ? {} : { dimensions: { [dimension[0]]: dimension[1][chance() < 0.7 ? 0 : 1] } }),
    };
  }
}

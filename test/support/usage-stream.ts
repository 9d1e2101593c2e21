import { seededRandom } from './chain-builder.ts';

/** Streams of usage events with every outcome, and what must become of them by a plain reading of the rules. */

export interface StreamEvent {
  /** As it is delivered: one line. */
  readonly line: string;
  /** Tenant, source and id; null for a row that has no key of its own. */
  readonly key: string | null;
}

export const TENANTS = ['tn_a', 'tn_b', 'tn_c'] as const;
/** Its record comes late. */
export const LATE_TENANT = 'tn_late';
export const NOW = '2026-06-20T12:00:00.000Z';
/** April is closed at NOW, with a late window of 72 hours; May too. */
const TIMES = [
  '2026-04-03T05:00:00Z',
  '2026-04-30T23:59:59.999999999Z',
  '2026-05-12T10:30:00.5Z',
  '2026-05-31T23:59:59Z',
  '2026-06-01T00:00:00Z',
  '2026-06-01T00:59:59.999Z',
  '2026-06-02T13:15:00+02:00',
  '2026-06-10T10:10:10.123456789Z',
  '2026-06-15T08:00:00Z',
  '2026-06-20T11:59:59Z',
  '2026-06-21T11:00:00Z',
];

const METRICS = [
  { metric: 'llm_token', unit: 'token' },
  { metric: 'api_request', unit: 'requests' },
  { metric: 'seat', unit: 'seat' },
  { metric: 'storage_gb_month', unit: 'GB' },
  { metric: 't_count', unit: 'call' },
  { metric: 't_max', unit: 'thread' },
  { metric: 't_unique', unit: 'user' },
  { metric: 't_latest', unit: 'row' },
  { metric: 't_pre_sum', unit: 'hit' },
  { metric: 't_pre_max', unit: 'hit' },
];

/** The metrics that the built-in ones leave out, as a catalogue declares them. */
export const TEST_METRICS = [
  { metric: 't_count', version: 1, unit: 'call', aggregation: 'COUNT', cost_per_unit: '0.5' },
  { metric: 't_max', version: 1, unit: 'thread', aggregation: 'MAX', cost_per_unit: '2' },
  { metric: 't_unique', version: 1, unit: 'user', aggregation: 'UNIQUE_COUNT', unique_of: 'user', cost_per_unit: '1.25' },
  { metric: 't_latest', version: 1, unit: 'row', aggregation: 'LATEST', cost_per_unit: '0.01' },
  { metric: 't_pre_sum', version: 1, unit: 'hit', aggregation: 'SUM', keeping: 'preaggregated', cost_per_unit: '0.1' },
  { metric: 't_pre_max', version: 1, unit: 'hit', aggregation: 'MAX', keeping: 'preaggregated', cost_per_unit: '0.1' },
];

const QUANTITIES = [
  '0',
  '1',
  '2.5',
  '0.000000000000000001',
  '12345.678',
  '1e3',
  '7',
  '999999999.999999999999999999',
  '4500000000000000000',
];

export const eventLine = (event: {
  readonly id: string;
  readonly tenant: string;
  readonly metric: string;
  readonly unit: string;
  readonly quantity: string;
  readonly time: string;
  readonly asNumber?: boolean;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly extra?: string;
}): string => {
  const { id, tenant, metric, unit, quantity, time, asNumber, dimensions, source = 'api', extra } = event;
  const written = asNumber === true ? quantity : JSON.stringify(quantity);
  const dims = dimensions === undefined ? '' : `,"dimensions":${JSON.stringify(dimensions)}`;
  return `{"specversion":"1.0","id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"type":"countersign.usage.v1","subject":${JSON.stringify(tenant)},"time":"${time}","data":{"metric":"${metric}","quantity":${written},"unit":"${unit}"${dims}${extra === undefined ? '' : `,${extra}`}}}`;
};

/** The same event, spelled otherwise: members in another order, a time with another offset, the quantity as a number. */
const respelled = (line: string): string => {
  const { data, time, ...rest } = JSON.parse(line) as Record<string, unknown> & { data: Record<string, unknown>; time: string };
  const quantity = JSON.stringify(data['quantity']);
  return JSON.stringify({ data: { ...data, quantity: '@' }, traceparent: '00-1', ...rest, time: time.replace(/Z$/, '+00:00') }, null, 1)
    .replaceAll('\n', ' ')
    .replace('"@"', quantity);
};

export function usageStream(seed: number, size: number): StreamEvent[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const events: StreamEvent[] = [];
  for (let n = 0; n < size; n += 1) {
    const tenant = random() < 0.12 ? LATE_TENANT : pick(TENANTS);
    const { metric, unit } = pick(METRICS);
    // Ids that grow, that shrink, and some beyond ASCII.
    const id = random() < 0.5 ? `e-${String(n).padStart(6, '0')}` : random() < 0.9 ? `z-${999_999 - n}` : `ü${n}`;
    const source = random() < 0.8 ? 'api' : 'batch/ö';
    const event = {
      id,
      tenant,
      metric,
      unit,
      source,
      quantity: pick(QUANTITIES),
      time: pick(TIMES),
      asNumber: random() < 0.3,
      ...(random() < 0.6 ? { dimensions: { user: pick(['u1', 'u2', 'u3']), region: pick(['eu', 'us']) } } : {}),
    };
    const key = `${tenant}\n${source}\n${id}`;
    const line = eventLine(event);
    const kind = random();
    if (kind < 0.06) events.push({ line: eventLine({ ...event, quantity: '-1' }), key: null });
    else if (kind < 0.09) events.push({ line: eventLine({ ...event, time: '2026-06-21T12:00:00.001Z' }), key: null });
    else if (kind < 0.12) events.push({ line: line.slice(0, -3), key: null });
    else if (kind < 0.15) events.push({ line: eventLine({ ...event, tenant: 'tn_nobody' }), key: null });
    else if (kind < 0.17) events.push({ line: eventLine({ ...event, quantity: '9000000000000000001' }), key: null });
    else if (kind < 0.19) events.push({ line: eventLine({ ...event, unit: 'furlong' }), key: null });
    else {
      events.push({ line, key });
      if (random() < 0.2) events.push({ line: random() < 0.5 ? line : respelled(line), key });
      if (random() < 0.1) events.push({ line: eventLine({ ...event, quantity: '31337' }), key });
      if (random() < 0.05) events.push({ line: eventLine({ ...event, extra: '"note":"x"' }), key });
    }
  }
  // A bad row that comes again.
  for (const event of events.filter(({ key }) => key === null).slice(0, 5)) events.push(event);
  return events;
}

/** Another order in which the first delivery of each key still comes first. */
export function reordered(events: readonly StreamEvent[], seed: number): StreamEvent[] {
  const random = seededRandom(seed);
  const shuffled = events.map((event, first) => ({ event, first, at: random() })).sort((a, b) => a.at - b.at);
  const places = new Map<string, number[]>();
  for (const [place, { event }] of shuffled.entries())
    if (event.key !== null) places.set(event.key, [...(places.get(event.key) ?? []), place]);
  for (const [, at] of places) {
    const earliest = at.reduce((best, place) => (shuffled[place]!.first < shuffled[best]!.first ? place : best));
    const [front] = at;
    [shuffled[front!], shuffled[earliest]] = [shuffled[earliest]!, shuffled[front!]!];
  }
  return shuffled.map(({ event }) => event);
}

/** Cuts a list at random places. */
export function pieces<T>(list: readonly T[], seed: number, most: number): T[][] {
  const random = seededRandom(seed);
  const found: T[][] = [];
  for (let at = 0; at < list.length;) {
    const size = 1 + Math.floor(random() * most);
    found.push(list.slice(at, at + size));
    at += size;
  }
  return found;
}

export const tenantLine = (tenantId: string): string =>
  JSON.stringify({
    tenant_id: tenantId,
    name: tenantId,
    partner_id: 'partner_1',
    tier: 'pro',
    plan_id: 'unknown-plan',
    plan_version: '1',
    status: 'active',
    region: 'eu',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  });

import { seededRandom } from '../../support/chain-builder.ts';

/** Events as a busy platform emits them: many tenants, four metrics, time-ordered, a few delivered twice. */

const METRICS = [
  { metric: 'llm_token', unit: 'token' },
  { metric: 'api_request', unit: 'request' },
  { metric: 'ingest_unit', unit: 'unit' },
  { metric: 'query_credit', unit: 'credit' },
] as const;
const REGIONS = ['eu', 'us'] as const;
const START_MS = Date.parse('2026-06-01T00:00:00Z');
const SPAN_MS = 29 * 86_400_000;
/** A moment at which June still runs. */
export const BENCH_NOW = '2026-06-30T12:00:00.000Z';

export interface UsageStream {
  readonly tenants: number;
  /** NDJSON in deliveries, each of whole lines. */
  readonly deliveries: () => Generator<Buffer>;
  readonly events: number;
}

/**
 * @param order `time`: ids grow with time, as UUIDv7 do; `random`: they do not, as UUIDv4
 */
export function usageStreamOf(events: number, tenants: number, order: 'time' | 'random', deliveryBytes = 2 * 1024 * 1024): UsageStream {
  function* deliveries(): Generator<Buffer> {
    const random = seededRandom(42);
    let lines: string[] = [];
    let bytes = 0;
    let last = '';
    for (let n = 0; n < events; n += 1) {
      let line: string;
      if (n % 100 === 99) line = last;
      else {
        const ms = START_MS + Math.floor((SPAN_MS * n) / events);
        const { metric, unit } = METRICS[Math.floor(random() * METRICS.length)]!;
        const tenant = Math.floor(random() * tenants);
        const quantity =
          metric === 'query_credit'
            ? `${Math.floor(random() * 40)}.${Math.floor(random() * 90) + 10}`
            : String(1 + Math.floor(random() * 5000));
        line = `{"specversion":"1.0","id":"${uuid(order === 'time' ? ms : Math.floor(random() * 2 ** 47), n, random)}","source":"gateway","type":"countersign.usage.v1","subject":"tn_${tenant}","time":"${new Date(ms).toISOString()}","datacontenttype":"application/json","data":{"metric":"${metric}","quantity":"${quantity}","unit":"${unit}","dimensions":{"region":"${REGIONS[n & 1]!}"}}}\n`;
        last = line;
      }
      lines.push(line);
      bytes += line.length;
      if (bytes >= deliveryBytes) {
        yield Buffer.from(lines.join(''), 'latin1');
        lines = [];
        bytes = 0;
      }
    }
    if (lines.length > 0) yield Buffer.from(lines.join(''), 'latin1');
  }
  return { tenants, deliveries, events };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(-digits);

const uuid = (ms: number, n: number, random: () => number): string => {
  const time = hex(ms, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(n & 0xfff, 3)}-8${hex(Math.floor(random() * 4096), 3)}-${hex(n, 12)}`;
};

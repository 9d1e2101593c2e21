/** Metering events as an emitter writes them. The same meters and the same chance give the same lines on any machine. */

/** One kind of use that is counted. */
export interface Meter {
  readonly metric: string;
  readonly unit: string;
  /** Events on the day that begins at `day` (milliseconds); 0.5 is one every other day. */
  readonly perDay: (day: number) => number;
  /** What one event says, as decimal text; `share` is the part of its day that it stands for, 0 < share ≤ 1. */
  readonly quantity: (at: number, share: number, chance: Chance) => string;
  /** Quantities written as JSON numbers; as text when left out. */
  readonly asNumber?: boolean;
  readonly dimensions?: (chance: Chance) => Readonly<Record<string, string>>;
}

/** 0 ≤ n < 1. */
export type Chance = () => number;

export interface UsageEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly tenantId: string;
  /** The CloudEvents source. */
  readonly source: string;
  readonly metric: string;
  readonly unit: string;
  readonly quantity: string;
  readonly asNumber: boolean;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Emitter {
  readonly tenantId: string;
  readonly source: string;
  /** Half-open, milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly meters: readonly Meter[];
  readonly chance: Chance;
}

export const EVENT_TYPE = 'switchboard.usage.recorded';
const DAY = 86_400_000;

/**
 * Small fast counter of chances (sfc32): hashing for every number would take longer than everything else.
 * @param seed at least 16 bytes.
 */
export function createChance(seed: Uint8Array): Chance {
  const view = new DataView(seed.buffer, seed.byteOffset);
  let a = view.getUint32(0);
  let b = view.getUint32(4);
  let c = view.getUint32(8);
  let d = view.getUint32(12);
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** All events of one tenant's emitter: meter by meter, each in the order of time. */
export function* usageEvents({ tenantId, source, from, until, meters, chance }: Emitter): Generator<UsageEvent> {
  for (const { metric, unit, perDay, quantity, asNumber = false, dimensions } of meters) {
    for (let day = Math.floor(from / DAY); day * DAY < until; day += 1) {
      const rate = perDay(day * DAY);
      const events = Math.floor((day + 1) * rate) - Math.floor(day * rate);
      const date = new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '');
      for (let n = 0; n < events; n += 1) {
        const at = Math.floor(day * DAY + ((n + chance()) / events) * DAY);
        const said = quantity(at, 1 / Math.max(rate, 1), chance);
        const about = dimensions?.(chance) ?? {};
        if (at >= from && at < until)
          yield { at, id: `${metric}-${date}-${n + 1}`, tenantId, source, metric, unit, quantity: said, asNumber, dimensions: about };
      }
    }
  }
}

/** One CloudEvents 1.0 event in structured mode, without the line's end. */
export function eventLine({ at, id, tenantId, source, metric, unit, quantity, asNumber, dimensions }: UsageEvent): string {
  const time = new Date(at).toISOString();
  const said = asNumber ? quantity : `"${quantity}"`;
  return `{"specversion":"1.0","type":"${EVENT_TYPE}","source":"${source}","id":"${id}","subject":"${tenantId}","time":"${time}","datacontenttype":"application/json","data":{"metric":"${metric}","quantity":${said},"unit":"${unit}","dimensions":${JSON.stringify(dimensions)}}}`;
}

/** What can be wrong with an event: each gives one outcome of intake. */
export const FAULTS = [
  'duplicate',
  'conflict',
  'future',
  'malformed',
  'negative',
  'beyond-range',
  'unknown-tenant',
  'unknown-metric',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The same event gone wrong. A duplicate and a conflict have its key; the others have keys of their own. */
export function faultyLine(event: UsageEvent, fault: Fault, now: number): string {
  const own = { ...event, id: `${event.id}-${fault}` };
  switch (fault) {
    case 'duplicate':
      return eventLine(event);
    case 'conflict':
      return eventLine({ ...event, quantity: `${event.quantity}${event.quantity.includes('.') ? '' : '.'}5` });
    case 'future':
      return eventLine({ ...own, at: now + 49 * 3_600_000 });
    case 'malformed':
      return eventLine(own).slice(0, -24);
    case 'negative':
      return eventLine({ ...own, quantity: `-${event.quantity}` });
    case 'beyond-range':
      return eventLine({ ...own, quantity: '1e40' });
    case 'unknown-tenant':
      return eventLine({ ...own, tenantId: `${event.tenantId}_copy` });
    case 'unknown-metric':
      return eventLine({ ...own, metric: 'gpu_second', unit: 'second' });
  }
}

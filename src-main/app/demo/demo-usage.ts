import { before, DAY, next, startOf } from './demo-months.ts';
import { type DemoPlan, type Metric, METRICS, planOf, UNITS } from './demo-plans.ts';
import { type DemoTenant, levelOf, type Partner } from './demo-tenants.ts';
import { changeOf, createdAt, lastActiveAt } from './demo-tenant-records.ts';
import type { Seeded } from './seeded.ts';
import { createChance, eventLine, type Fault, faultyLine, type Meter, usageEvents, type UsageEvent } from './usage-lines.ts';

/** Closed months with events before the present one. */
export const USAGE_MONTHS = 12;

/** In the last weeks use is seen in more detail. */
const RECENT_DAYS = 31;
const PER_DAY: Readonly<Record<Metric, readonly [before: number, recent: number]>> = {
  llm_token: [1.6, 4],
  api_request: [1.4, 4],
  ingest_unit: [1.4, 4],
  query_credit: [1.1, 3],
  storage_gb_month: [0.6, 1],
  seat: [1 / 7, 1 / 7],
};
/** So many digits after the point. */
const DIGITS: Readonly<Record<Metric, number>> = {
  llm_token: 0,
  api_request: 0,
  ingest_unit: 0,
  query_credit: 1,
  storage_gb_month: 3,
  seat: 0,
};
const MODELS = ['small', 'large'] as const;

/** Months with events at `now`, oldest first; the last one is not over. */
export function usageMonths(now: string): readonly string[] {
  const months = [new Date(Date.parse(now)).toISOString().slice(0, 7)];
  while (months.length <= USAGE_MONTHS) months.unshift(before(months[0]!));
  return months;
}

/** Less on Saturdays and Sundays; day 0 was a Thursday. */
const weekday = (at: number): number => ([0, 6].includes((Math.floor(at / DAY) + 4) % 7) ? 0.45 : 1.22);

function metersOf(tenant: DemoTenant, now: number): readonly Meter[] {
  const { grows = 1.015, spike, use } = tenant;
  const growth = (at: number) => grows ** ((at - now) / (30.4 * DAY));
  const spikeDay = Math.floor(now / DAY) - 1;
  const present: DemoPlan = planOf(tenant.tier);
  const changed = changeOf(tenant, now);
  return METRICS.map((metric): Meter => {
    const level = metric === 'seat' || metric === 'storage_gb_month';
    return {
      metric,
      unit: UNITS[metric],
      perDay: (day) => PER_DAY[metric][now - day < RECENT_DAYS * DAY ? 1 : 0] * (tenant.tier === 'free' ? 0.5 : 1),
      quantity: (at, share, chance) => {
        const noise = 0.75 + chance() / 2;
        if (level) return levelOf(tenant, metric, growth(at) * (metric === 'seat' ? 1 : 0.97 + noise * 0.03));
        const plan = changed !== null && at < changed.at ? changed.before : present;
        const daily = (plan.hard[metric] * use[metric] * growth(at)) / 30.4;
        const jump = Math.floor(at / DAY) === spikeDay ? (spike ?? 1) : 1;
        return Math.max(10 ** -DIGITS[metric], daily * share * weekday(at) * noise * jump).toFixed(DIGITS[metric]);
      },
      // Both ways of writing a quantity occur in real streams.
      asNumber: metric === 'api_request' || metric === 'seat',
      ...(metric === 'llm_token' ? { dimensions: (chance) => ({ model: MODELS[chance() < 0.7 ? 0 : 1] }) } : {}),
    };
  });
}

/** So that a tenant stands where its story says, on whatever day of the month the demo is made. */
function reachingItsLimits(tenant: DemoTenant, events: readonly UsageEvent[]): readonly UsageEvent[] {
  let all = events;
  for (const [metric, part] of Object.entries(tenant.reaches ?? {}) as [Metric, number][]) {
    const sum = all.reduce((total, event) => total + (event.metric === metric ? Number(event.quantity) : 0), 0);
    const factor = (planOf(tenant.tier).hard[metric] * part) / sum;
    all = all.map((event) =>
      event.metric === metric ? { ...event, quantity: (Number(event.quantity) * factor).toFixed(DIGITS[metric]) } : event,
    );
  }
  return all;
}

/** What goes wrong in a month, by partner; `index` counts from the oldest, `last` is the present one. */
function faultsOf(partner: Partner, index: number, last: number): readonly Fault[] {
  const nth = { northwind: 0, meridian: 1, kestrel: 2 }[partner];
  const some = (fault: Fault, times: number, when: boolean): readonly Fault[] => (when ? Array<Fault>(times).fill(fault) : []);
  return [
    ...some('duplicate', 5, true),
    ...some('malformed', 1, index % 4 === nth),
    ...some('negative', 2, index === 3 + 2 * nth),
    ...some('beyond-range', 1, index === 9 && partner === 'meridian'),
    ...some('conflict', 1, (index === 5 && partner === 'meridian') || (index === last && partner === 'northwind')),
    ...some('unknown-tenant', 2, index === last - 1 && partner === 'northwind'),
    ...some('unknown-metric', 4, index === last && partner === 'kestrel'),
    ...some('future', 1, index === last),
  ];
}

/** Lines that reach the console two months after they happened. */
const LATE_LINES = 3;

export interface EventFile {
  readonly partner: Partner;
  /** Below the source: `events/2026-05.ndjson`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** The event files of all months: a function of seed and `now`. Call it for each month in turn, oldest first. */
export function createDemoUsage(seeded: Seeded, tenants: readonly DemoTenant[], now: string) {
  const present = Date.parse(now);
  const months = usageMonths(now);
  const held = new Map<string, readonly UsageEvent[]>();

  const eventsOf = (tenant: DemoTenant, month: string): readonly UsageEvent[] => {
    const from = Math.max(startOf(month), createdAt(seeded, tenant, now));
    const until = Math.min(startOf(next(month)), lastActiveAt(seeded, tenant, now));
    if (from >= until) return [];
    const chance = createChance(seeded.bytes(`usage ${tenant.tenantId} ${month}`));
    const source = `urn:switchboard:metering:${tenant.partner}`;
    const events = [...usageEvents({ tenantId: tenant.tenantId, source, from, until, meters: metersOf(tenant, present), chance })];
    return month === months.at(-1) ? reachingItsLimits(tenant, events) : events;
  };

  const fileOf = (partner: Partner, month: string): EventFile => {
    const index = months.indexOf(month);
    const last = months.length - 1;
    const all = tenants
      .filter((tenant) => tenant.partner === partner)
      .flatMap((tenant) => eventsOf(tenant, month))
      .sort((a, b) => a.at - b.at || (a.tenantId < b.tenantId ? -1 : a.tenantId > b.tenantId ? 1 : a.id < b.id ? -1 : 1));
    const name = `${partner} ${month}`;
    const some = (what: string, n: number) => (all.length === 0 ? 0 : seeded.below(`${name} ${what} ${n}`, all.length));
    // Months that the present one follows: what is late must find them closed.
    const late = index > last - 2 ? new Set<number>() : new Set(Array.from({ length: LATE_LINES }, (_, n) => some('late', n)));
    held.set(
      name,
      all.filter((_, n) => late.has(n)),
    );
    const lines: string[] = [];
    for (const [n, event] of all.entries()) if (!late.has(n)) lines.push(eventLine(event));
    if (all.length > 0)
      for (const [n, fault] of faultsOf(partner, index, last).entries())
        lines.splice(Math.max(some(fault, n), 1), 0, faultyLine(all[some(`${fault} of`, n)]!, fault, present));
    for (const event of held.get(`${partner} ${months[index - 2] ?? ''}`) ?? []) lines.push(eventLine(event));
    return { partner, path: `events/${month}.ndjson`, text: lines.map((line) => `${line}\n`).join(''), lines: lines.length };
  };

  return { months, filesOf: (month: string, partners: readonly Partner[]): readonly EventFile[] => partners.map((p) => fileOf(p, month)) };
}

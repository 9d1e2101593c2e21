import { before, DAY, iso, startOf } from './demo-months.ts';
import { type DemoPlan, planOf, STARTER_BEFORE, type Tier } from './demo-plans.ts';
import type { DemoStatus, DemoTenant } from './demo-tenants.ts';
import type { Seeded } from './seeded.ts';

/** A line of a tenants or subscriptions feed, with the time at which it became known. */
export interface RecordLine {
  readonly tenant: DemoTenant;
  readonly feed: 'tenants' | 'subscriptions';
  /** Milliseconds. */
  readonly at: number;
  readonly text: string;
}

const monthsBack = (now: string, count: number): string => {
  let month = now.slice(0, 7);
  for (let n = 0; n < count; n += 1) month = before(month);
  return month;
};

/** When the tenant came: milliseconds. */
export function createdAt(seeded: Seeded, { name, status, since }: DemoTenant, now: string): number {
  const days = seeded.below(`${name} created`, 19);
  const minutes = seeded.below(`${name} minute`, 1440) * 60_000;
  if (status === 'trial') return Date.parse(now) - (3 + (days % 9)) * DAY - minutes;
  if (status === 'expired') return Date.parse(now) - 24 * DAY;
  const first = startOf(monthsBack(now, since));
  return since >= 12 ? first - (20 + days * 17) * DAY + minutes : first + days * DAY + minutes;
}

/** Its last event: milliseconds. */
export const lastActiveAt = (seeded: Seeded, { name, silentDays }: DemoTenant, now: string): number =>
  Date.parse(now) - (silentDays === undefined ? (2 + seeded.below(`${name} last`, 90)) * 60_000 : silentDays * DAY);

/** When the tenant changed its plan, and which one it had before; null where it never did. `now` in milliseconds. */
export function changeOf({ changed }: DemoTenant, now: number): { readonly at: number; readonly before: DemoPlan } | null {
  if (changed === undefined) return null;
  const month = monthsBack(new Date(now).toISOString(), changed.monthsAgo);
  return { at: startOf(month) + 9 * DAY + 10 * 3_600_000, before: planOf(changed.from) };
}

const SUBSCRIPTION_STATUS: Readonly<Record<DemoStatus, string>> = {
  trial: 'trial',
  active: 'active',
  grace: 'attention',
  expired: 'canceled',
  suspended: 'attention',
  canceled: 'canceled',
  deleted: 'canceled',
};
const ENDED: readonly DemoStatus[] = ['expired', 'canceled', 'deleted'];

/** Everything the feeds of a tenant and its subscriptions ever said, in the order of time. */
export function recordLines(seeded: Seeded, tenant: DemoTenant, now: string): readonly RecordLine[] {
  const { tenantId, name, partner, region, since, status, statusDays, tags, tier } = tenant;
  const present = Date.parse(now);
  const created = createdAt(seeded, tenant, now);
  const changed = changeOf(tenant, present);
  const first = changed !== null && created < changed.at ? changed.before.tier : tier;
  const became = statusDays === null ? null : present - statusDays * DAY;
  const lines: RecordLine[] = [];
  const slug = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

  const record = (at: number, tierThen: Tier, statusThen: DemoStatus): void => {
    const text = JSON.stringify({
      tenant_id: tenantId,
      name,
      partner_id: partner,
      tier: tierThen,
      plan_id: tierThen,
      plan_version: tierThen === 'starter' && since >= 9 ? STARTER_BEFORE : planOf(tierThen).version,
      status: statusThen,
      region,
      created_at: iso(created),
      updated_at: iso(at),
      contacts: [{ name: seeded.pick(`${name} contact`, CONTACTS), role: 'owner', email: `owner@${slug}.example` }],
      ...(tags.length === 0 ? {} : { tags }),
    });
    lines.push({ tenant, feed: 'tenants', at, text });
  };
  const firstStatus: DemoStatus = status === 'trial' || status === 'expired' ? 'trial' : 'active';
  record(created, first, firstStatus);
  if (changed !== null) record(changed.at, tier, 'active');
  if (became !== null) record(became, tier, status);

  const subscription = (id: string, at: number, said: Readonly<Record<string, unknown>>): void => {
    const text = JSON.stringify({ subscription_id: id, tenant_id: tenantId, ...said, started_at: iso(created), updated_at: iso(at) });
    lines.push({ tenant, feed: 'subscriptions', at, text });
  };
  const price = (of: Tier) => (tenant.annual === true ? planOf(of).annual : planOf(of).monthly).toFixed(2);
  const sold = (of: Tier, state: string) => ({
    tier: of,
    status: state,
    quantity: 1,
    unit_amount: tenant.unitAmount ?? price(of),
    currency: tenant.currency ?? 'USD',
    interval: tenant.annual === true ? 'year' : 'month',
    ...(tenant.discountPercent === undefined ? {} : { discount_percent: tenant.discountPercent }),
  });
  const own = `sub_${tenantId.slice(3)}`;
  // Some free tenants never took a subscription.
  if (tier !== 'free' || seeded.below(`${name} subscribed`, 6) > 0) {
    subscription(own, created, sold(first, firstStatus));
    if (changed !== null) subscription(own, changed.at, sold(tier, 'active'));
    const dunned = tenant.dunnedDays === undefined ? null : iso(present - tenant.dunnedDays * DAY);
    const dunning = dunned === null ? {} : { last_dunning_at: dunned };
    if (dunned !== null && became === null) subscription(own, Date.parse(dunned), { ...sold(tier, 'attention'), ...dunning });
    if (became !== null)
      subscription(own, became, {
        ...sold(tier, SUBSCRIPTION_STATUS[status]),
        ...dunning,
        ...(ENDED.includes(status) ? { ended_at: iso(became) } : {}),
      });
  }
  if (tenant.dropped === true) {
    const dropped = present - 70 * DAY;
    subscription(`${own}_addon`, created, sold('starter', 'active'));
    subscription(`${own}_addon`, dropped, { ...sold('starter', 'canceled'), ended_at: iso(dropped) });
  }
  // A record that comes late is late for the feed of tenants alone; what it says is as old as it is.
  return lines.sort((a, b) => a.at - b.at);
}

const CONTACTS = [
  'Mara Lindqvist',
  'Owen Castellan',
  'Yuki Tanabe',
  'Femi Adeyemi',
  'Clara Novak',
  'Ruben Aalto',
  'Sofia Marchetti',
  'Idris Kaya',
];

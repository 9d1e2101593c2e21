import { type Metric, METRICS, planOf, type Tier } from './demo-plans.ts';
import type { Seeded } from './seeded.ts';

/** The sixty tenants of the demo: some with a story that is told by hand, the others drawn from the seed. */

export const PARTNERS = ['northwind', 'meridian', 'kestrel'] as const;
export type Partner = (typeof PARTNERS)[number];
export const TENANT_COUNT = 60;

export type DemoStatus = 'trial' | 'active' | 'grace' | 'expired' | 'suspended' | 'canceled' | 'deleted';

/** What makes a tenant worth a call. Months and days count back from the demo's present. */
export interface Story {
  /** Parts of the hard limit that are used in the present month, whatever its day. */
  readonly reaches?: Partial<Record<Metric, number>>;
  /** Factor by which its use grows from month to month; 1.015 where nothing is said. */
  readonly grows?: number;
  /** Its use stopped so many days ago. */
  readonly silentDays?: number;
  /** On its last full day it used so many times what it uses otherwise. */
  readonly spike?: number;
  /** It began on this tier and changed `monthsAgo`. */
  readonly changed?: { readonly from: Tier; readonly monthsAgo: number };
  readonly currency?: 'EUR';
  readonly unitAmount?: string;
  readonly annual?: true;
  readonly discountPercent?: string;
  /** A second subscription that ended. */
  readonly dropped?: true;
  /** Its record reaches the console a month after its first events. */
  readonly late?: true;
  /** A reminder of payment so many days ago. */
  readonly dunnedDays?: number;
}

export interface DemoTenant extends Story {
  readonly tenantId: string;
  readonly name: string;
  readonly partner: Partner;
  readonly tier: Tier;
  readonly status: DemoStatus;
  /** When the status became so, days ago; null where it has always been so. */
  readonly statusDays: number | null;
  readonly region: string;
  /** It came in this many months before the present one. */
  readonly since: number;
  /** Part of each hard limit that it uses in an ordinary month. */
  readonly use: Readonly<Record<Metric, number>>;
  readonly tags: readonly string[];
}

type Told = Partial<Omit<DemoTenant, 'tenantId' | 'name' | 'partner' | 'tier' | 'use'>> & {
  readonly id?: string;
  readonly use?: Partial<Record<Metric, number>>;
};

const told: readonly (readonly [name: string, partner: Partner, tier: Tier, told: Told])[] = [
  // Near its token limit, and the margin falls with every close.
  [
    'Harrow & Finch Freight',
    'northwind',
    'pro',
    {
      id: 'tn_9k4w2c',
      region: 'eu-west-1',
      since: 12,
      use: { llm_token: 0.86, query_credit: 0.8, api_request: 0.6 },
      reaches: { llm_token: 0.93 },
      grows: 1.11,
      tags: ['key account'],
    },
  ],
  // Pays late, uses more and more of what costs most.
  [
    'Calder Row Studios',
    'northwind',
    'growth',
    {
      id: 'tn_5r1m8q',
      status: 'grace',
      statusDays: 4,
      region: 'eu-central-1',
      since: 12,
      use: { query_credit: 0.9, llm_token: 0.7 },
      reaches: { query_credit: 0.61 },
      grows: 1.13,
      dunnedDays: 5,
    },
  ],
  // Over its limit.
  [
    'Quay Robotics',
    'meridian',
    'growth',
    { region: 'us-east-1', since: 11, use: { llm_token: 0.7 }, reaches: { llm_token: 1.07 }, grows: 1.05, tags: ['upgrade talk'] },
  ],
  // Seats near the limit.
  ['Linden Schools', 'meridian', 'starter', { since: 9, use: { seat: 0.9, llm_token: 0.3 } }],
  ['Osprey Water', 'meridian', 'starter', { status: 'suspended', statusDays: 16, since: 12, silentDays: 16, dunnedDays: 41 }],
  ['Tern Marine', 'kestrel', 'growth', { since: 2, late: true, region: 'ap-southeast-2' }],
  ['Rowan Legal', 'northwind', 'pro', { since: 12, annual: true, region: 'eu-west-1', tags: ['annual'] }],
  [
    'Fenwick Energy',
    'kestrel',
    'enterprise',
    { since: 12, annual: true, use: { storage_gb_month: 0.55 }, tags: ['annual', 'key account'] },
  ],
  ['Sable Versicherung', 'meridian', 'pro', { since: 10, currency: 'EUR', unitAmount: '279.00', region: 'eu-central-1' }],
  ['Granite Health', 'northwind', 'enterprise', { since: 12, discountPercent: '12.5', region: 'eu-central-1', tags: ['key account'] }],
  ['Alder Analytics', 'northwind', 'pro', { since: 12, changed: { from: 'growth', monthsAgo: 4 }, region: 'us-east-1' }],
  ['Juniper Foods', 'kestrel', 'growth', { since: 11, changed: { from: 'starter', monthsAgo: 2 } }],
  ['Marlow Media', 'northwind', 'starter', { since: 8, changed: { from: 'pro', monthsAgo: 3 }, region: 'eu-west-1' }],
  ['Birch Travel', 'northwind', 'starter', { status: 'trial', since: 0 }],
  ['Copper Textiles', 'meridian', 'growth', { status: 'trial', since: 0 }],
  ['Ivy Dental', 'kestrel', 'starter', { status: 'trial', since: 0 }],
  ['Dunmore Motors', 'northwind', 'starter', { status: 'expired', statusDays: 9, since: 1, silentDays: 10 }],
  ['Raven Logistics', 'meridian', 'growth', { status: 'canceled', statusDays: 37, since: 10, silentDays: 38 }],
  ['Holm Homes', 'northwind', 'free', { status: 'deleted', statusDays: 52, since: 9, silentDays: 55 }],
  // A runaway job yesterday.
  ['Keel Insurance', 'northwind', 'growth', { since: 10, spike: 9, use: { llm_token: 0.35 } }],
  ['Selkirk Labs', 'kestrel', 'pro', { since: 7, dropped: true, discountPercent: '10' }],
  ['Glen Orchard Foods', 'meridian', 'starter', { since: 12, dunnedDays: 12 }],
];

const FIRST = ['Ashby', 'Beacon', 'Bright', 'Cobalt', 'Eastgate', 'Elm', 'Fairway', 'Harbour', 'Hazel', 'Kings', 'Larch', 'Mill'];
const MORE = ['Northfield', 'Oak', 'Pine', 'Ridge', 'Stone', 'Thorn', 'Vale', 'Wick', 'Willow'];
const LAST = ['Analytics', 'Freight', 'Dental', 'Studios', 'Logistics', 'Energy', 'Legal', 'Health', 'Media', 'Schools', 'Labs', 'Marine'];
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-southeast-2'];
/** Where the drawn ones come from, and what they pay: partner and tier in turn. */
const DRAWN_PARTNERS: readonly Partner[] = ['northwind', 'meridian', 'northwind', 'kestrel', 'northwind', 'meridian', 'kestrel'];
const DRAWN_TIERS: readonly Tier[] = [
  'free',
  'starter',
  'growth',
  'free',
  'starter',
  'pro',
  'free',
  'growth',
  'starter',
  'free',
  'enterprise',
];

/** All tenants, the same for the same seed. */
export function demoTenants(seeded: Seeded): readonly DemoTenant[] {
  const part = (name: string, from: number, to: number) => from + (seeded.below(name, 1000) / 1000) * (to - from);
  const make = (name: string, partner: Partner, tier: Tier, { id, use, ...story }: Told): DemoTenant => ({
    status: 'active',
    statusDays: null,
    region: seeded.pick(`${name} region`, REGIONS),
    since: 12 - seeded.below(`${name} since`, 9),
    tags: [],
    ...story,
    tenantId: id ?? `tn_${(seeded.bytes(`tenant ${name}`).readUIntBE(0, 5) % 36 ** 6).toString(36).padStart(6, '0')}`,
    name,
    partner,
    tier,
    use: { ...(Object.fromEntries(METRICS.map((metric) => [metric, part(`${name} ${metric}`, 0.14, 0.52)])) as DemoTenant['use']), ...use },
  });
  const tenants = told.map(([name, partner, tier, story]) => make(name, partner, tier, story));
  const names = new Set(tenants.map(({ name }) => name));
  for (let n = 0; tenants.length < TENANT_COUNT; n += 1) {
    const name = `${seeded.pick(`first ${n}`, [...FIRST, ...MORE])} ${seeded.pick(`last ${n}`, LAST)}`;
    if (names.has(name)) continue;
    names.add(name);
    const nth = tenants.length - told.length;
    tenants.push(make(name, DRAWN_PARTNERS[nth % DRAWN_PARTNERS.length]!, DRAWN_TIERS[nth % DRAWN_TIERS.length]!, {}));
  }
  return tenants;
}

/** Seats and storage are levels: what is used of a limit is what stands, rounded to what can stand. */
export const levelOf = ({ tier, use }: DemoTenant, metric: 'seat' | 'storage_gb_month', growth: number): string => {
  const level = planOf(tier).hard[metric] * use[metric] * growth;
  return metric === 'seat' ? String(Math.max(1, Math.round(level))) : level.toFixed(3);
};

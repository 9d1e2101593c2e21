/** Two partners with tenants and their use: Northwind, one of whose tenants nears a limit, and Meridian, which Northwind must not see. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createApp } from '../../../src-main/app/create-app.ts';
import { finished } from '../../../src-main/app/finished-job.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import { copyOf } from './made-once.ts';

export const TENANTS_NOW = '2026-06-10T09:00:00.000Z';
export const HERO = { id: 'tn_9k4w2c', name: 'Harrow & Finch Freight' } as const;
/** Of each partner. */
export const TENANTS_EACH = 8;
export const OTHER_PARTNER = 'Wyvern';
export const OWNER = 'Amara Okafor';
export const OPERATOR = 'Jonas Weil';
export const PARTNER_ADMIN = 'Edda Thorvald';
export const FOUNDER = 'Tomás Reyes';
export const FINANCE = 'Lena Brandt';
export const AUDITOR = 'Priya Raman';

/** The launch list's Pro has sixty million tokens a month: nine days of this are 93% of them. */
const HERO_A_DAY = ['5600000', '5800000', '6000000', '6100000', '6200000', '6300000', '6500000', '6600000', '6708000'] as const;
const DAY_MS = 86_400_000;
const MAY_DAYS = 31;

const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly partner: 'northwind' | 'meridian';
  readonly plan: 'starter' | 'growth' | 'pro';
}

const PLANS = ['starter', 'growth', 'pro'] as const;
const PRICE = { starter: '49.00', growth: '149.00', pro: '299.00' } as const;
const TRADES = ['Analytics', 'Dental', 'Foods', 'Legal', 'Motors', 'Schools', 'Water', 'Labs'] as const;

const tenantsOf = (partner: Tenant['partner']): Tenant[] =>
  TRADES.map((trade, i) => ({
    id: `tn_${partner.slice(0, 2)}${i}`,
    name: `${partner === 'northwind' ? 'Alder' : OTHER_PARTNER} ${trade}`,
    partner,
    plan: PLANS[i % PLANS.length] ?? 'pro',
  }));

const TENANTS: readonly Tenant[] = [
  { id: HERO.id, name: HERO.name, partner: 'northwind', plan: 'pro' },
  ...tenantsOf('northwind').slice(1),
  ...tenantsOf('meridian'),
];

const eventsOf = (tenant: Tenant): unknown[] => {
  const event = (at: number, quantity: string): unknown => ({
    specversion: '1.0',
    id: `${tenant.id}-${new Date(at).toISOString().slice(0, 10)}`,
    source: `urn:${tenant.partner}:meter`,
    subject: tenant.id,
    time: new Date(at).toISOString(),
    type: 'switchboard.usage.recorded',
    data: { metric: 'llm_token', quantity, unit: 'token', dimensions: {} },
  });
  const june = Date.parse('2026-06-01T10:00:00.000Z');
  const hero = tenant.id === HERO.id;
  return [
    ...Array.from({ length: MAY_DAYS }, (_, i) => event(june - (MAY_DAYS - i) * DAY_MS, hero ? String(1_500_000 + i * 10_000) : '9000')),
    ...HERO_A_DAY.map((quantity, i) => event(june + i * DAY_MS, hero ? quantity : '11000')),
  ];
};

const writeSources = (folder: string): void => {
  for (const partner of ['northwind', 'meridian'] as const) {
    const own = TENANTS.filter((tenant) => tenant.partner === partner);
    const files = {
      'tenants/tenants.ndjson': lines(
        own.map((tenant) => ({
          tenant_id: tenant.id,
          name: tenant.name,
          partner_id: partner,
          tier: tenant.plan,
          plan_id: tenant.plan,
          plan_version: '1.0.0',
          status: 'active',
          region: 'eu-west-1',
          created_at: '2025-01-14T08:00:00Z',
          updated_at: '2026-04-01T09:00:00Z',
          contacts: [{ name: 'Ines Duarte', email: `ops@${tenant.id}.example`, role: 'operations' }],
          tags: ['logistics'],
        })),
      ),
      'subscriptions/subscriptions.ndjson': lines(
        own.map((tenant) => ({
          subscription_id: `sub_${tenant.id.slice(3)}`,
          tenant_id: tenant.id,
          tier: tenant.plan,
          status: 'active',
          quantity: 1,
          unit_amount: PRICE[tenant.plan],
          currency: 'USD',
          interval: 'month',
          started_at: '2025-01-14T08:00:00Z',
          updated_at: '2026-04-01T09:00:00Z',
        })),
      ),
      'events/2026.ndjson': lines(own.flatMap(eventsOf)),
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, partner, path)), { recursive: true });
      writeFileSync(join(folder, partner, path), text);
    }
  }
};

export interface TenantsWorkspace {
  readonly workspace: string;
  readonly stateDir: string;
}

const placesIn = (folder: string): TenantsWorkspace => ({ workspace: join(folder, 'workspace'), stateDir: join(folder, 'state') });

/** A copy of it below `folder`. Its sources are read by hand only, and no journey does: a copy still names the first place. */
export async function makeTenantsWorkspace(folder: string): Promise<TenantsWorkspace> {
  await copyOf('tenants', folder, make);
  return placesIn(folder);
}

async function make(folder: string): Promise<void> {
  const { workspace, stateDir } = placesIn(folder);
  writeSources(folder);
  const app = await createApp({
    kind: 'cli',
    folder: workspace,
    create: true,
    readOnly: false,
    background: false,
    name: 'Switchboard',
    owner: { name: OWNER, email: 'amara@switchboard.example' },
    stateDir: openStateDir(stateDir),
    computeSize: 1,
    checkOutputs: true,
    now: TENANTS_NOW,
  });
  try {
    app.requireOpen({ writable: true });
    const client = app.connect();
    for (const partnerId of ['northwind', 'meridian'])
      await client.call('source.add', {
        kind: 'folder',
        location: join(folder, partnerId),
        name: partnerId,
        schedule: 'manual',
        partnerId,
      });
    await client.call('member.add', { name: OPERATOR, role: 'partner_operator', partnerId: 'northwind' });
    await client.call('member.add', { name: PARTNER_ADMIN, role: 'partner_admin', partnerId: 'northwind' });
    await client.call('member.add', { name: FOUNDER, role: 'founder' });
    await client.call('member.add', { name: FINANCE, role: 'finance' });
    await client.call('member.add', { name: AUDITOR, role: 'auditor' });
    await finished(client, () => client.call('sync.run', {}));
  } finally {
    await app.close();
  }
}

/**
 * A workspace of two partners, Aurora and Borealis, with everything a partner can have: chains (one broken), tenants,
 * subscriptions, use with every kind of fault, limits passed, incidents, tags and views, approvals, acts, messages, exports.
 * Every name, id and figure of one is spelled like nothing of the other.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type App, createApp } from '../../../src-main/app/create-app.ts';
import { finished } from '../../../src-main/app/finished-job.ts';
import { openStateDir } from '../../../src-main/store/index.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { BROKEN, demoTrust, SOUND, writeSource } from '../../support/demo-source.ts';

export const OWNER = 'Owner of the House';
export const NOW = '2026-06-03T12:00:00.000Z';
export const MONTH = '2026-05';

export interface Partner {
  /** Its id; also the name of its source. */
  readonly id: string;
  /** Stands in every name of its tenants. */
  readonly word: string;
  readonly plan: string;
  /** Units of ingest of its first tenant in the month that is invoiced. */
  readonly figure: string;
  /** The same in June, over the limits of its plan. */
  readonly over: string;
  readonly chain: string;
}

export const AURORA: Partner = {
  id: 'aurora',
  word: 'Ambersand',
  plan: 'growth',
  figure: '541122.25',
  over: '1666777.5',
  chain: 'starter@1.1',
};
export const BOREALIS: Partner = {
  id: 'borealis',
  word: 'Zyxwood',
  plan: 'starter',
  figure: '177733.75',
  over: '1999888.5',
  chain: 'pro@1.4',
};
const PARTNERS = [AURORA, BOREALIS] as const;

export const tenantOf = (partner: Partner, n: number): string => `${partner.id}-tn-${n}`;

const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)) + '\n').join('');

const tenantRecord = (partner: Partner, n: number) => ({
  tenant_id: tenantOf(partner, n),
  name: `${partner.word} Works ${n}`,
  partner_id: partner.id,
  tier: partner.plan,
  plan_id: partner.plan,
  plan_version: '1.0.0',
  status: 'active',
  region: `${partner.id}-west-1`,
  created_at: '2025-11-14T09:00:00Z',
  updated_at: '2026-04-01T09:00:00Z',
  contacts: [{ name: `${partner.word} Contact`, email: `ops@${partner.id}.example`, role: 'operations' }],
  tags: [`${partner.id}-origin`],
});

const subscriptionRecord = (partner: Partner, n: number) => ({
  subscription_id: `${partner.id}-sub-${n}`,
  tenant_id: tenantOf(partner, n),
  tier: partner.plan,
  status: 'active',
  quantity: 1,
  unit_amount: partner === AURORA ? '148.31' : '48.77',
  currency: 'USD',
  interval: 'month',
  started_at: '2025-11-14T09:00:00Z',
  updated_at: '2026-04-01T09:00:00Z',
});

interface EventShape {
  readonly id: string;
  readonly tenantId: string;
  readonly at: string;
  readonly metric?: string;
  readonly unit?: string;
  readonly quantity: string;
}
const event = (partner: Partner, { id, tenantId, at, metric = 'ingest_unit', unit = 'unit', quantity }: EventShape) => ({
  specversion: '1.0',
  id: `${partner.id}-ev-${id}`,
  source: `urn:${partner.id}:meter`,
  subject: tenantId,
  time: at,
  type: 'switchboard.usage.recorded',
  data: { metric, quantity, unit, dimensions: { site: `${partner.id}-hall` } },
});

/** Two months; a duplicate, a conflict, and rows that go to quarantine. In June the first tenant is over its limit. */
const events = (partner: Partner): string => {
  const first = tenantOf(partner, 1);
  const second = tenantOf(partner, 2);
  const may = event(partner, { id: 'may', tenantId: first, at: '2026-05-11T10:00:00Z', quantity: partner.figure });
  return lines([
    may,
    may,
    { ...may, data: { ...may.data, quantity: partner === AURORA ? '1.5' : '2.5' } },
    event(partner, {
      id: 'may-2',
      tenantId: second,
      at: '2026-05-12T10:00:00Z',
      metric: 'api_request',
      unit: 'request',
      quantity: partner === AURORA ? '5222' : '4111',
    }),
    event(partner, { id: 'june', tenantId: first, at: '2026-06-02T10:00:00Z', quantity: partner.over }),
    event(partner, { id: 'nobody', tenantId: `${partner.id}-unknown`, at: '2026-06-02T11:00:00Z', quantity: '5' }),
    event(partner, { id: 'gpu', tenantId: first, at: '2026-06-02T12:00:00Z', metric: `${partner.id}_gpu`, unit: 'second', quantity: '5' }),
    `{"specversion":"1.0","id":"${partner.id}-cut`,
  ]);
};

const writeFeeds = (folder: string, partner: Partner): void => {
  writeSource(folder, [{ ...(partner === AURORA ? SOUND : BROKEN), partner: partner.id }], NOW);
  const files = {
    'tenants/tenants.ndjson': lines([1, 2].map((n) => tenantRecord(partner, n))),
    'subscriptions/subscriptions.ndjson': lines([1, 2].map((n) => subscriptionRecord(partner, n))),
    'events/2026.ndjson': events(partner),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

export interface People {
  readonly owner: string;
  readonly founder: string;
  readonly operator: Readonly<Record<string, string>>;
  readonly admin: Readonly<Record<string, string>>;
}

export interface TwoPartners {
  readonly app: App;
  readonly client: Client<Contract>;
  readonly people: People;
  /** Runs calls as that member, and goes back to the owner. */
  readonly as: <T>(memberId: string, work: () => Promise<T>) => Promise<T>;
  /** Closes this console, and opens the workspace in another one as that member (`--as`). */
  readonly openAs: (name: string) => Promise<App>;
  readonly close: () => Promise<void>;
}

/** @param folder holds the workspace, the sources and the state; one that goes with the world when left out */
export async function openTwoPartners(folder = mkdtempSync(join(tmpdir(), 'countersign-partners-'))): Promise<TwoPartners> {
  const open = (actAs?: string): Promise<App> =>
    createApp({
      kind: 'loopback',
      folder: join(folder, 'workspace'),
      create: true,
      readOnly: false,
      background: false,
      name: 'House',
      owner: { name: OWNER, email: 'owner@house.example' },
      ...(actAs === undefined ? {} : { actAs }),
      now: NOW,
      stateDir: openStateDir(join(folder, 'state')),
      computeSize: 1,
      checkOutputs: true,
    });
  const app = await open();
  app.requireOpen({ writable: true });
  const client = app.connect();
  const owner = (await client.call('session.describe', {})).member.memberId;
  const as: TwoPartners['as'] = async (memberId, work) => {
    await client.call('session.actAs', { memberId });
    try {
      return await work();
    } finally {
      await client.call('session.actAs', { memberId: owner });
    }
  };
  const add = async (name: string, role: Role, partnerId?: string): Promise<string> =>
    (await client.call('member.add', { name, role, ...(partnerId === undefined ? {} : { partnerId }) })).memberId;
  const people: People = {
    owner,
    founder: await add('Founder of the House', 'founder'),
    operator: {
      aurora: await add('Ambersand Operator', 'partner_operator', 'aurora'),
      borealis: await add('Zyxwood Operator', 'partner_operator', 'borealis'),
    },
    admin: {
      aurora: await add('Ambersand Admin', 'partner_admin', 'aurora'),
      borealis: await add('Zyxwood Admin', 'partner_admin', 'borealis'),
    },
  };
  for (const partner of PARTNERS) {
    const source = join(folder, partner.id);
    writeFeeds(source, partner);
    await client.call('source.add', { kind: 'folder', location: source, name: partner.id, schedule: 'manual', partnerId: partner.id });
  }
  await client.call('trustedLog.add', { text: demoTrust() });
  await finished(client, () => client.call('sync.run', { full: false }));
  await finished(client, () => client.call('receipt.verify', { fromZero: true }));
  for (const partner of PARTNERS) await actAsPartner(client, as, people, partner);
  return {
    app,
    client,
    people,
    as,
    openAs: async (name) => {
      await app.close();
      return open(name);
    },
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a partner's own people leave behind, and what the house does about their tenants. */
async function actAsPartner(client: Client<Contract>, as: TwoPartners['as'], people: People, partner: Partner): Promise<void> {
  const [first, second] = [tenantOf(partner, 1), tenantOf(partner, 2)];
  const because = `${partner.word} asks for it`;
  await as(people.admin[partner.id]!, async () => {
    await client.call('tenant.tag', { tenantIds: [first], add: [`${partner.id}-tag`] });
    await client.call('tenant.saveView', { name: `${partner.word} view`, filter: { search: partner.word }, shared: true });
    await client.call('action.changePlan', { tenantId: second, planId: 'pro', planVersion: '1.0.0', reason: because });
    await client.call('action.suspend', { tenantId: first, reason: because });
    await client.call('billing.export', { month: MONTH, tenantId: first, format: 'csv' });
    await client.call('billing.export', { month: MONTH, tenantId: null, format: 'json' });
    const [incident] = (await client.call('incident.list', {})).incidents;
    if (incident !== undefined) await client.call('incident.note', { incidentNo: incident.incidentNo, says: because });
    await client.call('overview.seen', {});
  });
  await as(people.operator[partner.id]!, async () => {
    await client.call('tenant.saveView', { name: `${partner.word} own view`, filter: { search: partner.word }, shared: false });
    await client.call('action.delete', { tenantId: second, reason: because }).catch(() => undefined);
  });
}

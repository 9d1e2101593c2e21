/** `tenant` and `plan` in a terminal: one JSON document, exit codes, and nothing of another partner. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LAUNCH_PLANS } from '../../src-main/plans/launch-list.ts';
import { subscriptionRecord, tenantRecord } from '../support/tenant-records.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const cli = createCli('tenants');
const workspace = join(cli.folder, 'ws');
const NOW = '2026-06-03T09:42:00.000Z';
const run = (...words: readonly string[]) => cli.run(...words, '--workspace', workspace, '--now', NOW);
const pro = LAUNCH_PLANS.find(({ plan_id }) => plan_id === 'pro')!;

const file = (name: string, content: unknown): string => {
  const path = join(cli.folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
};
const ndjson = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

beforeAll(async () => {
  file('source/plans/pro.plan.json', { ...pro, version: '2.1.4' });
  file(
    'source/tenants/all.ndjson',
    ndjson(
      { ...tenantRecord('tn_1'), name: 'Juniper Dental', plan_version: '2.1.4', contacts: ['ines@juniper.example'] },
      { ...tenantRecord('tn_2'), name: 'Keel \u202e Logistics', partner_id: 'southwind', status: 'suspended' },
      { ...tenantRecord('tn_3'), name: 'Gone', status: 'deleted' },
    ),
  );
  file(
    'source/subscriptions/all.ndjson',
    ndjson(subscriptionRecord('sub_1', 'tn_1'), { ...subscriptionRecord('sub_2', 'tn_2'), unit_amount: '2990', interval: 'year' }),
  );
  await run('source', 'add', 'folder', join(cli.folder, 'source'), '--name', 'alpha', '--schedule', 'manual');
  const synced = await run('sync', '--json');
  if (synced.code !== 0) throw new Error(synced.stdout + synced.stderr);
  await run('member', 'add', 'Jonas', '--role', 'partner_operator', '--partner', 'northwind');
});

describe('tenant', () => {
  it('list never makes a workspace', async () => {
    const ran = await cli.run('tenant', 'list', '--workspace', join(cli.folder, 'nowhere'));
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('There is no workspace');
  });

  it('list filters, sorts and adds up', async () => {
    const all = (await run('tenant', 'list', '--json')).json<{
      matched: number;
      total: number;
      mrr: object;
      tenants: { tenantId: string }[];
    }>();
    expect(all).toMatchObject({ matched: 2, total: 2, mrr: { amount: '548.17', currency: 'USD' }, sort: 'mrr', direction: 'desc' });
    expect(all.tenants.map(({ tenantId }) => tenantId)).toEqual(['tn_1', 'tn_2']);
    const one = (await run('tenant', 'list', '--view', 'suspended', '--partner', 'southwind', '--search', 'keel', '--json')).json<
      typeof all
    >();
    expect(one.tenants.map(({ tenantId }) => tenantId)).toEqual(['tn_2']);
    const text = await run('tenant', 'list', '--status', 'suspended,deleted', '--sort', 'name');
    expect(text.stdout).toContain('2 of 2 tenants, 249.17 USD MRR');
    expect(text.stdout).not.toContain('\u202e');
    expect((await run('tenant', 'list', '--status', 'asleep')).code).toBe(2);
    expect((await run('tenant', 'list', '--view', 'nothing')).stderr).toContain('needs-attention');
  });

  it('list, show and timeline are the partner’s alone for who acts as a partner', async () => {
    const own = (await run('tenant', 'list', '--as', 'Jonas', '--json')).json<{ total: number; tenants: { partnerId: string }[] }>();
    expect(own.total).toBe(1);
    expect(own.tenants.map(({ partnerId }) => partnerId)).toEqual(['northwind']);
    const hidden = await run('tenant', 'show', 'tn_2', '--as', 'Jonas');
    const absent = await run('tenant', 'show', 'tn_9', '--as', 'Jonas');
    expect([hidden.code, hidden.stdout, hidden.stderr]).toEqual([absent.code, absent.stdout, absent.stderr]);
    expect(hidden.code).toBe(2);
    expect((await run('tenant', 'timeline', 'tn_2', '--as', 'Jonas', '--json')).code).toBe(2);
  });

  it('show and timeline say who it is and how it came', async () => {
    const shown = (await run('tenant', 'show', 'tn_1', '--json')).json();
    expect(shown).toMatchObject({
      tenant: { tenantId: 'tn_1', planKnown: true, mrr: { amount: '299.00' } },
      planName: 'Pro',
      contacts: [{ email: 'ines@juniper.example' }],
      subscriptions: [{ subscriptionId: 'sub_1', mrr: { amount: '299.00' } }],
    });
    expect((await run('tenant', 'show', 'tn_1')).stdout).toContain('Single sign-on');
    const timeline = (await run('tenant', 'timeline', 'tn_1', '--kind', 'sync', '--json')).json<{
      entries: { title: string }[];
      total: number;
    }>();
    expect(timeline).toMatchObject({ total: 2, entries: [{ title: 'First record of this tenant' }] });
    expect((await run('tenant', 'records', 'tn_1', '--json')).json()).toMatchObject({
      versions: [{ state: 'current', sourceName: 'alpha' }],
    });
  });
});

describe('plan', () => {
  it('validate needs no workspace: 0 for a plan that holds, 1 for one that does not, 2 for no file', async () => {
    const good = await cli.run('plan', 'validate', file('good.plan.json', pro), '--json');
    expect(good.code).toBe(0);
    expect(good.json()).toMatchObject({ valid: true, problems: [], spec: { planId: 'pro', version: '1.0.0' }, comparedWith: null });
    const bad = await cli.run('plan', 'validate', file('bad.plan.json', { ...pro, plan_id: 'PRO' }));
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/bad\.plan\.json:3 PLAN_FIELD/);
    const none = await cli.run('plan', 'validate', join(cli.folder, 'none.plan.json'), '--json');
    expect(none.code).toBe(2);
  });

  it('list, show, compare and validate against the workspace', async () => {
    const { plans } = (await run('plan', 'list', 'pro', '--json')).json<{ plans: { version: string; tenants: number }[] }>();
    expect(plans.map(({ version, tenants }) => [version, tenants])).toEqual([
      ['2.1.4', 1],
      ['1.0.0', 1],
    ]);
    expect((await run('plan', 'show', 'pro', '--json')).json()).toMatchObject({
      plan: { version: '2.1.4' },
      previous: '1.0.0',
      differences: [],
    });
    expect((await run('plan', 'compare', 'starter@1.0.0', 'growth@1.0.0')).stdout).toContain('Price a month: 49 USD → 149 USD');
    const dearer = file('dearer.plan.json', { ...pro, version: '3.0.0', price: { ...pro.price, monthly: '310' } });
    expect((await run('plan', 'validate', dearer, '--json')).json()).toMatchObject({ comparedWith: '2.1.4', changesPrice: true });
    expect((await run('plan', 'compare', 'pro', 'starter')).code).toBe(2);
  });

  it('propose adds a version, and is not a partner’s to do', async () => {
    const next = file('next.plan.json', { ...pro, version: '2.2.0', description: 'More words.' });
    expect((await run('plan', 'propose', next, '--reason', 'clearer', '--as', 'Jonas')).code).toBe(2);
    const added = await run('plan', 'propose', next, '--reason', 'clearer', '--json');
    expect(added.code).toBe(0);
    expect(added.json()).toMatchObject({ outcome: 'added', planId: 'pro', version: '2.2.0' });
    expect((await run('plan', 'propose', next, '--reason', 'again')).code).toBe(2);
    expect((await run('plan', 'show', 'pro', '2.2.0', '--json')).json()).toMatchObject({ plan: { origin: 'console' } });
  });
});

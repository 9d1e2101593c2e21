// Records of tenants and subscriptions over a real file: nothing is lost, and no order or split changes what stands.
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConserved } from '../../src-main/sources/index.ts';
import {
  createTenantsFeed,
  setTenantPlan,
  setTenantStatus,
  subscriptionsAt,
  tenantNoOf,
  tenantsAt,
  updateStanding,
} from '../../src-main/tenants/index.ts';
import { tenantsReads } from '../../src-main/tenants/index.ts';
import { deriveStanding, refreshStandings } from '../../src-main/tenants/standing.ts';
import { subscriptionRecord, tenantRecord } from '../support/tenant-records.ts';
import { openSyncWorkspace, put, temporaryFolder } from '../support/sync-workspace.ts';
import { NOW, openTenantsWorkspace, type TenantsWorkspace } from '../support/tenants-workspace.ts';

const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';
let w: TenantsWorkspace;
beforeEach(async () => void (w = await openTenantsWorkspace()));
afterEach(() => w.close());

/** Everything that is derived, without the numbers that only arrival gives. */
const state = ({ db }: TenantsWorkspace) => ({
  tenants: db.all(
    `SELECT t.tenant_id, t.partner_id, t.name, t.tier, t.plan_id, t.plan_version, t.status, t.region, t.created_at, t.updated_at, r.sha256, t.records,
       t.conflicts FROM tenants t JOIN tenant_records r ON r.record_no = t.record_no ORDER BY 1`,
  ),
  subscriptions: db.all(
    `SELECT s.subscription_id, s.tenant_id, s.status, s.unit_amount, s.updated_at, r.sha256, s.records, s.conflicts FROM subscriptions s
     JOIN subscription_records r ON r.record_no = s.record_no ORDER BY 1`,
  ),
  history: db.all(
    'SELECT t.tenant_id, r.updated_at, r.sha256, r.body FROM tenant_records r JOIN tenants t USING (tenant_no) ORDER BY 1, 2, 3',
  ),
  standing: db.all(
    `SELECT s.tenant_id, s.partner_id, s.plan_id, s.tier, s.status, s.region, s.name_key, s.mrr_minor, s.paid, s.risk, d.mrr_other, d.reasons, d.tags,
       d.contacts, d.source_risk, d.last_dunning_at, d.attention, d.non_renewing, d.words FROM tenant_standing s JOIN tenant_details d USING (tenant_no) ORDER BY 1`,
  ),
  words: db.all('SELECT w.word, t.tenant_id FROM tenant_words w JOIN tenants t USING (tenant_no) ORDER BY 1, 2'),
  tags: db.all('SELECT g.tag, t.tenant_id FROM tenant_tags g JOIN tenants t USING (tenant_no) ORDER BY 1, 2'),
});

describe('records', () => {
  it('are accepted, duplicates, conflicts or in quarantine with their reason; every row is accounted for', () => {
    const first = tenantRecord('tn_1');
    const { counts, quarantine } = w.lines('tenants', [
      [first, first, { ...first, status: 'suspended', updated_at: '2026-05-02T00:00:00Z' }, { ...first, name: 'Another' }],
      [{ ...first, name: 'Another' }, { ...first, updated_at: '2026-05-01T02:00:00+02:00' }, '{', { ...tenantRecord('tn_2'), surprise: 1 }],
    ]);
    expect(counts).toEqual({ received: 8, accepted: 2, duplicate: 3, conflict: 1, late: 0, quarantined: 2 });
    expect(quarantine.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['RECORD_NOT_JSON', 'part-1.ndjson', null],
      ['RECORD_UNKNOWN_FIELD', 'part-1.ndjson', null],
    ]);
    expect(Buffer.from(quarantine[0]!.bytes).toString()).toBe('{');
    expect(w.conflicts).toMatchObject([{ kind: 'tenant', id: 'tn_1', updatedAt: '2026-05-01T00:00:00.000000000Z' }]);
    expect(state(w).tenants).toMatchObject([{ tenant_id: 'tn_1', status: 'suspended', records: 3, conflicts: 1 }]);
  });

  it('that are old change nothing that stands, and stay as history', () => {
    w.lines('tenants', [
      [
        { ...tenantRecord('tn_1'), name: 'New' },
        { ...tenantRecord('tn_1'), name: 'Old', updated_at: '2026-04-01T00:00:00.000000001Z' },
      ],
    ]);
    expect(state(w).tenants).toMatchObject([{ name: 'New' }]);
    expect(tenantsReads['tenants.records'](w.db, { tenantId: 'tn_1' })).toMatchObject([
      { state: 'current', changes: ['Name: Old → New'] },
      { state: 'older', changes: [] },
    ]);
  });

  it('of a subscription whose tenant is not known yet wait for it', () => {
    w.lines('subscriptions', [[subscriptionRecord('sub_1', 'tn_1')]]);
    expect(state(w).standing).toEqual([]);
    w.lines('tenants', [[tenantRecord('tn_1')]]);
    expect(state(w).standing).toMatchObject([{ mrr_minor: 29_900 }]);
  });

  it('of a subscription that goes to another tenant take its MRR along', () => {
    w.lines('tenants', [[tenantRecord('tn_1'), tenantRecord('tn_2')]]);
    w.lines('subscriptions', [[subscriptionRecord('sub_1', 'tn_1')]]);
    w.lines('subscriptions', [[{ ...subscriptionRecord('sub_1', 'tn_2'), updated_at: '2026-05-02T00:00:00Z' }]]);
    expect(state(w).standing).toMatchObject([{ mrr_minor: 0 }, { mrr_minor: 29_900 }]);
  });

  it('of a plan nobody knows are kept and marked', () => {
    w.lines('tenants', [[{ ...tenantRecord('tn_1'), plan_version: '77' }, tenantRecord('tn_2')]]);
    const { rows } = tenantsReads['tenants.list'](w.db, { filter: {}, sort: 'name', direction: 'asc', after: null, limit: 10 });
    expect(rows.map(({ planVersion, planKnown }) => [planVersion, planKnown])).toEqual([
      ['77', false],
      ['1.0.0', true],
    ]);
  });

  it('of a partner’s source speak of that partner’s tenants alone', () => {
    const theirs = w.addSource('beta', 'southwind');
    w.lines('tenants', [[tenantRecord('tn_1')]]);
    const taken = w.lines(
      'tenants',
      [
        [
          tenantRecord('tn_2'),
          { ...tenantRecord('tn_1'), partner_id: 'southwind', updated_at: '2026-05-09T00:00:00Z' },
          { ...tenantRecord('tn_3'), partner_id: 'southwind' },
        ],
      ],
      theirs,
    );
    expect(taken.counts).toMatchObject({ accepted: 1, quarantined: 2 });
    expect(taken.quarantine.map(({ code }) => code)).toEqual(['RECORD_OTHER_PARTNER', 'RECORD_OTHER_PARTNER']);
    const subscriptions = w.lines('subscriptions', [[subscriptionRecord('sub_1', 'tn_1'), subscriptionRecord('sub_2', 'tn_3')]], theirs);
    expect(subscriptions.counts).toMatchObject({ accepted: 1, quarantined: 1 });
    expect(state(w).tenants).toMatchObject([{ partner_id: 'northwind' }, { partner_id: 'southwind' }]);
  });

  it('in quarantine are looked at again on request', () => {
    const ahead = { ...tenantRecord('tn_1'), updated_at: '2026-06-09T00:00:00Z' };
    const [row] = w.lines('tenants', [[ahead]]).quarantine;
    expect(row).toMatchObject({ code: 'RECORD_FUTURE', anywhere: true });
    const requeue = (now: string) => w.write(() => w.feeds.tenants.requeue(w.db, w.main, row!, now));
    expect(requeue(NOW)).toMatchObject({ outcome: 'still-bad', code: 'RECORD_FUTURE' });
    expect(requeue('2026-06-08T12:00:00.000Z')).toMatchObject({ outcome: 'resolved', says: 'The record is taken now.' });
    expect(requeue('2026-06-08T12:00:00.000Z')).toMatchObject({ outcome: 'resolved' });
    expect(state(w).tenants).toMatchObject([{ records: 1 }]);
  });

  it('are facts: no connection changes or deletes them', () => {
    w.lines('tenants', [[tenantRecord('tn_1')]]);
    for (const sql of [
      "UPDATE tenant_records SET body = '{}'",
      'DELETE FROM tenant_records',
      'INSERT OR REPLACE INTO tenant_records SELECT * FROM tenant_records',
    ])
      expect(() => w.db.run(sql)).toThrow('append-only');
  });
});

describe('order and split', () => {
  const time = fc.constantFrom(
    '2026-05-01T00:00:00Z',
    '2026-05-01T00:00:00.000000001Z',
    '2026-05-02T00:00:00Z',
    '2026-05-02T02:00:00+02:00',
    '2027-01-01T00:00:00Z',
  );
  const tenant = fc
    .record({
      id: fc.constantFrom('tn_1', 'tn_2'),
      updated_at: time,
      status: fc.constantFrom('active', 'suspended', 'nonsense'),
      name: fc.constantFrom('A', 'B'),
      tags: fc.constantFrom(['x'], ['y'], []),
      plan_version: fc.constantFrom('1.0.0', '2.0.0'),
    })
    .map(({ id, ...over }) => ['tenants', { ...tenantRecord(id), ...over }] as const);
  const subscription = fc
    .record({
      id: fc.constantFrom('sub_1', 'sub_2'),
      tenant_id: fc.constantFrom('tn_1', 'tn_2', 'tn_9'),
      updated_at: time,
      status: fc.constantFrom('active', 'trial', 'attention', 'canceled'),
      unit_amount: fc.constantFrom('49', '299', 'x'),
      currency: fc.constantFrom('USD', 'EUR'),
    })
    .map(({ id, tenant_id, ...over }) => ['subscriptions', { ...subscriptionRecord(id, tenant_id), ...over }] as const);
  const stream = fc.array(fc.oneof(tenant, subscription), { minLength: 1, maxLength: 24 });

  it('give the same state, the same outcomes, and nothing new when all of it comes again', async () => {
    const run = async (lines: readonly (readonly ['tenants' | 'subscriptions', object])[], cuts: readonly number[]) => {
      const own = await openTenantsWorkspace();
      try {
        const total = { accepted: 0, duplicate: 0, conflict: 0, quarantined: 0, received: 0, late: 0 };
        const deliverAll = (): void => {
          let from = 0;
          for (const to of [...cuts.map((cut) => cut % (lines.length + 1)).sort((a, b) => a - b), lines.length]) {
            // A delivery is of one feed: what lies between two cuts goes in runs of the same feed.
            let start = from;
            while (start < to) {
              let end = start + 1;
              while (end < to && lines[end]![0] === lines[start]![0]) end += 1;
              const { counts } = own.lines(lines[start]![0], [lines.slice(start, end).map(([, record]) => record)]);
              for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += counts[key];
              start = end;
            }
            from = Math.max(from, to);
          }
        };
        deliverAll();
        const counts = { ...total };
        const was = state(own);
        deliverAll();
        expect(state(own)).toEqual(was);
        expect(total.accepted).toBe(counts.accepted);
        expect(total.conflict).toBe(counts.conflict);
        expect(isConserved(total)).toBe(true);
        return { counts, was };
      } finally {
        own.close();
      }
    };
    await fc.assert(
      fc.asyncProperty(
        stream.chain((lines) =>
          fc.tuple(
            fc.constant(lines),
            fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }),
            fc.array(fc.nat(24), { maxLength: 4 }),
          ),
        ),
        async ([lines, shuffled, cuts]) => {
          const one = await run(lines, []);
          const other = await run(shuffled, cuts);
          expect(other.was).toEqual(one.was);
          expect(other.counts).toEqual(one.counts);
        },
      ),
      { numRuns: DEEP ? 300 : 12 },
    );
  });
});

describe('what is derived', () => {
  it('is the same when it is derived again, and keeps what later rooms handed in', () => {
    w.lines('tenants', [[{ ...tenantRecord('tn_1'), tags: ['a'], risk: 80 }]]);
    w.lines('subscriptions', [[{ ...subscriptionRecord('sub_1', 'tn_1'), status: 'attention', last_dunning_at: '2026-05-25T00:00:00Z' }]]);
    const no = tenantNoOf(w.db, 'tn_1')!;
    updateStanding(
      w.db,
      no,
      {
        limit: { metric: 'seat', ratioBp: 9_300, state: 'soft' },
        margins: [1, 2, 3, 4, 5, 6, 7].map((n) => ({ month: `2026-0${n}`, bp: 8_000 - n })),
        openIncidents: 1,
      },
      NOW,
    );
    const was = w.db.all('SELECT * FROM tenant_standing JOIN tenant_details USING (tenant_no)');
    deriveStanding(w.db, no, NOW);
    expect(w.db.all('SELECT * FROM tenant_standing JOIN tenant_details USING (tenant_no)')).toEqual(was);
    expect(was).toMatchObject([{ limit_metric: 'seat', limit_bp: 9_300, margin_bp: 7_993, open_incidents: 1, risk: 94 }]);
    expect(JSON.parse((was[0] as { margins: string }).margins)).toHaveLength(6);
  });

  it('says whether a patch changed anything, and refuses a number that was never given', () => {
    w.lines('tenants', [[tenantRecord('tn_1')]]);
    const no = tenantNoOf(w.db, 'tn_1')!;
    expect(updateStanding(w.db, no, { lastActivityAt: '2026-06-01T00:00:00.000Z' }, NOW)).toBe(true);
    expect(updateStanding(w.db, no, { lastActivityAt: '2026-05-01T00:00:00.000Z' }, NOW)).toBe(false);
    expect(() => updateStanding(w.db, 99, {}, NOW)).toThrow(RangeError);
  });

  it('ages: risk is judged again when a day has begun', () => {
    w.lines('tenants', [[tenantRecord('tn_1'), tenantRecord('tn_2')]]);
    updateStanding(w.db, tenantNoOf(w.db, 'tn_1')!, { lastActivityAt: '2026-06-03T00:00:00.000Z' }, NOW);
    const risk = () => w.db.all<{ risk: number }>('SELECT risk FROM tenant_standing ORDER BY tenant_id').map((row) => row.risk);
    expect(refreshStandings(w.db, '2026-06-03T23:59:59.000Z', 100)).toBe(0);
    expect(refreshStandings(w.db, '2026-06-20T00:00:00.000Z', 1)).toBe(1);
    expect(refreshStandings(w.db, '2026-06-20T00:00:00.000Z', 100)).toBe(1);
    expect(refreshStandings(w.db, '2026-06-20T00:00:00.000Z', 100)).toBe(0);
    expect(risk()).toEqual([8, 0]);
  });
});

describe('records made here', () => {
  it('stand until the source has a newer one, whatever the clocks say', () => {
    w.lines('tenants', [[{ ...tenantRecord('tn_1'), updated_at: '2026-06-03T20:00:00Z' }]]);
    const no = tenantNoOf(w.db, 'tn_1')!;
    w.write(() => setTenantStatus(w.db, { tenantNo: no, status: 'suspended', reason: 'unpaid', by: w.by }));
    w.write(() =>
      setTenantPlan(w.db, { tenantNo: no, planId: 'growth', planVersion: '1.0.0', tier: 'growth', reason: 'asked for', by: w.by }),
    );
    expect(state(w).tenants).toMatchObject([
      { status: 'suspended', plan_id: 'growth', tier: 'growth', updated_at: '2026-06-03T20:00:00.000000002Z' },
    ]);
    const timeline = tenantsReads['tenants.timeline'](w.db, { tenantId: 'tn_1', kinds: ['plan', 'status'], after: null, limit: 10 });
    expect(timeline.entries.map(({ title, says }) => [title, says])).toEqual([
      ['Plan pro to growth 1.0.0', 'by Ada, reason: asked for'],
      ['Status active to suspended', 'by Ada, reason: unpaid'],
    ]);
    expect(
      w.db
        .all<{ line: string }>('SELECT line FROM audit_entries ORDER BY seq')
        .map(({ line }) => (JSON.parse(line) as { action: string }).action),
    ).toEqual(expect.arrayContaining(['tenant.status', 'tenant.plan']));
    w.lines('tenants', [[{ ...tenantRecord('tn_1'), updated_at: '2026-06-03T20:00:01Z' }]]);
    expect(state(w).tenants).toMatchObject([{ status: 'active', plan_id: 'pro' }]);
  });
});

describe('records as they stood', () => {
  it('are the newest up to the time', () => {
    w.lines('tenants', [[tenantRecord('tn_1'), { ...tenantRecord('tn_1'), status: 'deleted', updated_at: '2026-05-20T00:00:00Z' }]]);
    w.lines('subscriptions', [
      [
        subscriptionRecord('sub_1', 'tn_1'),
        { ...subscriptionRecord('sub_1', 'tn_1'), status: 'canceled', updated_at: '2026-05-20T00:00:00Z' },
        subscriptionRecord('sub_2', 'tn_7'),
      ],
    ]);
    expect(subscriptionsAt(w.db, '2026-04-30T23:59:59.999Z')).toEqual([]);
    expect(
      subscriptionsAt(w.db, '2026-05-01T00:00:00.000Z').map(({ subscription_id, status, tenantNo }) => [subscription_id, status, tenantNo]),
    ).toEqual([
      ['sub_1', 'active', 1],
      ['sub_2', 'active', null],
    ]);
    expect(subscriptionsAt(w.db, NOW).map(({ status }) => status)).toEqual(['canceled', 'active']);
    expect(tenantsAt(w.db, '2026-05-19T00:00:00.000Z')).toMatchObject([{ status: 'active' }]);
    expect(tenantsAt(w.db, NOW)).toMatchObject([{ status: 'deleted' }]);
  });
});

describe('a source', () => {
  const ids = (workspace: Awaited<ReturnType<typeof openSyncWorkspace>>) =>
    workspace.store.db.all<{ id: string }>('SELECT tenant_id AS id FROM tenants ORDER BY 1').map(({ id }) => id);
  const sync = async (workspace: Awaited<ReturnType<typeof openSyncWorkspace>>) => (await workspace.engine.run()).feeds[0]!;

  it('is a folder of files that grow: an unfinished line waits, empty lines are no rows, a changed past is duplicates', async () => {
    const source = temporaryFolder();
    const workspace = await openSyncWorkspace({ modules: [createTenantsFeed()], now: () => new Date(NOW) });
    try {
      const line = (id: string) => JSON.stringify(tenantRecord(id));
      const file = join(source, 'tenants', '2026', '06.ndjson');
      put(file, `${line('tn_1')}\n\n${line('tn_2')}\n${line('tn_3').slice(0, 40)}`);
      await workspace.sources['source.add']({ kind: 'folder', location: source, name: 'alpha', schedule: 'manual' }, workspace.ctx);
      expect(await sync(workspace)).toMatchObject({ outcome: 'ok', conserved: true, counts: { received: 2, accepted: 2 } });
      put(file, `${line('tn_1')}\n\n${line('tn_2')}\n${line('tn_3')}\n`);
      const again = await sync(workspace);
      expect(again).toMatchObject({ conserved: true, counts: { accepted: 1, quarantined: 0 } });
      put(file, `${line('tn_4')}\n${line('tn_1')}\n`);
      expect(await sync(workspace)).toMatchObject({ conserved: true, counts: { received: 2, accepted: 1, duplicate: 1 } });
      expect(ids(workspace)).toEqual(['tn_1', 'tn_2', 'tn_3', 'tn_4']);
      expect(workspace.faults).toEqual([]);
    } finally {
      await workspace.close();
      rmSync(source, { recursive: true, force: true });
    }
  });

  it('over HTTP serves records as they are, or lines of files; what is neither is held', async () => {
    const items: object[] = [
      tenantRecord('tn_1'),
      { kind: 'line', name: 'a.ndjson', line: 1, text: JSON.stringify(tenantRecord('tn_2')) },
      { kind: 'note', text: 'hello' },
      { ...tenantRecord('tn_1'), status: 'lost' },
    ];
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const workspace = await openSyncWorkspace({ modules: [createTenantsFeed()], now: () => new Date(NOW) });
    try {
      const location = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await workspace.sources['source.add']({ kind: 'http', location, name: 'alpha', schedule: 'manual' }, workspace.ctx);
      expect(await sync(workspace)).toMatchObject({ conserved: true, counts: { received: 4, accepted: 2, quarantined: 2 } });
      items.push({ ...tenantRecord('tn_1'), status: 'suspended', updated_at: '2026-05-02T00:00:00Z' });
      expect(await sync(workspace)).toMatchObject({ conserved: true, counts: { received: 1, accepted: 1 } });
      expect(ids(workspace)).toEqual(['tn_1', 'tn_2']);
      expect(workspace.faults).toEqual([]);
    } finally {
      await workspace.close();
      server.close();
    }
  });
});

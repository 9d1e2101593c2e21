import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IncidentInput, incidentsReads, incidentsWrites, openIncident, resolveIncident } from '../../src-main/incidents/index.ts';
import { durationSays, restoreSeconds, restoreTimes } from '../../src-main/incidents/incident.ts';
import type { ChangedBy } from '../../src-main/members/index.ts';
import { membersWrites } from '../../src-main/members/index.ts';
import { runScoped, type StoreDb } from '../../src-main/store/index.ts';
import { deriveTouched, takeTenantRecord } from '../../src-main/tenants/record-store.ts';
import { readTenantRecord } from '../../src-main/tenants/tenant-record.ts';
import { openPlainStore } from '../support/plain-store.ts';
import { assertAppendOnly } from './support/assert-append-only.ts';

const T0 = '2026-06-01T08:00:00.000Z';
const T1 = '2026-06-01T11:12:00.000Z';
const MEMBER = '0197a000-0000-7000-8000-000000000001';

const writes = {
  ...membersWrites,
  ...incidentsWrites,
  'test.tenant': (db: StoreDb, { tenantId, partnerId }: { tenantId: string; partnerId: string }): void => {
    const record = readTenantRecord(
      JSON.stringify({
        tenant_id: tenantId,
        name: `Tenant ${tenantId}`,
        partner_id: partnerId,
        tier: 'pro',
        plan_id: 'pro',
        plan_version: '1.0.0',
        status: 'active',
        region: 'eu-west-1',
        created_at: '2025-01-14T09:00:00Z',
        updated_at: '2026-05-01T09:00:00Z',
      }),
      T0,
    );
    const from = {
      origin: 'console',
      sourceNo: null,
      path: null,
      byteOffset: null,
      runId: null,
      memberId: null,
      reason: null,
      now: T0,
    } as const;
    deriveTouched(db, takeTenantRecord(db, record, from).touched, T0);
  },
  'test.open': (db: StoreDb, input: IncidentInput): number => openIncident(db, input),
  'test.resolve': (db: StoreDb, args: { key: string; says: string; now: string }): boolean => resolveIncident(db, args),
};

const open = () => openPlainStore(join(folder, 'countersign.db'), incidentsReads, writes);
let folder: string;
let store: Awaited<ReturnType<typeof open>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-incidents-'));
  store = await open();
  await store.write('members.ensureOwner', { member: { memberId: MEMBER, name: 'Amara', email: null }, requestId: 'r0', now: T0 });
  await store.write('test.tenant', { tenantId: 'tn_a', partnerId: 'northwind' });
  await store.write('test.tenant', { tenantId: 'tn_b', partnerId: 'kestrel' });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const by = (now = T1): ChangedBy => ({ memberId: MEMBER, role: 'admin', requestId: 'r1', now });
const tenantNo = (tenantId: string): number =>
  store.db.get<{ tenant_no: number }>('SELECT tenant_no FROM tenants WHERE tenant_id = ?', [tenantId])!.tenant_no;
const input = (over: Partial<IncidentInput> = {}): IncidentInput => ({
  key: 'limit/tn_a/llm_token/2026-06',
  kind: 'limit',
  severity: 'warn',
  tenantNo: tenantNo('tn_a'),
  title: 'llm_token passed 80% of its limit',
  says: '48.1 M of 60 M.',
  address: '/tenants/tn_a',
  ownerRole: 'partner_operator',
  now: T0,
  ...over,
});
const list = (over: Partial<Parameters<(typeof incidentsReads)['incidents.list']>[1]> = {}) =>
  store.read('incidents.list', {
    state: 'all',
    kind: null,
    severity: null,
    tenantId: null,
    ownerId: null,
    after: null,
    limit: 100,
    now: T1,
    ...over,
  });
const openOf = (tenantId: string): number =>
  store.db.get<{ n: number }>('SELECT open_incidents AS n FROM tenant_standing WHERE tenant_no = ?', [tenantNo(tenantId)])!.n;

describe('an incident', () => {
  it('is opened once while it stands: the same trouble is seen again, with the worse severity and the newest words', async () => {
    const first = await store.write('test.open', input());
    const again = await store.write('test.open', input({ severity: 'bad', says: '60.4 M of 60 M.', times: 3, now: T1 }));
    expect(again).toBe(first);
    const { incidents, totals } = await list();
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      incidentId: 'INC-0001',
      severity: 'bad',
      says: '60.4 M of 60 M.',
      timesSeen: 4,
      openedAt: T0,
      lastSeenAt: T1,
    });
    expect(totals).toEqual({ open: 1, bad: 1, unowned: 1, resolved: 0 });
    // What was bad once stays bad until it ends.
    await store.write('test.open', input({ severity: 'warn', now: T1 }));
    expect((await list()).incidents[0]?.severity).toBe('bad');
  });

  it('counts on its tenant and stands in its timeline', async () => {
    await store.write('test.open', input());
    expect(openOf('tn_a')).toBe(1);
    expect(openOf('tn_b')).toBe(0);
    await store.write('test.resolve', { key: input().key, says: 'Usage fell below the limit.', now: T1 });
    expect(openOf('tn_a')).toBe(0);
    const told = store.db.all<{ title: string; says: string }>('SELECT title, says FROM tenant_timeline WHERE kind = ? ORDER BY at', [
      'incident',
    ]);
    expect(told.map(({ title }) => title)).toEqual(['Incident INC-0001 opened', 'Incident INC-0001 resolved']);
    expect(told[1]?.says).toContain('restored in 3 h 12 min');
  });

  it('ends once, tells how long it took, and the same trouble later is a new one', async () => {
    await store.write('test.open', input());
    expect(await store.write('test.resolve', { key: input().key, says: 'Over.', now: T1 })).toBe(true);
    expect(await store.write('test.resolve', { key: input().key, says: 'Over.', now: T1 })).toBe(false);
    const { restore, totals } = await list();
    expect(restore).toEqual({ count: 1, meanSeconds: 11_520, medianSeconds: 11_520, longestSeconds: 11_520 });
    expect(totals).toEqual({ open: 0, bad: 0, unowned: 0, resolved: 1 });
    expect(await store.write('test.open', input({ now: T1 }))).toBe(2);
    expect((await list({ state: 'open' })).incidents.map(({ incidentNo }) => incidentNo)).toEqual([2]);
  });

  it('is taken, noted and resolved by people, each in the audit log', async () => {
    await store.write('test.open', input());
    await store.write('incidents.assign', { incidentNo: 1, memberId: MEMBER, by: by() });
    await store.write('incidents.note', { incidentNo: 1, says: 'A loop in their importer.', by: by() });
    await store.write('incidents.resolve', { incidentNo: 1, says: 'They stopped it.', by: by() });
    const { incident, events } = await store.read('incidents.show', { incidentNo: 1 });
    expect(incident).toMatchObject({ state: 'resolved', owner: { name: 'Amara' }, restoreSeconds: 11_520 });
    expect(events.map(({ kind, by: who }) => [kind, who])).toEqual([
      ['opened', null],
      ['assigned', 'Amara'],
      ['note', 'Amara'],
      ['resolved', 'Amara'],
    ]);
    const actions = store.db.all<{ action: string }>('SELECT action FROM audit_entries ORDER BY seq').map(({ action }) => action);
    expect(actions.slice(-3)).toEqual(['incident.assign', 'incident.note', 'incident.resolve']);
    await expect(store.write('incidents.resolve', { incidentNo: 1, says: 'Again.', by: by() })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(store.write('incidents.assign', { incidentNo: 1, memberId: MEMBER, by: by() })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is another partner’s: not listed, not counted, not there', async () => {
    await store.write('test.open', input());
    await store.write('test.open', input({ key: 'conflict/events', kind: 'conflict', tenantNo: null }));
    const asKestrel = <T>(ask: () => Promise<T>) => runScoped({ partnerId: 'kestrel', tenantId: null }, ask);
    const seen = await asKestrel(() => list());
    expect(seen).toMatchObject({ incidents: [], totals: { open: 0, bad: 0, unowned: 0, resolved: 0 }, restore: null });
    const notThere = await asKestrel(() => store.read('incidents.show', { incidentNo: 99 })).catch((error: Error) => error);
    const notTheirs = await asKestrel(() => store.read('incidents.show', { incidentNo: 1 })).catch((error: Error) => error);
    expect(String(notTheirs).replace('0001', '0099')).toBe(String(notThere));
    await expect(asKestrel(() => store.write('incidents.resolve', { incidentNo: 1, says: 'Mine.', by: by() }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(
      (await runScoped({ partnerId: 'northwind', tenantId: null }, () => list())).incidents.map(({ incidentNo }) => incidentNo),
    ).toEqual([1]);
  });

  it('keeps its facts: nothing is updated, deleted or replaced', async () => {
    await store.write('test.open', input());
    await store.write('incidents.note', { incidentNo: 1, says: 'Looked at.', by: by() });
    assertAppendOnly(store.db.raw, 'incidents');
    assertAppendOnly(store.db.raw, 'incident_events');
  });

  it('is applied by a standing rule in one transaction, and found by the beginning of its key', async () => {
    const alert = input({ key: 'alert/freshness/a/events', kind: 'alert', tenantNo: null });
    await store.write('incidents.apply', { open: [alert], end: [], now: T0 });
    expect((await store.read('incidents.openByKey', { prefix: 'alert/' })).map(({ key }) => key)).toEqual(['alert/freshness/a/events']);
    expect(await store.read('incidents.openByKey', { prefix: 'limit/' })).toEqual([]);
    await store.write('incidents.apply', { open: [], end: [{ key: alert.key, says: 'Read again.' }], now: T1 });
    expect(await store.read('incidents.openCount', null)).toBe(0);
  });
});

describe('time to restore', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [11_520, '3 h 12 min'],
    [172_800, '2 d'],
    [176_400, '2 d 1 h'],
  ])('%d s is said as %s', (seconds, says) => {
    expect(durationSays(seconds)).toBe(says);
  });

  it('is never below zero, and its median is one that was measured', () => {
    expect(restoreSeconds(T1, T0)).toBe(0);
    expect(restoreTimes([])).toBeNull();
    expect(restoreTimes([10, 40, 20, 30])).toEqual({ count: 4, meanSeconds: 25, medianSeconds: 20, longestSeconds: 40 });
  });
});

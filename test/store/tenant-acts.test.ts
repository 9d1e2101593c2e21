import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ActsWorkspace, openActsWorkspace, type Person, refused, ruleOf } from './support/acts-workspace.ts';

/** Acts on tenants under policy: done at once, asked for, or refused; each leaves its facts, its message and its way back. */

let ws: ActsWorkspace;
beforeEach(async () => {
  ws = await openActsWorkspace();
});
afterEach(async () => {
  await ws.close();
});

const reason = 'ticket 8812';
const confirmBy = async (request: { requestId: string; statementSha256: string } | null, ...people: Person[]) => {
  if (request === null) throw new Error('nothing was asked');
  let last;
  for (const person of people) last = await ws.ask(person, 'approval.confirm', request);
  return last;
};
const dual = async (act: 'action.suspend' | 'action.delete', tenantId = 'tn_harrow') => {
  const { request } = await ws.ask(ws.people.partnerAdmin, act, { tenantId, reason });
  if (request === null) throw new Error('nothing was asked');
  const { requestId, statementSha256 } = request;
  return confirmBy({ requestId, statementSha256 }, ws.people.founder, ws.people.secondAdmin);
};
const newest = async (tenantId = 'tn_harrow') => {
  const { messages } = await ws.ask(ws.people.admin, 'outbox.list', { tenantId });
  return messages[0]!;
};

describe('what a member may do to a tenant', () => {
  it('is answered for every act, with the deciding rule and how long it took', async () => {
    const may = await ws.ask(ws.people.operator, 'action.check', { tenantId: 'tn_harrow' });
    expect(may.tenant).toMatchObject({ name: 'Harrow & Finch Freight', status: 'active', planId: 'pro' });
    expect(may.plan).toMatchObject({ allowed: true, approval: { confirmations: 1 } });
    expect(may.suspend).toMatchObject({ allowed: true, approval: { confirmations: 2, expiresHours: 72 } });
    expect(may.delete).toMatchObject({
      allowed: false,
      says: 'You cannot delete this tenant.',
      nextStep: 'A partner admin has to ask, and two others confirm.',
      rule: 'can_delete_tenant, rule 21 of version 1',
    });
    expect(may.impersonate.allowed).toBe(true);
    expect(may.delete.latencyMs).toBeGreaterThanOrEqual(0);
    expect(ws.count('approval_requests')).toBe(0);
  });

  it("says nothing of another partner's tenant", async () => {
    for (const call of [
      ws.ask(ws.people.operator, 'action.check', { tenantId: 'tn_south' }),
      ws.ask(ws.people.operator, 'action.suspend', { tenantId: 'tn_south', reason }),
      ws.ask(ws.people.partnerAdmin, 'action.delete', { tenantId: 'tn_south', reason }),
      ws.ask(ws.people.operator, 'action.list', { tenantId: 'tn_south' }),
      ws.ask(ws.people.operator, 'action.impersonate', { tenantId: 'tn_south', reason }),
    ]) {
      const error = await refused(call);
      expect([error.code, error.message]).toEqual(['NOT_FOUND', 'There is no such tenant.']);
    }
  });

  it('a high risk keeps a partner operator from viewing as the tenant, and not a partner admin', async () => {
    const error = await refused(ws.ask(ws.people.operator, 'action.impersonate', { tenantId: 'tn_risky', reason }));
    expect([error.code, ruleOf(error)]).toEqual(['FORBIDDEN', 'view.high-risk']);
    expect((await ws.ask(ws.people.partnerAdmin, 'action.impersonate', { tenantId: 'tn_risky', reason })).until).toBe(
      '2026-06-03T09:57:00.000Z',
    );
  });
});

describe('suspend, delete and back', () => {
  it('a suspension leaves record, action, message, timeline and audit entry, and names who confirmed', async () => {
    expect((await dual('action.suspend'))?.outcome).toBe('executed');
    expect(ws.statusOf('tn_harrow')).toBe('suspended');
    const message = await newest();
    expect(message).toMatchObject({
      kind: 'tenant.suspend',
      title: 'Suspend Harrow & Finch Freight',
      state: 'pending',
      source: { name: 'northwind' },
    });
    const { body } = await ws.ask(ws.people.admin, 'outbox.show', { messageId: message.messageId });
    expect(JSON.parse(body)).toMatchObject({
      schema: 'urn:countersign:outbox-message:1',
      message_id: message.messageId,
      tenant_id: 'tn_harrow',
      before: { status: 'active' },
      after: { status: 'suspended' },
      reason,
      approval: { confirmed_by: ['Amara Okafor', 'Piet Oster'] },
      reverses: null,
    });
    const { actions } = await ws.ask(ws.people.operator, 'action.list', { tenantId: 'tn_harrow' });
    expect(actions).toMatchObject([{ kind: 'tenant.suspend', by: 'Mara Lind', request: { ref: 'APR-0001' }, reversedBy: null }]);
    const told = ws.store.db.all<{ title: string }>('SELECT title FROM tenant_timeline ORDER BY key').map(({ title }) => title);
    expect(told).toEqual([
      'Suspend Harrow & Finch Freight',
      'APR-0001 asked: Suspend Harrow & Finch Freight',
      expect.stringContaining('APR-0001 confirmed'),
      expect.stringContaining('APR-0001 confirmed'),
      'APR-0001 carried out: Suspend Harrow & Finch Freight',
    ]);
  });

  it('a reactivation gives back the status from before', async () => {
    await dual('action.suspend', 'tn_kestrel');
    const done = await ws.ask(ws.people.partnerAdmin, 'action.reactivate', { tenantId: 'tn_kestrel', reason });
    expect(done).toMatchObject({ outcome: 'done', says: 'Kestrel Labs is grace again.' });
    expect(ws.statusOf('tn_kestrel')).toBe('grace');
  });

  it('rolls a suspension back: the opposite here, and a message that names the one it takes back', async () => {
    await dual('action.suspend');
    const first = await newest();
    const back = await ws.ask(ws.people.founder, 'outbox.rollback', { messageId: first.messageId, reason: 'the wrong tenant' });
    expect(back.outcome).toBe('done');
    expect(ws.statusOf('tn_harrow')).toBe('active');
    const second = await newest();
    expect([second.kind, second.compensates]).toEqual(['tenant.reactivate', first.messageId]);
    const { body } = await ws.ask(ws.people.admin, 'outbox.show', { messageId: second.messageId });
    expect(JSON.parse(body)).toMatchObject({ reverses: first.messageId, after: { status: 'active' } });
    const again = await refused(ws.ask(ws.people.founder, 'outbox.rollback', { messageId: first.messageId, reason: 'once more' }));
    expect(again.code).toBe('CONFLICT');
    expect(ws.count('tenant_actions')).toBe(2);
  });

  it('taking a reactivation back is a suspension, and needs its confirmations', async () => {
    await dual('action.suspend');
    await ws.ask(ws.people.founder, 'outbox.rollback', { messageId: (await newest()).messageId, reason: 'too early' });
    const reactivated = await newest();
    const back = await ws.ask(ws.people.founder, 'outbox.rollback', { messageId: reactivated.messageId, reason: 'right after all' });
    expect(back.outcome).toBe('asked');
    expect(ws.statusOf('tn_harrow')).toBe('active');
    const { requestId, statementSha256 } = back.request!;
    await confirmBy({ requestId, statementSha256 }, ws.people.finance, ws.people.partnerAdmin);
    expect(ws.statusOf('tn_harrow')).toBe('suspended');
    expect((await newest()).compensates).toBe(reactivated.messageId);
  });

  it('does not roll back what something newer stands on', async () => {
    await ws.ask(ws.people.partnerAdmin, 'action.changePlan', { tenantId: 'tn_harrow', planId: 'growth', planVersion: '1.0.0', reason });
    const first = await newest();
    await dual('action.suspend');
    await ws.ask(ws.people.partnerAdmin, 'action.changePlan', { tenantId: 'tn_harrow', planId: 'starter', planVersion: '1.0.0', reason });
    const error = await refused(ws.ask(ws.people.founder, 'outbox.rollback', { messageId: first.messageId, reason: 'not wanted' }));
    expect([error.code, error.message]).toEqual(['CONFLICT', expect.stringContaining('plan id was growth and is starter')]);
  });

  it('a deletion is soft: restored until its purge date, and not after', async () => {
    await dual('action.delete');
    expect(ws.statusOf('tn_harrow')).toBe('deleted');
    const may = await ws.ask(ws.people.partnerAdmin, 'action.check', { tenantId: 'tn_harrow' });
    expect(may.purgeAt).toBe('2026-07-03T09:42:00.000Z');
    expect(may.reactivate.allowed).toBe(true);
    expect((await ws.ask(ws.people.operator, 'action.check', { tenantId: 'tn_harrow' })).reactivate).toMatchObject({
      allowed: false,
      policyId: 'reactivate.deleted',
    });
    ws.pass(30 * 24);
    const late = await refused(ws.ask(ws.people.partnerAdmin, 'action.reactivate', { tenantId: 'tn_harrow', reason }));
    expect([late.code, late.message]).toEqual(['CONFLICT', expect.stringContaining('2026-07-03')]);
    ws.pass(-1 / 60);
    const restored = await ws.ask(ws.people.partnerAdmin, 'action.reactivate', { tenantId: 'tn_harrow', reason });
    expect(restored.says).toBe('Harrow & Finch Freight is active again.');
  });

  it('a tenant that its source deleted is not restored from here', async () => {
    await ws.seed({ tenantId: 'tn_gone', name: 'Gone Ltd', partnerId: 'northwind', status: 'deleted' });
    const error = await refused(ws.ask(ws.people.partnerAdmin, 'action.reactivate', { tenantId: 'tn_gone', reason }));
    expect(error.message).toContain('deleted by its source');
  });
});

describe('changing the plan', () => {
  const toGrowth = { tenantId: 'tn_harrow', planId: 'growth', planVersion: '1.0.0', reason };

  it('says what differs before anything is asked', async () => {
    const preview = await ws.ask(ws.people.operator, 'action.previewPlan', {
      tenantId: 'tn_harrow',
      planId: 'growth',
      planVersion: '1.0.0',
    });
    expect(preview.from).toMatchObject({ planId: 'pro', planVersion: '1.0.0' });
    expect(preview.changes).toContainEqual(expect.objectContaining({ what: 'Price a month, USD', before: '299', after: '149' }));
    expect(preview.changes).toContainEqual(
      expect.objectContaining({ what: 'llm_token, hard limit a month', before: '60000000', after: '25000000' }),
    );
    expect(preview.changes.every(({ before, after }) => before !== after)).toBe(true);
    expect(ws.count('tenant_actions')).toBe(0);
  });

  it('a partner admin changes it at once, and it can be taken back to the version from before', async () => {
    expect(await ws.ask(ws.people.partnerAdmin, 'action.changePlan', toGrowth)).toMatchObject({ outcome: 'done', request: null });
    const plan = () => ws.store.db.get('SELECT plan_id, plan_version, tier FROM tenants WHERE tenant_id = ?', ['tn_harrow']);
    expect(plan()).toEqual({ plan_id: 'growth', plan_version: '1.0.0', tier: 'growth' });
    await ws.ask(ws.people.partnerAdmin, 'outbox.rollback', { messageId: (await newest()).messageId, reason: 'the customer stays' });
    expect(plan()).toEqual({ plan_id: 'pro', plan_version: '1.0.0', tier: 'pro' });
  });

  it('a partner operator asks, and one other member is enough', async () => {
    const { outcome, request } = await ws.ask(ws.people.operator, 'action.changePlan', toGrowth);
    expect([outcome, request?.quorum]).toEqual(['asked', 1]);
    const { requestId, statementSha256 } = request!;
    const last = await ws.ask(ws.people.partnerAdmin, 'approval.confirm', { requestId, statementSha256 });
    expect(last.outcome).toBe('executed');
    const shown = await ws.ask(ws.people.operator, 'approval.show', { request: 'APR-0001' });
    expect(shown.changes).toEqual([
      { what: 'Plan', before: 'pro', after: 'growth' },
      { what: 'tier', before: 'pro', after: 'growth' },
    ]);
    expect(shown.events.map(({ kind }) => kind)).toEqual(['asked', 'confirmed', 'executed']);
  });

  it('goes to a version that is known, and to another one than it is on', async () => {
    const unknown = await refused(ws.ask(ws.people.partnerAdmin, 'action.changePlan', { ...toGrowth, planVersion: '99.0.0' }));
    expect(unknown.code).toBe('NOT_FOUND');
    const same = await refused(ws.ask(ws.people.partnerAdmin, 'action.changePlan', { ...toGrowth, planId: 'pro' }));
    expect(same.code).toBe('CONFLICT');
    expect([ws.count('tenant_actions'), ws.count('outbox_messages')]).toEqual([0, 0]);
  });
});

describe('viewing as a tenant', () => {
  it('begins with a reason, is seen by nobody but that tenant, refuses acts, and ends by its time', async () => {
    const { until } = await ws.ask(ws.people.operator, 'action.impersonate', { tenantId: 'tn_harrow', reason, minutes: 12 });
    expect(until).toBe('2026-06-03T09:54:00.000Z');
    expect(ws.viewing.current()).toEqual({ tenantId: 'tn_harrow', until });
    expect((await refused(ws.ask(ws.people.operator, 'action.check', { tenantId: 'tn_kestrel' }))).code).toBe('NOT_FOUND');
    expect(ruleOf(await refused(ws.ask(ws.people.operator, 'action.suspend', { tenantId: 'tn_harrow', reason })))).toBe('tenant.view-only');
    ws.pass(0.25);
    expect(ws.viewing.current()).toBeNull();
    await ws.actions.endDueViews({ requestId: 'req', now: ws.state.now });
    await ws.actions.endDueViews({ requestId: 'req', now: ws.state.now });
    expect(ws.store.db.all('SELECT ended_at, how FROM impersonation_ends')).toEqual([{ ended_at: until, how: 'time' }]);
    expect([ws.audited('tenant.view.begin'), ws.audited('tenant.view.end')]).toEqual([1, 1]);
  });

  it('can be left before', async () => {
    await ws.ask(ws.people.operator, 'action.impersonate', { tenantId: 'tn_harrow', reason });
    ws.pass(0.1);
    expect(await ws.ask(ws.people.operator, 'action.endImpersonation', {})).toEqual({ ended: true });
    expect(await ws.ask(ws.people.operator, 'action.endImpersonation', {})).toEqual({ ended: false });
    expect(ws.store.db.all('SELECT ended_at, how FROM impersonation_ends')).toEqual([{ ended_at: ws.state.now, how: 'left' }]);
    expect((await ws.ask(ws.people.operator, 'action.check', { tenantId: 'tn_kestrel' })).tenant.name).toBe('Kestrel Labs');
  });
});

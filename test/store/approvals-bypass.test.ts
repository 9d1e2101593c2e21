import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../src-main/approvals/index.ts';
import { type ActsWorkspace, openActsWorkspace, type Person, refused, ruleOf } from './support/acts-workspace.ts';

/** Every way round dual control that we could think of, each with its good twin: the request that is carried out. */

let ws: ActsWorkspace;
beforeEach(async () => {
  ws = await openActsWorkspace();
});
afterEach(async () => {
  await ws.close();
});

const HARROW = { tenantId: 'tn_harrow', reason: 'ticket 8812: unpaid for 60 days' };

async function askToSuspend(by: Person = ws.people.operator) {
  const { outcome, request } = await ws.ask(by, 'action.suspend', HARROW);
  expect(outcome).toBe('asked');
  if (request === null) throw new Error('there is a request');
  return request;
}
type Asked = Awaited<ReturnType<typeof askToSuspend>>;
const confirm = (who: Person, { requestId, statementSha256 }: Pick<Asked, 'requestId' | 'statementSha256'>) =>
  ws.ask(who, 'approval.confirm', { requestId, statementSha256 });

/** On a connection of its own, past every trigger, as somebody with the file could. */
const tamper = (sql: string, ...params: (string | number | null)[]): void => {
  const raw = new Sqlite(join(ws.folder, 'countersign.db'));
  try {
    for (const { name } of raw
      .prepare<[], { name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('approval_requests', 'approval_facts', 'members')`,
      )
      .all())
      raw.exec(`DROP TRIGGER "${name}"`);
    raw.prepare(sql).run(...params);
  } finally {
    raw.close();
  }
};

const untouched = (): void => {
  expect(ws.statusOf('tn_harrow')).toBe('active');
  expect([ws.count('tenant_actions'), ws.count('outbox_messages')]).toEqual([0, 0]);
};

describe('dual control', () => {
  it('good twin: two different members in a role that counts confirm, and it is carried out once', async () => {
    const request = await askToSuspend();
    untouched();
    expect(await confirm(ws.people.partnerAdmin, request)).toMatchObject({ outcome: 'confirmed', confirmations: 1, quorum: 2 });
    untouched();
    expect(await confirm(ws.people.founder, request)).toMatchObject({ outcome: 'executed', confirmations: 2 });
    expect(ws.statusOf('tn_harrow')).toBe('suspended');
    expect([ws.count('tenant_actions'), ws.count('outbox_messages'), ws.audited('approval.execute')]).toEqual([1, 1, 1]);
    expect(ws.state.executed).toBe(1);
  });

  it('the same member twice does not count twice', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    const error = await refused(confirm(ws.people.founder, request));
    expect([error.code, ruleOf(error)]).toEqual(['CONFLICT', 'approve.once']);
    untouched();
  });

  it('the requester confirms nothing, whatever their role', async () => {
    const request = await askToSuspend(ws.people.founder);
    const error = await refused(confirm(ws.people.founder, request));
    expect([error.code, ruleOf(error)]).toEqual(['FORBIDDEN', 'approve.requester']);
    untouched();
  });

  it('a replayed confirmation is refused, and so is one for a request of the same content', async () => {
    const first = await askToSuspend();
    await confirm(ws.people.founder, first);
    await ws.ask(ws.people.operator, 'approval.withdraw', { requestId: first.requestId, reason: 'asked too early' });
    const again = await askToSuspend();
    // Everything is the same but the request's own id, so the hashes differ.
    expect(again.statementSha256).not.toBe(first.statementSha256);
    expect((await refused(confirm(ws.people.founder, first))).code).toBe('CONFLICT');
    const replayed = await refused(confirm(ws.people.founder, { ...again, statementSha256: first.statementSha256 }));
    expect([replayed.code, ruleOf(replayed)]).toEqual(['CONFLICT', 'request.seen']);
    expect((await ws.ask(ws.people.founder, 'approval.show', { request: again.ref })).approval.confirmations).toBe(0);
    untouched();
  });

  it('a screen that shows another statement confirms nothing', async () => {
    const request = await askToSuspend();
    const error = await refused(confirm(ws.people.founder, { ...request, statementSha256: 'a'.repeat(64) }));
    expect([error.code, ruleOf(error)]).toEqual(['CONFLICT', 'request.seen']);
    untouched();
  });

  it('a request that was edited in the file is not confirmed and not carried out', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    tamper(`UPDATE approval_requests SET statement = replace(statement, 'tn_harrow', 'tn_kestrel')`);
    const error = await refused(confirm(ws.people.partnerAdmin, request));
    expect([error.code, ruleOf(error)]).toEqual(['CONFLICT', 'request.unchanged']);
    expect((await ws.ask(ws.people.founder, 'approval.show', { request: request.ref })).unchanged).toBe(false);
    expect(ws.statusOf('tn_kestrel')).toBe('grace');
    untouched();
  });

  it('a request edited together with its hash does not keep the confirmations of the old one', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    const { statement } = await ws.ask(ws.people.founder, 'approval.show', { request: request.ref });
    const edited = canonicalBytes({ ...(JSON.parse(statement) as object), quorum: 1 });
    tamper('UPDATE approval_requests SET statement = ?, statement_sha256 = ?', edited.text, edited.sha256);
    const { approval } = await ws.ask(ws.people.founder, 'approval.show', { request: request.ref });
    expect(approval.confirmations).toBe(0);
    untouched();
  });

  it('after its time nobody confirms it, and the end is written down', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    ws.pass(72);
    ws.state.now = new Date(Date.parse(ws.state.now) + 1).toISOString();
    const error = await refused(confirm(ws.people.partnerAdmin, request));
    expect([error.code, ruleOf(error)]).toEqual(['CONFLICT', 'request.expired']);
    expect((await ws.ask(ws.people.founder, 'approval.show', { request: request.ref })).approval.state).toBe('expired');
    expect(await ws.approvals.expire({ requestId: 'req', now: ws.state.now })).toBe(1);
    expect(await ws.approvals.expire({ requestId: 'req', now: ws.state.now })).toBe(0);
    expect(ws.audited('approval.expire')).toBe(1);
    untouched();
  });

  it('in its last moment it still counts', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    ws.state.now = request.expiresAt;
    expect((await confirm(ws.people.partnerAdmin, request)).outcome).toBe('executed');
  });

  it('a clock that was set back does not bring it back', async () => {
    const request = await askToSuspend();
    ws.pass(1);
    await confirm(ws.people.founder, request);
    ws.pass(-2);
    expect((await refused(confirm(ws.people.partnerAdmin, request))).code).toBe('CONFLICT');
    untouched();
  });

  it('raced: of two last confirmations at once one carries it out, and nothing happens twice', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    const settled = await Promise.allSettled([
      confirm(ws.people.partnerAdmin, request),
      confirm(ws.people.finance, request),
      confirm(ws.people.secondAdmin, request),
      ws.approvals.expire({ requestId: 'req', now: ws.state.now }),
    ]);
    const outcomes = settled.slice(0, 3).map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as { code: string }).code));
    expect(outcomes.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'done']);
    expect([ws.count('tenant_actions'), ws.count('outbox_messages'), ws.audited('approval.execute')]).toEqual([1, 1, 1]);
  });

  it('the store itself refuses a second end and a second confirmation, past all code', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    const insert =
      (kind: string, memberId: string, sha256 = request.statementSha256) =>
      () =>
        ws.store.db.run(
          `INSERT INTO approval_facts (fact_no, request_no, kind, at, member_id, role, statement_sha256, body)
         VALUES ((SELECT max(fact_no) + 1 FROM approval_facts), 1, ?, ?, ?, 'founder', ?, '{}')`,
          [kind, ws.state.now, memberId, sha256],
        );
    expect(insert('confirmed', ws.people.founder.memberId)).toThrow(/append-only/);
    expect(insert('confirmed', ws.people.operator.memberId)).toThrow(/requester/);
    expect(insert('confirmed', ws.people.finance.memberId, 'b'.repeat(64))).toThrow(/another statement/);
    await confirm(ws.people.partnerAdmin, request);
    expect(insert('executed', ws.people.finance.memberId)).toThrow(/ended/);
    expect(insert('confirmed', ws.people.finance.memberId)).toThrow(/ended/);
  });

  it.each(['auditor', 'operator'] as const)('a role that does not count (%s) confirms nothing', async (who) => {
    const request = await askToSuspend(ws.people.partnerAdmin);
    const error = await refused(confirm(ws.people[who], request));
    expect([error.code, ruleOf(error)]).toEqual(['FORBIDDEN', 'approve.roles']);
    untouched();
  });

  it("another partner's member sees no request, in the words for one that is not there", async () => {
    const request = await askToSuspend();
    const error = await refused(confirm(ws.people.stranger, request));
    const missing = await refused(confirm(ws.people.stranger, { ...request, requestId: '01990000-0000-7000-8000-00000000dead' }));
    expect([error.code, error.message, error.nextStep]).toEqual([missing.code, missing.message, missing.nextStep]);
    expect(error.code).toBe('NOT_FOUND');
    expect((await refused(ws.ask(ws.people.stranger, 'approval.show', { request: request.ref }))).code).toBe('NOT_FOUND');
    const list = await ws.ask(ws.people.stranger, 'approval.list', {});
    expect([list.approvals, list.totals]).toEqual([[], { forMe: 0, byMe: 0, waiting: 0, ended: 0 }]);
  });

  it('after a refusal it is over', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    await ws.ask(ws.people.finance, 'approval.refuse', {
      requestId: request.requestId,
      statementSha256: request.statementSha256,
      reason: 'paid this morning',
    });
    const error = await refused(confirm(ws.people.partnerAdmin, request));
    expect([error.code, ruleOf(error)]).toEqual(['CONFLICT', 'request.waiting']);
    untouched();
  });

  it('only the requester withdraws, and the requester does not refuse', async () => {
    const { requestId, statementSha256 } = await askToSuspend(ws.people.partnerAdmin);
    expect(ruleOf(await refused(ws.ask(ws.people.founder, 'approval.withdraw', { requestId, reason: 'not mine' })))).toBe(
      'withdraw.others',
    );
    expect(ruleOf(await refused(ws.ask(ws.people.partnerAdmin, 'approval.refuse', { requestId, statementSha256, reason: 'mine' })))).toBe(
      'approve.requester',
    );
    await ws.ask(ws.people.partnerAdmin, 'approval.withdraw', { requestId, reason: 'settled' });
    untouched();
  });

  it('a member whose role changed in between does not count any more', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    tamper(`UPDATE members SET role = 'auditor' WHERE member_id = ?`, ws.people.founder.memberId);
    const second = await confirm(ws.people.partnerAdmin, request);
    expect(second).toMatchObject({ outcome: 'confirmed', confirmations: 1 });
    untouched();
    const { events } = await ws.ask(ws.people.finance, 'approval.show', { request: request.ref });
    expect(events.filter(({ kind }) => kind === 'confirmed').map(({ counts }) => counts)).toEqual([false, true]);
    expect((await confirm(ws.people.finance, request)).outcome).toBe('executed');
  });

  it('a requester who may no longer ask stops it, and nothing is carried out', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    tamper(`UPDATE members SET role = 'auditor', partner_id = NULL WHERE member_id = ?`, ws.people.operator.memberId);
    const last = await confirm(ws.people.partnerAdmin, request);
    expect(last.outcome).toBe('stopped');
    expect(last.says).toContain('You cannot suspend this tenant.');
    untouched();
  });

  it('a tenant that changed since it was asked stops it', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    await ws.seed({
      tenantId: 'tn_harrow',
      name: 'Harrow & Finch Freight',
      partnerId: 'northwind',
      status: 'grace',
      updatedAt: '2026-06-02T09:00:00Z',
    });
    const last = await confirm(ws.people.partnerAdmin, request);
    expect(last.outcome).toBe('stopped');
    expect(last.says).toContain('status was active and is grace');
    expect(ws.statusOf('tn_harrow')).toBe('grace');
    expect(ws.count('tenant_actions')).toBe(0);
    expect((await refused(confirm(ws.people.finance, request))).code).toBe('CONFLICT');
  });

  it('a tenant given to another partner in between stops it for the members of the old one', async () => {
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    await ws.seed({ tenantId: 'tn_harrow', name: 'Harrow & Finch Freight', partnerId: 'southgate', updatedAt: '2026-06-02T09:00:00Z' });
    expect((await refused(confirm(ws.people.partnerAdmin, request))).code).toBe('NOT_FOUND');
    expect((await confirm(ws.people.finance, request)).outcome).toBe('stopped');
    expect(ws.statusOf('tn_harrow')).toBe('active');
  });

  it('one act on a tenant is asked for once at a time', async () => {
    const request = await askToSuspend();
    const error = await refused(ws.ask(ws.people.partnerAdmin, 'action.suspend', HARROW));
    expect([error.code, error.details['ref']]).toEqual(['CONFLICT', request.ref]);
    expect(ws.count('approval_requests')).toBe(1);
  });

  it("the plan's approvals a day are the most that is asked, and the last one is told", async () => {
    // The free plan allows five a day.
    const free = { tenantId: 'tn_free', reason: 'as often as I like' };
    await ws.seed({ tenantId: 'tn_free', name: 'Free Rider', partnerId: 'northwind', plan: ['free', '1.0.0', 'free'] });
    const incidents = () => ws.store.db.all(`SELECT kind FROM incident_state WHERE state = 'open'`);
    const askAndWithdraw = async (): Promise<void> => {
      const { request } = await ws.ask(ws.people.operator, 'action.suspend', free);
      await ws.ask(ws.people.operator, 'approval.withdraw', { requestId: request!.requestId, reason: 'once more' });
    };
    for (let i = 0; i < 4; i += 1) await askAndWithdraw();
    expect(incidents()).toEqual([]);
    await askAndWithdraw();
    expect(incidents()).toEqual([{ kind: 'limit' }]);
    const error = await refused(ws.ask(ws.people.operator, 'action.suspend', free));
    expect([error.code, error.message]).toEqual(['CONFLICT', expect.stringContaining('The plan allows 5')]);
    expect(ws.count('approval_requests')).toBe(5);
    ws.state.now = '2026-06-04T00:00:00.000Z';
    await askAndWithdraw();
  });

  it('while a member views as a tenant, nothing is decided', async () => {
    const request = await askToSuspend();
    await ws.ask(ws.people.partnerAdmin, 'action.impersonate', { tenantId: 'tn_harrow', reason: 'looking into ticket 8812' });
    const error = await refused(confirm(ws.people.partnerAdmin, request));
    expect(ruleOf(error)).toBe('request.view-only');
    untouched();
  });

  it('an executor that fails half-way leaves nothing but the end of the request', async () => {
    await ws.close();
    ws = await openActsWorkspace({
      executors: {
        'tenant.suspend': (db) => {
          db.run(`UPDATE tenants SET status = 'suspended' WHERE tenant_id = 'tn_harrow'`);
          db.run(`INSERT INTO settings (key, value, updated_at) VALUES ('half', '1', 'x')`);
          throw new TypeError('a fault of ours');
        },
      },
    });
    const request = await askToSuspend();
    await confirm(ws.people.founder, request);
    await expect(confirm(ws.people.partnerAdmin, request)).rejects.toThrow('a fault of ours');
    expect(ws.store.db.get(`SELECT 1 AS one FROM settings WHERE key = 'half'`)).toBeUndefined();
    // A fault is no decision: the confirmation did not happen either, and can be given again.
    expect((await ws.ask(ws.people.founder, 'approval.show', { request: request.ref })).approval).toMatchObject({
      state: 'waiting',
      confirmations: 1,
    });
    untouched();
  });

  it('refusals by policy are told with their rule, for the metrics and the audit log', async () => {
    const request = await askToSuspend();
    await refused(confirm(ws.people.operator, request));
    const { action, allowed, rule } = ws.decisions.at(-1)!;
    expect([action, allowed, rule]).toEqual(['can_approve', false, 'can_approve, rule 37 of version 1']);
  });
});

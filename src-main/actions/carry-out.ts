import type { TenantStatus } from '../../src-shared/contract/tenants.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type Execution, refusedByPolicy, type Statement } from '../approvals/index.ts';
import { enqueueMessage } from '../integrations/index.ts';
import type { ChangedBy } from '../members/index.ts';
import { planVersion } from '../plans/index.ts';
import { policyEngine, type PolicyDecision } from '../policies/index.ts';
import type { StoreDb } from '../store/index.ts';
import { addTimeline, setTenantPlan, setTenantStatus } from '../tenants/index.ts';
import { type ActKind, changedSince, doneWords, POLICY_OF, PURGE_DAYS, stateJson, type TenantState } from './tenant-act.ts';
import { decideTenant, stateOf, type TenantFacts, tenantFacts } from './tenant-facts.ts';

/** Carries an act out: the tenant's record, the action, its message and its place in the timeline, in one transaction. */

export interface Act {
  readonly kind: ActKind;
  /** UUIDv7 of the action, and of the message that tells of it. */
  readonly actionId: string;
  readonly messageId: string;
  readonly title: string;
  readonly after: TenantState;
  readonly reason: string;
  /** Number of the action that this one takes back. */
  readonly reverses: number | null;
}

export interface ActContext {
  readonly tenant: TenantFacts;
  readonly decision: PolicyDecision;
  /** Who asked for it. */
  readonly requestedBy: { readonly memberId: string; readonly name: string; readonly role: string };
  /** The request that was confirmed; null where policy demanded none. */
  readonly approval: {
    readonly requestNo: number;
    readonly requestId: string;
    readonly sha256: string;
    readonly confirmedBy: readonly string[];
  } | null;
  /** Who does it now: the requester, or who confirmed last. */
  readonly by: ChangedBy;
}

export interface CarriedOut {
  readonly says: string;
  readonly actionId: string;
}

const DAY_MS = 86_400_000;

export function carryOut(db: StoreDb, act: Act, { tenant, decision, requestedBy, approval, by }: ActContext): CarriedOut {
  const before = stateOf(tenant);
  const purgeAt = act.kind === 'tenant.delete' ? new Date(Date.parse(by.now) + PURGE_DAYS * DAY_MS).toISOString() : null;
  const change = { tenantNo: tenant.tenantNo, reason: act.reason, by };
  if (act.kind === 'tenant.plan')
    setTenantPlan(db, { ...change, planId: act.after.plan_id, planVersion: act.after.plan_version, tier: act.after.tier });
  else setTenantStatus(db, { ...change, status: act.after.status as TenantStatus });
  const reversed =
    act.reverses === null
      ? null
      : db.get<{ message_no: number; message_id: string }>(
          'SELECT o.message_no, o.message_id FROM outbox_messages o JOIN tenant_actions a USING (action_id) WHERE a.action_no = ?',
          [act.reverses],
        )!;
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(action_no), 0) + 1 AS next FROM tenant_actions')!;
  const after = { ...stateJson(act.after), ...(purgeAt === null ? {} : { purge_at: purgeAt }) };
  db.run(
    `INSERT INTO tenant_actions (action_no, action_id, kind, tenant_no, at, member_id, request_no, reason, before, after, policy, reverses)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      next,
      act.actionId,
      act.kind,
      tenant.tenantNo,
      by.now,
      requestedBy.memberId,
      approval?.requestNo ?? null,
      act.reason,
      JSON.stringify(stateJson(before)),
      JSON.stringify(after),
      JSON.stringify({
        id: decision.policyId,
        rule: decision.rule,
        version: decision.policyVersion,
        sha256: policyEngine().describe().sha256,
      }),
      act.reverses,
    ],
  );
  enqueueMessage(db, {
    messageId: act.messageId,
    actionId: act.actionId,
    kind: act.kind,
    tenantNo: tenant.tenantNo,
    sourceNo: tenant.source?.sourceNo ?? null,
    body: {
      action_id: act.actionId,
      kind: act.kind,
      title: act.title,
      at: by.now,
      tenant_id: tenant.tenantId,
      partner_id: tenant.partnerId,
      before: stateJson(before),
      after,
      reason: act.reason,
      requested_by: { name: requestedBy.name, role: requestedBy.role },
      approval:
        approval === null
          ? null
          : { request_id: approval.requestId, statement_sha256: approval.sha256, confirmed_by: approval.confirmedBy },
      reverses: reversed?.message_id ?? null,
    },
    compensates: reversed?.message_no ?? null,
    now: by.now,
  });
  const says = doneWords(act.kind, tenant.name, act.after, purgeAt);
  addTimeline(db, {
    tenantNo: tenant.tenantNo,
    at: by.now,
    kind: act.kind === 'tenant.plan' ? 'plan' : 'action',
    status: act.kind === 'tenant.suspend' || act.kind === 'tenant.delete' ? 'warn' : 'ok',
    title: act.title,
    says: `by ${requestedBy.name}${approval === null ? '' : `, confirmed by ${approval.confirmedBy.join(' and ')}`}: ${act.reason}`,
    address: `/approvals/outbox/${act.messageId}`,
    key: `action/${act.actionId}`,
  });
  return { says, actionId: act.actionId };
}

/** The tier a version of a plan gives. Fails with NOT_FOUND where no such version is known: a plan is assigned by version. */
export function tierOfPlan(db: StoreDb, planId: string, version: string): string {
  const plan = planVersion(db, planId, version);
  if (plan !== null) return plan.spec.tier;
  throw new AppError('NOT_FOUND', `There is no version ${version} of the plan ${planId}. Nothing was changed.`, {
    nextStep: 'Choose one of the versions under Plans.',
    details: { planId, version },
  });
}

/** Fails with CONFLICT once the purge date of a deletion made here has passed, and for one that was made elsewhere. */
export function requireRestorable(db: StoreDb, tenant: TenantFacts, now: string): string {
  const deletion = db.get<{ before: string; after: string }>(
    `SELECT before, after FROM tenant_actions WHERE tenant_no = ? AND kind = 'tenant.delete' ORDER BY action_no DESC LIMIT 1`,
    [tenant.tenantNo],
  );
  if (deletion === undefined)
    throw new AppError('CONFLICT', 'This tenant was deleted by its source, not from here. Nothing was changed.', {
      nextStep: 'Have it restored there; its next record brings it back.',
    });
  const { purge_at: purgeAt } = JSON.parse(deletion.after) as { purge_at: string };
  if (now >= purgeAt)
    throw new AppError('CONFLICT', `Its purge date, ${purgeAt.slice(0, 10)}, has passed: it cannot be restored.`, {
      nextStep: 'Have it made anew at its source. Nothing was changed.',
    });
  return (JSON.parse(deletion.before) as TenantState).status;
}

/** What the request confirms, as an act: everything is read from the confirmed bytes. */
const actOf = (statement: Statement): Act => {
  const { act } = statement;
  return {
    kind: statement.kind as ActKind,
    actionId: act['action_id'] as string,
    messageId: act['message_id'] as string,
    title: statement.title,
    after: statement.after as unknown as TenantState,
    reason: statement.reason,
    reverses: act['reverses_action_no'] as number | null,
  };
};

/** The executor of every act on a tenant: checks again what was true when it was asked, then carries it out. */
export function carryOutConfirmed(db: StoreDb, execution: Execution): { readonly says: string; readonly address: string | null } {
  const { statement, by } = execution;
  const tenant = tenantFacts(db, statement.subject.tenant_id);
  const act = actOf(statement);
  const changed = changedSince(statement.before, stateOf(tenant));
  if (changed.length > 0)
    throw new AppError('CONFLICT', `The tenant is not as it was when this was asked: ${changed.join(', ')}.`, {
      nextStep: 'If it is still needed, ask again.',
    });
  if (tenant.status === 'deleted' && act.kind === 'tenant.reactivate') requireRestorable(db, tenant, by.now);
  const decision = decideTenant(db, POLICY_OF[act.kind], tenant, {
    memberId: statement.requested_by.member_id,
    stage: 'execute',
    confirmations: execution.confirmations,
  });
  if (!decision.allowed) throw refusedByPolicy(decision);
  const done = carryOut(db, act, {
    tenant,
    decision,
    requestedBy: {
      memberId: statement.requested_by.member_id,
      name: statement.requested_by.name,
      role: statement.requested_by.role,
    },
    approval: {
      requestNo: execution.requestNo,
      requestId: execution.requestId,
      sha256: execution.statementSha256,
      confirmedBy: execution.confirmedBy,
    },
    by,
  });
  return { says: done.says, address: `/approvals/outbox/${act.messageId}` };
}

import { AppError } from '../../src-shared/kernel/errors.ts';
import type { ActionOutcome } from '../../src-shared/contract/actions.ts';
import { approvalAddress, principalOf, refusedByPolicy, requestApproval } from '../approvals/index.ts';
import { messageForRollback } from '../integrations/index.ts';
import type { ChangedBy } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { carryOut, requireRestorable, tierOfPlan } from './carry-out.ts';
import { type ActKind, actWords, changedSince, oppositeOf, POLICY_OF, PURGE_DAYS, stateJson, type TenantState } from './tenant-act.ts';
import { decideTenant, stateOf, type TenantFacts, tenantFacts } from './tenant-facts.ts';

/** Asks for an act on a tenant: policy decides whether it is done at once, has to be confirmed by others, or is refused. */

export interface AskArgs {
  readonly kind: ActKind;
  readonly tenantId: string;
  /** For a change of plan. */
  readonly plan: { readonly planId: string; readonly planVersion: string } | null;
  readonly reason: string;
  /** UUIDv7 each: of the action, of its message, of the request where one is needed. */
  readonly ids: { readonly actionId: string; readonly messageId: string; readonly requestId: string };
  readonly by: ChangedBy;
}

export type AskResult = ActionOutcome & { readonly latencyMs: number };

interface Reversal {
  readonly actionNo: number;
  /** How the tenant stood before the act that is taken back. */
  readonly to: TenantState;
}

/** How the tenant will stand. Fails with CONFLICT where that is how it stands, NOT_FOUND where the plan is not known. */
function stateAfter(db: StoreDb, args: AskArgs, tenant: TenantFacts, reversal: Reversal | null): TenantState {
  const before = stateOf(tenant);
  switch (args.kind) {
    case 'tenant.plan': {
      const plan = args.plan;
      if (plan === null) throw new TypeError('a change of plan names the plan');
      if (plan.planId === tenant.planId && plan.planVersion === tenant.planVersion)
        throw new AppError('CONFLICT', `${tenant.name} is on ${plan.planId} ${plan.planVersion} already. Nothing was changed.`, {
          nextStep: 'Choose another version.',
        });
      // What is taken back may be a version that only the record knew.
      const tier = reversal === null ? tierOfPlan(db, plan.planId, plan.planVersion) : reversal.to.tier;
      return { ...before, plan_id: plan.planId, plan_version: plan.planVersion, tier };
    }
    case 'tenant.suspend':
      return { ...before, status: 'suspended' };
    case 'tenant.delete':
      return { ...before, status: 'deleted' };
    case 'tenant.reactivate': {
      const then = tenant.status === 'deleted' ? requireRestorable(db, tenant, args.by.now) : statusBeforeSuspension(db, tenant);
      return { ...before, status: reversal?.to.status ?? then };
    }
  }
}

/** As it was before it was suspended from here; active where it was suspended elsewhere. */
const statusBeforeSuspension = (db: StoreDb, tenant: TenantFacts): string => {
  const last = db.get<{ before: string }>(
    `SELECT before FROM tenant_actions WHERE tenant_no = ? AND kind = 'tenant.suspend' ORDER BY action_no DESC LIMIT 1`,
    [tenant.tenantNo],
  );
  return last === undefined ? 'active' : (JSON.parse(last.before) as TenantState).status;
};

export function askForAct(db: StoreDb, args: AskArgs, reversal: Reversal | null = null): AskResult {
  const { kind, by, ids, reason } = args;
  const tenant = tenantFacts(db, args.tenantId);
  const decision = decideTenant(db, POLICY_OF[kind], tenant, { memberId: by.memberId, stage: 'ask', confirmations: 0 });
  if (!decision.allowed) throw refusedByPolicy(decision);
  const before = stateOf(tenant);
  const after = stateAfter(db, args, tenant, reversal);
  const { title, says } = actWords(kind, tenant.name, before, after, tenant.source?.name ?? null);
  const { latencyMs } = decision;
  if (decision.approval !== null) {
    const asked = requestApproval(db, {
      requestId: ids.requestId,
      kind,
      title,
      says,
      tenant,
      act: {
        action_id: ids.actionId,
        message_id: ids.messageId,
        reverses_action_no: reversal?.actionNo ?? null,
        ...(kind === 'tenant.delete' ? { purge_days: PURGE_DAYS } : {}),
      },
      before: stateJson(before),
      after: stateJson(after),
      reason,
      decision,
      by,
    });
    return {
      outcome: 'asked',
      says: `${asked.ref} is asked: ${asked.quorum === 1 ? 'one other member has' : `${asked.quorum} other members have`} to confirm it. Nothing is changed until then.`,
      actionId: null,
      request: {
        requestId: asked.requestId,
        ref: asked.ref,
        statementSha256: asked.statementSha256,
        quorum: asked.quorum,
        expiresAt: asked.expiresAt,
        address: approvalAddress(asked.requestId),
      },
      latencyMs,
    };
  }
  const principal = principalOf(db, by.memberId);
  const done = carryOut(
    db,
    { kind, actionId: ids.actionId, messageId: ids.messageId, title, after, reason, reverses: reversal?.actionNo ?? null },
    { tenant, decision, requestedBy: principal, approval: null, by },
  );
  return { outcome: 'done', says: done.says, actionId: done.actionId, request: null, latencyMs };
}

export interface RollbackArgs {
  readonly messageId: string;
  readonly reason: string;
  readonly ids: AskArgs['ids'];
  readonly by: ChangedBy;
}

/**
 * Takes back what a message told: the opposite act, under its own policy, with a message that names the one it takes back.
 * Fails with CONFLICT where it was taken back already, or the tenant was changed again since.
 */
export function rollBack(db: StoreDb, { messageId, reason, ids, by }: RollbackArgs): AskResult {
  const message = messageForRollback(db, messageId);
  if (message.compensatedBy !== null)
    throw new AppError('CONFLICT', 'This was taken back already. Nothing was changed.', {
      nextStep: 'Look at the message that took it back.',
    });
  const action = db.get<{ action_no: number; kind: ActKind; before: string; after: string }>(
    'SELECT action_no, kind, before, after FROM tenant_actions WHERE action_id = ?',
    [message.actionId],
  )!;
  const tenant = tenantFacts(db, message.tenantId);
  const changed = changedSince(JSON.parse(action.after) as Record<string, unknown>, stateOf(tenant));
  if (changed.length > 0)
    throw new AppError('CONFLICT', `The tenant was changed since: ${changed.join(', ')}. Nothing was changed.`, {
      nextStep: 'Take back the newest change first, or decide anew.',
    });
  const to = JSON.parse(action.before) as TenantState;
  const kind = oppositeOf(action.kind, to);
  return askForAct(
    db,
    {
      kind,
      tenantId: message.tenantId,
      plan: kind === 'tenant.plan' ? { planId: to.plan_id, planVersion: to.plan_version } : null,
      reason,
      ids,
      by,
    },
    { actionNo: action.action_no, to },
  );
}

import type { actions, PlanChange, TenantActionRow } from '../../src-shared/contract/actions.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { answerOf, approvalAddress, approvalRefOf } from '../approvals/index.ts';
import { planVersion } from '../plans/index.ts';
import type { TenantPolicyAction } from '../policies/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { visibleTenant } from '../tenants/index.ts';
import { askForAct, type AskArgs, rollBack, type RollbackArgs } from './ask.ts';
import { endDueViews, leaveViews, startView } from './impersonation.ts';
import { planChanges } from './plan-changes.ts';
import { type ActKind, actWords, type TenantState } from './tenant-act.ts';
import { decideTenant, tenantFacts } from './tenant-facts.ts';

const purgeAt = (db: StoreDb, tenantNo: number): string | null => {
  const row = db.get<{ after: string }>(
    `SELECT after FROM tenant_actions WHERE tenant_no = ? AND kind = 'tenant.delete' ORDER BY action_no DESC LIMIT 1`,
    [tenantNo],
  );
  return row === undefined ? null : (JSON.parse(row.after) as { purge_at: string }).purge_at;
};

const planOf = (db: StoreDb, planId: string, version: string) => {
  const plan = planVersion(db, planId, version);
  return plan === null ? null : plan.spec;
};

export const actionsReads = {
  'actions.check': (
    db: StoreDb,
    { tenantId, memberId, now }: { tenantId: string; memberId: string; now: string },
  ): OutputOf<typeof actions, 'action.check'> => {
    const tenant = tenantFacts(db, tenantId);
    const may = (action: TenantPolicyAction) => answerOf(decideTenant(db, action, tenant, { memberId, stage: 'ask', confirmations: 0 }));
    const waiting = db.all<{ request_no: number; request_id: string; kind: string; statement: string }>(
      `SELECT r.request_no, r.request_id, r.kind, r.statement FROM approval_state s JOIN approval_requests r USING (request_no)
       WHERE s.state = 'waiting' AND s.tenant_no = ? AND s.expires_at >= ? ORDER BY r.request_no`,
      [tenant.tenantNo, now],
    );
    return {
      tenant: { tenantId, name: tenant.name, status: tenant.status, planId: tenant.planId, planVersion: tenant.planVersion },
      plan: may('can_change_plan'),
      suspend: may('can_suspend_tenant'),
      reactivate: may('can_reactivate_tenant'),
      delete: may('can_delete_tenant'),
      impersonate: may('can_impersonate'),
      purgeAt: tenant.status === 'deleted' ? purgeAt(db, tenant.tenantNo) : null,
      waiting: waiting.map(({ request_no, request_id, kind, statement }) => ({
        ref: approvalRefOf(request_no),
        title: (JSON.parse(statement) as { title: string }).title,
        kind,
        address: approvalAddress(request_id),
      })),
    };
  },
  'actions.previewPlan': (
    db: StoreDb,
    args: { tenantId: string; planId: string; planVersion: string },
  ): OutputOf<typeof actions, 'action.previewPlan'> => {
    const tenant = visibleTenant(db, args.tenantId);
    const to = planOf(db, args.planId, args.planVersion);
    if (to === null)
      throw new AppError('NOT_FOUND', `There is no version ${args.planVersion} of the plan ${args.planId}.`, {
        nextStep: 'Choose one of the versions under Plans.',
      });
    const from = planOf(db, tenant.planId, tenant.planVersion);
    const standing = db.get<{ limit_metric: string | null; limit_bp: number }>(
      'SELECT d.limit_metric, s.limit_bp FROM tenant_standing s JOIN tenant_details d USING (tenant_no) WHERE s.tenant_no = ?',
      [tenant.tenantNo],
    );
    const changes: PlanChange[] = planChanges(from, to);
    const warnings =
      from === null
        ? [`The version it is on, ${tenant.planId} ${tenant.planVersion}, is not known here; what differs cannot be said.`]
        : [];
    const hard = (spec: typeof to | null) => spec?.limits.find(({ metric }) => metric === standing?.limit_metric)?.hard ?? null;
    const [old, now] = [hard(from), hard(to)];
    if (
      standing?.limit_metric &&
      standing.limit_bp > 0 &&
      old !== null &&
      now !== null &&
      standing.limit_bp * Number(old) > 10_000 * Number(now)
    )
      warnings.push(`${standing.limit_metric} is over the new hard limit of ${now} already: the limit counts at once.`);
    return {
      from: { planId: tenant.planId, planVersion: tenant.planVersion, name: from?.name ?? tenant.planId },
      to: { planId: args.planId, planVersion: args.planVersion, name: to.name },
      changes,
      warnings,
    };
  },
  'actions.list': (db: StoreDb, { tenantId, limit }: { tenantId: string; limit: number }): { actions: TenantActionRow[] } => {
    const tenant = tenantFacts(db, tenantId);
    const rows = db.all<{
      action_id: string;
      action_no: number;
      kind: ActKind;
      at: string;
      name: string;
      reason: string;
      before: string;
      after: string;
      request_no: number | null;
      request_id: string | null;
      reversed_by: string | null;
      message_id: string;
    }>(
      `SELECT a.action_id, a.action_no, a.kind, a.at, m.name, a.reason, a.before, a.after, a.request_no, r.request_id,
         b.action_id AS reversed_by, o.message_id
       FROM tenant_actions a JOIN members m USING (member_id) JOIN outbox_messages o USING (action_id)
         LEFT JOIN approval_requests r ON r.request_no = a.request_no LEFT JOIN tenant_actions b ON b.reverses = a.action_no
       WHERE a.tenant_no = ? ORDER BY a.action_no DESC LIMIT ?`,
      [tenant.tenantNo, limit],
    );
    return {
      actions: rows.map((row) => ({
        actionId: row.action_id,
        actionNo: row.action_no,
        kind: row.kind,
        title: actWords(row.kind, tenant.name, JSON.parse(row.before) as TenantState, JSON.parse(row.after) as TenantState, null).title,
        at: row.at,
        by: row.name,
        reason: row.reason,
        request:
          row.request_no === null || row.request_id === null
            ? null
            : { ref: approvalRefOf(row.request_no), address: approvalAddress(row.request_id) },
        reversedBy: row.reversed_by,
        messageId: row.message_id,
      })),
    };
  },
} as const satisfies QueryMap;

export const actionsWrites = {
  'actions.ask': (db: StoreDb, args: AskArgs) => askForAct(db, args),
  'actions.rollBack': (db: StoreDb, args: RollbackArgs) => rollBack(db, args),
  'actions.startView': startView,
  'actions.leaveViews': leaveViews,
  'actions.endDueViews': endDueViews,
} as const satisfies QueryMap;

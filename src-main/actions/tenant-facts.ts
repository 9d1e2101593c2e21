import { principalOf } from '../approvals/index.ts';
import { policyEngine, type PolicyDecision, type TenantPolicyAction } from '../policies/index.ts';
import type { StoreDb } from '../store/index.ts';
import { riskWordOf, visibleTenant, type VisibleTenant } from '../tenants/index.ts';
import type { TenantState } from './tenant-act.ts';

/** A tenant as acts and policies see it, in the scope of who asks. */

export interface TenantFacts extends VisibleTenant {
  /** Null where its risk was never judged. */
  readonly risk: number | null;
  /** The source whose record of it came last; null where none did. */
  readonly source: { readonly sourceNo: number; readonly name: string } | null;
}

/** Fails with NOT_FOUND like `visibleTenant`. */
export function tenantFacts(db: StoreDb, tenantId: string): TenantFacts {
  const tenant = visibleTenant(db, tenantId);
  const standing = db.get<{ risk: number }>('SELECT risk FROM tenant_standing WHERE tenant_no = ?', [tenant.tenantNo]);
  const source = db.get<{ sourceNo: number; name: string }>(
    `SELECT r.source_no AS sourceNo, s.name FROM tenant_records r JOIN sources s USING (source_no)
     WHERE r.tenant_no = ? AND r.origin = 'source' ORDER BY r.record_no DESC LIMIT 1`,
    [tenant.tenantNo],
  );
  return { ...tenant, risk: standing?.risk ?? null, source: source ?? null };
}

export const stateOf = ({ status, planId, planVersion, tier }: VisibleTenant): TenantState => ({
  status,
  plan_id: planId,
  plan_version: planVersion,
  tier,
});

/** What policy says about an act on this tenant, by the member as they stand in the workspace now. */
export const decideTenant = (
  db: StoreDb,
  action: TenantPolicyAction,
  tenant: TenantFacts,
  who: { readonly memberId: string | null; readonly stage: 'ask' | 'execute'; readonly confirmations: number },
): PolicyDecision =>
  policyEngine().decide({
    action,
    principal: principalOf(db, who.memberId),
    resource: {
      tenantId: tenant.tenantId,
      partnerId: tenant.partnerId,
      status: tenant.status,
      highRisk: tenant.risk === null ? null : riskWordOf(tenant.risk) === 'high',
    },
    context: { stage: who.stage, confirmations: who.confirmations, viewing: db.scope.tenantId !== null },
  });

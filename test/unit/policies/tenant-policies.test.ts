import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../src-shared/contract/roles.ts';
import { createPolicyEngine, type PolicyQuestion, TENANT_ACTIONS, type TenantPolicyAction } from '../../../src-main/policies/index.ts';

/** The table of docs/policies.md, every role × action, and every condition on its own. One engine: it is loaded once. */

const engine = createPolicyEngine();
const PARTNER_ROLES = new Set<Role>(['partner_admin', 'partner_operator']);

interface Setting {
  readonly partner?: string | null;
  readonly tenantPartner?: string;
  readonly status?: string;
  readonly highRisk?: boolean | null;
  readonly stage?: 'ask' | 'execute';
  readonly confirmations?: number;
  readonly viewing?: boolean;
  readonly acting?: boolean;
}

const ask = (role: string, action: TenantPolicyAction, setting: Setting = {}) =>
  engine.decide({
    action,
    principal: {
      memberId: 'm1',
      role,
      partnerId: setting.partner === undefined ? (PARTNER_ROLES.has(role as Role) ? 'northwind' : null) : setting.partner,
      acting: setting.acting ?? true,
    },
    resource: {
      tenantId: 't1',
      partnerId: setting.tenantPartner ?? 'northwind',
      status: setting.status ?? (action === 'can_reactivate_tenant' ? 'suspended' : 'active'),
      highRisk: setting.highRisk === undefined ? false : setting.highRisk,
    },
    context: { stage: setting.stage ?? 'ask', confirmations: setting.confirmations ?? 0, viewing: setting.viewing ?? false },
  });

/** `direct`: at once; a number: after so many confirmations; `no`: refused. */
type Expected = 'direct' | 'no' | 1 | 2;
const TABLE: Readonly<Record<TenantPolicyAction, Readonly<Record<Role, Expected>>>> = {
  can_change_plan: {
    admin: 'direct',
    founder: 'direct',
    finance: 'direct',
    partner_admin: 'direct',
    partner_operator: 1,
    auditor: 'no',
    engineering: 'no',
    platform: 'no',
    leadership: 'no',
  },
  can_suspend_tenant: {
    admin: 2,
    founder: 2,
    finance: 2,
    partner_admin: 2,
    partner_operator: 2,
    auditor: 'no',
    engineering: 'no',
    platform: 'no',
    leadership: 'no',
  },
  can_reactivate_tenant: {
    admin: 'direct',
    founder: 'direct',
    finance: 'direct',
    partner_admin: 'direct',
    partner_operator: 1,
    auditor: 'no',
    engineering: 'no',
    platform: 'no',
    leadership: 'no',
  },
  can_delete_tenant: {
    admin: 2,
    founder: 2,
    finance: 'no',
    partner_admin: 2,
    partner_operator: 'no',
    auditor: 'no',
    engineering: 'no',
    platform: 'no',
    leadership: 'no',
  },
  can_impersonate: {
    admin: 'direct',
    founder: 'direct',
    finance: 'no',
    partner_admin: 'direct',
    partner_operator: 'direct',
    auditor: 'no',
    engineering: 'no',
    platform: 'no',
    leadership: 'no',
  },
};

const cells = TENANT_ACTIONS.flatMap((action) => ROLES.map((role) => [action, role, TABLE[action][role]] as const));

describe('every role × action', () => {
  it.each(cells)('%s as %s: %s', (action, role, expected) => {
    const decision = ask(role, action);
    expect(decision.allowed).toBe(expected !== 'no');
    expect(decision.approval?.confirmations ?? 'direct').toBe(typeof expected === 'number' ? expected : 'direct');
    // Every answer names the rule that made it, and a refusal the way round.
    expect(decision.policyId).toMatch(/^[a-z]+\.[a-z-]+$/);
    expect(decision.rule).toBeGreaterThan(0);
    expect(decision.says).not.toBe('');
    expect(decision.nextStep === null).toBe(decision.allowed);
  });

  const demanding = cells.filter(
    (cell): cell is (typeof cells)[number] & readonly [TenantPolicyAction, Role, 1 | 2] => typeof cell[2] === 'number',
  );
  it.each(demanding)('%s as %s is not carried out with fewer than %i confirmations, and is with them', (action, role, needed) => {
    for (let confirmations = -1; confirmations < needed; confirmations += 1)
      expect(ask(role, action, { stage: 'execute', confirmations }).allowed).toBe(false);
    expect(ask(role, action, { stage: 'execute', confirmations: needed }).allowed).toBe(true);
  });

  it.each(demanding)('%s as %s is confirmed by roles that exist, more than one of them, and expires', (action, role) => {
    const { approval } = ask(role, action);
    expect(approval?.roles.length).toBeGreaterThan(1);
    expect(approval?.roles).not.toContain('partner_operator');
    expect(approval?.roles).not.toContain('auditor');
    expect(approval?.expiresHours).toBe(72);
  });
});

describe('what holds for every action', () => {
  it.each(TENANT_ACTIONS)('%s: a partner role acts on its own partner alone', (action) => {
    for (const role of PARTNER_ROLES) {
      expect(ask(role, action, { tenantPartner: 'southgate' })).toMatchObject({ allowed: false, policyId: 'tenant.own-partner' });
      expect(ask(role, action, { partner: '', tenantPartner: '' })).toMatchObject({ allowed: false, policyId: 'tenant.own-partner' });
      expect(ask(role, action, { partner: null })).toMatchObject({ allowed: false, policyId: 'tenant.own-partner' });
    }
    expect(ask('admin', action, { tenantPartner: 'southgate' }).allowed).toBe(true);
  });

  it.each(TENANT_ACTIONS)('%s: nobody who is no member, and nobody who views as a tenant', (action) => {
    expect(ask('admin', action, { acting: false })).toMatchObject({ allowed: false, policyId: 'tenant.acting-member' });
    expect(ask('admin', action, { viewing: true })).toMatchObject({ allowed: false, policyId: 'tenant.view-only' });
  });

  it.each(TENANT_ACTIONS)('%s: an unknown role, status or type of input is denied', (action) => {
    expect(ask('superuser', action).allowed).toBe(false);
    expect(ask('', action).allowed).toBe(false);
    expect(ask('admin', action, { status: 'frozen' })).toMatchObject({ allowed: false, policyId: 'tenant.known-status' });
    for (const odd of [{ status: 7 }, { highRisk: 'no' }, { confirmations: '2' }, { confirmations: 1.5 }, { viewing: 'false' }])
      expect(ask('admin', action, odd as unknown as Setting)).toMatchObject({ allowed: false, policyId: 'unclear-input' });
  });

  it('a stage that nobody knows is no way round the confirmations', () => {
    const later = { stage: 'later' } as unknown as Setting;
    expect(ask('admin', 'can_suspend_tenant', later)).toMatchObject({ allowed: false, policyId: 'suspend.confirmed' });
    expect(ask('partner_operator', 'can_change_plan', later)).toMatchObject({ allowed: false, policyId: 'plan.confirmed' });
  });

  it('an action that no policy knows is denied', () => {
    const question = { action: 'can_do_anything', principal: { memberId: 'm', role: 'admin', partnerId: null, acting: true } };
    const decision = engine.decide({
      ...question,
      resource: { tenantId: 't', partnerId: 'p', status: 'active', highRisk: false },
      context: { stage: 'ask', confirmations: 0, viewing: false },
    } as unknown as PolicyQuestion);
    expect(decision).toMatchObject({ allowed: false, policyId: 'unclear-input' });
  });
});

describe('the status decides what makes sense', () => {
  const allowedIn: Readonly<Record<TenantPolicyAction, readonly string[]>> = {
    can_change_plan: ['trial', 'active', 'grace', 'expired', 'suspended'],
    can_suspend_tenant: ['trial', 'active', 'grace', 'expired'],
    can_reactivate_tenant: ['suspended', 'deleted'],
    can_delete_tenant: ['trial', 'active', 'grace', 'expired', 'suspended', 'canceled'],
    can_impersonate: ['trial', 'active', 'grace', 'expired', 'suspended', 'canceled'],
  };
  it.each(TENANT_ACTIONS)('%s', (action) => {
    const statuses = ['trial', 'active', 'grace', 'expired', 'suspended', 'canceled', 'deleted'];
    expect(statuses.filter((status) => ask('partner_admin', action, { status }).allowed)).toEqual(allowedIn[action]);
  });

  it('a deleted tenant is restored by partner admins, founders and admins', () => {
    const may = ROLES.filter((role) => ask(role, 'can_reactivate_tenant', { status: 'deleted' }).allowed);
    expect(may).toEqual(['admin', 'founder', 'partner_admin']);
  });
});

describe('viewing as a tenant of high risk', () => {
  it('is not for a partner operator; a risk that nobody knows is high', () => {
    for (const highRisk of [true, null])
      expect(ask('partner_operator', 'can_impersonate', { highRisk })).toMatchObject({ allowed: false, policyId: 'view.high-risk' });
    expect(ask('partner_operator', 'can_impersonate', { highRisk: false }).allowed).toBe(true);
    expect(ask('partner_admin', 'can_impersonate', { highRisk: true }).allowed).toBe(true);
  });
});

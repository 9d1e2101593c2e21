import { address, count, hex64, isoTime, reason } from './common.ts';
import { policyAnswer } from './approvals.ts';
import { command, query, z } from './define.ts';

/** What can be done to a tenant: each is decided by policy, and some have to be confirmed by others first. */

const tenantId = z.string().min(1).max(200);
const planId = z.string().min(1).max(200);
const planVersion = z.string().min(1).max(100);

/** `done`: it is a fact now. `asked`: others have to confirm it. */
export const actionOutcome = z.strictObject({
  outcome: z.enum(['done', 'asked']),
  says: z.string(),
  actionId: z.uuid().nullable(),
  request: z
    .strictObject({
      requestId: z.uuid(),
      ref: z.string(),
      statementSha256: hex64,
      quorum: count,
      expiresAt: isoTime,
      address,
    })
    .nullable(),
});
export type ActionOutcome = z.infer<typeof actionOutcome>;

export const tenantAct = z.enum(['plan', 'suspend', 'reactivate', 'delete', 'impersonate']);
export type TenantAct = z.infer<typeof tenantAct>;

const change = z.strictObject({ what: z.string(), before: z.string(), after: z.string(), note: z.string().nullable() });
export type PlanChange = z.infer<typeof change>;

const actionRow = z.strictObject({
  actionId: z.uuid(),
  actionNo: z.int().min(1),
  kind: z.enum(['tenant.plan', 'tenant.suspend', 'tenant.reactivate', 'tenant.delete']),
  title: z.string(),
  at: isoTime,
  by: z.string(),
  reason: z.string(),
  request: z.strictObject({ ref: z.string(), address }).nullable(),
  /** The action that took it back, if any. */
  reversedBy: z.uuid().nullable(),
  messageId: z.uuid(),
});
export type TenantActionRow = z.infer<typeof actionRow>;

const ACTORS = ['admin', 'founder', 'finance', 'partner_admin', 'partner_operator'] as const;
const act = { errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'] as const, roles: ACTORS };

export const actions = {
  /** What the acting member may do to a tenant now, each with the deciding rule; changes nothing. */
  'action.check': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId }),
    output: z.strictObject({
      tenant: z.strictObject({ tenantId, name: z.string(), status: z.string(), planId, planVersion }),
      plan: policyAnswer,
      suspend: policyAnswer,
      reactivate: policyAnswer,
      delete: policyAnswer,
      impersonate: policyAnswer,
      /** Until when a deleted tenant can be restored; null where it is not deleted from here. */
      purgeAt: isoTime.nullable(),
      /** Requests about this tenant that wait. */
      waiting: z.array(z.strictObject({ ref: z.string(), title: z.string(), kind: z.string(), address })),
    }),
  }),
  /** What another plan would change for the tenant, before anything is asked. */
  'action.previewPlan': query({
    roles: 'any',
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({ tenantId, planId, planVersion }),
    output: z.strictObject({
      from: z.strictObject({ planId, planVersion, name: z.string() }),
      to: z.strictObject({ planId, planVersion, name: z.string() }),
      changes: z.array(change),
      /** Limits of the new plan that the usage of this month is over already. */
      warnings: z.array(z.string()),
    }),
  }),
  'action.changePlan': command({
    ...act,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'BAD_INPUT'],
    input: z.strictObject({ tenantId, planId, planVersion, reason }),
    output: actionOutcome,
  }),
  'action.suspend': command({ ...act, input: z.strictObject({ tenantId, reason }), output: actionOutcome }),
  /** Brings a suspended tenant back, or restores a deleted one until its purge date. */
  'action.reactivate': command({ ...act, input: z.strictObject({ tenantId, reason }), output: actionOutcome }),
  'action.delete': command({ ...act, input: z.strictObject({ tenantId, reason }), output: actionOutcome }),
  /** Looks at the console as the tenant: read only, and for a while. */
  'action.impersonate': command({
    ...act,
    roles: ['admin', 'founder', 'partner_admin', 'partner_operator'],
    input: z.strictObject({ tenantId, reason, minutes: z.int().min(1).max(60).default(15) }),
    output: z.strictObject({ until: isoTime, says: z.string() }),
  }),
  'action.endImpersonation': command({ roles: 'any', input: z.strictObject({}), output: z.strictObject({ ended: z.boolean() }) }),
  /** What was done to a tenant from here, newest first. */
  'action.list': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, limit: z.int().min(1).max(200).default(50) }),
    output: z.strictObject({ actions: z.array(actionRow) }),
  }),
} as const;

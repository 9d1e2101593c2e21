import type { Json } from '../approvals/index.ts';
import type { TenantPolicyAction } from '../policies/index.ts';

/** Rules of acts on tenants: what each is called, which policy decides it, what takes it back. Pure. */

export const ACT_KINDS = ['tenant.plan', 'tenant.suspend', 'tenant.reactivate', 'tenant.delete'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

export const POLICY_OF: Readonly<Record<ActKind, TenantPolicyAction>> = {
  'tenant.plan': 'can_change_plan',
  'tenant.suspend': 'can_suspend_tenant',
  'tenant.reactivate': 'can_reactivate_tenant',
  'tenant.delete': 'can_delete_tenant',
};

/** Days in which a deleted tenant can be restored: nothing of it is removed before. */
export const PURGE_DAYS = 30;

/** How a tenant stands, as far as acts change it. */
export interface TenantState {
  readonly status: string;
  readonly plan_id: string;
  readonly plan_version: string;
  readonly tier: string;
}

export interface ActWords {
  readonly title: string;
  /** What will happen, sentence by sentence. */
  readonly says: readonly string[];
}

const plan = ({ plan_id, plan_version }: TenantState): string => `${plan_id} ${plan_version}`;

/** In plain words, with the consequence; what a person confirms. */
export function actWords(kind: ActKind, name: string, before: TenantState, after: TenantState, upstream: string | null): ActWords {
  const told = upstream === null ? 'No source delivered this tenant, so no other system is told.' : `A message to ${upstream} says so.`;
  switch (kind) {
    case 'tenant.plan':
      return {
        title: `Change the plan of ${name} to ${plan(after)}`,
        says: [
          `From ${plan(before)} to ${plan(after)}, from the moment it is carried out. Its limits count from then on; usage stays as it is.`,
          told,
          `It can be taken back: the plan is then ${plan(before)} again.`,
        ],
      };
    case 'tenant.suspend':
      return {
        title: `Suspend ${name}`,
        says: [
          `The status goes from ${before.status} to suspended. Data and history stay; usage that still arrives is counted.`,
          told,
          'It can be taken back: the tenant is then reactivated.',
        ],
      };
    case 'tenant.reactivate':
      return {
        title: before.status === 'deleted' ? `Restore ${name}` : `Reactivate ${name}`,
        says: [
          `The status goes from ${before.status} to ${after.status}. Nothing was removed meanwhile.`,
          told,
          `It can be taken back, under the policy of ${before.status === 'deleted' ? 'deletions' : 'suspensions'}.`,
        ],
      };
    case 'tenant.delete':
      return {
        title: `Delete ${name}`,
        says: [
          `The status goes from ${before.status} to deleted. Data and history stay for ${PURGE_DAYS} days.`,
          told,
          `Until then it can be restored. After that it cannot.`,
        ],
      };
  }
}

/** After the act, for people: "Harrow & Finch Freight is suspended". */
export function doneWords(kind: ActKind, name: string, after: TenantState, purgeAt: string | null): string {
  switch (kind) {
    case 'tenant.plan':
      return `${name} is on ${plan(after)} now.`;
    case 'tenant.suspend':
      return `${name} is suspended.`;
    case 'tenant.reactivate':
      return `${name} is ${after.status} again.`;
    case 'tenant.delete':
      return `${name} is deleted, and can be restored until ${purgeAt?.slice(0, 10) ?? 'its purge date'}.`;
  }
}

/** The act that takes another one back. */
export const oppositeOf = (kind: ActKind, before: TenantState): ActKind => {
  switch (kind) {
    case 'tenant.plan':
      return 'tenant.plan';
    case 'tenant.suspend':
    case 'tenant.delete':
      return 'tenant.reactivate';
    case 'tenant.reactivate':
      return before.status === 'deleted' ? 'tenant.delete' : 'tenant.suspend';
  }
};

export const stateJson = ({ status, plan_id, plan_version, tier }: TenantState): { readonly [key: string]: Json } => ({
  status,
  plan_id,
  plan_version,
  tier,
});

/** What of a tenant is not as it was; empty where nothing changed. */
export const changedSince = (then: Readonly<Record<string, unknown>>, now: TenantState): string[] =>
  (['status', 'plan_id', 'plan_version'] as const)
    .filter((key) => then[key] !== now[key])
    .map((key) => `${key.replace('_', ' ')} was ${String(then[key])} and is ${now[key]}`);

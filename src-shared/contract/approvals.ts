import { address, count, done, hex64, isoTime, reason, role } from './common.ts';
import { command, query, z } from './define.ts';

/** Requests that others have to confirm, and who may do what by policy. */

/** `stopped`: it was confirmed, but could not be carried out any more. */
export const approvalState = z.enum(['waiting', 'refused', 'withdrawn', 'expired', 'executed', 'stopped']);
export type ApprovalState = z.infer<typeof approvalState>;

const requestId = z.uuid();
const requestNo = z.int().min(1);
const person = z.strictObject({ memberId: z.string(), name: z.string(), role });

/** What policy says about an act, with the rule that decided. */
export const policyAnswer = z.strictObject({
  allowed: z.boolean(),
  /** One plain sentence. */
  says: z.string(),
  /** The way round; null where it is allowed. */
  nextStep: z.string().nullable(),
  /** As `can_delete_tenant, rule 21 of version 1`. */
  rule: z.string(),
  policyId: z.string(),
  policyVersion: count,
  /** Milliseconds that the decision took. */
  latencyMs: z.number().min(0),
  /** What has to come before; null where it may happen at once. */
  approval: z.strictObject({ confirmations: z.int().min(1), roles: z.array(role), expiresHours: z.int().min(1) }).nullable(),
});
export type PolicyAnswer = z.infer<typeof policyAnswer>;

export const approval = z.strictObject({
  requestId,
  requestNo,
  /** As people say it: `APR-0192`. */
  ref: z.string(),
  /** As `tenant.suspend`. */
  kind: z.string(),
  /** "Suspend Harrow & Finch Freight". */
  title: z.string(),
  state: approvalState,
  tenant: z.strictObject({ tenantId: z.string(), name: z.string() }).nullable(),
  reason: z.string(),
  requestedBy: person,
  requestedAt: isoTime,
  expiresAt: isoTime,
  endedAt: isoTime.nullable(),
  /** Members who have to confirm it, and those who did in a role that counts. */
  quorum: z.int().min(1),
  confirmations: count,
  roles: z.array(role),
  statementSha256: hex64,
  /** Whether the acting member may confirm it now, and why not. */
  confirm: policyAnswer,
  address,
});
export type Approval = z.infer<typeof approval>;

const approvalEvent = z.strictObject({
  kind: z.enum(['asked', 'confirmed', 'refused', 'withdrawn', 'expired', 'executed', 'stopped']),
  at: isoTime,
  /** null for what the console did by itself. */
  by: z.strictObject({ memberId: z.string(), name: z.string(), role: role.nullable() }).nullable(),
  says: z.string(),
  /** Of a confirmation: whether it counts now, and why not. */
  counts: z.boolean().nullable(),
  address: address.nullable(),
});
export type ApprovalEvent = z.infer<typeof approvalEvent>;

const policyRule = z.strictObject({
  id: z.string(),
  rule: count,
  version: count,
  effect: z.enum(['permit', 'forbid']),
  says: z.string(),
  next: z.string().nullable(),
  approval: z.strictObject({ confirmations: z.int().min(1), roles: z.array(role), expiresHours: z.int().min(1) }).nullable(),
  file: z.string(),
  text: z.string(),
});

/** Whoever may count for some request; which one decides policy, request by request. */
const CONFIRMERS = ['admin', 'founder', 'finance', 'partner_admin'] as const;
const ASKERS = ['admin', 'founder', 'finance', 'partner_admin', 'partner_operator'] as const;

export const approvals = {
  'approval.list': query({
    roles: 'any',
    input: z.strictObject({
      /** Waiting for the acting member; asked by them; ended; or all. */
      show: z.enum(['for-me', 'by-me', 'waiting', 'ended', 'all']).default('all'),
      tenantId: z.string().min(1).max(200).optional(),
      after: requestNo.optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.strictObject({
      /** Newest first. */
      approvals: z.array(approval),
      next: requestNo.nullable(),
      totals: z.strictObject({ forMe: count, byMe: count, waiting: count, ended: count }),
    }),
  }),
  'approval.show': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    /** By id, or by what people say: `APR-0192`. */
    input: z.strictObject({ request: z.string().trim().min(1).max(40) }),
    output: z.strictObject({
      approval,
      /** What will happen, sentence by sentence. */
      says: z.array(z.string()),
      changes: z.array(z.strictObject({ what: z.string(), before: z.string(), after: z.string() })),
      /** The exact bytes whose hash is confirmed: canonical JSON. */
      statement: z.string(),
      /** Whether the stored bytes still give the hash of the request. */
      unchanged: z.boolean(),
      policy: z.strictObject({ rule: z.string(), id: z.string(), version: count, sha256: hex64, inForce: z.boolean() }),
      events: z.array(approvalEvent),
      refuse: policyAnswer,
      withdraw: policyAnswer,
      command: z.string(),
    }),
  }),
  'approval.confirm': command({
    roles: CONFIRMERS,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    /** The hash of the statement that was on the screen: a stale screen confirms nothing. */
    input: z.strictObject({ requestId, statementSha256: hex64 }),
    output: z.strictObject({
      outcome: z.enum(['confirmed', 'executed', 'stopped']),
      confirmations: count,
      quorum: count,
      says: z.string(),
      address: address.nullable(),
    }),
  }),
  'approval.refuse': command({
    roles: CONFIRMERS,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    input: z.strictObject({ requestId, statementSha256: hex64, reason }),
    output: done,
  }),
  'approval.withdraw': command({
    roles: ASKERS,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    input: z.strictObject({ requestId, reason }),
    output: done,
  }),
  /** The policies in force, rule by rule. */
  'policy.show': query({
    roles: 'any',
    input: z.strictObject({}),
    output: z.strictObject({ version: count, sha256: hex64, engine: z.string(), rules: z.array(policyRule) }),
  }),
} as const;

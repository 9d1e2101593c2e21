import { address, byteCount, count, done, hex64, isoTime, reason } from './common.ts';
import { actionOutcome } from './actions.ts';
import { command, query, z } from './define.ts';

/** Messages to the systems that tenants' records come from, with the receipts of their delivery. */

/** `sent`: taken, and not yet carried out. `failed`: it will not be tried again by itself. */
export const outboxState = z.enum(['pending', 'sent', 'acknowledged', 'failed']);
export type OutboxState = z.infer<typeof outboxState>;

const messageId = z.uuid();
const messageNo = z.int().min(1);

export const outboxMessage = z.strictObject({
  messageId,
  messageNo,
  /** As `tenant.suspend`. */
  kind: z.string(),
  /** "Suspend Harrow & Finch Freight". */
  title: z.string(),
  tenant: z.strictObject({ tenantId: z.string(), name: z.string() }),
  /** Null where no source delivered the tenant. */
  source: z.strictObject({ sourceId: z.string(), name: z.string(), kind: z.enum(['folder', 'http']) }).nullable(),
  state: outboxState,
  createdAt: isoTime,
  attempts: count,
  lastAttemptAt: isoTime.nullable(),
  nextAttemptAt: isoTime.nullable(),
  says: z.string(),
  bodySha256: hex64,
  /** The message that this one takes back, and the one that took this one back. */
  compensates: messageId.nullable(),
  compensatedBy: messageId.nullable(),
  /** Where what it tells about was decided; null where policy demanded no confirmation. */
  approval: address.nullable(),
});
export type OutboxMessage = z.infer<typeof outboxMessage>;

const attempt = z.strictObject({
  at: isoTime,
  via: z.enum(['http', 'folder', 'none']),
  outcome: z.enum(['sent', 'acknowledged', 'refused', 'unreachable']),
  status: z.int().nullable(),
  requestSha256: hex64,
  responseBytes: byteCount.nullable(),
  responseSha256: hex64.nullable(),
  says: z.string(),
});
export type OutboxAttempt = z.infer<typeof attempt>;

const endpoint = z.strictObject({
  sourceId: z.string(),
  name: z.string(),
  kind: z.enum(['folder', 'http']),
  /** Where its messages go: an address, or the folder they are laid in, as seen from the source. */
  target: z.string(),
  /** Whether it was set here; else it follows from the source. */
  configured: z.boolean(),
});
export type OutboxEndpoint = z.infer<typeof endpoint>;

const READERS = ['admin', 'founder', 'finance', 'auditor', 'engineering', 'platform', 'partner_admin', 'partner_operator'] as const;
const KEEPERS = ['admin', 'founder', 'engineering', 'platform'] as const;
const DECIDERS = ['admin', 'founder', 'finance', 'partner_admin', 'partner_operator'] as const;

export const outbox = {
  'outbox.list': query({
    roles: READERS,
    input: z.strictObject({
      state: outboxState.optional(),
      tenantId: z.string().min(1).max(200).optional(),
      after: messageNo.optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.strictObject({
      /** Newest first. */
      messages: z.array(outboxMessage),
      next: messageNo.nullable(),
      totals: z.strictObject({ pending: count, sent: count, acknowledged: count, failed: count }),
    }),
  }),
  'outbox.show': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({ messageId }),
    output: z.strictObject({
      message: outboxMessage,
      /** The bytes that are sent: canonical JSON. */
      body: z.string(),
      attempts: z.array(attempt),
      /** Whether it can be rolled back from here, and why not. */
      rollback: z.strictObject({ possible: z.boolean(), says: z.string() }),
    }),
  }),
  /** Tries a message again, now. */
  'outbox.retry': command({ roles: KEEPERS, errors: ['NOT_FOUND', 'CONFLICT'], input: z.strictObject({ messageId }), output: done }),
  /** Tries what is due, now. */
  'outbox.deliver': command({
    roles: KEEPERS,
    input: z.strictObject({}),
    output: z.strictObject({ tried: count, acknowledged: count, sent: count, refused: count, unreachable: count }),
  }),
  'outbox.endpoints': query({ roles: KEEPERS, input: z.strictObject({}), output: z.strictObject({ endpoints: z.array(endpoint) }) }),
  /** Null: as it follows from the source. */
  'outbox.setEndpoint': command({
    roles: ['admin', 'platform'],
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({ sourceId: z.string(), url: z.string().trim().min(1).max(2000).nullable() }),
    output: done,
  }),
  /** Takes back what a message told: the opposite action here, and a message that says so. Policy decides that action too. */
  'outbox.rollback': command({
    roles: DECIDERS,
    errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
    input: z.strictObject({ messageId, reason }),
    output: actionOutcome,
  }),
} as const;

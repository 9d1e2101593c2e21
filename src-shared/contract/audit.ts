import { count, cursor, hex64, isoTime, noInput, pageLimit, role, verdict } from './common.ts';
import { query, z } from './define.ts';

const auditEntry = z.strictObject({
  seq: count,
  at: isoTime,
  actor: z.strictObject({ memberId: z.string(), name: z.string(), role }),
  /** What was done, as `noun.verb`. */
  action: z.string(),
  subject: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string(),
  hash: hex64,
  previousHash: hex64.nullable(),
  address: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const audit = {
  'audit.page': query({
    input: z.strictObject({
      before: cursor.optional(),
      limit: pageLimit,
      action: z.string().max(60).optional(),
      actor: z.string().max(60).optional(),
    }),
    output: z.strictObject({ entries: z.array(auditEntry), next: cursor.nullable(), total: count }),
  }),
  'audit.entry': query({ input: z.strictObject({ seq: count }), output: auditEntry }),
  'audit.verify': query({
    input: noInput,
    output: z.strictObject({
      verdict,
      entries: count,
      head: hex64.nullable(),
      brokenAt: count.nullable(),
      says: z.string(),
      elapsedMs: z.number(),
    }),
  }),
} as const;

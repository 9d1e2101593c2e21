import { address, count, done, isoTime, pageLimit } from './common.ts';
import { command, query, z } from './define.ts';
import type { Role } from './roles.ts';

/** Incidents: what the console found wrong, who owns it, and how it ended. */

export const INCIDENT_KINDS = ['conflict', 'limit', 'validation', 'reconciliation', 'conservation', 'alert', 'margin', 'outbox'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Who may take, note and end incidents. */
const KEEPERS: readonly Role[] = ['admin', 'founder', 'finance', 'engineering', 'platform', 'partner_admin', 'partner_operator'];

const incidentNo = z.int().min(1);
const says = z.string().trim().min(3).max(2000);

export const incident = z.strictObject({
  incidentNo,
  /** As people say it: `INC-0042`. */
  incidentId: z.string(),
  kind: z.enum(INCIDENT_KINDS),
  severity: z.enum(['warn', 'bad']),
  state: z.enum(['open', 'resolved']),
  tenant: z.strictObject({ tenantId: z.string(), name: z.string() }).nullable(),
  title: z.string(),
  says: z.string(),
  address: address.nullable(),
  openedAt: isoTime,
  lastSeenAt: isoTime,
  timesSeen: count,
  /** The role that should take it. */
  ownerRole: z.string(),
  owner: z.strictObject({ memberId: z.string(), name: z.string() }).nullable(),
  resolvedAt: isoTime.nullable(),
  /** From opening to end; null while it is open. */
  restoreSeconds: count.nullable(),
});
export type Incident = z.infer<typeof incident>;

const incidentEvent = z.strictObject({
  kind: z.enum(['opened', 'seen-again', 'assigned', 'note', 'resolved']),
  at: isoTime,
  /** null for what the console did by itself. */
  by: z.string().nullable(),
  says: z.string(),
  times: count.nullable(),
});
export type IncidentEvent = z.infer<typeof incidentEvent>;

export const incidents = {
  'incident.list': query({
    roles: 'any',
    input: z.strictObject({
      state: z.enum(['open', 'resolved', 'all']).default('open'),
      kind: z.enum(INCIDENT_KINDS).optional(),
      severity: z.enum(['warn', 'bad']).optional(),
      tenantId: z.string().min(1).max(200).optional(),
      /** Whose; the acting member's own when `mine`. */
      mine: z.boolean().default(false),
      after: incidentNo.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({
      /** Newest first. */
      incidents: z.array(incident),
      next: incidentNo.nullable(),
      totals: z.strictObject({ open: count, bad: count, unowned: count, resolved: count }),
      /** Time to restore of those that ended in the last 90 days; null where none did. */
      restore: z.strictObject({ count, meanSeconds: count, medianSeconds: count, longestSeconds: count }).nullable(),
    }),
  }),
  'incident.show': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ incidentNo }),
    output: z.strictObject({ incident, events: z.array(incidentEvent) }),
  }),
  'incident.assign': command({
    roles: KEEPERS,
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ incidentNo, memberId: z.string().min(1).max(100) }),
    output: done,
  }),
  'incident.note': command({ roles: KEEPERS, errors: ['NOT_FOUND'], input: z.strictObject({ incidentNo, says }), output: done }),
  'incident.resolve': command({
    roles: KEEPERS,
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ incidentNo, says }),
    output: done,
  }),
} as const;

import { address, byteCount, count, cursor, done, hex64, isoTime, label, noInput, pageLimit, reason } from './common.ts';
import { command, query, z } from './define.ts';
import type { Role } from './roles.ts';

/**
 * Around metering: limits, the check of stored usage against its events, backfills, reconciliation with what sources declare,
 * and the intake for emitters. Quantities are exact decimal text; ratios and deviations whole basis points.
 */

const metric = z.string().min(1).max(200);
const tenantId = z.string().min(1).max(200);
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const day = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/);
const quantity = z.string().regex(/^-?\d+(\.\d+)?$/);
const tenant = z.strictObject({ tenantId: z.string(), name: z.string() });
const limitSpan = z.enum(['month', 'day']);

/** Who may look after stored usage; the roles of partners are not among them. */
const KEEPERS: readonly Role[] = ['admin', 'founder', 'finance', 'engineering', 'platform'];
const READERS: readonly Role[] = [...KEEPERS, 'auditor', 'leadership'];
/** Backfill is apart from normal intake, and so is the right to it. */
const BACKFILLERS: readonly Role[] = ['admin', 'engineering', 'platform'];

// --- limits ----------------------------------------------------------------------------------------------------------

/** `none`: there is no limit. `soft`: near it. `over`: more than may be used. */
const limitState = z.enum(['none', 'ok', 'soft', 'over']);

const limitUse = z.strictObject({
  metric,
  unit: z.string(),
  per: limitSpan,
  /** The month or day it counts over. */
  period: z.string(),
  used: quantity,
  included: quantity,
  soft: quantity.nullable(),
  hard: quantity.nullable(),
  /** Of the hard limit, rounded down. */
  ratioBp: count.nullable(),
  state: limitState,
});
export type LimitUse = z.infer<typeof limitUse>;

const limitRow = z.strictObject({
  tenant,
  planId: z.string(),
  planVersion: z.string(),
  use: limitUse,
  address,
});
export type LimitRow = z.infer<typeof limitRow>;

const crossing = z.strictObject({
  crossingNo: count,
  at: isoTime,
  tenant,
  metric,
  unit: z.string(),
  per: limitSpan,
  period: z.string(),
  threshold: z.enum(['soft', 'hard']),
  used: quantity,
  /** The quantity that was passed. */
  limit: quantity,
  planId: z.string(),
  planVersion: z.string(),
  address,
});
export type LimitCrossing = z.infer<typeof crossing>;

// --- validation ------------------------------------------------------------------------------------------------------

const cell = z.strictObject({
  tenant,
  metric,
  day,
  stored: quantity,
  recomputed: quantity,
  /** |stored − recomputed| of the recomputed, rounded up; 1,000,000 at most. */
  deviationBp: count,
});
export type ValidationCell = z.infer<typeof cell>;

const validation = z.strictObject({
  validationId: z.string(),
  at: isoTime,
  by: z.string().nullable(),
  from: day,
  to: day,
  seed: z.string(),
  /** Cells of tenant, metric and day that there are, and how many were looked at. */
  population: count,
  sampled: count,
  events: count,
  deviating: count,
  /** With `confidencePercent` at most so many of all cells deviate. */
  boundCells: count,
  boundBp: count,
  confidencePercent: count,
  worstBp: count,
  /** What a deviation may be. */
  limitBp: count,
  holds: z.boolean(),
  engine: z.enum(['agrees', 'differs', 'not-installed', 'not-asked']),
  says: z.string(),
  engineSays: z.string(),
  incidentNo: count.nullable(),
});
export type UsageValidation = z.infer<typeof validation>;

// --- backfill --------------------------------------------------------------------------------------------------------

const outcomes = z.strictObject({ received: count, accepted: count, duplicate: count, conflict: count, late: count, quarantined: count });

const cellChange = z.strictObject({
  tenant,
  metric,
  /** A day, or of an adjustment the month it is of. */
  period: z.string(),
  /** The month that takes it, as its own is closed; null where it counts for its own day. */
  adjusts: month.nullable(),
  before: quantity,
  after: quantity,
  difference: quantity,
});
export type BackfillChange = z.infer<typeof cellChange>;

const backfillPreview = z.strictObject({
  outcomes,
  /** Cells of tenant, metric and day that change. */
  cells: count,
  /** The largest first; at most 500. */
  changes: z.array(cellChange),
  /** By metric over all changes. */
  totals: z.array(z.strictObject({ metric, unit: z.string(), difference: quantity })),
  /** Why rows would not be used, with how often. */
  problems: z.array(z.strictObject({ code: z.string(), says: z.string(), times: count })),
  /** Of what would change: what is applied is what was looked at. */
  sha256: hex64,
});
export type BackfillPreview = z.infer<typeof backfillPreview>;

const backfill = z.strictObject({
  backfillId: z.string(),
  backfillNo: count,
  state: z.enum(['collecting', 'previewed', 'applied', 'reversed', 'discarded']),
  from: day,
  to: day,
  reason: z.string(),
  startedAt: isoTime,
  startedBy: z.string(),
  files: z.array(z.strictObject({ name: z.string(), bytes: byteCount, lines: count, sha256: hex64 })),
  events: z.array(
    z.strictObject({ at: isoTime, by: z.string(), what: z.enum(['previewed', 'applied', 'reversed', 'discarded']), says: z.string() }),
  ),
});
export type Backfill = z.infer<typeof backfill>;

// --- reconciliation --------------------------------------------------------------------------------------------------

const reconciliationFinding = z.strictObject({
  kind: z.enum(['declared', 'conservation', 'sample']),
  severity: z.enum(['warn', 'bad']),
  tenant: tenant.nullable(),
  metric: z.string().nullable(),
  month: month.nullable(),
  declared: quantity.nullable(),
  counted: quantity.nullable(),
  deviationBp: count.nullable(),
  says: z.string(),
  incidentNo: count.nullable(),
});
export type ReconciliationFinding = z.infer<typeof reconciliationFinding>;

const reconciliation = z.strictObject({
  runId: z.string(),
  runNo: count,
  at: isoTime,
  /** Null for the schedule. */
  by: z.string().nullable(),
  holds: z.boolean(),
  says: z.string(),
  declared: z.strictObject({ compared: count, differing: count, worstBp: count }),
  conservation: z.strictObject({ received: count, accounted: count, accepted: count, aggregated: count, holds: z.boolean() }),
  validationId: z.string().nullable(),
  findings: count,
  incidents: count,
});
export type Reconciliation = z.infer<typeof reconciliation>;

const reconcileSchedule = z.strictObject({
  /** A cron pattern in UTC, or `manual`. */
  schedule: z.string().trim().min(1).max(100),
  sample: z.int().min(1).max(20_000),
  /** What a figure may deviate, percent with two places at most. */
  limitPercent: z.number().min(0).max(100),
});
export type ReconcileSchedule = z.infer<typeof reconcileSchedule>;

// --- intake ----------------------------------------------------------------------------------------------------------

const intakeToken = z.strictObject({
  tokenId: z.string(),
  name: z.string(),
  /** The first characters, to tell tokens apart; the token itself is shown once. */
  begins: z.string(),
  madeAt: isoTime,
  madeBy: z.string(),
  endedAt: isoTime.nullable(),
  lastUsedAt: isoTime.nullable(),
  outcomes,
});
export type IntakeToken = z.infer<typeof intakeToken>;

const selfMetering = z.strictObject({
  on: z.boolean(),
  /** The tenant that the console's own operations are counted for. */
  tenantId: tenantId.nullable(),
  state: z.enum(['off', 'idle', 'sending', 'offline', 'refused', 'closed']),
  says: z.string(),
  sent: count,
  waiting: count,
});

const validateInput = z.strictObject({
  from: day.optional(),
  /** The first day that is not looked at. */
  to: day.optional(),
  sample: z.int().min(1).max(20_000).default(400),
  seed: z.string().min(1).max(100).optional(),
  confidencePercent: z.union([z.literal(90), z.literal(95), z.literal(99)]).default(95),
  limitPercent: z.number().min(0).max(100).default(1),
  /** Have a second engine add up all events too, where it is installed. */
  secondEngine: z.boolean().default(false),
});

export const meteringCare = {
  'limit.list': query({
    roles: 'any',
    input: z.strictObject({
      /** `near`: soft or over. */
      state: z.enum(['near', 'soft', 'over', 'all']).default('near'),
      metric: metric.optional(),
      tenantId: tenantId.optional(),
      after: cursor.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({
      /** The fullest first. */
      rows: z.array(limitRow),
      next: cursor.nullable(),
      totals: z.strictObject({ limits: count, soft: count, over: count, tenantsNear: count }),
      metrics: z.array(z.string()),
      /** Quantities are of these periods. */
      month,
      day,
    }),
  }),
  /** Every limit of one tenant with what was used of it. */
  'limit.tenant': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId }),
    output: z.strictObject({ planId: z.string().nullable(), planVersion: z.string().nullable(), limits: z.array(limitUse) }),
  }),
  'limit.crossings': query({
    roles: 'any',
    input: z.strictObject({
      tenantId: tenantId.optional(),
      metric: metric.optional(),
      threshold: z.enum(['soft', 'hard']).optional(),
      after: cursor.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({ crossings: z.array(crossing), next: cursor.nullable(), total: count }),
  }),
  /** Whether a tenant may use that much more within its hard limit. Changes nothing. */
  'limit.check': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, metric, amount: quantity.default('1') }),
    output: z.strictObject({
      allowed: z.boolean(),
      says: z.string(),
      nextStep: z.string(),
      used: quantity,
      hard: quantity.nullable(),
      left: quantity.nullable(),
    }),
  }),
  'usage.validate': command({
    roles: [...KEEPERS, 'auditor'],
    errors: ['BAD_INPUT'],
    input: validateInput,
    output: z.strictObject({ jobId: z.string(), validationId: z.string() }),
  }),
  'usage.validations': query({
    roles: READERS,
    input: z.strictObject({ before: cursor.optional(), limit: pageLimit }),
    output: z.strictObject({ validations: z.array(validation), next: cursor.nullable() }),
  }),
  'usage.validation': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({ validationId: z.string().max(64) }),
    output: z.strictObject({ validation, cells: z.array(cell) }),
  }),
  'usage.backfills': query({
    roles: READERS,
    input: z.strictObject({ before: cursor.optional(), limit: pageLimit }),
    output: z.strictObject({ backfills: z.array(backfill), next: cursor.nullable() }),
  }),
  'usage.backfill': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({ backfillId: z.string().max(64) }),
    output: z.strictObject({ backfill, preview: backfillPreview.nullable() }),
  }),
  'usage.backfillStart': command({
    roles: BACKFILLERS,
    errors: ['BAD_INPUT'],
    input: z.strictObject({ from: day, /** The first day that is not touched. */ to: day, reason }),
    output: backfill,
  }),
  /** Adds a file, or the next part of it: a part ends with a line. */
  'usage.backfillAdd': command({
    roles: BACKFILLERS,
    errors: ['NOT_FOUND', 'CONFLICT', 'BAD_INPUT'],
    input: z.strictObject({
      backfillId: z.string().max(64),
      name: label,
      text: z
        .string()
        .min(1)
        .max(512 * 1024),
    }),
    output: backfill,
  }),
  /** Says what would change, cell by cell; changes nothing. */
  'usage.backfillPreview': command({
    roles: BACKFILLERS,
    errors: ['NOT_FOUND', 'CONFLICT', 'BAD_INPUT'],
    input: z.strictObject({ backfillId: z.string().max(64) }),
    output: z.strictObject({ backfill, preview: backfillPreview }),
  }),
  /** Applies exactly what was previewed, or nothing. */
  'usage.backfillApply': command({
    roles: BACKFILLERS,
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ backfillId: z.string().max(64), sha256: hex64 }),
    output: backfill,
  }),
  /** Takes its effect back by a fact of its own; its events stay. */
  'usage.backfillReverse': command({
    roles: BACKFILLERS,
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ backfillId: z.string().max(64), reason }),
    output: backfill,
  }),
  'usage.backfillDiscard': command({
    roles: BACKFILLERS,
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ backfillId: z.string().max(64) }),
    output: done,
  }),
  'reconciliation.run': command({
    roles: [...KEEPERS, 'auditor'],
    input: noInput,
    output: z.strictObject({ jobId: z.string(), runId: z.string() }),
  }),
  'reconciliation.list': query({
    roles: READERS,
    input: z.strictObject({ before: cursor.optional(), limit: pageLimit }),
    output: z.strictObject({
      runs: z.array(reconciliation),
      next: cursor.nullable(),
      schedule: reconcileSchedule,
      nextRunAt: isoTime.nullable(),
      /** Totals that sources declared: files, and months they speak of. */
      declared: z.strictObject({ files: count, totals: count, newestMonth: month.nullable() }),
    }),
  }),
  'reconciliation.show': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({ runId: z.string().max(64) }),
    output: z.strictObject({ run: reconciliation, findings: z.array(reconciliationFinding) }),
  }),
  'reconciliation.setSchedule': command({
    roles: KEEPERS,
    errors: ['BAD_INPUT'],
    input: reconcileSchedule,
    output: done,
  }),
  'intake.state': query({
    roles: READERS,
    input: noInput,
    output: z.strictObject({
      tokens: z.array(intakeToken),
      /** Where emitters post to; null where this host has no address. */
      path: z.string().nullable(),
      selfMetering,
    }),
  }),
  /** Makes a token; it is shown in this answer and never again. */
  'intake.createToken': command({
    roles: ['admin', 'engineering', 'platform'],
    errors: ['ALREADY_EXISTS'],
    input: z.strictObject({ name: label }),
    output: z.strictObject({ tokenId: z.string(), name: z.string(), token: z.string() }),
  }),
  'intake.endToken': command({
    roles: ['admin', 'engineering', 'platform'],
    errors: ['NOT_FOUND', 'CONFLICT'],
    input: z.strictObject({ tokenId: z.string().max(64), reason }),
    output: done,
  }),
  /** Whether the console counts its own operations, and for which tenant. */
  'intake.setSelfMetering': command({
    roles: ['admin', 'engineering', 'platform'],
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({ on: z.boolean(), tenantId: tenantId.nullable() }),
    output: selfMetering,
  }),
} as const;

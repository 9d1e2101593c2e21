import { count, cursor, done, isoTime, noInput, pageLimit, reason, startedJob } from './common.ts';
import { command, query, z } from './define.ts';

/** Every run proves conservation: received = accepted + duplicate + conflict + late + quarantined. */
export const conservation = z.strictObject({
  received: count,
  accepted: count,
  duplicate: count,
  conflict: count,
  late: count,
  quarantined: count,
});
export type Conservation = z.infer<typeof conservation>;

const sourceState = z.enum(['active', 'paused', 'removed']);

const feedState = z.strictObject({
  feed: z.string(),
  cursor: z.string().nullable(),
  lastRunAt: isoTime.nullable(),
  lastSuccessAt: isoTime.nullable(),
  outcome: z.enum(['never', 'ok', 'nothing-new', 'failed', 'changed-past', 'shrank', 'garbage', 'offline', 'cancelled']),
  says: z.string(),
  totals: conservation,
  conserved: z.boolean(),
  quarantineOpen: count,
});

const source = z.strictObject({
  sourceId: z.string(),
  /** Unique in the workspace; the first part of a chain's address. */
  name: z.string(),
  kind: z.enum(['folder', 'http']),
  location: z.string(),
  state: sourceState,
  addedAt: isoTime,
  schedule: z.string(),
  nextRunAt: isoTime.nullable(),
  failures: count,
  hasToken: z.boolean(),
  feeds: z.array(feedState),
});
export type Source = z.infer<typeof source>;

const run = z.strictObject({
  runId: z.string(),
  sourceId: z.string(),
  sourceName: z.string(),
  feed: z.string(),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  outcome: feedState.shape.outcome,
  says: z.string(),
  counts: conservation,
  conserved: z.boolean(),
  cursor: z.string().nullable(),
});
export type SyncRun = z.infer<typeof run>;

const location = z.string().trim().min(1).max(4096);
/** A croner pattern, or `manual`. */
const schedule = z.string().trim().min(1).max(100);

const quarantined = z.strictObject({
  quarantineId: z.string(),
  sourceName: z.string(),
  feed: z.string(),
  /** Where it stood, in words: "pro@1.4/receipts.jsonl line 12, byte 6,401". */
  position: z.string(),
  code: z.string(),
  says: z.string(),
  nextStep: z.string(),
  firstSeenAt: isoTime,
  lastSeenAt: isoTime,
  timesSeen: count,
  state: z.enum(['open', 'requeued', 'resolved', 'dismissed']),
  /** The first 2,000 characters; bytes that are not text are shown escaped. */
  preview: z.string(),
  bytes: count,
  address: z.string().nullable(),
  decision: z.strictObject({ at: isoTime, member: z.string(), reason: z.string().nullable() }).nullable(),
});
export type QuarantinedRow = z.infer<typeof quarantined>;
const quarantineIds = z.array(z.string()).min(1).max(500);

export const sources = {
  'source.list': query({
    input: z.strictObject({ removed: z.boolean().default(false) }),
    output: z.strictObject({ sources: z.array(source) }),
  }),
  'source.preview': query({
    input: z.strictObject({ kind: z.enum(['folder', 'http']), location, token: z.string().max(4096).optional() }),
    output: z.strictObject({
      reachable: z.boolean(),
      says: z.string(),
      feeds: z.array(z.strictObject({ feed: z.string(), items: count, says: z.string() })),
    }),
  }),
  'source.add': command({
    roles: ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'],
    input: z.strictObject({
      kind: z.enum(['folder', 'http']),
      location,
      name: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
        .optional(),
      schedule: schedule.optional(),
      token: z.string().min(1).max(4096).optional(),
    }),
    output: source,
  }),
  'source.configure': command({
    roles: ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'],
    input: z.strictObject({
      sourceId: z.string(),
      schedule: schedule.optional(),
      token: z.string().min(1).max(4096).nullable().optional(),
    }),
    output: source,
  }),
  'source.pause': command({
    roles: ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'],
    input: z.strictObject({ sourceId: z.string() }),
    output: source,
  }),
  'source.resume': command({
    roles: ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'],
    input: z.strictObject({ sourceId: z.string() }),
    output: source,
  }),
  'source.remove': command({ roles: ['admin', 'founder'], input: z.strictObject({ sourceId: z.string(), reason }), output: done }),
  'sync.run': command({
    input: z.strictObject({
      sourceIds: z.array(z.string()).max(200).optional(),
      /** Read everything again and compare it with what is stored. */
      full: z.boolean().default(false),
    }),
    output: startedJob,
  }),
  'sync.state': query({
    input: noInput,
    output: z.strictObject({
      state: z.enum(['no-sources', 'never', 'running', 'ok', 'failing', 'offline', 'paused']),
      lastSyncAt: isoTime.nullable(),
      nextRunAt: isoTime.nullable(),
      offlineSince: isoTime.nullable(),
      failing: z.array(z.strictObject({ sourceName: z.string(), says: z.string() })),
    }),
  }),
  'sync.runs': query({
    input: z.strictObject({ sourceId: z.string().optional(), before: cursor.optional(), limit: pageLimit }),
    output: z.strictObject({ runs: z.array(run), next: cursor.nullable() }),
  }),
  'quarantine.page': query({
    input: z.strictObject({
      state: z.enum(['open', 'requeued', 'resolved', 'dismissed', 'all']).default('open'),
      sourceId: z.string().optional(),
      feed: z.string().max(60).optional(),
      after: cursor.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({
      rows: z.array(quarantined),
      next: cursor.nullable(),
      totals: z.strictObject({ open: count, requeued: count, resolved: count, dismissed: count }),
    }),
  }),
  'quarantine.entry': query({
    input: z.strictObject({ quarantineId: z.string() }),
    output: z.strictObject({ ...quarantined.shape, rawText: z.string().nullable(), rawBase64: z.string() }),
  }),
  'quarantine.requeue': command({
    input: z.strictObject({ quarantineIds }),
    output: z.strictObject({ requeued: count, resolved: count, stillBad: count, says: z.string() }),
  }),
  'quarantine.dismiss': command({ input: z.strictObject({ quarantineIds, reason }), output: z.strictObject({ dismissed: count }) }),
} as const;

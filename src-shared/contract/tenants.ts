import { address, count, hex64, isoTime, label, noInput } from './common.ts';
import { command, query, z } from './define.ts';
import { money, planId, planVersion } from './plans.ts';

/** Ids as upstream spells them. */
export const tenantId = z.string().min(1).max(200);
const partnerId = z.string().min(1).max(200);
/** Opaque: where the next page begins. It carries what the rows are sorted by, and a name may be long. */
const cursor = z.string().min(1).max(2000);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const tenantStatus = z.enum(['trial', 'active', 'grace', 'expired', 'suspended', 'canceled', 'deleted']);
export type TenantStatus = z.infer<typeof tenantStatus>;
export const limitState = z.enum(['none', 'ok', 'soft', 'over']);
export type LimitState = z.infer<typeof limitState>;
/** From 75 on high, from 60 on raised. */
export const riskWord = z.enum(['low', 'raised', 'high']);
export type RiskWord = z.infer<typeof riskWord>;
const tag = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .regex(/^[^\p{Cc},]+$/u);

const words = z.array(z.string().min(1).max(200)).min(1).max(50);

/** Every part that is given must hold. */
export const tenantFilter = z.strictObject({
  plan: words.optional(),
  /** Plans that cost something (true), or nothing (false). */
  paid: z.boolean().optional(),
  tier: words.optional(),
  status: z.array(tenantStatus).min(1).optional(),
  region: words.optional(),
  partner: words.optional(),
  limitState: z.array(limitState).min(1).optional(),
  risk: z.array(riskWord).min(1).optional(),
  /** All of them. */
  tags: z.array(tag).min(1).max(20).optional(),
  riskAtLeast: z.int().min(0).max(100).optional(),
  /** Of the nearest limit, percent. */
  limitAtLeastPercent: z.int().min(0).max(10_000).optional(),
  /** One of the two is enough: "risk ≥ 60 or limit ≥ 80%". */
  attention: z.strictObject({ risk: z.int().min(0).max(100), limitPercent: z.int().min(0).max(10_000) }).optional(),
  /** Percent; tenants without a margin are left out. */
  marginUnder: z.number().min(-1000).max(100).optional(),
  openIncidents: z.boolean().optional(),
  /** Beginnings of words of name, id, contact or tag; all of them. */
  search: z.string().trim().min(1).max(200).optional(),
});
export type TenantFilter = z.infer<typeof tenantFilter>;

export const tenantSort = z.enum(['name', 'mrr', 'usage', 'margin', 'risk', 'activity', 'limit']);
export type TenantSort = z.infer<typeof tenantSort>;
const direction = z.enum(['asc', 'desc']);
const order = { sort: tenantSort.default('mrr'), direction: direction.default('desc') };

const row = z.strictObject({
  tenantId,
  name: z.string(),
  partnerId,
  planId,
  planVersion,
  /** False: no such version is known here; the record is kept. */
  planKnown: z.boolean(),
  tier: z.string(),
  status: tenantStatus,
  region: z.string(),
  /** In USD alone; other currencies stand apart and are never added. */
  mrr: money,
  mrrOther: z.array(money),
  /** This month's estimate, USD; null before usage was seen. */
  usageCost: money.nullable(),
  /** The limit that is nearest; null where nothing is limited or measured. */
  limit: z.strictObject({ metric: z.string(), percent: decimal, state: limitState }).nullable(),
  risk: z.int().min(0).max(100),
  riskWord,
  /** Of the last close, percent with one place. */
  margin: decimal.nullable(),
  /** The last closes, oldest first, at most six. */
  margins: z.array(z.strictObject({ month: z.string(), percent: decimal })),
  lastActivityAt: isoTime.nullable(),
  openIncidents: count,
  tags: z.array(z.string()),
  address,
});
export type TenantRow = z.infer<typeof row>;

const riskReason = z.strictObject({ points: z.int(), says: z.string() });
export type RiskReason = z.infer<typeof riskReason>;

const facetValue = z.strictObject({ value: z.string(), label: z.string(), count });
export type TenantFacetValue = z.infer<typeof facetValue>;
const facet = z.array(facetValue);

const view = z.strictObject({
  viewId: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  shared: z.boolean(),
  /** Whether the caller may change it. */
  mine: z.boolean(),
  owner: z.string().nullable(),
  filter: tenantFilter,
  sort: tenantSort,
  direction,
  /** Names of columns as the screen knows them; empty for its own choice. */
  columns: z.array(z.string()),
  /** Tenants in it, as far as the caller sees them. */
  count,
});
export type TenantView = z.infer<typeof view>;

const subscription = z.strictObject({
  subscriptionId: z.string(),
  tier: z.string(),
  status: z.enum(['active', 'non-renewing', 'attention', 'trial', 'canceled']),
  quantity: count,
  unitAmount: money,
  interval: z.enum(['month', 'year']),
  discountPercent: decimal,
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  lastDunningAt: isoTime.nullable(),
  updatedAt: isoTime,
  /** What it adds to MRR now; null where it does not count, with the reason in `says`. */
  mrr: money.nullable(),
  says: z.string(),
  sourceName: z.string().nullable(),
});
export type TenantSubscription = z.infer<typeof subscription>;

/** In the common shape of every proof. */
const proof = z.strictObject({
  says: z.string(),
  checkedAt: isoTime.nullable(),
  rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
  formula: z.array(z.strictObject({ says: z.string(), figure: z.string(), holds: z.boolean().nullable() })),
  inputs: z.array(z.strictObject({ name: z.string(), says: z.string(), sha256: hex64.nullable(), address: address.nullable() })),
  resultSha256: hex64.nullable(),
  command: z.string(),
  changedSince: z.string().nullable(),
});
export type TenantProof = z.infer<typeof proof>;

export const timelineKind = z.enum(['usage', 'limit', 'incident', 'approval', 'plan', 'sync', 'status', 'action', 'receipt', 'period']);
export type TimelineKind = z.infer<typeof timelineKind>;
const timelineEntry = z.strictObject({
  /** Stable: the same thing is one entry. */
  key: z.string(),
  at: isoTime,
  kind: timelineKind,
  status: z.enum(['ok', 'warn', 'bad', 'idle']),
  title: z.string(),
  says: z.string(),
  address: address.nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

const recordVersion = z.strictObject({
  updatedAt: isoTime,
  receivedAt: isoTime,
  /** `console`: made here by an action. */
  origin: z.enum(['source', 'console']),
  sourceName: z.string().nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  /** `conflict`: another content has the same updated_at; the smaller SHA-256 stands. */
  state: z.enum(['current', 'older', 'conflict']),
  sha256: hex64,
  /** Against the version before it, in words with old and new. */
  changes: z.array(z.string()),
});
export type TenantRecordVersion = z.infer<typeof recordVersion>;

const node = z.strictObject({
  /** Unique in the answer: `plan/pro@2.1.4`. */
  id: z.string(),
  kind: z.enum(['tenant', 'partner', 'plan', 'subscription', 'source', 'chain']),
  label: z.string(),
  /** The second line under it. */
  note: z.string(),
  status: z.enum(['ok', 'warn', 'bad', 'idle']),
  /** In plain words what it has to do with the tenant. */
  says: z.string(),
  address: address.nullable(),
});
export type ConnectionNode = z.infer<typeof node>;

export const tenants = {
  'tenant.list': query({
    roles: 'any',
    input: z.strictObject({
      filter: tenantFilter.default({}),
      ...order,
      after: cursor.optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      rows: z.array(row),
      next: cursor.nullable(),
      /** "98 of 1,842 tenants, 14,902 USD MRR". */
      matched: count,
      total: count,
      mrr: money,
      mrrOther: z.array(money),
      /** In words: "Largest MRR first, then risk." */
      ordered: z.string(),
      readAt: isoTime,
      /** What the query took in the store, milliseconds. */
      queryMs: z.number().min(0),
    }),
  }),
  /** Counts beside each choice: with every other part of the filter, without the facet's own. */
  'tenant.facets': query({
    roles: 'any',
    input: z.strictObject({ filter: tenantFilter.default({}) }),
    output: z.strictObject({
      plan: facet,
      tier: facet,
      status: facet,
      region: facet,
      partner: facet,
      limitState: facet,
      risk: facet,
      tags: facet,
      /** Answered from what was counted before; counted again when facts change. */
      cached: z.boolean(),
    }),
  }),
  /** Where a tenant stands in a list, and who is beside it. */
  'tenant.neighbours': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, filter: tenantFilter.default({}), ...order }),
    output: z.strictObject({
      /** Counts from 1; null where the tenant is not in that list. */
      position: count.nullable(),
      matched: count,
      previous: tenantId.nullable(),
      next: tenantId.nullable(),
    }),
  }),
  'tenant.find': query({
    roles: 'any',
    input: z.strictObject({ text: z.string().trim().min(1).max(200), limit: z.int().min(1).max(50).default(10) }),
    output: z.strictObject({
      tenants: z.array(
        z.strictObject({ tenantId, name: z.string(), partnerId, planId, status: tenantStatus, risk: z.int(), riskWord, address }),
      ),
    }),
  }),
  'tenant.show': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId }),
    output: z.strictObject({
      tenant: row,
      createdAt: isoTime,
      updatedAt: isoTime,
      /** Since when the plan version, and the status, are what they are. */
      planSince: isoTime,
      statusSince: isoTime,
      planName: z.string(),
      planAddress: address.nullable(),
      contacts: z.array(
        z.strictObject({ name: z.string(), email: z.string().nullable(), role: z.string().nullable(), phone: z.string().nullable() }),
      ),
      riskReasons: z.array(riskReason),
      /** Of the plan version; empty where it is not known. */
      entitlements: z.array(z.strictObject({ key: z.string(), name: z.string(), included: z.boolean() })),
      subscriptions: z.array(subscription),
      sourceTags: z.array(z.string()),
      /** Versions of its record, and how many came as conflicts. */
      records: count,
      conflicts: count,
    }),
  }),
  'tenant.timeline': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({
      tenantId,
      kinds: z.array(timelineKind).min(1).optional(),
      after: cursor.optional(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.strictObject({
      /** Newest first. */
      entries: z.array(timelineEntry),
      next: cursor.nullable(),
      /** Of the kinds that were asked for. */
      matched: count,
      total: count,
      kinds: z.array(z.strictObject({ kind: timelineKind, count })),
    }),
  }),
  'tenant.records': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId }),
    output: z.strictObject({ versions: z.array(recordVersion) }),
  }),
  /** What hangs together with it: one step away. */
  'tenant.connections': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId }),
    output: z.strictObject({
      nodes: z.array(node),
      edges: z.array(z.strictObject({ from: z.string(), to: z.string(), says: z.string(), status: z.enum(['ok', 'warn', 'bad', 'idle']) })),
    }),
  }),
  'tenant.proof': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, figure: z.enum(['mrr', 'risk']) }),
    output: z.strictObject({ name: z.string(), value: z.string(), holds: z.boolean(), proof }),
  }),
  'tenant.tag': command({
    roles: ['admin', 'founder', 'finance', 'partner_admin', 'partner_operator', 'engineering', 'platform'],
    errors: ['NOT_FOUND', 'READ_ONLY'],
    input: z.strictObject({
      tenantIds: z.array(tenantId).min(1).max(1000),
      add: z.array(tag).max(20).default([]),
      /** Of tags that were given here; tags of the source are the source's. */
      remove: z.array(tag).max(20).default([]),
    }),
    output: z.strictObject({ changed: count, says: z.string() }),
  }),
  'tenant.views': query({ roles: 'any', input: noInput, output: z.strictObject({ views: z.array(view) }) }),
  'tenant.saveView': command({
    roles: 'any',
    errors: ['NOT_FOUND', 'ALREADY_EXISTS', 'FORBIDDEN', 'READ_ONLY'],
    input: z.strictObject({
      /** Of the view that is changed; a new one when left out. */
      viewId: z.string().min(1).max(100).optional(),
      name: label,
      filter: tenantFilter,
      ...order,
      columns: z.array(z.string().min(1).max(50)).max(30).default([]),
      shared: z.boolean().default(false),
    }),
    output: z.strictObject({ viewId: z.string() }),
  }),
  'tenant.deleteView': command({
    roles: 'any',
    errors: ['NOT_FOUND', 'FORBIDDEN', 'READ_ONLY'],
    input: z.strictObject({ viewId: z.string().min(1).max(100) }),
    output: z.strictObject({ done: z.literal(true) }),
  }),
  'partner.list': query({
    roles: 'any',
    input: noInput,
    output: z.strictObject({
      partners: z.array(z.strictObject({ partnerId, tenants: count, highRisk: count, overLimit: count, suspended: count, mrr: money })),
    }),
  }),
} as const;

/** What the catalogue filters by thresholds; kept so that screens and rules use one spelling. */
export const TENANT_THRESHOLDS = { riskRaised: 60, riskHigh: 75, limitSoftPercent: 80, marginFloorPercent: 75 } as const;

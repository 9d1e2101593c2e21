import { address, count, hex64, isoTime, noInput, reason } from './common.ts';
import { command, query, z } from './define.ts';
import { money } from './plans.ts';
import { tenantId } from './tenants.ts';

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
/** Percent with two places; null without revenue. */
const percent = decimal.nullable();

const costs = {
  mrr: money,
  llm: money,
  infra: money,
  support: money,
  cogs: money,
  margin: percent,
};

const tenantRow = z.strictObject({
  tenantId,
  name: z.string(),
  partnerId: z.string(),
  tier: z.string(),
  ...costs,
  /** Seats over the month; with two places. */
  seats: decimal,
  cogsPerSeat: money.nullable(),
  /** It pays in another currency too: it has no margin and is in no sum. */
  otherCurrency: z.boolean(),
  address,
});
export type EconomicsTenant = z.infer<typeof tenantRow>;

const tierRow = z.strictObject({ tier: z.string(), tenants: count, ...costs, cogsPerTenant: money.nullable() });
export type EconomicsTier = z.infer<typeof tierRow>;

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

const suggestionId = z.string().regex(/^[0-9a-f]{32}$/);
const suggestion = z.strictObject({
  suggestionId,
  tenantId,
  name: z.string(),
  metric: z.string(),
  month,
  lookedAt: isoTime,
  /** A quantity a month. */
  soft: decimal,
  suggested: decimal,
  reasons: z.array(z.strictObject({ code: z.enum(['margin-falls', 'usage-anomaly']), says: z.string() })),
  answer: z.strictObject({ answer: z.enum(['accepted', 'dismissed']), at: isoTime, by: z.string(), reason: z.string() }).nullable(),
  address,
});
export type GuardrailSuggestion = z.infer<typeof suggestion>;

const READERS = ['admin', 'founder', 'finance', 'auditor', 'leadership', 'engineering', 'platform'] as const;

export const economics = {
  'economics.overview': query({
    roles: READERS,
    input: z.strictObject({ /** The newest closed month when left out. */ month: month.optional() }),
    output: z.strictObject({
      month,
      /** `closed`: as it was computed at the close; `running`: computed now, and still changing. */
      state: z.enum(['closed', 'running']),
      asOf: isoTime,
      /** Months that can be asked for, newest first. */
      months: z.array(z.strictObject({ month, state: z.enum(['closed', 'running']) })),
      total: z.strictObject({ tenants: count, ...costs, cogsPerTenant: money.nullable(), cogsPerSeat: money.nullable(), seats: decimal }),
      /** Against the close before, as shown: money, and points. */
      change: z.strictObject({ month, mrr: decimal, cogs: decimal, marginPoints: decimal.nullable() }).nullable(),
      tiers: z.array(tierRow),
      top: z.array(tenantRow),
      bottom: z.array(tenantRow),
      /** Oldest first. */
      trend: z.array(
        z.strictObject({
          month,
          margin: percent,
          mrr: money,
          cogs: money,
          tiers: z.array(z.strictObject({ tier: z.string(), margin: percent })),
        }),
      ),
      /** Tenants that pay in another currency too, in no sum above. */
      leftOut: count,
      /** Of the catalogue's filters since the console was opened; null before the first. */
      filterCache: z.strictObject({ asked: count, hits: count, percent: decimal.nullable() }),
      rule: z.string(),
      costModel: z.string(),
    }),
  }),
  /** All tenants of a month, by margin, lowest first. */
  'economics.tenants': query({
    roles: READERS,
    input: z.strictObject({ month: month.optional(), tier: z.string().max(100).optional(), limit: z.int().min(1).max(500).default(100) }),
    output: z.strictObject({ month, rows: z.array(tenantRow), total: count }),
  }),
  'economics.tenant': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({ tenantId, month: month.optional() }),
    output: z.strictObject({
      month,
      state: z.enum(['closed', 'running']),
      row: tenantRow,
      /** Costs by metric, exact. */
      metrics: z.array(z.strictObject({ metric: z.string(), unit: z.string(), quantity: decimal, cost: money })),
      history: z.array(z.strictObject({ month, margin: percent, mrr: money, cogs: money })),
      suggestions: z.array(suggestion),
    }),
  }),
  /** How a figure came to be: `margin`, `cogs`, `mrr`, `cogs_per_seat`, of one tenant, one tier or all. */
  'economics.proof': query({
    roles: READERS,
    errors: ['NOT_FOUND'],
    input: z.strictObject({
      month: month.optional(),
      figure: z.enum(['margin', 'mrr', 'cogs', 'cogs_per_seat', 'cogs_per_tenant']),
      tenantId: tenantId.optional(),
      tier: z.string().max(100).optional(),
    }),
    output: z.strictObject({ name: z.string(), unit: z.string(), value: z.string(), proof }),
  }),
  'economics.suggestions': query({
    roles: READERS,
    input: z.strictObject({ answered: z.boolean().default(false) }),
    output: z.strictObject({ lookedAt: isoTime.nullable(), suggestions: z.array(suggestion), rule: z.string() }),
  }),
  /** Looks again at all tenants. Also done after each close, and once a day with new usage. */
  'economics.look': command({
    roles: ['admin', 'founder', 'finance', 'platform', 'engineering'],
    errors: ['READ_ONLY'],
    input: noInput,
    output: z.strictObject({ suggestions: count, lookedAt: isoTime }),
  }),
  /** Accepts or dismisses a suggestion. It is recorded; the limit of the plan stays as it is. */
  'economics.answer': command({
    roles: ['admin', 'founder', 'finance'],
    errors: ['NOT_FOUND', 'CONFLICT', 'READ_ONLY'],
    input: z.strictObject({ suggestionId, answer: z.enum(['accepted', 'dismissed']), reason }),
    output: suggestion,
  }),
} as const;

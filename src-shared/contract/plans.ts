import { address, count, hex64, isoTime, label, noInput, reason } from './common.ts';
import { command, query, z } from './define.ts';

/** Ids and versions of plans as upstream spells them: `pro`, `2.1.4`. */
export const planId = z.string().min(1).max(100);
export const planVersion = z.string().min(1).max(60);
/** Decimal text, exact: `0.00002`, `60000000`. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
/** Money: decimal text and its ISO 4217 currency. */
export const money = z.strictObject({ amount: decimal, currency: z.string().regex(/^[A-Z]{3}$/) });
export type Money = z.infer<typeof money>;

const limit = z.strictObject({
  metric: z.string(),
  /** What the limit counts over. */
  per: z.enum(['month', 'day']),
  /** Contained in the price; what is used above it is overage. */
  included: decimal,
  /** Of the hard limit: 0.8 warns at 80%. */
  softRatio: decimal,
  /** The soft limit as a quantity; null without a hard limit. */
  soft: decimal.nullable(),
  /** Null where there is no limit. */
  hard: decimal.nullable(),
  /** For one unit above what is included; null where overage is not sold. */
  overagePrice: decimal.nullable(),
});
export type PlanLimit = z.infer<typeof limit>;

const price = z.strictObject({
  model: z.enum(['free', 'list', 'contract', 'internal']),
  currency: z.string(),
  /** Of a list price; of a contract the floor below which none is made. */
  monthly: decimal,
  annual: decimal,
  /** What a year saves against twelve months, percent with two places; null where the plan costs nothing. */
  annualDiscountPercent: decimal.nullable(),
});
export type PlanPrice = z.infer<typeof price>;

const feature = z.strictObject({ key: z.string(), name: z.string(), included: z.boolean() });
export type PlanFeature = z.infer<typeof feature>;

const origin = z.enum(['built-in', 'source', 'console']);

const versionRow = z.strictObject({
  planId,
  version: planVersion,
  name: z.string(),
  tier: z.string(),
  price,
  origin,
  sourceName: z.string().nullable(),
  /** When it came in; null for the launch list that comes with the program. */
  receivedAt: isoTime.nullable(),
  by: z.string().nullable(),
  /** Of the canonical JSON of its specification. */
  sha256: hex64,
  /** Tenants that have this version now, as far as the caller sees them. */
  tenants: count,
  newest: z.boolean(),
  /** Another content came under the same id and version; the first one stands. */
  conflicts: count,
  address,
});
export type PlanVersionRow = z.infer<typeof versionRow>;

const spec = z.strictObject({
  planId,
  version: planVersion,
  name: z.string(),
  tier: z.string(),
  description: z.string(),
  price,
  limits: z.array(limit),
  features: z.array(feature),
  /** Limits that the finance telemetry compares between tiers (`llm_analyses_per_day` …). */
  guardrails: z.array(z.strictObject({ name: z.string(), limit: count })),
});
export type PlanSpecView = z.infer<typeof spec>;

const difference = z.strictObject({
  /** For the sign before it. */
  kind: z.enum(['price', 'limit', 'feature', 'guardrail', 'other']),
  what: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type PlanDifference = z.infer<typeof difference>;

const problem = z.strictObject({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  /** JSON pointer of the place: `/limits/0/hard`. */
  pointer: z.string(),
  /** Counts from 1; null where the text has no such place. */
  line: count.nullable(),
  says: z.string(),
  nextStep: z.string(),
});
export type PlanProblem = z.infer<typeof problem>;

const proposal = z.strictObject({
  proposalNo: count,
  at: isoTime,
  by: z.string().nullable(),
  planId,
  version: planVersion,
  /** `refused`: recorded, and nothing else changed. */
  outcome: z.enum(['added', 'refused']),
  says: z.string(),
  reason: z.string(),
  differences: z.array(difference),
});
export type PlanProposal = z.infer<typeof proposal>;

/** The text of a `*.plan.json` file. */
const planText = z
  .string()
  .min(1)
  .max(256 * 1024);

export const plans = {
  /** Each plan with its newest version, and all versions of one plan where it is named. */
  'plan.list': query({
    roles: 'any',
    input: z.strictObject({ planId: planId.optional() }),
    output: z.strictObject({ plans: z.array(versionRow) }),
  }),
  'plan.show': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ planId, /** The newest when left out. */ version: planVersion.optional() }),
    output: z.strictObject({
      plan: versionRow,
      spec,
      versions: z.array(versionRow),
      /** Against the version before it; empty for the first. */
      previous: planVersion.nullable(),
      differences: z.array(difference),
    }),
  }),
  'plan.compare': query({
    roles: 'any',
    errors: ['NOT_FOUND'],
    input: z.strictObject({ a: z.strictObject({ planId, version: planVersion }), b: z.strictObject({ planId, version: planVersion }) }),
    output: z.strictObject({ a: spec, b: spec, differences: z.array(difference) }),
  }),
  /** Looks at a specification; nothing is kept. */
  'plan.validate': query({
    input: z.strictObject({ text: planText }),
    output: z.strictObject({
      valid: z.boolean(),
      problems: z.array(problem),
      spec: spec.nullable(),
      /** Against the newest version of the same plan, where there is one. */
      comparedWith: planVersion.nullable(),
      differences: z.array(difference),
      /** Whether its price is another than that of the newest version. */
      changesPrice: z.boolean(),
    }),
  }),
  /** Adds a version. A price change while price motions are frozen is refused: the refusal is recorded, and is an answer. */
  'plan.propose': command({
    roles: ['admin', 'founder', 'finance'],
    errors: ['BAD_INPUT', 'CONFLICT', 'READ_ONLY'],
    input: z.strictObject({ text: planText, reason }),
    output: proposal,
  }),
  'plan.proposals': query({
    input: z.strictObject({ before: count.optional(), limit: z.int().min(1).max(200).default(50) }),
    output: z.strictObject({ proposals: z.array(proposal), next: count.nullable() }),
  }),
  /** The JSON Schema of a specification, as it is also published under resources/schemas. */
  'plan.schema': query({ roles: 'any', input: noInput, output: z.strictObject({ fileName: label, schema: z.unknown() }) }),
} as const;

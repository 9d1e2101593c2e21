import { z } from '../../src-shared/contract/define.ts';

/**
 * A plan specification: the file `<source>/plans/<name>.plan.json` (docs/formats/plans.md). One file is one version, and a
 * version never changes. Amounts and quantities are decimal texts, so that what is charged is what was written.
 */

const id = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, points, underscores and hyphens');
const quantity = z.string().regex(/^\d{1,18}(\.\d{1,18})?$/, 'must be a decimal text such as "50000"');
const amount = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'must be a decimal text such as "299.00"');

const limitSpec = z.strictObject({
  metric: id,
  per: z.enum(['month', 'day']).default('month'),
  /** Contained in the price. */
  included: quantity.default('0'),
  /** Where the soft limit stands, as part of the hard one. */
  soft_ratio: z
    .string()
    .regex(/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/, 'must be a decimal text from "0" to "1"')
    .default('0.8'),
  /** Null: no limit. */
  hard: quantity.nullable().default(null),
  /** For one unit above `included`; null: overage is not sold. */
  overage_price: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,18})?$/, 'must be a decimal text such as "0.00002"')
    .nullable()
    .default(null),
});

export const planSpecShape = z.strictObject({
  format: z.literal('countersign.plan/1'),
  plan_id: id,
  version: z
    .string()
    .min(1)
    .max(60)
    .regex(/^\d+(\.\d+){0,3}([-+][0-9A-Za-z.-]+)?$/, 'must be a version such as "2.1.4"'),
  name: z.string().trim().min(1).max(200),
  tier: id,
  description: z.string().max(2000).default(''),
  price: z.strictObject({
    /** `list`: this price for everyone; `contract`: no contract below it; `free` and `internal` cost nothing. */
    model: z.enum(['free', 'list', 'contract', 'internal']),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as "USD"'),
    monthly: amount,
    annual: amount,
  }),
  limits: z.array(limitSpec).max(100).default([]),
  /** What the plan contains beside quantities: key → whether it is included. */
  features: z.record(id, z.boolean()).default({}),
  /** Names of features for people, where the key alone does not say it. */
  feature_names: z.record(id, z.string().min(1).max(100)).default({}),
  /** Limits that the finance telemetry compares between tiers (contracts A.2). */
  guardrails: z.record(id, z.int().min(0)).default({}),
});

export type PlanSpec = z.output<typeof planSpecShape>;
export type PlanSpecInput = z.input<typeof planSpecShape>;

/** The names that finance telemetry asks for, in its order (contracts A.2). */
export const GUARDRAIL_NAMES = [
  'llm_analyses_per_day',
  'llm_analyses_per_user_per_day',
  'llm_system_analyses_per_day',
  'llm_analysis_max_records',
  'llm_analysis_max_window_days',
  'llm_prompt_max_input_tokens',
  'llm_output_max_tokens',
] as const;

/** The commercial policy a price is held against (decision memo, final decisions). */
export const PRICE_POLICY = { enterpriseFloorMonthly: '799', maxAnnualDiscountPercent: '20' } as const;

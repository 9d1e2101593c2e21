import { document } from './demo-months.ts';

/** What the company of the demo meters and sells. Costs and limits are chosen so that a tenant at its limits costs about a third of its price. */

export const METRICS = ['llm_token', 'api_request', 'ingest_unit', 'query_credit', 'storage_gb_month', 'seat'] as const;
export type Metric = (typeof METRICS)[number];

export const TIERS = ['free', 'starter', 'growth', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

/** What one unit costs the company, USD, from the first month of the demo and from the month of the newest price list on. */
export const UNIT_COST: Readonly<Record<Metric, readonly [first: string, now: string]>> = {
  llm_token: ['0.0000041', '0.0000038'],
  api_request: ['0.00002', '0.00002'],
  ingest_unit: ['0.0004', '0.0004'],
  query_credit: ['0.01', '0.0104'],
  storage_gb_month: ['0.1', '0.095'],
  seat: ['0.2', '0.2'],
};

export interface DemoPlan {
  readonly tier: Tier;
  readonly name: string;
  readonly version: string;
  readonly monthly: number;
  readonly annual: number;
  /** Hard limit a month; 70 % of it is included, beyond that an overage is paid. */
  readonly hard: Readonly<Record<Metric, number>>;
  /** USD for one unit beyond what is included. */
  readonly overage: Readonly<Record<Metric, string>>;
}

const PAID_OVERAGE: DemoPlan['overage'] = {
  llm_token: '0.00002',
  api_request: '0.0001',
  ingest_unit: '0.002',
  query_credit: '0.05',
  storage_gb_month: '0.4',
  seat: '9',
};

const limits = (scale: number, seats: number): DemoPlan['hard'] => ({
  llm_token: 12_000_000 * scale,
  api_request: 600_000 * scale,
  ingest_unit: 20_000 * scale,
  query_credit: 1_500 * scale,
  storage_gb_month: 80 * scale,
  seat: seats,
});

export const PLANS: readonly DemoPlan[] = [
  { tier: 'free', name: 'Free', version: '2.1.0', monthly: 0, annual: 0, hard: limits(0.01, 3), overage: { ...PAID_OVERAGE } },
  { tier: 'starter', name: 'Starter', version: '2.3.0', monthly: 49, annual: 490, hard: limits(0.15, 10), overage: PAID_OVERAGE },
  { tier: 'growth', name: 'Growth', version: '2.1.4', monthly: 149, annual: 1490, hard: limits(0.5, 20), overage: PAID_OVERAGE },
  { tier: 'pro', name: 'Pro', version: '2.1.4', monthly: 299, annual: 2990, hard: limits(1, 40), overage: PAID_OVERAGE },
  { tier: 'enterprise', name: 'Enterprise', version: '1.9.2', monthly: 799, annual: 7990, hard: limits(2.5, 120), overage: PAID_OVERAGE },
];

export const planOf = (tier: Tier): DemoPlan => PLANS.find((plan) => plan.tier === tier)!;

/** Starter before its newest price list: the tenants of the first months keep it. */
export const STARTER_BEFORE = '2.2.0';

/** Of finance telemetry, in its order; then approvals a day. */
const GUARDRAILS = [
  'llm_analyses_per_day',
  'llm_analyses_per_user_per_day',
  'llm_system_analyses_per_day',
  'llm_analysis_max_records',
  'llm_analysis_max_window_days',
  'llm_prompt_max_input_tokens',
  'llm_output_max_tokens',
] as const;
const GUARDRAIL_LIMITS: Readonly<Record<Tier, readonly number[]>> = {
  free: [1, 1, 1, 128, 31, 2048, 512],
  starter: [5, 2, 2, 256, 90, 4096, 1024],
  growth: [20, 8, 5, 1024, 365, 12_288, 2048],
  pro: [100, 25, 30, 5000, 730, 32_768, 4096],
  enterprise: [2000, 500, 400, 20_000, 3650, 65_536, 8192],
};
const APPROVALS: Readonly<Record<Tier, string>> = { free: '5', starter: '20', growth: '60', pro: '200', enterprise: '1000' };
const FEATURES: Readonly<Record<string, readonly Tier[]>> = {
  api_access: ['starter', 'growth', 'pro', 'enterprise'],
  sso: ['growth', 'pro', 'enterprise'],
  audit_export: ['pro', 'enterprise'],
  own_encryption_key: ['enterprise'],
};

function planText(plan: DemoPlan, version: string): string {
  const free = plan.monthly === 0;
  return document({
    format: 'countersign.plan/1',
    plan_id: plan.tier,
    version,
    name: plan.name,
    tier: plan.tier,
    price: {
      model: free ? 'free' : plan.tier === 'enterprise' ? 'contract' : 'list',
      currency: 'USD',
      monthly: String(plan.monthly),
      annual: String(plan.annual),
    },
    limits: [
      ...METRICS.map((metric) => ({
        metric,
        per: 'month',
        included: String(free ? plan.hard[metric] : Math.round(plan.hard[metric] * (version === STARTER_BEFORE ? 0.6 : 0.7) * 10) / 10),
        soft_ratio: '0.8',
        hard: String(plan.hard[metric]),
        overage_price: free ? null : plan.overage[metric],
      })),
      {
        metric: 'approval',
        per: 'day',
        included: APPROVALS[plan.tier],
        soft_ratio: '0.8',
        hard: APPROVALS[plan.tier],
        overage_price: null,
      },
    ],
    features: Object.fromEntries(Object.entries(FEATURES).map(([key, tiers]) => [key, tiers.includes(plan.tier)])),
    guardrails: Object.fromEntries(GUARDRAILS.map((name, at) => [name, GUARDRAIL_LIMITS[plan.tier][at]])),
  });
}

/** The plan files of the company's own source. */
export const planFiles = (): readonly { readonly path: string; readonly text: string }[] =>
  PLANS.flatMap((plan) =>
    [plan.version, ...(plan.tier === 'starter' ? [STARTER_BEFORE] : [])].map((version) => ({
      path: `plans/${plan.tier}-${version}.plan.json`,
      text: planText(plan, version),
    })),
  );

/** Emitters of the demo write whole numbers, except where a fraction is natural. */
export const UNITS: Readonly<Record<Metric, string>> = {
  llm_token: 'token',
  api_request: 'request',
  ingest_unit: 'unit',
  query_credit: 'credit',
  storage_gb_month: 'GB',
  seat: 'seat',
};

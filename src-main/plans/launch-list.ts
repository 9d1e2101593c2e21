import { GUARDRAIL_NAMES, planSpecShape, type PlanSpec, type PlanSpecInput } from './plan-spec.ts';

/**
 * The launch list that comes with the program, so that a workspace without plan files knows its plans: Starter 49/490,
 * Growth 149/1490, Pro 299/2990, Enterprise from 799 (decision memo, final decisions), Free, and Internal for the company's
 * own tenants. A file with the same id and version stands before it.
 */

type Guardrails = readonly [number, number, number, number, number, number, number];
/** included, hard, overage price of: ingest_unit, storage_gb_month, query_credit, seat, llm_token, api_request. */
type Metered = readonly [included: string, hard: string | null, overage: string | null];

const METRICS = ['ingest_unit', 'storage_gb_month', 'query_credit', 'seat', 'llm_token', 'api_request'] as const;

const FEATURES = {
  sso: 'Single sign-on',
  audit_export: 'Audit export',
  production_enforcement: 'Production enforcement',
  auto_remediation: 'Automatic remediation in production',
  api_access: 'API access',
  own_encryption_key: 'Own encryption key',
} as const;

interface LaunchPlan {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly price: PlanSpecInput['price'];
  readonly limits: readonly [Metered, Metered, Metered, Metered, Metered, Metered];
  readonly approvalsPerDay: string | null;
  readonly features: readonly (keyof typeof FEATURES)[];
  readonly guardrails: Guardrails;
}

const usd = (model: PlanSpecInput['price']['model'], monthly: string, annual: string): PlanSpecInput['price'] => ({
  model,
  currency: 'USD',
  monthly,
  annual,
});

const LAUNCH: readonly LaunchPlan[] = [
  {
    id: 'free',
    name: 'Free',
    description: 'To look around. Nothing is sold beyond its limits.',
    price: usd('free', '0', '0'),
    limits: [
      ['10000', '10000', null],
      ['1', '1', null],
      ['200', '200', null],
      ['2', '2', null],
      ['100000', '100000', null],
      ['5000', '5000', null],
    ],
    approvalsPerDay: '5',
    features: [],
    guardrails: [1, 1, 1, 128, 31, 2048, 512],
  },
  {
    id: 'starter',
    name: 'Starter',
    description: 'For one small team.',
    price: usd('list', '49', '490'),
    limits: [
      ['100000', '200000', '0.0002'],
      ['20', '50', '0.25'],
      ['2500', '5000', '0.004'],
      ['5', '10', '9'],
      ['2000000', '5000000', '0.000012'],
      ['100000', '200000', '0.00005'],
    ],
    approvalsPerDay: '20',
    features: ['api_access'],
    guardrails: [5, 2, 2, 256, 90, 4096, 1024],
  },
  {
    id: 'growth',
    name: 'Growth',
    description: 'For several teams. Remediation outside production alone.',
    price: usd('list', '149', '1490'),
    limits: [
      ['500000', '1000000', '0.00018'],
      ['100', '250', '0.22'],
      ['12500', '25000', '0.0035'],
      ['15', '30', '9'],
      ['10000000', '25000000', '0.00001'],
      ['500000', '1000000', '0.00004'],
    ],
    approvalsPerDay: '60',
    features: ['api_access', 'sso'],
    guardrails: [20, 8, 5, 1024, 365, 12_288, 2048],
  },
  {
    id: 'pro',
    name: 'Pro',
    description: 'With enforcement in production.',
    price: usd('list', '299', '2990'),
    limits: [
      ['1000000', '2000000', '0.00015'],
      ['250', '500', '0.2'],
      ['25000', '50000', '0.003'],
      ['25', '50', '9'],
      ['30000000', '60000000', '0.000008'],
      ['1000000', '2000000', '0.00003'],
    ],
    approvalsPerDay: '200',
    features: ['api_access', 'sso', 'audit_export', 'production_enforcement', 'auto_remediation'],
    guardrails: [100, 25, 30, 5000, 730, 32_768, 4096],
  },
  {
    id: 'enterprise',
    name: 'Enterprise',
    description: 'By contract, never below the floor.',
    price: usd('contract', '799', '7990'),
    limits: [
      ['5000000', '20000000', '0.0001'],
      ['1000', '5000', '0.15'],
      ['100000', '400000', '0.002'],
      ['100', '1000', '7'],
      ['100000000', '400000000', '0.000006'],
      ['5000000', '20000000', '0.00002'],
    ],
    approvalsPerDay: '1000',
    features: ['api_access', 'sso', 'audit_export', 'production_enforcement', 'auto_remediation', 'own_encryption_key'],
    guardrails: [2000, 500, 400, 20_000, 3650, 65_536, 8192],
  },
  {
    id: 'internal',
    name: 'Internal',
    description: 'For the company’s own tenants. Costs nothing and is measured all the same.',
    price: usd('internal', '0', '0'),
    limits: [
      ['0', null, null],
      ['0', null, null],
      ['0', null, null],
      ['0', null, null],
      ['0', null, null],
      ['0', null, null],
    ],
    approvalsPerDay: null,
    features: ['api_access', 'sso', 'audit_export', 'production_enforcement', 'auto_remediation', 'own_encryption_key'],
    guardrails: [2000, 500, 400, 20_000, 3650, 65_536, 8192],
  },
];

const specOf = (plan: LaunchPlan): PlanSpec =>
  planSpecShape.parse({
    format: 'countersign.plan/1',
    plan_id: plan.id,
    version: '1.0.0',
    name: plan.name,
    tier: plan.id,
    description: plan.description,
    price: plan.price,
    limits: [
      ...METRICS.map((metric, at) => {
        const [included, hard, overage] = plan.limits[at]!;
        return { metric, per: 'month' as const, included, soft_ratio: '0.8', hard, overage_price: overage };
      }),
      {
        metric: 'approval',
        per: 'day' as const,
        included: plan.approvalsPerDay ?? '0',
        soft_ratio: '0.8',
        hard: plan.approvalsPerDay,
        overage_price: null,
      },
    ],
    features: Object.fromEntries(Object.keys(FEATURES).map((key) => [key, (plan.features as readonly string[]).includes(key)])),
    feature_names: FEATURES,
    guardrails: Object.fromEntries(GUARDRAIL_NAMES.map((name, at) => [name, plan.guardrails[at]!])),
  } satisfies PlanSpecInput);

export const LAUNCH_PLANS: readonly PlanSpec[] = LAUNCH.map(specOf);

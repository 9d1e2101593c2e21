import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { type PlainObject, pyRound, tenantCostPercentiles } from '../evidence/index.ts';

/**
 * The telemetry snapshot of a month (contract A.2), from what was synced. Pure. What it rests on:
 * effective tier: that of the tenant's subscription, else of its record, else free, in lower case; deleted tenants are left out;
 * active: a subscription that is active, non-renewing, attention or trial at the end of the window;
 * dunning: tenants whose last dunning lies in the window; language-model cost: the month's cost estimate of the model metrics,
 * tenants without use counted as zero; percentiles linear; ratios and costs with six decimals, half to even.
 */
export const TELEMETRY_RULE = 'countersign.finance-telemetry/1';
export const TELEMETRY_TIERS = ['free', 'starter', 'growth', 'pro', 'enterprise'] as const;
type Tier = (typeof TELEMETRY_TIERS)[number];

const ACTIVE: readonly string[] = ['active', 'non-renewing', 'attention', 'trial'];

export interface TelemetrySubscription {
  readonly tier: string;
  readonly status: string;
  /** ISO 8601 UTC, all with nine places. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly lastDunningAt: string | null;
  readonly updatedAt: string;
}

export interface TelemetryTenant {
  readonly tenantId: string;
  readonly tier: string;
  readonly status: string;
  readonly subscriptions: readonly TelemetrySubscription[];
  /** Attos of USD. */
  readonly llmCostUsd: bigint;
}

export interface TelemetryPlan {
  readonly planId: string;
  readonly version: string;
  readonly sha256: string;
  /** Decimal texts, USD. */
  readonly monthly: string;
  readonly annual: string;
  readonly guardrails: Readonly<Record<string, number>>;
}

export interface TelemetryInput {
  /** YYYY-MM. */
  readonly month: string;
  /** ISO 8601 UTC. */
  readonly capturedAt: string;
  readonly tenants: readonly TelemetryTenant[];
  /** The newest version of each tier's plan. */
  readonly plans: Readonly<Record<Tier, TelemetryPlan>>;
  /** In the order in which they are written. */
  readonly guardrailNames: readonly string[];
  /** What it was computed from, by digest. */
  readonly provenance: PlainObject;
}

/** First moment, and the last one as the contract writes it: the end of the half-open month less a microsecond. */
export function telemetryWindow(month: string): { readonly start: string; readonly end: string; readonly label: string } {
  const [year, at] = month.split('-').map(Number);
  const end = new Date(Date.UTC(year ?? 1970, at ?? 1, 1) - 1).toISOString().replace(/Z$/, '999Z');
  return { start: `${month}-01T00:00:00Z`, end, label: month };
}

/** With nine places, to be compared with the times of records. */
const bounds = (month: string): { readonly start: string; readonly end: string } => {
  const { end } = telemetryWindow(month);
  return { start: `${month}-01T00:00:00.000000000Z`, end: end.replace(/Z$/, '999Z') };
};

interface Counted {
  readonly tier: Tier;
  readonly isActive: boolean;
  readonly isDunned: boolean;
  readonly llmCostUsd: bigint;
}

/** The subscription that speaks for a tenant: one that is active before one that is not, then the newest. */
function speaksFor(subscriptions: readonly TelemetrySubscription[], at: string): { row: TelemetrySubscription; isActive: boolean } | null {
  const rows = subscriptions
    .filter(({ startedAt }) => startedAt <= at)
    .map((row) => ({ row, isActive: ACTIVE.includes(row.status) && (row.endedAt === null || row.endedAt > at) }))
    .sort((a, b) => (a.isActive === b.isActive ? (a.row.updatedAt > b.row.updatedAt ? -1 : 1) : a.isActive ? -1 : 1));
  return rows[0] ?? null;
}

function counted(tenant: TelemetryTenant, month: string): Counted | null {
  if (tenant.status === 'deleted') return null;
  const { start, end } = bounds(month);
  const speaks = speaksFor(tenant.subscriptions, end);
  const named = (speaks?.row.tier ?? tenant.tier).trim().toLowerCase() || 'free';
  const tier = TELEMETRY_TIERS.find((known) => known === named);
  // A tier that is not sold (internal) has no place in the snapshot.
  if (tier === undefined) return null;
  return {
    tier,
    isActive: speaks?.isActive === true,
    isDunned: tenant.subscriptions.some(({ lastDunningAt }) => lastDunningAt !== null && lastDunningAt >= start && lastDunningAt <= end),
    llmCostUsd: tenant.llmCostUsd,
  };
}

const usd = (attos: bigint): number => pyRound(Number(formatExact(attos)), 6);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** annual ÷ (monthly × 12), six decimals; 0 where one of them costs nothing. */
const annualFactor = (monthly: number, annual: number): number => (monthly > 0 && annual > 0 ? pyRound(annual / (monthly * 12), 6) : 0);

/** The snapshot without its gates: those the verifier computes. */
export function telemetrySnapshot(input: TelemetryInput): PlainObject {
  const rows = input.tenants.flatMap((tenant) => counted(tenant, input.month) ?? []);
  const tiers = TELEMETRY_TIERS.map((tier) => {
    const own = rows.filter((row) => row.tier === tier);
    const plan = input.plans[tier];
    const [monthly, annual] = [Number(plan.monthly), Number(plan.annual)];
    const active = own.filter(({ isActive }) => isActive).length;
    return {
      tier,
      monthly,
      annual,
      active,
      total: own.length,
      dunned: own.filter(({ isDunned }) => isDunned).length,
      grossMrr: pyRound(monthly * active, 6),
      llm: usd(sum(own.map(({ llmCostUsd }) => llmCostUsd))),
      percentiles: tenantCostPercentiles(own.map(({ llmCostUsd }) => Number(formatExact(llmCostUsd)))),
    };
  });
  const of = (tier: Tier) => tiers.find((row) => row.tier === tier)!;
  const [free, starter] = [of('free'), of('starter')];
  const limits = input.guardrailNames.map((name) => {
    const [freeLimit, starterLimit] = [input.plans.free.guardrails[name] ?? 0, input.plans.starter.guardrails[name] ?? 0];
    return { limit_name: name, free_limit: freeLimit, starter_limit: starterLimit, free_le_starter: freeLimit <= starterLimit };
  });
  const share = starter.grossMrr > 0 ? pyRound((free.llm / starter.grossMrr) * 100, 6) : free.llm > 0 ? null : 0;
  return {
    captured_at: input.capturedAt,
    window: telemetryWindow(input.month),
    runtime: { database_engine: 'sqlite', collector: TELEMETRY_RULE },
    pricing_reference: Object.fromEntries(
      tiers.map(({ tier, monthly, annual }) => [
        tier,
        { monthly_price_usd: monthly, annual_price_usd: annual, annual_monthly_factor: annualFactor(monthly, annual) },
      ]),
    ),
    tier_subscription_snapshot: tiers.map(({ tier, total, active, dunned }) => ({
      tier,
      total_tenants: total,
      active_subscriptions: active,
      dunning_events: dunned,
    })),
    tier_revenue_inputs: tiers.map(({ tier, monthly, active, grossMrr }) => ({
      tier,
      monthly_price_usd: monthly,
      active_subscriptions: active,
      gross_mrr_usd: grossMrr,
    })),
    tier_llm_usage: tiers.map(({ tier, llm, percentiles }) => ({
      tier,
      total_cost_usd: llm,
      tenant_monthly_cost_percentiles_usd: { ...percentiles },
    })),
    free_tier_compute_guardrails: {
      tier: 'free',
      reference_tier: 'starter',
      limits,
      bounded_against_starter: limits.every(({ free_le_starter }) => free_le_starter),
    },
    free_tier_margin_watch: {
      free_total_tenants: free.total,
      free_active_subscriptions: free.active,
      free_total_llm_cost_usd: free.llm,
      free_p95_tenant_monthly_cost_usd: free.percentiles.p95,
      starter_gross_mrr_usd: starter.grossMrr,
      free_llm_cost_pct_of_starter_gross_mrr: share,
      max_allowed_pct_of_starter_gross_mrr: 100,
    },
    provenance: input.provenance,
  };
}

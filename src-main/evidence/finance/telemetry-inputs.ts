import type { Fields } from '../reference/fields.ts';
import type { CostPercentiles } from './percentile.ts';
import { PAID_TIERS, type PaidTier } from './tiers.ts';

/** What the packet takes from a telemetry snapshot that its verifier has accepted. */

export interface TelemetryTier {
  readonly tier: PaidTier;
  readonly monthlyPriceUsd: number;
  readonly annualMonthlyFactor: number;
  /** Exact: they are printed as they came. */
  readonly activeSubscriptions: bigint;
  readonly dunningEvents: bigint;
  readonly llmCostUsd: number;
  readonly tenantMonthlyCostUsd: CostPercentiles;
}

/** As the snapshot writes it, stripped. */
export interface ArtifactWindow {
  readonly start: string;
  readonly end: string;
  readonly label: string;
}

export interface TelemetryInputs {
  readonly window: ArtifactWindow;
  /** The paid tiers, in their order; others in the snapshot are passed over. */
  readonly tiers: readonly TelemetryTier[];
}

/**
 * @param file the snapshot's root, with the path `telemetry`
 * @throws Refusal where a tier stands twice: the verifier lets it pass, but the packet could not say which row counts
 */
export function readTelemetryInputs(file: Fields): TelemetryInputs {
  const prices = file.child('pricing_reference');
  const subscriptions = rowsByTier(file, 'tier_subscription_snapshot');
  const usage = rowsByTier(file, 'tier_llm_usage');
  const tiers = PAID_TIERS.map((tier): TelemetryTier => {
    const price = prices.child(tier);
    const subscription = rowOf(file, subscriptions, 'tier_subscription_snapshot', tier);
    const llm = rowOf(file, usage, 'tier_llm_usage', tier);
    const percentiles = llm.child('tenant_monthly_cost_percentiles_usd');
    return {
      tier,
      monthlyPriceUsd: price.number('monthly_price_usd', { min: 0 }),
      annualMonthlyFactor: price.number('annual_monthly_factor', { min: 0, max: 1 }),
      activeSubscriptions: subscription.integer('active_subscriptions', { min: 0n }),
      dunningEvents: subscription.integer('dunning_events', { min: 0n }),
      llmCostUsd: llm.number('total_cost_usd', { min: 0 }),
      tenantMonthlyCostUsd: {
        p50: percentiles.number('p50', { min: 0 }),
        p95: percentiles.number('p95', { min: 0 }),
        p99: percentiles.number('p99', { min: 0 }),
      },
    };
  });
  return { window: readWindow(file.child('window')), tiers };
}

export const readWindow = (window: Fields): ArtifactWindow => ({
  start: window.text('start'),
  end: window.text('end'),
  label: window.text('label'),
});

function rowsByTier(file: Fields, key: string): Map<string, Fields> {
  const rows = new Map<string, Fields>();
  for (const row of file.items(key)) {
    const tier = row.text('tier').toLowerCase();
    if (rows.has(tier)) throw row.refuse('tier', `stands twice: “${tier}”`);
    rows.set(tier, row);
  }
  return rows;
}

function rowOf(file: Fields, rows: ReadonlyMap<string, Fields>, key: string, tier: PaidTier): Fields {
  const row = rows.get(tier);
  if (row === undefined) throw file.refuse(key, `has no row for ${tier}`);
  return row;
}

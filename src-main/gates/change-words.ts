import type { GateChange } from '../../src-shared/contract/gates.ts';
import { capital } from './gate-numbers.ts';

/** What a place in an artifact is called, what sort of thing it is, and how much it has to do with each gate. */

/** What a change is about; gates weigh it by this. */
export type Topic =
  | 'p95'
  | 'llm'
  | 'infra'
  | 'support'
  | 'revenue'
  | 'price'
  | 'annual'
  | 'people'
  | 'late'
  | 'limit'
  | 'free'
  | 'conversion'
  | 'stress'
  | 'margin'
  | 'threshold'
  | 'decision'
  | 'approval'
  | 'source'
  | 'other';

export interface Named {
  readonly what: string;
  readonly kind: GateChange['kind'];
  readonly topic: Topic;
  readonly tier: string | null;
}

type Place = readonly [pattern: RegExp, what: string, kind: GateChange['kind'], topic: Topic];

const AMOUNTS = 'tier_unit_economics/(\\w+)/';
/** `$1` is the first part of the path in brackets; a tier at its beginning is written with a capital. */
const PLACES: readonly Place[] = [
  [/^tier_llm_usage\/(\w+)\/tenant_monthly_cost_percentiles_usd\/p95$/, '$1 p95 tenant cost, USD', 'figure', 'p95'],
  [/^tier_llm_usage\/(\w+)\/tenant_monthly_cost_percentiles_usd\/(p50|p99)$/, '$1 $2 tenant cost, USD', 'figure', 'llm'],
  [/^tier_llm_usage\/(\w+)\/total_cost_usd$/, '$1 LLM cost, USD', 'figure', 'llm'],
  [/^tier_subscription_snapshot\/(\w+)\/active_subscriptions$/, '$1 subscriptions', 'people', 'people'],
  [/^tier_subscription_snapshot\/(\w+)\/total_tenants$/, '$1 tenants', 'people', 'other'],
  [/^tier_subscription_snapshot\/(\w+)\/dunning_events$/, '$1 tenants with late payment', 'people', 'late'],
  [/^pricing_reference\/(\w+)\/monthly_price_usd$/, '$1 price a month, USD', 'price', 'price'],
  [/^pricing_reference\/(\w+)\/annual_price_usd$/, '$1 price a year, USD', 'price', 'annual'],
  [/^pricing_reference\/(\w+)\/annual_monthly_factor$/, '$1 factor of annual payment', 'price', 'annual'],
  [/^free_tier_compute_guardrails\/limits\/(\w+)\/free_limit$/, 'Limit of free: $1', 'limit', 'limit'],
  [/^free_tier_compute_guardrails\/limits\/(\w+)\/starter_limit$/, 'Limit of starter: $1', 'limit', 'limit'],
  [/^free_tier_margin_watch\/(\w+)$/, '$1', 'figure', 'free'],
  [new RegExp(`^${AMOUNTS}mrr_usd$`), '$1 MRR, USD', 'figure', 'revenue'],
  [new RegExp(`^${AMOUNTS}effective_mrr_usd$`), '$1 effective MRR, USD', 'figure', 'revenue'],
  [new RegExp(`^${AMOUNTS}llm_cogs_usd$`), '$1 LLM COGS, USD', 'figure', 'llm'],
  [new RegExp(`^${AMOUNTS}infra_cogs_usd$`), '$1 infrastructure COGS, USD', 'figure', 'infra'],
  [new RegExp(`^${AMOUNTS}support_cogs_usd$`), '$1 support COGS, USD', 'figure', 'support'],
  [new RegExp(`^${AMOUNTS}gross_margin_percent$`), '$1 gross margin, percent', 'figure', 'margin'],
  [/^stress_scenario\/infra_cost_multiplier$/, 'Infrastructure cost in the stress scenario, times', 'figure', 'stress'],
  [/^thresholds\/(\w+)$/, 'Threshold: $1', 'threshold', 'threshold'],
  [/^annual_mix_by_tier\/(\w+)$/, '$1 share of annual payment', 'figure', 'annual'],
  [/^infra_cogs_percent_of_effective_mrr_by_tier\/(\w+)$/, '$1 infrastructure, percent of effective MRR', 'figure', 'infra'],
  [/^support_cogs_per_active_subscription_usd_by_tier\/(\w+)$/, '$1 support for each subscription, USD', 'figure', 'support'],
  [/^support_cogs_per_dunning_event_usd$/, 'Support for each late payment, USD', 'figure', 'support'],
  [/^conversion_signals\/(\w+)$/, '$1', 'figure', 'conversion'],
  [
    /^metrics\/(growth_to_pro|pro_to_enterprise)_conversion_mom_delta_percent$/,
    '$1, points against the month before',
    'figure',
    'conversion',
  ],
  [/^telemetry\/months_observed$/, 'Months observed', 'decision', 'decision'],
  [/^telemetry\/source_type$/, 'Source of the telemetry', 'decision', 'decision'],
  [/^policy_decisions\/(\w+)$/, 'Decision: $1', 'decision', 'decision'],
  [/^approvals\/(\w+)$/, 'Approval: $1', 'decision', 'approval'],
  [
    /^decision_backlog\/decision_items\/([\w-]+)\/(resolution|launch_blocking|owner|target_date|success_criteria)$/,
    '$1: $2',
    'decision',
    'decision',
  ],
  [/^refresh_policy\/(\w+)$/, 'Register: $1', 'threshold', 'threshold'],
  [/^sources\/([^/]+)\/crawled_at$/, 'Source $1, read at', 'source', 'source'],
  [/^sources\/([^/]+)\/(confidence_score|source_class)$/, 'Source $1, $2', 'source', 'source'],
  [/^results\/(\w+)$/, 'Load test: $1', 'figure', 'other'],
  [/^scenarios\/([\w-]+)\/status$/, 'Scenario $1', 'decision', 'decision'],
];

/** What follows from the rest, is said elsewhere, or changes every month by itself. */
const PASSED_OVER =
  /^(?:captured_at|window\/|gate_results|metrics\/(?!growth_to_pro|pro_to_enterprise)|close_history|summary\/|tier_revenue_inputs|source_|runtime\/|scenario_models|self_hosted|evaluation\/|preflight\/|approvals\/approved_at|telemetry\/tier_unit_economics|runs\/|scenarios\/[^/]+\/(?:evidence_refs|duration_seconds|checks)|stress_scenario\/projected)|(?:^|\/)(?:approved_at|approval_record_ref|tier|limit_name|id|month|free_le_starter)$/;

const TIERS = ['free', 'starter', 'growth', 'pro', 'enterprise'];

/** The name of a place, by its path (document-values.ts); null where it says nothing of its own. */
export function nameOfPlace(path: string): Named | null {
  if (PASSED_OVER.test(path)) return null;
  for (const [pattern, what, kind, topic] of PLACES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const tier = TIERS.find((name) => match[1]?.toLowerCase() === name) ?? null;
    const filled = what.replace(/\$(\d)/g, (_, n: string) => words(match[Number(n)] ?? ''));
    return { what: capital(filled), kind, topic, tier };
  }
  return { what: capital(path.split('/').map(words).join(', ')), kind: 'other', topic: 'other', tier: null };
}

/** A whole row that came or went: `sources/meterwise-pricing`. */
export function nameOfRow(path: string): Named {
  const [list = '', name = ''] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  if (list === 'sources') return { what: `Source ${name}`, kind: 'source', topic: 'source', tier: null };
  if (list.endsWith('decision_items')) return { what: `Decision ${name.toUpperCase()}`, kind: 'decision', topic: 'decision', tier: null };
  if (list.endsWith('limits')) return { what: `Limit ${words(name)}`, kind: 'limit', topic: 'limit', tier: null };
  return { what: `${capital(words(list.split('/').at(-1) ?? ''))}: ${name}`, kind: 'other', topic: 'other', tier: null };
}

const PRETTY: Readonly<Record<string, string>> = {
  llm: 'LLM',
  mrr: 'MRR',
  cogs: 'COGS',
  usd: 'USD',
  pct: 'percent',
  mom: 'month on month',
};
const words = (name: string): string =>
  /^(?:PKG|FIN|FI|VAL)-/i.test(name)
    ? name.toUpperCase()
    : name
        .split('_')
        .map((word) => PRETTY[word] ?? word)
        .join(' ');

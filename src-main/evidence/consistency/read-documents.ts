import { type Assumptions, type FinanceThresholds, type MonthClose, readAssumptions, readScenarioModels } from '../finance/assumptions.ts';
import type { ScenarioMultipliers } from '../finance/scenarios.ts';
import { readTelemetryInputs, type TelemetryInputs } from '../finance/telemetry-inputs.ts';
import type { TierAmounts } from '../finance/tier-economics.ts';
import { Fields } from '../reference/fields.ts';
import { pyStr } from '../reference/text.ts';
import type { Micros } from '../reference/timestamps.ts';
import { isObject, type Value } from '../reference/value.ts';
import { Refusal } from '../verdict.ts';
import type { ConsistencyRole, FigureInArtifact, FigureValue } from './finding.ts';

/** A parsed artifact with the name that people know it by. */
export interface ComparedArtifact {
  readonly name: string;
  /** Of its bytes, hex. */
  readonly sha256: string;
  readonly value: Value;
}

/** What is read of an artifact, with a way to say where each value stands. */
export interface Read<T> {
  readonly role: ConsistencyRole;
  readonly artifact: ComparedArtifact;
  readonly data: T;
  readonly at: (pointer: string, value: FigureValue) => FigureInArtifact;
}

/** Unlike a window that a packet is made of, this one may lack its label: not every verifier asks for one. */
export interface ComparedWindow {
  readonly start: Micros;
  readonly end: Micros;
  readonly label: string | null;
}

export interface Tier extends TierAmounts {
  readonly tier: string;
  readonly pointer: string;
}
export interface TierWithMargin extends Tier {
  readonly grossMarginPercent: number;
}

export interface GuardrailsData {
  readonly capturedAt: Micros;
  readonly window: ComparedWindow;
  /** By the name the artifact gives them. */
  readonly metrics: Readonly<Record<MetricName, number>>;
  readonly thresholds: FinanceThresholds;
  /** A close without a month, or of another shape, is null: only the last ones are verified. */
  readonly closeHistory: readonly (MonthClose | null)[];
  readonly tiers: readonly TierWithMargin[];
  readonly infraCostMultiplier: number;
  readonly projectedMarginPercent: number;
  readonly gates: ReadonlyMap<string, boolean>;
}

export const METRIC_NAMES = [
  'blended_gross_margin_percent',
  'p95_tenant_llm_cogs_pct_mrr',
  'annual_discount_impact_percent',
  'growth_to_pro_conversion_mom_delta_percent',
  'pro_to_enterprise_conversion_mom_delta_percent',
  'stress_margin_percent',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export interface TelemetryData extends TelemetryInputs {
  readonly capturedAt: Micros;
  readonly span: ComparedWindow;
}

export interface AssumptionsData extends Assumptions {
  readonly capturedAt: Micros | null;
  readonly scenarios: readonly ScenarioMultipliers[];
}

export interface DecisionsData {
  readonly capturedAt: Micros;
  readonly window: ComparedWindow;
  readonly monthsObserved: bigint;
  readonly tiers: readonly Tier[];
  readonly enterpriseFloorUsd: number | null;
  readonly maxAnnualDiscountPercent: number;
  readonly pricingMotionAllowed: boolean;
  readonly approvedAt: Micros;
}

export interface BenchmarksData {
  readonly capturedAt: Micros;
}

export interface PacketData {
  readonly capturedAt: Micros;
  readonly window: ComparedWindow;
  readonly tiers: readonly TierWithMargin[];
  /** By the name the artifact gives them: `total_mrr_usd` and so on. */
  readonly totals: ReadonlyMap<string, number>;
  readonly hostedArrRunRateUsd: number;
  readonly selfHostedTcoUsd: number;
  readonly deltaUsd: number;
  readonly gates: ReadonlyMap<string, boolean>;
  readonly scenarios: readonly { readonly scenario: string; readonly effectiveMrrUsd: number; readonly marginPercent: number }[];
}

/** Reads what can be compared. A document that is not of its kind's shape is null, and `onFault` hears why. */
export function readDocument<T>(
  role: ConsistencyRole,
  artifact: ComparedArtifact | undefined,
  read: (file: Fields) => T,
  onFault: (role: ConsistencyRole, artifact: ComparedArtifact, refusal: Refusal) => void,
): Read<T> | null {
  if (artifact === undefined) return null;
  try {
    if (!isObject(artifact.value)) throw new Refusal('it is not one JSON object');
    const at = (pointer: string, value: FigureValue) => ({ role, artifact: artifact.name, sha256: artifact.sha256, pointer, value });
    return { role, artifact, data: read(new Fields(artifact.value, [])), at };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    onFault(role, artifact, error);
    return null;
  }
}

export const readGuardrails = (file: Fields): GuardrailsData => {
  const metrics = file.child('metrics');
  const stress = file.child('stress_scenario');
  return {
    capturedAt: file.instant('captured_at'),
    window: readSpan(file.child('window')),
    metrics: Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics.number(name)])) as Record<MetricName, number>,
    thresholds: readLimits(file.child('thresholds')),
    closeHistory: file.list('close_history').map((item, index) => readClose(file, item, index)),
    tiers: [...file.items('tier_unit_economics')].map((row) => ({
      ...readTier(row),
      grossMarginPercent: row.number('gross_margin_percent'),
    })),
    infraCostMultiplier: stress.number('infra_cost_multiplier'),
    projectedMarginPercent: stress.number('projected_margin_percent'),
    gates: readGates(file),
  };
};

export const readTelemetry = (file: Fields): TelemetryData => ({
  ...readTelemetryInputs(file),
  capturedAt: file.instant('captured_at'),
  span: readSpan(file.child('window')),
});

export const readAssumptionsData = (file: Fields): AssumptionsData => ({
  ...readAssumptions(file),
  capturedAt: file.raw('captured_at') === null ? null : file.instant('captured_at'),
  scenarios: readScenarioModels(file),
});

export function readDecisions(file: Fields): DecisionsData {
  const telemetry = file.child('telemetry');
  const policy = file.child('policy_decisions');
  return {
    capturedAt: file.instant('captured_at'),
    window: readSpan(file.child('window')),
    monthsObserved: telemetry.integer('months_observed', { min: 1n }),
    tiers: [...telemetry.items('tier_unit_economics')].map(readTier),
    enterpriseFloorUsd: policy.raw('enterprise_floor_usd_monthly') === null ? null : policy.number('enterprise_floor_usd_monthly'),
    maxAnnualDiscountPercent: policy.number('max_annual_discount_percent'),
    pricingMotionAllowed: policy.boolean('pricing_motion_allowed'),
    approvedAt: file.child('approvals').instant('approved_at'),
  };
}

export const readBenchmarks = (file: Fields): BenchmarksData => ({ capturedAt: file.instant('captured_at') });

export function readPacket(file: Fields): PacketData {
  const summary = file.child('summary');
  const totals = summary.child('totals');
  return {
    capturedAt: file.instant('captured_at'),
    window: readSpan(file.child('window')),
    tiers: [...file.items('tier_unit_economics')].map((row) => ({
      ...readTier(row),
      grossMarginPercent: row.number('gross_margin_percent'),
    })),
    totals: new Map([...totals.keys()].map((name) => [name, totals.number(name)])),
    hostedArrRunRateUsd: summary.number('hosted_arr_run_rate_usd'),
    selfHostedTcoUsd: summary.number('self_hosted_tco_estimate_usd'),
    deltaUsd: summary.number('hosted_vs_self_hosted_delta_usd'),
    gates: readGates(file),
    scenarios: [...file.items('scenario_rows')].map((row) => ({
      scenario: row.text('scenario'),
      effectiveMrrUsd: row.number('effective_mrr_usd'),
      marginPercent: row.number('projected_margin_percent'),
    })),
  };
}

const readSpan = (window: Fields): ComparedWindow => ({
  start: window.instant('start'),
  end: window.instant('end'),
  label: window.raw('label') === null ? null : pyStr(window.raw('label')).trim(),
});

const readTier = (row: Fields): Tier => ({
  tier: row.text('tier').toLowerCase(),
  pointer: row.pointer(),
  mrrUsd: row.number('mrr_usd'),
  effectiveMrrUsd: row.number('effective_mrr_usd'),
  llmCogsUsd: row.number('llm_cogs_usd'),
  infraCogsUsd: row.number('infra_cogs_usd'),
  supportCogsUsd: row.number('support_cogs_usd'),
});

function readGates(file: Fields): Map<string, boolean> {
  const gates = file.child('gate_results');
  return new Map([...gates.keys()].map((gate) => [gate, gates.boolean(gate)]));
}

/** The thresholds of guardrails; their verifier asks for one close where nothing is said. */
const readLimits = (thresholds: Fields): FinanceThresholds => ({
  minBlendedGrossMarginPercent: thresholds.number('min_blended_gross_margin_percent'),
  maxP95TenantLlmCogsPctMrr: thresholds.number('max_p95_tenant_llm_cogs_pct_mrr'),
  maxAnnualDiscountImpactPercent: thresholds.number('max_annual_discount_impact_percent'),
  minGrowthToProConversionMomDeltaPercent: thresholds.number('min_growth_to_pro_conversion_mom_delta_percent'),
  minProToEnterpriseConversionMomDeltaPercent: thresholds.number('min_pro_to_enterprise_conversion_mom_delta_percent'),
  minStressMarginPercent: thresholds.number('min_stress_margin_percent'),
  requiredConsecutiveMarginCloses: thresholds.integer('required_consecutive_margin_closes', { min: 1n, absent: 1n }),
});

function readClose(file: Fields, item: Value, index: number): MonthClose | null {
  try {
    const close = file.item('close_history', item, index);
    return { month: close.text('month'), blendedGrossMarginPercent: close.number('blended_gross_margin_percent') };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

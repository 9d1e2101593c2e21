import { isArray, isObject, type Micros, type ObjectValue, readInstant, STRESS_LIMITS, toFloat, type Value } from '../evidence/index.ts';
import type { GatePlan } from './gate-options.ts';

/** The figure of a gate and its limit, so that a person sees how near it is. null where there is none, or it cannot be read. */
export interface Measure {
  readonly value: number | null;
  readonly threshold: number | null;
}

export interface Measuring {
  readonly limits: GatePlan['limits'];
  /** The clock ages count up to, in microseconds since 1970. */
  readonly now: Micros;
}

type Measurer = (document: ObjectValue, measuring: Measuring) => Measure;

/** What is measured by a limit that stands in the artifact itself. */
const declared =
  (value: string, threshold: string, otherwise: number | null = null): Measurer =>
  (document) => ({ value: numberAt(document, value), threshold: numberAt(document, threshold) ?? otherwise });
/** What is measured by a fixed limit. */
const against =
  (value: string, threshold: number): Measurer =>
  (document) => ({ value: numberAt(document, value), threshold });

const MEASURES: Readonly<Record<string, Measurer>> = {
  fin_gate_1_gross_margin_floor: declared('metrics.blended_gross_margin_percent', 'thresholds.min_blended_gross_margin_percent'),
  fin_gate_2_llm_cogs_containment: declared('metrics.p95_tenant_llm_cogs_pct_mrr', 'thresholds.max_p95_tenant_llm_cogs_pct_mrr'),
  fin_gate_3_annual_discount_impact: declared('metrics.annual_discount_impact_percent', 'thresholds.max_annual_discount_impact_percent'),
  fin_gate_4_expansion_signal: worseDelta,
  fin_gate_5_stress_resilience: declared('metrics.stress_margin_percent', 'thresholds.min_stress_margin_percent'),
  telemetry_gate_artifact_fresh: (document, { limits, now }) => ({
    value: ageOf(document.get('captured_at'), now, HOUR),
    threshold: limits.telemetryMaxAgeHours,
  }),
  telemetry_gate_free_tier_margin_guarded: declared(
    'free_tier_margin_watch.free_llm_cost_pct_of_starter_gross_mrr',
    'free_tier_margin_watch.max_allowed_pct_of_starter_gross_mrr',
  ),
  pkg_gate_020_register_fresh: oldestSource,
  pkg_gate_020_minimum_sources_met: (document) => ({
    value: lengthAt(document, 'sources'),
    threshold: numberAt(document, 'thresholds.minimum_source_count') ?? 5,
  }),
  pkg_fin_gate_telemetry_window_sufficient: against('telemetry.months_observed', 2),
  pkg_fin_gate_backlog_coverage_complete: (document) => ({ value: lengthAt(document, 'decision_backlog.decision_items'), threshold: 30 }),
  enforcement_gate_stress_p95: against('results.p95_response_time', STRESS_LIMITS.maxP95Seconds),
  enforcement_gate_stress_error_rate: (document) => {
    const [failed, total] = [numberAt(document, 'results.failed_requests'), numberAt(document, 'results.total_requests')];
    const value = failed === null || total === null || total <= 0 ? null : (failed / total) * 100;
    return { value, threshold: STRESS_LIMITS.maxErrorRatePercent };
  },
  enforcement_gate_stress_throughput: against('min_throughput_rps', STRESS_LIMITS.minThroughputRps),
};

const NOTHING: Measure = { value: null, threshold: null };

/** @param document the root of the artifact that the gate is judged from */
export const measureOf = (gate: string, document: ObjectValue, measuring: Measuring): Measure =>
  MEASURES[gate]?.(document, measuring) ?? NOTHING;

/** Of the two conversions the one that has less room above its floor. */
function worseDelta(document: ObjectValue): Measure {
  const read = (name: string): Measure => ({
    value: numberAt(document, `metrics.${name}`),
    threshold: numberAt(document, `thresholds.min_${name}`),
  });
  const room = ({ value, threshold }: Measure): number => (value === null || threshold === null ? Infinity : value - threshold);
  const growth = read('growth_to_pro_conversion_mom_delta_percent');
  const pro = read('pro_to_enterprise_conversion_mom_delta_percent');
  return room(pro) < room(growth) ? pro : growth;
}

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;

function oldestSource(document: ObjectValue, { limits, now }: Measuring): Measure {
  const sources = at(document, 'sources');
  const ages = (isArray(sources) ? sources : []).map((source) => (isObject(source) ? ageOf(source.get('crawled_at'), now, DAY) : null));
  const known = ages.filter((age) => age !== null);
  return { value: known.length === 0 ? null : Math.max(...known), threshold: limits.benchmarkMaxSourceAgeDays };
}

function ageOf(value: Value | undefined, now: Micros, unit: number): number | null {
  const read = typeof value === 'string' ? readInstant(value.trim()) : null;
  return read?.ok === true ? Number(now - read.at) / unit : null;
}

function numberAt(document: ObjectValue, path: string): number | null {
  const found = at(document, path);
  const read = found === undefined ? null : toFloat(found);
  return read?.ok === true && Number.isFinite(read.value) ? read.value : null;
}

function lengthAt(document: ObjectValue, path: string): number | null {
  const found = at(document, path);
  return isArray(found) ? found.length : null;
}

function at(document: ObjectValue, path: string): Value | undefined {
  let found: Value | undefined = document;
  for (const step of path.split('.')) found = isObject(found) ? found.get(step) : undefined;
  return found;
}

import type { StoredKind } from './artifact-roles.ts';
import { isNotes } from './kinds/key-rotation-notes.ts';
import { readJson } from './reference/read-json.ts';
import { requiredText } from './reference/text.ts';
import { isObject, type Value } from './reference/value.ts';
import { Refusal } from './verdict.ts';

/**
 * Which kind of artifact a document is, by its shape: artifacts carry no type of their own and arrive under any name. One
 * that lacks a field or two is still recognised, so that its verifier can say what is missing; a template is what it is a
 * template of.
 */

/** Members that only this kind has count two, those it shares count one; two are needed, and more than any other kind has. */
interface Shape {
  readonly own: readonly string[];
  readonly shared?: readonly string[];
}

const SHAPES: Readonly<Record<StoredKind, Shape>> = {
  'finance-guardrails': { own: ['metrics'], shared: ['stress_scenario', 'close_history', 'tier_unit_economics', 'thresholds'] },
  'finance-telemetry': {
    own: ['pricing_reference', 'tier_subscription_snapshot', 'tier_llm_usage', 'free_tier_compute_guardrails', 'free_tier_margin_watch'],
    shared: ['tier_revenue_inputs'],
  },
  'pricing-benchmarks': { own: ['refresh_policy'], shared: ['sources', 'summary', 'thresholds'] },
  'policy-decisions': { own: ['policy_decisions', 'decision_backlog'], shared: ['approvals', 'telemetry'] },
  stress: { own: ['preflight', 'concurrent_users'], shared: ['runs', 'rounds', 'endpoints', 'evaluation', 'thresholds'] },
  'failure-injection': { own: ['execution_class'], shared: ['scenarios', 'executed_by', 'summary'] },
  'disposition-register': { own: ['dispositions', 'runtime_probe_results'], shared: ['source_audit_path'] },
  'key-rotation-drill': { own: ['next_drill_due_on', 'post_drill_status'], shared: ['drill_id'] },
  'finance-assumptions': {
    own: ['annual_mix_by_tier', 'infra_cogs_percent_of_effective_mrr_by_tier', 'self_hosted_tco_inputs', 'scenario_models'],
    shared: ['conversion_signals', 'stress_scenario', 'close_history', 'thresholds'],
  },
  'committee-packet': { own: ['fin_tracking', 'scenario_rows'], shared: ['summary', 'tier_unit_economics'] },
};

/** The drills say themselves what they are. */
const PROFILES: Readonly<Record<string, StoredKind>> = {
  enforcement: 'stress',
  enforcement_failure_injection: 'failure-injection',
  key_rotation_drill: 'key-rotation-drill',
};

const ENOUGH = 2;

/** The kind of a parsed document; null where it is none that is known, or where two kinds fit equally. */
export function recognise(document: Value): StoredKind | null {
  if (!isObject(document)) return null;
  const profile = requiredText(document.get('profile') ?? null).toLowerCase();
  if (Object.hasOwn(PROFILES, profile)) return PROFILES[profile]!;
  const count = (names: readonly string[] = []): number => names.filter((name) => document.has(name)).length;
  const scores = Object.entries(SHAPES).map(([kind, { own, shared }]) => ({ kind, score: 2 * count(own) + count(shared) }));
  const best = Math.max(...scores.map(({ score }) => score));
  const [first, second] = scores.filter(({ score }) => score === best);
  return best < ENOUGH || first === undefined || second !== undefined ? null : (first.kind as StoredKind);
}

/** The same of a file: JSON of a known shape, or the notes of a key rotation drill. Never throws. */
export function recogniseBytes(bytes: Uint8Array): StoredKind | null {
  try {
    return recognise(readJson(bytes).value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return isNotes(bytes) ? 'key-rotation-drill' : null;
  }
}

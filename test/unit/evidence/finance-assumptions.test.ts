import { describe, expect, it } from 'vitest';
import { readAssumptions, readScenarioModels, readTcoInputs } from '../../../src-main/evidence/finance/assumptions.ts';
import { selfHostedTcoUsd } from '../../../src-main/evidence/finance/finance-summary.ts';
import { computeMonth } from '../../../src-main/evidence/finance/month-figures.ts';
import { readTelemetryInputs } from '../../../src-main/evidence/finance/telemetry-inputs.ts';
import { Fields } from '../../../src-main/evidence/reference/fields.ts';
import { readJson } from '../../../src-main/evidence/reference/read-json.ts';
import type { ObjectValue } from '../../../src-main/evidence/reference/value.ts';
import { Refusal } from '../../../src-main/evidence/verdict.ts';
import { bytesOf, goodAssumptions, goodTelemetry, inside, type Json, type JsonObject } from '../../support/finance-month.ts';

const fieldsOf = (document: Json, path = ''): Fields => new Fields(readJson(bytesOf(document)).value as ObjectValue, [], path);

function changed(change: (document: JsonObject) => void): Fields {
  const document = goodAssumptions();
  change(document);
  return fieldsOf(document);
}

/** The field of the refusal. */
function fieldOf(read: () => unknown): string | null {
  try {
    read();
  } catch (error) {
    if (error instanceof Refusal) return error.field;
    throw error;
  }
  return 'was not refused';
}

describe('assumptions', () => {
  it('are read with what counts where nothing is said', () => {
    const read = readAssumptions(
      changed((document) => {
        delete inside(document, 'thresholds')['required_consecutive_margin_closes'];
        delete document['close_history'];
        delete document['captured_at'];
      }),
    );
    expect(read.thresholds.requiredConsecutiveMarginCloses).toBe(2n);
    expect(read.closeHistory).toEqual([]);
    expect(read.annualMixByTier.enterprise).toBe(0.25);
  });

  it.each<[string, (document: JsonObject) => void, string]>([
    ['a mix above 1', (d) => (inside(d, 'annual_mix_by_tier')['pro'] = 1.01), 'annual_mix_by_tier.pro'],
    ['no mix', (d) => delete d['annual_mix_by_tier'], 'annual_mix_by_tier'],
    [
      'a tier without a rate',
      (d) => delete inside(d, 'infra_cogs_percent_of_effective_mrr_by_tier')['growth'],
      'infra_cogs_percent_of_effective_mrr_by_tier.growth',
    ],
    [
      'a negative cost',
      (d) => (inside(d, 'support_cogs_per_active_subscription_usd_by_tier')['starter'] = -0.01),
      'support_cogs_per_active_subscription_usd_by_tier.starter',
    ],
    ['a null', (d) => (d['support_cogs_per_dunning_event_usd'] = null), 'support_cogs_per_dunning_event_usd'],
    [
      'a word',
      (d) => (inside(d, 'conversion_signals')['growth_to_pro_conversion_mom_delta_percent'] = 'rising'),
      'conversion_signals.growth_to_pro_conversion_mom_delta_percent',
    ],
    ['less than one time', (d) => (inside(d, 'stress_scenario')['infra_cost_multiplier'] = 0.99), 'stress_scenario.infra_cost_multiplier'],
    ['a list of thresholds', (d) => (d['thresholds'] = []), 'thresholds'],
    [
      'no close asked for',
      (d) => (inside(d, 'thresholds')['required_consecutive_margin_closes'] = 0),
      'thresholds.required_consecutive_margin_closes',
    ],
    ['a floor above 100', (d) => (inside(d, 'thresholds')['min_stress_margin_percent'] = 100.5), 'thresholds.min_stress_margin_percent'],
    ['a history that is no list', (d) => (d['close_history'] = {}), 'close_history'],
    ['a close without a month', (d) => (inside(d, 'close_history', 1)['month'] = '  '), 'close_history[1].month'],
    ['a month that stands twice', (d) => (inside(d, 'close_history', 1)['month'] = ' 2026-02'), 'close_history[1].month'],
    [
      'a margin below zero',
      (d) => (inside(d, 'close_history', 0)['blended_gross_margin_percent'] = -1),
      'close_history[0].blended_gross_margin_percent',
    ],
  ])('refuse %s and name the field', (_what, change, field) => {
    expect(fieldOf(() => readAssumptions(changed(change)))).toBe(field);
  });

  it('name the first field in the order of the reference where several are wrong', () => {
    const both = changed((document) => {
      document['thresholds'] = null;
      inside(document, 'annual_mix_by_tier')['starter'] = 2;
    });
    expect(fieldOf(() => readAssumptions(both))).toBe('annual_mix_by_tier.starter');
  });

  it('take numbers written as text, as the reference does', () => {
    const read = readAssumptions(changed((document) => (document['support_cogs_per_dunning_event_usd'] = ' 7.5 ')));
    expect(read.supportPerDunningEventUsd).toBe(7.5);
  });
});

describe('scenario models', () => {
  it('are none where the member is absent, of another shape or an empty list', () => {
    for (const models of [undefined, null, 'x', ['x'], { price_sensitivity: 5 }, { price_sensitivity: [] }] as (Json | undefined)[]) {
      const file = changed((document) => {
        if (models === undefined) delete document['scenario_models'];
        else document['scenario_models'] = models;
      });
      expect(readScenarioModels(file)).toEqual([]);
    }
    expect(readScenarioModels(fieldsOf(goodAssumptions()))).toHaveLength(1);
  });

  it.each<[string, (scenario: JsonObject) => void, string]>([
    ['a blank name', (s) => (s['name'] = ' '), 'name'],
    ['a missing tier', (s) => delete inside(s, 'monthly_price_multipliers_by_tier')['pro'], 'monthly_price_multipliers_by_tier.pro'],
    [
      'a negative multiplier',
      (s) => (inside(s, 'subscription_multipliers_by_tier')['starter'] = -0.1),
      'subscription_multipliers_by_tier.starter',
    ],
    ['no multipliers', (s) => delete s['subscription_multipliers_by_tier'], 'subscription_multipliers_by_tier'],
  ])('with %s are refused', (_what, change, field) => {
    const file = changed((document) => change(inside(document, 'scenario_models', 'price_sensitivity', 0)));
    expect(fieldOf(() => readScenarioModels(file))).toBe(`scenario_models.price_sensitivity[0].${field}`);
  });
});

describe('cost of running it oneself', () => {
  it('counts what is not stated as 0', () => {
    expect(selfHostedTcoUsd(readTcoInputs(fieldsOf(goodAssumptions())))).toBe(350_000);
    expect(selfHostedTcoUsd(readTcoInputs(changed((document) => delete document['self_hosted_tco_inputs'])))).toBe(0);
  });

  it('refuses null and amounts below zero', () => {
    expect(fieldOf(() => readTcoInputs(changed((document) => (document['self_hosted_tco_inputs'] = null))))).toBe('self_hosted_tco_inputs');
    expect(
      fieldOf(() => readTcoInputs(changed((document) => (inside(document, 'self_hosted_tco_inputs')['annual_oncall_usd'] = -1)))),
    ).toBe('self_hosted_tco_inputs.annual_oncall_usd');
  });
});

describe('telemetry as the packet takes it', () => {
  it('refuses a tier that stands twice, in whatever case', () => {
    const document = goodTelemetry();
    (document['tier_llm_usage'] as Json[]).push({ ...inside(document, 'tier_llm_usage', 2), tier: ' Growth ' });
    expect(fieldOf(() => readTelemetryInputs(fieldsOf(document, 'telemetry')))).toBe('telemetry.tier_llm_usage[5].tier');
  });

  it('passes over tiers that nobody pays for', () => {
    const read = readTelemetryInputs(fieldsOf(goodTelemetry(), 'telemetry'));
    expect(read.tiers.map(({ tier }) => tier)).toEqual(['starter', 'growth', 'pro', 'enterprise']);
  });
});

describe('the month', () => {
  const month = (telemetry: Json, assumptions: Json) =>
    computeMonth(readTelemetryInputs(fieldsOf(telemetry, 'telemetry')), readAssumptions(fieldsOf(assumptions)));

  it('does not depend on the order of members and rows', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    const telemetry = reversed(goodTelemetry()) as JsonObject;
    (telemetry['tier_llm_usage'] as Json[]).reverse();
    (telemetry['tier_subscription_snapshot'] as Json[]).reverse();
    expect(month(telemetry, reversed(goodAssumptions()))).toEqual(month(goodTelemetry(), goodAssumptions()));
  });

  it('closes with its own margin under its own label, even where the label stands there already', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'close_history', 1)['month'] = '2026-04';
    const { closeHistory, metrics } = month(goodTelemetry(), assumptions);
    expect(closeHistory.map((close) => close.month)).toEqual(['2026-02', '2026-04', '2026-04']);
    expect(closeHistory.at(-1)?.blendedGrossMarginPercent).toBe(metrics.blendedGrossMarginPercent);
  });

  it('needs as many closes as the thresholds ask for, itself among them', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'thresholds')['required_consecutive_margin_closes'] = 3;
    expect(Object.values(month(goodTelemetry(), assumptions).gates)).not.toContain(false);
    inside(assumptions, 'thresholds')['required_consecutive_margin_closes'] = 4;
    expect(fieldOf(() => month(goodTelemetry(), assumptions))).toBe('close_history');
  });

  it.each<[string, (assumptions: JsonObject) => void]>([
    ['fin_gate_1_gross_margin_floor', (d) => (inside(d, 'thresholds')['min_blended_gross_margin_percent'] = 99)],
    ['fin_gate_1_gross_margin_floor', (d) => (inside(d, 'close_history', 1)['blended_gross_margin_percent'] = 79.99)],
    ['fin_gate_2_llm_cogs_containment', (d) => (inside(d, 'thresholds')['max_p95_tenant_llm_cogs_pct_mrr'] = 1)],
    ['fin_gate_3_annual_discount_impact', (d) => (inside(d, 'thresholds')['max_annual_discount_impact_percent'] = 1)],
    ['fin_gate_4_expansion_signal', (d) => (inside(d, 'conversion_signals')['growth_to_pro_conversion_mom_delta_percent'] = -0.0001)],
    ['fin_gate_4_expansion_signal', (d) => (inside(d, 'conversion_signals')['pro_to_enterprise_conversion_mom_delta_percent'] = -0.0001)],
    ['fin_gate_5_stress_resilience', (d) => (inside(d, 'stress_scenario')['infra_cost_multiplier'] = 6)],
  ])('closes %s, and that one alone', (gate, change) => {
    const assumptions = goodAssumptions();
    change(assumptions);
    const closed = Object.entries(month(goodTelemetry(), assumptions).gates).filter(([, holds]) => !holds);
    expect(closed).toEqual([[gate, false]]);
  });

  it('an older close below the floor does not count, and bounds are included', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'close_history', 0)['blended_gross_margin_percent'] = 10;
    inside(assumptions, 'close_history', 1)['blended_gross_margin_percent'] = 80;
    const { metrics } = month(goodTelemetry(), assumptions);
    inside(assumptions, 'thresholds')['max_p95_tenant_llm_cogs_pct_mrr'] = metrics.p95TenantLlmCogsPctMrr;
    inside(assumptions, 'thresholds')['min_stress_margin_percent'] = metrics.stressMarginPercent;
    expect(Object.values(month(goodTelemetry(), assumptions).gates)).not.toContain(false);
  });

  it('rounds the two deltas to 4 decimals before it judges them: a loss too small to be stated passes', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'conversion_signals')['growth_to_pro_conversion_mom_delta_percent'] = -0.00003;
    const { metrics, gates } = month(goodTelemetry(), assumptions);
    expect(Object.is(metrics.growthToProConversionMomDeltaPercent, -0)).toBe(true);
    expect(gates.fin_gate_4_expansion_signal).toBe(true);
  });
});

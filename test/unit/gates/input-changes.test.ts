/** What changed between the inputs of two runs, in words; rows are named, not counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src-main/evidence/index.ts';
import { nameOfPlace } from '../../../src-main/gates/change-words.ts';
import { leavesOf } from '../../../src-main/gates/document-values.ts';
import { inputChanges } from '../../../src-main/gates/input-changes.ts';
import { goodTelemetry, inside, type JsonObject } from '../../support/finance-month.ts';

const read = (document: unknown) => readJson(Buffer.from(JSON.stringify(document))).value;
const FIN2 = 'fin_gate_2_llm_cogs_containment';
const changed = (before: unknown, after: unknown, gate: string | null = FIN2, tiers: readonly string[] = []) =>
  inputChanges([{ role: 'finance-telemetry', before: read(before), after: read(after) }], gate, tiers);

describe('changes of the inputs', () => {
  it('are said in words with old, new and difference, the weightiest for the gate first', () => {
    const after = goodTelemetry();
    inside(after, 'tier_subscription_snapshot', 1)['active_subscriptions'] = 168;
    inside(after, 'tier_llm_usage', 1, 'tenant_monthly_cost_percentiles_usd')['p95'] = 2.4;
    inside(after, 'free_tier_compute_guardrails', 'limits', 0)['starter_limit'] = 12;
    expect(changed(goodTelemetry(), after).map(({ what, before, after: now, difference }) => [what, before, now, difference])).toEqual([
      ['Limit of starter: runs per day', '10', '12', '+2'],
      ['Starter p95 tenant cost, USD', '2.10', '2.40', '+0.30'],
      ['Starter subscriptions', '84', '168', '+84'],
    ]);
  });

  it('of the tier that fails come before those of the others', () => {
    const after = goodTelemetry();
    for (const [at, p95] of [
      [1, 2.2],
      [3, 14.9],
    ] as const)
      inside(after, 'tier_llm_usage', at, 'tenant_monthly_cost_percentiles_usd')['p95'] = p95;
    const order = (tiers: readonly string[]) => changed(goodTelemetry(), after, FIN2, tiers).map(({ what }) => what.split(' ')[0]);
    expect(order(['starter'])).toEqual(['Starter', 'Pro']);
    expect(order(['pro'])).toEqual(['Pro', 'Starter']);
  });

  it('do not come from the order of rows, nor from what changes every month by itself', () => {
    const after = goodTelemetry();
    (after['tier_llm_usage'] as JsonObject[]).reverse();
    after['captured_at'] = '2027-01-01T00:00:00Z';
    after['window'] = { start: '2027-01-01T00:00:00Z', end: '2027-01-02T00:00:00Z', label: '2027-01' };
    expect(changed(goodTelemetry(), after)).toEqual([]);
  });

  it('say which rows came and went', () => {
    const register = (...ids: string[]) => ({ sources: ids.map((id) => ({ id, crawled_at: '2026-05-01', confidence_score: 0.9 })) });
    expect(
      changed(register('a', 'b'), register('b', 'c'), 'pkg_gate_020_minimum_sources_met').map(({ what, before, after }) => [
        what,
        before,
        after,
      ]),
    ).toEqual([
      ['Source a', 'was there', null],
      ['Source c', null, 'added'],
    ]);
  });

  it('of a figure that moves by little are shown with as many places as it takes', () => {
    const [change] = changed({ annual_mix_by_tier: { pro: 0.701 } }, { annual_mix_by_tier: { pro: 0.7012 } });
    expect(change).toMatchObject({ what: 'Pro share of annual payment', before: '0.7010', after: '0.7012', difference: '+0.0002' });
  });

  it('are none of a document with itself, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (document) => {
        expect(changed(document, document)).toEqual([]);
      }),
    );
  });

  it('never throw, whatever the two documents hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (before, after) => {
        for (const { what } of changed(before, after)) expect(typeof what).toBe('string');
      }),
    );
  });

  it('stop reading a document that has no end', () => {
    const { values } = leavesOf(read(Array.from({ length: 20_000 }, (_, at) => at)));
    expect(values.size).toBe(5_000);
  });

  it('have a name for each place, and none for what is told elsewhere', () => {
    expect(nameOfPlace('telemetry/source_type')?.what).toBe('Source of the telemetry');
    expect(nameOfPlace('decision_backlog/decision_items/pkg-004/resolution')?.what).toBe('PKG-004: resolution');
    expect(nameOfPlace('some_new/field_name')?.what).toBe('Some new, field name');
    for (const path of [
      'captured_at',
      'gate_results/x',
      'metrics/blended_gross_margin_percent',
      'window/end',
      'close_history/2026-05/month',
    ])
      expect(nameOfPlace(path)).toBeNull();
  });
});

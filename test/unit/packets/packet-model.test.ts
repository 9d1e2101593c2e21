/** The packet for people: figures, proofs, comparison, gates, and that it is a function of its inputs alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetDocument } from '../../../src-shared/contract/packet-document.ts';
import { plus, signOf } from '../../../src-main/packets/exact.ts';
import { buildPacket, documentBytes, HISTORY_MONTHS } from '../../../src-main/packets/packet-model.ts';
import { type PacketSources, type PreviousPacket, UnreadableInput } from '../../../src-main/packets/packet-sources.ts';
import { computeReferencePacket } from '../../../src-main/packets/reference-packet.ts';
import { BUILT_AT, bytesOf, goodAssumptions, goodTelemetry, inside, type Json, type JsonObject } from '../../support/finance-month.ts';

interface Month {
  readonly telemetry?: JsonObject;
  readonly assumptions?: JsonObject;
}

const sourcesOf = (
  { telemetry = goodTelemetry(), assumptions = goodAssumptions() }: Month = {},
  more: Partial<PacketSources> = {},
): PacketSources => ({
  month: '2026-04',
  artifacts: [],
  telemetryBytes: bytesOf(telemetry),
  assumptionsBytes: bytesOf(assumptions),
  policy: null,
  run: null,
  findings: [],
  previous: null,
  history: [],
  referenceRefusal: null,
  ...more,
});

const previousOf = (month: Month = {}): PreviousPacket => {
  const document = buildPacket(sourcesOf(month, { month: '2026-03' }));
  return { packetId: 'before', revision: 2, documentSha256: documentBytes(document).sha256, document };
};

const rowsOf = (telemetry: JsonObject, key: string): JsonObject[] => telemetry[key] as JsonObject[];
const figureOf = (document: ReturnType<typeof buildPacket>, id: string) => {
  const found = document.figures.find((figure) => figure.id === id);
  if (found === undefined) throw new Error(`there is no figure ${id}`);
  return found;
};

/** Members of every object in another order. */
const shuffled = (value: Json, order: (a: string, b: string) => number): Json =>
  Array.isArray(value)
    ? value.map((item) => shuffled(item, order))
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.keys(value)
            .sort(order)
            .map((key) => [key, shuffled(value[key]!, order)]),
        )
      : value;

describe('figures', () => {
  const document = buildPacket(sourcesOf());

  it('fit the contract, each with an id of its own, a formula and a rule', () => {
    expect(packetDocument.safeParse(document).error?.message).toBeUndefined();
    expect(new Set(document.figures.map(({ id }) => id)).size).toBe(document.figures.length);
    for (const { id, formula, rule, says } of document.figures) {
      expect([id, formula.words.length > 0, formula.numbers.length > 0, rule.version, says.length > 0]).toEqual([
        id,
        true,
        true,
        '1',
        true,
      ]);
    }
  });

  it('are those that the reference computes', () => {
    const { month, hosting, scenarios } = computeReferencePacket({
      telemetryBytes: bytesOf(goodTelemetry()),
      assumptionsBytes: bytesOf(goodAssumptions()),
      maxTelemetryAgeHours: null,
      now: BUILT_AT,
    });
    const value = (id: string): number => Number(figureOf(document, id).value);
    expect(value('blended_margin')).toBe(month.metrics.blendedGrossMarginPercent);
    expect(value('stress_margin')).toBe(month.metrics.stressMarginPercent);
    expect(value('p95_envelope')).toBe(month.metrics.p95TenantLlmCogsPctMrr);
    expect(value('discount_impact')).toBe(month.metrics.annualDiscountImpactPercent);
    expect(value('arr')).toBe(hosting.hostedArrRunRateUsd);
    expect(value('hosting_delta')).toBe(hosting.deltaUsd);
    expect(value('scenario.1.margin')).toBe(scenarios[0]!.projectedMarginPercent);
    for (const row of month.tiers) {
      expect(value(`tier.${row.tier}.effective_mrr`)).toBe(row.effectiveMrrUsd);
      expect(value(`tier.${row.tier}.infra`)).toBe(row.infraCogsUsd);
      expect(value(`tier.${row.tier}.support`)).toBe(row.supportCogsUsd);
      expect(value(`tier.${row.tier}.margin`)).toBe(row.grossMarginPercent);
    }
  });

  it('point at the values that stand in the artifacts', () => {
    const files: Record<string, JsonObject> = { 'finance-telemetry': goodTelemetry(), 'finance-assumptions': goodAssumptions() };
    let looked = 0;
    for (const { inputs } of document.figures)
      for (const { role, pointer, value } of inputs) {
        const found = pointer
          .slice(1)
          .split('/')
          .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], files[role]);
        expect([pointer, String(found)]).toEqual([pointer, value]);
        looked += 1;
      }
    expect(looked).toBeGreaterThan(300);
    expect(figureOf(document, 'blended_margin').inputs.length).toBeGreaterThan(20);
  });

  it('of sums add up to what is shown', () => {
    for (const figure of document.figures.filter(({ id }) => id.startsWith('total.'))) {
      const parts = figure.lines.filter(({ sign }) => sign !== '=').map(({ value }) => value!);
      expect([figure.id, parts.reduce(plus)]).toEqual([figure.id, figure.value]);
    }
  });
});

describe('months that the reference refuses', () => {
  it('an empty tier has no margin and hides nothing else', () => {
    const telemetry = goodTelemetry();
    rowsOf(telemetry, 'tier_subscription_snapshot')[2]!['active_subscriptions'] = 0;
    const document = buildPacket(sourcesOf({ telemetry }));
    expect(figureOf(document, 'tier.growth.margin')).toMatchObject({ value: null, says: 'There is no effective MRR to divide by.' });
    expect(figureOf(document, 'tier.growth.p95_of_mrr').value).toBeNull();
    expect(figureOf(document, 'blended_margin').value).not.toBeNull();
    expect(packetDocument.safeParse(document).success).toBe(true);
  });

  it('a loss is shown as a loss', () => {
    const telemetry = goodTelemetry();
    rowsOf(telemetry, 'tier_llm_usage')[1]!['total_cost_usd'] = 9_000;
    expect(Number(figureOf(buildPacket(sourcesOf({ telemetry })), 'tier.starter.margin').value)).toBeLessThan(0);
  });

  it('nobody pays at all: no margin holds its floor, and nothing is divided by nothing', () => {
    const telemetry = goodTelemetry();
    for (const row of rowsOf(telemetry, 'tier_subscription_snapshot')) row['active_subscriptions'] = 0;
    const document = buildPacket(sourcesOf({ telemetry }, { previous: previousOf() }));
    expect(figureOf(document, 'blended_margin')).toMatchObject({ value: null, limit: { holds: false }, moves: [] });
    expect(document.gates.results.slice(0, 3).map(({ state }) => state)).toEqual(['fail', 'fail', 'fail']);
    expect(document.movement).toMatchObject({ to: '0.00' });
    expect(packetDocument.safeParse(document).error?.message).toBeUndefined();
  });

  it('too few closes fail the floor and hide no figure', () => {
    const assumptions = { ...goodAssumptions(), close_history: [] };
    const { gates, figures } = buildPacket(sourcesOf({ assumptions }));
    expect(gates.results[0]).toMatchObject({ gate: 'fin_gate_1_gross_margin_floor', state: 'fail' });
    expect(gates.results[0]!.says).toContain('2 closes in a row are asked for and 1 is known');
    expect(figures.find(({ id }) => id === 'blended_margin')!.limit).toMatchObject({ holds: true });
  });

  it('what cannot be read names artifact and field; figures too large for a number too', () => {
    const telemetry = goodTelemetry();
    rowsOf(telemetry, 'tier_llm_usage')[3]!['total_cost_usd'] = 'much';
    expect(() => buildPacket(sourcesOf({ telemetry }))).toThrow(UnreadableInput);
    const huge = goodTelemetry();
    inside(huge, 'pricing_reference')['pro'] = { monthly_price_usd: 1e308, annual_price_usd: 0, annual_monthly_factor: 1 };
    expect(() => buildPacket(sourcesOf({ telemetry: huge }))).toThrow(/too large/);
  });
});

describe('bounds and gates', () => {
  it('stand with their figures, on either side', () => {
    const assumptions = goodAssumptions();
    const exactly = Number(figureOf(buildPacket(sourcesOf()), 'p95_envelope').value);
    inside(assumptions, 'thresholds')['max_p95_tenant_llm_cogs_pct_mrr'] = exactly;
    const held = buildPacket(sourcesOf({ assumptions }));
    expect(figureOf(held, 'p95_envelope').limit).toMatchObject({ holds: true, says: `${exactly.toFixed(2)}% ≤ ${exactly.toFixed(2)}%` });
    inside(assumptions, 'thresholds')['max_p95_tenant_llm_cogs_pct_mrr'] = exactly - 0.01;
    const broken = buildPacket(sourcesOf({ assumptions }));
    expect(figureOf(broken, 'p95_envelope').limit).toMatchObject({ holds: false });
    expect(broken.gates.results[1]).toMatchObject({
      name: 'FIN 2',
      state: 'fail',
      figure: 'p95_envelope',
      says: figureOf(broken, 'p95_envelope').limit!.says,
    });
  });

  it('are those of the reference on the same thresholds', () => {
    const { gates } = computeReferencePacket({
      telemetryBytes: bytesOf(goodTelemetry()),
      assumptionsBytes: bytesOf(goodAssumptions()),
      maxTelemetryAgeHours: null,
      now: BUILT_AT,
    });
    const mine = buildPacket(sourcesOf()).gates.results;
    expect(Object.fromEntries(mine.map(({ gate, state }) => [gate, state === 'pass']))).toEqual(gates);
  });

  it('a gate that fails decides, whatever the run could not judge', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'thresholds')['min_stress_margin_percent'] = 99;
    const run = { runId: 'run', decision: 'cannot-decide' as const, results: [] };
    expect(buildPacket(sourcesOf({ assumptions }, { run })).gates.decision).toBe('fail');
    expect(buildPacket(sourcesOf({}, { run })).gates.decision).toBe('cannot-decide');
    expect(buildPacket(sourcesOf()).gates.decision).toBe('no-run');
  });
});

describe('comparison with the month before', () => {
  const changed = (): Month => {
    const telemetry = goodTelemetry();
    rowsOf(telemetry, 'tier_subscription_snapshot')[1]!['active_subscriptions'] = 97;
    rowsOf(telemetry, 'tier_subscription_snapshot')[3]!['active_subscriptions'] = 27;
    rowsOf(telemetry, 'tier_llm_usage')[2]!['total_cost_usd'] = 151.37;
    rowsOf(telemetry, 'tier_llm_usage')[3]!['total_cost_usd'] = 260.02;
    inside(telemetry, 'pricing_reference')['enterprise'] = {
      monthly_price_usd: 950,
      annual_price_usd: 9500,
      annual_monthly_factor: 0.833333,
    };
    const assumptions = goodAssumptions();
    inside(assumptions, 'support_cogs_per_active_subscription_usd_by_tier')['growth'] = 7.77;
    inside(assumptions, 'infra_cogs_percent_of_effective_mrr_by_tier')['pro'] = 6.4;
    return { telemetry, assumptions };
  };

  it('reasons add up to the change as shown, for every figure that has some', () => {
    const document = buildPacket(sourcesOf(changed(), { previous: previousOf() }));
    const explained = document.figures.filter(({ moves }) => moves.length > 0);
    expect(explained.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['blended_margin', 'stress_margin', 'discount_impact', 'total.mrr', 'tier.growth.margin']),
    );
    for (const { id, previous, moves } of explained)
      expect([id, moves.map(({ value }) => value).reduce(plus)]).toEqual([id, previous!.change]);
  });

  it('the margin is taken apart into LLM, infrastructure, support and mix', () => {
    const document = buildPacket(sourcesOf(changed(), { previous: previousOf() }));
    expect(document.comparison!.margin.map(({ id }) => id)).toEqual(['llm', 'infra', 'support', 'mix']);
    expect(document.comparison).toMatchObject({ month: '2026-03', revision: 2, packetId: 'before' });
  });

  it('a change of one cost alone is laid to that cost', () => {
    const assumptions = goodAssumptions();
    assumptions['support_cogs_per_dunning_event_usd'] = 150;
    const { moves, previous } = figureOf(buildPacket(sourcesOf({ assumptions }, { previous: previousOf() })), 'blended_margin');
    expect(moves.filter(({ value }) => signOf(value) !== 0).map(({ id, value }) => [id, value])).toEqual([['support', previous!.change]]);
  });

  it('MRR moves by volume and price, and what telemetry does not hold is not guessed', () => {
    const { movement } = buildPacket(sourcesOf(changed(), { previous: previousOf() }));
    expect(movement!.steps.map(({ id, value }) => [id, value])).toEqual([
      ['starter.volume', '780.00'],
      ['pro.volume', '-1080.00'],
      ['enterprise.price', '600.00'],
    ]);
    expect([movement!.from, ...movement!.steps.map(({ value }) => value)].reduce(plus)).toBe(movement!.to);
    expect(movement!.says).toMatch(/new, expansion, contraction, churn and reactivation are not told apart/);
  });

  it('the largest moves come first, with their size', () => {
    const { largest } = buildPacket(sourcesOf(changed(), { previous: previousOf() })).comparison!;
    const sizes = largest.map(({ change }) => Math.abs(Number(change)));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(largest.length).toBe(6);
  });

  it('nothing moved: no reasons, no steps', () => {
    const document = buildPacket(sourcesOf({}, { previous: previousOf() }));
    expect(document.figures.flatMap(({ moves }) => moves)).toEqual([]);
    expect(document.movement!.steps).toEqual([]);
    expect(document.comparison!.largest).toEqual([]);
  });

  it('holds for any two months', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 4, maxLength: 4 });
    const cents = fc.array(fc.integer({ min: 0, max: 9_999_999 }), { minLength: 4, maxLength: 4 });
    const monthOf = (active: number[], llm: number[]): Month => {
      const telemetry = goodTelemetry();
      for (const [index, count] of active.entries()) {
        rowsOf(telemetry, 'tier_subscription_snapshot')[index + 1]!['active_subscriptions'] = count;
        rowsOf(telemetry, 'tier_llm_usage')[index + 1]!['total_cost_usd'] = llm[index]! / 100;
      }
      return { telemetry };
    };
    fc.assert(
      fc.property(counts, cents, counts, cents, (a0, l0, a1, l1) => {
        const document = buildPacket(sourcesOf(monthOf(a1, l1), { previous: previousOf(monthOf(a0, l0)) }));
        for (const { moves, previous } of document.figures)
          if (moves.length > 0)
            expect(
              signOf(
                plus(
                  moves.map(({ value }) => value).reduce(plus),
                  previous!.change!.startsWith('-') ? previous!.change!.slice(1) : `-${previous!.change!}`,
                ),
              ),
            ).toBe(0);
        expect([document.movement!.from, ...document.movement!.steps.map(({ value }) => value)].reduce(plus)).toBe(document.movement!.to);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the same inputs', () => {
  it('give the same bytes whatever the order of members in the artifacts', () => {
    const expected = documentBytes(buildPacket(sourcesOf({}, { previous: previousOf() }))).sha256;
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (coins) => {
        const order = () => (coins.next().value ? 1 : -1);
        const month = {
          telemetry: shuffled(goodTelemetry(), order) as JsonObject,
          assumptions: shuffled(goodAssumptions(), order) as JsonObject,
        };
        expect(documentBytes(buildPacket(sourcesOf(month, { previous: previousOf() }))).sha256).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('are canonical JSON, well-formed even where an artifact is not', () => {
    const assumptions = goodAssumptions();
    (inside(assumptions, 'scenario_models')['price_sensitivity'] as JsonObject[])[0]!['name'] = 'cut \ud800 off';
    const { text } = documentBytes(buildPacket(sourcesOf({ assumptions })));
    expect(text.isWellFormed()).toBe(true);
    expect(text.startsWith('{"closeHistory":')).toBe(true);
  });

  it('history ends with this month and has at most three years', () => {
    const history = Array.from({ length: 40 }, (_, index) => ({
      month: `${2022 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
      from: 'packet' as const,
      revision: 1,
      blendedMargin: '80.00',
      stressMargin: '75.00',
      p95Envelope: '5.00',
      discountImpact: '8.00',
      mrr: '1000.00',
      effectiveMrr: '900.00',
    }));
    const made = buildPacket(sourcesOf({}, { history })).history;
    expect(made).toHaveLength(HISTORY_MONTHS);
    expect(made.at(-1)).toMatchObject({ month: '2026-04', mrr: '36000.00' });
  });
});

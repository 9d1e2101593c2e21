import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanOf } from '../../src-renderer/features/packets/chart-parts.ts';
import { bandsFinding, bandsOption, type Band } from '../../src-renderer/features/packets/llm-bands.tsx';
import { marginAxisFrom, marginFinding, marginOption } from '../../src-renderer/features/packets/margin-chart.tsx';
import { movementBySteps, movementByTier } from '../../src-renderer/features/packets/mrr-movement.ts';
import { waterfallFinding, waterfallOption, waterfallSpan } from '../../src-renderer/features/packets/waterfall.tsx';
import type { ChartInk } from '../../src-renderer/ui/chart.tsx';

const ink: ChartInk = {
  ink: '#111',
  ink2: '#222',
  ink3: '#333',
  line: '#444',
  lineStrong: '#555',
  raised: '#666',
  accent: '#777',
  okFill: '#888',
  warnFill: '#999',
  badFill: '#aaa',
  bad: '#a00',
  idleFill: '#bbb',
  series: ['#1', '#2', '#3', '#4', '#5'],
  font: 'sans',
};
const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;

const step = (tier: (typeof TIERS)[number], kind: 'volume' | 'price', value: string) => ({
  id: `${tier}.${kind}`,
  tier,
  kind,
  label: `${tier}, ${kind}`,
  value,
  says: '',
});
const movement = (from: number, cents: readonly number[]) => ({
  from: (from / 100).toFixed(2),
  to: ((from + cents.reduce((a, b) => a + b, 0)) / 100).toFixed(2),
  fromMonth: '2026-04',
  steps: cents.map((value, i) => step(TIERS[i % 4]!, i < 4 ? 'volume' : 'price', (value / 100).toFixed(2))),
  says: '',
});

describe('the waterfall', () => {
  it('adds up as shown, whatever is rounded away, tier by tier and step by step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.array(fc.integer({ min: -(10 ** 7), max: 10 ** 7 }), { minLength: 1, maxLength: 8 }),
        (from, cents) => {
          for (const make of [movementByTier, movementBySteps]) {
            const model = make(movement(from, cents), '2026-05');
            const scale = 10 ** model.places;
            const inUnits = (value: number): number => Math.round(value * scale);
            const sum = model.steps.reduce((all, { value }) => all + inUnits(value), inUnits(model.from.value));
            expect(sum).toBe(inUnits(model.to.value));
          }
        },
      ),
    );
  });

  it('keeps every level inside its axis', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.array(fc.integer({ min: -(10 ** 7), max: 10 ** 7 }), { maxLength: 8 }),
        (from, cents) => {
          const model = movementBySteps(movement(from, cents), '2026-05');
          const span = waterfallSpan(model);
          let level = model.from.value;
          const levels = [level, ...model.steps.map(({ value }) => (level += value)), model.to.value];
          expect(Math.min(...levels)).toBeGreaterThanOrEqual(span.min);
          expect(Math.max(...levels)).toBeLessThanOrEqual(span.max);
        },
      ),
    );
  });

  it('hatches what falls and states its finding', () => {
    const model = movementByTier(movement(32_764_800, [58_800, -40_000]), '2026-05');
    const option = waterfallOption(ink, model) as { series: { data: ({ itemStyle?: { decal?: unknown } } | string)[] }[] };
    const decals = option.series[1]?.data.map((bar) => typeof bar === 'object' && bar.itemStyle?.decal !== undefined);
    expect(decals).toEqual([false, false, true, false]);
    expect(waterfallFinding(model)).toBe('April 2026 327.6; Starter +0.6; Growth −0.4; May 2026 327.8.');
  });
});

describe('the margin chart', () => {
  const month = (name: string, blendedMargin: string | null, stressMargin: string | null) => ({
    month: name,
    from: 'packet' as const,
    revision: 1,
    blendedMargin,
    stressMargin,
    p95Envelope: null,
    discountImpact: null,
    mrr: null,
    effectiveMrr: null,
  });
  const thresholds = {
    minBlendedMargin: '80.00',
    minStressMargin: '75.00',
    maxP95Envelope: '8.00',
    maxDiscountImpact: '18.00',
    minGrowthToProDelta: '0.00',
    minProToEnterpriseDelta: '0.00',
    requiredCloses: 2,
  };
  const history = [month('2026-03', '81.10', null), month('2026-04', '79.50', '75.20'), month('2026-05', '82.08', '75.77')];

  it('colours only the point that is below its floor', () => {
    const option = marginOption(ink, history, thresholds) as { series: { data: { itemStyle: { color: string } }[] }[] };
    expect(option.series[0]?.data.map(({ itemStyle }) => itemStyle.color)).toEqual(['#1', '#aaa', '#1']);
  });

  it('says what it shows, and where its axis begins', () => {
    expect(marginFinding(history)).toBe(
      'Blended margin went from 81.10 to 82.08 percent, stress margin went from 75.20 to 75.77 percent, from March 2026 to May 2026.',
    );
    expect(marginAxisFrom(history, thresholds)).toBe(70);
  });
});

describe('the bands', () => {
  const band: Band = {
    title: 'Starter',
    p50: 2.13,
    p95: 8.32,
    p99: 15.83,
    texts: ['2.13%', '8.32%', '15.83%'],
    usd: ['0.92', '3.60', '6.85'],
  };

  it('name the tier that is over the limit', () => {
    expect(bandsFinding([band, { ...band, title: 'Pro', p95: 5.72 }], 8)).toBe(
      'p95 LLM cost of MRR: Starter 8.32 percent, over the limit; Pro 5.72 percent. The limit is 8.00 percent.',
    );
    expect(bandsFinding([], 8)).toContain('No tier');
  });

  it('have a logarithmic axis that holds every value, nothing included', () => {
    const option = bandsOption(ink, [band, { ...band, p50: 0, p95: 0, p99: 0 }], 8) as {
      xAxis: { type: string; min: number; max: number };
    };
    expect(option.xAxis.type).toBe('log');
    expect(option.xAxis.min).toBeGreaterThan(0);
    expect(option.xAxis.max).toBeGreaterThan(15.83);
  });
});

describe('round axes', () => {
  it('cover the values in few steps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(10 ** 8), max: 10 ** 8 }), { minLength: 1, maxLength: 20 }), (cents) => {
        const values = cents.map((each) => each / 100);
        const { min, max, interval } = spanOf(values);
        const tolerance = interval * 1e-6;
        expect(min).toBeLessThanOrEqual(Math.min(...values) + tolerance);
        expect(max).toBeGreaterThanOrEqual(Math.max(...values) - tolerance);
        expect((max - min) / interval).toBeLessThan(6);
      }),
    );
  });
});

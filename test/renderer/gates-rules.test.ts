/** How gates read and how the matrix is walked. */
import { describe, expect, it } from 'vitest';
import type { GateState } from '../../src-shared/contract/gates.ts';
import { gateThresholds } from '../../src-shared/contract/gates.ts';
import {
  cellWords,
  dayWords,
  differenceText,
  figureText,
  freezeTitle,
  gateAddress,
  gateLook,
  isMonth,
  monthName,
  totalsWords,
} from '../../src-renderer/features/gates/gates-words.ts';
import { trendAxis, trendFinding, trendOption } from '../../src-renderer/features/gates/gate-trend.tsx';
import { moveInMatrix } from '../../src-renderer/features/gates/matrix-keys.ts';
import { bandKey, draftOf, readDraft } from '../../src-renderer/features/gates/threshold-rows.ts';
import type { ChartInk } from '../../src-renderer/ui/chart.tsx';

const BODY = gateThresholds.parse({
  minBlendedGrossMarginPercent: 80,
  maxP95TenantLlmCogsPctMrr: 8,
  maxAnnualDiscountImpactPercent: 18,
  minGrowthToProConversionMomDeltaPercent: 0,
  minProToEnterpriseConversionMomDeltaPercent: 0,
  minStressMarginPercent: 75,
  requiredConsecutiveMarginCloses: 2,
  maxAnnualDiscountPercent: 20,
  discountBands: { pro: 12.5 },
});

describe('words of gates', () => {
  it('the head counts what fails, then what is stale', () => {
    expect(totalsWords({ gates: 19, failing: 1, stale: 0 })).toEqual({ text: '1 of 19 gates fails', status: 'bad' });
    expect(totalsWords({ gates: 19, failing: 2, stale: 3 }).text).toBe('2 of 19 gates fail');
    expect(totalsWords({ gates: 19, failing: 0, stale: 1 })).toEqual({ text: '1 of 19 gates is stale', status: 'warn' });
    expect(totalsWords({ gates: 30, failing: 0, stale: 0 })).toEqual({ text: 'all 30 gates pass', status: 'ok' });
    expect(totalsWords({ gates: 0, failing: 0, stale: 0 }).status).toBe('idle');
  });

  it('figures have true minus signs, groups and their unit; a missing one is a dash', () => {
    expect(figureText('-1204.5', '%')).toBe('−1,204.5%');
    expect(figureText('8.32', '%')).toBe('8.32%');
    expect(figureText(null, '%')).toBe('–');
    expect(differenceText('+0.32', '%')).toBe('+0.32 pt');
    expect(differenceText('−3', ' d')).toBe('−3 d');
  });

  it('days and months are said as people say them', () => {
    expect(monthName('2026-05')).toBe('May 2026');
    expect(dayWords('2026-05-02T10:00:00.000Z', '2026-06-01')).toBe('2 May');
    expect(dayWords('2025-12-31', '2026-06-01')).toBe('31 December 2025');
    expect(['2026-05', '2026-13', '26-05', undefined].map(isMonth)).toEqual([true, false, false, false]);
    expect(
      freezeTitle(
        { frozenAt: '2026-05-02T10:00:00.000Z', month: '2026-04', gates: [{ gate: 'g', short: 'FIN 2', name: 'n', says: 's' }] },
        '2026-06-03T00:00:00.000Z',
      ),
    ).toBe('Price and packaging changes are frozen since 2 May, because FIN 2 failed at the April close');
  });

  it('a cell says gate, month, state and figure; what decides nothing does not fail', () => {
    const gate = { name: 'LLM cost containment, p95', unit: '%', decides: true };
    expect(cellWords(gate, { month: '2026-05', state: 'fail', value: '8.32' })).toBe('LLM cost containment, p95, May 2026: fails, 8.32%');
    expect(cellWords({ ...gate, decides: false }, { month: '2026-05', state: 'fail', value: null })).toContain('not yet');
    const states: GateState[] = ['pass', 'fail', 'stale', 'no-run'];
    expect(new Set(states.map((state) => gateLook(state).word)).size).toBe(4);
    expect(gateAddress('fin_gate_2', '2026-05')).toBe('/evidence?gate=fin_gate_2&month=2026-05');
  });
});

describe('keys of the matrix', () => {
  it.each([
    ['ArrowDown', 1, 1, 2, 1],
    ['ArrowUp', 0, 1, 0, 1],
    ['ArrowRight', 1, 3, 1, 3],
    ['ArrowLeft', 1, 1, 1, 0],
    ['Home', 2, 2, 2, 0],
    ['End', 0, 0, 0, 3],
    ['PageDown', 0, 2, 2, 2],
    ['PageUp', 2, 2, 0, 2],
    ['j', 0, 0, 1, 0],
    ['k', 0, 0, 0, 0],
  ] as const)('%s from %i,%i', (key, row, column, toRow, toColumn) => {
    expect(moveInMatrix(key, { row, column }, 3, 4, true)).toEqual({ row: toRow, column: toColumn });
  });

  it('letters stay letters where they are switched off, and nothing moves where there is nothing', () => {
    expect(moveInMatrix('j', { row: 0, column: 0 }, 3, 4, false)).toBeNull();
    expect(moveInMatrix('ArrowDown', { row: 0, column: 0 }, 0, 4, true)).toBeNull();
    expect(moveInMatrix('x', { row: 0, column: 0 }, 3, 4, true)).toBeNull();
  });
});

describe('the trend', () => {
  const ink = { series: ['#1', '#2'], badFill: '#bad' } as unknown as ChartInk;
  const detail = {
    name: 'LLM cost',
    unit: '%',
    sense: 'at-most' as const,
    threshold: '8.00',
    trend: [
      { month: '2026-04', state: 'pass' as const, value: '7.92', threshold: '8.00' },
      { month: '2026-05', state: 'fail' as const, value: '8.32', threshold: '8.00' },
    ],
  };

  it('says what somebody sees who looks', () => {
    expect(trendFinding(detail)).toBe('LLM cost over 2 months: 8.32% in May 2026, limit 8.00%. It failed in May 2026.');
    expect(trendFinding({ ...detail, trend: [] })).toBe('LLM cost has no figure yet.');
  });

  it('marks the points that fail by shape and colour, and the side that is forbidden', () => {
    const [series] = (trendOption(ink, detail) as { series: { data: object[]; markArea: { data: object[][] } }[] }).series;
    expect(series?.data).toMatchObject([
      { value: 7.92, symbol: 'circle' },
      { value: 8.32, symbol: 'rect', itemStyle: { color: '#bad' } },
    ]);
    expect(series?.markArea.data).toEqual([[{ yAxis: 8 }, { yAxis: 8.4 }]]);
    const floor = trendOption(ink, { ...detail, sense: 'at-least' }) as { series: { markArea: { data: object[][] } }[] };
    expect(floor.series[0]?.markArea.data[0]?.[1]).toEqual({ yAxis: 7.8 });
  });

  it('has round bounds that hold every value, also a single one', () => {
    for (const values of [[8], [0], [7.53, 8.32, 8], [-0.1, 0.2]]) {
      const { min, max, interval } = trendAxis(values);
      expect(min).toBeLessThanOrEqual(Math.min(...values));
      expect(max).toBeGreaterThanOrEqual(Math.max(...values));
      expect(max).toBeGreaterThan(min);
      expect(interval).toBeGreaterThan(0);
    }
  });
});

describe('the form of thresholds', () => {
  it('gives back what it was filled with', () => {
    expect(readDraft(draftOf(BODY), BODY)).toEqual({ body: BODY, problems: {} });
  });

  it('reads numbers as people type them, and takes an empty band away', () => {
    const draft = { ...draftOf(BODY), minGrowthToProConversionMomDeltaPercent: '−0.5', [bandKey('pro')]: '', [bandKey('starter')]: '15' };
    expect(readDraft(draft, BODY).body).toMatchObject({ minGrowthToProConversionMomDeltaPercent: -0.5, discountBands: { starter: 15 } });
  });

  it.each([
    ['minStressMarginPercent', '101'],
    ['minStressMarginPercent', ''],
    ['minStressMarginPercent', '7O'],
    ['requiredConsecutiveMarginCloses', '1.5'],
    ['band.enterprise', '-1'],
    ['maxP95TenantLlmCogsPctMrr', '1e3'],
  ])('says why %s cannot be “%s”', (field, text) => {
    const read = readDraft({ ...draftOf(BODY), [field]: text }, BODY);
    expect(read.body).toBeNull();
    expect(Object.keys(read.problems)).toEqual([field]);
  });

  it('gives only what the contract takes', () => {
    expect(gateThresholds.safeParse(readDraft({ ...draftOf(BODY), maxP95TenantLlmCogsPctMrr: '7.5' }, BODY).body).success).toBe(true);
  });
});

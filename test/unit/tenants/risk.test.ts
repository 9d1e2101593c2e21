import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RiskFacts, riskOf, riskWordOf } from '../../../src-main/tenants/index.ts';

const NOW = '2026-06-03T09:42:00.000Z';
const quiet: RiskFacts = {
  status: 'active',
  limit: null,
  marginsBp: [],
  openIncidents: 0,
  lastActivityAt: '2026-06-03T08:00:00.000Z',
  lastDunningAt: null,
  needsAttention: false,
  nonRenewing: false,
  sourceRisk: null,
};
const risk = (over: Partial<RiskFacts>) => riskOf({ ...quiet, ...over }, NOW);
const limit = (ratioBp: number) => ({ metric: 'llm_token', ratioBp, state: ratioBp >= 10_000 ? 'over' : 'soft' }) as const;

describe('risk', () => {
  it('is explained: the tenant of the picture', () => {
    expect(
      risk({
        limit: limit(9_300),
        marginsBp: [8_210, 8_050, 7_900, 7_700, 7_400, 7_160],
        openIncidents: 1,
        lastDunningAt: '2026-05-25T10:00:00.000000000Z',
      }),
    ).toEqual({
      points: 78,
      reasons: [
        { points: 30, says: 'llm_token at 93% of its limit' },
        { points: 24, says: 'margin fell five closes running' },
        { points: 14, says: '1 open incident' },
        { points: 10, says: 'last invoice 9 days late' },
      ],
    });
    expect(riskWordOf(78)).toBe('high');
  });

  it('of a tenant without trouble is 0, and what is not known is no trouble', () => {
    expect(risk({})).toEqual({ points: 0, reasons: [] });
    expect(risk({ lastActivityAt: null })).toEqual({ points: 0, reasons: [] });
  });

  it.each([
    [7_999, 0],
    [8_000, 20],
    [8_999, 20],
    [9_000, 30],
    [9_999, 30],
    [10_000, 40],
    [25_000, 40],
  ])('a limit used to %d basis points gives %d', (ratioBp, points) => {
    expect(risk({ limit: limit(ratioBp) }).points).toBe(points);
  });

  it('never says 100% of what is not yet used up', () => {
    expect(risk({ limit: limit(9_999) }).reasons[0]!.says).toBe('llm_token at 99% of its limit');
  });

  it.each([
    [[9_000, 8_900], 0],
    [[9_000, 8_900, 8_800], 6],
    [[9_000, 8_900, 8_800, 8_700], 12],
    [[9_000, 8_900, 8_800, 8_700, 8_600], 18],
    [[9_000, 8_900, 8_800, 8_700, 8_600, 8_500], 24],
    [[9_000, 8_900, 8_900, 8_800], 0],
    [[8_000, 7_499], 10],
    [[8_000, 5_999], 18],
    [[8_000, 4_999], 24],
    [[-2_000], 24],
    [[7_500], 0],
  ])('margins %j give %d', (marginsBp, points) => {
    expect(risk({ marginsBp }).points).toBe(points);
  });

  it.each([
    [{ status: 'grace' }, 12],
    [{ status: 'expired' }, 16],
    [{ status: 'suspended', lastActivityAt: '2026-01-01T00:00:00.000Z' }, 10],
    [{ status: 'deleted', openIncidents: 9 }, 0],
    [{ lastActivityAt: '2026-05-21T00:00:00.000Z' }, 0],
    [{ lastActivityAt: '2026-05-20T23:59:00.000Z' }, 8],
    [{ lastActivityAt: '2026-05-04T00:00:00.000Z' }, 16],
    [{ lastDunningAt: '2026-05-03T00:00:00.000000000Z' }, 0],
    [{ lastDunningAt: '2026-05-04T00:00:00.000000000Z' }, 10],
    [{ needsAttention: true }, 10],
    [{ nonRenewing: true }, 14],
    [{ openIncidents: 2 }, 18],
    [{ openIncidents: 40 }, 26],
    [{ sourceRisk: 49 }, 0],
    [{ sourceRisk: 80 }, 16],
  ] as const)('%j gives %d', (over, points) => {
    expect(risk(over).points).toBe(points);
  });

  it('adds up to what is shown, from 0 to 100, and is the same for the same day', () => {
    const facts = fc.record<RiskFacts>({
      status: fc.constantFrom('trial', 'active', 'grace', 'expired', 'suspended', 'canceled', 'deleted'),
      limit: fc.option(fc.nat(20_000).map(limit)),
      marginsBp: fc.array(fc.integer({ min: -9_999, max: 9_999 }), { maxLength: 6 }),
      openIncidents: fc.nat(50),
      lastActivityAt: fc.option(fc.constantFrom('2026-06-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z')),
      lastDunningAt: fc.option(fc.constantFrom('2026-06-03T00:00:00.000000000Z', '2025-06-01T00:00:00.000000000Z')),
      needsAttention: fc.boolean(),
      nonRenewing: fc.boolean(),
      sourceRisk: fc.option(fc.nat(100)),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const { points, reasons } = riskOf(given, NOW);
        expect(points).toBeGreaterThanOrEqual(0);
        expect(points).toBeLessThanOrEqual(100);
        expect(reasons.reduce((sum, reason) => sum + reason.points, 0)).toBe(points);
        expect(riskOf(given, '2026-06-03T23:59:59.999Z')).toEqual({ points, reasons });
      }),
      { numRuns: 300 },
    );
  });
});

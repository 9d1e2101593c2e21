/** What a run does to price and packaging motions, and what a motion needs. */
import { describe, expect, it } from 'vitest';
import { decideFreeze, freezesMotions, liftSays } from '../../../src-main/gates/freeze.ts';
import { GATE_CATALOGUE } from '../../../src-main/gates/gate-catalogue.ts';
import type { GateState } from '../../../src-main/gates/gate-states.ts';
import { consecutive, guardMotion, type GuardInput } from '../../../src-main/gates/motion-guard.ts';

const FIN2 = 'fin_gate_2_llm_cogs_containment';
const POL4 = 'pkg_fin_gate_pricing_motion_guarded';
const REGISTER = 'pkg_gate_020_register_fresh';
/** All gates pass but those that are named. */
const results = (states: Readonly<Record<string, GateState>> = {}) => GATE_CATALOGUE.map(({ id }) => ({ id, state: states[id] ?? 'pass' }));

describe('freezing', () => {
  it.each([
    ['nothing fails', null, {}, 'none'],
    ['a finance gate fails', null, { [FIN2]: 'fail' }, 'opened'],
    ['a decision gate fails', null, { [POL4]: 'fail' }, 'opened'],
    ['a gate of the pricing register fails', null, { [REGISTER]: 'fail' }, 'opened'],
    ['a load test fails', null, { enforcement_gate_stress_p95: 'fail' }, 'none'],
    ['telemetry fails', null, { telemetry_gate_free_tier_margin_guarded: 'fail' }, 'none'],
    ['readiness is not there yet', null, { segregated_approval_governance_ready: 'fail' }, 'none'],
    ['a finance gate is stale', null, { [FIN2]: 'stale' }, 'none'],
    ['a finance gate was not judged', null, { [FIN2]: 'no-run' }, 'none'],
    ['frozen, and it fails again', [FIN2], { [FIN2]: 'fail' }, 'failed-again'],
    ['frozen, it passes, and another one fails', [FIN2], { [POL4]: 'fail' }, 'failed-again'],
    ['frozen, and it passes', [FIN2], {}, 'lifted'],
    ['frozen, and it is stale', [FIN2], { [FIN2]: 'stale' }, 'holds'],
    ['frozen, and it was not judged', [FIN2], { [FIN2]: 'no-run' }, 'holds'],
    ['frozen by two, and only one passes', [FIN2, POL4], { [POL4]: 'no-run' }, 'holds'],
    ['frozen, and what is no concern of it fails', [FIN2], { enforcement_gate_stress_p95: 'fail' }, 'lifted'],
  ] as const)('%s: %s', (_name, frozen, states, act) => {
    expect(decideFreeze(frozen, results(states))).toMatchObject({ act });
  });

  it('names the gates that fail, in the order of the run', () => {
    expect(decideFreeze(null, results({ [POL4]: 'fail', [FIN2]: 'fail', telemetry_gate_window_valid: 'fail' })).failing).toEqual([
      FIN2,
      POL4,
    ]);
  });

  it('concerns finance, the pricing register and the decisions', () => {
    expect([...new Set(GATE_CATALOGUE.filter(({ id }) => freezesMotions(id)).map(({ group }) => group))]).toEqual([
      'finance',
      'pricing-register',
      'policy-decisions',
    ]);
    expect(freezesMotions('no_such_gate')).toBe(false);
    expect(liftSays(['FIN 2', 'POL 4'])).toContain('FIN 2 and POL 4 pass.');
  });
});

const ready: GuardInput = {
  frozen: null,
  decisions: {
    artifactId: 'a'.repeat(32),
    name: 'decisions.json',
    verdict: { verdict: 'pass', message: null },
    sourceType: 'production_observed',
    monthsObserved: 2,
    motionAllowed: true,
    governanceMode: 'segregated_owners',
    owners: { finance: 'Ilse', product: 'Otto', goToMarket: 'Nia' },
  },
  register: { artifactId: 'b'.repeat(32), name: 'register.json', verdict: { verdict: 'pass', message: null } },
  productionCloses: ['2026-04', '2026-05'],
  members: [
    { name: 'Ilse', role: 'finance' },
    { name: 'Otto', role: 'founder' },
  ],
};
const decided = (over: Partial<NonNullable<GuardInput['decisions']>>): Partial<GuardInput> => ({
  decisions: { ...ready.decisions!, ...over },
});

describe('the guard of motions', () => {
  it('lets a motion through where nothing is missing, and says what it looked at', () => {
    const answer = guardMotion(ready);
    expect(answer).toMatchObject({ allowed: true, missing: [] });
    expect(answer.holds).toHaveLength(10);
  });

  it.each<[string, Partial<GuardInput>]>([
    ['FROZEN', { frozen: { frozenAt: '2026-06-02T10:00:00.000Z', says: 'FIN 2 failed.' } }],
    ['DECISIONS_MISSING', { decisions: null }],
    ['DECISIONS_FAIL', decided({ verdict: { verdict: 'fail', message: 'too old' } })],
    ['TELEMETRY_NOT_PRODUCTION', decided({ sourceType: 'synthetic_prelaunch' })],
    ['MONTHS_OBSERVED', decided({ monthsObserved: 1 })],
    ['MOTION_NOT_ALLOWED', decided({ motionAllowed: false })],
    ['MOTION_NOT_ALLOWED', decided({ motionAllowed: null })],
    ['OWNERS_MISSING', decided({ owners: null })],
    ['OWNERS_NOT_DISTINCT', decided({ owners: { finance: 'Ilse', product: ' ilse ', goToMarket: 'Nia' } })],
    ['REGISTER_MISSING', { register: null }],
    ['REGISTER_FAILS', { register: { ...ready.register!, verdict: { verdict: 'fail', message: 'stale sources' } } }],
    ['PRODUCTION_CLOSES', { productionCloses: [] }],
    ['PRODUCTION_CLOSES', { productionCloses: ['2026-03', '2026-05'] }],
    ['ROLES_MISSING', { members: [{ name: 'Ilse', role: 'finance' }] }],
  ])('names exactly what is missing: %s', (code, over) => {
    const answer = guardMotion({ ...ready, ...over });
    expect(answer.allowed).toBe(false);
    expect(answer.missing.map((one) => one.code)).toEqual([code]);
    expect(answer.missing[0]!.nextStep).toMatch(/\.$/);
    expect(answer.says).toContain('1 thing is missing');
  });

  it('does not ask founders who act in all roles to be different persons', () => {
    const owners = { finance: 'Ilse', product: 'Ilse', goToMarket: 'Ilse' };
    expect(guardMotion({ ...ready, ...decided({ governanceMode: 'founder_acting_roles_prelaunch', owners }) }).allowed).toBe(true);
  });

  it('counts closes in a row up to the newest', () => {
    expect(consecutive(['2026-01', '2025-12', '2025-10'])).toEqual(['2025-12', '2026-01']);
    expect(consecutive([])).toEqual([]);
    expect(consecutive(['2026-05', '2026-05'])).toEqual(['2026-05']);
  });
});

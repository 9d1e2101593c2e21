import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readInstant } from '../../../src-main/evidence/index.ts';
import {
  GATE_CATALOGUE,
  GATE_ROLES,
  type GateFlags,
  type GateLine,
  type GateRole,
  type GateRun,
  type GivenArtifacts,
  parseGateOptions,
  runReleaseGate,
} from '../../../src-main/gates/index.ts';
import { type Mutations, ownRelease, RELEASE_NOW, releaseBytes } from '../../support/own-release.ts';

const micros = (text: string): bigint => {
  const read = readInstant(text);
  if (!read.ok) throw new Error(text);
  return read.at;
};
const run = (given: GivenArtifacts, flags: GateFlags = {}, now = RELEASE_NOW): GateRun =>
  runReleaseGate(parseGateOptions(flags, {}, 'workspace'), given, micros(now));
const spoil = (role: GateRole, mutations: Mutations, flags: GateFlags = {}) => run(ownRelease({ [role]: mutations }), flags);
const line = (result: GateRun, shortId: string): GateLine => {
  const found = result.gates.find((gate) => gate.shortId === shortId);
  if (found === undefined) throw new Error(`no gate ${shortId}`);
  return found;
};
const states = (result: GateRun, prefix: string) =>
  Object.fromEntries(result.gates.filter(({ shortId }) => shortId.startsWith(prefix)).map(({ shortId, state }) => [shortId, state]));
const open = (result: GateRun): string[] =>
  result.gates.filter(({ state, decides }) => decides && state !== 'pass').map(({ shortId, state }) => `${shortId} ${state}`);
const set = (pointer: string, value: string | number | boolean) => ({ op: 'set' as const, pointer, value });

describe('a release in which all holds', () => {
  const result = run(ownRelease());

  it('passes; what readiness still lacks is shown and decides nothing', () => {
    expect(result).toMatchObject({ decision: 'pass', exitCode: 0, dryRun: false, judgedAt: RELEASE_NOW, missing: [] });
    expect(open(result)).toEqual([]);
    expect(states(result, 'OPS')).toEqual({ 'OPS 1': 'pass', 'OPS 2': 'fail', 'OPS 3': 'fail', 'OPS 4': 'fail' });
  });

  it('names every input with its digest, its capture and its verdict', () => {
    expect(result.artifacts.map(({ role }) => role)).toEqual(GATE_ROLES);
    for (const { role, sha256, capturedAt, verdict, usable } of result.artifacts) {
      expect(sha256).toBe(createHash('sha256').update(releaseBytes(role)).digest('hex'));
      expect(capturedAt).toMatch(/^2026-0[56]-\d\dT[\d:]+Z$/);
      expect({ usable, verdict: verdict.verdict, kind: verdict.kind }).toEqual({ usable: true, verdict: 'pass', kind: role });
    }
    expect(result.together.map(({ kind }) => kind)).toEqual(['monthly-refresh', 'operational-readiness']);
  });

  it('answers for each gate that a verifier judges, and for no other', () => {
    for (const { role, verdict } of result.artifacts) {
      const known = GATE_CATALOGUE.filter(({ source }) => source === role).map(({ id }) => id);
      expect(Object.keys(verdict.gates).sort(), role).toEqual([...known].sort());
    }
  });

  it('gives the figures beside their limits', () => {
    const figures = [
      'FIN 1',
      'FIN 2',
      'FIN 4',
      'TEL 4',
      'TEL 6',
      'PKG 020a',
      'PKG 020c',
      'POL 2',
      'POL 5',
      'ENF 1',
      'ENF 3',
      'REF 1',
      'REF 2',
    ];
    expect(figures.map((id) => [id, line(result, id).value, line(result, id).comparison, line(result, id).threshold])).toEqual([
      ['FIN 1', 82.5, '≥', 80],
      ['FIN 2', 6.4, '≤', 8],
      ['FIN 4', 0.1, '≥', 0],
      ['TEL 4', 343, '≤', 744],
      ['TEL 6', 1, '≤', 100],
      ['PKG 020a', 42.083333333333336, '≤', 120],
      ['PKG 020c', 3, '≥', 3],
      ['POL 2', 2, '≥', 2],
      ['POL 5', 30, '≥', 30],
      ['ENF 1', 0.4375, '≤', 2],
      ['ENF 3', 79.5, '≥', 0.5],
      ['REF 1', 14.291667, '≤', 35],
      ['REF 2', 1.12, '≤', 14],
    ]);
    expect(line(result, 'ENF 2').value).toBeCloseTo((15 / 7249) * 100, 10);
  });

  it('does not depend on the order in which the artifacts come, and can be written as JSON', () => {
    const given = Object.entries(ownRelease());
    const text = JSON.stringify(result);
    for (const order of [given.toReversed(), [...given.slice(3), ...given.slice(0, 3)]]) {
      expect(JSON.stringify(run(Object.fromEntries(order)))).toBe(text);
    }
  });
});

describe('the catalogue', () => {
  it('has each id and each short id once, and words for each', () => {
    expect(new Set(GATE_CATALOGUE.map(({ id }) => id)).size).toBe(GATE_CATALOGUE.length);
    expect(new Set(GATE_CATALOGUE.map(({ shortId }) => shortId)).size).toBe(GATE_CATALOGUE.length);
    for (const gate of GATE_CATALOGUE) {
      expect(gate.explanation).toMatch(/^[A-Z].*\.$/);
      expect(gate.nextStep).toMatch(/^[A-Z].*\.$/);
      expect(gate.name.length).toBeLessThanOrEqual(32);
      expect(gate.comparison === null, gate.id).toBe(gate.unit === null);
    }
  });
});

describe('a gate that fails', () => {
  it('honestly: it alone, with its comparison; the run ends with 1', () => {
    const result = spoil('finance-guardrails', [
      set('/metrics/p95_tenant_llm_cogs_pct_mrr', 8.32),
      set('/gate_results/fin_gate_2_llm_cogs_containment', false),
    ]);
    expect(result).toMatchObject({ decision: 'fail', exitCode: 1 });
    expect(open(result)).toEqual(['FIN 2 fail']);
    expect(line(result, 'FIN 2')).toMatchObject({ value: 8.32, threshold: 8, reason: 'p95 of LLM cost in percent of MRR 8.32 > 8.' });
    expect(line(result, 'OPS 1').state).toBe('no-run');
  });

  it('by saying something else than its figures', () => {
    const result = spoil('finance-guardrails', [set('/gate_results/fin_gate_5_stress_resilience', false)]);
    expect(open(result)).toEqual(['FIN 5 fail']);
    expect(line(result, 'FIN 5').reason).toBe('The artifact says false, its figures say true: stress margin 77.25 ≥ 75.');
  });

  it('with all others of its artifact, when its figures do not follow', () => {
    const result = spoil('finance-guardrails', [set('/metrics/blended_gross_margin_percent', 90)]);
    expect(Object.values(states(result, 'FIN'))).toEqual(Array(5).fill('fail'));
    expect(line(result, 'FIN 3').reason).toContain('blended_gross_margin_percent says 90, but its rows give 82.5');
  });

  it('and hides those behind it: what was not reached was not judged', () => {
    const p95 = ['/runs/1/results/p95_response_time', '/results/p95_response_time', '/evaluation/worst_p95_seconds'].map((at) =>
      set(at, 2.5),
    );
    expect(states(spoil('stress', p95), 'ENF')).toEqual({ 'ENF 1': 'fail', 'ENF 2': 'no-run', 'ENF 3': 'no-run', 'ENF 4': 'pass' });
  });

  it('in a drill, by its scenario', () => {
    const result = spoil('failure-injection', [
      set('/scenarios/3/status', 'fail'),
      set('/summary/passed_scenarios', 4),
      set('/summary/failed_scenarios', 1),
      set('/summary/overall_passed', false),
    ]);
    expect(open(result)).toEqual(['FI 004 fail']);
  });

  it('by limits that the plan names', () => {
    expect(open(run(ownRelease(), { 'stress-min-concurrent-users': '25' }))).toEqual(
      ['ENF 1', 'ENF 2', 'ENF 3', 'ENF 4'].map((id) => `${id} fail`),
    );
    expect(line(run(ownRelease(), { 'stress-min-duration-seconds': '60' }), 'ENF 4').reason).toContain(
      'duration_seconds must be at least 60 s',
    );
    expect(line(run(ownRelease(), { 'stress-required-database-engine': 'sqlite' }), 'ENF 4').reason).toContain('must be sqlite');
    expect(line(run(ownRelease(), { 'valdrics-disposition-max-review-window-days': '30' }), 'DSP 1').reason).toContain(
      'at most 30 are allowed',
    );
  });

  it('without deciding anything, where the reference lets an honest no pass', () => {
    const result = spoil('finance-telemetry', [
      set('/free_tier_compute_guardrails/limits/0/free_limit', 9),
      set('/free_tier_compute_guardrails/limits/0/free_le_starter', false),
      set('/free_tier_compute_guardrails/bounded_against_starter', false),
      set('/gate_results/telemetry_gate_free_tier_guardrails_bounded', false),
    ]);
    expect(result).toMatchObject({ decision: 'pass', exitCode: 0 });
    expect(line(result, 'TEL 5')).toMatchObject({ state: 'fail', decides: false });
    expect(line(result, 'OPS 1').state).toBe('fail');
  });
});

describe('a gate that is stale', () => {
  const LIMITS: readonly (readonly [GateRole, string, string, readonly string[]])[] = [
    ['stress', 'stress-max-age-hours', '14', ['ENF 1', 'ENF 2', 'ENF 3', 'ENF 4']],
    ['failure-injection', 'failure-max-age-hours', '29.5', ['FI 001', 'FI 002', 'FI 003', 'FI 004', 'FI 005']],
    ['finance-guardrails', 'finance-max-age-hours', '300', ['FIN 1', 'FIN 2', 'FIN 3', 'FIN 4', 'FIN 5']],
    ['finance-telemetry', 'finance-telemetry-max-age-hours', '300', ['TEL 1', 'TEL 2', 'TEL 3', 'TEL 4', 'TEL 5', 'TEL 6']],
    ['pricing-benchmarks', 'pricing-benchmark-max-source-age-days', '40', ['PKG 020a']],
    ['policy-decisions', 'pkg-fin-policy-decisions-max-age-hours', '300', ['POL 1', 'POL 2', 'POL 3', 'POL 4', 'POL 5', 'POL 6', 'POL 7']],
    ['disposition-register', 'valdrics-disposition-max-age-days', '14', ['DSP 1', 'DSP 2', 'DSP 3']],
    ['key-rotation-drill', 'key-rotation-drill-max-age-days', '26', ['KEY 1', 'KEY 2', 'KEY 3', 'KEY 4', 'KEY 5']],
  ];

  it.each(LIMITS)('%s: --%s %s', (_role, flag, limit, expected) => {
    const result = run(ownRelease(), { [flag]: limit });
    expect(result.gates.filter(({ state }) => state === 'stale').map(({ shortId }) => shortId)).toEqual(expected);
    expect(open(result)).toEqual(expected.filter((id) => !['TEL 5', 'TEL 6'].includes(id)).map((id) => `${id} stale`));
    expect(result).toMatchObject({ decision: 'fail', exitCode: 1 });
  });

  it('exactly at the limit it still holds', () => {
    expect(open(run(ownRelease(), { 'stress-max-age-hours': '14.5', 'failure-max-age-hours': '29.75' }))).toEqual([]);
  });

  it('fails where it failed already when it was captured', () => {
    const mutations = [set('/metrics/p95_tenant_llm_cogs_pct_mrr', 9), set('/gate_results/fin_gate_2_llm_cogs_containment', false)];
    const result = spoil('finance-guardrails', mutations, { 'finance-max-age-hours': '1' });
    expect(states(result, 'FIN')).toEqual({ 'FIN 1': 'stale', 'FIN 2': 'fail', 'FIN 3': 'stale', 'FIN 4': 'stale', 'FIN 5': 'stale' });
  });
});

describe('the monthly refresh', () => {
  it('is stale when one of the three is too old', () => {
    const result = run(ownRelease(), { 'monthly-finance-refresh-max-age-days': '14' });
    expect(states(result, 'REF')).toEqual({ 'REF 1': 'stale', 'REF 2': 'no-run' });
    expect(result.decision).toBe('fail');
  });

  it('fails when they lie too far apart, or one lies ahead', () => {
    expect(states(run(ownRelease(), { 'monthly-finance-refresh-max-capture-spread-days': '1' }), 'REF')).toEqual({
      'REF 1': 'pass',
      'REF 2': 'fail',
    });
    const ahead = spoil('finance-guardrails', [set('/captured_at', '2026-06-17T12:00:00Z')]);
    expect(states(ahead, 'REF')).toEqual({ 'REF 1': 'fail', 'REF 2': 'no-run' });
  });
});

describe('what is not there', () => {
  const without = (...roles: readonly GateRole[]): GivenArtifacts => ({
    ...ownRelease(),
    ...Object.fromEntries(roles.map((role) => [role, null])),
  });

  it('is not judged, and decides nothing where it is not required', () => {
    const result = run(without('pricing-benchmarks', 'key-rotation-drill', 'policy-decisions'));
    expect(result).toMatchObject({ decision: 'pass', exitCode: 0, missing: [], together: [] });
    for (const prefix of ['PKG', 'KEY', 'POL', 'REF', 'OPS'])
      expect(new Set(Object.values(states(result, prefix)))).toEqual(new Set(['no-run']));
    expect(line(result, 'KEY 1').reason).toBe('No key rotation drill artifact was given.');
  });

  it('cannot be decided where it is required: 3', () => {
    expect(run(without('stress'))).toMatchObject({ decision: 'cannot-decide', exitCode: 3, missing: ['stress'] });
    expect(run({}, { 'finance-evidence-required': true })).toMatchObject({
      decision: 'cannot-decide',
      exitCode: 3,
      missing: ['stress', 'failure-injection', 'finance-guardrails'],
    });
  });

  it('does not hide what fails: 1', () => {
    const stale = run(without('stress'), { 'finance-max-age-hours': '1' });
    expect(stale).toMatchObject({ decision: 'fail', exitCode: 1, missing: ['stress'] });
  });
});

describe('what cannot be read', () => {
  const broken = (role: GateRole, text: string): GivenArtifacts => ({
    ...ownRelease(),
    [role]: { name: 'x.json', bytes: Buffer.from(text) },
  });

  it.each(['', '{"profile":', '[]', '"text"', '\ufeff{}'])('%j: cannot be decided, 2', (text) => {
    const result = run(broken('stress', text));
    expect(result).toMatchObject({ decision: 'cannot-decide', exitCode: 2 });
    expect(line(result, 'ENF 1')).toMatchObject({ state: 'no-run', value: null });
    expect(line(result, 'ENF 1').reason).toMatch(/^x\.json cannot be read: /);
  });

  it('with something that fails beside it: 1', () => {
    expect(run(broken('stress', '{'), { 'failure-max-age-hours': '1' })).toMatchObject({ decision: 'fail', exitCode: 1 });
  });

  it('an object that is something else can be read, and fails', () => {
    expect(run(broken('stress', '{}'))).toMatchObject({ decision: 'fail', exitCode: 1 });
  });
});

describe('a dry run', () => {
  it('shows what the gates say and ends with 0; only what cannot be read or is missing counts', () => {
    const dry: GateFlags = { 'dry-run': true };
    expect(run(ownRelease(), { ...dry, 'finance-max-age-hours': '1' })).toMatchObject({ decision: 'fail', dryRun: true, exitCode: 0 });
    expect(run({ ...ownRelease(), stress: { name: 's', bytes: Buffer.from('{') } }, dry)).toMatchObject({ exitCode: 2 });
    expect(run({ ...ownRelease(), stress: null }, dry)).toMatchObject({ exitCode: 3 });
  });
});

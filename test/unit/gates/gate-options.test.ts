import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src-shared/kernel/errors.ts';
import { ALWAYS_REQUIRED, ENGINE_FLAG, GATE_ROLES, LIMIT_FLAGS, PATH_FLAGS, RUNTIME_REQUIRED } from '../../../src-main/gates/gate-flags.ts';
import { defaultGatePlan, type GateEnvironment, type GateFlags, isTruthy, parseGateOptions } from '../../../src-main/gates/gate-options.ts';

/** The two that every run needs. */
const NEEDED: GateFlags = { 'stress-evidence-path': 'stress.json', 'failure-evidence-path': 'failure.json' };

const refused = (flags: GateFlags, env: GateEnvironment = {}): string => {
  try {
    parseGateOptions(flags, env);
  } catch (error) {
    if (isAppError(error) && error.code === 'BAD_INPUT') return `${error.message} ${error.nextStep}`;
    throw error;
  }
  throw new Error('the options were accepted');
};

describe('limits of the release gate', () => {
  it('are those of the contract where nothing is given', () => {
    expect(parseGateOptions(NEEDED, {}).limits).toEqual({
      stressMaxAgeHours: 48,
      failureMaxAgeHours: 48,
      financeMaxAgeHours: 744,
      telemetryMaxAgeHours: 744,
      benchmarkMaxSourceAgeDays: 120,
      decisionsMaxAgeHours: 744,
      stressMinDurationSeconds: 30,
      stressMinConcurrentUsers: 10,
      refreshMaxAgeDays: 35,
      refreshMaxCaptureSpreadDays: 14,
      dispositionMaxAgeDays: 45,
      dispositionMaxReviewWindowDays: 120,
      keyRotationMaxAgeDays: 120,
    });
  });

  it.each(LIMIT_FLAGS)('--$flag: flag, variable, flag before variable, empty variable', ({ limit, flag, env, otherwise }) => {
    const of = (flags: GateFlags, variables: GateEnvironment = {}) => parseGateOptions({ ...NEEDED, ...flags }, variables).limits[limit];
    expect(of({ [flag]: '77' })).toBe(77);
    expect(of({ [flag]: 78 })).toBe(78);
    expect(of({}, { [env]: ' 79 ' })).toBe(79);
    expect(of({ [flag]: '80' }, { [env]: '81' })).toBe(80);
    expect(of({}, { [env]: '  ' })).toBe(otherwise);
  });

  it.each(LIMIT_FLAGS)('--$flag: zero, negative and what is no number are refused by name', ({ flag, env }) => {
    for (const bad of ['0', '-1', '0.0', 'nan', 'inf', 'ten', '1e999', '1 2']) {
      expect(refused({ ...NEEDED, [flag]: bad }), bad).toContain(`--${flag} must be a`);
      expect(refused(NEEDED, { [env]: bad }), bad).toContain(`${env} must be a`);
    }
  });

  it('a flag that is right hides a variable that is wrong', () => {
    const plan = parseGateOptions(
      { ...NEEDED, 'finance-max-age-hours': '24' },
      { ENFORCEMENT_FINANCE_GUARDRAILS_EVIDENCE_MAX_AGE_HOURS: 'x' },
    );
    expect(plan.limits.financeMaxAgeHours).toBe(24);
  });

  it('takes fractions, except where something is counted', () => {
    expect(parseGateOptions({ ...NEEDED, 'stress-max-age-hours': '0.5' }, {}).limits.stressMaxAgeHours).toBe(0.5);
    for (const { flag } of LIMIT_FLAGS.filter((entry) => 'whole' in entry)) {
      expect(refused({ ...NEEDED, [flag]: '30.5' })).toContain(`--${flag} must be a whole number above 0`);
    }
  });
});

describe('paths of the release gate', () => {
  it.each(PATH_FLAGS)('$flag: a path alone makes it required; flag before variable', ({ role, flag, env }) => {
    const of = (flags: GateFlags, variables: GateEnvironment = {}) => parseGateOptions({ ...NEEDED, ...flags }, variables).artifacts[role];
    expect(of({ [`${flag}-path`]: 'a.json' })).toEqual({ path: 'a.json', required: true });
    expect(of({ [`${flag}-path`]: 'a.json' }, { [`${env}_PATH`]: 'b.json' })).toEqual({ path: 'a.json', required: true });
    if (ALWAYS_REQUIRED.includes(role)) return;
    expect(of({}, { [`${env}_PATH`]: ' b.json ' })).toEqual({ path: 'b.json', required: true });
    expect(of({})).toEqual({ path: null, required: false });
    expect(of({ [`${flag}-path`]: '' })).toEqual({ path: null, required: false });
  });

  it.each(PATH_FLAGS)('$flag: required without a path is an error that names the flag', ({ role, flag, env }) => {
    const { [`${flag}-path`]: _without, ...others } = NEEDED;
    if (ALWAYS_REQUIRED.includes(role)) {
      expect(refused(others)).toContain(`every run needs it), but --${flag}-path was not given`);
      expect(parseGateOptions(others, { [`${env}_PATH`]: 'c.json' }).artifacts[role].path).toBe('c.json');
      return;
    }
    expect(refused({ ...NEEDED, [`${flag}-required`]: true })).toContain(`--${flag}-required was given), but --${flag}-path`);
    expect(refused(NEEDED, { [`${env}_REQUIRED`]: 'yes' })).toContain(`${env}_REQUIRED is set), but --${flag}-path`);
    expect(parseGateOptions(NEEDED, { [`${env}_REQUIRED`]: 'no' }).artifacts[role].required).toBe(false);
  });

  it('with runtime evidence only, nothing may be left to a default', () => {
    const all = Object.fromEntries(PATH_FLAGS.map(({ flag, role }) => [`${flag}-path`, `${role}.json`]));
    expect(parseGateOptions({ ...all, 'runtime-evidence-only': true }, {}).runtimeEvidenceOnly).toBe(true);
    for (const { role, flag } of PATH_FLAGS.filter((entry) => RUNTIME_REQUIRED.includes(entry.role))) {
      const { [`${flag}-path`]: _without, ...others } = all;
      expect(refused(others, { ENFORCEMENT_RUNTIME_EVIDENCE_ONLY: 'on' }), role).toContain(
        `ENFORCEMENT_RUNTIME_EVIDENCE_ONLY is set), but --${flag}-path`,
      );
      expect(parseGateOptions(others, { ENFORCEMENT_RUNTIME_EVIDENCE_ONLY: '0' }).runtimeEvidenceOnly).toBe(false);
    }
    const { 'pricing-benchmark-register-path': _register, ...withoutRegister } = all;
    expect(parseGateOptions({ ...withoutRegister, 'runtime-evidence-only': true }, {}).artifacts['pricing-benchmarks'].required).toBe(
      false,
    );
  });

  it('from a workspace, nothing need be named, and the same is required', () => {
    const plan = defaultGatePlan();
    expect(GATE_ROLES.filter((role) => plan.artifacts[role].required)).toEqual(['stress', 'failure-injection']);
    const asked = parseGateOptions({ 'finance-evidence-required': true }, {}, 'workspace');
    expect(asked.artifacts['finance-guardrails']).toEqual({ path: null, required: true });
  });
});

describe('the other options of the release gate', () => {
  it('the engine: default, variable, flag; an empty flag is refused', () => {
    const of = (flags: GateFlags, env: GateEnvironment = {}) => parseGateOptions({ ...NEEDED, ...flags }, env).stressRequiredDatabaseEngine;
    expect(of({})).toBe('postgresql');
    expect(of({}, { [ENGINE_FLAG.env]: 'sqlite' })).toBe('sqlite');
    expect(of({ [ENGINE_FLAG.flag]: 'mysql' }, { [ENGINE_FLAG.env]: 'sqlite' })).toBe('mysql');
    expect(refused({ ...NEEDED, [ENGINE_FLAG.flag]: ' ' })).toContain(`--${ENGINE_FLAG.flag} must not be empty`);
  });

  it('a dry run is asked for by its flag alone', () => {
    expect(parseGateOptions(NEEDED, {}).dryRun).toBe(false);
    expect(parseGateOptions({ ...NEEDED, 'dry-run': true }, {}).dryRun).toBe(true);
  });

  it.each(['1', 'true', 'YES', ' On ', 'True'])('%j is yes', (word) => expect(isTruthy(word)).toBe(true));
  it.each(['', '0', 'false', 'y', 'enabled', '2', undefined])('%j is no', (word) => expect(isTruthy(word)).toBe(false));
});

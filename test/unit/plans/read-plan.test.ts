import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LAUNCH_PLANS } from '../../../src-main/plans/launch-list.ts';
import {
  annualDiscountPercent,
  compareVersions,
  GUARDRAIL_NAMES,
  planJsonSchema,
  readPlan,
  softLimitOf,
} from '../../../src-main/plans/index.ts';
import { changesPrice, planDifferences } from '../../../src-main/plans/plan-view.ts';
import type { PlanSpec, PlanSpecInput } from '../../../src-main/plans/plan-spec.ts';

const pro = LAUNCH_PLANS.find(({ plan_id }) => plan_id === 'pro')!;
const text = (over: Partial<PlanSpecInput> & Record<string, unknown> = {}) => JSON.stringify({ ...pro, ...over }, null, 2);
const codes = (given: string) => readPlan(given).problems.map(({ code }) => code);

describe('the launch list', () => {
  it('holds, with the prices of the decision memo', () => {
    expect(LAUNCH_PLANS.map(({ plan_id, price }) => [plan_id, price.model, price.monthly, price.annual])).toEqual([
      ['free', 'free', '0', '0'],
      ['starter', 'list', '49', '490'],
      ['growth', 'list', '149', '1490'],
      ['pro', 'list', '299', '2990'],
      ['enterprise', 'contract', '799', '7990'],
      ['internal', 'internal', '0', '0'],
    ]);
    for (const plan of LAUNCH_PLANS) expect(readPlan(JSON.stringify(plan))).toEqual({ spec: plan, problems: [] });
  });

  it('has every guardrail of finance telemetry, free never above starter, and warns at 80%', () => {
    const [free, starter] = LAUNCH_PLANS as [PlanSpec, PlanSpec];
    for (const name of GUARDRAIL_NAMES) expect(free.guardrails[name]!).toBeLessThanOrEqual(starter.guardrails[name]!);
    for (const { limits } of LAUNCH_PLANS) for (const limit of limits) expect(limit.soft_ratio).toBe('0.8');
  });
});

describe('a plan file', () => {
  it.each([
    ['', ['PLAN_NOT_JSON']],
    ['{', ['PLAN_NOT_JSON']],
    ['[]', ['PLAN_FIELD']],
    ['{"a":1} // no', ['PLAN_NOT_JSON']],
    ['['.repeat(40), ['PLAN_NOT_JSON']],
    ['{"name":"a","name":"b"}', ['PLAN_REPEATED_KEY']],
    [JSON.stringify({ envelope: {}, refusal_behavior: {}, tier: 'team' }), ['PLAN_OTHER_FORMAT']],
    [text({ surprise: 1 }), ['PLAN_UNKNOWN_FIELD']],
    [text({ plan_id: 'Pro' }), ['PLAN_FIELD']],
    [text({ version: 'newest' }), ['PLAN_FIELD']],
    [text({ price: { ...pro.price, monthly: 299 as never } }), ['PLAN_FIELD']],
    [text({ price: { ...pro.price, model: 'free' } }), ['PLAN_PRICE']],
    [text({ price: { ...pro.price, annual: '0' } }), ['PLAN_PRICE']],
    [text({ tier: 'enterprise', price: { model: 'contract', currency: 'USD', monthly: '798.99', annual: '7990' } }), ['PLAN_BELOW_FLOOR']],
    [text({ limits: [...pro.limits, pro.limits[0]!] }), ['PLAN_LIMIT_TWICE']],
    [text({ limits: [{ metric: 'seat', included: '11', hard: '10' }] }), ['PLAN_LIMIT_ORDER']],
    [text({ limits: [{ metric: 'seat', hard: '1e9' }] }), ['PLAN_FIELD']],
    [text({ limits: [{ metric: 'seat', hard: '10', soft_ratio: '1.1' }] }), ['PLAN_FIELD']],
  ])('bad file %# is refused by code', (given, expected) => {
    expect(codes(given)).toEqual(expected);
    expect(readPlan(given).spec).toBeNull();
  });

  it.each([
    [text({ price: { ...pro.price, annual: '2800' } }), 'PLAN_ANNUAL_DISCOUNT'],
    [text({ price: { ...pro.price, annual: '4000' } }), 'PLAN_ANNUAL_DEARER'],
    [text({ guardrails: {} }), 'PLAN_GUARDRAILS'],
    [text({ feature_names: { ...pro.feature_names, ghost: 'Ghost' } }), 'PLAN_FEATURE_NAME'],
    [text({ limits: [{ metric: 'seat', included: '10', hard: '10', overage_price: '9' }] }), 'PLAN_OVERAGE_UNREACHABLE'],
  ])('file %# holds with a warning', (given, code) => {
    const { spec, problems } = readPlan(given);
    expect(spec).not.toBeNull();
    expect(problems).toMatchObject([{ severity: 'warning', code }]);
  });

  it('names the place of what is wrong', () => {
    const [problem] = readPlan('{\n  "format": "countersign.plan/1",\n  "plan_id": "UP"\n}').problems;
    expect(problem).toMatchObject({ pointer: '/plan_id', line: 3 });
    const missing = readPlan('{}').problems.find(({ pointer }) => pointer === '/version');
    expect(missing).toMatchObject({ line: 1, says: 'The field /version is missing.' });
  });

  it('is described by the JSON Schema that is published', () => {
    const file = new URL('../../../resources/schemas/plan.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
  });
});

describe('versions', () => {
  it('are ordered number by number, and a preview comes before its version', () => {
    const sorted = ['nonsense', '1.9.2', '2', '2.0.1', '2.1.0-rc.1', '2.1.0', '2.1.4', '2.1.10', '10.0'];
    expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
    expect(compareVersions('2', '2')).toBe(0);
  });
});

describe('what follows from a plan', () => {
  it('is exact', () => {
    expect([
      annualDiscountPercent('49', '490'),
      annualDiscountPercent('799', '7990'),
      annualDiscountPercent('0', '0'),
      annualDiscountPercent('10', '121'),
    ]).toEqual(['16.67', '16.67', null, '-0.83']);
    expect([softLimitOf('0.8', '60000000'), softLimitOf('0.75', '1'), softLimitOf('0.8', null)]).toEqual(['48000000', '0.75', null]);
  });

  it('differs in words, and a price that is only spelled otherwise is no change of it', () => {
    const cheaper = { ...pro, price: { ...pro.price, monthly: '249' }, features: { ...pro.features, sso: false } };
    expect(planDifferences(pro, cheaper)).toEqual([
      { kind: 'price', what: 'Price a month', before: '299 USD', after: '249 USD' },
      { kind: 'feature', what: 'Single sign-on', before: 'included', after: 'not included' },
    ]);
    expect(changesPrice(pro, cheaper)).toBe(true);
    expect(changesPrice(pro, { ...pro, price: { ...pro.price, monthly: '299.00' } })).toBe(false);
    expect(changesPrice(pro, { ...pro, limits: pro.limits.map((limit) => ({ ...limit, overage_price: null })) })).toBe(true);
    expect(changesPrice(pro, { ...pro, limits: pro.limits.map((limit) => ({ ...limit, hard: null })) })).toBe(false);
    expect(planDifferences(pro, pro)).toEqual([]);
  });
});

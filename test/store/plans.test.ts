// Plans over a real file: versions that never change, proposals that are kept even when they are refused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LAUNCH_PLANS } from '../../src-main/plans/launch-list.ts';
import {
  latestPlanVersions,
  planGuardrails,
  planLimits,
  planPrice,
  plansReads,
  plansWrites,
  planVersion,
  planVersions,
} from '../../src-main/plans/index.ts';
import { openTenantsWorkspace, type TenantsWorkspace } from '../support/tenants-workspace.ts';

let w: TenantsWorkspace;
beforeEach(async () => void (w = await openTenantsWorkspace()));
afterEach(() => w.close());

const pro = LAUNCH_PLANS.find(({ plan_id }) => plan_id === 'pro')!;
const spec = (version: string, over: object = {}) => ({ ...pro, version, ...over });

describe('plan files', () => {
  it('are versions: the same content is a duplicate, another one a conflict that changes nothing', () => {
    expect(w.plan(spec('2.0.0')).counts).toMatchObject({ received: 1, accepted: 1 });
    expect(w.plan(spec('2.0.0'), 'copy.plan.json').counts).toMatchObject({ duplicate: 1 });
    expect(w.plan(spec('2.0.0', { name: 'Pro, quietly changed' })).counts).toMatchObject({ conflict: 1, accepted: 0 });
    expect(w.plan(spec('2.0.0', { name: 'Pro, quietly changed' })).counts).toMatchObject({ duplicate: 1 });
    expect(w.conflicts).toMatchObject([{ planId: 'pro', version: '2.0.0' }]);
    expect(planVersion(w.db, 'pro', '2.0.0')!.spec.name).toBe('Pro');
    expect(plansReads['plans.list'](w.db, { planId: 'pro' })).toMatchObject([
      { version: '2.0.0', conflicts: 1, newest: true, origin: 'source', sourceName: 'alpha' },
      { version: '1.0.0', newest: false, origin: 'built-in' },
    ]);
    for (const sql of [
      "UPDATE plan_versions SET spec = '{}'",
      'DELETE FROM plan_versions',
      'INSERT OR REPLACE INTO plan_versions SELECT * FROM plan_versions',
    ])
      expect(() => w.db.run(sql)).toThrow('append-only');
  });

  it('that are none are in quarantine with every reason, and are looked at again on request', () => {
    const bad = w.plan('{"format": "countersign.plan/1"}');
    expect(bad.counts).toMatchObject({ received: 1, quarantined: 1 });
    expect(bad.quarantine[0]).toMatchObject({ code: 'PLAN_FIELD' });
    expect(bad.quarantine[0]!.says).toContain('/plan_id');
    expect(bad.quarantine[0]!.says).toContain('/price');
    const requeue = (bytes: Uint8Array) =>
      w.write(() => w.feeds.plans.requeue(w.db, w.main, { ...bad.quarantine[0]!, bytes, byteLength: bytes.length }, w.by.now));
    expect(requeue(bad.quarantine[0]!.bytes)).toMatchObject({ outcome: 'still-bad' });
    expect(requeue(Buffer.from(JSON.stringify(spec('3.0.0'))))).toMatchObject({ outcome: 'resolved' });
    expect(requeue(Buffer.from(JSON.stringify(spec('3.0.0', { name: 'x' }))))).toMatchObject({
      outcome: 'still-bad',
      code: 'PLAN_CONFLICT',
    });
  });

  it('stand before the launch list, and the newest is newest by version, not by arrival', () => {
    w.plan(spec('2.1.10'));
    w.plan(spec('2.1.9'));
    w.plan({ ...spec('1.0.0'), name: 'Pro of our own' });
    expect(latestPlanVersions(w.db).find((plan) => plan.spec.plan_id === 'pro')!.spec.version).toBe('2.1.10');
    expect(planVersions(w.db, 'pro').map((plan) => [plan.spec.version, plan.origin])).toEqual([
      ['1.0.0', 'source'],
      ['2.1.9', 'source'],
      ['2.1.10', 'source'],
    ]);
    expect(planVersion(w.db, 'pro', '1.0.0')!.spec.name).toBe('Pro of our own');
  });

  it.each([
    [
      { kind: 'plan', name: 'a.plan.json', text: '{}' },
      { kind: 'whole', path: 'a.plan.json' },
    ],
    [{ kind: 'plan', name: '../a.plan.json', text: '{}' }, { kind: 'garbage' }],
    [{ kind: 'plan', name: 'a.json', text: '{}' }, { kind: 'garbage' }],
    [{ kind: 'plan', name: 'a.plan.json' }, { kind: 'garbage' }],
    [{ kind: 'line', name: 'a.plan.json', text: '{}' }, { kind: 'garbage' }],
  ])('over HTTP: %j', (item, expected) => {
    expect(w.feeds.plans.parseItem(item, Buffer.from(JSON.stringify(item)))).toMatchObject(expected);
  });
});

describe('what other rooms ask', () => {
  it('is answered for a version that is known, and empty for one that is not', () => {
    expect(planLimits(w.db, 'pro', '1.0.0').find(({ metric }) => metric === 'llm_token')).toEqual({
      metric: 'llm_token',
      per: 'month',
      included: '30000000',
      softRatio: '0.8',
      soft: '48000000',
      hard: '60000000',
      overagePrice: '0.000008',
    });
    expect(planPrice(w.db, 'starter', '1.0.0')).toMatchObject({ monthly: '49', annual: '490', annualDiscountPercent: '16.67' });
    expect(planGuardrails(w.db, 'free', '1.0.0')['llm_analyses_per_day']).toBe(1);
    expect([planLimits(w.db, 'pro', '9'), planPrice(w.db, 'none', '1'), planGuardrails(w.db, 'none', '1')]).toEqual([[], null, {}]);
  });
});

describe('a proposal', () => {
  const propose = (given: object | string, frozen: string | null = null) =>
    w.write(() =>
      plansWrites['plans.propose'](w.db, {
        text: typeof given === 'string' ? given : JSON.stringify(given),
        reason: 'because',
        frozen,
        by: w.by,
      }),
    );
  const FROZEN = 'FIN 2 failed at the May close: 8.32% > 8.00%.';

  it('adds a version, with what it changes and who asked', () => {
    const added = propose(spec('1.1.0', { features: { ...pro.features, own_encryption_key: true } }));
    expect(added).toMatchObject({
      outcome: 'added',
      by: 'Ada',
      differences: [{ kind: 'feature', what: 'Own encryption key', before: 'not included', after: 'included' }],
    });
    expect(planVersion(w.db, 'pro', '1.1.0')).toMatchObject({ origin: 'console', by: 'Ada' });
    expect(w.db.get<{ line: string }>('SELECT line FROM audit_entries ORDER BY seq DESC LIMIT 1')!.line).toContain(
      '"action":"plan.propose"',
    );
  });

  it('of another price is refused while price motions are frozen; the refusal is kept and nothing is added', () => {
    const dearer = spec('1.1.0', { price: { ...pro.price, monthly: '349', annual: '3490' } });
    expect(propose(dearer, FROZEN)).toMatchObject({ outcome: 'refused', says: `Refused: price motions are frozen. ${FROZEN}` });
    expect(planVersion(w.db, 'pro', '1.1.0')).toBeNull();
    expect(propose(spec('1.1.0', { description: 'Other words.' }), FROZEN)).toMatchObject({ outcome: 'added' });
    expect(propose({ ...spec('1.2.0'), limits: pro.limits.map((limit) => ({ ...limit, overage_price: '1' })) }, FROZEN)).toMatchObject({
      outcome: 'refused',
    });
    expect(propose({ ...spec('1.0.0'), plan_id: 'new' }, FROZEN)).toMatchObject({ outcome: 'refused' });
    expect(propose(dearer === undefined ? '' : { ...dearer, version: '2.0.0' })).toMatchObject({ outcome: 'added' });
    const { proposals, next } = plansReads['plans.proposals'](w.db, { before: null, limit: 3 });
    expect(proposals.map(({ outcome }) => outcome)).toEqual(['added', 'refused', 'refused']);
    expect(plansReads['plans.proposals'](w.db, { before: next, limit: 3 }).proposals.map(({ outcome }) => outcome)).toEqual([
      'added',
      'refused',
    ]);
  });

  it('of a version that exists is a conflict, and of what is no plan bad input', () => {
    expect(() => propose(spec('1.0.0'))).toThrow('exists already');
    expect(() => propose(spec('1.0.0', { name: 'x' }))).toThrow('with another content');
    expect(() => propose('{}')).toThrow('The text is no plan');
    expect(plansReads['plans.proposals'](w.db, { before: null, limit: 3 }).proposals).toEqual([]);
  });
});

describe('a check', () => {
  it('says what is wrong, what changes, and keeps nothing', () => {
    const check = plansReads['plans.check'](w.db, { text: JSON.stringify(spec('1.1.0', { price: { ...pro.price, monthly: '300' } })) });
    expect(check).toMatchObject({ comparedWith: '1.0.0', changesPrice: true, problems: [], differences: [{ what: 'Price a month' }] });
    w.plan(spec('1.1.0'));
    expect(plansReads['plans.check'](w.db, { text: JSON.stringify(spec('1.1.0', { name: 'y' })) }).problems).toMatchObject([
      { code: 'PLAN_VERSION_TAKEN' },
    ]);
    expect(plansReads['plans.check'](w.db, { text: '{' }).spec).toBeNull();
    expect(w.db.get('SELECT count(*) AS n FROM plan_versions')).toEqual({ n: 1 });
  });

  it('compares any two versions', () => {
    expect(
      plansReads['plans.compare'](w.db, { a: { planId: 'starter', version: '1.0.0' }, b: { planId: 'pro', version: '1.0.0' } }).differences,
    ).toContainEqual({
      kind: 'price',
      what: 'Price a month',
      before: '49 USD',
      after: '299 USD',
    });
    expect(() => plansReads['plans.compare'](w.db, { a: { planId: 'pro', version: '9' }, b: { planId: 'pro', version: '1.0.0' } })).toThrow(
      'There is no plan pro 9',
    );
    expect(() => plansReads['plans.show'](w.db, { planId: 'pro', version: '9' })).toThrow('There is no plan');
  });
});

import { describe, expect, it } from 'vitest';
import { createPolicyEngine, policyHash, ruleWords } from '../../../src-main/policies/index.ts';
import { POLICY_FILES, POLICY_SCHEMA } from '../../../src-main/policies/policy-files.ts';

const QUESTION = {
  action: 'can_suspend_tenant',
  principal: { memberId: 'm', role: 'admin', partnerId: null, acting: true },
  resource: { tenantId: 't', partnerId: 'p', status: 'active', highRisk: false },
  context: { stage: 'ask', confirmations: 0, viewing: false },
} as const;

const GOOD = `@id("a.b") @rule("1") @version("1") @says("Yes.")
permit (principal, action == Action::"can_suspend_tenant", resource);`;
const engineOf = (text: string, schema = POLICY_SCHEMA) => createPolicyEngine({ texts: { schema, files: { 'test.cedar': text } } });

describe('the policies that ship', () => {
  const engine = createPolicyEngine();

  it('parse, fit their schema, and each has an id, a number, a version and words', () => {
    const { rules, version, sha256, cedarVersion } = engine.describe();
    expect(rules.size).toBeGreaterThan(30);
    expect(sha256).toBe(policyHash({ schema: POLICY_SCHEMA, files: POLICY_FILES }));
    expect(cedarVersion).toMatch(/^4\./);
    for (const rule of rules.values()) {
      expect(rule.version).toBeLessThanOrEqual(version);
      expect(rule.says).toMatch(/\.$/);
      if (rule.effect === 'forbid') expect(rule.next).toMatch(/\.$/);
    }
  });

  it('four rules demand confirmations', () => {
    const actions = [...engine.describe().rules.values()].filter(({ approval }) => approval !== null);
    expect(actions.map(({ id }) => id).sort()).toEqual(['delete.ask', 'plan.ask', 'reactivate.ask', 'suspend.ask']);
  });

  it('measures the decision itself', () => {
    let now = 0;
    const timed = createPolicyEngine({ monotonicMs: () => (now += 1.4) });
    expect(timed.decide(QUESTION).latencyMs).toBeCloseTo(1.4);
  });

  it('says a rule as people look it up', () => {
    expect(ruleWords({ action: 'can_delete_tenant', rule: 21, policyId: 'delete.roles', policyVersion: 3 })).toBe(
      'can_delete_tenant, rule 21 of version 3',
    );
    expect(ruleWords({ action: 'can_delete_tenant', rule: 0, policyId: 'default-deny', policyVersion: 3 })).toBe(
      'can_delete_tenant, default-deny of version 3',
    );
  });
});

describe('policies that do not hold up', () => {
  it('good twin: a set of one rule decides', () => {
    expect(engineOf(GOOD).decide(QUESTION)).toMatchObject({ allowed: true, policyId: 'a.b', says: 'Yes.' });
    expect(engineOf(GOOD).decide({ ...QUESTION, action: 'can_delete_tenant' })).toMatchObject({ allowed: false, policyId: 'default-deny' });
  });

  it.each([
    ['is no Cedar', 'permit (principal', /cannot be read/],
    ['has no id', GOOD.replace('@id("a.b")', ''), /no @id/],
    ['has no version', GOOD.replace('@version("1")', ''), /@version/],
    ['has no number', GOOD.replace('@rule("1")', ''), /@rule/],
    ['has no words', GOOD.replace('@says("Yes.")', ''), /@says/],
    ['forbids without a way round', GOOD.replace('permit', 'forbid'), /without a @next/],
    [
      'names an attribute that the schema does not know',
      GOOD.replace(';', ' when { principal.rank == "high" };'),
      /do not fit their schema/,
    ],
    ['names an action that the schema does not know', GOOD.replace('can_suspend', 'can_sell'), /do not fit their schema/],
    ['compares what cannot be compared', GOOD.replace(';', ' when { resource.status == 3 };'), /do not fit their schema/],
    ['can never apply', GOOD.replace(';', ' when { principal.role == "a" && false };'), /do not fit their schema/],
    ['shares its id', `${GOOD}\n${GOOD.replace('@rule("1")', '@rule("2")')}`, /share/],
    ['shares its number', `${GOOD}\n${GOOD.replace('a.b', 'a.c')}`, /share/],
    [
      'demands confirmations by a role there is not',
      GOOD.replace('@says', '@confirmations("2") @confirmed_by("boss") @expires_hours("1") @says'),
      /no role/,
    ],
    ['demands confirmations by nobody', GOOD.replace('@says', '@confirmations("2") @expires_hours("1") @says'), /no role/],
    ['demands none of it', GOOD.replace('@says', '@confirmations("0") @confirmed_by("admin") @expires_hours("1") @says'), /@confirmations/],
  ])('one that %s is refused, and then everything is', (_name, text, says) => {
    const engine = engineOf(text);
    expect(() => engine.describe()).toThrow(says);
    expect(engine.decide(QUESTION)).toMatchObject({ allowed: false, policyId: 'unclear-input' });
  });

  it('one that fails while it is asked denies: a rule that forbids must not be skipped', () => {
    const overflow = `@id("a.c") @rule("2") @version("1") @says("No.") @next("Ask.")
forbid (principal, action == Action::"can_suspend_tenant", resource) when { context.confirmations + 9223372036854775807 > 1 };`;
    const engine = engineOf(`${GOOD}\n${overflow}`);
    expect(engine.decide({ ...QUESTION, context: { ...QUESTION.context, confirmations: -1 } }).policyId).toBe('a.c');
    expect(engine.decide({ ...QUESTION, context: { ...QUESTION.context, confirmations: 1 } })).toMatchObject({
      allowed: false,
      policyId: 'unclear-input',
    });
  });

  it('of two rules that allow, the one that demands more is followed', () => {
    const stricter = GOOD.replace('a.b', 'a.c')
      .replace('@rule("1")', '@rule("2")')
      .replace('@says', '@confirmations("2") @confirmed_by("admin, founder") @expires_hours("24") @says');
    expect(engineOf(`${GOOD}\n${stricter}`).decide(QUESTION)).toMatchObject({
      policyId: 'a.c',
      approval: { confirmations: 2, roles: ['admin', 'founder'], expiresHours: 24 },
    });
  });

  it('the hash changes with every byte of schema and files, and with their names', () => {
    const base = { schema: 's', files: { 'a.cedar': 'x', 'b.cedar': 'y' } };
    const hashes = [
      base,
      { ...base, schema: 's ' },
      { ...base, files: { 'a.cedar': 'xy', 'b.cedar': '' } },
      { ...base, files: { 'a.cedar': 'x', 'c.cedar': 'y' } },
      { ...base, files: { 'a.cedar': 'x' } },
    ].map(policyHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(policyHash({ ...base, files: { 'b.cedar': 'y', 'a.cedar': 'x' } })).toBe(hashes[0]);
  });
});

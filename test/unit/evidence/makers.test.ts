import { describe, expect, it } from 'vitest';
import type { MakerKind } from '../../../src-shared/contract/evidence.ts';
import { DECISION_TITLES } from '../../../src-shared/kernel/decision-titles.ts';
import { DECISION_IDS } from '../../../src-main/evidence/kinds/decision-backlog.ts';
import { makeDocument, makerOf } from '../../../src-main/evidence/make/make-artifact.ts';
import { fileLabel, monthWindow } from '../../../src-main/evidence/make/maker.ts';
import { documentBytes, plainOf, type PlainObject, setAtPointer } from '../../../src-main/evidence/make/plain-document.ts';
import { readJson } from '../../../src-main/evidence/reference/read-json.ts';
import { verifyEvidence } from '../../../src-main/evidence/verify-artifact.ts';
import { benchmarksArtifact, decisionsArtifact } from '../../support/evidence-artifacts.ts';
import { goodAssumptions } from '../../support/finance-month.ts';

const NOW = '2026-03-05T09:00:00.000Z';
const CONTEXT = { now: NOW, month: '2026-02', monthTiers: null };
const draftOf = (kind: MakerKind, newest: unknown): PlainObject => makerOf(kind).start(newest as PlainObject | null, CONTEXT).document;
const pointersOf = (kind: MakerKind, draft: PlainObject): string[] => makeDocument(kind, draft, NOW).missing.map(({ pointer }) => pointer);
const set = (draft: PlainObject, pointer: string, value: PlainObject[string]): PlainObject => setAtPointer(draft, pointer, value)!;

const NEWEST = {
  'pricing-benchmarks': benchmarksArtifact(),
  'policy-decisions': decisionsArtifact(),
  'finance-assumptions': { ...goodAssumptions(), source_window_label: '2026-02' },
} as const;

describe.each(Object.entries(NEWEST))('the maker of %s', (kind, newest) => {
  const maker = kind as keyof typeof NEWEST;

  it('makes an artifact that passes from the newest version, and lacks nothing', () => {
    const made = makeDocument(maker, draftOf(maker, newest), NOW);
    expect([made.passes, made.message, made.missing]).toEqual([true, null, []]);
  });

  it('says of an empty draft what is missing, each in a sentence with a place', () => {
    const made = makeDocument(maker, draftOf(maker, null), NOW);
    expect(made.passes).toBe(false);
    expect(made.missing.length).toBeGreaterThan(3);
    for (const { pointer, says } of made.missing) {
      expect(pointer).toMatch(/^\//);
      expect(says).toMatch(/\.$/);
    }
  });

  it('never lacks nothing where its verifier rejects: each required member, taken away, is named', () => {
    const draft = draftOf(maker, newest);
    const silent: string[] = [];
    for (const key of Object.keys(draft)) {
      const { [key]: _gone, ...rest } = draft;
      const made = makeDocument(maker, rest, NOW);
      if (!made.passes && made.missing.length === 0) silent.push(key);
    }
    expect(silent).toEqual([]);
  });

  it('writes the same bytes for the same draft, whatever the order of its members', () => {
    const draft = draftOf(maker, newest);
    const turned = Object.fromEntries(Object.entries(draft).reverse());
    expect(Buffer.from(makeDocument(maker, turned, NOW).bytes).equals(Buffer.from(makeDocument(maker, draft, NOW).bytes))).toBe(true);
  });
});

describe('a register of benchmarks', () => {
  it('has summary, expiry and gates computed; what was declared before does not count', () => {
    const lied = {
      ...draftOf('pricing-benchmarks', benchmarksArtifact()),
      summary: { total_sources: 99 },
      gate_results: { pkg_gate_020_register_fresh: false },
    };
    const { document } = makeDocument('pricing-benchmarks', lied, NOW);
    expect(document).toMatchObject({
      captured_at: NOW,
      summary: { total_sources: 5, class_counts: { vendor_pricing_page: 2 }, oldest_source_age_days: 23.02 },
      gate_results: { pkg_gate_020_register_fresh: true, pkg_gate_020_minimum_sources_met: true },
    });
    expect((document['sources'] as PlainObject[])[0]).toMatchObject({ expires_at: '2026-06-10T08:30:00.000Z' });
  });

  it.each([
    ['/sources/1/id', 'source-0', '/sources/1/id'],
    ['/sources/1/url', 'http://plain.test', '/sources/1/url'],
    ['/sources/1/crawled_at', '2025-10-01T00:00:00Z', '/sources/1/crawled_at'],
    ['/sources/1/crawled_at', '2026-03-06T00:00:00Z', '/sources/1/crawled_at'],
    ['/sources/1/confidence_score', 0.5, '/sources/1/confidence_score'],
    ['/sources/1/source_class', 'vendor_pricing_page', '/sources'],
    ['/thresholds/minimum_source_count', 6, '/sources'],
  ] as const)('with %s = %j lacks %s', (pointer, value, expected) => {
    expect(pointersOf('pricing-benchmarks', set(draftOf('pricing-benchmarks', benchmarksArtifact()), pointer, value))).toEqual([expected]);
  });
});

describe('policy decisions', () => {
  const draft = draftOf('policy-decisions', decisionsArtifact());
  const item = '/decision_backlog/decision_items/18';

  it('have a title for each of the thirty', () => {
    expect(Object.keys(DECISION_TITLES).sort()).toEqual([...DECISION_IDS].sort());
    expect(DECISION_IDS).toHaveLength(30);
    expect(DECISION_IDS.filter((id) => DECISION_TITLES[id]!.launchBlocking)).toEqual([
      'PKG-004',
      'PKG-005',
      'PKG-009',
      'PKG-011',
      'PKG-012',
      'FIN-001',
      'FIN-002',
      'FIN-003',
    ]);
  });

  it.each([
    [`${item}/owner`, 'TBD', [`${item}/owner`]],
    [`${item}/owner_function`, 'sales', [`${item}/owner_function`]],
    [`${item}/approval_record_ref`, '', [`${item}/approval_record_ref`]],
    [`${item}/approved_at`, '2026-03-06T00:00:00Z', [`${item}/approved_at`]],
    ['/approvals/approved_at', '2026-03-06T00:00:00Z', ['/approvals/approved_at']],
    ['/telemetry/months_observed', 1, ['/telemetry/months_observed']],
    ['/telemetry/tier_unit_economics/0/effective_mrr_usd', 1e9, ['/telemetry/tier_unit_economics/0/effective_mrr_usd']],
    ['/policy_decisions/enterprise_floor_usd_monthly', null, ['/policy_decisions/enterprise_floor_usd_monthly']],
  ] as const)('with %s = %j lack that', (pointer, value, expected) => {
    expect(pointersOf('policy-decisions', set(draft, pointer, value))).toEqual(expected);
  });

  it('that are scheduled need a date to come and criteria; a launch blocker must be locked', () => {
    const scheduled = set(set(draft, `${item}/resolution`, 'scheduled_postlaunch'), `${item}/target_date`, '2026-03-01');
    const bare = set(set(scheduled, `${item}/success_criteria`, ''), `${item}/launch_blocking`, true);
    expect(pointersOf('policy-decisions', bare)).toEqual([`${item}/target_date`, `${item}/success_criteria`, `${item}/resolution`]);
    const good = set(set(scheduled, `${item}/target_date`, '2026-06-30'), `${item}/success_criteria`, 'Three customers use it.');
    expect(makeDocument('policy-decisions', good, NOW)).toMatchObject({ passes: true, missing: [] });
  });

  it('say that telemetry from production goes with a pricing motion only', () => {
    const production = set(set(draft, '/telemetry/source_type', 'production_observed'), '/policy_decisions/pricing_motion_allowed', false);
    const made = makeDocument('policy-decisions', production, NOW);
    expect(made.missing).toMatchObject([{ pointer: '/policy_decisions/pricing_motion_allowed' }]);
    expect(made.document['gate_results']).toMatchObject({ pkg_fin_gate_pricing_motion_guarded: false });
  });
});

describe('what is written', () => {
  it('is verified by the reference’s own rules, with whole numbers as whole numbers', () => {
    const { bytes } = makeDocument('policy-decisions', draftOf('policy-decisions', decisionsArtifact()), NOW);
    expect(verifyEvidence('policy-decisions', { artifact: bytes }, {}, BigInt(Date.parse(NOW)) * 1000n).verdict).toBe('pass');
    expect(Buffer.from(documentBytes({ a: 5, b: 5.5, c: [null, true] })).toString()).toBe(
      '{\n  "a": 5,\n  "b": 5.5,\n  "c": [\n    null,\n    true\n  ]\n}',
    );
  });

  it('starts from what was read, even where that is no plain JSON', () => {
    expect(plainOf(readJson(Buffer.from('{"a": NaN, "b": 9007199254740993, "c": [1e400]}')).value)).toEqual({
      a: null,
      b: '9007199254740993',
      c: [null],
    });
  });

  it.each([
    ['/a/b', 1, { a: { b: 1 }, list: [1, 2] }],
    ['/list/-', 3, { list: [1, 2, 3] }],
    ['/list/0', 9, { list: [9, 2] }],
    ['/list/3', 9, null],
    ['/list/x', 9, null],
    ['/list/0/x', 9, null],
    ['/__proto__/x', 1, JSON.parse('{"list":[1,2],"__proto__":{"x":1}}')],
  ] as const)('sets %s', (pointer, value, expected) => {
    expect(setAtPointer({ list: [1, 2] }, pointer, value)).toEqual(expected);
  });

  it('has windows of whole months and labels that are file names', () => {
    expect(monthWindow('2026-02')).toEqual({ start: '2026-02-01T00:00:00Z', end: '2026-02-28T23:59:59Z', label: '2026-02' });
    expect(monthWindow('2026-12')).toMatchObject({ end: '2026-12-31T23:59:59Z' });
    expect([fileLabel('../a b', 'x'), fileLabel('??', 'x')]).toEqual(['a_b', 'x']);
  });
});

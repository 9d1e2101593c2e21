// The artifacts of the memo's day, and what the reference verifiers said of them and of changed copies (contract A.11).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recogniseBytes } from '../../src-main/evidence/recognise.ts';
import { readInstant } from '../../src-main/evidence/reference/timestamps.ts';
import { type EvidenceOptions, verifyEvidence } from '../../src-main/evidence/verify-artifact.ts';
import type { VerifiableKind } from '../../src-main/evidence/kinds/index.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const DAY = (name: string): string => sharedData('evidence', '2026-02-28', name);
const FILES = {
  'finance-guardrails': 'finance_guardrails_2026-02-27.json',
  'finance-telemetry': 'finance_telemetry_snapshot_2026-02-28.json',
  'policy-decisions': 'pkg_fin_policy_decisions_2026-02-28.json',
  'pricing-benchmarks': 'pricing_benchmark_register_2026-02-27.json',
} as const;
type Kind = keyof typeof FILES;

/** The clock of the observations. */
const NOW = (() => {
  const read = readInstant('2026-11-21T00:00:00Z');
  if (!read.ok) throw new Error('no clock');
  return read.at;
})();

const verify = <K extends VerifiableKind>(kind: K, bytes: Uint8Array, options = {} as EvidenceOptions<K>) =>
  verifyEvidence(kind, { artifact: bytes }, options, NOW);

/** A word of JSON that JSON.stringify cannot write. */
const raw = (word: string) => ({ raw: word });
/** The value of another member. */
const copyOf = (path: string) => ({ copyOf: path });

/** The shipped file with other values in some places. */
function changed(kind: Kind, set: readonly (readonly [path: string, value: unknown])[]): Buffer {
  const file: unknown = JSON.parse(readFileSync(DAY(FILES[kind]), 'utf8'));
  const words: string[] = [];
  for (const [path, value] of set) {
    const steps = path.split('.');
    const last = steps.pop()!;
    placeOf(file, steps)[last] = placed(file, value, words);
  }
  return Buffer.from(JSON.stringify(file).replace(/"@(\d+)"/g, (_, index: string) => words[Number(index)]!));
}

const placeOf = (file: unknown, steps: readonly string[]): Record<string, unknown> =>
  steps.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, file as Record<string, unknown>);

function placed(file: unknown, value: unknown, words: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('copyOf' in value) {
    const steps = String(value.copyOf).split('.');
    return placeOf(file, steps.slice(0, -1))[steps.at(-1)!];
  }
  if (!('raw' in value)) return value;
  words.push(String(value.raw));
  return `@${words.length - 1}`;
}

describeShared('the artifacts of 2026-02-28', () => {
  it.each(['finance-guardrails', 'finance-telemetry', 'policy-decisions'] as const)(
    '%s passes without an age limit, and is too old with one',
    (kind) => {
      const bytes = readFileSync(DAY(FILES[kind]));
      expect(verify(kind, bytes)).toMatchObject({ verdict: 'pass', message: null, field: null });
      expect(verify(kind, bytes, { maxArtifactAgeHours: 744 })).toMatchObject({ verdict: 'fail', field: 'captured_at' });
    },
  );

  it('the benchmark register has become stale, so its own gate is wrong; with 400 days it passes', () => {
    const bytes = readFileSync(DAY(FILES['pricing-benchmarks']));
    expect(verify('pricing-benchmarks', bytes)).toMatchObject({ verdict: 'fail', field: 'gate_results.pkg_gate_020_register_fresh' });
    expect(verify('pricing-benchmarks', bytes, { maxSourceAgeDays: 400 }).verdict).toBe('pass');
    const template = readFileSync(DAY('pricing_benchmark_register_TEMPLATE.json'));
    expect(verify('pricing-benchmarks', template).verdict).toBe('fail');
  });

  it('a template passes where it is filled in, and fails on its own placeholder where it is not', () => {
    expect(verify('finance-telemetry', readFileSync(DAY('finance_telemetry_snapshot_TEMPLATE.json'))).verdict).toBe('pass');
    for (const [kind, name] of [
      ['finance-guardrails', 'finance_guardrails_TEMPLATE.json'],
      ['policy-decisions', 'pkg_fin_policy_decisions_TEMPLATE.json'],
    ] as const) {
      expect(verify(kind, readFileSync(DAY(name)))).toMatchObject({ verdict: 'fail', field: 'captured_at' });
    }
  });

  it('figures are those of the shipped guardrails, each with its formula and rows', () => {
    const { figures } = verify('finance-guardrails', readFileSync(DAY(FILES['finance-guardrails'])));
    const blended = figures.find(({ id }) => id === 'blended_gross_margin_percent');
    expect(blended).toMatchObject({ declared: 84.6, computed: 84.6, declaredAt: '/metrics/blended_gross_margin_percent', holds: true });
    expect(blended?.formula).toContain('/ 565000 × 100 = ');
    expect(blended?.inputs.length).toBe(16);
    expect(figures.find(({ id }) => id === 'annual_discount_impact_percent')).toMatchObject({ declared: 7.38, computed: 7.38 });
    expect(figures.map(({ id }) => id).filter((id) => id.startsWith('tier_margin_percent.')).length).toBe(4);
  });

  it('every file is recognised by its shape, templates too', () => {
    const kinds = {
      enforcement_failure_injection: 'failure-injection',
      enforcement_stress_artifact: 'stress',
      finance_committee_packet_assumptions: 'finance-assumptions',
      finance_guardrails: 'finance-guardrails',
      finance_telemetry_snapshot: 'finance-telemetry',
      pkg_fin_policy_decisions: 'policy-decisions',
      pricing_benchmark_register: 'pricing-benchmarks',
    };
    const dates: Record<string, string> = {
      finance_committee_packet_assumptions: '2026-02-28',
      finance_telemetry_snapshot: '2026-02-28',
      pkg_fin_policy_decisions: '2026-02-28',
    };
    for (const [name, kind] of Object.entries(kinds)) {
      for (const end of [dates[name] ?? '2026-02-27', 'TEMPLATE'])
        expect(recogniseBytes(readFileSync(DAY(`${name}_${end}.json`)))).toBe(kind);
    }
    expect(recogniseBytes(readFileSync(sharedData('evidence', 'packet-2026-02', 'finance_committee_packet_2026-02.json')))).toBe(
      'committee-packet',
    );
    expect(recogniseBytes(readFileSync(sharedData('evidence', 'packet-2026-02', 'finance_committee_scenarios_2026-02.csv')))).toBe(null);
  });

  it('guardrails made from the telemetry of that day fail three gates, and pass where that is allowed', () => {
    const bytes = readFileSync(sharedData('evidence', 'packet-2026-02', 'finance_guardrails_2026-02.json'));
    const strict = verify('finance-guardrails', bytes);
    expect(strict.verdict).toBe('fail');
    expect(
      Object.entries(strict.gates)
        .filter(([, holds]) => !holds)
        .map(([gate]) => gate.slice(0, 10)),
    ).toEqual(['fin_gate_1', 'fin_gate_2', 'fin_gate_5']);
    expect(verify('finance-guardrails', bytes, { allowFailedGates: true }).verdict).toBe('pass');
  });

  interface Mutation {
    readonly name: string;
    readonly kind: Kind;
    /** Path of a member and its new value, any number of them. */
    readonly set: readonly (readonly [path: string, value: unknown])[];
    readonly expected: 'pass' | 'fail';
    readonly field?: string;
  }

  const guardrails = (name: string, path: string, value: unknown, expected: 'pass' | 'fail', field = path): Mutation => ({
    name,
    kind: 'finance-guardrails',
    set: [[path, value]],
    expected,
    ...(expected === 'fail' ? { field } : {}),
  });
  const decisions = (name: string, set: Mutation['set'], field?: string): Mutation => ({
    name,
    kind: 'policy-decisions',
    set,
    expected: field === undefined ? 'pass' : 'fail',
    ...(field === undefined ? {} : { field }),
  });
  const P95 = 'metrics.p95_tenant_llm_cogs_pct_mrr';
  const CLOSES = 'thresholds.required_consecutive_margin_closes';
  const observed = ['telemetry.source_type', 'production_observed'] as const;
  const allowed = ['policy_decisions.pricing_motion_allowed', true] as const;
  const GUARDED = 'gate_results.pkg_fin_gate_pricing_motion_guarded';
  const sameOwner = ['approvals.product_owner', copyOf('approvals.finance_owner')] as const;
  const item = (index: number, key: string): string => `decision_backlog.decision_items.${index}.${key}`;

  const mutations: readonly Mutation[] = [
    guardrails('blended 84.59 instead of 84.60', 'metrics.blended_gross_margin_percent', 84.59, 'fail'),
    guardrails('stress margin 80 in the metrics only', 'metrics.stress_margin_percent', 80, 'fail'),
    guardrails('multiplier 0.9', 'stress_scenario.infra_cost_multiplier', 0.9, 'fail'),
    guardrails('multiplier 1.9', 'stress_scenario.infra_cost_multiplier', 1.9, 'pass'),
    guardrails('three closes required, two there', CLOSES, 3, 'fail', 'close_history'),
    guardrails('captured in 2030', 'captured_at', '2030-01-01T00:00:00Z', 'pass'),
    guardrails('captured without a zone', 'captured_at', '2026-02-27T00:00:00', 'fail'),
    guardrails('a root key more', 'more', { any: 'thing' }, 'pass'),
    guardrails('a text where a number is meant', 'thresholds.min_stress_margin_percent', ' 7_5 ', 'pass'),
    guardrails('true where a number is meant', CLOSES, true, 'pass'),
    guardrails('NaN', P95, raw('NaN'), 'fail'),
    guardrails('Infinity', P95, raw('Infinity'), 'fail'),
    decisions('production observed alone', [observed], GUARDED),
    decisions('motion allowed alone', [allowed], GUARDED),
    decisions('production observed and motion allowed', [observed, allowed]),
    decisions('one month observed', [['telemetry.months_observed', 1]], 'gate_results.pkg_fin_gate_telemetry_window_sufficient'),
    decisions(
      'a gate declared false',
      [['gate_results.pkg_fin_gate_approvals_complete', false]],
      'gate_results.pkg_fin_gate_approvals_complete',
    ),
    decisions('an id twice', [[item(1, 'id'), copyOf(item(0, 'id'))]], 'decision_backlog.decision_items[1].id'),
    decisions('an id that is none', [[item(0, 'id'), 'PKG-001']], 'decision_backlog.decision_items[0].id'),
    decisions('an owner to be decided', [[item(0, 'owner'), 'TBD']], 'decision_backlog.decision_items[0].owner'),
    decisions('one owner for two, as founder', [sameOwner]),
    decisions(
      'one owner for two, segregated',
      [sameOwner, ['approvals.governance_mode', 'segregated_owners']],
      'approvals.governance_mode',
    ),
    decisions('a discount cap of 20.01', [['policy_decisions.max_annual_discount_percent', 20.01]]),
    decisions('an enterprise floor of 798', [['policy_decisions.enterprise_floor_usd_monthly', 798]]),
    {
      name: 'a gate that is null',
      kind: 'finance-telemetry',
      set: [['gate_results.telemetry_gate_window_valid', null]],
      expected: 'fail',
      field: 'gate_results.telemetry_gate_window_valid',
    },
    ...[raw('5.0'), true, '5'].map((value): Mutation => ({
      name: `active subscriptions ${JSON.stringify(value)}`,
      kind: 'finance-telemetry',
      set: [
        ['tier_subscription_snapshot.1.active_subscriptions', value],
        ['tier_subscription_snapshot.1.total_tenants', 9],
      ],
      expected: 'pass',
    })),
  ];

  it('an item missing from the backlog fails, though no field is named', () => {
    const file = JSON.parse(readFileSync(DAY(FILES['policy-decisions']), 'utf8')) as { decision_backlog: { decision_items: unknown[] } };
    file.decision_backlog.decision_items.pop();
    expect(verify('policy-decisions', Buffer.from(JSON.stringify(file)))).toMatchObject({ verdict: 'fail', field: null });
  });

  describe('changed copies', () => {
    it.each(mutations)('$kind: $name → $expected', ({ kind, set, expected, field }) => {
      expect(verify(kind, changed(kind, [])).verdict).toBe('pass');
      const verdict = verify(kind, changed(kind, set));
      expect(verdict).toMatchObject({ verdict: expected, ...(field === undefined ? {} : { field }) });
    });
  });
});

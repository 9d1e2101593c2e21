/** Each finding has a month in which one thing is wrong, and the month it was made from, in which nothing is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ComparedArtifact,
  CONSISTENCY_CODES,
  type ConsistencyCode,
  type ConsistencyFinding,
  consistencyFindings,
  type ConsistencyInput,
} from '../../../src-main/evidence/consistency.ts';
import {
  artifactOf,
  buildMonth,
  documentsOf,
  goodAssumptions,
  goodBenchmarks,
  goodDecisions,
  goodTelemetry,
  inside,
  type Json,
  type JsonObject,
} from '../../support/finance-month.ts';

interface Month {
  readonly telemetry: JsonObject;
  readonly assumptions: JsonObject;
  readonly guardrails: JsonObject;
  readonly packet: JsonObject;
  readonly decisions: JsonObject;
  readonly benchmarks: JsonObject;
  /** Guardrails of the month before. */
  readonly earlier: JsonObject;
}

const goodMonth = (): Month => {
  const { guardrails, packet } = documentsOf(buildMonth());
  const earlier = documentsOf(buildMonth()).guardrails;
  inside(earlier, 'window')['label'] = '2026-03';
  inside(earlier, 'metrics')['blended_gross_margin_percent'] = 85.2;
  return {
    telemetry: goodTelemetry(),
    assumptions: goodAssumptions(),
    guardrails,
    packet,
    decisions: goodDecisions(),
    benchmarks: goodBenchmarks(),
    earlier,
  };
};

const inputOf = ({ earlier, ...month }: Month): ConsistencyInput => ({
  ...(Object.fromEntries(Object.entries(month).map(([role, document]) => [role, artifactOf(`${role}.json`, document as Json)])) as Record<
    'guardrails' | 'telemetry',
    ComparedArtifact
  >),
  earlierGuardrails: [artifactOf('earlier.json', earlier)],
});

const compare = (change: (month: Month) => void): ConsistencyFinding[] => {
  const month = goodMonth();
  change(month);
  return consistencyFindings(inputOf(month));
};
const codesOf = (findings: readonly ConsistencyFinding[]): string[] => findings.map(({ code }) => code);

/** The generator of decisions counts all as annual: in a good month this is known, and nothing else is. */
const KNOWN = 'CONSISTENCY_EFFECTIVE_MRR_ASSUMPTION';

/** What was changed, the finding it must give, and the names of the figures in it. */
const CASES: readonly [ConsistencyCode, string, (month: Month) => void, readonly string[]][] = [
  [
    'CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY',
    'another blended margin',
    ({ guardrails }) => {
      inside(guardrails, 'metrics')['blended_gross_margin_percent'] = 91.5;
      inside(guardrails, 'close_history', 2)['blended_gross_margin_percent'] = 91.5;
    },
    ['blended gross margin'],
  ],
  [
    'CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY',
    'a cent in one tier',
    ({ guardrails, packet }) => {
      for (const document of [guardrails, packet]) inside(document, 'tier_unit_economics', 1)['support_cogs_usd'] = 394.01;
      inside(packet, 'summary', 'totals')['total_support_cogs_usd'] = 1464.01;
    },
    ['Growth: support cost'],
  ],
  [
    'CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY',
    'a gate declared otherwise',
    ({ guardrails, packet }) => {
      for (const document of [guardrails, packet]) inside(document, 'gate_results')['fin_gate_3_annual_discount_impact'] = false;
    },
    ['fin_gate_3_annual_discount_impact'],
  ],
  [
    'CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS',
    'a stress margin that the rows do not give',
    ({ guardrails }) => {
      inside(guardrails, 'metrics')['stress_margin_percent'] = 79;
      inside(guardrails, 'stress_scenario')['projected_margin_percent'] = 79;
    },
    ['stress margin'],
  ],
  [
    'CONSISTENCY_THRESHOLDS_DIFFER',
    'a threshold of its own',
    ({ guardrails }) => (inside(guardrails, 'thresholds')['min_stress_margin_percent'] = 70),
    ['least stress margin'],
  ],
  [
    'CONSISTENCY_THRESHOLDS_DIFFER',
    'a number of closes that stands in one file only: each reader takes another one',
    ({ guardrails, assumptions }) => {
      delete inside(guardrails, 'thresholds')['required_consecutive_margin_closes'];
      delete inside(assumptions, 'thresholds')['required_consecutive_margin_closes'];
    },
    ['closes in a row that must hold the floor'],
  ],
  [
    'CONSISTENCY_CLOSE_HISTORY_DIFFERS',
    'another close than the assumptions',
    ({ guardrails }) => (inside(guardrails, 'close_history', 0)['blended_gross_margin_percent'] = 84.2),
    ['close of 2026-02'],
  ],
  [
    'CONSISTENCY_CLOSE_HISTORY_DIFFERS',
    'another close than the guardrails of that month',
    ({ earlier }) => (inside(earlier, 'metrics')['blended_gross_margin_percent'] = 81.4),
    ['close of 2026-03'],
  ],
  [
    'CONSISTENCY_CLOSE_NOT_THIS_MONTH',
    'a close of this month that is not its margin',
    ({ guardrails }) => (inside(guardrails, 'close_history', 2)['blended_gross_margin_percent'] = 88.8),
    ['close of 2026-04'],
  ],
  [
    'CONSISTENCY_CLOSE_REPEATED',
    'a month that stands twice',
    ({ guardrails }) => {
      const closes = guardrails['close_history'] as Json[];
      closes.splice(1, 0, { ...(closes[1] as JsonObject) });
    },
    ['closes of 2026-03'],
  ],
  [
    'CONSISTENCY_CLOSE_GAP',
    'a month that is missing',
    ({ guardrails, assumptions }) => {
      for (const document of [guardrails, assumptions]) inside(document, 'close_history', 1)['month'] = '2026-01';
    },
    ['close after 2026-01'],
  ],
  [
    'CONSISTENCY_WINDOWS_DIFFER',
    'guardrails of a shorter window',
    ({ guardrails }) => (inside(guardrails, 'window')['end'] = '2026-04-27T23:59:59Z'),
    ['end of the window'],
  ],
  [
    'CONSISTENCY_WINDOWS_DIFFER',
    'decisions that look back only to the middle of the month',
    ({ decisions }) => {
      inside(decisions, 'window')['start'] = '2026-04-10T00:00:00Z';
      inside(decisions, 'telemetry')['months_observed'] = 1;
    },
    ['start of the window'],
  ],
  ['CONSISTENCY_LABELS_DIFFER', 'another label', ({ packet }) => (inside(packet, 'window')['label'] = 'April'), ['label']],
  [
    'CONSISTENCY_CAPTURE_SPREAD',
    'decisions of two weeks later',
    ({ decisions }) => (decisions['captured_at'] = '2026-05-16T06:00:01Z'),
    ['captured at'],
  ],
  [
    'CONSISTENCY_CAPTURED_BEFORE_WINDOW_END',
    'telemetry of a month that is not over',
    ({ telemetry }) => (telemetry['captured_at'] = '2026-04-30T12:00:00Z'),
    ['captured at'],
  ],
  [
    'CONSISTENCY_CAPTURED_BEFORE_SOURCE',
    'guardrails that are older than the assumptions',
    ({ guardrails }) => (guardrails['captured_at'] = '2026-05-02T08:59:59Z'),
    ['captured at'],
  ],
  [
    'CONSISTENCY_POLICY_TIERS_NOT_FROM_TELEMETRY',
    'decisions on other costs',
    ({ decisions }) => (inside(decisions, 'telemetry', 'tier_unit_economics', 2)['llm_cogs_usd'] = 200),
    ['Pro: language-model cost'],
  ],
  [
    'CONSISTENCY_MONTHS_OBSERVED',
    'more months than the window has',
    ({ decisions }) => (inside(decisions, 'telemetry')['months_observed'] = 3),
    ['months observed'],
  ],
  [
    'CONSISTENCY_DISCOUNT_ABOVE_POLICY_CAP',
    'a cap below the discount of annual payment',
    ({ decisions, guardrails, assumptions }) => {
      inside(decisions, 'policy_decisions')['max_annual_discount_percent'] = 16;
      for (const document of [guardrails, assumptions]) inside(document, 'thresholds')['max_annual_discount_impact_percent'] = 16;
    },
    ['Starter', 'Growth', 'Pro', 'Enterprise'].map((tier) => `${tier}: discount of annual payment in percent`),
  ],
  [
    'CONSISTENCY_DISCOUNT_GATE_ABOVE_POLICY_CAP',
    'a gate above the cap',
    ({ decisions }) => (inside(decisions, 'policy_decisions')['max_annual_discount_percent'] = 17.5),
    ['largest impact of annual discounts'],
  ],
  [
    'CONSISTENCY_ENTERPRISE_PRICE_BELOW_FLOOR',
    'a floor above the price',
    ({ decisions }) => (inside(decisions, 'policy_decisions')['enterprise_floor_usd_monthly'] = 900.01),
    ['monthly price of Enterprise'],
  ],
  [
    'CONSISTENCY_MOTION_APPROVED_BEFORE_EVIDENCE',
    'a motion that was approved before the telemetry was there',
    ({ decisions }) => {
      inside(decisions, 'policy_decisions')['pricing_motion_allowed'] = true;
      inside(decisions, 'approvals')['approved_at'] = '2026-05-03T08:29:00Z';
    },
    ['approved before it was captured', 'approved before it was captured'],
  ],
  [
    'CONSISTENCY_PACKET_NOT_FROM_GUARDRAILS',
    'guardrails that round a tier otherwise',
    ({ guardrails }) => (inside(guardrails, 'tier_unit_economics', 0)['gross_margin_percent'] = 84.99),
    ['Starter: gross_margin_percent'],
  ],
  [
    'CONSISTENCY_PACKET_NOT_FROM_TELEMETRY',
    'a packet of other rows',
    ({ packet }) => (inside(packet, 'tier_unit_economics', 3)['gross_margin_percent'] = 12),
    ['Enterprise: gross margin'],
  ],
  [
    'CONSISTENCY_PACKET_DOES_NOT_ADD_UP',
    'a total that is not the sum',
    ({ packet }) => (inside(packet, 'summary', 'totals')['total_mrr_usd'] = 1),
    ['total_mrr_usd'],
  ],
  [
    'CONSISTENCY_PACKET_DOES_NOT_ADD_UP',
    'a year that is not twelve months',
    ({ packet }) => (inside(packet, 'summary')['hosted_arr_run_rate_usd'] = 1),
    ['hosted_arr_run_rate_usd'],
  ],
  [
    'CONSISTENCY_PACKET_DOES_NOT_ADD_UP',
    'a delta that is not the difference',
    ({ packet }) => (inside(packet, 'summary')['hosted_vs_self_hosted_delta_usd'] = 1),
    ['hosted_vs_self_hosted_delta_usd'],
  ],
];

describe('a month that holds together', () => {
  it('has nothing but the known difference of annual payment', () => {
    const findings = compare(() => undefined);
    expect(codesOf(findings)).toEqual([KNOWN]);
    expect(findings[0]).toMatchObject({ severity: 'note', title: 'Decisions and packet count annual payment differently' });
  });

  it('has not even that when the decisions count the mix', () => {
    const findings = compare(({ decisions, packet }) => {
      const rows = inside(decisions, 'telemetry')['tier_unit_economics'] as JsonObject[];
      rows.forEach((row, index) => (row['effective_mrr_usd'] = inside(packet, 'tier_unit_economics', index)['effective_mrr_usd']!));
    });
    expect(findings).toEqual([]);
  });

  it('finds nothing where there is nothing to compare', () => {
    expect(consistencyFindings({})).toEqual([]);
    for (const role of ['guardrails', 'telemetry', 'assumptions', 'decisions', 'benchmarks', 'packet'] as const) {
      expect(consistencyFindings({ [role]: artifactOf(`${role}.json`, goodMonth()[role]) })).toEqual([]);
    }
  });

  it('finds nothing in any selection of its artifacts', () => {
    const whole = inputOf(goodMonth());
    fc.assert(
      fc.property(fc.subarray(Object.keys(whole) as (keyof ConsistencyInput)[]), (roles) => {
        const some = Object.fromEntries(roles.map((role) => [role, whole[role]]));
        expect(codesOf(consistencyFindings(some)).filter((code) => code !== KNOWN)).toEqual([]);
      }),
    );
  });
});

describe('findings', () => {
  it.each(CASES)('%s: %s', (code, _what, change, names) => {
    const found = compare(change).filter((finding) => finding.code === code);
    expect(found.map(({ figures }) => figures.map(({ name }) => name))).toEqual([names]);
    const [finding] = found;
    expect(finding!.severity).toBe(CONSISTENCY_CODES[code]);
    for (const text of [finding!.title, finding!.says, finding!.next_step]) expect(text).toMatch(/^\S.{10,}/);
    for (const { left, right } of finding!.figures) expect(left.value).not.toEqual(right.value);
  });

  it('stand for every code but those that have a test of their own below', () => {
    const own = ['CONSISTENCY_NOT_COMPARED', 'CONSISTENCY_MOTION_ALLOWED_WITH_FALSE_GATE', KNOWN];
    expect([...new Set([...CASES.map(([code]) => code), ...own])].sort()).toEqual(Object.keys(CONSISTENCY_CODES).sort());
  });

  it('come with the gravest first', () => {
    const findings = compare((month) => CASES.forEach(([, , change]) => change(month)));
    const order = findings.map(({ severity }) => ['error', 'warning', 'note'].indexOf(severity));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(3);
  });

  it('name the artifacts, their digests and the places in them', () => {
    const month = goodMonth();
    inside(month.guardrails, 'thresholds')['min_stress_margin_percent'] = 70;
    const [finding] = consistencyFindings(inputOf(month));
    expect(finding).toMatchObject({ code: 'CONSISTENCY_THRESHOLDS_DIFFER', roles: ['finance-guardrails', 'finance-assumptions'] });
    expect(finding!.figures[0]).toEqual({
      name: 'least stress margin',
      left: {
        role: 'finance-guardrails',
        artifact: 'guardrails.json',
        sha256: artifactOf('', month.guardrails).sha256,
        pointer: '/thresholds/min_stress_margin_percent',
        value: 70,
      },
      right: {
        role: 'finance-assumptions',
        artifact: 'assumptions.json',
        sha256: artifactOf('', month.assumptions).sha256,
        pointer: '/thresholds/min_stress_margin_percent',
        value: 75,
      },
      difference: -5,
    });
  });

  it('do not depend on the order of members', () => {
    const reversed = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    for (const [, , change] of CASES) {
      const month = goodMonth();
      change(month);
      const turned = Object.fromEntries(
        Object.entries(month).map(([role, document]) => [role, reversed(document as Json)]),
      ) as unknown as Month;
      const plain = (findings: readonly ConsistencyFinding[]) => findings.map(({ code, says, figures }) => [code, says, figures.length]);
      expect(plain(consistencyFindings(inputOf(turned)))).toEqual(plain(consistencyFindings(inputOf(month))));
    }
  });
});

describe('guardrails against telemetry', () => {
  it('says the formula with the numbers in it', () => {
    const [finding] = compare(({ guardrails }) => (inside(guardrails, 'tier_unit_economics', 0)['effective_mrr_usd'] = 4000));
    expect(finding!.figures[0]).toMatchObject({
      name: 'Starter: effective MRR',
      right: { formula: '5040 × (1 − 0.4 × (1 − 0.833333))', value: 4704 },
      difference: -704,
    });
  });

  it('looks at list revenue and model cost where there are no assumptions', () => {
    const { guardrails, telemetry } = goodMonth();
    inside(guardrails, 'tier_unit_economics', 2)['mrr_usd'] = 10_801;
    inside(guardrails, 'tier_unit_economics', 2)['effective_mrr_usd'] = 5;
    const findings = consistencyFindings({ guardrails: artifactOf('g', guardrails), telemetry: artifactOf('t', telemetry) });
    const finding = findings.find(({ code }) => code === 'CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY');
    expect(finding).toMatchObject({
      roles: ['finance-guardrails', 'finance-telemetry'],
    });
    expect(finding!.figures.map(({ name }) => name)).toEqual(['Pro: MRR at list price']);
  });

  it('does not compare figures of windows that do not overlap: the windows are the finding', () => {
    const findings = compare(({ guardrails }) => {
      guardrails['window'] = { start: '2026-03-01T00:00:00Z', end: '2026-03-31T23:59:59Z', label: '2026-03' };
      inside(guardrails, 'metrics')['p95_tenant_llm_cogs_pct_mrr'] = 7.77;
    });
    expect(codesOf(findings)).toContain('CONSISTENCY_WINDOWS_DIFFER');
    expect(codesOf(findings)).not.toContain('CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY');
  });

  it('takes the last second, its last microsecond and the next midnight for one end', () => {
    for (const end of ['2026-04-30T23:59:59Z', '2026-04-30T23:59:59.999999Z', '2026-05-01T00:00:00Z', '2026-05-01T02:00:00+02:00']) {
      expect(codesOf(compare(({ guardrails }) => (inside(guardrails, 'window')['end'] = end)))).toEqual([KNOWN]);
    }
  });
});

describe('the stress margin', () => {
  it('is an error where the gate would come out otherwise', () => {
    const findings = compare(({ guardrails, assumptions }) => {
      for (const document of [guardrails, assumptions]) inside(document, 'thresholds')['min_stress_margin_percent'] = 84;
      inside(guardrails, 'metrics')['stress_margin_percent'] = 84;
      inside(guardrails, 'stress_scenario')['projected_margin_percent'] = 84;
    });
    expect(findings.find(({ code }) => code === 'CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS')).toMatchObject({ severity: 'error' });
  });
});

describe('effective MRR of the decisions', () => {
  it('is a warning where it follows from neither assumption', () => {
    const [finding] = compare(({ decisions }) => (inside(decisions, 'telemetry', 'tier_unit_economics', 1)['effective_mrr_usd'] = 9000));
    expect(finding).toMatchObject({ code: KNOWN, severity: 'warning' });
    expect(finding!.figures.find(({ name }) => name === 'Growth: effective MRR')).toMatchObject({
      left: { value: 9000 },
      right: { formula: '9360 × (1 − 0.5 × (1 − 0.833333)), the mix of assumptions.json', value: 8580 },
      difference: 420,
    });
  });
});

describe('a pricing motion', () => {
  const allow = ({ decisions }: Month): void => {
    inside(decisions, 'policy_decisions')['pricing_motion_allowed'] = true;
  };

  it('may not be allowed while a gate is false', () => {
    const assumptions = goodAssumptions();
    inside(assumptions, 'conversion_signals')['growth_to_pro_conversion_mom_delta_percent'] = -0.5;
    const { guardrails } = documentsOf(buildMonth(goodTelemetry(), assumptions));
    const decisions = goodDecisions();
    const compared = () => consistencyFindings({ guardrails: artifactOf('g', guardrails), decisions: artifactOf('d', decisions) });
    expect(compared()).toEqual([]);
    inside(decisions, 'policy_decisions')['pricing_motion_allowed'] = true;
    expect(compared()).toMatchObject([
      {
        code: 'CONSISTENCY_MOTION_ALLOWED_WITH_FALSE_GATE',
        severity: 'error',
        figures: [{ name: 'fin_gate_4_expansion_signal', left: { value: true }, right: { value: false } }],
      },
    ]);
  });

  it('is no finding where all gates hold and the approval came last', () => {
    expect(codesOf(compare(allow))).toEqual([KNOWN]);
  });

  it('counts the register of benchmarks among the evidence', () => {
    const findings = compare((month) => {
      allow(month);
      month.benchmarks['captured_at'] = '2026-05-03T09:30:01Z';
    });
    expect(findings.find(({ code }) => code === 'CONSISTENCY_MOTION_APPROVED_BEFORE_EVIDENCE')?.roles).toEqual([
      'policy-decisions',
      'pricing-benchmarks',
    ]);
  });
});

describe('what cannot be read', () => {
  it.each<[string, Json]>([
    ['no object', []],
    ['an empty object', {}],
    ['a text where a number is meant', { ...goodMonth().guardrails, stress_scenario: { infra_cost_multiplier: 'two' } }],
  ])('is left out and named: %s', (_what, document) => {
    const findings = consistencyFindings({ ...inputOf(goodMonth()), guardrails: artifactOf('guardrails.json', document) });
    expect(codesOf(findings).toSorted()).toEqual([KNOWN, 'CONSISTENCY_NOT_COMPARED'].toSorted());
    const unread = findings.find(({ code }) => code === 'CONSISTENCY_NOT_COMPARED');
    expect(unread).toMatchObject({ severity: 'note', title: 'guardrails.json could not be compared', roles: ['finance-guardrails'] });
  });

  it('a close of another shape is passed over, as its verifier passes over those it does not count', () => {
    const findings = compare(({ guardrails }) => (guardrails['close_history'] as Json[]).unshift('before the records began'));
    expect(codesOf(findings)).toEqual([KNOWN]);
  });
});

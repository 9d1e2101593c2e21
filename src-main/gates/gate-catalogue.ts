import { FAILURE_SCENARIOS, failureGate } from '../evidence/index.ts';
import type { GateRole } from './gate-flags.ts';

/** Every gate of a release: what it is called, what it compares, and what to do where it fails. Plain data. */

export const GATE_GROUPS = [
  'finance',
  'telemetry',
  'pricing-register',
  'policy-decisions',
  'stress',
  'failure-injection',
  'monthly-refresh',
  'operational-readiness',
  'disposition',
  'key-rotation',
] as const;
export type GateGroup = (typeof GATE_GROUPS)[number];

/** What a gate is judged from: one artifact, or guardrails, telemetry and decisions together. */
export type GateSource = GateRole | 'monthly-refresh' | 'operational-readiness';

export interface CatalogueGate {
  readonly id: string;
  readonly group: GateGroup;
  readonly source: GateSource;
  /** As it stands in tables: `FIN 2`. */
  readonly shortId: string;
  readonly name: string;
  readonly explanation: string;
  readonly nextStep: string;
  /** How the figure stands to its limit; null where the gate is a yes or no. */
  readonly comparison: '≥' | '≤' | null;
  readonly unit: 'percent' | 'hours' | 'days' | 'months' | 'seconds' | 'requests/s' | 'count' | null;
  /**
   * Whether its failing fails the run. The reference accepts telemetry gates that are honestly false, and readiness says
   * how far things are; both are shown and decide nothing.
   */
  readonly decides: boolean;
}

type Row = readonly [id: string, shortId: string, name: string, explanation: string, nextStep: string];
type Figure = Pick<CatalogueGate, 'comparison' | 'unit'>;
const NO_FIGURE: Figure = { comparison: null, unit: null };

function gates(
  group: GateGroup,
  source: GateSource,
  rows: readonly Row[],
  more: { readonly figures?: Readonly<Record<string, Figure>>; readonly advisory?: readonly string[] | 'all' } = {},
): CatalogueGate[] {
  return rows.map(([id, shortId, name, explanation, nextStep]) => ({
    id,
    group,
    source,
    shortId,
    name,
    explanation,
    nextStep,
    ...(more.figures?.[shortId] ?? NO_FIGURE),
    decides: more.advisory !== 'all' && more.advisory?.includes(shortId) !== true,
  }));
}

const atLeast = (unit: CatalogueGate['unit']): Figure => ({ comparison: '≥', unit });
const atMost = (unit: CatalogueGate['unit']): Figure => ({ comparison: '≤', unit });

const FINANCE = gates(
  'finance',
  'finance-guardrails',
  [
    [
      'fin_gate_1_gross_margin_floor',
      'FIN 1',
      'Gross margin floor',
      'Blended gross margin, and that of each of the last closes, is at or above the floor.',
      'Find the tier whose margin fell, and agree on a plan for its costs or its price before anything is repriced.',
    ],
    [
      'fin_gate_2_llm_cogs_containment',
      'FIN 2',
      'LLM cost containment, p95',
      'LLM cost of the tenant at the 95th percentile, in percent of what it pays, is at or below the limit.',
      'Look at the heaviest tenants of the tier, and at its limits on analyses and tokens.',
    ],
    [
      'fin_gate_3_annual_discount_impact',
      'FIN 3',
      'Annual discount impact',
      'What annual plans take off the list revenue, in percent, is at or below the limit.',
      'Check the share of annual plans and their factor, and hold further discounts.',
    ],
    [
      'fin_gate_4_expansion_signal',
      'FIN 4',
      'Expansion signal',
      'Conversion from Growth to Pro and from Pro to Enterprise does not fall from month to month.',
      'Find out why tenants stopped moving up before the packages are changed.',
    ],
    [
      'fin_gate_5_stress_resilience',
      'FIN 5',
      'Stress margin',
      'With infrastructure at a multiple of its cost, the margin is still at or above its floor.',
      'Lower the infrastructure cost of the tier that carries most of it, or raise its price floor.',
    ],
  ],
  {
    figures: {
      'FIN 1': atLeast('percent'),
      'FIN 2': atMost('percent'),
      'FIN 3': atMost('percent'),
      'FIN 4': atLeast('percent'),
      'FIN 5': atLeast('percent'),
    },
  },
);

const COLLECT = 'Collect the snapshot again for the whole month.';
const TELEMETRY = gates(
  'telemetry',
  'finance-telemetry',
  [
    [
      'telemetry_gate_required_tiers_present',
      'TEL 1',
      'All tiers reported',
      'Usage, subscriptions and prices of all five tiers are there.',
      COLLECT,
    ],
    [
      'telemetry_gate_window_valid',
      'TEL 2',
      'Window valid',
      'The window ends after it begins, and was over when it was captured.',
      COLLECT,
    ],
    ['telemetry_gate_percentiles_valid', 'TEL 3', 'Percentiles in order', 'In each tier p50 is at most p95, and p95 at most p99.', COLLECT],
    ['telemetry_gate_artifact_fresh', 'TEL 4', 'Telemetry fresh', 'The snapshot was captured within the age limit.', COLLECT],
    [
      'telemetry_gate_free_tier_guardrails_bounded',
      'TEL 5',
      'Free tier bounded by Starter',
      'No limit of the free tier is above that of Starter.',
      'Lower the limits of the free tier that are above those of Starter.',
    ],
    [
      'telemetry_gate_free_tier_margin_guarded',
      'TEL 6',
      'Free tier cost guarded',
      'LLM cost of the free tier, in percent of what Starter brings in, is at or below the limit.',
      'Lower the allowance of the free tier, or find the tenants that use most of it.',
    ],
  ],
  { figures: { 'TEL 4': atMost('hours'), 'TEL 6': atMost('percent') }, advisory: ['TEL 5', 'TEL 6'] },
);

const REGISTER = gates(
  'pricing-register',
  'pricing-benchmarks',
  [
    [
      'pkg_gate_020_register_fresh',
      'PKG 020a',
      'Benchmarks fresh',
      'Every source of the register was read within the age limit.',
      'Read the sources that are too old again, and capture the register anew.',
    ],
    [
      'pkg_gate_020_required_classes_present',
      'PKG 020b',
      'Source classes complete',
      'Each class of source that the register asks for is represented.',
      'Add a source of the class that is missing.',
    ],
    [
      'pkg_gate_020_minimum_sources_met',
      'PKG 020c',
      'Enough sources',
      'The register rests on enough sources.',
      'Add sources to the register.',
    ],
  ],
  { figures: { 'PKG 020a': atMost('days'), 'PKG 020c': atLeast('count') } },
);

const POLICY = gates(
  'policy-decisions',
  'policy-decisions',
  [
    [
      'pkg_fin_gate_policy_decisions_complete',
      'POL 1',
      'Policy decisions complete',
      'Every commercial decision is made, and none is a placeholder.',
      'Fill in the decision that is missing, and have it approved.',
    ],
    [
      'pkg_fin_gate_telemetry_window_sufficient',
      'POL 2',
      'Telemetry window, months',
      'The decisions rest on at least two monthly closes.',
      'Wait for the second close, and make the decisions anew from both.',
    ],
    [
      'pkg_fin_gate_approvals_complete',
      'POL 3',
      'Approvals complete',
      'Finance, product and go-to-market have approved, with record and time.',
      'Obtain the approval that is missing, and name its record.',
    ],
    [
      'pkg_fin_gate_pricing_motion_guarded',
      'POL 4',
      'Pricing motion guarded',
      'A pricing motion is allowed where production was observed over two months, and only there.',
      'Forbid the motion until production telemetry is there, or observe production first.',
    ],
    [
      'pkg_fin_gate_backlog_coverage_complete',
      'POL 5',
      'Decision backlog covered',
      'Each of the thirty decisions has an owner and an approval.',
      'Add the decisions that are missing.',
    ],
    [
      'pkg_fin_gate_launch_blockers_resolved',
      'POL 6',
      'Launch blockers resolved',
      'No decision that blocks the launch is put off until after it.',
      'Decide what blocks the launch, or have it approved that it does not.',
    ],
    [
      'pkg_fin_gate_postlaunch_commitments_scheduled',
      'POL 7',
      'Later commitments scheduled',
      'What is put off has a date and a measure of success.',
      'Give each commitment a date and a measure of success.',
    ],
  ],
  { figures: { 'POL 2': atLeast('months'), 'POL 5': atLeast('count') } },
);

const LOAD = 'Find what slowed down since the last run, then run the load test again on staging.';
const STRESS = gates(
  'stress',
  'stress',
  [
    ['enforcement_gate_stress_p95', 'ENF 1', 'Response time, p95', 'The slowest round answers 95 of 100 requests within the limit.', LOAD],
    [
      'enforcement_gate_stress_error_rate',
      'ENF 2',
      'Failed requests',
      'The share of failed requests over all rounds is within the limit.',
      LOAD,
    ],
    ['enforcement_gate_stress_throughput', 'ENF 3', 'Throughput, slowest round', 'The slowest round still answers enough requests.', LOAD],
    [
      'enforcement_gate_stress_load',
      'ENF 4',
      'Load sufficient',
      'Enough rounds, users and time on the right database, over all endpoints, after a preflight that passed.',
      'Run the load test again with the rounds, users, duration and database that the gate asks for.',
    ],
  ],
  { figures: { 'ENF 1': atMost('seconds'), 'ENF 2': atMost('percent'), 'ENF 3': atLeast('requests/s') } },
);

const SCENARIO_NAMES: Readonly<Record<(typeof FAILURE_SCENARIOS)[number], readonly [name: string, explanation: string]>> = {
  'FI-001': ['Late gate falls back safely', 'A gate that answers too late ends in the safe mode that was configured.'],
  'FI-002': ['Lock contention named', 'A lock that is held or times out ends with its own reason code.'],
  'FI-003': ['Reused token refused', 'An approval token that is replayed or altered is refused.'],
  'FI-004': ['Reconciliation settles once', 'Two reconciliations of one reservation settle it once.'],
  'FI-005': ['Global limit holds', 'One tenant that saturates its limiter does not lift the global limit.'],
};
const FAILURES = gates(
  'failure-injection',
  'failure-injection',
  FAILURE_SCENARIOS.map((id): Row => {
    const [name, explanation] = SCENARIO_NAMES[id];
    return [
      failureGate(id),
      id.replace('-', ' '),
      name,
      explanation,
      `Mend what ${id} found, then run the drill again with a second person.`,
    ];
  }),
);

const REFRESH = gates(
  'monthly-refresh',
  'monthly-refresh',
  [
    [
      'monthly_refresh_gate_age',
      'REF 1',
      'Monthly evidence, age',
      'Guardrails, telemetry and decisions were captured lately, and none lies in the future.',
      'Capture the artifact that is too old again.',
    ],
    [
      'monthly_refresh_gate_capture_spread',
      'REF 2',
      'Monthly evidence, spread',
      'Guardrails, telemetry and decisions were captured close together.',
      'Capture the oldest of the three again, so that they speak of the same time.',
    ],
  ],
  { figures: { 'REF 1': atMost('days'), 'REF 2': atMost('days') } },
);

const READINESS = gates(
  'operational-readiness',
  'operational-readiness',
  [
    [
      'prelaunch_operational_ready',
      'OPS 1',
      'Ready for launch',
      'All gates of guardrails, telemetry and decisions hold.',
      'See which of those gates does not hold.',
    ],
    [
      'production_observed_telemetry_ready',
      'OPS 2',
      'Production telemetry',
      'The decisions rest on at least two months that were observed in production.',
      'Collect two months in production, and make the decisions anew from them.',
    ],
    [
      'segregated_approval_governance_ready',
      'OPS 3',
      'Owners separate',
      'Finance, product and go-to-market approve as three different persons.',
      'Name three owners, and set the governance mode to segregated owners.',
    ],
    [
      'postlaunch_pricing_motion_ready',
      'OPS 4',
      'Ready for a pricing motion',
      'Ready for launch, with production telemetry and separate owners.',
      'See which of the three is missing.',
    ],
  ],
  // How far things are.
  { figures: { 'OPS 2': atLeast('months') }, advisory: 'all' },
);

const DISPOSITION = gates('disposition', 'disposition-register', [
  [
    'disposition_gate_reviews_scheduled',
    'DSP 1',
    'Reviews scheduled',
    'Each finding has an owner and a review that is neither overdue nor too far ahead.',
    'Review the findings that are due, and set the next date.',
  ],
  [
    'disposition_gate_probes_agree',
    'DSP 2',
    'Probes agree',
    'An exception rests on probes that pass, a planned rebuild on one that fails.',
    'Run the probes again, and change the disposition that they contradict.',
  ],
  [
    'disposition_gate_findings_covered',
    'DSP 3',
    'Findings covered',
    'Each required finding has a disposition.',
    'Add the dispositions that are missing.',
  ],
]);

const DRILL = 'Repeat the drill with a second person, and record each step.';
const ROTATION = gates('key-rotation', 'key-rotation-drill', [
  ['key_rotation_gate_steps_passed', 'KEY 1', 'Rotation steps passed', 'Each step of the drill passed.', DRILL],
  [
    'key_rotation_gate_new_key_accepted',
    'KEY 2',
    'New key accepted',
    'The old key worked before the rotation, the new one after it.',
    DRILL,
  ],
  [
    'key_rotation_gate_old_key_refused',
    'KEY 3',
    'Old key refused',
    'After the rotation the old key is refused.',
    'Withdraw the old key wherever it is still accepted.',
  ],
  ['key_rotation_gate_rollback_tested', 'KEY 4', 'Way back tested', 'Going back to the old key was tried, and works.', DRILL],
  [
    'key_rotation_gate_defences_intact',
    'KEY 5',
    'Defences intact',
    'Fallback, protection against replay, and alerts worked throughout.',
    DRILL,
  ],
]);

/** In the order in which a run lists them. */
export const GATE_CATALOGUE: readonly CatalogueGate[] = [
  ...FINANCE,
  ...TELEMETRY,
  ...REGISTER,
  ...POLICY,
  ...STRESS,
  ...FAILURES,
  ...REFRESH,
  ...READINESS,
  ...DISPOSITION,
  ...ROTATION,
];

/** The catalogue's entry of a gate; undefined where no release knows it. */
export const gateById = (id: string): CatalogueGate | undefined => GATE_CATALOGUE.find((gate) => gate.id === id);

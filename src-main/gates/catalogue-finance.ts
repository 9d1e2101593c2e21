import { atLeast, atMost, gates } from './catalogue-entry.ts';

/** Gates over what the committee reads: guardrails, telemetry, benchmarks, decisions, and these together. */

export const FINANCE = gates(
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
export const TELEMETRY = gates(
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

export const REGISTER = gates(
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

export const POLICY = gates(
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

export const REFRESH = gates(
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

export const READINESS = gates(
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

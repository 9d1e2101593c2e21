import { FAILURE_SCENARIOS, failureGate } from '../evidence/index.ts';
import { atLeast, atMost, gates, type Row } from './catalogue-entry.ts';

/** Gates over how the enforcement service holds up: load, failures, open findings, keys. */

const LOAD = 'Find what slowed down since the last run, then run the load test again on staging.';
export const STRESS = gates(
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
export const FAILURES = gates(
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

export const DISPOSITION = gates('disposition', 'disposition-register', [
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
export const ROTATION = gates('key-rotation', 'key-rotation-drill', [
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

import { type Fields, shortened } from '../reference/fields.ts';
import { requiredText } from '../reference/text.ts';
import { addGate, checkCapturedAt, DRILL_AGE_OPTION, type DrillAgeOptions, filledTexts, lowered, NO_LEAST } from './drill-parts.ts';
import type { Verifier } from './verifier.ts';

/**
 * The staged drill in which five failures are caused on purpose (contract A.10). The rules and their order are the
 * reference's, except that `overall_passed` must be a JSON boolean. Each scenario is a gate of its own; the gates are ours.
 */
export const FAILURE_SCENARIOS = ['FI-001', 'FI-002', 'FI-003', 'FI-004', 'FI-005'] as const;

const PROFILE = 'enforcement_failure_injection';
const RUNNER = 'staged_failure_injection';

/** `enforcement_gate_failure_fi_001` … */
export const failureGate = (scenario: string): string => `enforcement_gate_failure_${scenario.toLowerCase().replace('-', '_')}`;

export const failureInjection: Verifier<DrillAgeOptions> = {
  label: 'enforcement-failure-injection',
  roles: ['artifact'],
  options: [DRILL_AGE_OPTION],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    if (lowered(root.raw('profile')) !== PROFILE) throw root.refuse('profile', `must be ${PROFILE}`);
    if (requiredText(root.raw('runner')) !== RUNNER) throw root.refuse('runner', `must be ${RUNNER}`);
    if (lowered(root.raw('execution_class')) !== 'staged') throw root.refuse('execution_class', 'must be staged');
    checkCapturedAt(root, options, now);
    const executedBy = root.text('executed_by');
    if (root.text('approved_by') === executedBy) throw root.refuse('approved_by', 'must be another person than executed_by');

    const statuses = new Map<string, boolean>();
    for (const scenario of root.items('scenarios', { filled: true })) {
      const { id, passed } = readScenario(scenario, statuses);
      statuses.set(id, passed);
    }
    const missing = FAILURE_SCENARIOS.filter((id) => !statuses.has(id));
    if (missing.length > 0) throw root.refuse('scenarios', `must include ${missing.join(', ')}`);
    for (const id of FAILURE_SCENARIOS) {
      const passed = statuses.get(id) === true;
      addGate(draft, failureGate(id), passed, passed ? `${id} passed` : `${id} failed`);
    }
    checkSummary(root.child('summary'), statuses);
  },
};

function readScenario(scenario: Fields, seen: ReadonlyMap<string, boolean>): { id: string; passed: boolean } {
  const id = scenario.text('id').toUpperCase();
  if (seen.has(id)) throw scenario.refuse('id', `${id} stands twice`);
  if (!(FAILURE_SCENARIOS as readonly string[]).includes(id)) {
    throw scenario.refuse('id', `must be one of ${FAILURE_SCENARIOS.join(', ')}, not “${shortened(id)}”`);
  }
  const status = scenario.oneOf('status', ['pass', 'fail'], { anyCase: true });
  const seconds = scenario.number('duration_seconds');
  if (seconds <= 0) throw scenario.refuse('duration_seconds', `must be above 0, not ${seconds}`);
  filledTexts(scenario, 'checks');
  filledTexts(scenario, 'evidence_refs');
  return { id, passed: status === 'pass' };
}

function checkSummary(summary: Fields, statuses: ReadonlyMap<string, boolean>): void {
  const passed = BigInt([...statuses.values()].filter(Boolean).length);
  const total = BigInt(statuses.size);
  const declared = (key: string): bigint => summary.integer(key, { min: NO_LEAST });
  // All three are read before any is compared, as in the reference.
  const [declaredTotal, declaredPassed, declaredFailed] = [
    declared('total_scenarios'),
    declared('passed_scenarios'),
    declared('failed_scenarios'),
  ];
  const same = (key: string, given: bigint, computed: bigint): void => {
    if (given !== computed) throw summary.refuse(key, `must be ${computed}, not ${shortened(String(given))}`);
  };
  same('total_scenarios', declaredTotal, total);
  same('passed_scenarios', declaredPassed, passed);
  same('failed_scenarios', declaredFailed, total - passed);
  const overall = summary.boolean('overall_passed');
  if (overall !== (passed === total)) {
    throw summary.refuse('overall_passed', `must be ${passed === total}: ${total - passed} of ${total} scenarios failed`);
  }
  if (!overall) throw summary.refuse('overall_passed', `must be true: ${total - passed} of ${total} scenarios failed`);
}

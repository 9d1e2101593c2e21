import { DAY, document, type EvidenceFile, iso } from './demo-months.ts';

/** Records of the demo that go with a release: what is done about the findings of an audit, and how a signing key was replaced. */

const FINDINGS = [
  ['VAL-ADAPT-001', 'documented_exception', 'Adapters of two providers share one parser; tests hold each of them.', ['adapter_tests']],
  ['VAL-ADAPT-002+', 'planned_refactor', 'Three modules are above the size that was agreed.', ['adapter_tests', 'module_sizes']],
  ['VAL-API-001', 'documented_exception', 'An old route answers beside the new one until its callers have moved.', ['route_contracts']],
  ['VAL-API-002', 'accepted_risk', 'A list of more than 50,000 rows is slow; nobody has asked for one.', ['route_contracts']],
  ['VAL-API-004', 'documented_exception', 'Two error codes mean the same; both are documented.', ['route_contracts']],
  ['VAL-DB-002', 'accepted_risk', 'One report reads a whole table at night.', ['query_plans']],
  ['VAL-DB-003', 'documented_exception', 'A foreign key is checked in code, because its table lives elsewhere.', ['query_plans']],
  ['VAL-DB-004', 'planned_refactor', 'History is kept in the same table as the present.', ['query_plans', 'module_sizes']],
] as const;

const PROBES = [
  ['adapter_tests', true, '212 adapters, 212 tested'],
  ['module_sizes', false, '3 modules above the budget'],
  ['route_contracts', true, '148 routes, 148 as documented'],
  ['query_plans', true, 'no full scan in a request'],
] as const;

export function dispositions(capturedAt: string): EvidenceFile {
  const reviewBy = iso(Date.parse(capturedAt) + 75 * DAY).slice(0, 10);
  return {
    name: 'disposition_register.json',
    text: document({
      captured_at: capturedAt,
      source_audit_path: 'audits/2026/findings.md',
      runtime_probe_results: PROBES.map(([id, passed, excerpt]) => ({
        probe_id: id,
        command: `checks run ${id}`,
        passed,
        output_excerpt: excerpt,
      })),
      dispositions: FINDINGS.map(([id, status, rationale, probes], index) => ({
        finding_id: id,
        status,
        owner: 'Ines Duarte',
        rationale,
        exit_criteria: 'Closed when two audits in a row do not find it.',
        control_probe_ids: probes,
        review_by: reviewBy,
        ...(status === 'planned_refactor' ? { backlog_ref: `ENG-${410 + index}` } : {}),
      })),
    }),
  };
}

const STEPS = [
  'make the new key beside the old one',
  'sign with the new key',
  'withdraw the old key',
  'go back and forward again',
] as const;
const CHECKS = [
  'old_key_accepted_before_rotation',
  'new_key_accepted_after_rotation',
  'old_key_refused_after_rotation',
  'fallback_verified',
  'rollback_tested',
  'replay_refused',
  'alerts_verified',
] as const;

export function keyRotation(capturedAt: string): EvidenceFile {
  const end = Date.parse(capturedAt);
  const minutes = (before: number): string => iso(end - before * 60_000);
  const log = `drill-log/${capturedAt.slice(0, 10)}`;
  return {
    name: 'key_rotation_drill.json',
    text: document({
      profile: 'key_rotation_drill',
      drill_id: `KRD-${capturedAt.slice(0, 7)}`,
      environment: 'staging',
      captured_at: capturedAt,
      executed_at: minutes(150),
      next_drill_due_on: iso(end + 90 * DAY).slice(0, 10),
      executed_by: 'Ines Duarte',
      approved_by: 'Amara Okafor',
      keys: {
        purpose: 'approval tokens of the enforcement service',
        old_key_id: 'enforcement-approval-a',
        new_key_id: 'enforcement-approval-b',
      },
      steps: STEPS.map((name, index) => ({
        id: `KR-${index + 1}`,
        name,
        status: 'pass',
        performed_at: minutes(140 - index * 35),
        evidence_refs: [`${log}/KR-${index + 1}`],
      })),
      checks: Object.fromEntries(CHECKS.map((check) => [check, { passed: true, evidence_ref: `${log}/${check}` }])),
      gate_results: Object.fromEntries(
        ['steps_passed', 'new_key_accepted', 'old_key_refused', 'rollback_tested', 'defences_intact'].map((gate) => [
          `key_rotation_gate_${gate}`,
          true,
        ]),
      ),
    }),
  };
}

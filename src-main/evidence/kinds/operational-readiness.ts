import { instantText, type Micros, MICROS_PER_SECOND } from '../reference/timestamps.ts';
import { Refusal } from '../verdict.ts';
import { financeGuardrails } from './finance-guardrails.ts';
import { financeTelemetry } from './finance-telemetry.ts';
import { policyDecisions, SUFFICIENT_MONTHS } from './policy-decisions.ts';
import type { Draft, EvidenceFiles, EvidenceRole, Verifier } from './verifier.ts';

/**
 * Guardrails, telemetry and decisions together (contract A.8). Passing does not mean ready: honestly false telemetry gates,
 * allowed finance gates and gates that only the file knows make `prelaunch_operational_ready` false while the exit is 0.
 */

export interface OperationalReadinessOptions {
  /** Hours, at least 0.01; no limit where they are absent. */
  readonly maxPolicyAgeHours?: number;
  readonly maxFinanceAgeHours?: number;
  readonly maxTelemetryAgeHours?: number;
  readonly allowFailedFinGates?: boolean;
  readonly requireProductionObservedTelemetry?: boolean;
  readonly requireSegregatedOwners?: boolean;
}

export const operationalReadiness: Verifier<OperationalReadinessOptions> = {
  label: 'pkg-fin-operational-readiness',
  roles: ['guardrails', 'telemetry', 'policy'],
  options: [
    { name: 'maxPolicyAgeHours', flag: 'max-policy-age-hours', type: 'number', says: 'oldest decisions that count, in hours' },
    { name: 'maxFinanceAgeHours', flag: 'max-finance-age-hours', type: 'number', says: 'oldest guardrails that count, in hours' },
    { name: 'maxTelemetryAgeHours', flag: 'max-telemetry-age-hours', type: 'number', says: 'oldest telemetry that counts, in hours' },
    { name: 'allowFailedFinGates', flag: 'allow-failed-fin-gates', type: 'switch', says: 'accept finance gates that are false and say so' },
    {
      name: 'requireProductionObservedTelemetry',
      flag: 'require-production-observed-telemetry',
      type: 'switch',
      says: 'fail without two months of telemetry observed in production',
    },
    {
      name: 'requireSegregatedOwners',
      flag: 'require-segregated-owners',
      type: 'switch',
      says: 'fail unless three different owners approved',
    },
  ],
  verify(files, options, now, draft) {
    verifyPart('policy', (part) => policyDecisions.verify(files.only('policy'), ageOf(options.maxPolicyAgeHours), now, part), draft);
    const finance = { ...ageOf(options.maxFinanceAgeHours), allowFailedGates: options.allowFailedFinGates === true };
    verifyPart('guardrails', (part) => financeGuardrails.verify(files.only('guardrails'), finance, now, part), draft);
    verifyPart(
      'telemetry',
      (part) => financeTelemetry.verify(files.only('telemetry'), ageOf(options.maxTelemetryAgeHours), now, part),
      draft,
    );
    for (const { role, prefix } of GATES) addUnknownGates(files, role, prefix, draft);
    summarise(files, options, now, draft);
  },
};

const ageOf = (hours: number | undefined) => (hours === undefined ? {} : { maxArtifactAgeHours: hours });

const NAMES = { artifact: 'The artifact', guardrails: 'Guardrails', telemetry: 'Telemetry', policy: 'Decisions' } as const;

function verifyPart(role: EvidenceRole, verify: (part: Draft) => void, draft: Draft): void {
  draft.within(role, NAMES[role], verify);
}

/** Which gates of which file count as what; a gate's prefix says whose it is. */
const GATES = [
  { role: 'policy', summary: 'policy', prefix: 'pkg_fin_gate_' },
  { role: 'guardrails', summary: 'finance', prefix: 'fin_gate_' },
  { role: 'telemetry', summary: 'telemetry', prefix: 'telemetry_gate_' },
] as const;

/** Gates grouped as the reference groups them in its summary. */
export const readinessGates = (gates: Readonly<Record<string, boolean>>): Record<string, Record<string, boolean>> =>
  Object.fromEntries(
    GATES.map(({ summary, prefix }) => [summary, Object.fromEntries(Object.entries(gates).filter(([gate]) => gate.startsWith(prefix)))]),
  );

/** Every gate with the prefix counts, also one that no rule knows; it must be a boolean. */
function addUnknownGates(files: EvidenceFiles, role: EvidenceRole, prefix: string, draft: Draft): void {
  draft.within(role, NAMES[role], (part) => {
    const results = files.root(role, part).child('gate_results');
    part.strictness.length = 0;
    for (const gate of results.keys()) {
      if (!gate.startsWith(prefix) || gate in draft.gates) continue;
      const declared = results.boolean(gate);
      part.gates[gate] = declared;
      part.gateResults.push({ gate, declared, computed: declared, says: 'declared; no rule computes it' });
    }
  });
}

function summarise(files: EvidenceFiles, options: OperationalReadinessOptions, now: Micros, draft: Draft): void {
  const grouped = readinessGates(draft.gates);
  const allPass = (name: string) => Object.values(grouped[name] ?? {}).every(Boolean);
  const [policy, finance, telemetry] = [allPass('policy'), allPass('finance'), allPass('telemetry')];
  const decisions = draft.within('policy', NAMES.policy, (part) => {
    const root = files.root('policy', part);
    const [observed, approvals] = [root.child('telemetry'), root.child('approvals')];
    const read = {
      sourceType: observed.text('source_type'),
      months: observed.integer('months_observed', { min: 1n }),
      governance: approvals.text('governance_mode'),
    };
    // All of this was noted when the decisions were verified.
    part.strictness.length = 0;
    return read;
  });
  const prelaunch = policy && finance && telemetry;
  const production = decisions.sourceType === 'production_observed' && decisions.months >= SUFFICIENT_MONTHS;
  const segregated = decisions.governance === 'segregated_owners';
  Object.assign(draft.derived, {
    approval_governance_mode: decisions.governance,
    finance_all_gates_pass: finance,
    months_observed: jsonNumber(decisions.months),
    policy_all_gates_pass: policy,
    postlaunch_pricing_motion_ready: prelaunch && production && segregated,
    prelaunch_operational_ready: prelaunch,
    production_observed_telemetry_ready: production,
    segregated_approval_governance_ready: segregated,
    telemetry_all_gates_pass: telemetry,
    telemetry_source_type: decisions.sourceType,
  });
  const remaining = [
    ...(production ? [] : ['Decide on telemetry that was observed in production over at least two months.']),
    ...(segregated ? [] : ['Have finance, product and go-to-market approve as three different owners.']),
  ];
  Object.assign(draft.report, {
    generated_at: `${instantText(now - (now % MICROS_PER_SECOND)).slice(0, 19)}+00:00`,
    remaining_work_items: remaining,
    remaining_work_item_count: remaining.length,
  });
  if (options.requireProductionObservedTelemetry === true && !production) {
    throw new Refusal(
      `telemetry observed in production over two months is required, but the decisions rest on ${decisions.sourceType} over ${decisions.months}`,
    );
  }
  if (options.requireSegregatedOwners === true && !segregated) {
    throw new Refusal(`three different owners are required, but the decisions were approved as ${decisions.governance}`);
  }
}

/** Beyond 2^53 a JSON number would not be exact any more. */
const jsonNumber = (value: bigint): number | string => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString());

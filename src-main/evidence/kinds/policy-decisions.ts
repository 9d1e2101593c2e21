import type { Fields } from '../reference/fields.ts';
import { readBacklog } from './decision-backlog.ts';
import {
  AGE_OPTION,
  type AgeOptions,
  type ComputedGate,
  decidedText,
  judgeGates,
  readCapturedAt,
  readWindow,
  requireAllGates,
  requireTiers,
} from './rules.ts';
import type { Micros } from '../reference/timestamps.ts';
import type { Verifier } from './verifier.ts';

/** The packaging and pricing decisions with their approvals (contract A.4): seven gates, all of which must be true. */

export const SOURCE_TYPES = ['synthetic_prelaunch', 'production_observed'] as const;
export const GOVERNANCE_MODES = ['founder_acting_roles_prelaunch', 'segregated_owners'] as const;

const REQUIRED_TIERS = ['starter', 'growth', 'pro', 'enterprise'];
/** With fewer months of telemetry than this the window says too little. */
export const SUFFICIENT_MONTHS = 2n;

export const policyDecisions: Verifier<AgeOptions> = {
  label: 'pkg-fin-policy-decisions',
  roles: ['artifact'],
  options: [AGE_OPTION],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    const capturedAt = readCapturedAt(root, options, now);
    readWindow(root);
    const telemetry = readTelemetry(root.child('telemetry'));
    const { motionAllowed } = readDecisions(root.child('policy_decisions'));
    readApprovals(root.child('approvals'), capturedAt);
    const backlog = readBacklog(root.child('decision_backlog'), capturedAt);
    const sufficient = telemetry.months >= SUFFICIENT_MONTHS;
    const observed = telemetry.sourceType === 'production_observed';
    const gates: readonly ComputedGate[] = [
      { gate: 'pkg_fin_gate_policy_decisions_complete', holds: true, says: 'every decision is there and none is a placeholder' },
      {
        gate: 'pkg_fin_gate_telemetry_window_sufficient',
        holds: sufficient,
        says: `${telemetry.months} months observed ${sufficient ? '≥' : '<'} ${SUFFICIENT_MONTHS}`,
      },
      { gate: 'pkg_fin_gate_approvals_complete', holds: true, says: 'owners, record and time of the approval are there' },
      {
        gate: 'pkg_fin_gate_pricing_motion_guarded',
        holds: (sufficient && observed && motionAllowed) || (!motionAllowed && !observed),
        says: `a pricing motion is ${motionAllowed ? 'allowed' : 'not allowed'} on ${telemetry.sourceType} telemetry over ${telemetry.months} months`,
      },
      { gate: 'pkg_fin_gate_backlog_coverage_complete', holds: true, says: `all ${backlog.items} decisions are there` },
      {
        gate: 'pkg_fin_gate_launch_blockers_resolved',
        holds: backlog.openBlockers.length === 0,
        says:
          backlog.openBlockers.length === 0
            ? `all ${backlog.blockers} launch blockers are locked`
            : `not locked: ${backlog.openBlockers.join(', ')}`,
      },
      {
        gate: 'pkg_fin_gate_postlaunch_commitments_scheduled',
        holds: true,
        says: `${backlog.scheduled} decisions have a date and criteria`,
      },
    ];
    judgeGates(root, gates, draft);
    requireAllGates(gates);
  },
};

function readTelemetry(telemetry: Fields) {
  const months = telemetry.integer('months_observed', { min: 1n });
  const sourceType = telemetry.oneOf('source_type', SOURCE_TYPES, { text: decidedText(telemetry, 'source_type') });
  const tiers = new Set<string>();
  for (const row of telemetry.items('tier_unit_economics', { filled: true })) {
    tiers.add(decidedText(row, 'tier').toLowerCase());
    const mrr = row.number('mrr_usd', { min: 0 });
    const effective = row.number('effective_mrr_usd', { min: 0 });
    for (const key of ['llm_cogs_usd', 'infra_cogs_usd', 'support_cogs_usd']) row.number(key, { min: 0 });
    if (effective > mrr) throw row.refuse('effective_mrr_usd', `is more than mrr_usd: ${effective} > ${mrr}`);
  }
  requireTiers(tiers, REQUIRED_TIERS, 'telemetry.tier_unit_economics');
  return { months, sourceType };
}

function readDecisions(decisions: Fields) {
  const oneOf = <T extends string>(key: string, allowed: readonly T[]): T =>
    decisions.oneOf(key, allowed, { text: decidedText(decisions, key) });
  const model = oneOf('enterprise_pricing_model', ['flat_floor', 'spend_based', 'hybrid']);
  // A price model with a floor names it; one that follows spend need not.
  if (model !== 'spend_based') decisions.number('enterprise_floor_usd_monthly', { min: 1 });
  else if (decisions.raw('enterprise_floor_usd_monthly') !== null) decisions.number('enterprise_floor_usd_monthly', { min: 0 });
  decisions.number('max_annual_discount_percent', { min: 0, max: 100 });
  oneOf('growth_auto_remediation_scope', ['nonprod_only', 'all_environments']);
  oneOf('pro_enforcement_boundary', ['required_for_prod_enforcement', 'not_required']);
  const strategy = oneOf('migration_strategy', ['grandfather_timeboxed', 'contract_renewal_cutover', 'immediate_cutover']);
  const days = decisions.integer('migration_window_days', { min: 0n });
  if (strategy === 'grandfather_timeboxed' && days <= 0n) {
    throw decisions.refuse('migration_window_days', 'must be more than 0 where old terms are kept for a time');
  }
  return { motionAllowed: decisions.boolean('pricing_motion_allowed') };
}

const OWNERS = ['finance_owner', 'product_owner', 'go_to_market_owner'];

function readApprovals(approvals: Fields, capturedAt: Micros): void {
  const owners = new Set(OWNERS.map((key) => decidedText(approvals, key).toLowerCase()));
  const mode = approvals.oneOf('governance_mode', GOVERNANCE_MODES, { text: decidedText(approvals, 'governance_mode') });
  decidedText(approvals, 'approval_record_ref');
  const approvedAt = approvals.instant('approved_at');
  if (approvedAt > capturedAt) throw approvals.refuse('approved_at', 'must not be after captured_at');
  if (mode === 'segregated_owners' && owners.size < OWNERS.length) {
    throw approvals.refuse('governance_mode', `says segregated_owners, but ${OWNERS.join(', ')} are not three different owners`);
  }
}

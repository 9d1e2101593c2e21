import type { ConsistencyFinding, ConsistencyInput } from '../evidence/index.ts';
import type { PacketFinding } from './packet-sources.ts';

/** Findings between artifacts as a packet carries them: without the places, which the evidence room shows. */

/** The roles of a comparison, as a packet names its inputs. */
export const COMPARED_ROLES: Readonly<Record<Exclude<keyof ConsistencyInput, 'maxCaptureSpreadDays'>, string>> = {
  guardrails: 'finance-guardrails',
  telemetry: 'finance-telemetry',
  assumptions: 'finance-assumptions',
  decisions: 'policy-decisions',
  benchmarks: 'pricing-benchmarks',
  packet: 'committee-packet',
  earlierGuardrails: 'finance-guardrails',
};

/** Which figure of the packet a finding is about. */
const FIGURES: Readonly<Partial<Record<ConsistencyFinding['code'], string>>> = {
  CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY: 'blended_margin',
  CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY: 'blended_margin',
  CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS: 'stress_margin',
  CONSISTENCY_CLOSE_HISTORY_DIFFERS: 'blended_margin',
  CONSISTENCY_CLOSE_NOT_THIS_MONTH: 'blended_margin',
  CONSISTENCY_POLICY_TIERS_NOT_FROM_TELEMETRY: 'total.mrr',
  CONSISTENCY_EFFECTIVE_MRR_ASSUMPTION: 'total.effective_mrr',
  CONSISTENCY_DISCOUNT_ABOVE_POLICY_CAP: 'discount_impact',
  CONSISTENCY_DISCOUNT_GATE_ABOVE_POLICY_CAP: 'discount_impact',
};

export const packetFindings = (findings: readonly ConsistencyFinding[], roleOf: (sha256: string) => string | null): PacketFinding[] =>
  findings.map(({ code, severity, title, says, figures }) => ({
    code,
    severity,
    says: `${title}. ${says}`,
    figure: FIGURES[code] ?? null,
    artifacts: [
      ...new Set(
        figures
          .flatMap(({ left, right }) => ('sha256' in right ? [left.sha256, right.sha256] : [left.sha256]))
          .flatMap((sha256) => roleOf(sha256) ?? []),
      ),
    ].sort(),
  }));

import type { GateThresholds } from '../../src-shared/contract/gates.ts';
import type { GateFigures } from './gate-figures.ts';
import { capital, percentText } from './gate-numbers.ts';
import { asThresholds, comparisonText, judgeBands, judgeFigures } from './policy-gates.ts';
import { gateById } from './gate-catalogue.ts';

/** What a run says beside its gates. */
export interface RunFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly title: string;
  readonly says: string;
  readonly from: 'policy' | 'consistency';
  /** The gate it speaks of; null where it speaks of none alone. */
  readonly gate: string | null;
}

/**
 * Where the policy's thresholds say otherwise than those that the month was judged by, and tiers outside their discount
 * band. The verdict over the artifact stays as it is: these stand beside it.
 */
export function policyFindings(figures: GateFigures, policy: GateThresholds, version: number): RunFinding[] {
  const declared = judgeFigures(figures, asThresholds(figures.declared));
  const byPolicy = judgeFigures(figures, policy);
  const others = byPolicy.flatMap((gate, index): RunFinding[] => {
    const own = declared[index];
    const entry = gateById(gate.gate);
    if (own === undefined || entry === undefined) return [];
    const differs = gate.comparisons.some(({ limit }, at) => limit !== own.comparisons[at]?.limit);
    if (!differs) return [];
    const turns = gate.holds !== own.holds;
    const byArtifact = `By the thresholds in the artifact ${entry.shortId} ${own.holds ? 'passes' : 'fails'} (${comparisonText(own.deciding)})`;
    const byPolicyText = `by the policy, version ${version}, it ${turns ? 'would' : 'also'} ${verb(gate.holds, turns)} (${comparisonText(gate.deciding)})`;
    return [
      {
        code: turns ? (gate.holds ? 'POLICY_GATE_WOULD_PASS' : 'POLICY_GATE_WOULD_FAIL') : 'POLICY_THRESHOLD_DIFFERS',
        severity: turns ? (gate.holds ? 'warning' : 'error') : 'note',
        title: turns
          ? `${entry.shortId} would ${gate.holds ? 'pass' : 'fail'} by the policy`
          : `${entry.shortId} was judged by another threshold than the policy's`,
        says: `${byArtifact}; ${byPolicyText}. The artifact's verdict stands.`,
        from: 'policy',
        gate: gate.gate,
      },
    ];
  });
  const bands = judgeBands(figures.tiers, policy).flatMap((band): RunFinding[] => {
    if (band.holds) return [];
    const limit = band.own ? 'its band' : 'the cap of the policy';
    return [
      {
        code: 'POLICY_DISCOUNT_BAND',
        severity: 'warning',
        title: `${capital(band.tier)} is discounted beyond ${limit}`,
        says: `Annual payment takes ${percentText(band.percent)} off the list revenue of ${band.tier}: ${percentText(band.percent)} > ${percentText(band.limit)}, ${limit}.`,
        from: 'policy',
        gate: 'fin_gate_3_annual_discount_impact',
      },
    ];
  });
  return [...others, ...bands];
}

const verb = (holds: boolean, turns: boolean): string => (turns ? (holds ? 'pass' : 'fail') : holds ? 'passes' : 'fails');

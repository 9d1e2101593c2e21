import { freezeState, latestRun, lineText, runById, storedThresholds, type StoredRun } from '../gates/index.ts';
import type { GatesSeam, PacketGate } from '../packets/index.ts';

/** The figure of a packet that each finance gate compares. */
const FIGURES: Readonly<Record<string, string>> = {
  fin_gate_1_gross_margin_floor: 'blended_margin',
  fin_gate_2_llm_cogs_containment: 'p95_envelope',
  fin_gate_3_annual_discount_impact: 'discount_impact',
  fin_gate_4_expansion_signal: 'growth_to_pro_delta',
  fin_gate_5_stress_resilience: 'stress_margin',
};

const runOf = (run: StoredRun | null): ReturnType<GatesSeam['latestRun']> =>
  run === null
    ? null
    : {
        runId: run.runId,
        decision: run.decision,
        // How far things are is no gate of the packet: it decides nothing.
        results: run.results
          .filter(({ decides }) => decides)
          .map((line): PacketGate => ({
            gate: line.id,
            name: line.shortId,
            title: line.name,
            state: line.state,
            says: lineText(line),
            figure: FIGURES[line.id] ?? null,
          })),
      };

/** What packets take from the release gates. */
export const GATES_FOR_PACKETS: GatesSeam = {
  latestRun: (db, month) => runOf(latestRun(db, month)),
  runById: (db, runId) => runOf(runById(db, runId)),
  thresholdsFor: (db, month) => {
    const found = storedThresholds(db, month);
    if (found === null) return null;
    const { body, version } = found;
    return {
      version,
      thresholds: {
        minBlendedMargin: body.minBlendedGrossMarginPercent,
        maxP95Envelope: body.maxP95TenantLlmCogsPctMrr,
        maxDiscountImpact: body.maxAnnualDiscountImpactPercent,
        minGrowthToProDelta: body.minGrowthToProConversionMomDeltaPercent,
        minProToEnterpriseDelta: body.minProToEnterpriseConversionMomDeltaPercent,
        minStressMargin: body.minStressMarginPercent,
        requiredCloses: body.requiredConsecutiveMarginCloses,
      },
    };
  },
  plans: (db) => {
    const freeze = freezeState(db);
    const plan = freeze?.plan ?? null;
    const says = plan === null ? null : `${plan.owner}, due ${plan.dueOn}: ${plan.steps}`;
    return new Map((freeze?.gates ?? []).map(({ gate }) => [gate, says]));
  },
};

import { type ArtifactRole, KIND_NAMES, p95PercentOfMrr, pyRound } from '../evidence/index.ts';
import type { CatalogueGate } from './gate-catalogue.ts';
import type { GateFigures } from './gate-figures.ts';
import { capital, fixed, grouped, usd } from './gate-numbers.ts';
import { lineFigures, lineText, suffixOf } from './gate-words.ts';
import { asThresholds, comparisonHolds, comparisonText, judgeFigures } from './policy-gates.ts';
import type { GateLine } from './release-gate.ts';
import type { StoredRun } from './run-queries.ts';

/** How a gate's figure follows from what the run was given, in the shape of every proof. */

export interface GateProof {
  readonly name: string;
  readonly value: string;
  readonly holds: boolean;
  readonly proof: {
    readonly says: string;
    readonly checkedAt: string;
    readonly rule: { readonly name: string; readonly version: string; readonly source: string };
    readonly formula: { says: string; figure: string; holds: boolean | null }[];
    readonly inputs: { name: string; says: string; sha256: string; address: string }[];
    readonly resultSha256: string;
    readonly command: string;
    readonly changedSince: null;
  };
}

const SOURCES: Readonly<Record<CatalogueGate['group'], string>> = {
  finance: 'contract A.1, finance guardrails',
  telemetry: 'contract A.2, finance telemetry snapshot',
  'pricing-register': 'contract A.3, pricing benchmark register',
  'policy-decisions': 'contract A.4, PKG/FIN policy decisions',
  'monthly-refresh': 'contract A.7, monthly refresh',
  'operational-readiness': 'contract A.8, operational readiness',
  stress: 'contract A.10, stress evidence',
  'failure-injection': 'contract A.10, failure injection',
  disposition: 'contract A.10, disposition register',
  'key-rotation': 'contract A.9, key rotation drill',
};

export function gateProof(args: {
  readonly entry: CatalogueGate;
  readonly line: GateLine;
  readonly run: StoredRun;
  readonly figures: GateFigures | null;
  readonly roles: readonly ArtifactRole[];
}): GateProof {
  const { entry, line, run, figures, roles } = args;
  const { value } = lineFigures(line);
  return {
    name: `${entry.shortId}, ${entry.name}`,
    value: value === null ? (line.state === 'pass' ? 'passes' : line.state) : `${grouped(value)}${suffixOf(entry)}`,
    holds: line.state === 'pass',
    proof: {
      says: line.reason,
      checkedAt: run.judgedAt,
      rule: { name: entry.id, version: run.ruleVersion, source: SOURCES[entry.group] },
      formula: [...tierLines(entry.id, line, figures), ...comparisons(entry.id, line, figures)],
      inputs: run.inputs
        .filter(({ role }) => roles.includes(role))
        .map(({ role, name, sha256, artifactId, verdict, message }) => ({
          name: KIND_NAMES[role],
          says: `${name}${verdict === null ? '' : verdict === 'pass' ? ', passes its verifier' : `, does not pass: ${message ?? 'rejected'}`}`,
          sha256,
          address: `/evidence/artifact/${artifactId}`,
        })),
      resultSha256: run.resultSha256,
      command: `countersign gate show ${run.runNo}`,
      changedSince: null,
    },
  };
}

type Lines = { says: string; figure: string; holds: boolean | null }[];

const comparisons = (gate: string, line: GateLine, figures: GateFigures | null): Lines => {
  const judged = figures === null ? undefined : judgeFigures(figures, asThresholds(figures.declared)).find((one) => one.gate === gate);
  if (judged === undefined) return [{ says: 'The comparison', figure: lineText(line), holds: line.state === 'pass' }];
  return judged.comparisons.map((one) => ({
    says: /^p\d/.test(one.what) ? one.what : capital(one.what),
    figure: comparisonText(one),
    holds: comparisonHolds(one),
  }));
};

/** The rows that the figure rests on, as far as the run's own inputs hold them. */
function tierLines(gate: string, line: GateLine, figures: GateFigures | null): Lines {
  if (figures === null) return [];
  const { tiers, infraCostMultiplier } = figures;
  const sum = (of: (row: (typeof tiers)[number]) => number): number => tiers.reduce((total, row) => total + of(row), 0);
  const effective = sum((row) => row.effectiveMrrUsd);
  const mrr = sum((row) => row.mrrUsd);
  const cogs = (times: number): number => sum((row) => row.llmCogsUsd + row.infraCogsUsd * times + row.supportCogsUsd);
  const agrees = (computed: number): boolean | null => (line.value === null ? null : pyRound(computed, 2) === pyRound(line.value, 2));
  switch (gate) {
    case 'fin_gate_1_gross_margin_floor':
    case 'fin_gate_5_stress_resilience': {
      const times = gate === 'fin_gate_5_stress_resilience' ? infraCostMultiplier : 1;
      if (effective <= 0) return [];
      const margin = ((effective - cogs(times)) / effective) * 100;
      return [
        { says: 'Effective MRR of all tiers, USD', figure: usd(effective), holds: null },
        {
          says: times === 1 ? 'COGS of all tiers, USD' : `COGS with infrastructure ${times} times, USD`,
          figure: usd(cogs(times)),
          holds: null,
        },
        { says: '(effective MRR − COGS) / effective MRR × 100', figure: `${fixed(margin)}%`, holds: agrees(margin) },
      ];
    }
    case 'fin_gate_2_llm_cogs_containment': {
      const shares = tiers.flatMap(({ tier, effectiveMrrUsd, activeSubscriptions, p95CostUsd }) => {
        if (activeSubscriptions === null || p95CostUsd === null) return [];
        const share = p95PercentOfMrr({ tier, effectiveMrrUsd, activeSubscriptions, p95CostUsd });
        return share === null ? [] : [{ tier, share, p95CostUsd, each: effectiveMrrUsd / activeSubscriptions }];
      });
      const most = Math.max(...shares.map(({ share }) => share));
      return [
        ...shares.map(({ tier, share, p95CostUsd, each }) => ({
          says: `${capital(tier)}: ${usd(p95CostUsd)} / ${usd(each)} × 100`,
          figure: `${fixed(share)}%`,
          holds: null,
        })),
        ...(shares.length === 0 ? [] : [{ says: 'The highest of them', figure: `${fixed(most)}%`, holds: agrees(most) }]),
      ];
    }
    case 'fin_gate_3_annual_discount_impact': {
      if (mrr <= 0) return [];
      const impact = ((mrr - effective) / mrr) * 100;
      return [
        { says: 'MRR of all tiers, USD', figure: usd(mrr), holds: null },
        { says: 'Effective MRR of all tiers, USD', figure: usd(effective), holds: null },
        { says: '(MRR − effective MRR) / MRR × 100', figure: `${fixed(impact)}%`, holds: agrees(impact) },
      ];
    }
    default:
      return [];
  }
}

import { hostedAgainstSelfHosted, financeTotals } from '../finance/finance-summary.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import { type ConsistencyFigure, type ConsistencyFinding, type FigureInArtifact, figure, finding, titleCase } from './finding.ts';
import type { GuardrailsData, PacketData, Read } from './read-documents.ts';

/** The committee packet against the guardrails it was written with, and against itself. */

const AMOUNTS = [
  ['mrrUsd', 'mrr_usd'],
  ['effectiveMrrUsd', 'effective_mrr_usd'],
  ['llmCogsUsd', 'llm_cogs_usd'],
  ['infraCogsUsd', 'infra_cogs_usd'],
  ['supportCogsUsd', 'support_cogs_usd'],
  ['grossMarginPercent', 'gross_margin_percent'],
] as const;

export function packetFromGuardrails(packet: Read<PacketData>, guardrails: Read<GuardrailsData>): ConsistencyFinding[] {
  const rows = packet.data.tiers.flatMap((row) => {
    const other = guardrails.data.tiers.find(({ tier }) => tier === row.tier);
    if (other === undefined) return [];
    return AMOUNTS.filter(([key]) => !equalRounded(row[key], other[key], 2)).map(([key, member]) =>
      figure(
        `${titleCase(row.tier)}: ${member}`,
        packet.at(`${row.pointer}/${member}`, row[key]),
        guardrails.at(`${other.pointer}/${member}`, other[key]),
      ),
    );
  });
  const gates = [...packet.data.gates]
    .filter(([gate, holds]) => guardrails.data.gates.has(gate) && guardrails.data.gates.get(gate) !== holds)
    .map(([gate, holds]) => {
      const place = `/gate_results/${gate}`;
      return figure(gate, packet.at(place, holds), guardrails.at(place, guardrails.data.gates.get(gate) ?? null));
    });
  const figures = [...rows, ...gates];
  if (figures.length === 0) return [];
  const first = figures[0]!;
  return [
    finding('CONSISTENCY_PACKET_NOT_FROM_GUARDRAILS', {
      title: 'Packet and guardrails of the month are not one pair',
      says: `${packet.artifact.name} states ${String(first.left.value)} for ${first.name}, ${guardrails.artifact.name} ${String(
        first.right.value,
      )}. ${figures.length === 1 ? 'Nothing else differs.' : `${figures.length} figures differ in all.`}`,
      figures,
      next_step: 'Build both again in one go (countersign packet build writes them together).',
    }),
  ];
}

/** Totals are the sums of the rows, the yearly run rate is twelve times the month, and the delta is their difference. */
export function packetAddsUp(packet: Read<PacketData>): ConsistencyFinding[] {
  const { data } = packet;
  const totals = financeTotals(data.tiers);
  const summary: ConsistencyFigure[] = [];
  const compare = (name: string, left: FigureInArtifact, formula: string, value: number) => {
    if (!equalRounded(left.value as number, value, 2)) summary.push(figure(name, left, { formula, value }));
  };
  const sums = [
    ['total_mrr_usd', totals.mrrUsd, 'mrr_usd'],
    ['total_effective_mrr_usd', totals.effectiveMrrUsd, 'effective_mrr_usd'],
    ['total_llm_cogs_usd', totals.llmCogsUsd, 'llm_cogs_usd'],
    ['total_infra_cogs_usd', totals.infraCogsUsd, 'infra_cogs_usd'],
    ['total_support_cogs_usd', totals.supportCogsUsd, 'support_cogs_usd'],
  ] as const;
  for (const [member, sum, row] of sums) {
    const stated = data.totals.get(member);
    if (stated !== undefined) {
      compare(member, packet.at(`/summary/totals/${member}`, stated), `sum of ${row} over ${data.tiers.length} tiers`, pyRound(sum, 2));
    }
  }
  const own = data.selfHostedTcoUsd;
  const hosting = hostedAgainstSelfHosted(totals, {
    annualStaffingUsd: own,
    annualOncallUsd: 0,
    annualSecurityComplianceUsd: 0,
    annualInfraOpsUsd: 0,
    annualToolingUsd: 0,
  });
  const effective = pyRound(totals.effectiveMrrUsd, 2);
  compare(
    'hosted_arr_run_rate_usd',
    packet.at('/summary/hosted_arr_run_rate_usd', data.hostedArrRunRateUsd),
    `${effective} × 12`,
    hosting.hostedArrRunRateUsd,
  );
  // The delta is taken before the cost of self-hosting is rounded to cents, so that it may differ by one.
  if (Math.abs(pyRound(data.deltaUsd - hosting.deltaUsd, 2)) > 0.01) {
    summary.push(
      figure('hosted_vs_self_hosted_delta_usd', packet.at('/summary/hosted_vs_self_hosted_delta_usd', data.deltaUsd), {
        formula: `${effective} × 12 − ${own}`,
        value: hosting.deltaUsd,
      }),
    );
  }
  const first = summary[0];
  if (first === undefined) return [];
  return [
    finding('CONSISTENCY_PACKET_DOES_NOT_ADD_UP', {
      title: "The packet's totals do not follow from its rows",
      says: `${packet.artifact.name} states ${String(first.left.value)} as ${first.name}; its rows give ${String(first.right.value)}.`,
      figures: summary,
      next_step: 'Do not use this packet; build it again from telemetry and assumptions.',
    }),
  ];
}

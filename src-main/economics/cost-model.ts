/**
 * The cost model: what a tenant costs beside what is metered. Its assumptions are written in docs/cost-model.md; a change of
 * one is a new version, and what was computed keeps the version it was computed by.
 */
export interface CostModel {
  readonly version: string;
  /** Support for each subscription that is paid, USD cents a month, by tier. */
  readonly supportMinor: Readonly<Record<string, number>>;
  /** Of a tier that is not listed. */
  readonly supportMinorElse: number;
  /** The metric whose cost is that of language models; all others are infrastructure. */
  readonly llmMetrics: readonly string[];
  /** The metric that counts people. */
  readonly seatMetric: string;
}

export const COST_MODEL: CostModel = {
  version: 'countersign.cost-model/1',
  supportMinor: { free: 0, starter: 560, growth: 1140, pro: 1750, enterprise: 4600, internal: 0 },
  supportMinorElse: 1140,
  llmMetrics: ['llm_token'],
  seatMetric: 'seat',
};

export const supportOf = ({ supportMinor, supportMinorElse }: CostModel, tier: string): number =>
  Object.hasOwn(supportMinor, tier) ? supportMinor[tier]! : supportMinorElse;

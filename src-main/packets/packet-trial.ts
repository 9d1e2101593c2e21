import type { OutputOf, ParsedInputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import type { PacketTrialRow } from '../../src-shared/contract/packets.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import {
  blendedMarginPercent,
  byPaidTier,
  discountImpactPercent,
  financeTotals,
  hostedAgainstSelfHosted,
  PAID_TIERS,
  type PaidTier,
  pyRound,
  readContent,
  scenarioBases,
  scenarioTiers,
  stressMarginPercent,
} from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { changeAssumptions } from './assumption-places.ts';
import { decimalText, minus } from './exact.ts';
import { financeGateResults, limitOf } from './packet-gates.ts';
import { contentOf, documentOf, mustFindPacket } from './packet-rows.ts';
import { computePacketMonth, type MonthModel, type PacketThresholds, UnreadableInput } from './packet-sources.ts';

/** The month under other prices, volumes, bounds and assumptions, beside the record. Computed and forgotten. */

type Input = ParsedInputOf<Contract, 'packet.trial'>;
type Trial = OutputOf<Contract, 'packet.trial'>;

/** @throws AppError NOT_FOUND, BAD_INPUT */
export function tryPacket(db: StoreDb, input: Input): Trial {
  const packet = mustFindPacket(db, input.packetId);
  const document = documentOf(contentOf(db, packet.packetNo));
  const bytes = (role: string): Uint8Array | null => {
    const artifact = document.inputs.find((one) => one.role === role);
    return artifact === undefined ? null : readContent(db, artifact.sha256);
  };
  const [telemetry, assumptions] = [bytes('finance-telemetry'), bytes('finance-assumptions')];
  if (telemetry === null || assumptions === null)
    throw new AppError('NOT_FOUND', 'The inputs of the packet are gone, so nothing can be tried on it.', {
      nextStep: 'Verify the packet: it says which one is gone.',
    });
  return { packetId: packet.packetId, ...trialOf(document, telemetry, assumptions, input) };
}

export type TrialRequest = Omit<Input, 'packetId'>;

/** @throws AppError BAD_INPUT where an override names no assumption or gives no month */
export function trialOf(
  document: PacketDocument,
  telemetry: Uint8Array,
  assumptions: Uint8Array,
  request: TrialRequest,
): Omit<Trial, 'packetId'> {
  const changes = [
    ...(request.assumptions ?? []),
    ...(request.infraCostMultiplier === undefined
      ? []
      : [{ pointer: '/stress_scenario/infra_cost_multiplier', value: request.infraCostMultiplier }]),
  ];
  const model = readable(() => computePacketMonth(telemetry, changes.length === 0 ? assumptions : changeAssumptions(assumptions, changes)));
  const values = trialValues(model, request);
  const thresholds: PacketThresholds = { ...numbersOf(document.thresholds), ...defined(request.thresholds ?? {}) };
  const record = new Map(document.figures.map((figure) => [figure.id, figure]));
  const row = (id: string): PacketTrialRow => {
    const known = record.get(id)!;
    const trial = values.get(id) ?? null;
    return {
      id,
      title: known.title,
      unit: known.unit,
      record: known.value,
      trial,
      change: known.value === null || trial === null ? null : minus(trial, known.value),
      limit: limitOf({ id, unit: known.unit, value: trial }, thresholds),
    };
  };
  const closes = [
    ...model.assumptions.closeHistory,
    { month: document.month, blendedGrossMarginPercent: Number(values.get('blended_margin') ?? 0) },
  ];
  const limits = new Map([...GATED].map((id) => [id, row(id)]));
  const recorded = new Map(document.gates.results.map((gate) => [gate.gate, gate.state === 'pass']));
  return {
    rows: ROWS.map(row),
    tiers: PAID_TIERS.map((tier) => ({ tier, rows: TIER_COLUMNS.map((column) => row(`tier.${tier}.${column}`)) })),
    gates: financeGateResults(limits, closes, thresholds).map(({ gate, name, state, says }) => ({
      gate,
      name,
      record: recorded.get(gate) ?? false,
      trial: state === 'pass',
      says,
    })),
    says: 'Computed beside the record by the rule of the scenarios: LLM and support move with subscriptions, infrastructure with effective MRR. Nothing was stored.',
  };
}

const ROWS = [
  'total.mrr',
  'total.effective_mrr',
  'total.llm',
  'total.infra',
  'total.support',
  'total.gross_profit',
  'blended_margin',
  'stress_margin',
  'p95_envelope',
  'discount_impact',
  'arr',
  'hosting_delta',
] as const;
const TIER_COLUMNS = ['active', 'mrr', 'effective_mrr', 'llm', 'infra', 'support', 'margin', 'p95_of_mrr'] as const;
const GATED = [
  'blended_margin',
  'p95_envelope',
  'discount_impact',
  'growth_to_pro_delta',
  'pro_to_enterprise_delta',
  'stress_margin',
] as const;

function trialValues(model: MonthModel, request: TrialRequest): ReadonlyMap<string, string | null> {
  const factors = (given: Partial<Record<PaidTier, number>> | undefined) => byPaidTier((tier) => given?.[tier] ?? 1);
  const tiers = scenarioTiers(scenarioBases(model.figures.tiers), {
    name: 'trial',
    subscriptionsByTier: factors(request.subscriptionsByTier),
    monthlyPricesByTier: factors(request.monthlyPricesByTier),
  }).map((tier) => ({
    ...tier,
    mrrUsd: pyRound(tier.mrrUsd, 2),
    effectiveMrrUsd: pyRound(tier.effectiveMrrUsd, 2),
    llmCogsUsd: pyRound(tier.llmCogsUsd, 2),
    infraCogsUsd: pyRound(tier.infraCogsUsd, 2),
    supportCogsUsd: pyRound(tier.supportCogsUsd, 2),
  }));
  const totals = financeTotals(tiers);
  const hosting = hostedAgainstSelfHosted(totals, model.tco);
  const earning = totals.effectiveMrrUsd > 0;
  const values = new Map<string, string | null>();
  const usd = (value: number): string => decimalText(pyRound(value, 2), 2);
  const shares: number[] = [];
  for (const tier of tiers) {
    const id = (column: string): string => `tier.${tier.tier}.${column}`;
    const p95 = model.figures.tiers.find((row) => row.tier === tier.tier)!.source.tenantMonthlyCostUsd.p95;
    const each = tier.activeSubscriptions > 0 ? tier.effectiveMrrUsd / tier.activeSubscriptions : 0;
    const share = each > 0 ? (p95 / each) * 100 : null;
    if (share !== null) shares.push(share);
    values
      .set(id('active'), decimalText(pyRound(tier.activeSubscriptions, 2), 0, 2))
      .set(id('mrr'), usd(tier.mrrUsd))
      .set(id('effective_mrr'), usd(tier.effectiveMrrUsd))
      .set(id('llm'), usd(tier.llmCogsUsd))
      .set(id('infra'), usd(tier.infraCogsUsd))
      .set(id('support'), usd(tier.supportCogsUsd))
      .set(id('margin'), tier.effectiveMrrUsd > 0 ? decimalText(blendedMarginPercent(financeTotals([tier])), 2) : null)
      .set(id('p95_of_mrr'), share === null ? null : decimalText(pyRound(share, 2), 2));
  }
  const { llmCogsUsd, infraCogsUsd, supportCogsUsd } = totals;
  return values
    .set('total.mrr', usd(totals.mrrUsd))
    .set('total.effective_mrr', usd(totals.effectiveMrrUsd))
    .set('total.llm', usd(llmCogsUsd))
    .set('total.infra', usd(infraCogsUsd))
    .set('total.support', usd(supportCogsUsd))
    .set('total.gross_profit', usd(totals.effectiveMrrUsd - llmCogsUsd - infraCogsUsd - supportCogsUsd))
    .set('blended_margin', earning ? decimalText(blendedMarginPercent(totals), 2) : null)
    .set('stress_margin', earning ? decimalText(stressMarginPercent(totals, model.assumptions.infraCostMultiplier), 2) : null)
    .set('p95_envelope', shares.length === 0 ? null : decimalText(pyRound(Math.max(...shares), 2), 2))
    .set('discount_impact', totals.mrrUsd > 0 ? decimalText(discountImpactPercent(totals), 2) : null)
    .set('growth_to_pro_delta', decimalText(model.figures.metrics.growthToProConversionMomDeltaPercent, 2, 4))
    .set('pro_to_enterprise_delta', decimalText(model.figures.metrics.proToEnterpriseConversionMomDeltaPercent, 2, 4))
    .set('arr', usd(hosting.hostedArrRunRateUsd))
    .set('hosting_delta', usd(hosting.deltaUsd));
}

const numbersOf = (thresholds: PacketDocument['thresholds']): PacketThresholds => ({
  minBlendedMargin: Number(thresholds.minBlendedMargin),
  maxP95Envelope: Number(thresholds.maxP95Envelope),
  maxDiscountImpact: Number(thresholds.maxDiscountImpact),
  minGrowthToProDelta: Number(thresholds.minGrowthToProDelta),
  minProToEnterpriseDelta: Number(thresholds.minProToEnterpriseDelta),
  minStressMargin: Number(thresholds.minStressMargin),
  requiredCloses: thresholds.requiredCloses,
});

const defined = <T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    throw new AppError('BAD_INPUT', `Under these numbers there is no month: ${error.message}.`, {
      nextStep: 'Try other numbers; the record is untouched.',
      details: { field: error.field },
    });
  }
}

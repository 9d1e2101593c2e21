import type { PacketDocument, PacketMove, ProvenFigure } from '../../src-shared/contract/packet-document.ts';
import { PAID_TIERS, type PaidTier } from '../evidence/index.ts';
import { absolute, compare, divide, fraction, fractionOf, minus, multiply, signOf, spread, subtract } from './exact.ts';
import { changeShown, monthName, TIER_TITLES } from './figure-words.ts';
import { COSTS, type MarginMonth, marginMoves, type MarginTier, tierMarginMoves } from './margin-moves.ts';
import { movesOf, mrrMovement, tierSteps, type VolumeMonth } from './mrr-movement.ts';
import type { PreviousPacket } from './packet-sources.ts';

/** The month against the packet before it: every figure's difference as shown, and the reasons for it. */

type Values = ReadonlyMap<string, string | null>;
type Comparison = NonNullable<PacketDocument['comparison']>;

export const valuesOf = (figures: readonly Pick<ProvenFigure, 'id' | 'value'>[]): Values =>
  new Map(figures.map(({ id, value }) => [id, value]));

const amount = (values: Values, id: string): string => values.get(id) ?? '0.00';

function marginTier(values: Values, tier: PaidTier, multiplier: string): MarginTier {
  const cost = (name: string) => fractionOf(amount(values, `tier.${tier}.${name}`));
  return {
    effective: amount(values, `tier.${tier}.effective_mrr`),
    costs: { llm: cost('llm'), infra: multiply(cost('infra'), fractionOf(multiplier)), support: cost('support') },
  };
}

const byTier = <T>(make: (tier: PaidTier) => T): Readonly<Record<PaidTier, T>> =>
  Object.fromEntries(PAID_TIERS.map((tier) => [tier, make(tier)])) as Record<PaidTier, T>;

const marginMonth = (values: Values, multiplier = '1'): MarginMonth => byTier((tier) => marginTier(values, tier, multiplier));
const volumeMonth = (values: Values): VolumeMonth =>
  byTier((tier) => ({ active: amount(values, `tier.${tier}.active`), mrr: amount(values, `tier.${tier}.mrr`) }));

export interface Before {
  readonly packet: PreviousPacket;
  readonly month: string;
  readonly values: Values;
  readonly multiplier: string;
}

export const beforeOf = (packet: PreviousPacket): Before => ({
  packet,
  month: packet.document.month,
  values: valuesOf(packet.document.figures),
  multiplier: packet.document.infraCostMultiplier,
});

/** Difference of two figures as shown; null where one has no value. */
export function changeOf(before: Before, id: string, value: string | null): ProvenFigure['previous'] {
  const was = before.values.get(id) ?? null;
  return {
    month: before.month,
    revision: before.packet.revision,
    value: was,
    change: was === null || value === null ? null : minus(value, was),
  };
}

/** Why a figure moved; empty where it did not, or where nothing exact can be said. The parts add up to the change. */
export function movesFor(id: string, change: string | null, before: Before, values: Values, multiplier: string): PacketMove[] {
  if (change === null || signOf(change) === 0) return [];
  if (id === 'blended_margin') return marginMoves(marginMonth(before.values), marginMonth(values), change);
  if (id === 'stress_margin') return marginMoves(marginMonth(before.values, before.multiplier), marginMonth(values, multiplier), change);
  if (id === 'discount_impact') return discountMoves(before.values, values, change);
  if (id === 'total.mrr') return PAID_TIERS.flatMap((tier) => movesOf(stepsOf(tier, before.values, values)));
  if (id.startsWith('total.')) return tierParts(id.slice('total.'.length), before.values, values);
  const [, name, column] = id.split('.');
  const tier = PAID_TIERS.find((one) => one === name);
  if (!id.startsWith('tier.') || tier === undefined) return [];
  if (column === 'mrr') return movesOf(stepsOf(tier, before.values, values));
  if (column === 'llm') return llmMoves(tier, before.values, values, change);
  if (column === 'margin') return tierMarginMoves(marginTier(before.values, tier, '1'), marginTier(values, tier, '1'), change);
  if (column === 'stress_margin')
    return tierMarginMoves(marginTier(before.values, tier, before.multiplier), marginTier(values, tier, multiplier), change);
  return [];
}

const stepsOf = (tier: PaidTier, before: Values, values: Values) => tierSteps(tier, volumeMonth(before)[tier], volumeMonth(values)[tier]);

/** A sum moved by what its tiers moved. */
const tierParts = (column: string, before: Values, values: Values): PacketMove[] =>
  PAID_TIERS.flatMap((tier) => {
    const id = `tier.${tier}.${column}`;
    const value = minus(amount(values, id), amount(before, id));
    const says = `${TIER_TITLES[tier]} moved it by ${changeShown(value, column === 'active' ? 'count' : 'USD')}.`;
    return signOf(value) === 0 ? [] : [{ id: tier, label: TIER_TITLES[tier], value, says }];
  });

/** Each tier's discount over all MRR. */
function discountMoves(before: Values, values: Values, change: string): PacketMove[] {
  const [all0, all1] = [fractionOf(amount(before, 'total.mrr')), fractionOf(amount(values, 'total.mrr'))];
  const off = (of: Values, tier: PaidTier) => fractionOf(minus(amount(of, `tier.${tier}.mrr`), amount(of, `tier.${tier}.effective_mrr`)));
  const parts = PAID_TIERS.map((tier) =>
    multiply(subtract(divide(off(values, tier), all1), divide(off(before, tier), all0)), fraction(100n, 1n)),
  );
  return spread(change, parts).map((value, index) => {
    const title = TIER_TITLES[PAID_TIERS[index]!];
    return {
      id: PAID_TIERS[index]!,
      label: title,
      value,
      says: `${title}’s discount over all MRR moved it by ${changeShown(value, 'points')}.`,
    };
  });
}

/** Subscriptions at last month's cost each, then the cost of each at this month's subscriptions. */
function llmMoves(tier: PaidTier, before: Values, values: Values, change: string): PacketMove[] {
  const [active0, active1] = [fractionOf(amount(before, `tier.${tier}.active`)), fractionOf(amount(values, `tier.${tier}.active`))];
  if (active0.over === 0n || active1.over === 0n) return [];
  const each0 = divide(fractionOf(amount(before, `tier.${tier}.llm`)), active0);
  const each1 = divide(fractionOf(amount(values, `tier.${tier}.llm`)), active1);
  const [volume = '0.00', each = '0.00'] = spread(change, [
    multiply(each0, subtract(active1, active0)),
    multiply(subtract(each1, each0), active1),
  ]);
  return [
    {
      id: 'subscriptions',
      label: 'Subscriptions',
      value: volume,
      says: `The number of subscriptions moved it by ${changeShown(volume, 'USD')}.`,
    },
    { id: 'each', label: 'Cost of each', value: each, says: `The cost of a subscription moved it by ${changeShown(each, 'USD')}.` },
  ];
}

const LARGEST = 6;
/** What moves gross profit: revenue up is good, costs up are bad. */
const PROFIT_COLUMNS = ['effective_mrr', ...COSTS] as const;

export function comparisonOf(before: Before, figures: readonly ProvenFigure[]): Comparison {
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  const moved = PAID_TIERS.flatMap((tier) =>
    PROFIT_COLUMNS.flatMap((column) => {
      const figure = byId.get(`tier.${tier}.${column}`);
      const change = figure?.previous?.change ?? null;
      return figure === undefined || change === null || signOf(change) === 0 ? [] : [{ figure, change }];
    }),
  ).sort((a, b) => compare(absolute(b.change), absolute(a.change)) || (a.figure.id < b.figure.id ? -1 : 1));
  return {
    month: before.month,
    revision: before.packet.revision,
    packetId: before.packet.packetId,
    documentSha256: before.packet.documentSha256,
    largest: moved.slice(0, LARGEST).map(({ figure, change }) => ({
      figure: figure.id,
      title: figure.title,
      unit: figure.unit,
      change,
      says: largestSays(figure, change, before.month),
    })),
    margin: byId.get('blended_margin')?.moves ?? [],
  };
}

function largestSays(figure: ProvenFigure, change: string, month: string): string {
  const reasons = figure.moves
    .filter(({ value }) => signOf(value) !== 0)
    .map(({ label, value }) => `${label} ${changeShown(value, figure.unit)}`)
    .join(', ');
  return `${figure.title}: ${changeShown(change, figure.unit)} since ${monthName(month)}${reasons === '' ? '' : ` (${reasons})`}.`;
}

export const movementOf = (before: Before, values: Values) =>
  mrrMovement(
    volumeMonth(before.values),
    volumeMonth(values),
    { from: amount(before.values, 'total.mrr'), to: amount(values, 'total.mrr') },
    before.month,
  );

import type { InputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import type { PacketAnswer } from './packet-context.tsx';

/** What is tried, as the fields hold it: texts, because half-typed numbers are none. Pure. */

export const TRIED_THRESHOLDS = [
  { key: 'minBlendedMargin', title: 'Floor, blended margin', unit: '%', most: 100 },
  { key: 'minStressMargin', title: 'Floor, stress margin', unit: '%', most: 100 },
  { key: 'maxP95Envelope', title: 'Limit, p95 LLM of MRR', unit: '%', most: 100 },
  { key: 'maxDiscountImpact', title: 'Limit, discount impact', unit: '%', most: 100 },
] as const;
export type TriedThreshold = (typeof TRIED_THRESHOLDS)[number]['key'];

export interface TrialFields {
  readonly subscriptions: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<string, string>>;
  readonly stress: string;
  readonly thresholds: Readonly<Record<TriedThreshold, string>>;
}

/** The packet as it is recorded. */
export const recordFields = ({ tiers, infraCostMultiplier, thresholds }: PacketAnswer): TrialFields => ({
  subscriptions: Object.fromEntries(tiers.map(({ tier }) => [tier, '1'])),
  prices: Object.fromEntries(tiers.map(({ tier }) => [tier, '1'])),
  stress: infraCostMultiplier,
  thresholds: {
    minBlendedMargin: thresholds.minBlendedMargin,
    minStressMargin: thresholds.minStressMargin,
    maxP95Envelope: thresholds.maxP95Envelope,
    maxDiscountImpact: thresholds.maxDiscountImpact,
  },
});

/** The multipliers of a scenario of the assumptions; all else as it is recorded. */
export const scenarioFields = (packet: PacketAnswer, scenario: PacketDocument['scenarios'][number]): TrialFields => {
  const record = recordFields(packet);
  return {
    ...record,
    subscriptions: { ...record.subscriptions, ...scenario.subscriptionsByTier },
    prices: { ...record.prices, ...scenario.monthlyPricesByTier },
  };
};

const numberOf = (text: string): number | null => (/^\d{1,6}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : null);

/** What is wrong with a field, or null. */
export const fieldProblem = (text: string, least: number, most: number): string | null => {
  const value = numberOf(text);
  if (value === null) return 'A number such as 1.15 is needed.';
  return value < least || value > most ? `It lies between ${least} and ${most}.` : null;
};

export type TrialInput = InputOf<Contract, 'packet.trial'>;

/** What is asked of the app; null while a field holds no number, or nothing differs from the record. */
export const trialInput = (packet: PacketAnswer, fields: TrialFields): TrialInput | null => {
  const record = recordFields(packet);
  const changed = (now: Readonly<Record<string, string>>, was: Readonly<Record<string, string>>): Record<string, number> | null => {
    const entries: [string, number][] = [];
    for (const [key, text] of Object.entries(now)) {
      const value = numberOf(text);
      if (value === null) return null;
      if (value !== Number(was[key])) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  };
  const subscriptions = changed(fields.subscriptions, record.subscriptions);
  const prices = changed(fields.prices, record.prices);
  const thresholds = changed(fields.thresholds, record.thresholds);
  const stress = numberOf(fields.stress);
  if (subscriptions === null || prices === null || thresholds === null || stress === null || stress < 1) return null;
  const some = (part: Record<string, number>): boolean => Object.keys(part).length > 0;
  const other = stress !== Number(record.stress);
  if (!some(subscriptions) && !some(prices) && !some(thresholds) && !other) return null;
  return {
    packetId: packet.head.packetId,
    ...(some(subscriptions) ? { subscriptionsByTier: subscriptions } : {}),
    ...(some(prices) ? { monthlyPricesByTier: prices } : {}),
    ...(other ? { infraCostMultiplier: stress } : {}),
    ...(some(thresholds) ? { thresholds } : {}),
  };
};

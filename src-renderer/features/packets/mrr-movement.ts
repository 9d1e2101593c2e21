import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import type { WaterfallModel, WaterfallStep } from './waterfall.tsx';
import { monthBeside, monthName } from './packet-words.ts';

type Movement = NonNullable<PacketDocument['movement']>;

const SHORT: Readonly<Record<string, string>> = { enterprise: 'Enterpr.' };
const title = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);

/** Never minus zero. */
const rounded = (value: number, places: number): number => Number(value.toFixed(places)) + 0;

/** Rounded steps that still add up to the rounded total: differences of rounded levels, the last of which is that total. */
const roundedSteps = (from: number, to: number, values: readonly number[], places: number): number[] => {
  let level = from;
  return values.map((value, i) => {
    const before = rounded(level, places);
    // Sums of binary fractions may fall on the other side of a half: the end is known exactly.
    level = i === values.length - 1 ? to : level + value;
    return rounded(rounded(level, places) - before, places);
  });
};

/** The small chart has room for thousands only. */
interface Scale {
  readonly unit: number;
  readonly places: number;
}
const WHOLE: Scale = { unit: 1, places: 0 };
const THOUSANDS: Scale = { unit: 1000, places: 1 };

const model = (movement: Movement, month: string, steps: readonly WaterfallStep[], { unit, places }: Scale): WaterfallModel => {
  const from = Number(movement.from) / unit;
  const to = Number(movement.to) / unit;
  const values = roundedSteps(
    from,
    to,
    steps.map(({ value }) => value / unit),
    places,
  );
  return {
    from: { tick: monthBeside(movement.fromMonth, month).slice(0, 3), label: monthName(movement.fromMonth), value: rounded(from, places) },
    to: { tick: monthName(month).slice(0, 3), label: monthName(month), value: rounded(to, places) },
    steps: steps.map((step, i) => ({ ...step, value: values[i] ?? 0 })),
    places,
  };
};

/** One step a tier: volume and price together. */
export const movementByTier = (movement: Movement, month: string): WaterfallModel => {
  const tiers = [...new Set(movement.steps.map(({ tier }) => tier))];
  return model(
    movement,
    month,
    tiers.map((tier) => {
      const steps = movement.steps.filter((step) => step.tier === tier);
      return {
        id: tier,
        tick: SHORT[tier] ?? title(tier),
        label: title(tier),
        value: steps.reduce((sum, { value }) => sum + Number(value), 0),
        says: steps.map(({ says }) => says).join(' '),
      };
    }),
    THOUSANDS,
  );
};

/** Every step: volume and price of each tier. */
export const movementBySteps = (movement: Movement, month: string): WaterfallModel =>
  model(
    movement,
    month,
    movement.steps.map((step) => ({
      id: step.id,
      tick: `${title(step.tier)}\n${step.kind}`,
      label: step.label,
      value: Number(step.value),
      says: step.says,
    })),
    WHOLE,
  );

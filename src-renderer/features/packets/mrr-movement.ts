import type { PacketDocument } from '../../../src-shared/contract/packets.ts';
import type { WaterfallModel, WaterfallStep } from './waterfall.tsx';
import { monthBeside, monthName } from './packet-words.ts';

type Movement = NonNullable<PacketDocument['movement']>;

const SHORT: Readonly<Record<string, string>> = { enterprise: 'Enterpr.' };
const title = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);

/** Steps in whole units that still add up: differences of rounded levels. */
const wholeSteps = (from: number, values: readonly number[]): number[] => {
  let level = from;
  return values.map((value) => {
    const before = Math.round(level);
    level += value;
    return Math.round(level) - before;
  });
};

const model = (movement: Movement, month: string, steps: readonly WaterfallStep[]): WaterfallModel => {
  const from = Number(movement.from);
  const whole = wholeSteps(
    from,
    steps.map(({ value }) => value),
  );
  return {
    from: { tick: monthBeside(movement.fromMonth, month).slice(0, 3), label: monthName(movement.fromMonth), value: Math.round(from) },
    to: { tick: monthName(month).slice(0, 3), label: monthName(month), value: Math.round(Number(movement.to)) },
    steps: steps.map((step, i) => ({ ...step, value: whole[i] ?? 0 })),
    places: 0,
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
  );

import { AppError } from '../kernel/errors.ts';

/** What became of an event at the intake. */
export const EVENT_OUTCOMES = ['accepted', 'duplicate', 'conflict', 'late', 'quarantined'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** The CloudEvents type of a usage event (docs/formats/events.md). */
export const USAGE_EVENT_TYPE = 'countersign.usage.v1';

/** A usage event as it travels: CloudEvents 1.0, structured JSON. */
export interface UsageEvent {
  readonly specversion: '1.0';
  /** With `source` and `subject` the idempotency key: sent again, it counts once. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The tenant. */
  readonly subject: string;
  /** When it was used: ISO 8601 UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly metric: string;
    /** Decimal text, exactly as it was given. */
    readonly quantity: string;
    readonly unit: string;
    readonly dimensions?: Readonly<Record<string, string>>;
  };
}

export interface UsageInput {
  readonly tenantId: string;
  readonly metric: string;
  /** Decimal text, a whole number up to 2^53, or a bigint. A fraction is given as text: a float is not what was meant. */
  readonly quantity: string | number | bigint;
  readonly unit: string;
  /** The natural key of what was used, such as a request's id; a new id where left out. */
  readonly key?: string;
  /** ISO 8601 UTC; now where left out. */
  readonly time?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * The quantity as decimal text.
 * @throws AppError BAD_INPUT for a fraction given as a number, and for text that is no decimal number.
 */
export const quantityText = (quantity: UsageInput['quantity']): string => {
  if (typeof quantity === 'bigint') return quantity.toString();
  if (typeof quantity === 'number') {
    if (Number.isSafeInteger(quantity)) return String(quantity === 0 ? 0 : quantity);
    throw new AppError('BAD_INPUT', `The quantity ${quantity} is not a whole number up to 2^53; nothing was queued.`, {
      nextStep: 'Give it as decimal text, such as "0.25".',
    });
  }
  if (DECIMAL.test(quantity)) return quantity;
  throw new AppError('BAD_INPUT', 'The quantity is no decimal number; nothing was queued.', {
    nextStep: 'Give it as digits with an optional point, such as "12.5".',
  });
};

/** The event of a use. Pure: id and time come in. */
export const usageEvent = (
  input: UsageInput,
  from: { readonly source: string; readonly id: string; readonly time: string },
): UsageEvent => ({
  specversion: '1.0',
  id: input.key ?? from.id,
  source: from.source,
  type: USAGE_EVENT_TYPE,
  subject: input.tenantId,
  time: input.time ?? from.time,
  datacontenttype: 'application/json',
  data: {
    metric: input.metric,
    quantity: quantityText(input.quantity),
    unit: input.unit,
    ...(input.dimensions === undefined ? {} : { dimensions: input.dimensions }),
  },
});

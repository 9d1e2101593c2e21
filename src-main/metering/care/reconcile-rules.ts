import { formatExact } from '../../../src-shared/kernel/quantity.ts';
import { bpSays, deviationBp } from './deviation.ts';

/** Compares what sources say they sent with what was counted. Pure. */

export interface DeclaredSide {
  readonly events: number | null;
  readonly quantity: bigint;
  /** Sources that declared it, by name. */
  readonly sources: readonly string[];
  readonly asOf: string;
}

export interface CountedSide {
  readonly events: number;
  /** Null where the metric's figure is no sum of its quantities (MAX, LATEST, …): then only events are compared. */
  readonly quantity: bigint | null;
}

export interface Comparison {
  readonly deviationBp: number;
  /** `lost`: less was counted than declared. `more`: more. */
  readonly direction: 'equal' | 'lost' | 'more';
  readonly declared: string;
  readonly counted: string;
  readonly says: string;
}

/** The larger of the two deviations counts: of the quantity, and of the number of events. */
export function compareTotals(declared: DeclaredSide, counted: CountedSide, unit: string): Comparison {
  const of = counted.quantity;
  const quantity = of === null ? 0 : deviationBp(declared.quantity, of);
  const events = declared.events === null ? 0 : deviationBp(BigInt(declared.events), BigInt(counted.events));
  const from = `${declared.sources.join(' and ')} as of ${declared.asOf.slice(0, 16).replace('T', ' ')} UTC`;
  if (quantity === 0 && events === 0) {
    return {
      deviationBp: 0,
      direction: 'equal',
      declared: formatExact(declared.quantity),
      counted: formatExact(of ?? declared.quantity),
      says: `Equal to what ${from} declared.`,
    };
  }
  if (quantity >= events && of !== null) {
    return {
      deviationBp: quantity,
      direction: of < declared.quantity ? 'lost' : 'more',
      declared: formatExact(declared.quantity),
      counted: formatExact(of),
      says: `${from} declared ${formatExact(declared.quantity)} ${unit}; ${formatExact(of)} were counted, ${bpSays(quantity)} apart.`,
    };
  }
  const said = declared.events ?? 0;
  return {
    deviationBp: events,
    direction: counted.events < said ? 'lost' : 'more',
    declared: String(said),
    counted: String(counted.events),
    says: `${from} declared ${said} events; ${counted.events} were counted, ${bpSays(events)} apart.`,
  };
}

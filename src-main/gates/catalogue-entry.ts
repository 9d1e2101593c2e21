import type { GateRole } from './gate-flags.ts';

/** What the catalogue says of a gate, and how its groups are written down. */

export const GATE_GROUPS = [
  'finance',
  'telemetry',
  'pricing-register',
  'policy-decisions',
  'stress',
  'failure-injection',
  'monthly-refresh',
  'operational-readiness',
  'disposition',
  'key-rotation',
] as const;
export type GateGroup = (typeof GATE_GROUPS)[number];

/** What a gate is judged from: one artifact, or guardrails, telemetry and decisions together. */
export type GateSource = GateRole | 'monthly-refresh' | 'operational-readiness';

export interface CatalogueGate {
  readonly id: string;
  readonly group: GateGroup;
  readonly source: GateSource;
  /** As it stands in tables: `FIN 2`. */
  readonly shortId: string;
  readonly name: string;
  readonly explanation: string;
  readonly nextStep: string;
  /** How the figure stands to its limit; null where the gate is a yes or no. */
  readonly comparison: '≥' | '≤' | null;
  readonly unit: 'percent' | 'hours' | 'days' | 'months' | 'seconds' | 'requests/s' | 'count' | null;
  /**
   * Whether its failing fails the run. The reference accepts telemetry gates that are honestly false, and readiness says
   * how far things are; both are shown and decide nothing.
   */
  readonly decides: boolean;
}

export type Row = readonly [id: string, shortId: string, name: string, explanation: string, nextStep: string];
type Figure = Pick<CatalogueGate, 'comparison' | 'unit'>;
const NO_FIGURE: Figure = { comparison: null, unit: null };

/** The gates of one group. `advisory`: those that decide nothing, by their short ids. */
export function gates(
  group: GateGroup,
  source: GateSource,
  rows: readonly Row[],
  more: { readonly figures?: Readonly<Record<string, Figure>>; readonly advisory?: readonly string[] | 'all' } = {},
): CatalogueGate[] {
  return rows.map(([id, shortId, name, explanation, nextStep]) => ({
    id,
    group,
    source,
    shortId,
    name,
    explanation,
    nextStep,
    ...(more.figures?.[shortId] ?? NO_FIGURE),
    decides: more.advisory !== 'all' && more.advisory?.includes(shortId) !== true,
  }));
}

export const atLeast = (unit: CatalogueGate['unit']): Figure => ({ comparison: '≥', unit });
export const atMost = (unit: CatalogueGate['unit']): Figure => ({ comparison: '≤', unit });

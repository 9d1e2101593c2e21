import { pyRound } from '../reference/round.ts';

/**
 * What artifacts of one month say against each other. The reference verifies each file alone, so that figures that cannot
 * all be true pass together; these findings stand beside its verdicts and never change one.
 */

/** Every code with its usual severity; `error`: both cannot be true, `warning`: one should be looked at, `note`: to know. */
export const CONSISTENCY_CODES = {
  /** A document could not be read far enough to be compared; its own verifier says more. */
  CONSISTENCY_NOT_COMPARED: 'note',
  CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY: 'error',
  CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY: 'error',
  CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS: 'warning',
  CONSISTENCY_THRESHOLDS_DIFFER: 'error',
  CONSISTENCY_CLOSE_HISTORY_DIFFERS: 'error',
  CONSISTENCY_CLOSE_NOT_THIS_MONTH: 'error',
  CONSISTENCY_CLOSE_REPEATED: 'warning',
  CONSISTENCY_CLOSE_GAP: 'warning',
  CONSISTENCY_WINDOWS_DIFFER: 'error',
  CONSISTENCY_LABELS_DIFFER: 'warning',
  CONSISTENCY_CAPTURE_SPREAD: 'warning',
  CONSISTENCY_CAPTURED_BEFORE_WINDOW_END: 'warning',
  CONSISTENCY_CAPTURED_BEFORE_SOURCE: 'warning',
  CONSISTENCY_POLICY_TIERS_NOT_FROM_TELEMETRY: 'warning',
  CONSISTENCY_EFFECTIVE_MRR_ASSUMPTION: 'note',
  CONSISTENCY_MONTHS_OBSERVED: 'warning',
  CONSISTENCY_DISCOUNT_ABOVE_POLICY_CAP: 'error',
  CONSISTENCY_DISCOUNT_GATE_ABOVE_POLICY_CAP: 'warning',
  CONSISTENCY_ENTERPRISE_PRICE_BELOW_FLOOR: 'error',
  CONSISTENCY_MOTION_ALLOWED_WITH_FALSE_GATE: 'error',
  CONSISTENCY_MOTION_APPROVED_BEFORE_EVIDENCE: 'warning',
  CONSISTENCY_PACKET_NOT_FROM_GUARDRAILS: 'error',
  CONSISTENCY_PACKET_NOT_FROM_TELEMETRY: 'error',
  CONSISTENCY_PACKET_DOES_NOT_ADD_UP: 'error',
} as const satisfies Record<string, ConsistencySeverity>;

export type ConsistencyCode = keyof typeof CONSISTENCY_CODES;
export type ConsistencySeverity = 'error' | 'warning' | 'note';
export type FigureValue = number | string | boolean | null;

/** What an artifact is among those of a month; named as stored artifacts are. */
export type ConsistencyRole =
  'finance-guardrails' | 'finance-telemetry' | 'finance-assumptions' | 'policy-decisions' | 'pricing-benchmarks' | 'committee-packet';

/** A value with the place where it stands. `value` is null where the artifact has none. */
export interface FigureInArtifact {
  readonly role: ConsistencyRole;
  /** The artifact's name, as given. */
  readonly artifact: string;
  /** SHA-256 of the artifact's bytes, hex, as given. */
  readonly sha256: string;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly value: FigureValue;
}

/** A value that follows from others: the formula with the numbers in it. */
export interface FigureByFormula {
  readonly formula: string;
  readonly value: FigureValue;
}

/** Two values of one thing that do not agree. Amounts in USD, shares in percent, times in ISO 8601. */
export interface ConsistencyFigure {
  readonly name: string;
  readonly left: FigureInArtifact;
  readonly right: FigureInArtifact | FigureByFormula;
  /** left − right, rounded to 6 decimals; null where they are no numbers. */
  readonly difference: number | null;
}

export interface ConsistencyFinding {
  readonly code: ConsistencyCode;
  readonly severity: ConsistencySeverity;
  /** What is so, in a few plain words. */
  readonly title: string;
  /** The same with its figures, in sentences. */
  readonly says: string;
  /** Every artifact that the finding rests on. */
  readonly roles: readonly ConsistencyRole[];
  readonly figures: readonly ConsistencyFigure[];
  readonly next_step: string;
}

type Draft = Pick<ConsistencyFinding, 'title' | 'says' | 'figures' | 'next_step'> & {
  /** Where it is not the usual one. */
  readonly severity?: ConsistencySeverity;
  /** Artifacts that stand in formulas only. */
  readonly alsoFrom?: readonly (ConsistencyRole | undefined)[];
};

export function finding(code: ConsistencyCode, { severity, alsoFrom = [], ...rest }: Draft): ConsistencyFinding {
  const places = rest.figures.flatMap(({ left, right }) => ('role' in right ? [left.role, right.role] : [left.role]));
  const roles = [...new Set([...places, ...alsoFrom])].filter((role) => role !== undefined);
  return { code, severity: severity ?? CONSISTENCY_CODES[code], roles, ...rest };
}

export function figure(name: string, left: FigureInArtifact, right: FigureInArtifact | FigureByFormula): ConsistencyFigure {
  const both = typeof left.value === 'number' && typeof right.value === 'number' ? left.value - right.value : null;
  return { name, left, right, difference: both === null ? null : pyRound(both, 6) };
}

/** Two decimals, grouped by threes: `32,190.52`. The same on every machine. */
export const amountText = (value: number): string => {
  const [whole = '', cents = ''] = Math.abs(value).toFixed(2).split('.');
  return `${value < 0 ? '-' : ''}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}.${cents}`;
};
export const usd = (value: number): string => `USD ${amountText(value)}`;
export const percent = (value: number): string => `${amountText(value)} %`;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const titleCase = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);

import type { IncidentKind } from '../../src-shared/contract/incidents.ts';
import type { Role } from '../../src-shared/contract/roles.ts';

/** Rules of incidents: how they are named and how long they took. */

/** What the room that found the trouble says of it. */
export interface IncidentInput {
  /** What it is about. While an incident of this key is open, the same trouble is seen again, not opened twice. */
  readonly key: string;
  readonly kind: IncidentKind;
  readonly severity: 'warn' | 'bad';
  readonly tenantNo: number | null;
  /** Says what is true: "llm_token passed its hard limit". */
  readonly title: string;
  /** With the figures, and what to do next. */
  readonly says: string;
  readonly address: string | null;
  readonly ownerRole: Role;
  /** How often it was met in what was just taken; 1 when left out. */
  readonly times?: number;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** As people say it: `INC-0042`. */
export const incidentIdOf = (incidentNo: number): string => `INC-${String(incidentNo).padStart(4, '0')}`;

/** Whole seconds between two ISO times, never below 0: a clock that was set back makes no negative repair. */
export const restoreSeconds = (openedAt: string, resolvedAt: string): number =>
  Math.max(0, Math.round((Date.parse(resolvedAt) - Date.parse(openedAt)) / 1000));

/** A length of time in the two largest units that matter: "3 h 12 min". */
export const durationSays = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
};

export interface RestoreTimes {
  readonly count: number;
  readonly meanSeconds: number;
  readonly medianSeconds: number;
  readonly longestSeconds: number;
}

/** Mean, median (the lower of the two middle ones) and longest of times to restore; null of none. */
export const restoreTimes = (seconds: readonly number[]): RestoreTimes | null => {
  if (seconds.length === 0) return null;
  const sorted = [...seconds].sort((a, b) => a - b);
  return {
    count: sorted.length,
    meanSeconds: Math.round(sorted.reduce((sum, n) => sum + n, 0) / sorted.length),
    medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)]!,
    longestSeconds: sorted.at(-1)!,
  };
};

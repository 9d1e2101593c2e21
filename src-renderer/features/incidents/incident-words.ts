import type { Incident, IncidentEvent, IncidentKind } from '../../../src-shared/contract/incidents.ts';
import { counted, integer } from '../../ui/format.ts';
import { span } from '../../ui/time-format.ts';
import type { Answer } from '../../port/use-app.ts';

export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  conflict: 'conflict',
  limit: 'limit',
  validation: 'validation',
  reconciliation: 'reconciliation',
  conservation: 'conservation',
  alert: 'alert',
  margin: 'margin',
  outbox: 'upstream',
};

/** What a kind means, for who meets it first. */
export const KIND_SAYS: Readonly<Record<IncidentKind, string>> = {
  conflict: 'The same id came with another content.',
  limit: 'A tenant passed a limit of its plan.',
  validation: 'A recount of raw events differs from the totals.',
  reconciliation: 'The totals differ from what the source declares.',
  conservation: 'Something that came in is unaccounted for.',
  alert: 'A figure that operations watch passed its bound.',
  margin: 'What a tenant costs grew out of what it pays.',
  outbox: 'The upstream did not take a change.',
};

export type IncidentFilter = 'open' | 'resolved' | 'all';
export const FILTERS: readonly IncidentFilter[] = ['open', 'resolved', 'all'];
export const FILTER_WORDS: Readonly<Record<IncidentFilter, string>> = { open: 'Open', resolved: 'Resolved', all: 'All' };
export const isFilter = (text: string | undefined): text is IncidentFilter => FILTERS.includes(text as IncidentFilter);

export const totalOf = (filter: IncidentFilter, totals: { readonly open: number; readonly resolved: number }): number =>
  filter === 'open' ? totals.open : filter === 'resolved' ? totals.resolved : totals.open + totals.resolved;

/** "restored in 3 h 12 min", or how long it stands. */
export const restoredWords = (seconds: number): string => span(seconds * 1000);

/** Time to restore over the last 90 days, with the count it is taken over. */
export const restoreSays = (restore: Answer<'incident.list'>['restore']): string =>
  restore === null
    ? 'none was resolved in the last 90 days'
    : `${counted(restore.count, 'incident')} resolved in 90 days, mean ${restoredWords(restore.meanSeconds)}, median ${restoredWords(
        restore.medianSeconds,
      )}, longest ${restoredWords(restore.longestSeconds)}`;

export const EVENT_WORDS: Readonly<Record<IncidentEvent['kind'], string>> = {
  opened: 'Opened',
  'seen-again': 'Met again',
  assigned: 'Taken',
  note: 'Note',
  resolved: 'Resolved',
};

/** "met 3 times": how often the same trouble was found while it stands. */
export const timesWords = (incident: Pick<Incident, 'timesSeen'>): string =>
  incident.timesSeen === 1 ? 'met once' : `met ${integer(incident.timesSeen)} times`;

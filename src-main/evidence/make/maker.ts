import type { MakerKind, MissingField } from '../../../src-shared/contract/evidence.ts';
import type { ArtifactRole } from '../artifact-roles.ts';
import type { PlainObject } from './plain-document.ts';

/** How an artifact of one kind is made, so that nobody writes JSON by hand. Pure: time comes in. */

export interface MakerContext {
  /** ISO 8601 UTC. */
  readonly now: string;
  /** The month (YYYY-MM) it is made for; null where none was named. */
  readonly month: string | null;
  /** What the month's telemetry and assumptions give for each tier, where there are both. */
  readonly monthTiers: readonly PlainObject[] | null;
}

export interface MakerDraft {
  readonly document: PlainObject;
  /** What was filled in from elsewhere, in words. */
  readonly notes: readonly string[];
}

export interface Maker {
  readonly kind: MakerKind;
  /** What it stores; governance is a part of the decisions. */
  readonly stores: ArtifactRole;
  /** The gates that the document must declare; none for the assumptions. */
  readonly hasGates: boolean;
  /** A draft prefilled from the newest version, without what is computed and without its time of capture. */
  start(newest: PlainObject | null, context: MakerContext): MakerDraft;
  /** The whole artifact: with what follows from the draft, but for the gates. The time of capture is `now` unless it is given. */
  complete(draft: PlainObject, now: string): PlainObject;
  /** Everything that is still missing or cannot stand so, in words with its pointer. */
  missing(document: PlainObject, now: string): readonly MissingField[];
  /** The name under which versions are kept. */
  fileName(document: PlainObject): string;
}

/** A part of a file name from a text: as the reference makes labels. */
export const fileLabel = (text: string, fallback: string): string =>
  text
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60) || fallback;

/** First and last moment of a month, as windows are written. */
export const monthWindow = (month: string): PlainObject => {
  const [year = 1970, ordinal = 1] = month.split('-').map(Number);
  return {
    start: new Date(Date.UTC(year, ordinal - 1, 1)).toISOString().replace('.000Z', 'Z'),
    end: new Date(Date.UTC(year, ordinal, 1) - 1000).toISOString().replace('.000Z', 'Z'),
    label: month,
  };
};

import canonicalize from 'canonicalize';
import { DIMENSION_NAME, type MetricSpec } from './metric-spec.ts';
import type { MeteringSettings } from './periods.ts';

/** The dimensions of an event: which names and values they may have, and the one text that stands for a set of them. */

export interface Dimensions {
  /** Canonical JSON; values are texts. */
  readonly canonical: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface DimensionFault {
  readonly code: 'EVENT_MALFORMED' | 'DIMENSION_UNKNOWN' | 'DIMENSION_LIMIT';
  readonly says: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** JSON.parse with the text of each primitive (ECMAScript "JSON.parse source text access"). */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => Record<string, unknown>;

export const NO_DIMENSIONS: Dimensions = { canonical: '{}', values: {} };

/**
 * Reads a set of dimensions. Numbers and booleans count as the text they are spelled with.
 * @param raw a JSON object that the scanner has walked over
 * @param members how many it has, a repeated name counted again
 */
export function readDimensions(raw: string, members: number, settings: MeteringSettings): Dimensions | DimensionFault {
  if (members === 0) return NO_DIMENSIONS;
  if (members > settings.mostDimensions)
    return { code: 'DIMENSION_LIMIT', says: `The event has ${members} dimensions; ${settings.mostDimensions} are the most.` };
  const read = parseWithSource(raw, (_key, value, { source }) =>
    typeof value === 'number' || typeof value === 'boolean' ? (source ?? String(value)) : value,
  );
  const names = Object.keys(read);
  if (names.length !== members) return { code: 'EVENT_MALFORMED', says: 'The event says a dimension twice.' };
  for (const name of names) {
    const value = read[name];
    if (!DIMENSION_NAME.test(name))
      return {
        code: 'EVENT_MALFORMED',
        says: `A dimension is named ${JSON.stringify(name.slice(0, 60))}: a letter, then letters, digits, _ . and - are read.`,
      };
    if (typeof value !== 'string' || !value.isWellFormed())
      return { code: 'EVENT_MALFORMED', says: `The dimension ${name} is no text, number or boolean.` };
    if (value.length > settings.longestDimension)
      return {
        code: 'DIMENSION_LIMIT',
        says: `The dimension ${name} has ${value.length} characters; ${settings.longestDimension} are the most.`,
      };
  }
  return { canonical: canonicalize(read)!, values: read as Record<string, string> };
}

/** The first dimension the metric does not declare; null where it declares all. */
export const unknownDimension = (dimensions: Dimensions, spec: MetricSpec): string | null => {
  const { dimensions: declared } = spec;
  return declared === null ? null : (Object.keys(dimensions.values).find((name) => !declared.includes(name)) ?? null);
};

/** What a UNIQUE_COUNT counts of a set; null where the set lacks the dimension that is counted. */
export const uniqueValue = (canonical: string, uniqueOf: string | null): string | null => {
  if (uniqueOf === null) return canonical;
  const value = (JSON.parse(canonical) as Record<string, string>)[uniqueOf];
  return value === undefined ? null : value;
};

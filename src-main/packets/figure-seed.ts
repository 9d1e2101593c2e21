import type { ProvenFigure } from '../../src-shared/contract/packet-document.ts';
import type { Fields } from '../evidence/index.ts';
import { grouped } from './figure-words.ts';

/** A figure before it is held against a bound and against the month before. */
export type FigureSeed = Omit<ProvenFigure, 'limit' | 'previous' | 'moves'>;
export type SumLine = ProvenFigure['lines'][number];
export type InputRow = ProvenFigure['inputs'][number];

/** Raised when a formula or its rounding changes; a stored packet says by which one it was computed. */
export const PACKET_RULE_VERSION = '1';
const SOURCE = 'docs/formats/packet.md';

export const rule = (name: string): ProvenFigure['rule'] => ({ name: `packet.${name}`, version: PACKET_RULE_VERSION, source: SOURCE });

export const CENTS = 'half-even to cents, as the reference rounds';
export const TWO_PLACES = 'rows to cents first, the result half-even to 2 places';
export const EXACT = 'none: a sum of rounded amounts is exact';
export const AS_GIVEN = 'none: as the artifact gives it';

/** What stands where a number was read: the reference takes none of these for one. */
const nameOf = (value: object | null): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object');

/** A member of an artifact, with its JSON pointer. */
export const inputRow = (role: InputRow['role'], fields: Fields, key: string, label: string): InputRow => {
  const value = fields.raw(key);
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? nameOf(value) : String(value);
  return { role, pointer: fields.pointer(key), label, value: text };
};
export const telemetryRow = (fields: Fields, key: string, label: string): InputRow => inputRow('finance-telemetry', fields, key, label);
export const assumptionRow = (fields: Fields, key: string, label: string): InputRow => inputRow('finance-assumptions', fields, key, label);

export const line = (
  sign: SumLine['sign'],
  label: string,
  value: string | null,
  note: string,
  figure: string | null = null,
  unit: SumLine['unit'] = 'USD',
): SumLine => ({ sign, label, value, unit, note, figure });

/** A share in percent as people write it: what stands above and below the line, and what comes out. */
export function shareFormula(words: string, over: string, under: string, result: string | null): FigureSeed['formula'] {
  if (result === null) return { words, numbers: `(${over}) / ${under} × 100 has no value`, fraction: null };
  const shownResult = `${grouped(result)}`;
  return {
    words,
    numbers: `(${over}) / ${under} × 100 = ${shownResult}`,
    fraction: { over, under, times: '100', result: shownResult },
  };
}

export const plainFormula = (words: string, numbers: string): FigureSeed['formula'] => ({ words, numbers, fraction: null });

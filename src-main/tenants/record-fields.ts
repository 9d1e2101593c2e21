/**
 * Reads the fields of a tenant's or a subscription's record, strictly: a field that is missing, of another kind or unknown
 * refuses the record, by name. Pure.
 */

/** Why a record cannot be used; the quarantine shows it. */
export class RecordRefusal extends Error {
  readonly code: string;
  readonly nextStep: string;
  constructor(code: string, says: string, nextStep: string) {
    super(says);
    this.code = code;
    this.nextStep = nextStep;
  }
}

export type RecordObject = Readonly<Record<string, unknown>>;

const STEP = 'Correct the record at the source (docs/formats/tenants.md), then sync again.';

const refuse = (code: string, says: string, nextStep = STEP): never => {
  throw new RecordRefusal(code, says, nextStep);
};

/** A value as a refusal shows it: never more than a few words of it. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** One line as a JSON object. */
export function parseRecord(text: string): RecordObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('RECORD_NOT_JSON', 'The line is no JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('RECORD_NOT_OBJECT', `The line is no JSON object: ${shown(value)}.`);
  return value as RecordObject;
}

export function knownFieldsOnly(record: RecordObject, known: ReadonlySet<string>): void {
  const unknown = Object.keys(record).filter((key) => !known.has(key));
  if (unknown.length > 0) refuse('RECORD_UNKNOWN_FIELD', `The record has a field that is not known here: ${shown(unknown[0])}.`);
}

/** Text between 1 and `most` characters, without control characters, trimmed. */
export function text(record: RecordObject, field: string, most: number): string {
  const value = record[field];
  if (value === undefined) return refuse('RECORD_FIELD_MISSING', `The field ${field} is missing.`);
  if (typeof value !== 'string') return refuse('RECORD_FIELD', `${field} must be text, and is ${shown(value)}.`);
  const trimmed = value.trim();
  if (trimmed === '' || trimmed.length > most || !trimmed.isWellFormed() || /\p{Cc}/u.test(trimmed))
    return refuse('RECORD_FIELD', `${field} must be text of 1 to ${most} characters without control characters, and is ${shown(value)}.`);
  return trimmed;
}

/** An id is compared as it is written: nothing is trimmed away. */
export function identifier(record: RecordObject, field: string): string {
  const found = text(record, field, 200);
  if (found !== record[field]) return refuse('RECORD_FIELD', `${field} begins or ends with a space: ${shown(record[field])}.`);
  return found;
}

export function oneOf<T extends string>(record: RecordObject, field: string, values: readonly T[]): T {
  const value = record[field];
  if (value === undefined) return refuse('RECORD_FIELD_MISSING', `The field ${field} is missing.`);
  const found = values.find((known) => known === value);
  return found ?? refuse('RECORD_FIELD', `${field} must be one of ${values.join(', ')}, and is ${shown(value)}.`);
}

/** A tier: lower case, as plans write it. */
export function tierOf(record: RecordObject): string {
  const tier = text(record, 'tier', 60).toLowerCase();
  return /^[a-z0-9][a-z0-9._ -]*$/.test(tier)
    ? tier
    : refuse('RECORD_FIELD', `tier must be a plain name, and is ${shown(record['tier'])}.`);
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * An RFC 3339 time as UTC with nine places, `2026-05-01T00:00:00.000000000Z`, so that texts compare as times; null where the
 * text is none. A leap second is none.
 */
export function normalTime(value: string): string | null {
  const match = TIME.exec(value);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, part = '', zone = 'Z'] = match;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== value.slice(0, 19)) return null;
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  if (zone !== 'Z' && (Number(zone.slice(1, 3)) > 23 || Number(zone.slice(4, 6)) > 59)) return null;
  const utc = new Date(local - offset * 60_000).toISOString();
  return /^\d{4}-/.test(utc) ? `${utc.slice(0, 19)}.${part.padEnd(9, '0')}Z` : null;
}

/** As the contract shows times: to the millisecond. */
export const shownTime = (normal: string): string => `${normal.slice(0, 23)}Z`;

export function time(record: RecordObject, field: string): string {
  const value = record[field];
  if (value === undefined) return refuse('RECORD_FIELD_MISSING', `The field ${field} is missing.`);
  const normal = typeof value === 'string' ? normalTime(value) : null;
  return normal ?? refuse('RECORD_TIME', `${field} must be an RFC 3339 time such as 2026-06-03T09:42:00Z, and is ${shown(value)}.`);
}

/** A field that may be left out, or null. */
export const optional = <T>(record: RecordObject, field: string, read: (record: RecordObject, field: string) => T): T | null =>
  record[field] === undefined || record[field] === null ? null : read(record, field);

const FUTURE_MS = 24 * 60 * 60 * 1000;

/** A record from more than a day ahead would win over everything that comes until then. */
export function notFarAhead(updatedAt: string, now: string): void {
  if (Date.parse(shownTime(updatedAt)) > Date.parse(now) + FUTURE_MS)
    refuse(
      'RECORD_FUTURE',
      `updated_at is more than 24 hours ahead: ${shownTime(updatedAt)}, read at ${now}.`,
      'Set the clock of the source right; then requeue the row, or dismiss it with a reason.',
    );
}

export function wholeNumber(record: RecordObject, field: string, most: number): number {
  const value = record[field];
  if (value === undefined) return refuse('RECORD_FIELD_MISSING', `The field ${field} is missing.`);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most)
    return refuse('RECORD_FIELD', `${field} must be a whole number from 0 to ${most}, and is ${shown(value)}.`);
  return value;
}

/** A decimal text, as it is written: at most twelve digits before the point and nine after it. */
export function amount(record: RecordObject, field: string): string {
  const value = record[field];
  if (value === undefined) return refuse('RECORD_FIELD_MISSING', `The field ${field} is missing.`);
  if (typeof value !== 'string' || !/^\d{1,12}(\.\d{1,9})?$/.test(value))
    return refuse('RECORD_FIELD', `${field} must be a decimal text such as "299.00", and is ${shown(value)}.`);
  return value;
}

export { refuse };

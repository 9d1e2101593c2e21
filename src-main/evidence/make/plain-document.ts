import { isArray, isObject, type Value } from '../reference/value.ts';
import { type Writable, writeReferenceJson } from '../reference/write-json.ts';

/** A document as a form holds it: plain JSON. */
export type Plain = null | boolean | number | string | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain;
}

export const isPlainObject = (value: unknown): value is PlainObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A document that was read, as a form can hold it: whole numbers that are no safe integers become texts, NaN becomes null. */
export function plainOf(value: Value): Plain {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value.toWellFormed();
  if (isArray(value)) return value.map(plainOf);
  if (isObject(value)) return Object.fromEntries([...value].map(([key, item]) => [key.toWellFormed(), plainOf(item)]));
  return value;
}

/** The bytes that are stored: as the reference's generators write them, with whole numbers as whole numbers. */
export const documentBytes = (document: PlainObject): Uint8Array => Buffer.from(writeReferenceJson(writable(document)), 'utf8');

function writable(value: unknown): Writable {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(writable);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, writable(item)]));
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** The member of an object; an empty object where there is none. */
export const objectAt = (document: PlainObject, key: string): PlainObject => {
  const found = document[key];
  return isPlainObject(found) ? found : {};
};

export const listAt = (document: PlainObject, key: string): readonly Plain[] => {
  const found = document[key];
  return Array.isArray(found) ? (found as readonly Plain[]) : [];
};

export const textAt = (document: PlainObject, key: string): string => {
  const found = document[key];
  return typeof found === 'string' ? found.trim() : '';
};

/** Without some members. */
export const without = (document: PlainObject, ...keys: readonly string[]): PlainObject =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));

/**
 * The document with one field set by its JSON pointer (RFC 6901); `-` is the end of a list. Objects on the way are made.
 * Null where the pointer leads through a value that holds no others, or beyond the end of a list.
 */
export function setAtPointer(document: PlainObject, pointer: string, value: Plain): PlainObject | null {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const changed = setAt(document, steps, value);
  return isPlainObject(changed) ? changed : null;
}

function setAt(at: Plain | undefined, [step, ...rest]: readonly string[], value: Plain): Plain | undefined {
  if (step === undefined) return value;
  if (Array.isArray(at)) {
    const items = at as readonly Plain[];
    const index = step === '-' ? items.length : /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
    if (index < 0 || index > items.length) return undefined;
    const item = setAt(items[index] ?? {}, rest, value);
    return item === undefined ? undefined : [...items.slice(0, index), item, ...items.slice(index + 1)];
  }
  if (at !== undefined && at !== null && !isPlainObject(at)) return undefined;
  const member = setAt(at === undefined || at === null ? undefined : Object.hasOwn(at, step) ? at[step] : undefined, rest, value);
  return member === undefined ? undefined : { ...(at ?? {}), [step]: member };
}

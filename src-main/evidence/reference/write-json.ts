import { floatText } from './float-text.ts';

/** What can be written: values as they were read, and plain objects and lists of them. Whole numbers are `bigint`. */
export type Writable = null | boolean | bigint | number | string | readonly Writable[] | ReadonlyMap<string, Writable> | WritableMembers;

export interface WritableMembers {
  readonly [key: string]: Writable;
}

/**
 * The text that the reference's generators write: `json.dumps(value, indent=2, sort_keys=True)`. ASCII only, keys in the
 * order of their code points, floats as Python prints them (`5880.0`, `1e-05`), no newline at the end.
 */
export const writeReferenceJson = (value: Writable): string => write(value, '\n');

function write(value: Writable, indent: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return asciiString(value);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  if (isList(value)) return value.length === 0 ? '[]' : `[${inner}${value.map((item) => write(item, inner)).join(`,${inner}`)}${indent}]`;
  const members = value instanceof Map ? [...(value as ReadonlyMap<string, Writable>)] : Object.entries<Writable>(value as WritableMembers);
  if (members.length === 0) return '{}';
  members.sort(([a], [b]) => compareCodePoints(a, b));
  return `{${inner}${members.map(([key, item]) => `${asciiString(key)}: ${write(item, inner)}`).join(`,${inner}`)}${indent}}`;
}

const isList = (value: Writable): value is readonly Writable[] => Array.isArray(value);

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

const asciiString = (text: string): string =>
  `"${text.replace(/["\\]|[^ -~]/g, (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** Python sorts by code point; JavaScript by UTF-16 unit, which puts U+10000 before U+E000. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  // Where two pairs differ in their second half only, the whole pairs are compared.
  const start = at > 0 && isHigh(a.charCodeAt(at - 1)) ? at - 1 : at;
  return a.codePointAt(start)! - b.codePointAt(start)! || a.codePointAt(at)! - b.codePointAt(at)!;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

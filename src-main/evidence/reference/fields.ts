import { Refusal, type StrictnessFinding } from '../verdict.ts';
import { pyStrip, toFloat, toInteger } from './numbers.ts';
import { pointerOf, pointerStep } from './read-json.ts';
import { pyStr, requiredText } from './text.ts';
import { type Micros, readInstant } from './timestamps.ts';
import { isArray, isObject, type ObjectValue, type Value } from './value.ts';

/** Findings stop here; a hostile file could hold millions. */
const MOST_NOTES = 500;

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/**
 * A number from outside the artifact (an option of the command), or from within it, with the reference's checks in their
 * order: it can be a number, it is finite, it lies within the bounds (inclusive).
 */
export function checkNumber(value: Value, field: string, { min, max }: Bounds = {}): { value: number; coerced: boolean } {
  const read = toFloat(value);
  if (!read.ok) {
    throw new Refusal(
      read.why === 'too-large' ? `${field} is too large for a number` : `${field} must be a number, not ${nameOf(value)}`,
      field,
    );
  }
  if (!Number.isFinite(read.value)) throw new Refusal(`${field} must be finite, not ${pyStr(read.value)}`, field);
  if (min !== undefined && read.value < min) throw new Refusal(`${field} must be at least ${min}, not ${shown(value)}`, field);
  if (max !== undefined && read.value > max) throw new Refusal(`${field} must be at most ${max}, not ${shown(value)}`, field);
  return read;
}

/**
 * Reads the members of one object by name. Every reader refuses with the path of the field as the reference writes it
 * (`tier_unit_economics[2].mrr_usd`) and notes what the reference accepts although it is no value of the meant type.
 */
export class Fields {
  readonly path: string;
  private readonly object: ObjectValue;
  private readonly steps: readonly (string | number)[];
  private readonly notes: StrictnessFinding[];
  /** Made once: every figure points at the rows it comes from. */
  private place: string | null = null;

  constructor(object: ObjectValue, notes: StrictnessFinding[], path = '', steps: readonly (string | number)[] = []) {
    this.object = object;
    this.notes = notes;
    this.path = path;
    this.steps = steps;
  }

  /** Path of a member, as the reference writes it. */
  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  /** JSON pointer of a member, or of this object. */
  pointer(key?: string): string {
    this.place ??= pointerOf(this.steps);
    return key === undefined ? this.place : this.place + pointerStep(key);
  }

  /** The member as it is; null where it is absent, as in the reference. */
  raw(key: string): Value {
    return this.object.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.object.has(key);
  }

  keys(): Iterable<string> {
    return this.object.keys();
  }

  number(key: string, bounds: Bounds = {}): number {
    const given = this.raw(key);
    if (given === null) throw this.missing(key, 'a number');
    const { value, coerced } = checkNumber(given, this.at(key), bounds);
    if (coerced) this.note('COERCED_NUMBER', key, `${nameOf(given)} counts as the number ${pyStr(value)}`);
    return value;
  }

  /** A whole number of any size. `absent` is what counts where the member is missing; null in the file is not missing. */
  integer(key: string, { min, absent }: { readonly min: bigint; readonly absent?: bigint }): bigint {
    if (absent !== undefined && !this.has(key)) return absent;
    const given = this.raw(key);
    if (given === null) throw this.missing(key, 'a whole number');
    const field = this.at(key);
    const read = toInteger(given);
    if (!read.ok) {
      const why =
        read.why === 'not-finite'
          ? `${field} must be finite, not ${shown(given)}`
          : `${field} must be a whole number, not ${nameOf(given)}`;
      throw new Refusal(why, field);
    }
    if (read.value < min) throw new Refusal(`${field} must be at least ${min}, not ${shown(given)}`, field);
    if (read.coerced) this.note('COERCED_INTEGER', key, `${nameOf(given)} counts as the whole number ${read.value}`);
    return read.value;
  }

  /** A text that says something, stripped; anything but an empty value counts as its text. */
  text(key: string): string {
    return this.textOf(this.raw(key), key);
  }

  protected textOf(given: Value, key: string): string {
    const text = requiredText(given);
    if (text === '') {
      if (given === null) throw this.missing(key, 'a text');
      throw new Refusal(`${this.at(key)} must be a text that is not empty, not ${nameOf(given)}`, this.at(key));
    }
    if (typeof given !== 'string') this.note('COERCED_TEXT', key, `${nameOf(given)} counts as the text “${shortened(text)}”`);
    return text;
  }

  /** A text of a given set. Case counts unless `anyCase` is set; then the answer is in lower case. */
  oneOf<T extends string>(key: string, allowed: readonly T[], { anyCase = false, text = this.text(key) } = {}): T {
    const found = anyCase ? text.toLowerCase() : text;
    if (!(allowed as readonly string[]).includes(found)) {
      throw new Refusal(`${this.at(key)} must be one of ${allowed.join(', ')}, not “${shortened(text)}”`, this.at(key));
    }
    return found as T;
  }

  /** A real JSON boolean; 0, 1 and "true" are none. */
  boolean(key: string): boolean {
    const given = this.raw(key);
    if (typeof given === 'boolean') return given;
    if (given === null && !this.has(key)) throw this.missing(key, 'true or false');
    throw new Refusal(`${this.at(key)} must be true or false, not ${nameOf(given)}`, this.at(key));
  }

  instant(key: string): Micros {
    const given = this.raw(key);
    const field = this.at(key);
    if (given === null) throw this.missing(key, 'a time');
    const text = pyStrip(pyStr(given));
    const read = readInstant(text);
    if (!read.ok) throw new Refusal(`${field} ${TIME_FAULTS[read.why]}: “${shortened(text)}”`, field);
    if (!read.plain || given !== text) {
      this.note('LENIENT_TIMESTAMP', key, `“${shortened(pyStr(given))}” is no RFC 3339 time; the reference reads it all the same`);
    }
    return read.at;
  }

  child(key: string): Fields {
    const given = this.raw(key);
    if (!isObject(given)) {
      if (given === null && !this.has(key)) throw this.missing(key, 'an object');
      throw new Refusal(`${this.at(key)} must be an object, not ${nameOf(given)}`, this.at(key));
    }
    return new Fields(given, this.notes, this.at(key), [...this.steps, key]);
  }

  /** A list; `filled` refuses an empty one. */
  list(key: string, { filled = false } = {}): readonly Value[] {
    const given = this.raw(key);
    if (!isArray(given)) {
      if (given === null && !this.has(key)) throw this.missing(key, 'a list');
      throw new Refusal(`${this.at(key)} must be a list, not ${nameOf(given)}`, this.at(key));
    }
    if (filled && given.length === 0) throw new Refusal(`${this.at(key)} must not be empty`, this.at(key));
    return given;
  }

  /** One item of a list of objects. `shownIndex` is the index in the path where the reference counts from elsewhere. */
  item(key: string, value: Value, index: number, shownIndex = index): Fields {
    const path = `${this.at(key)}[${shownIndex}]`;
    if (!isObject(value)) throw new Refusal(`${path} must be an object, not ${nameOf(value)}`, path);
    return new Fields(value, this.notes, path, [...this.steps, key, index]);
  }

  /** All items of a list of objects; each is checked when it is reached, so that failures come in the reference's order. */
  *items(key: string, options?: { readonly filled?: boolean }): Generator<Fields> {
    for (const [index, value] of this.list(key, options).entries()) yield this.item(key, value, index);
  }

  refuse(key: string, says: string): Refusal {
    return new Refusal(`${this.at(key)} ${says}`, this.at(key));
  }

  note(code: string, key: string, says: string): void {
    if (this.notes.length < MOST_NOTES) this.notes.push({ code, pointer: this.pointer(key), says });
  }

  private missing(key: string, meant: string): Refusal {
    return new Refusal(this.has(key) ? `${this.at(key)} must be ${meant}, not null` : `${this.at(key)} is missing`, this.at(key));
  }
}

const TIME_FAULTS = {
  empty: 'must be a time, not empty',
  'not-a-time': 'must be an ISO 8601 time such as 2026-03-01T09:00:00Z',
  'no-zone': 'must carry a time zone, such as Z or +02:00',
  'out-of-range': 'lies outside the years 1 to 9999 in UTC',
} as const;

/** What stands there, in words for a message. */
export function nameOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text “${shortened(value)}”`;
  if (isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isObject(value)) return value.size === 0 ? 'an empty object' : 'an object';
  return shown(value);
}

const shown = (value: Value): string => (typeof value === 'boolean' ? String(value) : shortened(pyStr(value)));

export const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

import type { MissingField } from '../../../src-shared/contract/evidence.ts';
import { toFloat } from '../reference/numbers.ts';
import { isHttpsUrl } from '../reference/https-url.ts';
import { pointerOf } from '../reference/read-json.ts';
import { placeholderIn } from '../reference/text.ts';
import { readDate, readInstant } from '../reference/timestamps.ts';
import { isPlainObject, type Plain, type PlainObject } from './plain-document.ts';

type Step = string | number;

/**
 * Collects all that a draft still lacks. A verifier stops at the first fault, as it must; a person who fills in a form
 * wants to see all of them.
 */
export class Gaps {
  readonly found: MissingField[] = [];
  private readonly root: PlainObject;

  constructor(root: PlainObject) {
    this.root = root;
  }

  add(path: readonly Step[], says: string): void {
    this.found.push({ pointer: pointerOf(path), says });
  }

  value(path: readonly Step[]): Plain | undefined {
    let at: Plain | undefined = this.root;
    for (const step of path) {
      if (Array.isArray(at)) at = (at as readonly Plain[])[Number(step)];
      else if (isPlainObject(at)) at = Object.hasOwn(at, step) ? at[step] : undefined;
      else return undefined;
    }
    return at;
  }

  /** A text that says something and is no placeholder. Returns it, or an empty text. */
  text(path: readonly Step[], what: string): string {
    const value = this.value(path);
    const text = typeof value === 'string' ? value.trim() : '';
    const token = text === '' ? null : placeholderIn(text);
    if (text === '') this.add(path, `${what} is missing.`);
    else if (token !== null) this.add(path, `${what} still holds the placeholder “${token}”.`);
    return text;
  }

  oneOf(path: readonly Step[], what: string, allowed: readonly string[]): string {
    const value = this.value(path);
    const text = typeof value === 'string' ? value.trim() : '';
    if (!allowed.includes(text)) this.add(path, `${what} must be one of ${allowed.join(', ')}.`);
    return text;
  }

  number(
    path: readonly Step[],
    what: string,
    { min, max, whole = false }: { min?: number; max?: number; whole?: boolean } = {},
  ): number | null {
    const value = this.value(path);
    if (value === undefined || value === null || value === '') {
      this.add(path, `${what} is missing.`);
      return null;
    }
    const read = typeof value === 'number' || typeof value === 'string' ? toFloat(value) : null;
    if (read === null || !read.ok || !Number.isFinite(read.value)) {
      this.add(path, `${what} must be a number.`);
      return null;
    }
    const number = read.value;
    if (whole && !Number.isInteger(number)) this.add(path, `${what} must be a whole number.`);
    else if (min !== undefined && number < min) this.add(path, `${what} must be at least ${min}, not ${number}.`);
    else if (max !== undefined && number > max) this.add(path, `${what} must be at most ${max}, not ${number}.`);
    return number;
  }

  boolean(path: readonly Step[], what: string): boolean | null {
    const value = this.value(path);
    if (typeof value === 'boolean') return value;
    this.add(path, `${what} must be yes or no.`);
    return null;
  }

  /** A moment, in ms since 1970; `latest`: it must not lie after this one. */
  time(path: readonly Step[], what: string, latest?: { readonly ms: number; readonly says: string }): number | null {
    const value = this.value(path);
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') {
      this.add(path, `${what} is missing.`);
      return null;
    }
    const read = readInstant(text);
    if (!read.ok) {
      this.add(path, `${what} must be a time with its zone, such as 2026-03-01T09:00:00Z.`);
      return null;
    }
    const ms = Number(read.at / 1000n);
    if (latest !== undefined && ms > latest.ms) this.add(path, `${what} must not be after ${latest.says}.`);
    return ms;
  }

  /** A calendar date, as days since 1970-01-01. */
  date(path: readonly Step[], what: string): number | null {
    const value = this.value(path);
    const text = typeof value === 'string' ? value.trim() : '';
    const day = text === '' ? null : readDate(text);
    if (text === '') this.add(path, `${what} is missing.`);
    else if (day === null) this.add(path, `${what} must be a date such as 2026-03-31.`);
    return day;
  }

  httpsUrl(path: readonly Step[], what: string): void {
    const value = this.value(path);
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') this.add(path, `${what} is missing.`);
    else if (!isHttpsUrl(text)) this.add(path, `${what} must be an https address with a host.`);
  }
}

/** ms since 1970 of a time in a document; `now` where it has none that can be read. */
export const msOr = (text: Plain | undefined, now: string): number => {
  const read = typeof text === 'string' ? readInstant(text.trim()) : null;
  return read?.ok === true ? Number(read.at / 1000n) : Date.parse(now);
};

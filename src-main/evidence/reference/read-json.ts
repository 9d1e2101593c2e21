import { isAscii, isUtf8 } from 'node:buffer';
import { Refusal } from '../verdict.ts';
import type { ObjectValue, Value } from './value.ts';

/**
 * Reads JSON exactly as the reference verifiers do: whole numbers of any size, `NaN` and `Infinity` as numbers, the last of
 * a repeated key, lone surrogates kept; a byte order mark, control characters in texts and a second value refused. One
 * pass over the text: a thousand artifacts are read in one go, so this is measured (`npm run bench`).
 */
export interface JsonReading {
  readonly value: Value;
  /** JSON pointers of members that stand twice in their object; the last one counts. At most {@link MOST_ODDITIES}. */
  readonly repeatedKeys: readonly string[];
  /** JSON pointers of `NaN`, `Infinity`, `-Infinity` and of numbers too large for a double. */
  readonly nonFinite: readonly string[];
}

/** Not JSON as the reference reads it. `line` and `column` count from 1, `byte` from 0. */
export class JsonError extends Refusal {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
  constructor(what: string, place: { readonly line: number; readonly column: number; readonly byte: number }) {
    super(`The artifact is not valid JSON: ${what} at line ${place.line}, column ${place.column} (byte ${place.byte}).`);
    this.name = 'JsonError';
    this.line = place.line;
    this.column = place.column;
    this.byte = place.byte;
  }
}

/** The reference's own limit is its stack of 1,000 calls, a few of which are taken when it starts to read. */
const DEEPEST = 990;
/** Longer whole numbers are refused by the reference too; reading them takes quadratic time. */
const MOST_DIGITS = 4300;
/** A hostile file could hold millions; the first ones say enough. */
export const MOST_ODDITIES = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** @throws {JsonError} where the bytes are no JSON, with the place. */
export function readJson(bytes: Uint8Array): JsonReading {
  const reader = new Reader(textOf(bytes));
  const value = reader.document();
  return { value, repeatedKeys: reader.repeatedKeys, nonFinite: reader.nonFinite };
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) {
    throw new JsonError('it begins with a byte order mark', { line: 1, column: 1, byte: 0 });
  }
  try {
    if (isAscii(buffer)) return buffer.toString('latin1');
    if (isUtf8(buffer)) return buffer.toString('utf8');
  } catch {
    throw new Refusal(`The artifact is too large to be read: ${bytes.byteLength} bytes.`);
  }
  const { before, byte } = firstBadByte(buffer);
  throw new JsonError('a byte that is not UTF-8', { ...lineAndColumn(before), byte });
}

/** Decoding puts U+FFFD where bytes are no UTF-8: the first one that does not stand in the bytes themselves. */
function firstBadByte(buffer: Buffer): { before: string; byte: number } {
  const text = buffer.toString('utf8');
  let byte = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf('\ufffd', from);
    byte += Buffer.byteLength(text.slice(from, at));
    if (!(buffer[byte] === 0xef && buffer[byte + 1] === 0xbf && buffer[byte + 2] === 0xbd)) return { before: text.slice(0, at), byte };
    byte += 3;
    from = at + 1;
  }
}

function lineAndColumn(before: string): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', start)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: before.length - start + 1 };
}

class Reader {
  readonly repeatedKeys: string[] = [];
  readonly nonFinite: string[] = [];
  private at = 0;
  private depth = 0;
  /** Where the reader is: the key or the index in each container around it. Made a pointer only when one is needed. */
  private readonly path: (string | number)[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): Value {
    this.space();
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail('more text after the end of the value');
    return value;
  }

  private value(): Value {
    const { text } = this;
    const code = text.charCodeAt(this.at);
    switch (code) {
      case QUOTE:
        this.at += 1;
        return this.string();
      case 0x7b:
        return this.object();
      case 0x5b:
        return this.array();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      case 0x4e:
        return this.oddNumber('NaN', NaN);
      case 0x49:
        return this.oddNumber('Infinity', Infinity);
      default:
        if (code === MINUS || (code >= ZERO && code <= NINE)) return this.number();
        return this.fail(this.at < text.length ? 'a value is expected' : 'the text ends where a value is expected');
    }
  }

  private object(): ObjectValue {
    const members = new Map<string, Value>();
    const level = this.enter();
    this.space();
    if (this.text.charCodeAt(this.at) === 0x7d) return this.leave(members);
    for (;;) {
      if (this.text.charCodeAt(this.at) !== QUOTE) this.fail('a key in double quotes is expected');
      this.at += 1;
      const key = this.string();
      this.path[level] = key;
      this.space();
      if (this.text.charCodeAt(this.at) !== COLON) this.fail('":" is expected after the key');
      this.at += 1;
      this.space();
      const size = members.size;
      members.set(key, this.value());
      if (members.size === size) this.note(this.repeatedKeys, level);
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next === 0x7d) return this.leave(members);
      if (next !== COMMA) this.fail('"," or "}" is expected');
      this.at += 1;
      this.space();
    }
  }

  private array(): readonly Value[] {
    const items: Value[] = [];
    const level = this.enter();
    this.space();
    if (this.text.charCodeAt(this.at) === 0x5d) return this.leave(items);
    for (;;) {
      this.path[level] = items.length;
      items.push(this.value());
      this.space();
      const next = this.text.charCodeAt(this.at);
      if (next === 0x5d) return this.leave(items);
      if (next !== COMMA) this.fail('"," or "]" is expected');
      this.at += 1;
      this.space();
    }
  }

  private enter(): number {
    if (this.depth >= DEEPEST) this.fail(`more than ${DEEPEST} objects and lists within each other`);
    this.at += 1;
    return this.depth++;
  }

  private leave<T>(made: T): T {
    this.at += 1;
    this.depth -= 1;
    return made;
  }

  private space(): void {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++this.at);
  }

  /** From behind the opening quote to behind the closing one. */
  private string(): string {
    const { text } = this;
    const opened = this.at - 1;
    let start = this.at;
    let made = '';
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return made === '' ? text.slice(start, at) : made + text.slice(start, at);
      }
      if (code === BACKSLASH) {
        made += text.slice(start, at);
        this.at = at;
        made += this.escape();
        start = this.at;
        at = start - 1;
      } else if (!(code >= 0x20)) {
        // NaN, behind the end of the text, comes here too.
        if (at >= text.length) this.fail('a text that does not end', opened);
        this.fail('a control character within a text', at);
      }
    }
  }

  private escape(): string {
    const { text } = this;
    const name = text.charAt(this.at + 1);
    if (name === 'u') {
      const hex = text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('four hexadecimal digits are expected after "\\u"');
      this.at += 6;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const made = ESCAPES[name];
    if (made === undefined) return this.fail('a backslash that escapes nothing');
    this.at += 2;
    return made;
  }

  private number(): bigint | number {
    const { text } = this;
    const start = this.at;
    let at = start;
    if (text.charCodeAt(at) === MINUS) {
      at += 1;
      if (text.charCodeAt(at) === 0x49) return this.oddNumber('-Infinity', -Infinity);
    }
    let code = text.charCodeAt(at);
    if (code === ZERO) at += 1;
    else if (code > ZERO && code <= NINE) at = this.digits(at);
    else this.fail('a value is expected');
    const whole = at;
    code = text.charCodeAt(at);
    if (code === DOT) {
      const end = this.digits(at + 1);
      if (end > at + 1) at = end;
    }
    code = text.charCodeAt(at);
    if (code === 0x65 || code === 0x45) {
      const sign = text.charCodeAt(at + 1);
      const first = sign === MINUS || sign === 0x2b ? at + 2 : at + 1;
      const end = this.digits(first);
      if (end > first) at = end;
    }
    this.at = at;
    if (at === whole) {
      if (at - start <= 15) return BigInt(Number(text.slice(start, at)));
      const size = at - start - (text.charCodeAt(start) === MINUS ? 1 : 0);
      if (size > MOST_DIGITS) this.fail(`a whole number of more than ${MOST_DIGITS} digits`, start);
      return BigInt(text.slice(start, at));
    }
    const value = Number(text.slice(start, at));
    if (!Number.isFinite(value)) this.note(this.nonFinite, this.depth - 1);
    return value;
  }

  private digits(from: number): number {
    const { text } = this;
    let at = from;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at += 1;
    return at;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('a value is expected');
    this.at += word.length;
    return value;
  }

  private oddNumber(word: string, value: number): number {
    this.word(word, value);
    this.note(this.nonFinite, this.depth - 1);
    return value;
  }

  private note(list: string[], level: number): void {
    if (list.length < MOST_ODDITIES) list.push(pointerOf(this.path.slice(0, level + 1)));
  }

  private fail(what: string, at = this.at): never {
    const before = this.text.slice(0, at);
    throw new JsonError(what, { ...lineAndColumn(before), byte: Buffer.byteLength(before) });
  }
}

/** The JSON pointer (RFC 6901) of a path of keys and indexes. */
export const pointerOf = (path: readonly (string | number)[]): string => path.map(pointerStep).join('');

export function pointerStep(step: string | number): string {
  if (typeof step === 'number' || !/[~/]/.test(step)) return `/${step}`;
  return `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

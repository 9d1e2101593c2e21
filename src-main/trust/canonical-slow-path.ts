/**
 * The slow path of the canonical form: decides the rare shapes that the scanner leaves open, with `canonicalize` as the
 * judge, and names what is wrong in the others with `jsonc-parser`: code, byte and JSON pointer. A line that is wrong in
 * several ways gets one issue for each code, at its first place.
 */
import canonicalize from 'canonicalize';
import { type JSONPath, visit } from 'jsonc-parser';
import { MAX_DEPTH, MAX_LINE_BYTES } from './canonical-scanner.ts';
import type { FindingCode } from './findings.ts';
import { ENVELOPE_CLAIM, OTHER, type ReceiptFields, slotOfName } from './receipt-fields.ts';

export interface CanonicalIssue {
  readonly code: FindingCode;
  /** Byte within the line. */
  readonly offset: number;
  readonly length: number;
  /** JSON pointer (RFC 6901) to the value or object concerned; null where the text has no such structure. */
  readonly pointer: string | null;
  /** What is wrong, as the end of "byte 12 …": "has a key that stands twice, "plan_id"". */
  readonly what: string;
}

export interface LineInspection {
  /** Empty: the line is canonical. In order of bytes. */
  readonly issues: readonly CanonicalIssue[];
  /** Whether the text could be taken apart, so that the places of its members are known. */
  readonly readable: boolean;
  readonly isObject: boolean;
}

/** One member of the top object, by place in the line. */
export interface TopMember {
  /** What the key says, escapes undone. */
  readonly name: string;
  readonly keyStart: number;
  /** Byte after the closing quote of the key. */
  readonly keyEnd: number;
  valueStart: number;
  valueEnd: number;
}

export interface InspectOptions {
  /** `lexemes` keeps to JSON and I-JSON but allows any order, number and escape: the document profile. */
  readonly strictness: 'canonical' | 'lexemes';
  readonly fields?: ReceiptFields;
  /** Gets the members of the top object, in file order. */
  readonly members?: TopMember[];
}

/** Nesting at which a recursive reader would be in danger; such a line is not taken apart. */
const READER_DEPTH = 1_000;

/** Codes that forbid a line in profile `erlmcp-json-0` too. */
const LEXEME_CODES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'CANON_SYNTAX',
  'CANON_UTF8',
  'CANON_DUPLICATE_KEY',
  'CANON_SURROGATE',
  'CANON_DEPTH',
  'CANON_SIZE',
  'CANON_WHITESPACE',
]);

/**
 * Inspects one line (without LF). Fields and members are filled in with offsets relative to the line; when the line is
 * unreadable they are empty.
 */
export function inspectLine(line: Buffer, options: InspectOptions): LineInspection {
  options.fields?.reset();
  const found = new Issues();
  if (line.length > MAX_LINE_BYTES) {
    found.add('CANON_SIZE', 0, line.length, '', `is a record of ${line.length} bytes`);
    return { issues: found.list(), readable: false, isObject: false };
  }
  if (line.length === 0) {
    found.add('CANON_WHITESPACE', 0, 0, null, 'is the line feed of a blank line');
    return { issues: found.list(), readable: false, isObject: false };
  }
  checkUtf8(line, found);
  const deepest = checkDepth(line, found);
  const text = line.toString('latin1');
  const syntaxAt = deepest > READER_DEPTH ? 0 : walk(line, text, found, options);
  const readable = syntaxAt < 0;
  // Beyond a syntax error nobody knows what is inside a string.
  if (!readable && deepest <= READER_DEPTH) found.dropAfter(syntaxAt);
  if (found.isEmpty && readable && options.strictness === 'canonical' && !isCanonicalText(line)) {
    found.add('CANON_SYNTAX', firstDifference(line), 1, null, 'differs from the canonical text');
  }
  const issues = found.list().filter((issue) => options.strictness === 'canonical' || LEXEME_CODES.has(issue.code));
  return { issues, readable, isObject: readable && firstToken(text) === '{' };
}

/** Whether the library agrees that the line is canonical. Depth and lexemes were checked before. */
function isCanonicalText(line: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    return canonicalize(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

function firstDifference(line: Buffer): number {
  try {
    const canonical = Buffer.from(canonicalize(JSON.parse(line.toString('utf8'))) ?? '', 'utf8');
    const at = line.findIndex((byte, i) => byte !== canonical[i]);
    return at < 0 ? line.length : at;
  } catch {
    return 0;
  }
}

const firstToken = (text: string): string => text.trimStart().charAt(0);

class Issues {
  readonly #byCode = new Map<FindingCode, CanonicalIssue>();

  add(code: FindingCode, offset: number, length: number, pointer: string | null, what: string): void {
    const known = this.#byCode.get(code);
    if (known === undefined || offset < known.offset) this.#byCode.set(code, { code, offset, length, pointer, what });
  }

  dropAfter(offset: number): void {
    for (const [code, issue] of this.#byCode) {
      if (issue.offset > offset && code !== 'CANON_DEPTH') this.#byCode.delete(code);
    }
  }

  has(code: FindingCode, upTo: number): boolean {
    return (this.#byCode.get(code)?.offset ?? Infinity) <= upTo;
  }

  get isEmpty(): boolean {
    return this.#byCode.size === 0;
  }

  list(): CanonicalIssue[] {
    return [...this.#byCode.values()].sort((a, b) => a.offset - b.offset);
  }
}

/** Finds the first byte that is not UTF-8; a byte order mark counts as such, and so does an encoded surrogate. */
function checkUtf8(line: Buffer, found: Issues): void {
  if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) {
    found.add('CANON_UTF8', 0, 3, null, 'begins a byte order mark');
    return;
  }
  for (let i = 0; i < line.length;) {
    const length = utf8Length(line, i);
    if (length === 0) {
      const surrogate = line[i] === 0xed && line[i + 1]! >= 0xa0 && line[i + 1]! < 0xc0;
      found.add('CANON_UTF8', i, 1, null, surrogate ? 'begins a surrogate encoded by itself' : 'is not UTF-8');
      return;
    }
    i += length;
  }
}

/** Length of the well-formed sequence at `i` (RFC 3629), or 0. */
function utf8Length(bytes: Buffer, i: number): number {
  const lead = bytes[i]!;
  if (lead < 0x80) return 1;
  const trail = (at: number, low = 0x80, high = 0xbf): boolean => {
    const byte = bytes[i + at];
    return byte !== undefined && byte >= low && byte <= high;
  };
  if (lead >= 0xc2 && lead <= 0xdf) return trail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    return trail(1, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && trail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return trail(1, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && trail(2) && trail(3) ? 4 : 0;
  }
  return 0;
}

/** Reports depth and whitespace outside strings; returns the deepest nesting. */
function checkDepth(line: Buffer, found: Issues): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < line.length; i += 1) {
    const byte = line[i]!;
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) {
      inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth === MAX_DEPTH + 1 && deepest <= MAX_DEPTH) {
        found.add('CANON_DEPTH', i, 1, null, `opens level ${depth} of nesting`);
      }
      deepest = Math.max(deepest, depth);
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    } else if (byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a) {
      found.add('CANON_WHITESPACE', i, 1, null, `is ${WHITESPACE_NAMES[byte]} between the parts of the record`);
    }
  }
  return deepest;
}

const WHITESPACE_NAMES: Readonly<Record<number, string>> = {
  0x20: 'a space',
  0x09: 'a tab',
  0x0d: 'a carriage return',
  0x0a: 'a line feed',
};

/** Takes the line apart; returns the byte of the first syntax error, or −1. */
function walk(line: Buffer, text: string, found: Issues, options: InspectOptions): number {
  let syntaxAt = -1;
  let depth = 0;
  let member: TopMember | undefined;
  let claimKey: { start: number; end: number } | undefined;
  const members: TopMember[] = options.members ?? [];
  members.length = 0;
  /** Keys of the open objects; null for arrays. */
  const open: ({ readonly seen: Set<string>; last: string | undefined } | null)[] = [];

  const value = (offset: number, isNumber: boolean): void => {
    if (depth === 1 && member !== undefined && member.valueStart < 0) member.valueStart = offset;
    if (depth === 2 && claimKey !== undefined && !isNumber && options.fields !== undefined && options.fields.claimKeyStart < 0) {
      options.fields.claimKeyStart = claimKey.start;
      options.fields.claimKeyEnd = claimKey.end;
    }
  };
  const close = (offset: number): void => {
    open.pop();
    depth -= 1;
    if (depth === 1 && member !== undefined) member.valueEnd = offset + 1;
  };

  visit(text, {
    onObjectBegin: (offset) => {
      value(offset, false);
      open.push({ seen: new Set(), last: undefined });
      depth += 1;
    },
    onArrayBegin: (offset) => {
      value(offset, false);
      open.push(null);
      depth += 1;
    },
    onObjectEnd: close,
    onArrayEnd: close,
    onObjectProperty: (_name, offset, length, _line, _column, path) => {
      const key = checkString(line, offset, length, () => pointerOf(path()), found, options);
      const object = open.at(-1);
      if (object !== null && object !== undefined) {
        const pointer = (): string => pointerOf(path());
        if (object.seen.has(key)) {
          found.add(
            'CANON_DUPLICATE_KEY',
            offset,
            length,
            `${pointer()}/${escapePointer(key)}`,
            `is a key that stands twice, ${JSON.stringify(key)}`,
          );
        } else if (object.last !== undefined && key < object.last) {
          const what = `is the key ${JSON.stringify(key)}, which sorts before ${JSON.stringify(object.last)}`;
          found.add('CANON_UNSORTED', offset, length, `${pointer()}/${escapePointer(key)}`, what);
        }
        object.seen.add(key);
        object.last = key;
      }
      if (depth === 1) {
        member = { name: key, keyStart: offset, keyEnd: offset + length, valueStart: -1, valueEnd: -1 };
        members.push(member);
      }
      claimKey = depth === 2 && member?.name === 'envelope_claim' ? { start: offset, end: offset + length } : undefined;
    },
    onLiteralValue: (_value, offset, length, _line, _column, path) => {
      const first = text.charCodeAt(offset);
      const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
      value(offset, isNumber);
      if (depth === 1 && member !== undefined) member.valueEnd = offset + length;
      if (first === 0x22) checkString(line, offset, length, () => pointerOf(path()), found, options);
      else if (isNumber) checkNumber(text.slice(offset, offset + length), offset, () => pointerOf(path()), found);
    },
    onError: (_error, offset, length) => {
      if (syntaxAt >= 0) return;
      syntaxAt = offset;
      // Where the bytes are no text, it goes without saying that the text is no JSON.
      if (!found.has('CANON_UTF8', offset))
        found.add('CANON_SYNTAX', offset, Math.max(length, 1), null, 'is where the text stops being JSON');
    },
  });

  if (syntaxAt >= 0) {
    members.length = 0;
    options.fields?.reset();
  } else if (options.fields !== undefined) {
    fillFields(line, members, options.fields);
  }
  return syntaxAt;
}

function fillFields(line: Buffer, members: readonly TopMember[], fields: ReceiptFields): void {
  for (const { keyStart, keyEnd, name, valueStart, valueEnd } of members) {
    const slot = slotOfName(name);
    if (slot === OTHER) {
      if (fields.otherKeyStart < 0) {
        fields.otherKeyStart = keyStart;
        fields.otherKeyEnd = keyEnd;
      }
      continue;
    }
    fields.keyStart[slot] = keyStart;
    fields.valueStart[slot] = valueStart;
    fields.valueEnd[slot] = valueEnd;
    if (slot === ENVELOPE_CLAIM && line[valueStart] !== 0x7b) fields.claimKeyStart = -1;
  }
}

/** Checks the spelling of a string; returns what it says. */
function checkString(
  line: Buffer,
  offset: number,
  length: number,
  pointer: () => string,
  found: Issues,
  { strictness }: InspectOptions,
): string {
  const spelled = line.toString('utf8', offset, offset + length);
  let said: string;
  try {
    said = JSON.parse(spelled) as string;
  } catch {
    return spelled.slice(1, -1);
  }
  if (!said.isWellFormed()) found.add('CANON_SURROGATE', offset, length, pointer(), 'begins a string with half a surrogate pair');
  else if (strictness === 'canonical' && JSON.stringify(said) !== spelled) {
    found.add('CANON_SYNTAX', offset, length, pointer(), 'begins a string whose escapes are not the shortest');
  }
  return said;
}

function checkNumber(lexeme: string, offset: number, pointer: () => string, found: Issues): void {
  const value = Number(lexeme);
  const report = (what: string): void => {
    found.add('CANON_NUMBER', offset, lexeme.length, pointer(), what);
  };
  if (!Number.isFinite(value)) report(`begins the number ${shorten(lexeme)}, which no double holds`);
  else if (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^-?\d+$/.test(lexeme)) {
    report(`begins the integer ${shorten(lexeme)}, beyond ±(2^53−1)`);
  } else if (Object.is(value, -0)) report(`begins ${shorten(lexeme)}, which is written 0`);
  else if (String(value) !== lexeme) report(`begins the number ${shorten(lexeme)}, which is written ${String(value)}`);
}

const shorten = (lexeme: string): string => (lexeme.length <= 40 ? lexeme : `${lexeme.slice(0, 37)}…`);

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The library reads the line as latin1, one character a byte: names go back to bytes and are read as UTF-8. */
const pointerOf = (path: JSONPath): string =>
  path.map((part) => `/${escapePointer(typeof part === 'number' ? String(part) : Buffer.from(part, 'latin1').toString('utf8'))}`).join('');

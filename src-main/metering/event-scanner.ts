/**
 * Reads one usage event out of a text without building an object: each event costs one walk over its characters. Strict
 * JSON (RFC 8259), every number kept as it is spelled, a member that matters and stands twice is refused.
 */

/** What is wrong with an event, before anything is looked up. */
export class EventFault extends Error {
  readonly code: 'EVENT_NOT_JSON' | 'EVENT_MALFORMED';
  constructor(code: 'EVENT_NOT_JSON' | 'EVENT_MALFORMED', says: string) {
    super(says);
    this.name = 'EventFault';
    this.code = code;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DEEPEST = 64;

/** Bits of the members that were seen. */
const SPEC = 1;
const ID = 2;
const SOURCE = 4;
const SUBJECT = 8;
const TIME = 16;
const TYPE = 32;
const DATA = 64;
const METRIC = 128;
const QUANTITY = 256;
const UNIT = 512;
const DIMENSIONS = 1024;
const NAMES: readonly (readonly [number, string])[] = [
  [SPEC, '"specversion"'],
  [ID, '"id"'],
  [SOURCE, '"source"'],
  [SUBJECT, '"subject", the tenant'],
  [TIME, '"time"'],
  [TYPE, '"type"'],
  [DATA, '"data"'],
  [METRIC, '"data.metric"'],
  [QUANTITY, '"data.quantity"'],
  [UNIT, '"data.unit"'],
];
const REQUIRED = SPEC | ID | SOURCE | SUBJECT | TIME | TYPE | DATA | METRIC | QUANTITY | UNIT;

/** Spelled plainly, or one event could say a thing twice without being seen to. */
const ESCAPED_NAMES: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'subject',
  'time',
  'type',
  'data',
  'data_base64',
  'metric',
  'quantity',
  'unit',
  'dimensions',
]);

export const LONGEST_ID = 512;
export const LONGEST_SOURCE = 1024;
export const LONGEST_TENANT = 200;

export class EventScanner {
  id = '';
  source = '';
  subject = '';
  time = '';
  metric = '';
  unit = '';
  /** As it is spelled, without the quotes of a decimal string. */
  quantity = '';
  /** The object as it stands, `{}` where there is none; and how many members it has. */
  dimensions = '{}';
  dimensionCount = 0;
  /** What else `data` says, member by member as it stands; null where it says nothing else. */
  other: string[] | null = null;

  private text = '';
  private from = 0;
  private at = 0;
  private end = 0;
  private seen = 0;
  private start = 0;
  private stop = 0;
  private escaped = false;

  /**
   * Reads the event between two places of the text.
   * @throws EventFault
   */
  scan(text: string, from: number, to: number): void {
    this.text = text;
    this.from = from;
    this.at = from;
    this.end = to;
    this.seen = 0;
    this.dimensions = '{}';
    this.dimensionCount = 0;
    this.other = null;
    this.space();
    if (this.at >= to || text.charCodeAt(this.at) !== 0x7b) this.notJson('an event is a JSON object');
    this.event();
    this.space();
    if (this.at < to) this.notJson('there is more text after its end');
    if ((this.seen & REQUIRED) !== REQUIRED) {
      const [, missing] = NAMES.find(([bit]) => (this.seen & bit) === 0)!;
      throw new EventFault('EVENT_MALFORMED', `The event has no ${missing}.`);
    }
  }

  /** The places of the values of an array, or of a lone value. @throws EventFault where the text is no JSON */
  split(text: string): { readonly from: number; readonly to: number }[] {
    this.text = text;
    this.from = 0;
    this.at = 0;
    this.end = text.length;
    const found: { from: number; to: number }[] = [];
    this.space();
    if (text.charCodeAt(this.at) !== 0x5b) {
      const from = this.at;
      this.value(0);
      found.push({ from, to: this.at });
    } else {
      this.at += 1;
      this.space();
      if (text.charCodeAt(this.at) === 0x5d) this.at += 1;
      else
        for (;;) {
          const from = this.at;
          this.value(1);
          found.push({ from, to: this.at });
          this.space();
          const next = text.charCodeAt(this.at);
          this.at += 1;
          if (next === 0x5d) break;
          if (next !== 0x2c) this.notJson('"," or "]" is expected', this.at - 1);
          this.space();
        }
    }
    this.space();
    if (this.at < this.end) this.notJson('there is more text after its end');
    return found;
  }

  private event(): void {
    const { text } = this;
    this.at += 1;
    this.space();
    if (text.charCodeAt(this.at) === 0x7d) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.key();
      const { start, stop } = this;
      const length = stop - start;
      if (this.escaped) this.value(1);
      else if (length === 2 && text.startsWith('id', start)) this.id = this.word(ID, 'id', LONGEST_ID);
      else if (length === 4 && text.startsWith('data', start)) this.data();
      else if (length === 4 && text.startsWith('time', start)) this.time = this.word(TIME, 'time', 64);
      else if (length === 4 && text.startsWith('type', start)) this.word(TYPE, 'type', 1024);
      else if (length === 6 && text.startsWith('source', start)) this.source = this.word(SOURCE, 'source', LONGEST_SOURCE);
      else if (length === 7 && text.startsWith('subject', start)) this.subject = this.word(SUBJECT, 'subject', LONGEST_TENANT);
      else if (length === 11 && text.startsWith('specversion', start)) {
        const version = this.word(SPEC, 'specversion', 16);
        if (version !== '1.0')
          throw new EventFault('EVENT_MALFORMED', `The event is of CloudEvents ${JSON.stringify(version)}; 1.0 is read.`);
      } else if (length === 11 && text.startsWith('data_base64', start))
        throw new EventFault('EVENT_MALFORMED', 'The event has "data_base64"; usage is given as JSON in "data".');
      else this.value(1);
      if (this.closes()) return;
    }
  }

  private data(): void {
    const { text } = this;
    this.once(DATA, 'data');
    if (text.charCodeAt(this.at) !== 0x7b) {
      this.value(1);
      throw new EventFault('EVENT_MALFORMED', 'The event’s "data" is no object.');
    }
    this.at += 1;
    this.space();
    if (text.charCodeAt(this.at) === 0x7d) {
      this.at += 1;
      return;
    }
    for (;;) {
      const from = this.at;
      this.key();
      const { start, stop } = this;
      const length = stop - start;
      if (this.escaped) this.otherMember(from);
      else if (length === 6 && text.startsWith('metric', start)) this.metric = this.word(METRIC, 'data.metric', 64);
      else if (length === 8 && text.startsWith('quantity', start)) this.readQuantity();
      else if (length === 4 && text.startsWith('unit', start)) this.unit = this.word(UNIT, 'data.unit', 64);
      else if (length === 10 && text.startsWith('dimensions', start)) this.readDimensions();
      else this.otherMember(from);
      if (this.closes()) return;
    }
  }

  private otherMember(from: number): void {
    this.value(2);
    (this.other ??= []).push(this.text.slice(from, this.at));
  }

  private readQuantity(): void {
    this.once(QUANTITY, 'data.quantity');
    const from = this.at;
    if (this.text.charCodeAt(from) === QUOTE) {
      this.string();
      this.quantity = this.made();
    } else {
      this.value(2);
      this.quantity = this.text.slice(from, this.at);
    }
  }

  private readDimensions(): void {
    this.once(DIMENSIONS, 'data.dimensions');
    const { text } = this;
    const from = this.at;
    if (text.charCodeAt(from) !== 0x7b) {
      this.value(2);
      throw new EventFault('EVENT_MALFORMED', 'The event’s "data.dimensions" is no object.');
    }
    let count = 0;
    this.at += 1;
    this.space();
    if (text.charCodeAt(this.at) === 0x7d) this.at += 1;
    else
      for (;;) {
        this.key();
        this.value(3);
        count += 1;
        if (this.closes()) break;
      }
    this.dimensionCount = count;
    this.dimensions = text.slice(from, this.at);
  }

  /** After a member: true where the object ends. */
  private closes(): boolean {
    this.space();
    const next = this.text.charCodeAt(this.at);
    if (this.at >= this.end || (next !== 0x2c && next !== 0x7d)) this.notJson('"," or "}" is expected');
    this.at += 1;
    if (next === 0x7d) return true;
    this.space();
    return false;
  }

  /** A key and its colon; leaves its place in `start` and `stop`. */
  private key(): void {
    if (this.text.charCodeAt(this.at) !== QUOTE) this.notJson('a member in double quotes is expected');
    this.string();
    const { start, stop, escaped } = this;
    if (escaped && ESCAPED_NAMES.has(this.made()))
      throw new EventFault('EVENT_MALFORMED', `The event spells the member ${this.text.slice(start - 1, stop + 1)} with escapes.`);
    this.space();
    if (this.text.charCodeAt(this.at) !== 0x3a || this.at >= this.end) this.notJson('":" is expected');
    this.at += 1;
    this.space();
    this.start = start;
    this.stop = stop;
    this.escaped = escaped;
  }

  /** A text that is not empty. */
  private word(bit: number, name: string, longest: number): string {
    this.once(bit, name);
    if (this.text.charCodeAt(this.at) !== QUOTE) {
      this.value(1);
      throw new EventFault('EVENT_MALFORMED', `The event’s "${name}" is no text.`);
    }
    this.string();
    const made = this.made();
    if (made.length === 0 || made.length > longest)
      throw new EventFault('EVENT_MALFORMED', `The event’s "${name}" has ${made.length} characters; it may have 1 to ${longest}.`);
    return made;
  }

  private once(bit: number, name: string): void {
    if ((this.seen & bit) !== 0) throw new EventFault('EVENT_MALFORMED', `The event says "${name}" twice.`);
    this.seen |= bit;
  }

  private made(): string {
    if (!this.escaped) return this.text.slice(this.start, this.stop);
    let made: string;
    try {
      made = JSON.parse(this.text.slice(this.start - 1, this.stop + 1)) as string;
    } catch {
      return this.notJson('a backslash that escapes nothing', this.start);
    }
    if (!made.isWellFormed()) throw new EventFault('EVENT_MALFORMED', 'The event holds half of a surrogate pair.');
    return made;
  }

  /** From the opening quote to behind the closing one. */
  private string(): void {
    const { text } = this;
    const start = this.at + 1;
    let at = start;
    let escaped = false;
    for (; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        at += 1;
      }
      // NaN, behind the end of the text, comes here too.
      if (!(code >= 0x20) || at >= this.end) this.notJson('a text that does not end, or a control character in it', start - 1);
    }
    this.start = start;
    this.stop = at;
    this.escaped = escaped;
    this.at = at + 1;
  }

  private value(depth: number): void {
    const { text } = this;
    if (this.at >= this.end) this.notJson('a value is expected');
    const code = text.charCodeAt(this.at);
    if (code === QUOTE) {
      this.string();
      if (this.escaped) this.made();
    } else if (code === 0x7b || code === 0x5b) this.container(code === 0x7b, depth + 1);
    else if (text.startsWith('true', this.at) || text.startsWith('null', this.at)) this.at += 4;
    else if (text.startsWith('false', this.at)) this.at += 5;
    else this.number();
  }

  private container(isObject: boolean, depth: number): void {
    if (depth > DEEPEST) this.notJson(`more than ${DEEPEST} objects and lists within each other`);
    const { text } = this;
    const close = isObject ? 0x7d : 0x5d;
    this.at += 1;
    this.space();
    if (this.at < this.end && text.charCodeAt(this.at) === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      if (isObject) this.key();
      this.value(depth);
      this.space();
      const next = text.charCodeAt(this.at);
      if (this.at >= this.end || (next !== 0x2c && next !== close))
        this.notJson(isObject ? '"," or "}" is expected' : '"," or "]" is expected');
      this.at += 1;
      if (next === close) return;
      this.space();
    }
  }

  private number(): void {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null || this.at + match[0].length > this.end) this.notJson('a value is expected');
    this.at += match[0].length;
  }

  private space(): void {
    const { text, end } = this;
    let code = text.charCodeAt(this.at);
    while ((code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) && this.at < end) code = text.charCodeAt(++this.at);
  }

  private notJson(what: string, at = this.at): never {
    throw new EventFault('EVENT_NOT_JSON', `The row is no JSON: ${what} at character ${at - this.from + 1}.`);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

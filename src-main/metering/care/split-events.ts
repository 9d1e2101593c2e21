/** Takes a posted body apart into its events, each as its own bytes: what is wrong with one is no fault of its neighbours. */

export type BodyFormat = 'event' | 'batch' | 'ndjson';

/** The format by content type, without parameters; null for what the intake does not read. */
export const bodyFormat = (contentType: string): BodyFormat | null => {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'application/cloudevents+json') return 'event';
  if (type === 'application/cloudevents-batch+json') return 'batch';
  return type === 'application/x-ndjson' || type === 'application/ndjson' || type === 'application/jsonl' ? 'ndjson' : null;
};

/** The events of a body; null where a batch is no JSON array. Empty lines of NDJSON are no events. */
export function splitEvents(format: BodyFormat, body: Uint8Array): readonly Uint8Array[] | null {
  if (format === 'event') return [body];
  return format === 'ndjson' ? lines(body) : elements(body);
}

const LF = 0x0a;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;

function lines(body: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let from = 0; from < body.length;) {
    const end = body.indexOf(LF, from);
    const line = trimmed(body, from, end === -1 ? body.length : end);
    if (line.length > 0) found.push(line);
    from = end === -1 ? body.length : end + 1;
  }
  return found;
}

const trimmed = (body: Uint8Array, from: number, to: number): Uint8Array => {
  let start = from;
  let end = to;
  while (start < end && isSpace(body[start]!)) start += 1;
  while (end > start && isSpace(body[end - 1]!)) end -= 1;
  return body.subarray(start, end);
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The elements of the outermost array, by brackets and strings alone: numbers stay as they were written. Null where the
 * brackets do not close, or an element is empty.
 */
function elements(body: Uint8Array): Uint8Array[] | null {
  const whole = trimmed(body, 0, body.length);
  if (whole.length < 2 || whole[0] !== 0x5b || whole.at(-1) !== 0x5d) return null;
  const found: Uint8Array[] = [];
  let depth = 0;
  let inString = false;
  let from = 1;
  const last = whole.length - 1;
  for (let at = 1; at < last; at += 1) {
    const byte = whole[at]!;
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth < 0) return null;
    } else if (byte === COMMA && depth === 0) {
      const element = trimmed(whole, from, at);
      if (element.length === 0) return null;
      found.push(element);
      from = at + 1;
    }
  }
  if (inString || depth !== 0) return null;
  const rest = trimmed(whole, from, last);
  if (rest.length > 0) found.push(rest);
  else if (found.length > 0) return null;
  return found;
}

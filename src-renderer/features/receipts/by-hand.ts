import type { Cut, Insert } from './byte-marks.ts';

export interface LinePlace {
  /** In receipts.jsonl, from its start. */
  readonly byteOffset: number;
  /** Without the line feed. */
  readonly byteLength: number;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One stretch of the file `line`, with the tools that every system has. */
const stretch = (from: number, to: number, length: number): string => {
  if (from === 0) return `head -c ${to} line`;
  return to === length ? `tail -c +${from + 1} line` : `tail -c +${from + 1} line | head -c ${to - from}`;
};

/**
 * Shell lines that take a receipt out of its file, cut what was cut (and put in what was put in) and hash the rest: what the
 * console did, without the console. POSIX sh; `sha256sum` is coreutils', `shasum -a 256` does the same on a Mac.
 */
export const shellLines = (place: LinePlace, cuts: readonly Cut[], inserts: readonly Insert[]): string[] => {
  const length = place.byteLength;
  const parts: string[] = [];
  let at = 0;
  const marks = [
    ...inserts.map((insert) => ({ offset: insert.offset, text: insert.text, length: 0 })),
    ...cuts.map((cut) => ({ offset: cut.offset, text: null, length: cut.length })),
  ].sort((a, b) => a.offset - b.offset || Number(a.text === null) - Number(b.text === null));
  for (const mark of marks) {
    if (mark.offset > at) parts.push(stretch(at, mark.offset, length));
    if (mark.text !== null) parts.push(`printf %s ${quoted(mark.text)}`);
    at = Math.max(at, mark.offset + mark.length);
  }
  if (at < length) parts.push(stretch(at, length, length));
  return [`tail -c +${place.byteOffset + 1} receipts.jsonl | head -c ${length} > line`, `{ ${parts.join('; ')}; } | sha256sum`];
};

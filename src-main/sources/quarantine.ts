import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import canonicalize from 'canonicalize';
import type { QuarantineInput } from './feed-module.ts';
import { grouped } from './source.ts';

/** Rules of the quarantine: what makes two rows the same one, and how a row is shown. */

export type QuarantineState = 'open' | 'requeued' | 'resolved' | 'dismissed';

/** Rows that cannot be placed in a feed at all: an item of an HTTP answer. */
export const ITEM_UNUSABLE = 'ITEM_UNUSABLE';

/**
 * One row is one place and its bytes: delivered again it counts again, but is held once. The code is no part of it, for a
 * later rule may name the same row's trouble differently.
 */
export const quarantineIdOf = (sourceId: string, feed: string, row: QuarantineInput): string => {
  const place = canonicalize([sourceId, feed, row.path.toWellFormed(), row.line, row.byteOffset, row.byteLength])!;
  return createHash('sha256').update(place, 'utf8').update('\0').update(row.bytes).digest('hex');
};

export const PREVIEW_CHARACTERS = 2_000;

/** As much of a row as a preview may need: four bytes for each character at the most. */
export const PREVIEW_BYTES = PREVIEW_CHARACTERS * 4;

/** Characters that would hide or reorder what stands beside them: controls, bidirectional marks, separators, BOM. */
const INVISIBLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

const escapeCharacter = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The beginning of a row as text; bytes that are no text are shown as `\xNN`, invisible characters as `\uNNNN`. */
export const previewOf = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, PREVIEW_BYTES));
  // A preview may be cut within a character; the cut one is left out rather than taken for a bad byte.
  const cut = bytes.byteLength >= PREVIEW_BYTES ? wholeCharacters(buffer) : buffer;
  const text = isUtf8(cut)
    ? cut.toString('utf8').replaceAll(INVISIBLE, escapeCharacter)
    : [...cut]
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
        .join('');
  return text.length > PREVIEW_CHARACTERS ? `${text.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…` : text;
};

const wholeCharacters = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > bytes.length - 4 && end > 0 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1;
  if (end > 0 && bytes[end - 1]! >= 0xc0) end -= 1;
  const cut = bytes.subarray(0, end);
  return isUtf8(cut) ? cut : bytes;
};

/** The bytes as text where they are UTF-8, whole. */
export const textOf = (bytes: Uint8Array): string | null =>
  isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : null;

/** Where a row stood, in words: "pro@1.4/receipts.jsonl line 12, byte 6,401". */
export const positionOf = (row: { readonly path: string; readonly line: number | null; readonly byteOffset: number | null }): string => {
  const line = row.line === null ? '' : ` line ${grouped(row.line)}`;
  const byte = row.byteOffset === null ? '' : `${line === '' ? ' ' : ', '}byte ${grouped(row.byteOffset)}`;
  return `${row.path.toWellFormed()}${line}${byte}`;
};

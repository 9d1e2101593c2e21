import type { StoreDb } from '../store/index.ts';
import { findChain, findStream, indexOf, PIECE_BYTES, positionOf, type StreamRow } from './receipt-streams.ts';

/** A place in a stream: the line, and within a line in pieces the piece. */
export interface StreamPlace {
  readonly line: number;
  readonly piece: number;
}

export interface StreamBytes {
  /** The file's bytes from the place on: lines with their LFs, at the end the unfinished last line. */
  readonly bytes: Buffer;
  /** Where to go on; null at the end. */
  readonly next: StreamPlace | null;
}

interface LineRow {
  readonly position: number;
  readonly byte_offset: number;
  readonly pieces: number;
  readonly bytes: Buffer;
}

const LF = Buffer.from([10]);

/**
 * The bytes of a stream as the source delivered them, from `at` on. Stops after the line or piece with which `maxBytes` is
 * reached, so memory is bounded by `maxBytes` and one piece. All chunks in a row are the file, byte for byte.
 */
export const readStreamBytes = (db: StoreDb, stream: StreamRow, at: StreamPlace, maxBytes: number): StreamBytes => {
  const parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): boolean => {
    parts.push(part);
    size += part.length;
    return size >= maxBytes;
  };
  const chunk = (next: StreamPlace | null): StreamBytes => ({ bytes: Buffer.concat(parts, size), next });

  let piece = at.piece;
  const lines = db.raw.prepare<[number, number], LineRow>(
    'SELECT position, byte_offset, pieces, bytes FROM receipt_lines WHERE position >= ? AND position < ? ORDER BY position',
  );
  for (const row of lines.iterate(positionOf(stream.streamNo, at.line), positionOf(stream.streamNo, stream.lines))) {
    const line = indexOf(row.position);
    for (; piece < row.pieces; piece += 1) if (add(readPiece(db, row.position, piece))) return chunk({ line, piece: piece + 1 });
    piece = 0;
    add(row.bytes);
    if (add(LF)) return chunk(line + 1 < stream.lines || stream.tailBytes > 0 ? { line: line + 1, piece: 0 } : null);
  }
  const tail = readTail(db, stream.streamNo);
  if (tail) {
    const position = positionOf(stream.streamNo, stream.lines);
    for (; piece < tail.pieces; piece += 1) if (add(readPiece(db, position, piece))) return chunk({ line: stream.lines, piece: piece + 1 });
    add(tail.bytes);
  }
  return chunk(null);
};

const readPiece = (db: StoreDb, position: number, piece: number): Buffer =>
  db.get<{ bytes: Buffer }>('SELECT bytes FROM receipt_line_pieces WHERE position = ? AND piece = ?', [position, piece])!.bytes;

export const readTail = (db: StoreDb, streamNo: number): { readonly pieces: number; readonly bytes: Buffer } | null =>
  db.get<{ pieces: number; bytes: Buffer }>('SELECT pieces, bytes FROM stream_tails WHERE stream_no = ?', [streamNo]) ?? null;

/** The beginning of one line, up to `maxBytes`, and its length; null where the stream has no such finished line. */
export const readLine = (
  db: StoreDb,
  stream: StreamRow,
  index: number,
  maxBytes: number,
): { readonly bytes: Buffer; readonly byteOffset: number; readonly byteLength: number } | null => {
  const position = positionOf(stream.streamNo, index);
  const row = db.get<LineRow>('SELECT position, byte_offset, pieces, bytes FROM receipt_lines WHERE position = ?', [position]);
  if (!row || index >= stream.lines) return null;
  const byteLength = row.pieces * PIECE_BYTES + row.bytes.length;
  const bytes = row.pieces === 0 ? row.bytes : readPiece(db, position, 0);
  return { bytes: bytes.subarray(0, maxBytes), byteOffset: row.byte_offset, byteLength };
};

/** The line in which the byte at `offset` of the file stands. `byte_offset` grows with the index, so this is a bisection. */
const lineAt = (db: StoreDb, stream: StreamRow, offset: number): { readonly line: number; readonly start: number } => {
  if (offset >= stream.lineBytes) return { line: stream.lines, start: stream.lineBytes };
  const startOf = (index: number): number =>
    db.get<{ byte_offset: number }>('SELECT byte_offset FROM receipt_lines WHERE position = ?', [positionOf(stream.streamNo, index)])!
      .byte_offset;
  let low = 0;
  let high = stream.lines - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (startOf(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, start: startOf(low) };
};

const COMPARE_BYTES = 1024 * 1024;

/**
 * The first byte of the file at which `bytes`, which stand at `offset`, differ from what the current generation holds;
 * null when all agree. Bytes beyond what is stored differ at the stored end.
 */
export const firstStoredDifference = (db: StoreDb, sourceId: string, folder: string, offset: number, bytes: Uint8Array): number | null => {
  const chainNo = findChain(db, sourceId, folder);
  const stream = chainNo === null ? null : findStream(db, chainNo);
  if (stream === null) return bytes.length === 0 ? null : offset;
  const wanted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = lineAt(db, stream, offset);
  // A long line is entered at the piece that holds the offset.
  const piece = Math.floor((offset - from.start) / PIECE_BYTES);
  const pieces = piecesBefore(db, stream, from.line, piece);
  let place: StreamPlace | null = { line: from.line, piece: pieces };
  let storedAt = from.start + pieces * PIECE_BYTES;
  let compared = 0;
  while (place !== null && compared < wanted.length) {
    const chunk: StreamBytes = readStreamBytes(db, stream, place, COMPARE_BYTES);
    const skip = Math.min(Math.max(0, offset + compared - storedAt), chunk.bytes.length);
    const stored = chunk.bytes.subarray(skip, skip + wanted.length - compared);
    const difference = firstUnequal(stored, wanted.subarray(compared, compared + stored.length));
    if (difference >= 0) return offset + compared + difference;
    compared += stored.length;
    storedAt += chunk.bytes.length;
    place = chunk.next;
  }
  return compared < wanted.length ? offset + compared : null;
};

const piecesBefore = (db: StoreDb, stream: StreamRow, line: number, wanted: number): number => {
  if (wanted === 0) return 0;
  const row = db.get<{ pieces: number }>(
    line === stream.lines ? 'SELECT pieces FROM stream_tails WHERE stream_no = ?' : 'SELECT pieces FROM receipt_lines WHERE position = ?',
    [line === stream.lines ? stream.streamNo : positionOf(stream.streamNo, line)],
  );
  return Math.min(wanted, row?.pieces ?? 0);
};

/** Index of the first byte that differs in two buffers of one length, or −1: halves are compared natively. */
const firstUnequal = (a: Buffer, b: Buffer): number => {
  if (a.equals(b)) return -1;
  let low = 0;
  let high = a.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (a.subarray(low, middle).equals(b.subarray(low, middle))) low = middle;
    else high = middle;
  }
  return low;
};

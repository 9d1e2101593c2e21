import type Sqlite from 'better-sqlite3';
import type { StoreDb } from '../store/index.ts';
import { lineProblem, type LineProblem } from './receipt-line-check.ts';
import { PIECE_BYTES, positionOf, type StreamRow } from './receipt-streams.ts';

/** A line that was stored but is no receipt. */
export interface BadLine {
  /** Counts from 0. */
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Its first bytes, up to `PREVIEW_BYTES`. */
  readonly head: Buffer;
  readonly problem: LineProblem;
}

/** The longest line that can be a receipt fits whole. */
const PREVIEW_BYTES = 65_536;

interface Tail {
  readonly byte_offset: number;
  readonly pieces: number;
  readonly bytes: Buffer;
}

export interface IngestResult {
  readonly lines: number;
  readonly bad: readonly BadLine[];
}

/**
 * Stores `bytes`, which stand directly after what the stream holds: every line verbatim without its LF, and what follows
 * the last LF as the stream's tail. Runs inside a write transaction. The loop is the hottest of the product: one native
 * search for the LF, one scan, and a share of one insert for each line.
 */
export const ingestBytes = (db: StoreDb, stream: StreamRow, bytes: Buffer, atEnd: boolean, now: string): IngestResult => {
  const rows = new RowBatch(db.raw);
  const bad: BadLine[] = [];
  let index = stream.lines;
  /** Where the line that is being read begins, in the file and in `bytes`. */
  let fileOffset = stream.lineBytes;
  let start = 0;

  if (stream.tailBytes > 0) {
    const finished = continueTail(db, stream, bytes, rows);
    if (finished === null) {
      saveState(db, stream, { lines: index, lineBytes: fileOffset, tailBytes: stream.tailBytes + bytes.length, complete: atEnd, now });
      return { lines: 0, bad };
    }
    if (finished.bad) bad.push(finished.bad);
    start = finished.next;
    fileOffset += stream.tailBytes + start;
    index += 1;
  }

  for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
    const length = end - start;
    const line = bytes.subarray(start, end);
    if (length > PIECE_BYTES) insertInPieces(db, rows, positionOf(stream.streamNo, index), fileOffset, 0, line);
    else rows.add(positionOf(stream.streamNo, index), fileOffset, 0, line);
    const problem = lineProblem(bytes, start, end);
    if (problem !== null)
      bad.push({
        index,
        byteOffset: fileOffset,
        byteLength: length,
        head: bytes.subarray(start, Math.min(end, start + PREVIEW_BYTES)),
        problem,
      });
    index += 1;
    fileOffset += length + 1;
    start = end + 1;
  }

  rows.flush();

  const rest = bytes.subarray(start);
  if (rest.length > 0) saveTail(db, stream.streamNo, index, { byte_offset: fileOffset, pieces: 0, bytes: rest });
  saveState(db, stream, { lines: index, lineBytes: fileOffset, tailBytes: rest.length, complete: atEnd, now });
  return { lines: index - stream.lines, bad };
};

/** Sixteen rows a statement: calling into SQLite costs more than one more row in the same call. */
const BATCH_ROWS = 16;
const ROW_VALUES = 4;
const INSERT_ROW = 'INSERT INTO receipt_lines (position, byte_offset, pieces, bytes) VALUES (?, ?, ?, ?)';
const INSERT_BATCH = INSERT_ROW + ', (?, ?, ?, ?)'.repeat(BATCH_ROWS - 1);

class RowBatch {
  private readonly one: Sqlite.Statement;
  private readonly many: Sqlite.Statement;
  private readonly values: (number | Buffer)[] = [];

  constructor(raw: Sqlite.Database) {
    this.one = raw.prepare(INSERT_ROW);
    this.many = raw.prepare(INSERT_BATCH);
  }

  add(position: number, byteOffset: number, pieces: number, bytes: Buffer): void {
    this.values.push(position, byteOffset, pieces, bytes);
    if (this.values.length < BATCH_ROWS * ROW_VALUES) return;
    this.many.run(this.values);
    this.values.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.values.length; at += ROW_VALUES) this.one.run(this.values.slice(at, at + ROW_VALUES));
    this.values.length = 0;
  }
}

/** Adds to the unfinished line; when it ends here, stores it and says where in `bytes` the next one begins. */
const continueTail = (
  db: StoreDb,
  stream: StreamRow,
  bytes: Buffer,
  rows: RowBatch,
): { readonly next: number; readonly bad: BadLine | null } | null => {
  const tail = db.get<Tail>('SELECT byte_offset, pieces, bytes FROM stream_tails WHERE stream_no = ?', [stream.streamNo])!;
  const end = bytes.indexOf(10);
  if (end < 0) {
    saveTail(db, stream.streamNo, stream.lines, { ...tail, bytes: Buffer.concat([tail.bytes, bytes]) });
    return null;
  }
  const position = positionOf(stream.streamNo, stream.lines);
  // With its LF, which the check needs to stand there.
  const line = Buffer.concat([tail.bytes, bytes.subarray(0, end + 1)]);
  insertInPieces(db, rows, position, tail.byte_offset, tail.pieces, line.subarray(0, -1));
  db.run('DELETE FROM stream_tails WHERE stream_no = ?', [stream.streamNo]);
  const byteLength = stream.tailBytes + end;
  const problem = tail.pieces > 0 ? tooLong(byteLength) : lineProblem(line, 0, line.length - 1);
  const head =
    tail.pieces > 0
      ? db.get<{ bytes: Buffer }>('SELECT substr(bytes, 1, ?) AS bytes FROM receipt_line_pieces WHERE position = ? AND piece = 0', [
          PREVIEW_BYTES,
          position,
        ])!.bytes
      : line.subarray(0, Math.min(line.length - 1, PREVIEW_BYTES));
  return {
    next: end + 1,
    bad: problem && { index: stream.lines, byteOffset: tail.byte_offset, byteLength, head, problem },
  };
};

const tooLong = (byteLength: number): LineProblem => ({
  code: 'CANON_SIZE',
  says: `The line has ${byteLength} bytes; a receipt has 65535 at most.`,
});

/** Moves whole pieces out of `bytes` until at most one piece's worth is left; returns the rest and the pieces there are. */
const spill = (db: StoreDb, position: number, from: number, bytes: Buffer): { readonly pieces: number; readonly rest: Buffer } => {
  let pieces = from;
  let rest = bytes;
  while (rest.length > PIECE_BYTES) {
    db.run('INSERT INTO receipt_line_pieces (position, piece, bytes) VALUES (?, ?, ?)', [position, pieces, rest.subarray(0, PIECE_BYTES)]);
    rest = rest.subarray(PIECE_BYTES);
    pieces += 1;
  }
  return { pieces, rest };
};

const insertInPieces = (db: StoreDb, rows: RowBatch, position: number, byteOffset: number, from: number, bytes: Buffer): void => {
  const { pieces, rest } = spill(db, position, from, bytes);
  rows.add(position, byteOffset, pieces, rest);
};

const saveTail = (db: StoreDb, streamNo: number, index: number, tail: Tail): void => {
  const { pieces, rest } = spill(db, positionOf(streamNo, index), tail.pieces, tail.bytes);
  db.run(
    `INSERT INTO stream_tails (stream_no, byte_offset, pieces, bytes) VALUES (?, ?, ?, ?)
     ON CONFLICT (stream_no) DO UPDATE SET byte_offset = excluded.byte_offset, pieces = excluded.pieces, bytes = excluded.bytes`,
    [streamNo, tail.byte_offset, pieces, rest],
  );
};

const saveState = (
  db: StoreDb,
  stream: StreamRow,
  state: {
    readonly lines: number;
    readonly lineBytes: number;
    readonly tailBytes: number;
    readonly complete: boolean;
    readonly now: string;
  },
): void => {
  db.run('UPDATE stream_state SET lines = ?, line_bytes = ?, tail_bytes = ?, complete = ?, updated_at = ? WHERE stream_no = ?', [
    state.lines,
    state.lineBytes,
    state.tailBytes,
    state.complete ? 1 : 0,
    state.now,
    stream.streamNo,
  ]);
};

/** The stored lines of a stream, fed to a verifier in the order and with the bytes in which they came. */
import { createHash } from 'node:crypto';
import type Sqlite from 'better-sqlite3';
import { MAX_LINE_BYTES } from '../trust/canonical-scanner.ts';
import type { LineSink } from '../trust/line-sink.ts';
import { leafHash } from '../trust/merkle.ts';
import { positionOf } from './receipt-streams.ts';

/** Lines read with one statement: about half a megabyte and half a millisecond. Each is a read transaction of its own. */
const BATCH_LINES = 512;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);
/** A batch of longer lines than receipts are is read line by line, so that memory stays bounded whatever was delivered. */
const BATCH_BYTES = 8 << 20;
/** A verifier looks at no more of a torn line. */
const TORN_HEAD_BYTES = 65_536;

interface Batch {
  /** null where there are no lines. */
  readonly bytes: Buffer | null;
  readonly length: number | null;
  readonly pieces: number | null;
  readonly lines: number;
}

/**
 * Reads lines joined by SQLite itself, which is about three times as fast as row by row: what costs is the crossing into
 * JavaScript. An `ORDER BY` inside holds for `group_concat` (SQLite never drops it there).
 */
const JOINED = `SELECT CAST(group_concat(bytes, char(10)) AS BLOB) AS bytes, sum(length(bytes)) AS length, max(pieces) AS pieces, count(*) AS lines
  FROM (SELECT bytes, pieces FROM receipt_lines WHERE position >= ? AND position < ? ORDER BY position)`;

export class StoredLines {
  readonly #db: Sqlite.Database;
  readonly #streamNo: number;
  readonly #joined: Sqlite.Statement<[number, number], Batch>;
  readonly #offset: Sqlite.Statement<[number], number>;
  readonly #single: Sqlite.Statement<[number], { pieces: number; bytes: Buffer }>;
  readonly #piece: Sqlite.Statement<[number, number], Buffer>;

  constructor(db: Sqlite.Database, streamNo: number) {
    this.#db = db;
    this.#streamNo = streamNo;
    this.#joined = db.prepare(JOINED);
    this.#offset = db.prepare<[number], number>('SELECT byte_offset FROM receipt_lines WHERE position = ?').pluck();
    this.#single = db.prepare('SELECT pieces, bytes FROM receipt_lines WHERE position = ?');
    this.#piece = db.prepare<[number, number], Buffer>('SELECT bytes FROM receipt_line_pieces WHERE position = ? AND piece = ?').pluck();
  }

  /**
   * Feeds the lines `[from, to)`. `breathe` is called between batches, at most some milliseconds apart, with the lines done;
   * it throws in order to cancel. A line that is no longer there, although it was accepted, is fed as a
   * blank one: its place must not be taken by the next.
   */
  feed(sink: LineSink, from: number, to: number, breathe: (linesDone: number) => void): void {
    for (let at = from; at < to; at += BATCH_LINES) {
      const end = Math.min(at + BATCH_LINES, to);
      if (this.#bytesBetween(at, end - 1) > BATCH_BYTES || !this.#feedJoined(sink, at, end)) {
        for (let index = at; index < end; index += 1) this.#feedSingle(sink, index);
      }
      breathe(end - from);
    }
  }

  #bytesBetween(first: number, last: number): number {
    return this.offsetOf(last) - this.offsetOf(first);
  }

  /** Where a line begins in the file, as it was when it came. */
  offsetOf(index: number): number {
    return this.#offset.get(positionOf(this.#streamNo, index)) ?? 0;
  }

  #feedJoined(sink: LineSink, from: number, to: number): boolean {
    const { bytes, length, pieces, lines } = this.#joined.get(positionOf(this.#streamNo, from), positionOf(this.#streamNo, to))!;
    if (bytes === null || lines !== to - from || pieces !== 0 || bytes.length !== length! + lines - 1) return false;
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      feedLine(sink, bytes, start, end);
      start = end + 1;
    }
    feedLine(sink, bytes, start, bytes.length);
    return true;
  }

  #feedSingle(sink: LineSink, index: number): void {
    const position = positionOf(this.#streamNo, index);
    const row = this.#single.get(position);
    if (row === undefined) {
      sink.line(NOTHING, 0, 0);
      return;
    }
    if (row.pieces === 0) {
      feedLine(sink, row.bytes, 0, row.bytes.length);
      return;
    }
    const digest = createHash('sha256').update(Buffer.from([0]));
    let byteLength = row.bytes.length;
    for (let piece = 0; piece < row.pieces; piece += 1) {
      const bytes = this.#piece.get(position, piece)!;
      digest.update(bytes);
      byteLength += bytes.length;
    }
    sink.oversizedLine(byteLength, digest.update(row.bytes).digest('binary'));
  }

  /**
   * Feeds what stands after the last LF, if the stream still ends after `lines` lines; one that has grown meanwhile has made
   * a line of it, which is a later verification's.
   */
  feedTail(sink: LineSink, lines: number): void {
    const read = this.#db.transaction(() => {
      const state = this.#db
        .prepare<[number], { lines: number; tail_bytes: number }>('SELECT lines, tail_bytes FROM stream_state WHERE stream_no = ?')
        .get(this.#streamNo);
      if (state?.lines !== lines || state.tail_bytes === 0) return null;
      const tail = this.#db
        .prepare<[number], { pieces: number; bytes: Buffer }>('SELECT pieces, bytes FROM stream_tails WHERE stream_no = ?')
        .get(this.#streamNo)!;
      const head = tail.pieces > 0 ? this.#piece.get(positionOf(this.#streamNo, lines), 0)! : tail.bytes;
      return { head: head.subarray(0, TORN_HEAD_BYTES), byteLength: state.tail_bytes };
    });
    const tail = read();
    if (tail !== null) sink.tornTail(tail.head, tail.byteLength);
  }
}

function feedLine(sink: LineSink, bytes: Buffer, start: number, end: number): void {
  if (end - start > MAX_LINE_BYTES) sink.oversizedLine(end - start, leafHash(bytes, start, end));
  else sink.line(bytes, start, end);
}

/**
 * Cuts a stream of bytes into lines. Memory is bounded: what a line has beyond the longest record is hashed and
 * forgotten, so a gigabyte without LF costs no more than a page.
 */
import { createHash, type Hash } from 'node:crypto';
import { MAX_LINE_BYTES } from './canonical-scanner.ts';
import type { LineSink } from './line-sink.ts';

const LF = 0x0a;
/** One spare byte in front for the leaf prefix, one behind for the LF. */
const CARRY_BYTES = MAX_LINE_BYTES + 2;

export class LineSplitter {
  readonly #sink: LineSink;
  /** The beginning of a line whose end has not come yet, from byte 1 on. */
  readonly #carry = Buffer.alloc(CARRY_BYTES);
  #carried = 0;
  /** Leaf hash of a line that has outgrown the carry. */
  #longLeaf: Hash | null = null;
  #longBytes = 0;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes. `chunk` must be writable; its bytes are as before when the call returns. */
  push(chunk: Buffer): void {
    let start = 0;
    if (this.#carried > 0 || this.#longLeaf !== null) {
      const lf = chunk.indexOf(LF);
      if (lf < 0) {
        this.#keep(chunk);
        return;
      }
      this.#keep(chunk.subarray(0, lf));
      this.#endCarried();
      start = lf + 1;
    }
    for (let lf = chunk.indexOf(LF, start); lf >= 0; lf = chunk.indexOf(LF, start)) {
      if (lf - start > MAX_LINE_BYTES) {
        this.#keep(chunk.subarray(start, lf));
        this.#endCarried();
      } else {
        this.#sink.line(chunk, start, lf);
      }
      start = lf + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Ends the stream: what is left has no LF. */
  end(): void {
    if (this.#longLeaf !== null) this.#sink.tornTail(this.#carry.subarray(1, 1 + this.#carried), this.#longBytes);
    else if (this.#carried > 0) this.#sink.tornTail(this.#carry.subarray(1, 1 + this.#carried), this.#carried);
    this.#carried = 0;
    this.#longLeaf = null;
  }

  #keep(bytes: Buffer): void {
    if (this.#longLeaf !== null) {
      this.#longLeaf.update(bytes);
      this.#longBytes += bytes.length;
      return;
    }
    if (this.#carried + bytes.length <= MAX_LINE_BYTES) {
      bytes.copy(this.#carry, 1 + this.#carried);
      this.#carried += bytes.length;
      return;
    }
    this.#longLeaf = createHash('sha256')
      .update(LEAF_PREFIX)
      .update(this.#carry.subarray(1, 1 + this.#carried))
      .update(bytes);
    this.#longBytes = this.#carried + bytes.length;
    // The head of the line stays, for the report on a torn tail.
    this.#carried += bytes.copy(this.#carry, 1 + this.#carried, 0, MAX_LINE_BYTES - this.#carried);
  }

  #endCarried(): void {
    if (this.#longLeaf !== null) {
      this.#sink.oversizedLine(this.#longBytes, this.#longLeaf.digest('binary'));
    } else {
      this.#carry[1 + this.#carried] = LF;
      this.#sink.line(this.#carry, 1, 1 + this.#carried);
    }
    this.#carried = 0;
    this.#longLeaf = null;
  }
}

const LEAF_PREFIX = Buffer.from([0]);

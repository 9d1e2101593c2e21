/**
 * The compute tasks of verification. Files are read here, in the worker that hashes them.
 *
 * A file is cut at fixed byte offsets; a line belongs to the segment in which it begins. Tasks claim segments in order. A
 * segment must know how many lines came before it, because the Merkle tree depends on their numbers; so each task first
 * counts the lines of its segment and publishes the count, which is quick, and then adds up those before it. Whoever claimed
 * an earlier segment is running, so the wait is short and cannot deadlock.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { withTransfer } from '../store/transfer.ts';
import type { TaskContext, TaskMap } from '../store/types.ts';
import { ChainProbe, type ProbeHits, type ProbeTargets } from '../trust/chain-probe.ts';
import type { LinePosition, LineSink } from '../trust/line-sink.ts';
import { LineSplitter } from '../trust/line-splitter.ts';
import { repeatedFingerprints } from '../trust/repeated-ids.ts';
import { type SegmentOptions, type SegmentSummary, SegmentVerifier } from '../trust/segment-verifier.ts';

/** Some 1,600 receipts, 8 ms of work: small enough that workers stay even and their buffers small. */
export const SEGMENT_BYTES = 1 << 20;

const LF = 0x0a;
const LINE_ROOM = 65_536 + 1;
/** Lines between two looks at the cancel flag. */
const SLICE_LINES = 2_048;

/** Board of counters shared by the tasks of one file: next segment, failure, then the lines of each segment. */
const NEXT = 0;
const FAILED = 1;
const COUNTS = 2;
const UNKNOWN = -1;

export function newSegmentBoard(segments: number): SharedArrayBuffer {
  const board = new SharedArrayBuffer(4 * (COUNTS + segments));
  new Int32Array(board).fill(UNKNOWN, COUNTS);
  return board;
}

export interface SegmentTaskInput {
  readonly path: string;
  readonly byteLength: number;
  readonly segmentBytes: number;
  readonly board: SharedArrayBuffer;
  readonly verify: Omit<SegmentOptions, 'start' | 'onId'>;
}

export interface SegmentProgress {
  readonly bytes: number;
  readonly receipts: number;
  readonly findings: number;
}

export interface SegmentResult {
  readonly segment: number;
  readonly summary: SegmentSummary;
}

const cancelled = (): AppError =>
  new AppError('CANCELLED', 'The verification was cancelled; nothing was changed.', {
    nextStep: 'Start it again when it suits.',
    retryable: true,
  });

/** Verifies segments of a file until none is left; several of these tasks share one board. */
export function verifyFileSegments(input: SegmentTaskInput, context: TaskContext): SegmentResult[] {
  const board = new Int32Array(input.board);
  const fd = openSync(input.path, 'r');
  try {
    const results = claimSegments(input, board, fd, context);
    return withTransfer(
      results,
      results.map(({ summary }) => summary.fingerprints.buffer),
    );
  } catch (error) {
    // The others would wait for counts that never come.
    Atomics.store(board, FAILED, 1);
    for (let i = COUNTS; i < board.length; i += 1) Atomics.notify(board, i);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function claimSegments(input: SegmentTaskInput, board: Int32Array, fd: number, context: TaskContext): SegmentResult[] {
  const results: SegmentResult[] = [];
  const done = { bytes: 0, receipts: 0, findings: 0 };
  const reader = new SegmentReader(fd, input.byteLength, input.segmentBytes);
  const before = new LinesBefore(board, context);
  const segments = board.length - COUNTS;
  for (let segment = Atomics.add(board, NEXT, 1); segment < segments; segment = Atomics.add(board, NEXT, 1)) {
    if (context.cancelled()) throw cancelled();
    const lines = reader.load(segment);
    Atomics.store(board, COUNTS + segment, lines);
    Atomics.notify(board, COUNTS + segment);
    if (lines > 0) {
      const verifier = new SegmentVerifier({ ...input.verify, start: { index: before.sum(segment), byteOffset: reader.firstByte } });
      reader.feed(verifier, context);
      const summary = verifier.finish();
      results.push({ segment, summary });
      done.receipts += verifier.lines;
      done.findings += verifier.findingsTotal;
    }
    done.bytes += input.segmentBytes;
    context.progress({ ...done });
  }
  return results;
}

/** Adds up the lines of earlier segments, waiting for counts that are being made. */
class LinesBefore {
  readonly #board: Int32Array;
  readonly #context: TaskContext;
  #segment = 0;
  #lines = 0;

  constructor(board: Int32Array, context: TaskContext) {
    this.#board = board;
    this.#context = context;
  }

  sum(segment: number): number {
    for (; this.#segment < segment; this.#segment += 1) this.#lines += this.#wait(COUNTS + this.#segment);
    return this.#lines;
  }

  #wait(slot: number): number {
    for (;;) {
      const count = Atomics.load(this.#board, slot);
      if (count !== UNKNOWN) return count;
      if (Atomics.load(this.#board, FAILED) === 1 || this.#context.cancelled()) throw cancelled();
      Atomics.wait(this.#board, slot, UNKNOWN, 20);
    }
  }
}

/** Reads one segment at a time into one buffer: the byte before it, the segment, and room for its last line to end. */
class SegmentReader {
  readonly #fd: number;
  readonly #byteLength: number;
  readonly #segmentBytes: number;
  /** Byte 0 is spare, for the leaf prefix of a line that begins the file. */
  readonly #buffer: Buffer;
  /** Place in the file of byte 1 of the buffer. */
  #base = 0;
  #filled = 0;
  #first = 0;
  #limit = 0;
  firstByte = 0;

  constructor(fd: number, byteLength: number, segmentBytes: number) {
    this.#fd = fd;
    this.#byteLength = byteLength;
    this.#segmentBytes = segmentBytes;
    this.#buffer = Buffer.alloc(1 + 1 + segmentBytes + LINE_ROOM);
  }

  /** Loads a segment; returns the number of lines that begin in it. */
  load(segment: number): number {
    const from = segment * this.#segmentBytes;
    const to = Math.min(from + this.#segmentBytes, this.#byteLength);
    this.#base = Math.max(0, from - 1);
    this.#filled = 1 + this.#read(this.#buffer.subarray(1), this.#base);
    this.#limit = 1 + to - this.#base;
    if (from === 0) {
      this.#first = 1;
    } else {
      const lf = this.#find(1);
      this.#first = lf < 0 ? this.#limit : lf + 1;
    }
    this.firstByte = this.#base + this.#first - 1;
    let lines = 0;
    for (let start = this.#first; start < this.#limit; lines += 1) {
      const lf = this.#find(start);
      if (lf < 0) return lines + 1;
      start = lf + 1;
    }
    return lines;
  }

  feed(sink: LineSink, context: TaskContext): void {
    let start = this.#first;
    for (let lines = 0; start < this.#limit; lines += 1) {
      const lf = this.#find(start);
      if (lf < 0 || lf - start > 65_535) break;
      sink.line(this.#buffer, start, lf);
      start = lf + 1;
      if (lines % SLICE_LINES === SLICE_LINES - 1 && context.cancelled()) throw cancelled();
    }
    if (start < this.#limit) this.#feedLongLine(sink, start, context);
  }

  /** A line that the buffer does not hold whole, or that is too long: cut off while it streams by. Others may follow. */
  #feedLongLine(sink: LineSink, start: number, context: TaskContext): void {
    const splitter = new LineSplitter(sink);
    const lf = this.#find(start);
    if (lf >= 0) {
      splitter.push(this.#buffer.subarray(start, lf + 1));
      this.#first = lf + 1;
      this.feed(sink, context);
      return;
    }
    splitter.push(this.#buffer.subarray(start, this.#filled));
    const chunk = Buffer.alloc(1 << 20);
    for (let at = this.#base + this.#filled - 1; at < this.#byteLength;) {
      if (context.cancelled()) throw cancelled();
      const bytes = this.#read(chunk, at);
      if (bytes === 0) break;
      const end = chunk.subarray(0, bytes).indexOf(LF);
      splitter.push(chunk.subarray(0, end < 0 ? bytes : end + 1));
      if (end >= 0) return;
      at += bytes;
    }
    splitter.end();
  }

  #find(from: number): number {
    const at = this.#buffer.indexOf(LF, from);
    return at < this.#filled ? at : -1;
  }

  #read(into: Buffer, at: number): number {
    const wanted = Math.min(into.length, this.#byteLength - at);
    let done = 0;
    while (done < wanted) {
      const bytes = readSync(this.#fd, into, done, wanted - done, at + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }
}

export interface ProbeTaskInput {
  readonly path: string;
  readonly byteLength: number;
  readonly targets: ProbeTargets;
}

const START: LinePosition = { index: 0, byteOffset: 0 };

/** The second pass over one file. */
export function probeFile({ path, byteLength, targets }: ProbeTaskInput, context: TaskContext): ProbeHits {
  const probe = new ChainProbe(targets, START);
  const splitter = new LineSplitter(probe);
  const fd = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(1 << 20);
    for (let at = 0; at < byteLength;) {
      if (context.cancelled()) throw cancelled();
      const bytes = readSync(fd, chunk, 0, Math.min(chunk.length, byteLength - at), at);
      if (bytes === 0) break;
      splitter.push(chunk.subarray(0, bytes));
      at += bytes;
    }
    splitter.end();
  } finally {
    closeSync(fd);
  }
  return probe.finish();
}

/** Sorts fingerprints and finds those that repeat. */
export const findRepeats = ({ lists }: { readonly lists: readonly Float64Array[] }): { suspects: Float64Array; repeats: number } =>
  repeatedFingerprints(lists);

/** To be handed to the compute workers by the composition root. */
export const verifyTasks = {
  'receipts.verifyFileSegments': verifyFileSegments,
  'receipts.probeFile': probeFile,
  'receipts.findRepeats': findRepeats,
} as const satisfies TaskMap;

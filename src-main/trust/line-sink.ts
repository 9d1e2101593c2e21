/** How lines reach a verifier, whatever they come from: a file, a database, memory. */
import type { Digest } from './merkle.ts';

/**
 * Takes the lines of a chain in order. The bytes belong to the caller again when a call returns. `line` may write to the
 * byte before the line for the time of the call (it stands for the 0x00 of the leaf), so the buffer must be writable.
 */
export interface LineSink {
  /** A line of at most 65,535 bytes, `[start, end)`, without its LF; `buffer[end]`, where it exists, is that LF. */
  line(buffer: Buffer, start: number, end: number): void;
  /** A longer line, hashed while it streamed by. `byteLength` is without LF. */
  oversizedLine(byteLength: number, leaf: Digest): void;
  /** Bytes after the last LF: at most the first 65,536 of them, and their number. */
  tornTail(head: Buffer, byteLength: number): void;
}

/** Where a source begins to deliver: a line by its index, and its first byte. */
export interface LinePosition {
  readonly index: number;
  readonly byteOffset: number;
}

/** Called by a source between slices of work of at most 50 ms; rejects when the work was cancelled. */
export type Breathe = (bytesDone: number) => Promise<void> | void;

/** The lines of one chain. It can be read again, from any line that was a position before. */
export interface LineSource {
  /** Size in bytes where it is known before reading; for progress. */
  readonly byteLength: number | null;
  feed(sink: LineSink, from: LinePosition, breathe: Breathe): Promise<void>;
}

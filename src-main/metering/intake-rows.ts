import { isAscii, isUtf8 } from 'node:buffer';
import { isBlank } from '../sources/index.ts';
import { EventFault, EventScanner } from './event-scanner.ts';

/**
 * The rows of what came in: the text they stand in, and where. A text is made once for as many rows as possible: cutting a
 * part out of it copies nothing.
 */
export interface IntakeRow {
  /** null where the bytes are no UTF-8. */
  text: string | null;
  from: number;
  to: number;
  /** Where its bytes stand in what came in. */
  start: number;
  stop: number;
}

/** Longer rows are held with their beginning: an event of this size is none. */
export const MAX_EVENT_BYTES = 64 * 1024;

export type IntakeFormat = 'ndjson' | 'batch';

/** One row after another. The same object is filled again and again: there are millions. */
export function* rowsOf(bytes: Buffer, format: IntakeFormat): Generator<IntakeRow> {
  if (format === 'batch') yield* rowsOfBatch(bytes);
  else yield* rowsOfLines(bytes);
}

function* rowsOfLines(bytes: Buffer): Generator<IntakeRow> {
  const whole = isAscii(bytes) ? bytes.toString('latin1') : null;
  const row: IntakeRow = { text: whole, from: 0, to: 0, start: 0, stop: 0 };
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end;
    // A row that begins with a brace is not blank: nearly all do.
    if (bytes[start] === 0x7b || !isBlank(bytes, start, stop)) {
      row.start = start;
      row.stop = stop;
      if (whole !== null) {
        row.from = start;
        row.to = stop;
      } else {
        row.text = textOf(bytes.subarray(start, stop));
        row.from = 0;
        row.to = row.text?.length ?? 0;
      }
      yield row;
    }
    start = stop + 1;
  }
}

/** A JSON array of events, or one event. What is no JSON is one row. */
function* rowsOfBatch(bytes: Buffer): Generator<IntakeRow> {
  const text = textOf(bytes);
  const whole: IntakeRow = { text, from: 0, to: text?.length ?? 0, start: 0, stop: bytes.length };
  if (text === null) {
    yield whole;
    return;
  }
  let places: { readonly from: number; readonly to: number }[];
  try {
    places = new EventScanner().split(text);
  } catch (error) {
    if (!(error instanceof EventFault)) throw error;
    yield whole;
    return;
  }
  const ascii = text.length === bytes.length;
  let at = 0;
  let byte = 0;
  for (const { from, to } of places) {
    const start = ascii ? from : byte + Buffer.byteLength(text.slice(at, from));
    const stop = ascii ? to : start + Buffer.byteLength(text.slice(from, to));
    [at, byte] = [to, stop];
    yield { text, from, to, start, stop };
  }
}

const textOf = (bytes: Buffer): string | null =>
  isAscii(bytes) ? bytes.toString('latin1') : isUtf8(bytes) ? bytes.toString('utf8') : null;

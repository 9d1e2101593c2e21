/** The lines of a file as a `LineSource`. */
import { open } from 'node:fs/promises';
import type { Breathe, LinePosition, LineSink, LineSource } from '../trust/line-sink.ts';
import { LineSplitter } from '../trust/line-splitter.ts';

/** Read in one go: some milliseconds of work, far below the 50 that a slice may take. */
const CHUNK_BYTES = 1 << 20;

/** Streams a file up to the size it had when it was found, so that both passes see the same bytes. */
export class FileSource implements LineSource {
  readonly #path: string;
  readonly byteLength: number;

  constructor(path: string, byteLength: number) {
    this.#path = path;
    this.byteLength = byteLength;
  }

  async feed(sink: LineSink, from: LinePosition, breathe: Breathe): Promise<void> {
    if (this.byteLength <= from.byteOffset) return;
    const splitter = new LineSplitter(sink);
    const file = await open(this.#path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, this.byteLength - from.byteOffset));
      for (let at = from.byteOffset; at < this.byteLength;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, this.byteLength - at), at);
        if (bytesRead === 0) break;
        splitter.push(buffer.subarray(0, bytesRead));
        at += bytesRead;
        await breathe(at);
      }
      splitter.end();
    } finally {
      await file.close();
    }
  }
}

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { withStoreErrors } from './store-errors.ts';

/**
 * Looks at a database without SQLite: opening a WAL database, even for reading, creates files beside it, and a database
 * from the future or of another program must stay exactly as it is.
 *
 * Not for a file that this process has open through SQLite: closing any descriptor of a file drops the POSIX locks that the
 * process holds on it (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
export type Peek =
  | { readonly kind: 'missing' }
  /** No byte written yet. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-a-database'; readonly bytes: number }
  | {
      readonly kind: 'database';
      readonly bytes: number;
      readonly pageSize: number;
      /** `PRAGMA user_version`: the number of the last migration. */
      readonly userVersion: number;
      readonly applicationId: number;
      /** Whether the schema was ever changed: false only for a database with nothing in it. */
      readonly hasSchema: boolean;
      /** Whether the newest header stood in the write-ahead log. */
      readonly fromWal: boolean;
    };

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const HEADER_BYTES = 100;
const WAL_HEADER_BYTES = 32;
const WAL_FRAME_BYTES = 24;
const WAL_MAGIC = 0x377f0682;

const readAt = (fd: number, offset: number, length: number): Buffer => {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(fd, buffer, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
};

/** The checksum of the WAL format (https://sqlite.org/fileformat2.html#checksum_algorithm). */
const walChecksum = (bytes: Buffer, bigEndian: boolean, start: readonly [number, number]): [number, number] => {
  let [s0, s1] = start;
  for (let i = 0; i + 8 <= bytes.length; i += 8) {
    s0 = (s0 + (bigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)) + s1) >>> 0;
    s1 = (s1 + (bigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)) + s0) >>> 0;
  }
  return [s0, s1];
};

/** The newest committed first page in a write-ahead log, or nothing: SQLite would read the same one. */
const firstPageInWal = (file: string): Buffer | undefined => {
  if (!existsSync(file)) return undefined;
  const fd = openSync(file, 'r');
  try {
    const header = readAt(fd, 0, WAL_HEADER_BYTES);
    if (header.length < WAL_HEADER_BYTES) return undefined;
    const magic = header.readUInt32BE(0);
    if ((magic & ~1) >>> 0 !== WAL_MAGIC) return undefined;
    const bigEndian = (magic & 1) === 1;
    const pageSize = header.readUInt32BE(8);
    if (pageSize < 512 || pageSize > 65_536) return undefined;
    let sum = walChecksum(header.subarray(0, 24), bigEndian, [0, 0]);
    if (sum[0] !== header.readUInt32BE(24) || sum[1] !== header.readUInt32BE(28)) return undefined;
    let pending: Buffer | undefined;
    let committed: Buffer | undefined;
    const { size } = fstatSync(fd);
    for (let offset = WAL_HEADER_BYTES; offset + WAL_FRAME_BYTES + pageSize <= size; offset += WAL_FRAME_BYTES + pageSize) {
      const frame = readAt(fd, offset, WAL_FRAME_BYTES + pageSize);
      if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break;
      const page = frame.subarray(WAL_FRAME_BYTES);
      sum = walChecksum(page, bigEndian, walChecksum(frame.subarray(0, 8), bigEndian, sum));
      if (sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20)) break;
      if (frame.readUInt32BE(0) === 1) pending = Buffer.from(page.subarray(0, HEADER_BYTES));
      if (frame.readUInt32BE(4) !== 0) committed = pending;
    }
    return committed;
  } finally {
    closeSync(fd);
  }
};

/** Reads what the header of a database says. Fails with STORE_PERMISSION or STORE_IO; all else is an answer. */
export const peekDatabase = (file: string): Peek =>
  withStoreErrors({ file }, () => {
    if (!existsSync(file)) return { kind: 'missing' };
    const fd = openSync(file, 'r');
    let header: Buffer;
    let bytes: number;
    try {
      bytes = fstatSync(fd).size;
      header = readAt(fd, 0, HEADER_BYTES);
    } finally {
      closeSync(fd);
    }
    const fromWal = firstPageInWal(`${file}-wal`);
    const newest = fromWal ?? header;
    if (newest.length === 0) return { kind: 'empty' };
    if (newest.length < HEADER_BYTES || !newest.subarray(0, MAGIC.length).equals(MAGIC)) return { kind: 'not-a-database', bytes };
    const pageSize = newest.readUInt16BE(16);
    return {
      kind: 'database',
      bytes,
      pageSize: pageSize === 1 ? 65_536 : pageSize,
      userVersion: newest.readInt32BE(60),
      applicationId: newest.readInt32BE(68),
      hasSchema: newest.readUInt32BE(40) !== 0,
      fromWal: fromWal !== undefined,
    };
  });

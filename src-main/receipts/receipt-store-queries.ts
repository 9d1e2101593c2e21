import type { QueryMap, StoreDb } from '../store/index.ts';
import { readLine, readStreamBytes, type StreamPlace } from './receipt-bytes.ts';
import { findChain, findStream, type StreamRow, streamsOf } from './receipt-streams.ts';

/** What the other half of this room reads of stored chains: verification, screens and export. */

export interface StoredChain {
  readonly chainNo: number;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly folder: string;
  readonly firstSeenAt: string;
  /** The current generation; null while only documents came. */
  readonly stream: StreamRow | null;
  readonly generations: number;
}

export interface ChainDocument {
  readonly documentNo: number;
  /** `chain.json` or `checkpoints/<name>.note`. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly receivedAt: string;
  readonly runId: string;
  /** The newest of this path; older versions are evidence too. */
  readonly current: boolean;
}

interface ChainRow {
  readonly chain_no: number;
  readonly source_id: string;
  readonly name: string;
  readonly folder: string;
  readonly first_seen_at: string;
}

const CHAINS = `SELECT c.chain_no, c.source_id, s.name, c.folder, c.first_seen_at FROM chains c JOIN sources s USING (source_id)`;

const chainOf = (db: StoreDb, row: ChainRow): StoredChain => {
  const stream = findStream(db, row.chain_no);
  return {
    chainNo: row.chain_no,
    sourceId: row.source_id,
    sourceName: row.name,
    folder: row.folder,
    firstSeenAt: row.first_seen_at,
    stream,
    generations: stream?.generation ?? 0,
  };
};

const streamByNo = (db: StoreDb, streamNo: number): StreamRow | null => {
  const row = db.get<{ chain_no: number; generation: number }>('SELECT chain_no, generation FROM streams WHERE stream_no = ?', [streamNo]);
  return row ? findStream(db, row.chain_no, row.generation) : null;
};

export const receiptStoreReads = {
  /** Chains by number, after `after`. */
  'receiptStore.chains': (db: StoreDb, args: { after: number; limit: number }): StoredChain[] =>
    db.all<ChainRow>(`${CHAINS} WHERE c.chain_no > ? ORDER BY c.chain_no LIMIT ?`, [args.after, args.limit]).map((row) => chainOf(db, row)),
  'receiptStore.chain': (db: StoreDb, args: { sourceName: string; folder: string }): StoredChain | null => {
    const row = db.get<ChainRow>(`${CHAINS} WHERE s.name = ? AND c.folder = ?`, [args.sourceName, args.folder]);
    return row ? chainOf(db, row) : null;
  },
  /** All generations of a chain, the oldest first. */
  'receiptStore.streams': (db: StoreDb, { chainNo }: { chainNo: number }): StreamRow[] => streamsOf(db, chainNo),
  /** chain.json and checkpoints, every version, in the order in which they came. */
  'receiptStore.documents': (db: StoreDb, { chainNo }: { chainNo: number }): ChainDocument[] => {
    const rows = db.all<{ document_no: number; path: string; sha256: string; bytes: Buffer; received_at: string; run_id: string }>(
      'SELECT document_no, path, sha256, bytes, received_at, run_id FROM chain_documents WHERE chain_no = ? ORDER BY document_no',
      [chainNo],
    );
    const newest = new Map(rows.map((row) => [row.path, row.document_no]));
    return rows.map((row) => ({
      documentNo: row.document_no,
      path: row.path,
      sha256: row.sha256,
      bytes: row.bytes,
      receivedAt: row.received_at,
      runId: row.run_id,
      current: newest.get(row.path) === row.document_no,
    }));
  },
  /**
   * The bytes of a stream from `at` on (`{line: 0, piece: 0}` is the beginning), at most `maxBytes` and one line more. All
   * chunks in a row are the source's file, byte for byte. Null where there is no such stream.
   */
  'receiptStore.bytes': (
    db: StoreDb,
    args: { streamNo: number; at: StreamPlace; maxBytes: number },
  ): { bytes: Uint8Array; next: StreamPlace | null } | null => {
    const stream = streamByNo(db, args.streamNo);
    return stream ? readStreamBytes(db, stream, args.at, args.maxBytes) : null;
  },
  /** One line, cut at `maxBytes`. */
  'receiptStore.line': (
    db: StoreDb,
    args: { streamNo: number; index: number; maxBytes: number },
  ): { bytes: Uint8Array; byteOffset: number; byteLength: number } | null => {
    const stream = streamByNo(db, args.streamNo);
    return stream ? readLine(db, stream, args.index, args.maxBytes) : null;
  },
  'receiptStore.findChain': (db: StoreDb, args: { sourceId: string; folder: string }): number | null =>
    findChain(db, args.sourceId, args.folder),
} satisfies QueryMap;

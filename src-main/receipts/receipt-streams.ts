import type { StoreDb } from '../store/index.ts';

/** Chains and their generations in the store: `position` = stream number · 2³² + index of the line. */
export const LINES_PER_STREAM = 2 ** 32;
/** A longer line is stored in pieces of exactly this many bytes and a rest, so that memory stays bounded. */
export const PIECE_BYTES = 1024 * 1024;

export const positionOf = (streamNo: number, index: number): number => streamNo * LINES_PER_STREAM + index;
export const indexOf = (position: number): number => position % LINES_PER_STREAM;

export interface StreamRow {
  readonly streamNo: number;
  readonly chainNo: number;
  readonly generation: number;
  readonly openedAt: string;
  readonly because: string;
  /** Lines with their LF. */
  readonly lines: number;
  /** Bytes of those lines, LFs included. */
  readonly lineBytes: number;
  /** Bytes of the unfinished last line. */
  readonly tailBytes: number;
  /** False while a copy of the source's file is not finished: its end is not the chain's end. */
  readonly complete: boolean;
  readonly updatedAt: string;
}

interface RawStream {
  readonly stream_no: number;
  readonly chain_no: number;
  readonly generation: number;
  readonly opened_at: string;
  readonly because: string;
  readonly lines: number;
  readonly line_bytes: number;
  readonly tail_bytes: number;
  readonly complete: number;
  readonly updated_at: string;
}

export const STREAM_COLUMNS = `s.stream_no, s.chain_no, s.generation, s.opened_at, s.because,
  st.lines, st.line_bytes, st.tail_bytes, st.complete, st.updated_at`;

export const streamOf = (row: RawStream): StreamRow => ({
  streamNo: row.stream_no,
  chainNo: row.chain_no,
  generation: row.generation,
  openedAt: row.opened_at,
  because: row.because,
  lines: row.lines,
  lineBytes: row.line_bytes,
  tailBytes: row.tail_bytes,
  complete: row.complete === 1,
  updatedAt: row.updated_at,
});

export const findChain = (db: StoreDb, sourceId: string, folder: string): number | null =>
  db.get<{ chain_no: number }>('SELECT chain_no FROM chains WHERE source_id = ? AND folder = ?', [sourceId, folder])?.chain_no ?? null;

export const ensureChain = (db: StoreDb, sourceId: string, folder: string, now: string): number => {
  const found = findChain(db, sourceId, folder);
  if (found !== null) return found;
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(chain_no), 0) + 1 AS next FROM chains')!;
  db.run('INSERT INTO chains (chain_no, source_id, folder, first_seen_at) VALUES (?, ?, ?, ?)', [next, sourceId, folder, now]);
  return next;
};

/** All generations of a chain, the oldest first. */
export const streamsOf = (db: StoreDb, chainNo: number): StreamRow[] =>
  db
    .all<RawStream>(
      `SELECT ${STREAM_COLUMNS} FROM streams s JOIN stream_state st USING (stream_no) WHERE s.chain_no = ? ORDER BY s.generation`,
      [chainNo],
    )
    .map(streamOf);

/** The newest generation of a chain, or the one that is named. */
export const findStream = (db: StoreDb, chainNo: number, generation?: number): StreamRow | null => {
  const row = db.get<RawStream>(
    `SELECT ${STREAM_COLUMNS} FROM streams s JOIN stream_state st USING (stream_no)
     WHERE s.chain_no = ? AND s.generation <= ? ORDER BY s.generation DESC LIMIT 1`,
    [chainNo, generation ?? Number.MAX_SAFE_INTEGER],
  );
  return row && (generation === undefined || row.generation === generation) ? streamOf(row) : null;
};

export const openStream = (
  db: StoreDb,
  args: { readonly chainNo: number; readonly generation: number; readonly because: string; readonly runId: string; readonly now: string },
): StreamRow => {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(stream_no), 0) + 1 AS next FROM streams')!;
  db.run('INSERT INTO streams (stream_no, chain_no, generation, opened_at, run_id, because) VALUES (?, ?, ?, ?, ?, ?)', [
    next,
    args.chainNo,
    args.generation,
    args.now,
    args.runId,
    args.because,
  ]);
  db.run('INSERT INTO stream_state (stream_no, lines, line_bytes, tail_bytes, complete, updated_at) VALUES (?, 0, 0, 0, 0, ?)', [
    next,
    args.now,
  ]);
  return findStream(db, args.chainNo, args.generation)!;
};

import type { Conservation } from '../../src-shared/contract/sources.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { addCounts, type Delivery, type FeedModule, isConserved, NO_ROWS, type QuarantineInput } from './feed-module.ts';
import { createQuarantineWrites, holdRows } from './quarantine-queries.ts';
import { type FeedOutcome, sumDeliveries } from './sources-queries.ts';

/** What the file system says of a file; times and inode as decimal strings, for they pass 2^53. Null over HTTP. */
export interface FileStat {
  readonly size: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly inode: string;
}

/** How far a file was read. */
export interface FileCursor {
  readonly path: string;
  readonly kind: 'appended' | 'whole';
  readonly stat: FileStat | null;
  /** Bytes taken, an unfinished last line included. */
  readonly taken: number;
  /** Line ends in the bytes taken. */
  readonly lines: number;
  /** Bytes after the last line end. */
  readonly unfinished: number;
  readonly tailBytes: number;
  readonly tailSha256: string;
  readonly goneSince: string | null;
}

/** Where the next page of an HTTP feed begins, and what of it was taken. */
export interface PageCursor {
  readonly after: string | null;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly etag: string | null;
}

export interface BegunRun {
  readonly runNo: number;
  readonly files: readonly FileCursor[];
  readonly page: PageCursor;
}

export interface TakeArgs {
  readonly runNo: number;
  readonly now: string;
  readonly deliveries: readonly Delivery[];
  /** HTTP items that have no place in the feed. */
  readonly unusable: readonly QuarantineInput[];
  readonly cursors: readonly FileCursor[];
  readonly page: PageCursor | null;
}

export interface RunEnd {
  readonly outcome: Exclude<FeedOutcome, 'never' | 'nothing-new'>;
  readonly says: string;
  readonly nextStep: string | null;
  readonly code: string | null;
  readonly cursor: string | null;
  /** ISO 8601 UTC; the source asked not to be called before then. */
  readonly retryNotBefore: string | null;
}

export interface EndedRun {
  readonly outcome: FeedOutcome;
  readonly says: string;
  readonly nextStep: string | null;
  readonly counts: Conservation;
  readonly bytes: number;
  readonly conserved: boolean;
}

interface RunRow {
  readonly run_no: number;
  readonly run_id: string;
  readonly source_no: number;
  readonly source_id: string;
  readonly feed: string;
}

interface FileRow {
  readonly path: string;
  readonly kind: 'appended' | 'whole';
  readonly size: number | null;
  readonly mtime_ns: string | null;
  readonly ctime_ns: string | null;
  readonly inode: string | null;
  readonly taken: number;
  readonly lines: number;
  readonly unfinished: number;
  readonly tail_bytes: number;
  readonly tail_sha256: string;
  readonly gone_since: string | null;
}

const cursorOf = (row: FileRow): FileCursor => ({
  path: row.path,
  kind: row.kind,
  stat:
    row.size === null || row.mtime_ns === null || row.ctime_ns === null || row.inode === null
      ? null
      : { size: row.size, mtimeNs: row.mtime_ns, ctimeNs: row.ctime_ns, inode: row.inode },
  taken: row.taken,
  lines: row.lines,
  unfinished: row.unfinished,
  tailBytes: row.tail_bytes,
  tailSha256: row.tail_sha256,
  goneSince: row.gone_since,
});

const saveCursor = (db: StoreDb, run: RunRow, cursor: FileCursor): void => {
  db.run(
    `INSERT INTO sync_files (source_no, feed, path, kind, size, mtime_ns, ctime_ns, inode, taken, lines, unfinished, tail_bytes, tail_sha256, gone_since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (source_no, feed, path) DO UPDATE SET kind = excluded.kind, size = excluded.size, mtime_ns = excluded.mtime_ns,
       ctime_ns = excluded.ctime_ns, inode = excluded.inode, taken = excluded.taken, lines = excluded.lines,
       unfinished = excluded.unfinished, tail_bytes = excluded.tail_bytes, tail_sha256 = excluded.tail_sha256, gone_since = excluded.gone_since`,
    [
      run.source_no,
      run.feed,
      cursor.path,
      cursor.kind,
      cursor.stat?.size ?? null,
      cursor.stat?.mtimeNs ?? null,
      cursor.stat?.ctimeNs ?? null,
      cursor.stat?.inode ?? null,
      cursor.taken,
      cursor.lines,
      cursor.unfinished,
      cursor.tailBytes,
      cursor.tailSha256,
      cursor.goneSince,
    ],
  );
};

/** The engine's own count of rows, so that a feed's account of itself is held against something. */
const rowsSeen = (delivery: Delivery): number | null => {
  if (delivery.kind === 'whole') return null;
  const bytes = Buffer.from(delivery.bytes.buffer, delivery.bytes.byteOffset, delivery.bytes.byteLength);
  let rows = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) rows += 1;
  return rows;
};

const recordDelivery = (
  db: StoreDb,
  run: RunRow,
  entry: {
    path: string;
    mode: 'whole' | 'append' | 'restart' | 'item';
    offset: number;
    length: number;
    rows: number | null;
    counts: Conservation;
  },
): void => {
  const { counts } = entry;
  db.run(
    `INSERT INTO sync_deliveries (delivery_no, run_no, path, mode, byte_offset, byte_length, rows_seen, received, accepted, duplicate, conflict, late, quarantined)
     VALUES ((SELECT coalesce(max(delivery_no), 0) + 1 FROM sync_deliveries), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run.run_no,
      entry.path,
      entry.mode,
      entry.offset,
      entry.length,
      entry.rows,
      counts.received,
      counts.accepted,
      counts.duplicate,
      counts.conflict,
      counts.late,
      counts.quarantined,
    ],
  );
};

const ITEM_COUNTS: Conservation = { ...NO_ROWS, received: 1, quarantined: 1 };

const findRun = (db: StoreDb, runNo: number): RunRow =>
  db.get<RunRow>(
    'SELECT r.run_no, r.run_id, r.source_no, s.source_id, r.feed FROM sync_runs r JOIN sources s USING (source_no) WHERE r.run_no = ?',
    [runNo],
  )!;

const endRun = (db: StoreDb, run: RunRow, end: RunEnd, now: string): EndedRun => {
  const { counts, bytes, deliveries, conserved } = sumDeliveries(db, run.run_no);
  const outcome: FeedOutcome = !conserved ? 'failed' : end.outcome === 'ok' && deliveries === 0 ? 'nothing-new' : end.outcome;
  const says = conserved
    ? end.says
    : 'The rows that came in do not add up: received is not the sum of accepted, duplicate, conflict, late and quarantined. Everything that came is kept.';
  const nextStep = conserved ? end.nextStep : 'Make a support bundle and report it: a feed miscounts its rows.';
  db.run(
    `INSERT INTO sync_run_ends (run_no, ended_at, outcome, says, next_step, code, received, accepted, duplicate, conflict, late, quarantined, bytes, conserved, cursor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run.run_no,
      now,
      outcome,
      says,
      nextStep,
      conserved ? end.code : 'INTERNAL',
      counts.received,
      counts.accepted,
      counts.duplicate,
      counts.conflict,
      counts.late,
      counts.quarantined,
      bytes,
      conserved ? 1 : 0,
      end.cursor,
    ],
  );
  // A changed past and lost files were read to the end: there is nothing a repeat would mend.
  const succeeded = outcome === 'ok' || outcome === 'nothing-new' || outcome === 'changed-past' || outcome === 'shrank';
  const failed = outcome === 'failed' || outcome === 'garbage' || outcome === 'offline';
  db.run(
    `UPDATE sync_feed_state SET last_ended_run_no = ?, last_success_at = CASE WHEN ? THEN ? ELSE last_success_at END,
       failures = CASE WHEN ? THEN 0 WHEN ? THEN failures + 1 ELSE failures END,
       offline_since = CASE WHEN ? THEN coalesce(offline_since, ?) WHEN ? THEN NULL ELSE offline_since END, retry_not_before = ?
     WHERE source_no = ? AND feed = ?`,
    [
      run.run_no,
      succeeded ? 1 : 0,
      now,
      succeeded ? 1 : 0,
      failed ? 1 : 0,
      outcome === 'offline' ? 1 : 0,
      now,
      outcome === 'cancelled' ? 0 : 1,
      end.retryNotBefore,
      run.source_no,
      run.feed,
    ],
  );
  return { outcome, says, nextStep, counts, bytes, conserved };
};

const KILLED: RunEnd = {
  outcome: 'failed',
  says: 'The program was stopped before this run ended. What it had taken is kept; the run after it went on from there.',
  nextStep: null,
  code: null,
  cursor: null,
  retryNotBefore: null,
};

/** Writes of the sync engine; `modules` are the feeds, by which deliveries are taken. */
export const createSyncWrites = (modules: readonly FeedModule[]) => {
  const byFeed = new Map(modules.map((module) => [module.feed, module]));
  return {
    ...createQuarantineWrites(modules),
    /** Begins a run, ends one that was killed, and says how far each file was read. */
    'sync.begin': (
      db: StoreDb,
      args: { sourceId: string; feed: string; runId: string; full: boolean; memberId: string | null; now: string },
    ): BegunRun => {
      const { source_no } = db.get<{ source_no: number }>('SELECT source_no FROM sources WHERE source_id = ?', [args.sourceId])!;
      db.run('INSERT INTO sync_feed_state (source_no, feed) VALUES (?, ?) ON CONFLICT DO NOTHING', [source_no, args.feed]);
      const state = db.get<{
        last_run_no: number | null;
        last_ended_run_no: number | null;
        after_cursor: string | null;
        page_bytes: number;
        page_sha256: string | null;
        etag: string | null;
      }>(
        'SELECT last_run_no, last_ended_run_no, after_cursor, page_bytes, page_sha256, etag FROM sync_feed_state WHERE source_no = ? AND feed = ?',
        [source_no, args.feed],
      )!;
      if (state.last_run_no !== null && state.last_run_no !== state.last_ended_run_no)
        endRun(db, findRun(db, state.last_run_no), KILLED, args.now);
      const { next } = db.get<{ next: number }>('SELECT coalesce(max(run_no), 0) + 1 AS next FROM sync_runs')!;
      db.run('INSERT INTO sync_runs (run_no, run_id, source_no, feed, started_at, full, member_id) VALUES (?, ?, ?, ?, ?, ?, ?)', [
        next,
        args.runId,
        source_no,
        args.feed,
        args.now,
        args.full ? 1 : 0,
        args.memberId,
      ]);
      db.run('UPDATE sync_feed_state SET last_run_no = ? WHERE source_no = ? AND feed = ?', [next, source_no, args.feed]);
      return {
        runNo: next,
        files: db
          .all<FileRow>('SELECT * FROM sync_files WHERE source_no = ? AND feed = ? ORDER BY path', [source_no, args.feed])
          .map(cursorOf),
        page: { after: state.after_cursor, bytes: state.page_bytes, sha256: state.page_sha256, etag: state.etag },
      };
    },
    /** Takes deliveries and moves the cursors past them: both or neither, whenever the program is killed. */
    'sync.take': (db: StoreDb, args: TakeArgs): { counts: Conservation; conserved: boolean } => {
      const run = findRun(db, args.runNo);
      const module = byFeed.get(run.feed)!;
      const from = { sourceNo: run.source_no, sourceId: run.source_id, feed: run.feed, runNo: run.run_no, now: args.now };
      let total = NO_ROWS;
      let unconserved = 0;
      for (const delivery of args.deliveries) {
        const { counts, quarantine } = module.accept(db, delivery);
        const rows = rowsSeen(delivery);
        recordDelivery(db, run, {
          path: delivery.path,
          mode: delivery.kind === 'whole' ? 'whole' : delivery.mode,
          offset: delivery.kind === 'whole' ? 0 : delivery.offset,
          length: delivery.bytes.length,
          rows,
          counts,
        });
        holdRows(db, from, quarantine);
        total = addCounts(total, counts);
        if (!isConserved(counts) || (rows !== null && rows !== counts.received)) unconserved += 1;
      }
      for (const item of args.unusable) {
        recordDelivery(db, run, { path: item.path, mode: 'item', offset: 0, length: item.byteLength, rows: 1, counts: ITEM_COUNTS });
        total = addCounts(total, ITEM_COUNTS);
      }
      holdRows(db, from, args.unusable);
      for (const cursor of args.cursors) saveCursor(db, run, cursor);
      if (args.page)
        db.run('UPDATE sync_feed_state SET after_cursor = ?, page_bytes = ?, page_sha256 = ?, etag = ? WHERE source_no = ? AND feed = ?', [
          args.page.after,
          args.page.bytes,
          args.page.sha256,
          args.page.etag,
          run.source_no,
          run.feed,
        ]);
      db.run(
        `UPDATE sync_feed_state SET received = received + ?, accepted = accepted + ?, duplicate = duplicate + ?, conflict = conflict + ?,
           late = late + ?, quarantined = quarantined + ?, unconserved_deliveries = unconserved_deliveries + ? WHERE source_no = ? AND feed = ?`,
        [
          total.received,
          total.accepted,
          total.duplicate,
          total.conflict,
          total.late,
          total.quarantined,
          unconserved,
          run.source_no,
          run.feed,
        ],
      );
      return { counts: total, conserved: unconserved === 0 };
    },
    'sync.end': (db: StoreDb, args: { runNo: number; end: RunEnd; now: string }): EndedRun =>
      endRun(db, findRun(db, args.runNo), args.end, args.now),
  } satisfies QueryMap;
};

/** Reads of the sync engine. */
export const createSyncReads = (modules: readonly FeedModule[]) => {
  const byFeed = new Map(modules.map((module) => [module.feed, module]));
  return {
    /** The first byte at which a copy differs from what is stored, or null (FeedModule.firstDifference). */
    'sync.compare': (
      db: StoreDb,
      args: { feed: string; sourceId: string; path: string; offset: number; bytes: Uint8Array },
    ): number | null => byFeed.get(args.feed)?.firstDifference?.(db, args.sourceId, args.path, args.offset, args.bytes) ?? null,
  } satisfies QueryMap;
};

export type SyncReads = ReturnType<typeof createSyncReads>;
export type SyncWrites = ReturnType<typeof createSyncWrites>;

import type { QuarantinedRow } from '../../src-shared/contract/sources.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { actorOf, type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import type { FeedModule, QuarantineInput, RequeueResult } from './feed-module.ts';
import { ITEM_UNUSABLE, positionOf, PREVIEW_BYTES, previewOf, quarantineIdOf, type QuarantineState, textOf } from './quarantine.ts';
import { plural } from './source.ts';

interface StateRow {
  readonly row_no: number;
  readonly source_no: number;
  readonly feed: string;
  readonly state: QuarantineState;
}

const countChange = (db: StoreDb, row: { readonly source_no: number; readonly feed: string }, state: QuarantineState, by: number): void => {
  db.run(
    `INSERT INTO quarantine_counts (source_no, feed, state, rows) VALUES (?, ?, ?, max(0, ?))
     ON CONFLICT (source_no, feed, state) DO UPDATE SET rows = rows + ?`,
    [row.source_no, row.feed, state, by, by],
  );
};

const moveState = (db: StoreDb, row: StateRow, state: QuarantineState): void => {
  if (row.state === state) return;
  db.run('UPDATE quarantine_state SET state = ? WHERE row_no = ?', [state, row.row_no]);
  countChange(db, row, row.state, -1);
  countChange(db, row, state, 1);
};

interface QuarantineEvent {
  readonly rowNo: number;
  readonly at: string;
  readonly what: 'seen' | 'still-bad' | 'requeued' | 'resolved' | 'dismissed';
  readonly runNo?: number;
  readonly code?: string;
  readonly says?: string;
  readonly nextStep?: string;
  readonly address?: string | null;
  readonly member?: { readonly memberId: string; readonly name: string };
  readonly reason?: string;
  readonly requestId?: string;
}

const addEvent = (db: StoreDb, event: QuarantineEvent): number => {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(event_no), 0) + 1 AS next FROM quarantine_events')!;
  db.run(
    `INSERT INTO quarantine_events (event_no, row_no, at, what, run_no, code, says, next_step, address, member_id, member_name, reason, request_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      next,
      event.rowNo,
      event.at,
      event.what,
      event.runNo ?? null,
      event.code ?? null,
      event.says ?? null,
      event.nextStep ?? null,
      event.address ?? null,
      event.member?.memberId ?? null,
      event.member?.name ?? null,
      event.reason ?? null,
      event.requestId ?? null,
    ],
  );
  return next;
};

/**
 * Holds rows that could not be used, in the transaction of the delivery they came with. A row that is known already is
 * counted again; one that was resolved is open again, one that was dismissed stays so.
 */
export const holdRows = (
  db: StoreDb,
  from: { readonly sourceNo: number; readonly sourceId: string; readonly feed: string; readonly runNo: number; readonly now: string },
  rows: readonly QuarantineInput[],
): void => {
  for (const row of rows) {
    const quarantineId = quarantineIdOf(from.sourceId, from.feed, row);
    const known = db.get<StateRow>(
      `SELECT st.row_no, st.source_no, st.feed, st.state FROM quarantine_rows r JOIN quarantine_state st USING (row_no) WHERE r.quarantine_id = ?`,
      [quarantineId],
    );
    const rowNo = known?.row_no ?? db.get<{ next: number }>('SELECT coalesce(max(row_no), 0) + 1 AS next FROM quarantine_rows')!.next;
    if (known) {
      if (known.state !== 'dismissed') moveState(db, known, 'open');
      db.run(
        `UPDATE quarantine_state SET times_seen = times_seen + 1, last_seen_at = ?, code = ?, says = ?, next_step = ?, address = ? WHERE row_no = ?`,
        [from.now, row.code, row.says, row.nextStep, row.address, rowNo],
      );
    } else {
      db.run(
        `INSERT INTO quarantine_rows (row_no, quarantine_id, source_no, feed, path, line, byte_offset, byte_length, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [rowNo, quarantineId, from.sourceNo, from.feed, row.path, row.line, row.byteOffset, row.byteLength, row.bytes],
      );
      db.run(
        `INSERT INTO quarantine_state (row_no, source_no, feed, state, times_seen, first_seen_at, last_seen_at, code, says, next_step, address)
         VALUES (?, ?, ?, 'open', 1, ?, ?, ?, ?, ?, ?)`,
        [rowNo, from.sourceNo, from.feed, from.now, from.now, row.code, row.says, row.nextStep, row.address],
      );
      countChange(db, { source_no: from.sourceNo, feed: from.feed }, 'open', 1);
    }
    addEvent(db, {
      rowNo,
      at: from.now,
      what: 'seen',
      runNo: from.runNo,
      code: row.code,
      says: row.says,
      nextStep: row.nextStep,
      address: row.address,
    });
  }
};

interface ListedRow {
  readonly row_no: number;
  readonly quarantine_id: string;
  readonly source_name: string;
  readonly feed: string;
  readonly path: string;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number;
  readonly head: Buffer;
  readonly state: QuarantineState;
  readonly times_seen: number;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly code: string;
  readonly says: string;
  readonly next_step: string;
  readonly address: string | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly decided_reason: string | null;
}

const LISTED = `SELECT st.row_no, r.quarantine_id, s.name AS source_name, st.feed, r.path, r.line, r.byte_offset, r.byte_length,
    coalesce(substr(r.bytes, 1, ${PREVIEW_BYTES}), x'') AS head, st.state, st.times_seen, st.first_seen_at, st.last_seen_at, st.code, st.says,
    st.next_step, st.address, e.at AS decided_at, e.member_name AS decided_by, e.reason AS decided_reason
  FROM quarantine_state st JOIN quarantine_rows r USING (row_no) JOIN sources s ON s.source_no = st.source_no
  LEFT JOIN quarantine_events e ON e.event_no = st.decision_no`;

const listed = (row: ListedRow): QuarantinedRow => ({
  quarantineId: row.quarantine_id,
  sourceName: row.source_name,
  feed: row.feed,
  position: positionOf({ path: row.path, line: row.line, byteOffset: row.byte_offset }),
  code: row.code,
  says: row.says,
  nextStep: row.next_step,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  timesSeen: row.times_seen,
  state: row.state,
  preview: previewOf(row.head),
  bytes: row.byte_length,
  address: row.address,
  decision: row.decided_at === null ? null : { at: row.decided_at, member: row.decided_by ?? 'Countersign', reason: row.decided_reason },
});

export interface QuarantinePageArgs {
  readonly state: QuarantineState | 'all';
  readonly sourceId: string | null;
  readonly feed: string | null;
  /** The number of the last row of the page before; rows come newest first. */
  readonly after: number | null;
  readonly limit: number;
}

export const quarantineReads = {
  'quarantine.page': (
    db: StoreDb,
    args: QuarantinePageArgs,
  ): { rows: QuarantinedRow[]; next: number | null; totals: Record<QuarantineState, number> } => {
    const scope: string[] = [];
    const scopeParams: SqlValue[] = [];
    if (args.sourceId !== null) {
      scope.push('st.source_no = (SELECT source_no FROM sources WHERE source_id = ?)');
      scopeParams.push(args.sourceId);
    }
    if (args.feed !== null) {
      scope.push('st.feed = ?');
      scopeParams.push(args.feed);
    }
    const where = ['st.row_no < ?', ...(args.state === 'all' ? [] : ['st.state = ?']), ...scope].join(' AND ');
    const rows = db.all<ListedRow>(`${LISTED} WHERE ${where} ORDER BY st.row_no DESC LIMIT ?`, [
      args.after ?? Number.MAX_SAFE_INTEGER,
      ...(args.state === 'all' ? [] : [args.state]),
      ...scopeParams,
      args.limit + 1,
    ]);
    const totals: Record<QuarantineState, number> = { open: 0, requeued: 0, resolved: 0, dismissed: 0 };
    const counts = db.all<{ state: QuarantineState; rows: number }>(
      `SELECT st.state, sum(st.rows) AS rows FROM quarantine_counts st WHERE ${['1 = 1', ...scope].join(' AND ')} GROUP BY st.state`,
      scopeParams,
    );
    for (const { state, rows: count } of counts) totals[state] = count;
    const page = rows.slice(0, args.limit);
    return { rows: page.map(listed), next: rows.length > args.limit ? page.at(-1)!.row_no : null, totals };
  },
  'quarantine.entry': (
    db: StoreDb,
    { quarantineId }: { quarantineId: string },
  ): (QuarantinedRow & { rawText: string | null; rawBase64: string }) | null => {
    const row = db.get<ListedRow & { bytes: Buffer }>(`${LISTED.replace('SELECT ', 'SELECT r.bytes, ')} WHERE r.quarantine_id = ?`, [
      quarantineId,
    ]);
    return row ? { ...listed(row), rawText: textOf(row.bytes), rawBase64: row.bytes.toString('base64') } : null;
  },
} satisfies QueryMap;

interface HeldRow extends StateRow {
  readonly quarantine_id: string;
  readonly source_id: string;
  readonly source_name: string;
  readonly path: string;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number;
  readonly bytes: Buffer;
  readonly code: string;
  readonly says: string;
  readonly next_step: string;
  readonly address: string | null;
}

const heldRows = (db: StoreDb, ids: readonly string[]): HeldRow[] =>
  [...new Set(ids)].map((id) => {
    const row = db.get<HeldRow>(
      `SELECT st.row_no, st.source_no, st.feed, st.state, r.quarantine_id, s.source_id, s.name AS source_name, r.path, r.line,
         r.byte_offset, r.byte_length, r.bytes, st.code, st.says, st.next_step, st.address
       FROM quarantine_rows r JOIN quarantine_state st USING (row_no) JOIN sources s ON s.source_no = r.source_no
       WHERE r.quarantine_id = ?`,
      [id],
    );
    if (row) return row;
    throw new AppError('NOT_FOUND', `The quarantine has no row ${id}. Nothing was changed.`, {
      nextStep: 'Look for it in the list of quarantined rows.',
      details: { quarantineId: id },
    });
  });

export interface RequeueReport {
  readonly requeued: number;
  readonly resolved: number;
  readonly stillBad: number;
  readonly says: string;
}

const unknownFeed = (row: HeldRow): RequeueResult => ({
  outcome: 'still-bad',
  code: row.code,
  says: `This version of the program does not read the feed ${row.feed}.`,
  nextStep: row.next_step,
});

/** An HTTP item that had no place in its feed: a newer program may know what it is, and then the source delivers it again. */
const requeueItem = (module: FeedModule, row: HeldRow): RequeueResult => {
  const parsed = module.parseItem(JSON.parse(row.bytes.toString('utf8')) as Readonly<Record<string, unknown>>);
  return parsed.kind === 'garbage'
    ? { outcome: 'still-bad', code: ITEM_UNUSABLE, says: parsed.says, nextStep: row.next_step }
    : {
        outcome: 'pending',
        code: ITEM_UNUSABLE,
        says: `The item can be read now: it belongs to ${parsed.path}.`,
        nextStep: 'Sync the source with “full”, which takes it.',
      };
};

/** The decisions about quarantined rows. `modules` are the feeds, by which a row is looked at again. */
export const createQuarantineWrites = (modules: readonly FeedModule[]) => {
  const byFeed = new Map(modules.map((module) => [module.feed, module]));
  return {
    /** Looks at the rows again; what can be used now is resolved, the rest stays open with what is wrong with it today. */
    'quarantine.requeue': (db: StoreDb, args: { quarantineIds: readonly string[]; by: ChangedBy }): RequeueReport => {
      const actor = actorOf(db, args.by);
      const rows = heldRows(db, args.quarantineIds);
      let resolved = 0;
      let pending = 0;
      for (const row of rows) {
        const input: QuarantineInput = {
          path: row.path,
          line: row.line,
          byteOffset: row.byte_offset,
          bytes: row.bytes,
          byteLength: row.byte_length,
          code: row.code,
          says: row.says,
          nextStep: row.next_step,
          address: row.address,
        };
        const module = byFeed.get(row.feed);
        const result =
          module === undefined
            ? unknownFeed(row)
            : row.code === ITEM_UNUSABLE
              ? requeueItem(module, row)
              : module.requeue(db, row.source_id, input, args.by.now);
        const what = result.outcome === 'resolved' ? 'resolved' : result.outcome === 'pending' ? 'requeued' : 'still-bad';
        const event = addEvent(db, {
          rowNo: row.row_no,
          at: args.by.now,
          what,
          code: result.code,
          says: result.says,
          nextStep: result.nextStep,
          member: actor,
          requestId: args.by.requestId,
        });
        db.run('UPDATE quarantine_state SET code = ?, says = ?, next_step = ?, decision_no = ? WHERE row_no = ?', [
          result.code,
          result.says,
          result.nextStep,
          event,
          row.row_no,
        ]);
        moveState(db, row, result.outcome === 'resolved' ? 'resolved' : result.outcome === 'pending' ? 'requeued' : 'open');
        if (result.outcome === 'resolved') resolved += 1;
        if (result.outcome === 'pending') pending += 1;
      }
      const stillBad = rows.length - resolved - pending;
      recordChange(db, args.by, {
        action: 'quarantine.requeue',
        subject: plural(rows.length, 'row'),
        before: rows.map((row) => ({ quarantineId: row.quarantine_id, state: row.state })),
        after: { requeued: rows.length, resolved, pending, stillBad },
        address: '/quarantine',
      });
      const parts = [
        resolved > 0 ? `${plural(resolved, 'row')} can be used now` : '',
        pending > 0 ? `${plural(pending, 'row')} will be taken by a full sync` : '',
        stillBad > 0 ? `${plural(stillBad, 'row')} still cannot be used` : '',
      ].filter((part) => part !== '');
      return { requeued: rows.length, resolved, stillBad, says: `${parts.join('; ')}.` };
    },
    /** Puts rows aside with a reason; they are kept. */
    'quarantine.dismiss': (
      db: StoreDb,
      args: { quarantineIds: readonly string[]; reason: string; by: ChangedBy },
    ): { dismissed: number } => {
      const actor = actorOf(db, args.by);
      const rows = heldRows(db, args.quarantineIds);
      for (const row of rows) {
        const event = addEvent(db, {
          rowNo: row.row_no,
          at: args.by.now,
          what: 'dismissed',
          member: actor,
          reason: args.reason,
          requestId: args.by.requestId,
        });
        db.run('UPDATE quarantine_state SET decision_no = ? WHERE row_no = ?', [event, row.row_no]);
        moveState(db, row, 'dismissed');
      }
      recordChange(db, args.by, {
        action: 'quarantine.dismiss',
        subject: plural(rows.length, 'row'),
        before: rows.map((row) => ({ quarantineId: row.quarantine_id, state: row.state })),
        after: { dismissed: rows.length, reason: args.reason },
        address: '/quarantine',
      });
      return { dismissed: rows.length };
    },
  } satisfies QueryMap;
};

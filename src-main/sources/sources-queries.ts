import type { Conservation, Source, SyncRun } from '../../src-shared/contract/sources.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { isConserved, NO_ROWS } from './feed-module.ts';
import { quarantineReads } from './quarantine-queries.ts';
import { deriveSourceName, freeSourceName, plural, type SourceKind } from './source.ts';

export type SourceState = Source['state'];
export type FeedOutcome = SyncRun['outcome'];

/** A source as the store knows it; when it runs next is the scheduler's to say. */
export type StoredSource = Omit<Source, 'nextRunAt'>;

interface SourceRow {
  readonly source_no: number;
  readonly source_id: string;
  readonly name: string;
  readonly kind: SourceKind;
  readonly location: string;
  readonly added_at: string;
  readonly state: SourceState;
  readonly schedule: string;
  readonly has_token: number;
}

interface FeedRow extends Conservation {
  readonly feed: string;
  readonly failures: number;
  readonly last_success_at: string | null;
  readonly unconserved_deliveries: number;
  readonly started_at: string | null;
  readonly outcome: FeedOutcome | null;
  readonly says: string | null;
  readonly cursor: string | null;
  readonly quarantine_open: number | null;
}

const SOURCES = `SELECT s.source_no, s.source_id, s.name, s.kind, s.location, s.added_at, t.state, t.schedule, t.has_token
  FROM sources s JOIN source_settings t USING (source_no)`;

const FEEDS = `SELECT f.feed, f.failures, f.last_success_at, f.unconserved_deliveries, f.received, f.accepted, f.duplicate, f.conflict,
    f.late, f.quarantined, r.started_at, e.outcome, e.says, e.cursor, q.rows AS quarantine_open
  FROM sync_feed_state f
  LEFT JOIN sync_runs r ON r.run_no = f.last_ended_run_no
  LEFT JOIN sync_run_ends e ON e.run_no = f.last_ended_run_no
  LEFT JOIN quarantine_counts q ON q.source_no = f.source_no AND q.feed = f.feed AND q.state = 'open'
  WHERE f.source_no = ? ORDER BY f.feed`;

const countsOf = (row: Conservation): Conservation => ({
  received: row.received,
  accepted: row.accepted,
  duplicate: row.duplicate,
  conflict: row.conflict,
  late: row.late,
  quarantined: row.quarantined,
});

const sourceOf = (db: StoreDb, row: SourceRow): StoredSource => {
  const feeds = db.all<FeedRow>(FEEDS, [row.source_no]);
  return {
    sourceId: row.source_id,
    name: row.name,
    kind: row.kind,
    location: row.location,
    state: row.state,
    addedAt: row.added_at,
    schedule: row.schedule,
    failures: Math.max(0, ...feeds.map(({ failures }) => failures)),
    hasToken: row.has_token === 1,
    feeds: feeds.map((feed) => ({
      feed: feed.feed,
      cursor: feed.cursor,
      lastRunAt: feed.started_at,
      lastSuccessAt: feed.last_success_at,
      outcome: feed.outcome ?? 'never',
      says: feed.says ?? 'Never synced to its end yet.',
      totals: countsOf(feed),
      conserved: feed.unconserved_deliveries === 0 && isConserved(feed),
      quarantineOpen: feed.quarantine_open ?? 0,
    })),
  };
};

const rowById = (db: StoreDb, sourceId: string): SourceRow | null =>
  db.get<SourceRow>(`${SOURCES} WHERE s.source_id = ?`, [sourceId]) ?? null;

const mustFind = (db: StoreDb, sourceId: string): SourceRow => {
  const row = rowById(db, sourceId);
  if (row && row.state !== 'removed') return row;
  throw row
    ? new AppError('CONFLICT', `The source ${row.name} was removed. Nothing was changed.`, {
        nextStep: 'Add it again if it should deliver; what it delivered before stays as it is.',
        details: { sourceId },
      })
    : new AppError('NOT_FOUND', 'There is no such source.', { nextStep: 'Look for it in the list of sources.', details: { sourceId } });
};

const addressOf = (name: string): string => `/settings/sources/${name}`;

export interface NewSource {
  readonly sourceId: string;
  /** null: derived from the location, and made unique. */
  readonly name: string | null;
  readonly kind: SourceKind;
  readonly location: string;
  readonly schedule: string;
  readonly hasToken: boolean;
}

export interface ScheduledSource {
  readonly sourceId: string;
  readonly name: string;
  readonly schedule: string;
  readonly addedAt: string;
  /** When the newest run of any feed began and ended; null when none ended yet. */
  readonly lastRunAt: string | null;
  readonly failures: number;
  readonly retryNotBefore: string | null;
}

export const sourcesReads = {
  ...quarantineReads,
  'sources.list': (db: StoreDb, { removed }: { removed: boolean }): StoredSource[] =>
    db.all<SourceRow>(`${SOURCES}${removed ? '' : " WHERE t.state <> 'removed'"} ORDER BY s.source_no`).map((row) => sourceOf(db, row)),
  /** By id or by name, removed ones too. */
  'sources.find': (db: StoreDb, { text }: { text: string }): StoredSource | null => {
    const row = rowById(db, text) ?? db.get<SourceRow>(`${SOURCES} WHERE s.name = ?`, [text]);
    return row ? sourceOf(db, row) : null;
  },
  /** What the scheduler needs of every active source. */
  'sources.scheduled': (db: StoreDb, _args: null): ScheduledSource[] =>
    db
      .all<{
        source_id: string;
        name: string;
        schedule: string;
        added_at: string;
        last_run_at: string | null;
        failures: number | null;
        retry_not_before: string | null;
      }>(
        `SELECT s.source_id, s.name, t.schedule, s.added_at, max(e.ended_at) AS last_run_at, max(f.failures) AS failures,
           max(f.retry_not_before) AS retry_not_before
         FROM sources s JOIN source_settings t USING (source_no)
         LEFT JOIN sync_feed_state f USING (source_no) LEFT JOIN sync_run_ends e ON e.run_no = f.last_ended_run_no
         WHERE t.state = 'active' GROUP BY s.source_no ORDER BY s.source_no`,
      )
      .map((row) => ({
        sourceId: row.source_id,
        name: row.name,
        schedule: row.schedule,
        addedAt: row.added_at,
        lastRunAt: row.last_run_at,
        failures: row.failures ?? 0,
        retryNotBefore: row.retry_not_before,
      })),
  'sources.offlineSince': (db: StoreDb, _args: null): string | null =>
    db.get<{ since: string | null }>(
      `SELECT min(f.offline_since) AS since FROM sync_feed_state f JOIN source_settings t USING (source_no) WHERE t.state = 'active'`,
    )?.since ?? null,
  /** Runs newest first, before the run numbered `before`. A run without an end runs now or was killed. */
  'sync.runs': (
    db: StoreDb,
    args: { sourceId: string | null; before: number | null; limit: number },
  ): { runs: SyncRun[]; next: number | null } => {
    const params: SqlValue[] = [args.before ?? Number.MAX_SAFE_INTEGER];
    if (args.sourceId !== null) params.push(args.sourceId);
    const rows = db.all<RunRow>(
      `SELECT r.run_no, r.run_id, s.source_id, s.name, r.feed, r.started_at, e.ended_at, e.outcome, e.says, e.conserved, e.cursor,
         e.received, e.accepted, e.duplicate, e.conflict, e.late, e.quarantined
       FROM sync_runs r JOIN sources s USING (source_no) LEFT JOIN sync_run_ends e USING (run_no)
       WHERE r.run_no < ?${args.sourceId === null ? '' : ' AND r.source_no = (SELECT source_no FROM sources WHERE source_id = ?)'}
       ORDER BY r.run_no DESC LIMIT ?`,
      [...params, args.limit + 1],
    );
    const page = rows.slice(0, args.limit);
    return { runs: page.map((row) => runOf(db, row)), next: rows.length > args.limit ? page.at(-1)!.run_no : null };
  },
} satisfies QueryMap;

interface RunRow extends Conservation {
  readonly run_no: number;
  readonly run_id: string;
  readonly source_id: string;
  readonly name: string;
  readonly feed: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: FeedOutcome | null;
  readonly says: string | null;
  readonly conserved: number | null;
  readonly cursor: string | null;
}

/** Rows, bytes and conservation of a run, from its deliveries. */
export const sumDeliveries = (
  db: StoreDb,
  runNo: number,
): { readonly counts: Conservation; readonly bytes: number; readonly deliveries: number; readonly conserved: boolean } => {
  const sum = db.get<Conservation & { bytes: number; deliveries: number; unconserved: number }>(
    `SELECT coalesce(sum(received), 0) AS received, coalesce(sum(accepted), 0) AS accepted, coalesce(sum(duplicate), 0) AS duplicate,
       coalesce(sum(conflict), 0) AS conflict, coalesce(sum(late), 0) AS late, coalesce(sum(quarantined), 0) AS quarantined,
       coalesce(sum(byte_length), 0) AS bytes, count(*) AS deliveries, coalesce(sum(1 - conserved), 0) AS unconserved
     FROM sync_deliveries WHERE run_no = ?`,
    [runNo],
  );
  if (!sum) return { counts: NO_ROWS, bytes: 0, deliveries: 0, conserved: true };
  const counts = countsOf(sum);
  return { counts, bytes: sum.bytes, deliveries: sum.deliveries, conserved: sum.unconserved === 0 && isConserved(counts) };
};

const runOf = (db: StoreDb, row: RunRow): SyncRun => {
  const ended = row.outcome !== null;
  const sum = ended ? { counts: countsOf(row), conserved: row.conserved === 1 } : sumDeliveries(db, row.run_no);
  return {
    runId: row.run_id,
    sourceId: row.source_id,
    sourceName: row.name,
    feed: row.feed,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome ?? 'never',
    says: row.says ?? 'Not ended: it runs now, or the program was stopped. What it took is kept, and the next run goes on from there.',
    counts: sum.counts,
    conserved: sum.conserved,
    cursor: row.cursor,
  };
};

interface Settings {
  readonly state: SourceState;
  readonly schedule: string;
  readonly hasToken: boolean;
}

const settingsOf = (row: SourceRow): Settings => ({ state: row.state, schedule: row.schedule, hasToken: row.has_token === 1 });

const change = (db: StoreDb, row: SourceRow, to: Partial<Settings>, action: string, by: ChangedBy, extra: object = {}): StoredSource => {
  const before = settingsOf(row);
  const after = { ...before, ...to };
  if (after.state !== before.state || after.schedule !== before.schedule || after.hasToken !== before.hasToken || 'token' in extra) {
    db.run('UPDATE source_settings SET state = ?, schedule = ?, has_token = ? WHERE source_no = ?', [
      after.state,
      after.schedule,
      after.hasToken ? 1 : 0,
      row.source_no,
    ]);
    recordChange(db, by, { action, subject: row.name, before, after: { ...after, ...extra }, address: addressOf(row.name) });
  }
  return sourceOf(db, rowById(db, row.source_id)!);
};

export const sourcesWrites = {
  /** Fails with ALREADY_EXISTS when the location is a source already, or the given name was ever used. */
  'sources.add': (db: StoreDb, args: { source: NewSource; by: ChangedBy }): StoredSource => {
    const { source } = args;
    const same = db.get<SourceRow>(`${SOURCES} WHERE s.kind = ? AND s.location = ? AND t.state <> 'removed'`, [
      source.kind,
      source.location,
    ]);
    if (same)
      throw new AppError('ALREADY_EXISTS', `This ${source.kind === 'folder' ? 'folder' : 'address'} is a source already: ${same.name}.`, {
        nextStep: `Sync ${same.name}, or remove it first.`,
        details: { name: same.name, sourceId: same.source_id },
      });
    const isTaken = (name: string): boolean => db.get('SELECT 1 AS one FROM sources WHERE name = ?', [name]) !== undefined;
    if (source.name !== null && isTaken(source.name))
      throw new AppError(
        'ALREADY_EXISTS',
        `There is, or was, another source called ${source.name}; addresses of its chains still point to it.`,
        {
          nextStep: 'Choose another name.',
          details: { name: source.name },
        },
      );
    const name = source.name ?? freeSourceName(deriveSourceName(source.kind, source.location), isTaken);
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(source_no), 0) + 1 AS next FROM sources')!;
    db.run('INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES (?, ?, ?, ?, ?, ?)', [
      next,
      source.sourceId,
      name,
      source.kind,
      source.location,
      args.by.now,
    ]);
    db.run("INSERT INTO source_settings (source_no, state, schedule, has_token) VALUES (?, 'active', ?, ?)", [
      next,
      source.schedule,
      source.hasToken ? 1 : 0,
    ]);
    recordChange(db, args.by, {
      action: 'source.add',
      subject: name,
      before: null,
      after: {
        sourceId: source.sourceId,
        kind: source.kind,
        location: source.location,
        schedule: source.schedule,
        hasToken: source.hasToken,
      },
      address: addressOf(name),
    });
    return sourceOf(db, rowById(db, source.sourceId)!);
  },
  /** `token`: 'set' or 'removed' says that the secret itself was changed; it is never here. */
  'sources.configure': (
    db: StoreDb,
    args: { sourceId: string; schedule: string | null; token: 'set' | 'removed' | null; by: ChangedBy },
  ): StoredSource => {
    const row = mustFind(db, args.sourceId);
    return change(
      db,
      row,
      { schedule: args.schedule ?? row.schedule, hasToken: args.token === null ? row.has_token === 1 : args.token === 'set' },
      'source.configure',
      args.by,
      args.token === null ? {} : { token: args.token },
    );
  },
  'sources.pause': (db: StoreDb, args: { sourceId: string; by: ChangedBy }): StoredSource =>
    change(db, mustFind(db, args.sourceId), { state: 'paused' }, 'source.pause', args.by),
  'sources.resume': (db: StoreDb, args: { sourceId: string; by: ChangedBy }): StoredSource =>
    change(db, mustFind(db, args.sourceId), { state: 'active' }, 'source.resume', args.by),
  /** Nothing it delivered is deleted. */
  'sources.remove': (db: StoreDb, args: { sourceId: string; reason: string; by: ChangedBy }): StoredSource =>
    change(db, mustFind(db, args.sourceId), { state: 'removed', hasToken: false }, 'source.remove', args.by, { reason: args.reason }),
  /** A member asked for a sync: the runs themselves are facts of their own. */
  'sources.recordSync': (db: StoreDb, args: { sources: readonly string[]; full: boolean; by: ChangedBy }): void => {
    recordChange(db, args.by, {
      action: 'sync.run',
      subject: args.sources.length === 1 ? args.sources[0]! : plural(args.sources.length, 'source'),
      before: null,
      after: { sources: args.sources, full: args.full },
      address: '/settings/sources',
    });
  },
} satisfies QueryMap;

import type { QueryMap, StoreDb } from '../store/index.ts';

/**
 * Read models over the facts of earlier rooms, for the one screen that looks at all of them. Each is bounded by days or by
 * rows and walks an index.
 */
export const overviewReads = {
  /** The newest success of each feed and UTC day since `since`, oldest first. */
  'overview.successes': (db: StoreDb, { since }: { since: string }) =>
    db.all<{ source_id: string; feed: string; at: string }>(
      `SELECT s.source_id, r.feed, MAX(e.ended_at) AS at
       FROM sync_runs r JOIN sync_run_ends e USING (run_no) JOIN sources s USING (source_no)
       WHERE r.run_no >= COALESCE((SELECT MIN(run_no) FROM sync_runs WHERE started_at >= ?), 9223372036854775807)
         AND e.outcome IN ('ok', 'nothing-new', 'changed-past', 'shrank')
       GROUP BY s.source_id, r.feed, substr(e.ended_at, 1, 10) ORDER BY at`,
      [since],
    ),
  /** What came in since a moment: runs that took something, rows, rows that went to quarantine. */
  'overview.since': (db: StoreDb, { since }: { since: string }) => {
    const runs = db.get<{ accepted: number; quarantined: number; changed: number }>(
      `SELECT COALESCE(SUM(e.accepted), 0) AS accepted, COALESCE(SUM(e.quarantined), 0) AS quarantined,
              COALESCE(SUM(e.outcome IN ('changed-past', 'shrank')), 0) AS changed
       FROM sync_run_ends e
       WHERE e.run_no >= COALESCE((SELECT MIN(run_no) FROM sync_runs WHERE started_at >= ?), 9223372036854775807)`,
      [since],
    );
    const audit = db.get<{ entries: number }>(
      `SELECT COUNT(*) AS entries FROM (SELECT line FROM audit_entries ORDER BY seq DESC LIMIT 1000) WHERE line ->> '$.at' > ?`,
      [since],
    );
    return {
      accepted: runs?.accepted ?? 0,
      quarantined: runs?.quarantined ?? 0,
      changed: runs?.changed ?? 0,
      entries: audit?.entries ?? 0,
    };
  },
  /** Facts by kind, from derived counters and keys: nothing is counted row by row. */
  'overview.factCounts': (db: StoreDb, _args: null): Record<string, number> => {
    const one = (sql: string) => db.get<{ n: number | null }>(sql)?.n ?? 0;
    return {
      receipts: one('SELECT SUM(lines) AS n FROM stream_state'),
      chains: one('SELECT MAX(chain_no) AS n FROM chains'),
      sync_runs: one('SELECT MAX(run_no) AS n FROM sync_runs'),
      quarantined: one('SELECT SUM(rows) AS n FROM quarantine_counts'),
      sources: one('SELECT MAX(source_no) AS n FROM sources'),
      members: one('SELECT COUNT(*) AS n FROM members'),
      audit: one('SELECT MAX(seq) AS n FROM audit_entries'),
    };
  },
  /** Names that may be a partner's or a person's. */
  'overview.names': (db: StoreDb, _args: null): string[] =>
    db
      .all<{ name: string }>('SELECT name FROM sources UNION SELECT location FROM sources UNION SELECT name FROM members')
      .map(({ name }) => name),
} satisfies QueryMap;

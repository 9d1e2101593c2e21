import { auditScopeSql } from '../audit/index.ts';
import { sourceScopeSql } from '../sources/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';

/** What the feeds brought on one UTC day. */
export interface IntakeDay {
  readonly date: string;
  readonly accepted: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly late: number;
  readonly quarantined: number;
}

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
         AND e.outcome IN ('ok', 'nothing-new', 'changed-past', 'shrank')${sourceScopeSql(db, 'r.source_no')}
       GROUP BY s.source_id, r.feed, substr(e.ended_at, 1, 10) ORDER BY at`,
      [since],
    ),
  /** What came in since a moment: runs that took something, rows, rows that went to quarantine. */
  'overview.since': (db: StoreDb, { since }: { since: string }) => {
    const runs = db.get<{ accepted: number; quarantined: number; changed: number }>(
      `SELECT COALESCE(SUM(e.accepted), 0) AS accepted, COALESCE(SUM(e.quarantined), 0) AS quarantined,
              COALESCE(SUM(e.outcome IN ('changed-past', 'shrank')), 0) AS changed
       FROM sync_run_ends e JOIN sync_runs r USING (run_no)
       WHERE e.run_no >= COALESCE((SELECT MIN(run_no) FROM sync_runs WHERE started_at >= ?), 9223372036854775807)${sourceScopeSql(db, 'r.source_no')}`,
      [since],
    );
    const audit = db.get<{ entries: number }>(
      `SELECT COUNT(*) AS entries FROM (SELECT line FROM audit_entries WHERE TRUE${auditScopeSql(db)} ORDER BY seq DESC LIMIT 1000) WHERE line ->> '$.at' > ?`,
      [since],
    );
    return {
      accepted: runs?.accepted ?? 0,
      quarantined: runs?.quarantined ?? 0,
      changed: runs?.changed ?? 0,
      entries: audit?.entries ?? 0,
    };
  },
  /** What the feeds brought since a moment, by UTC day of the run's end, oldest first. */
  'overview.intake': (db: StoreDb, { since }: { since: string }): IntakeDay[] =>
    db.all<IntakeDay>(
      `SELECT substr(e.ended_at, 1, 10) AS date, SUM(e.accepted) AS accepted, SUM(e.duplicate) AS duplicate, SUM(e.conflict) AS conflict,
              SUM(e.late) AS late, SUM(e.quarantined) AS quarantined
       FROM sync_run_ends e
       WHERE e.run_no >= COALESCE((SELECT MIN(run_no) FROM sync_runs WHERE started_at >= ?), 9223372036854775807)
       GROUP BY 1 HAVING SUM(e.received) > 0 ORDER BY 1`,
      [since],
    ),
  /** Rows that wait in quarantine, and how many of them came since a moment. Walks no further back than that. */
  'overview.quarantineGrowth': (db: StoreDb, { since }: { since: string }): { open: number; newlyOpen: number } => {
    const open = db.get<{ n: number | null }>(`SELECT SUM(rows) AS n FROM quarantine_counts WHERE state = 'open'`)?.n ?? 0;
    let newlyOpen = 0;
    for (const row of db.iterate<{ first_seen_at: string; state: string }>(
      'SELECT first_seen_at, state FROM quarantine_state ORDER BY row_no DESC',
    )) {
      if (row.first_seen_at < since) break;
      if (row.state === 'open') newlyOpen += 1;
    }
    return { open, newlyOpen };
  },
  /**
   * How far what is shown of usage lags behind what came in, and what the last recount found. Events are in their totals in
   * the transaction that takes them; the standing of a tenant is made from the totals a moment later, and that is what lags.
   */
  'overview.metering': (db: StoreDb, _args: null): { waitingSince: string | null; deviationBp: number | null } => ({
    waitingSince:
      db.get<{ at: string | null }>(
        `SELECT CASE WHEN EXISTS (SELECT 1 FROM usage_stale_standings) THEN (SELECT at FROM usage_batches ORDER BY batch_no DESC LIMIT 1) END AS at`,
      )?.at ?? null,
    deviationBp:
      db.get<{ bp: number | null }>(`SELECT body ->> '$.worstBp' AS bp FROM usage_validations ORDER BY validation_no DESC LIMIT 1`)
        ?.bp ?? null,
  }),
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

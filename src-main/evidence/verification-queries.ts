import type { QueryMap, StoreDb } from '../store/index.ts';
import type { StoredKind } from './artifact-roles.ts';
import { refreshStanding } from './artifact-store.ts';
import type { Standing } from './judge.ts';
import { EVIDENCE_RULES } from './standing-options.ts';

/** What is due to be verified, and what was found. */

export interface DueContent {
  readonly contentNo: number;
  readonly kind: StoredKind;
  readonly byteLength: number;
}

/** A judgement as the store keeps it. */
export interface FoundStanding extends Pick<
  Standing,
  'verdict' | 'label' | 'message' | 'field' | 'gates' | 'strictness' | 'options' | 'stale' | 'holdsUntil'
> {
  readonly contentNo: number;
}

/** Records a verification and derives again how the artifacts with this content stand. Runs inside a write. */
export function recordStanding(db: StoreDb, contentNo: number, found: Omit<FoundStanding, 'contentNo'>, judgedAt: string): void {
  db.run(
    `INSERT INTO evidence_verifications
       (verification_no, content_no, judged_at, rule_version, options, verdict, label, message, field, gates, strictness, stale, holds_until)
     VALUES ((SELECT coalesce(max(verification_no), 0) + 1 FROM evidence_verifications), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      contentNo,
      judgedAt,
      EVIDENCE_RULES,
      JSON.stringify(found.options),
      found.verdict,
      found.label,
      found.message?.toWellFormed() ?? null,
      found.field?.toWellFormed() ?? null,
      JSON.stringify(found.gates),
      JSON.stringify(found.strictness),
      found.stale ? 1 : 0,
      found.holdsUntil,
    ],
  );
  for (const { artifact_no } of db.all<{ artifact_no: number }>('SELECT DISTINCT artifact_no FROM evidence_standing WHERE content_no = ?', [
    contentNo,
  ]))
    refreshStanding(db, artifact_no);
}

const DUE = `FROM evidence_standing st JOIN evidence_contents c USING (content_no)
  LEFT JOIN evidence_verifications f USING (verification_no)
  WHERE st.kind <> 'committee-packet'`;

export const verificationReads = {
  /**
   * Contents that count now and were never verified, were verified under earlier rules, or whose verdict time has changed
   * by `now`; with `artifactIds`, those of these artifacts in any case.
   */
  'evidence.due': (
    db: StoreDb,
    { now, artifactIds, limit }: { now: string; artifactIds: readonly string[] | null; limit: number },
  ): DueContent[] => {
    const params = artifactIds === null ? [EVIDENCE_RULES, now, limit] : [JSON.stringify(artifactIds), limit];
    const which =
      artifactIds === null
        ? '(f.verification_no IS NULL OR f.rule_version <> ? OR f.holds_until <= ?)'
        : 'st.artifact_no IN (SELECT artifact_no FROM evidence_artifacts WHERE artifact_id IN (SELECT value FROM json_each(?)))';
    return db
      .all<{ content_no: number; kind: StoredKind; byte_length: number }>(
        `SELECT DISTINCT st.content_no, st.kind, length(c.bytes) AS byte_length ${DUE} AND ${which} ORDER BY st.content_no LIMIT ?`,
        params,
      )
      .map((row) => ({ contentNo: row.content_no, kind: row.kind, byteLength: row.byte_length }));
  },
  /** When the next verdict changes by time alone; null where none does. */
  'evidence.nextDue': (db: StoreDb, _args: null): string | null =>
    db.get<{ at: string | null }>('SELECT min(holds_until) AS at FROM evidence_standing WHERE holds_until IS NOT NULL')?.at ?? null,
} satisfies QueryMap;

export const verificationWrites = {
  /** Returns the months whose evidence changed its verdict. */
  'evidence.record': (
    db: StoreDb,
    { found, judgedAt }: { found: readonly FoundStanding[]; judgedAt: string },
  ): { changed: number; months: string[] } => {
    let changed = 0;
    const months = new Set<string>();
    for (const standing of found) {
      const before = db.get<{ verdict: string | null }>('SELECT verdict FROM evidence_standing WHERE content_no = ? LIMIT 1', [
        standing.contentNo,
      ]);
      recordStanding(db, standing.contentNo, standing, judgedAt);
      if (before?.verdict === standing.verdict) continue;
      changed += 1;
      const month = db.get<{ month: string | null }>('SELECT month FROM evidence_contents WHERE content_no = ?', [
        standing.contentNo,
      ])?.month;
      if (month) months.add(month);
    }
    return { changed, months: [...months].sort() };
  },
} satisfies QueryMap;

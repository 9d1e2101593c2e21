import type { QueryMap, StoreDb } from '../store/index.ts';
import { ARTIFACT_ROLES, type ArtifactRole, LASTING_ROLES, MONTHLESS_ROLES } from './artifact-roles.ts';

/** Which artifacts a month is judged and computed from. Later rooms call these inside their own queries. */

/** The newest version of an artifact that counts for a month. */
export interface MonthArtifact {
  readonly artifactId: string;
  /** Its path below the source's evidence folder, or the file name of what was made or added here. */
  readonly name: string;
  readonly sha256: string;
  /** ISO 8601 UTC; null where the artifact states no time that can be read. */
  readonly capturedAt: string | null;
  /** The month it speaks of (YYYY-MM); it may be an earlier one where the role lasts. */
  readonly month: string | null;
  readonly arrivedAt: string;
  /** Null for what was made or added here. */
  readonly sourceName: string | null;
}

export type MonthArtifacts = Readonly<Record<ArtifactRole, MonthArtifact | null>>;

interface Row {
  readonly artifact_id: string;
  readonly name: string;
  readonly sha256: string;
  readonly captured_at: string | null;
  readonly month: string | null;
  readonly arrived_at: string;
  readonly source_name: string | null;
}

const SELECT = `SELECT a.artifact_id, a.name, c.sha256, st.captured_at, st.month, v.arrived_at, s.name AS source_name
  FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no) JOIN evidence_contents c USING (content_no)
  JOIN evidence_versions v USING (version_no) LEFT JOIN sources s USING (source_no)`;

// What was captured last counts; of two captured in one moment, the one that came last.
const NEWEST = 'ORDER BY st.captured_at DESC, st.version_no DESC LIMIT 1';

const artifactOf = (row: Row): MonthArtifact => ({
  artifactId: row.artifact_id,
  name: row.name,
  sha256: row.sha256,
  capturedAt: row.captured_at,
  month: row.month,
  arrivedAt: row.arrived_at,
  sourceName: row.source_name,
});

/**
 * For each role the newest artifact that speaks of the month (YYYY-MM); for roles that last where there is none, and for
 * roles that have no month, the newest one captured at or before `asOf` (ISO 8601 UTC).
 */
export function artifactsForMonth(db: StoreDb, month: string, asOf: string): MonthArtifacts {
  const ofMonth = (role: ArtifactRole) => db.get<Row>(`${SELECT} WHERE st.kind = ? AND st.month = ? ${NEWEST}`, [role, month]);
  const newest = (role: ArtifactRole) => db.get<Row>(`${SELECT} WHERE st.kind = ? AND st.captured_at <= ? ${NEWEST}`, [role, asOf]);
  const entries = ARTIFACT_ROLES.map((role): [ArtifactRole, MonthArtifact | null] => {
    const row = MONTHLESS_ROLES.has(role) ? newest(role) : (ofMonth(role) ?? (LASTING_ROLES.has(role) ? newest(role) : undefined));
    return [role, row === undefined ? null : artifactOf(row)];
  });
  return Object.fromEntries(entries) as unknown as MonthArtifacts;
}

/** The bytes as they came; null where no artifact has this SHA-256. */
export const readContent = (db: StoreDb, sha256: string): Uint8Array | null =>
  db.get<{ bytes: Uint8Array }>('SELECT bytes FROM evidence_contents WHERE sha256 = ?', [sha256])?.bytes ?? null;

/** Months (YYYY-MM) that guardrails, telemetry or decisions speak of, oldest first. */
export const monthsWithEvidence = (db: StoreDb): string[] =>
  db
    .all<{ month: string }>(
      `SELECT DISTINCT month FROM evidence_standing
       WHERE month IS NOT NULL AND kind IN ('finance-guardrails', 'finance-telemetry', 'policy-decisions') ORDER BY month`,
    )
    .map(({ month }) => month);

export const artifactReads = {
  'evidence.forMonth': (db: StoreDb, { month, asOf }: { month: string; asOf: string }): MonthArtifacts =>
    artifactsForMonth(db, month, asOf),
  'evidence.content': (db: StoreDb, { sha256 }: { sha256: string }): Uint8Array | null => readContent(db, sha256),
  'evidence.monthsWithEvidence': (db: StoreDb, _args: null): string[] => monthsWithEvidence(db),
} satisfies QueryMap;

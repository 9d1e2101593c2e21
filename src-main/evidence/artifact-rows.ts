import type { ArtifactState, EvidenceArtifact } from '../../src-shared/contract/evidence.ts';
import type { StoreDb } from '../store/index.ts';
import type { StoredKind } from './artifact-roles.ts';

/** The row that lists show: an artifact by its newest version. */
export interface ArtifactRow {
  readonly artifact_no: number;
  readonly artifact_id: string;
  readonly kind: StoredKind;
  readonly name: string;
  readonly origin: 'source' | 'made' | 'imported';
  readonly source_name: string | null;
  readonly month: string | null;
  readonly window_label: string | null;
  readonly captured_at: string | null;
  readonly arrived_at: string;
  readonly sha256: string;
  readonly byte_length: number;
  readonly versions: number;
  readonly version_no: number;
  readonly verdict: 'pass' | 'fail' | null;
  readonly stale: number | null;
  readonly message: string | null;
  readonly judged_at: string | null;
  readonly holds_until: string | null;
  readonly strictness: number | null;
}

export const ARTIFACT_ROWS = `SELECT a.artifact_no, a.artifact_id, st.kind, a.name, a.origin, s.name AS source_name, st.month, c.window_label,
    st.captured_at, v.arrived_at, c.sha256, length(c.bytes) AS byte_length, st.versions, st.version_no, st.verdict, st.stale, f.message,
    f.judged_at, st.holds_until, json_array_length(f.strictness) AS strictness
  FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no) JOIN evidence_contents c ON c.content_no = st.content_no
  JOIN evidence_versions v ON v.version_no = st.version_no LEFT JOIN sources s USING (source_no)
  LEFT JOIN evidence_verifications f ON f.verification_no = st.verification_no`;

export const stateOf = (verdict: 'pass' | 'fail' | null, stale: number | null): ArtifactState =>
  verdict === null ? 'none' : verdict === 'fail' && stale === 1 ? 'stale' : verdict;

export const artifactAddress = (artifactId: string): string => `/evidence/artifact/${artifactId}`;

export const artifactRowOf = (row: ArtifactRow): EvidenceArtifact => ({
  artifactId: row.artifact_id,
  kind: row.kind,
  name: row.name,
  origin: row.origin,
  sourceName: row.source_name,
  month: row.month,
  windowLabel: row.window_label,
  capturedAt: row.captured_at,
  arrivedAt: row.arrived_at,
  sha256: row.sha256,
  bytes: row.byte_length,
  versions: row.versions,
  state: stateOf(row.verdict, row.stale),
  message: row.message,
  judgedAt: row.judged_at,
  holdsUntil: row.holds_until,
  strictness: row.strictness ?? 0,
  address: artifactAddress(row.artifact_id),
});

export const artifactRow = (db: StoreDb, artifactId: string): ArtifactRow | null =>
  db.get<ArtifactRow>(`${ARTIFACT_ROWS} WHERE st.current = 1 AND a.artifact_id = ?`, [artifactId]) ?? null;

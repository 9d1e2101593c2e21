import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { StoreDb } from '../store/index.ts';
import type { StoredKind } from './artifact-roles.ts';
import { type ContentFacts, contentFacts } from './content-facts.ts';
import { readJson } from './reference/read-json.ts';
import { isObject } from './reference/value.ts';
import { Refusal } from './verdict.ts';

/** Keeps artifacts: each content once, each version of each place that delivers them. Runs inside a write. */

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where an artifact comes from: a path at a source, or a name among what was made or added here. */
export type ArtifactPlace =
  | { readonly origin: 'source'; readonly sourceId: string; readonly name: string }
  | { readonly origin: 'made' | 'imported'; readonly name: string };

/** First 32 hex of SHA-256 over the place; stands in addresses, the same on every machine that reads the same source. */
export const artifactIdOf = (place: ArtifactPlace): string =>
  sha256Of(
    Buffer.from(canonicalize([place.origin, place.origin === 'source' ? place.sourceId : null, place.name.toWellFormed()])!, 'utf8'),
  ).slice(0, 32);

export const hasArtifact = (db: StoreDb, artifactId: string): boolean =>
  db.get('SELECT 1 AS one FROM evidence_artifacts WHERE artifact_id = ?', [artifactId]) !== undefined;

export interface NewVersion {
  readonly place: ArtifactPlace;
  readonly bytes: Uint8Array;
  readonly kind: StoredKind;
  readonly facts: ContentFacts;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly runId: string | null;
  readonly memberId: string | null;
}

export interface StoredVersion {
  readonly artifactId: string;
  readonly artifactNo: number;
  readonly contentNo: number;
  readonly sha256: string;
  readonly versionNo: number;
  /** False where the artifact's newest version has these bytes already: nothing was stored. */
  readonly isNew: boolean;
}

const nextOf = (db: StoreDb, table: string, column: string): number =>
  db.get<{ next: number }>(`SELECT coalesce(max(${column}), 0) + 1 AS next FROM ${table}`)!.next;

const ensureContent = (db: StoreDb, { bytes, kind, facts }: NewVersion, sha256: string): number => {
  const known = db.get<{ content_no: number }>('SELECT content_no FROM evidence_contents WHERE sha256 = ?', [sha256]);
  if (known !== undefined) return known.content_no;
  const contentNo = nextOf(db, 'evidence_contents', 'content_no');
  db.run(
    `INSERT INTO evidence_contents (content_no, sha256, bytes, kind, month, window_label, window_start, window_end, captured_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [contentNo, sha256, bytes, kind, facts.month, facts.windowLabel, facts.windowStart, facts.windowEnd, facts.capturedAt],
  );
  return contentNo;
};

const ensureArtifact = (db: StoreDb, { place, kind, now }: NewVersion): { readonly artifactId: string; readonly artifactNo: number } => {
  const artifactId = artifactIdOf(place);
  const known = db.get<{ artifact_no: number }>('SELECT artifact_no FROM evidence_artifacts WHERE artifact_id = ?', [artifactId]);
  if (known !== undefined) return { artifactId, artifactNo: known.artifact_no };
  const artifactNo = nextOf(db, 'evidence_artifacts', 'artifact_no');
  db.run(
    `INSERT INTO evidence_artifacts (artifact_no, artifact_id, origin, source_no, name, kind, first_seen_at)
     VALUES (?, ?, ?, (SELECT source_no FROM sources WHERE source_id = ?), ?, ?, ?)`,
    [artifactNo, artifactId, place.origin, place.origin === 'source' ? place.sourceId : null, place.name.toWellFormed(), kind, now],
  );
  return { artifactId, artifactNo };
};

/** Adds a version, unless the newest one has the same bytes. What the artifact stands for now follows in the same step. */
export function storeVersion(db: StoreDb, version: NewVersion): StoredVersion {
  const sha256 = sha256Of(version.bytes);
  const { artifactId, artifactNo } = ensureArtifact(db, version);
  const newest = db.get<{ version_no: number; content_no: number; sha256: string }>(
    `SELECT v.version_no, v.content_no, c.sha256 FROM evidence_versions v JOIN evidence_contents c USING (content_no)
     WHERE v.artifact_no = ? ORDER BY v.version_no DESC LIMIT 1`,
    [artifactNo],
  );
  if (newest?.sha256 === sha256)
    return { artifactId, artifactNo, contentNo: newest.content_no, sha256, versionNo: newest.version_no, isNew: false };
  const contentNo = ensureContent(db, version, sha256);
  const versionNo = nextOf(db, 'evidence_versions', 'version_no');
  db.run('INSERT INTO evidence_versions (version_no, artifact_no, content_no, arrived_at, run_id, member_id) VALUES (?, ?, ?, ?, ?, ?)', [
    versionNo,
    artifactNo,
    contentNo,
    version.now,
    version.runId,
    version.memberId,
  ]);
  refreshStanding(db, artifactNo);
  return { artifactId, artifactNo, contentNo, sha256, versionNo, isNew: true };
}

/**
 * Derives again how an artifact stands, from its newest version of each month and the newest verification of that content.
 * A file that is called a template is shown and verified, but speaks of no month: it must never count as the month's own.
 */
export function refreshStanding(db: StoreDb, artifactNo: number): void {
  db.run('DELETE FROM evidence_standing WHERE artifact_no = ?', [artifactNo]);
  db.run(
    `INSERT INTO evidence_standing
       (artifact_no, version_no, content_no, current, versions, kind, month, captured_at, verification_no, verdict, stale, holds_until)
     SELECT v.artifact_no, v.version_no, v.content_no, v.version_no = (SELECT max(version_no) FROM evidence_versions WHERE artifact_no = @artifactNo),
       (SELECT count(*) FROM evidence_versions WHERE artifact_no = @artifactNo), c.kind, CASE WHEN a.is_template THEN NULL ELSE c.month END, CASE WHEN a.is_template THEN NULL ELSE c.captured_at END,
       f.verification_no, f.verdict, f.stale, f.holds_until
     FROM evidence_versions v JOIN evidence_contents c USING (content_no)
     JOIN (SELECT name GLOB '*TEMPLATE*' AS is_template FROM evidence_artifacts WHERE artifact_no = @artifactNo) a
     LEFT JOIN evidence_verifications f ON f.verification_no =
       (SELECT max(verification_no) FROM evidence_verifications WHERE content_no = v.content_no)
     WHERE v.version_no IN (
       SELECT max(v.version_no) FROM evidence_versions v JOIN evidence_contents c USING (content_no)
       WHERE v.artifact_no = @artifactNo GROUP BY c.kind, c.month)`,
    { artifactNo },
  );
}

/** Builds all standings from the facts, to the same rows. */
export function rebuildStandings(db: StoreDb): void {
  db.run('DELETE FROM evidence_standing');
  for (const { artifact_no } of db.all<{ artifact_no: number }>('SELECT artifact_no FROM evidence_artifacts ORDER BY artifact_no'))
    refreshStanding(db, artifact_no);
}

/** The facts of a document that is to be stored. Throws a Refusal where the bytes are no JSON object. */
export const factsOfBytes = (kind: StoredKind, bytes: Uint8Array): ContentFacts => {
  const { value } = readJson(bytes);
  if (!isObject(value)) throw new Refusal('The artifact must be a JSON object.');
  return contentFacts(kind, value);
};

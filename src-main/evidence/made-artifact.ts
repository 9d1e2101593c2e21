import type { StoreDb } from '../store/index.ts';
import type { StoredKind } from './artifact-roles.ts';
import { factsOfBytes, storeVersion } from './artifact-store.ts';
import { judgeStanding } from './judge.ts';
import { recordStanding } from './verification-queries.ts';

export interface MadeArtifact {
  readonly kind: StoredKind;
  /** File name; a second document of one name is a new version of the first. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly memberId: string | null;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** `imported`: added as it came from elsewhere; `made`, unless it is given. */
  readonly origin?: 'made' | 'imported';
}

export interface StoredArtifact {
  readonly artifactId: string;
  readonly sha256: string;
  readonly versionNo: number;
  /** False where the newest version of that name has these bytes already. */
  readonly isNew: boolean;
}

/** Larger documents wait for a compute thread: the writer has other writes to do. */
const JUDGED_AT_ONCE_BYTES = 128 * 1024;

/**
 * Stores a document that was made here and verifies it, inside the caller's write; the caller records the change in the
 * audit log. The same bytes under the same name are not stored twice. Throws a Refusal where the bytes are no JSON object.
 */
export function storeMadeArtifact(db: StoreDb, { kind, name, bytes, memberId, now, origin = 'made' }: MadeArtifact): StoredArtifact {
  const { artifactId, contentNo, sha256, versionNo, isNew } = storeVersion(db, {
    place: { origin, name },
    bytes,
    kind,
    facts: factsOfBytes(kind, bytes),
    now,
    runId: null,
    memberId,
  });
  if (isNew && bytes.length <= JUDGED_AT_ONCE_BYTES) {
    const standing = judgeStanding(kind, bytes, now);
    if (standing !== null) recordStanding(db, contentNo, standing, now);
  }
  return { artifactId, sha256, versionNo, isNew };
}

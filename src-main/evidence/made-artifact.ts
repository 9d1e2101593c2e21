import type { StoreDb } from '../store/index.ts';
import type { StoredKind } from './artifact-roles.ts';
import { factsOfBytes, storeVersion } from './artifact-store.ts';

export interface MadeArtifact {
  readonly kind: StoredKind;
  /** File name; a second document of one name is a new version of the first. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly memberId: string | null;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/**
 * Stores a document that was made here, inside the caller's write; the caller records the change in the audit log. The same
 * bytes under the same name are not stored twice. Throws a Refusal where the bytes are no JSON object.
 */
export function storeMadeArtifact(
  db: StoreDb,
  { kind, name, bytes, memberId, now }: MadeArtifact,
): { readonly artifactId: string; readonly sha256: string; readonly versionNo: number } {
  const { artifactId, sha256, versionNo } = storeVersion(db, {
    place: { origin: 'made', name },
    bytes,
    kind,
    facts: factsOfBytes(kind, bytes),
    now,
    runId: null,
    memberId,
  });
  return { artifactId, sha256, versionNo };
}

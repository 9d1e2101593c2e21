import { artifactsForMonth, storeMadeArtifact } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { gatherSources, REQUIRED_ROLES } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import type { ReferencePacket } from './reference-packet.ts';

/**
 * The guardrails are made from telemetry and assumptions, so whoever builds a month's packet makes them too: kept as an
 * artifact, they are what the gates judge. Guardrails that a source delivered are never replaced by a mere building: where
 * they say something else than the packet, that is a finding.
 */

/** Makes the guardrails of a month that has telemetry and assumptions and none yet. Whether it made any. */
export function makeMissingGuardrails(db: StoreDb, gates: GatesSeam, { month, by }: { month: string; by: ChangedBy }): boolean {
  const found = artifactsForMonth(db, month, by.now);
  if (found['finance-guardrails'] !== null || REQUIRED_ROLES.some((role) => found[role] === null)) return false;
  const { reference } = gatherSources(db, gates, month, by.now);
  return reference !== null && keepGuardrails(db, reference, month, by);
}

/** A version of the guardrails made here, of what the reference packet says. Whether it is a new one. */
export function keepGuardrails(db: StoreDb, { files: [guardrails] }: ReferencePacket, month: string, by: ChangedBy): boolean {
  const { artifactId, sha256, isNew } = storeMadeArtifact(db, {
    kind: 'finance-guardrails',
    name: guardrails.name,
    bytes: guardrails.bytes,
    memberId: by.memberId,
    now: by.now,
  });
  if (isNew)
    recordChange(db, by, {
      action: 'packet.makeGuardrails',
      subject: month,
      before: null,
      after: { artifactId, sha256 },
      address: `/evidence/artifact/${artifactId}`,
    });
  return isNew;
}

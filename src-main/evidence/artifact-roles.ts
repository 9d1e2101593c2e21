import { ARTIFACT_KINDS } from './verdict.ts';

/** What an artifact is for: the kinds that a verifier judges, and the assumptions a packet is computed from. */
export const ARTIFACT_ROLES = [...ARTIFACT_KINDS, 'finance-assumptions'] as const;
export type ArtifactRole = (typeof ARTIFACT_ROLES)[number];

/** All that is stored: a packet made elsewhere is kept too, but there is nothing in it to verify. */
export const STORED_KINDS = [...ARTIFACT_ROLES, 'committee-packet'] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

export const isArtifactRole = (kind: string): kind is ArtifactRole => (ARTIFACT_ROLES as readonly string[]).includes(kind);

/**
 * Artifacts that speak of no month of their own, or go on counting after it: where a month has none, the newest one that
 * was captured by then counts. Guardrails and telemetry of another month never do.
 */
export const LASTING_ROLES: ReadonlySet<ArtifactRole> = new Set<ArtifactRole>([
  'policy-decisions',
  'pricing-benchmarks',
  'stress',
  'failure-injection',
  'disposition-register',
  'key-rotation-drill',
  'finance-assumptions',
]);

/** A kind as it stands in a sentence. */
export const KIND_NAMES: Readonly<Record<StoredKind, string>> = {
  'finance-guardrails': 'Finance guardrails',
  'finance-telemetry': 'Finance telemetry',
  'pricing-benchmarks': 'Pricing benchmarks',
  'policy-decisions': 'Policy decisions',
  stress: 'Stress test',
  'failure-injection': 'Failure injection',
  'disposition-register': 'Disposition register',
  'key-rotation-drill': 'Key rotation drill',
  'finance-assumptions': 'Finance assumptions',
  'committee-packet': 'Committee packet',
};

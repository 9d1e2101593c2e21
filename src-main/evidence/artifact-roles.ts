import { ARTIFACT_KINDS } from './verdict.ts';

/** What an artifact is for: the kinds that a verifier judges, and the assumptions a packet is computed from. */
export const ARTIFACT_ROLES = [...ARTIFACT_KINDS, 'finance-assumptions'] as const;
export type ArtifactRole = (typeof ARTIFACT_ROLES)[number];

/** All that is stored: a packet made elsewhere is kept too, but there is nothing in it to verify. */
export const STORED_KINDS = [...ARTIFACT_ROLES, 'committee-packet'] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

export const isArtifactRole = (kind: string): kind is ArtifactRole => (ARTIFACT_ROLES as readonly string[]).includes(kind);

/** Artifacts of a month that go on counting after it: where a month has none of its own, the newest one captured by then. */
export const LASTING_ROLES: ReadonlySet<ArtifactRole> = new Set<ArtifactRole>(['policy-decisions', 'finance-assumptions']);

/**
 * Artifacts that speak of no month at all: the newest one counts for every month. The month in which one was captured says
 * nothing of what it is for: the load test of today belongs to the gate run of today, whichever month that judges.
 */
export const MONTHLESS_ROLES: ReadonlySet<ArtifactRole> = new Set<ArtifactRole>([
  'pricing-benchmarks',
  'stress',
  'failure-injection',
  'disposition-register',
  'key-rotation-drill',
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

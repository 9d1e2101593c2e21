import type { EvidenceOptions } from './verify-artifact.ts';
import type { ArtifactKind } from './verdict.ts';

/** Changes when a rule changes: what was verified under an earlier one is verified again. */
export const EVIDENCE_RULES = 'evidence/1';

const HOURS_OF_CAPTURE = { maxArtifactAgeHours: 744 } as const;
const HOURS_OF_DRILL = { maxArtifactAgeHours: 48 } as const;

/** The options by which the standing verdict of an artifact is given: the defaults of the release gate (contract A.9). */
export const STANDING_OPTIONS = {
  'finance-guardrails': HOURS_OF_CAPTURE,
  'finance-telemetry': HOURS_OF_CAPTURE,
  'pricing-benchmarks': { maxSourceAgeDays: 120 },
  'policy-decisions': HOURS_OF_CAPTURE,
  stress: HOURS_OF_DRILL,
  'failure-injection': HOURS_OF_DRILL,
  'disposition-register': { maxAgeDays: 45, maxReviewWindowDays: 120 },
  'key-rotation-drill': { maxAgeDays: 120 },
} as const satisfies { readonly [K in ArtifactKind]: EvidenceOptions<K> };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Lengths of time, ms, by which a time that stands in an artifact may lie apart from the moment at which it changes the
 * verdict: an age limit after it, or the reach of a review before it.
 */
export const TIME_REACHES: Readonly<Record<ArtifactKind, readonly number[]>> = {
  'finance-guardrails': [744 * HOUR],
  'finance-telemetry': [744 * HOUR],
  'pricing-benchmarks': [120 * DAY],
  'policy-decisions': [744 * HOUR],
  stress: [48 * HOUR],
  'failure-injection': [48 * HOUR],
  'disposition-register': [45 * DAY, DAY, -120 * DAY],
  'key-rotation-drill': [120 * DAY, DAY, -300_000],
};

/** The limit in words; a capture of a finance artifact counts for 31 days. */
export const LIMIT_WORDS: Readonly<Record<ArtifactKind, string>> = {
  'finance-guardrails': '744 hours (31 days) after capture',
  'finance-telemetry': '744 hours (31 days) after capture',
  'pricing-benchmarks': '120 days after its oldest source was read',
  'policy-decisions': '744 hours (31 days) after capture',
  stress: '48 hours after capture',
  'failure-injection': '48 hours after capture',
  'disposition-register': '45 days after capture; reviews at most 120 days ahead',
  'key-rotation-drill': '120 days after the drill',
};

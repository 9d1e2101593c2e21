/** Evidence: artifacts read and verified as the reference does, the finance formulas, and what artifacts say of each other. */
export {
  type ComparedArtifact,
  CONSISTENCY_CODES,
  type ConsistencyCode,
  type ConsistencyFigure,
  type ConsistencyFinding,
  consistencyFindings,
  type ConsistencyInput,
  type ConsistencyRole,
  type ConsistencySeverity,
  type FigureValue,
} from './consistency.ts';
export { type ComparedMonth, findInconsistencies } from './consistency-queries.ts';
export { artifactsForMonth, type MonthArtifact, type MonthArtifacts, monthsWithEvidence, readContent } from './artifact-queries.ts';
export {
  ARTIFACT_ROLES,
  type ArtifactRole,
  KIND_NAMES,
  LASTING_ROLES,
  MONTHLESS_ROLES,
  STORED_KINDS,
  type StoredKind,
} from './artifact-roles.ts';
export { evidenceFeed } from './evidence-feed.ts';
export { evidenceReads, evidenceTasks, evidenceWrites } from './evidence-parts.ts';
export { createEvidenceService, type EvidenceDeps, type EvidenceService, type EvidenceStore } from './evidence-service.ts';
export { type Judgement, judge, judgeStanding } from './judge.ts';
export { type MadeArtifact, type StoredArtifact, storeMadeArtifact } from './made-artifact.ts';
export { type MadeDocument, makeDocument, makerOf } from './make/make-artifact.ts';
export { documentBytes, isPlainObject, type Plain, type PlainObject, setAtPointer } from './make/plain-document.ts';
export { LIMIT_WORDS, STANDING_OPTIONS } from './standing-options.ts';
export { createEvidenceClock, type VerifiedEvidence } from './verification-service.ts';
export {
  type Assumptions,
  type FinanceThresholds,
  type MonthClose,
  readAssumptions,
  readScenarioModels,
  readTcoInputs,
} from './finance/assumptions.ts';
export {
  blendedMarginPercent,
  discountImpactPercent,
  type FinanceTotals,
  financeTotals,
  hostedAgainstSelfHosted,
  type HostedAgainstSelfHosted,
  p95PercentOfMrr,
  roundedTotals,
  stressMarginPercent,
  type TcoInputs,
} from './finance/finance-summary.ts';
export {
  computeMonth,
  FINANCE_GATES,
  type FinanceGate,
  type FinanceMetrics,
  type MonthFigures,
  type MonthTier,
  scenarioBases,
} from './finance/month-figures.ts';
export { type CostPercentiles, percentileLinear, tenantCostPercentiles } from './finance/percentile.ts';
export {
  type ScenarioBase,
  type ScenarioMultipliers,
  scenarioRow,
  type ScenarioRow,
  type ScenarioTier,
  scenarioTiers,
} from './finance/scenarios.ts';
export { readTelemetryInputs, type TelemetryInputs, type TelemetryTier } from './finance/telemetry-inputs.ts';
export { type ByPaidTier, byPaidTier, PAID_TIERS, type PaidTier } from './finance/tiers.ts';
export { Fields } from './reference/fields.ts';
export { toFloat } from './reference/numbers.ts';
export { readJson } from './reference/read-json.ts';
export { pyRound } from './reference/round.ts';
export { instantText, type Micros, readInstant } from './reference/timestamps.ts';
export { isArray, isObject, type ObjectValue, type Value } from './reference/value.ts';
export { type CsvCell, writeReferenceCsv } from './reference/write-csv.ts';
export { type Writable, writeReferenceJson } from './reference/write-json.ts';
export { FAILURE_SCENARIOS, failureGate } from './kinds/failure-injection.ts';
export { isNotes, notesFields } from './kinds/key-rotation-notes.ts';
export { STRESS_LIMITS } from './kinds/stress.ts';
export { type EvidenceInputs } from './kinds/verifier.ts';
export { type ArtifactKind, type EvidenceKind, type EvidenceVerdict, type GateResult, Refusal } from './verdict.ts';
export { type EvidenceOptions, verifyEvidence } from './verify-artifact.ts';

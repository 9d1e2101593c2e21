/** Gates: what a release is decided by. */
export { type GivenArtifact, type GivenArtifacts } from './gate-artifacts.ts';
export { type CatalogueGate, GATE_CATALOGUE, GATE_GROUPS, gateById, type GateGroup, type GateSource } from './gate-catalogue.ts';
export { GATE_ROLES, type GateLimit, type GateRole } from './gate-flags.ts';
export { defaultGatePlan, type GateEnvironment, type GateFlags, type GatePlan, parseGateOptions } from './gate-options.ts';
export { GATE_RULES, type GateArtifact, type GateDecision, type GateLine, type GateRun, runReleaseGate } from './release-gate.ts';
export { type GateState } from './gate-states.ts';
export { freezesMotions } from './freeze.ts';
export { freezeState } from './freeze-queries.ts';
export { monthName } from './gate-numbers.ts';
export { lineText, runSays } from './gate-words.ts';
export { gatesReads, gatesWrites } from './gates-parts.ts';
export { createGatesService, type GatesService, type GatesServiceOptions } from './gates-service.ts';
export { newestMonth, type RunDraft, type RunInput } from './judge-month.ts';
export { type RunFinding } from './policy-findings.ts';
export { latestRun, runAddress, runById, runByNumber, type StoredRun } from './run-queries.ts';
export { type ThresholdsVersion } from './thresholds.ts';
export { storedThresholds, thresholdsFor } from './thresholds-queries.ts';

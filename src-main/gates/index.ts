/** Gates: what a release is decided by. */
export { type GivenArtifact, type GivenArtifacts } from './gate-artifacts.ts';
export { type CatalogueGate, GATE_CATALOGUE, GATE_GROUPS, gateById, type GateGroup, type GateSource } from './gate-catalogue.ts';
export { GATE_ROLES, type GateLimit, type GateRole } from './gate-flags.ts';
export { defaultGatePlan, type GateEnvironment, type GateFlags, type GatePlan, parseGateOptions } from './gate-options.ts';
export { GATE_RULES, type GateArtifact, type GateDecision, type GateLine, type GateRun, runReleaseGate } from './release-gate.ts';
export { type GateState } from './gate-states.ts';

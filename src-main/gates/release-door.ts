/** The narrow door of the room, for a run over files: behind it stand no database and no contract. */
export { type GivenArtifact, type GivenArtifacts } from './gate-artifacts.ts';
export { GATE_CATALOGUE } from './gate-catalogue.ts';
export { type GatePlan, parseGateOptions } from './gate-options.ts';
export { type GateLine, type GateRun, runReleaseGate } from './release-gate.ts';

import { DISPOSITION, FAILURES, ROTATION, STRESS } from './catalogue-enforcement.ts';
import type { CatalogueGate } from './catalogue-entry.ts';
import { FINANCE, POLICY, READINESS, REFRESH, REGISTER, TELEMETRY } from './catalogue-finance.ts';

/** Every gate of a release: what it is called, what it compares, and what to do where it fails. Plain data. */
export { type CatalogueGate, GATE_GROUPS, type GateGroup, type GateSource } from './catalogue-entry.ts';

/** In the order in which a run lists them. */
export const GATE_CATALOGUE: readonly CatalogueGate[] = [
  ...FINANCE,
  ...TELEMETRY,
  ...REGISTER,
  ...POLICY,
  ...STRESS,
  ...FAILURES,
  ...REFRESH,
  ...READINESS,
  ...DISPOSITION,
  ...ROTATION,
];

/** The catalogue's entry of a gate; undefined where no release knows it. */
export const gateById = (id: string): CatalogueGate | undefined => GATE_CATALOGUE.find((gate) => gate.id === id);

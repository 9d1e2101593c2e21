import type { StoreDb } from '../store/index.ts';
import type { PacketGate, PacketThresholds } from './packet-sources.ts';

/** What a packet takes from the release gates. The composition root hands it in. */

export interface PacketRun {
  readonly runId: string;
  readonly decision: 'pass' | 'fail' | 'cannot-decide';
  readonly results: readonly PacketGate[];
}

export interface GatesSeam {
  /** The newest run of the month; null where there was none. */
  readonly latestRun: (db: StoreDb, month: string) => PacketRun | null;
  readonly runById: (db: StoreDb, runId: string) => PacketRun | null;
  /** The policy that judges the month; null where the workspace has none. */
  readonly thresholdsFor: (db: StoreDb, month: string) => { readonly version: number; readonly thresholds: PacketThresholds } | null;
  /** Gates that hold a freeze open now, with the corrective plan; `null` where there is a freeze and no plan yet. */
  readonly plans: (db: StoreDb) => ReadonlyMap<string, string | null>;
}

export const NO_GATES: GatesSeam = {
  latestRun: () => null,
  runById: () => null,
  thresholdsFor: () => null,
  plans: () => new Map(),
};

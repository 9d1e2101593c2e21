import { auditReads, auditWrites } from '../audit/index.ts';
import { evidenceReads, evidenceWrites } from '../evidence/index.ts';
import { gatesReads, gatesWrites } from '../gates/index.ts';
import { membersReads, membersWrites } from '../members/index.ts';
import { overviewReads } from '../overview/index.ts';
import { createPacketsReads, createPacketsWrites, productionCloses } from '../packets/index.ts';
import { receiptsReads, receiptsWrites } from '../receipts/index.ts';
import { createSyncReads, createSyncWrites, sourcesReads, sourcesWrites } from '../sources/index.ts';
import type { Compute, StoreDb, StorePool } from '../store/index.ts';
import { workspaceReads, workspaceWrites } from '../workspace/index.ts';
import { FEEDS } from './feeds.ts';
import { GATES_FOR_PACKETS } from './gates-for-packets.ts';
import type { tasks } from './tasks.ts';

/** The named queries of all rooms, as the store's threads know them. */
export const reads = {
  ...auditReads,
  ...membersReads,
  ...workspaceReads,
  ...sourcesReads,
  ...createSyncReads(FEEDS),
  ...receiptsReads,
  ...evidenceReads,
  ...gatesReads,
  ...createPacketsReads(GATES_FOR_PACKETS),
  /** For the guard of motions, which knows no packet: months that were accepted on production telemetry. */
  'packets.productionCloses': (db: StoreDb, _args: null): readonly string[] => productionCloses(db).months,
  ...overviewReads,
} as const;
export const writes = {
  ...auditWrites,
  ...membersWrites,
  ...workspaceWrites,
  ...sourcesWrites,
  ...createSyncWrites(FEEDS),
  ...receiptsWrites,
  ...evidenceWrites,
  ...gatesWrites,
  ...createPacketsWrites(GATES_FOR_PACKETS),
} as const;

export type AppStore = StorePool<typeof reads, typeof writes>;
export type AppCompute = Compute<typeof tasks>;

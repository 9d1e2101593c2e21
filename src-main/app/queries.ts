import { actionsReads, actionsWrites, TENANT_EXECUTORS } from '../actions/index.ts';
import { approvalsReads, createApprovalsWrites } from '../approvals/index.ts';
import { auditReads, auditWrites } from '../audit/index.ts';
import { billingReads, billingWrites } from '../billing/index.ts';
import { economicsReads, economicsWrites } from '../economics/index.ts';
import { evidenceReads, evidenceWrites } from '../evidence/index.ts';
import { gatesReads, gatesWrites } from '../gates/index.ts';
import { incidentsReads, incidentsWrites } from '../incidents/index.ts';
import { outboxReads, outboxWrites } from '../integrations/index.ts';
import { membersReads, membersWrites } from '../members/index.ts';
import { overviewReads } from '../overview/index.ts';
import { careReads, careWrites, meteringReads, meteringWrites } from '../metering/index.ts';
import { createPacketsReads, createPacketsWrites, productionCloses } from '../packets/index.ts';
import { plansReads, plansWrites } from '../plans/index.ts';
import { receiptsReads, receiptsWrites } from '../receipts/index.ts';
import { createSyncReads, createSyncWrites, sourcesReads, sourcesWrites } from '../sources/index.ts';
import type { Compute, StoreDb, StorePool } from '../store/index.ts';
import { tenantsReads, tenantsWrites } from '../tenants/index.ts';
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
  ...plansReads,
  ...tenantsReads,
  ...incidentsReads,
  ...meteringReads,
  ...careReads,
  ...economicsReads,
  ...billingReads,
  ...gatesReads,
  ...createPacketsReads(GATES_FOR_PACKETS),
  /** For the guard of motions, which knows no packet: months that were accepted on production telemetry. */
  'packets.productionCloses': (db: StoreDb, _args: null): readonly string[] => productionCloses(db).months,
  ...approvalsReads,
  ...outboxReads,
  ...actionsReads,
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
  ...plansWrites,
  ...tenantsWrites,
  ...incidentsWrites,
  ...meteringWrites,
  ...careWrites,
  ...economicsWrites,
  ...billingWrites,
  ...gatesWrites,
  ...createPacketsWrites(GATES_FOR_PACKETS),
  ...createApprovalsWrites(TENANT_EXECUTORS),
  ...outboxWrites,
  ...actionsWrites,
} as const;

export type AppStore = StorePool<typeof reads, typeof writes>;
export type AppCompute = Compute<typeof tasks>;

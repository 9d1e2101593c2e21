/** Actions: what can be done to a tenant, under policy, with a message to the system it comes from. */
import type { ApprovalExecutors } from '../approvals/index.ts';
import { carryOutConfirmed } from './carry-out.ts';
import { ACT_KINDS } from './tenant-act.ts';

export { actionsReads, actionsWrites } from './actions-queries.ts';
export { type ActionsService, createActionsService } from './actions-service.ts';
export { PURGE_DAYS } from './tenant-act.ts';

/** Who carries out what was confirmed. */
export const TENANT_EXECUTORS: ApprovalExecutors = Object.fromEntries(ACT_KINDS.map((kind) => [kind, carryOutConfirmed]));

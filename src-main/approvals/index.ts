/** Approvals: requests that others have to confirm, bound to the exact bytes of what will be done. */
export { approvalRefOf, hoursAfter, standingAt } from './approval.ts';
export { approvalsReads } from './approvals-queries.ts';
export {
  type ApprovalsService,
  type ApprovalsServiceOptions,
  createApprovalsService,
  decisionIn,
  type DecisionSeen,
  watching,
} from './approvals-service.ts';
export {
  type ApprovalExecutor,
  type ApprovalExecutors,
  type ApprovalsWrites,
  createApprovalsWrites,
  type Execution,
} from './decide-approval.ts';
export { answerOf, principalOf, refusedByPolicy } from './principal.ts';
export { approvalAddress, type AskedFor, type NewRequest, requestApproval } from './request-approval.ts';
export { canonicalBytes, type Json, readStatement, sha256Of, type Statement, STATEMENT_SCHEMA } from './statement.ts';

/** The audit log: who did what, when, before and after; append-only and hash-chained. */
export {
  type Actor,
  auditBreak,
  type AuditBreak,
  auditEntryOf,
  type AuditHead,
  type AuditInput,
  type AuditLine,
  auditLineHash,
  CONSOLE_ACTOR,
  nextAuditLine,
} from './audit.ts';
export { appendAudit, auditReads, auditWrites } from './audit-queries.ts';
export { type AuditStore, type AuditVerification, createAuditService } from './audit-service.ts';

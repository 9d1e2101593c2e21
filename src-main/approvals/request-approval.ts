import { AppError } from '../../src-shared/kernel/errors.ts';
import { ONE } from '../../src-shared/kernel/quantity.ts';
import { openIncident } from '../incidents/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import { checkLimit } from '../metering/index.ts';
import { policyEngine, type PolicyDecision } from '../policies/index.ts';
import type { StoreDb } from '../store/index.ts';
import { addTimeline, tenantAddress } from '../tenants/index.ts';
import { approvalRefOf, hoursAfter } from './approval.ts';
import { principalOf } from './principal.ts';
import { canonicalBytes, type Json, type Statement, STATEMENT_SCHEMA } from './statement.ts';

export interface NewRequest {
  /** UUIDv7. */
  readonly requestId: string;
  /** As `tenant.suspend`; somebody carries it out (`ApprovalExecutors`). */
  readonly kind: string;
  readonly title: string;
  readonly says: readonly string[];
  readonly tenant: { readonly tenantNo: number; readonly tenantId: string; readonly name: string; readonly partnerId: string };
  readonly act: Statement['act'];
  readonly before: { readonly [key: string]: Json };
  readonly after: { readonly [key: string]: Json };
  readonly reason: string;
  /** The decision that demands the confirmations. */
  readonly decision: PolicyDecision;
  readonly by: ChangedBy;
}

export interface AskedFor {
  readonly requestId: string;
  readonly requestNo: number;
  readonly ref: string;
  readonly statementSha256: string;
  readonly expiresAt: string;
  readonly quorum: number;
}

export const approvalAddress = (requestId: string): string => `/approvals/${requestId}`;

/**
 * Writes a request, inside the transaction in which policy demanded it. While one for the same act on the same tenant waits,
 * there is no second one: CONFLICT names it.
 */
export function requestApproval(db: StoreDb, input: NewRequest): AskedFor {
  const { decision, tenant, by } = input;
  const demand = decision.approval;
  if (!decision.allowed || demand === null) throw new TypeError('a request is made where policy allows it and demands confirmations');
  const open = db.get<{ request_no: number }>(
    `SELECT s.request_no FROM approval_state s JOIN approval_requests r USING (request_no)
     WHERE s.state = 'waiting' AND s.expires_at >= ? AND s.tenant_no = ? AND r.kind = ?`,
    [by.now, tenant.tenantNo, input.kind],
  );
  if (open !== undefined)
    throw new AppError('CONFLICT', `${approvalRefOf(open.request_no)} asks for this already and waits. Nothing was changed.`, {
      nextStep: 'Have it confirmed, or have it refused or withdrawn first.',
      details: { ref: approvalRefOf(open.request_no) },
    });
  const left = requireWithinPlan(db, tenant, by.now);
  const principal = principalOf(db, by.memberId);
  const expiresAt = hoursAfter(by.now, demand.expiresHours);
  const statement: Statement = {
    schema: STATEMENT_SCHEMA,
    request_id: input.requestId,
    kind: input.kind,
    title: input.title,
    says: input.says,
    subject: { type: 'tenant', tenant_id: tenant.tenantId, name: tenant.name, partner_id: tenant.partnerId },
    act: input.act,
    before: input.before,
    after: input.after,
    reason: input.reason,
    requested_by: {
      member_id: principal.memberId,
      name: principal.name,
      role: principal.role as Statement['requested_by']['role'],
    },
    requested_at: by.now,
    expires_at: expiresAt,
    quorum: demand.confirmations,
    roles: demand.roles,
    policy: {
      action: decision.action,
      id: decision.policyId,
      rule: decision.rule,
      version: decision.policyVersion,
      sha256: policyEngine().describe().sha256,
    },
  };
  const { text, sha256 } = canonicalBytes(statement);
  const { next: requestNo } = db.get<{ next: number }>('SELECT coalesce(max(request_no), 0) + 1 AS next FROM approval_requests')!;
  db.run(
    `INSERT INTO approval_requests (request_no, request_id, kind, tenant_no, statement, statement_sha256, requested_by, requested_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [requestNo, input.requestId, input.kind, tenant.tenantNo, text, sha256, principal.memberId, by.now, expiresAt],
  );
  db.run(`INSERT INTO approval_state (request_no, state, tenant_no, requested_by, expires_at) VALUES (?, 'waiting', ?, ?, ?)`, [
    requestNo,
    tenant.tenantNo,
    principal.memberId,
    expiresAt,
  ]);
  const ref = approvalRefOf(requestNo);
  addTimeline(db, {
    tenantNo: tenant.tenantNo,
    at: by.now,
    kind: 'approval',
    status: 'warn',
    title: `${ref} asked: ${input.title}`,
    says: `by ${principal.name}; waits for ${demand.confirmations === 1 ? 'one confirmation' : `${demand.confirmations} confirmations`}`,
    address: approvalAddress(input.requestId),
    key: `approval/${requestNo}/asked`,
  });
  recordChange(db, by, {
    action: 'approval.request',
    subject: `${ref}: ${input.title}`,
    before: null,
    after: { request: ref, kind: input.kind, tenant: tenant.tenantId, statementSha256: sha256, reason: input.reason, expiresAt },
    address: approvalAddress(input.requestId),
  });
  if (left === 1)
    openIncident(db, {
      key: `limit/${tenant.tenantId}/approval/${by.now.slice(0, 10)}`,
      kind: 'limit',
      severity: 'warn',
      tenantNo: tenant.tenantNo,
      title: 'approval reached its limit of the day',
      says: `${ref} was the last request that the plan allows on ${by.now.slice(0, 10)}. Another plan allows more; tomorrow (UTC) counts anew.`,
      address: tenantAddress(tenant.tenantId),
      ownerRole: 'partner_admin',
      now: by.now,
    });
  return { requestId: input.requestId, requestNo, ref, statementSha256: sha256, expiresAt, quorum: demand.confirmations };
}

/**
 * The plan's limit of approvals a day, by the requests made here today (UTC) where metering knows of fewer. Answers with how
 * many are left before this one; null where there is no limit. Fails with CONFLICT where none is.
 */
function requireWithinPlan(db: StoreDb, tenant: NewRequest['tenant'], now: string): number | null {
  const today = now.slice(0, 10);
  const { n } = db.get<{ n: number }>(
    'SELECT count(*) AS n FROM approval_requests WHERE tenant_no = ? AND requested_at >= ? AND requested_at < ?',
    [tenant.tenantNo, today, `${today}T24`],
  )!;
  const limit = checkLimit(db, { tenantNo: tenant.tenantNo, metric: 'approval', amount: ONE, usedBeside: BigInt(n) * ONE, now });
  if (!limit.allowed)
    throw new AppError('CONFLICT', limit.says, { nextStep: limit.nextStep, details: { limit: 'approval', tenantId: tenant.tenantId } });
  return limit.left === null ? null : Number(limit.left / ONE);
}

import type { ApprovalState } from '../../src-shared/contract/approvals.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { PolicyRequest } from '../policies/index.ts';
import type { StoreDb } from '../store/index.ts';
import { scopeSql } from '../tenants/index.ts';
import { standingAt } from './approval.ts';
import { readStatement, sha256Of, type Statement } from './statement.ts';

/** Requests as they stand in the store, within the scope of who asks. */

export interface RequestRow {
  readonly request_no: number;
  readonly request_id: string;
  readonly kind: string;
  readonly tenant_no: number | null;
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly partner_id: string | null;
  readonly statement: string;
  readonly statement_sha256: string;
  readonly requested_by: string;
  readonly requester: string;
  readonly requested_at: string;
  readonly expires_at: string;
  readonly state: ApprovalState;
  readonly ended_at: string | null;
}

export const SELECT_REQUEST = `SELECT r.request_no, r.request_id, r.kind, r.tenant_no, t.tenant_id, t.name AS tenant_name, t.partner_id,
    r.statement, r.statement_sha256, r.requested_by, m.name AS requester, r.requested_at, r.expires_at, s.state, s.ended_at
  FROM approval_requests r JOIN approval_state s USING (request_no) JOIN members m ON m.member_id = r.requested_by
    LEFT JOIN tenants t ON t.tenant_no = r.tenant_no`;

/** By id or by what people say. The same answer for one that is not there and one that is another partner's. */
export function visibleRequest(db: StoreDb, text: string): RequestRow {
  const no = /^APR-0*(\d{1,9})$/i.exec(text)?.[1];
  const row = db.get<RequestRow>(`${SELECT_REQUEST} WHERE ${no === undefined ? 'r.request_id' : 'r.request_no'} = ?${scopeSql(db, 't')}`, [
    no === undefined ? text : Number(no),
  ]);
  if (row !== undefined) return row;
  throw new AppError('NOT_FOUND', 'There is no such request.', {
    nextStep: 'Look for it in the list of approvals.',
    details: { request: text },
  });
}

export interface ConfirmationRow {
  readonly member_id: string;
  readonly name: string;
  /** The role in which it was confirmed. */
  readonly role: Role;
  readonly at: string;
  /** What was confirmed. */
  readonly statement_sha256: string;
  readonly role_now: Role;
  readonly partner_now: string | null;
}

export const confirmationsOf = (db: StoreDb, requestNo: number): ConfirmationRow[] =>
  db.all<ConfirmationRow>(
    `SELECT f.member_id, m.name, f.role, f.at, f.statement_sha256, m.role AS role_now, m.partner_id AS partner_now
     FROM approval_facts f JOIN members m USING (member_id) WHERE f.request_no = ? AND f.kind = 'confirmed' ORDER BY f.fact_no`,
    [requestNo],
  );

/**
 * Why a confirmation does not count any more; null where it counts. It counts for the bytes that were confirmed, and a member
 * whose role or partner is another one now has not confirmed in a role that counts.
 */
export const notCounted = (row: Pick<RequestRow, 'statement'>, statement: Statement, confirmation: ConfirmationRow): string | null => {
  if (confirmation.statement_sha256 !== sha256Of(row.statement)) return 'it was given for another statement';
  if (confirmation.member_id === statement.requested_by.member_id) return 'the requester does not count';
  if (!statement.roles.includes(confirmation.role_now)) return `${confirmation.name} acts as ${confirmation.role_now} now`;
  if (confirmation.role_now.startsWith('partner_') && confirmation.partner_now !== statement.subject.partner_id)
    return `${confirmation.name} belongs to another partner now`;
  return null;
};

export const countedConfirmations = (db: StoreDb, row: RequestRow, statement: Statement): ConfirmationRow[] =>
  confirmationsOf(db, row.request_no).filter((each) => notCounted(row, statement, each) === null);

/** A request as policies see it at `now`. */
export const policyRequestOf = (db: StoreDb, row: RequestRow, now: string): PolicyRequest => {
  const statement = readStatement(row.statement);
  return {
    requestId: row.request_id,
    partnerId: row.partner_id,
    requesterId: row.requested_by,
    roles: [...statement.roles],
    confirmedBy: confirmationsOf(db, row.request_no).map(({ member_id }) => member_id),
    state: row.state,
    expired: standingAt(row.state, row.expires_at, now) === 'expired',
    sha256: row.statement_sha256,
    storedSha256: sha256Of(row.statement),
  };
};

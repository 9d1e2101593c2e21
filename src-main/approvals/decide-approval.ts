import { AppError, type ErrorCode, isAppError } from '../../src-shared/kernel/errors.ts';
import type { ApprovalState } from '../../src-shared/contract/approvals.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import { policyEngine, type PolicyDecision, type RequestPolicyAction, ruleWords } from '../policies/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { addTimeline } from '../tenants/index.ts';
import { approvalRefOf } from './approval.ts';
import { countedConfirmations, policyRequestOf, type RequestRow, SELECT_REQUEST, visibleRequest } from './approval-rows.ts';
import { principalOf, refusedByPolicy } from './principal.ts';
import { approvalAddress } from './request-approval.ts';
import { readStatement, type Statement } from './statement.ts';

/** Confirming, refusing, withdrawing, carrying out: each in one transaction with what it leads to. */

export interface Execution {
  readonly requestId: string;
  readonly requestNo: number;
  readonly tenantNo: number;
  /** What is carried out: read from the confirmed bytes. */
  readonly statement: Statement;
  readonly statementSha256: string;
  /** Confirmations that count at this moment, and the names of who gave them. */
  readonly confirmations: number;
  readonly confirmedBy: readonly string[];
  /** Who confirmed last. */
  readonly by: ChangedBy;
}

/** Carries out what was confirmed, in the transaction of the last confirmation. Throws an `AppError` where that cannot be. */
export type ApprovalExecutor = (db: StoreDb, execution: Execution) => { readonly says: string; readonly address: string | null };
export type ApprovalExecutors = Readonly<Record<string, ApprovalExecutor>>;

export interface ConfirmResult {
  readonly outcome: 'confirmed' | 'executed' | 'stopped';
  readonly confirmations: number;
  readonly quorum: number;
  readonly says: string;
  readonly address: string | null;
  readonly latencyMs: number;
}

/** These say how the request stands; the others, who asks. */
const STANDING = new Set(['request.waiting', 'request.expired', 'request.seen', 'request.unchanged', 'approve.once']);

export const decideRequest = (
  db: StoreDb,
  action: RequestPolicyAction,
  row: RequestRow,
  who: { readonly memberId: string | null; readonly now: string; readonly seenSha256: string },
): PolicyDecision =>
  policyEngine().decide({
    action,
    principal: principalOf(db, who.memberId),
    resource: policyRequestOf(db, row, who.now),
    context: { seenSha256: who.seenSha256, viewing: db.scope.tenantId !== null },
  });

const requireAllowed = (
  db: StoreDb,
  action: RequestPolicyAction,
  row: RequestRow,
  who: { readonly by: ChangedBy; readonly seenSha256: string },
): PolicyDecision => {
  const decision = decideRequest(db, action, row, { memberId: who.by.memberId, now: who.by.now, seenSha256: who.seenSha256 });
  if (!decision.allowed) {
    const code: ErrorCode = STANDING.has(decision.policyId) ? 'CONFLICT' : 'FORBIDDEN';
    throw refusedByPolicy(decision, code);
  }
  // A clock that was set back must not bring an expired request back.
  const { newest } = db.get<{ newest: string }>(
    `SELECT max(at) AS newest FROM (SELECT requested_at AS at FROM approval_requests WHERE request_no = ?
       UNION ALL SELECT at FROM approval_facts WHERE request_no = ?)`,
    [row.request_no, row.request_no],
  )!;
  if (who.by.now < newest)
    throw new AppError('CONFLICT', `The clock says ${who.by.now}, which is before ${newest}, when this request was last touched.`, {
      nextStep: 'Set the clock right, and decide again. Nothing was changed.',
      details: { now: who.by.now, newest },
    });
  return decision;
};

interface Fact {
  readonly kind: 'confirmed' | Exclude<ApprovalState, 'waiting'>;
  readonly by: ChangedBy;
  readonly body: Readonly<Record<string, unknown>>;
  readonly says: string;
}

const TITLES: Readonly<Record<Fact['kind'], string>> = {
  confirmed: 'confirmed',
  refused: 'refused',
  withdrawn: 'withdrawn',
  expired: 'expired',
  executed: 'carried out',
  stopped: 'could not be carried out',
};
const STATUS: Readonly<Record<Fact['kind'], 'ok' | 'warn' | 'bad' | 'idle'>> = {
  confirmed: 'ok',
  refused: 'bad',
  withdrawn: 'idle',
  expired: 'warn',
  executed: 'ok',
  stopped: 'bad',
};
const VERBS: Readonly<Record<Fact['kind'], string>> = {
  confirmed: 'confirm',
  refused: 'refuse',
  withdrawn: 'withdraw',
  expired: 'expire',
  executed: 'execute',
  stopped: 'stop',
};

function addFact(db: StoreDb, row: RequestRow, { kind, by, body, says }: Fact): void {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(fact_no), 0) + 1 AS next FROM approval_facts')!;
  const { role } = principalOf(db, by.memberId);
  db.run(
    `INSERT INTO approval_facts (fact_no, request_no, kind, at, member_id, role, statement_sha256, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [next, row.request_no, kind, by.now, by.memberId, by.memberId === null ? null : role, row.statement_sha256, JSON.stringify(body)],
  );
  if (kind === 'confirmed') db.run('UPDATE approval_state SET confirmations = confirmations + 1 WHERE request_no = ?', [row.request_no]);
  else db.run('UPDATE approval_state SET state = ?, ended_at = ? WHERE request_no = ?', [kind, by.now, row.request_no]);
  const ref = approvalRefOf(row.request_no);
  const { title } = readStatement(row.statement);
  const address = approvalAddress(row.request_id);
  if (row.tenant_no !== null)
    addTimeline(db, {
      tenantNo: row.tenant_no,
      at: by.now,
      kind: 'approval',
      status: STATUS[kind],
      title: `${ref} ${TITLES[kind]}: ${title}`,
      says,
      address,
      key: `approval/${row.request_no}/${kind}${kind === 'confirmed' ? `/${by.memberId ?? ''}` : ''}`,
    });
  recordChange(db, by, {
    action: `approval.${VERBS[kind]}`,
    subject: `${ref}: ${title}`,
    before: null,
    after: { request: ref, statementSha256: row.statement_sha256, ...body },
    address,
  });
}

/**
 * Carries the request out where enough confirmations count now; null where not. What cannot be carried out leaves nothing
 * behind but the end of the request, which says why.
 */
function executeWhenConfirmed(
  db: StoreDb,
  executors: ApprovalExecutors,
  row: RequestRow,
  by: ChangedBy,
): { readonly outcome: 'executed' | 'stopped'; readonly says: string; readonly address: string | null } | null {
  const statement = readStatement(row.statement);
  const counted = countedConfirmations(db, row, statement);
  if (counted.length < statement.quorum) return null;
  const executor = executors[row.kind];
  if (executor === undefined || row.tenant_no === null) throw new TypeError(`Nothing carries out ${row.kind}.`);
  db.raw.exec('SAVEPOINT carry_out');
  try {
    const done = executor(db, {
      requestId: row.request_id,
      requestNo: row.request_no,
      tenantNo: row.tenant_no,
      statement,
      statementSha256: row.statement_sha256,
      confirmations: counted.length,
      confirmedBy: counted.map(({ name }) => name),
      by,
    });
    db.raw.exec('RELEASE carry_out');
    addFact(db, row, { kind: 'executed', by, body: { says: done.says, address: done.address }, says: done.says });
    return { outcome: 'executed', ...done };
  } catch (error) {
    db.raw.exec('ROLLBACK TO carry_out; RELEASE carry_out');
    if (!isAppError(error)) throw error;
    const says = `${error.message} ${error.nextStep}`;
    addFact(db, row, { kind: 'stopped', by, body: { says, code: error.code }, says });
    return { outcome: 'stopped', says, address: approvalAddress(row.request_id) };
  }
}

export const createApprovalsWrites = (executors: ApprovalExecutors) =>
  ({
    /**
     * Confirms exactly the statement that was seen; the last confirmation carries it out in the same transaction.
     * Fails with NOT_FOUND, FORBIDDEN (who may not) and CONFLICT (how the request stands), and then nothing was changed.
     */
    'approvals.confirm': (
      db: StoreDb,
      { requestId, statementSha256, by }: { requestId: string; statementSha256: string; by: ChangedBy },
    ): ConfirmResult => {
      const row = visibleRequest(db, requestId);
      const decision = requireAllowed(db, 'can_approve', row, { by, seenSha256: statementSha256 });
      const statement = readStatement(row.statement);
      const { name } = principalOf(db, by.memberId);
      addFact(db, row, { kind: 'confirmed', by, body: { policy: ruleWords(decision) }, says: `by ${name}` });
      const counted = countedConfirmations(db, row, statement).length;
      const done = executeWhenConfirmed(db, executors, row, by);
      const common = { confirmations: counted, quorum: statement.quorum, latencyMs: decision.latencyMs };
      if (done !== null) return { ...common, ...done };
      const missing = statement.quorum - counted;
      return {
        ...common,
        outcome: 'confirmed',
        says: `Your confirmation is recorded; ${missing === 1 ? 'one more is' : `${missing} more are`} needed.`,
        address: approvalAddress(row.request_id),
      };
    },
    'approvals.refuse': (
      db: StoreDb,
      args: { requestId: string; statementSha256: string; reason: string; by: ChangedBy },
    ): { readonly latencyMs: number } => {
      const row = visibleRequest(db, args.requestId);
      const { latencyMs } = requireAllowed(db, 'can_refuse', row, { by: args.by, seenSha256: args.statementSha256 });
      const { name } = principalOf(db, args.by.memberId);
      addFact(db, row, { kind: 'refused', by: args.by, body: { reason: args.reason }, says: `by ${name}: ${args.reason}` });
      return { latencyMs };
    },
    'approvals.withdraw': (db: StoreDb, args: { requestId: string; reason: string; by: ChangedBy }): { readonly latencyMs: number } => {
      const row = visibleRequest(db, args.requestId);
      const { latencyMs } = requireAllowed(db, 'can_withdraw', row, { by: args.by, seenSha256: row.statement_sha256 });
      const { name } = principalOf(db, args.by.memberId);
      addFact(db, row, { kind: 'withdrawn', by: args.by, body: { reason: args.reason }, says: `by ${name}: ${args.reason}` });
      return { latencyMs };
    },
    /** Writes down which requests have expired. Answers with how many. */
    'approvals.expire': (db: StoreDb, { by }: { by: ChangedBy }): number => {
      const rows = db.all<RequestRow>(`${SELECT_REQUEST} WHERE s.state = 'waiting' AND s.expires_at < ? ORDER BY r.request_no LIMIT 500`, [
        by.now,
      ]);
      for (const row of rows)
        addFact(db, row, { kind: 'expired', by, body: { expiresAt: row.expires_at }, says: 'Nobody has to decide it any more.' });
      return rows.length;
    },
  }) as const satisfies QueryMap;

export type ApprovalsWrites = ReturnType<typeof createApprovalsWrites>;

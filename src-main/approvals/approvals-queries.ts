import type { Approval, ApprovalEvent } from '../../src-shared/contract/approvals.ts';
import type { approvals } from '../../src-shared/contract/approvals.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { policyEngine, ruleWords } from '../policies/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { scopeSql } from '../tenants/index.ts';
import { approvalRefOf, standingAt } from './approval.ts';
import { confirmationsOf, countedConfirmations, notCounted, type RequestRow, SELECT_REQUEST, visibleRequest } from './approval-rows.ts';
import { decideRequest } from './decide-approval.ts';
import { answerOf } from './principal.ts';
import { approvalAddress } from './request-approval.ts';
import { type Json, readStatement, sha256Of, type Statement } from './statement.ts';

export interface ApprovalListArgs {
  readonly show: 'for-me' | 'by-me' | 'waiting' | 'ended' | 'all';
  readonly tenantId: string | null;
  readonly memberId: string;
  /** Requests with a smaller number. */
  readonly after: number | null;
  readonly limit: number;
  /** ISO 8601 UTC. */
  readonly now: string;
}

const approvalOf = (db: StoreDb, row: RequestRow, who: { memberId: string; now: string }): Approval => {
  const statement = readStatement(row.statement);
  return {
    requestId: row.request_id,
    requestNo: row.request_no,
    ref: approvalRefOf(row.request_no),
    kind: row.kind,
    title: statement.title,
    state: standingAt(row.state, row.expires_at, who.now),
    tenant: row.tenant_id === null ? null : { tenantId: row.tenant_id, name: row.tenant_name ?? row.tenant_id },
    reason: statement.reason,
    requestedBy: { memberId: row.requested_by, name: row.requester, role: statement.requested_by.role },
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at ?? (standingAt(row.state, row.expires_at, who.now) === 'expired' ? row.expires_at : null),
    quorum: statement.quorum,
    confirmations: countedConfirmations(db, row, statement).length,
    roles: [...statement.roles],
    statementSha256: row.statement_sha256,
    confirm: answerOf(decideRequest(db, 'can_approve', row, { ...who, seenSha256: row.statement_sha256 })),
    address: approvalAddress(row.request_id),
  };
};

const WORDS: Readonly<Record<string, string>> = {
  status: 'Status',
  plan_id: 'Plan',
  plan_version: 'Plan version',
  purge_at: 'Purge date',
};
const shown = (value: Json | undefined): string =>
  value === undefined || value === null ? '—' : typeof value === 'string' ? value : JSON.stringify(value);

/** What differs between before and after, member by member. */
const changesOf = ({ before, after }: Statement): { what: string; before: string; after: string }[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => shown(before[key]) !== shown(after[key]))
    .map((key) => ({ what: WORDS[key] ?? key, before: shown(before[key]), after: shown(after[key]) }));

const eventsOf = (db: StoreDb, row: RequestRow, statement: Statement): ApprovalEvent[] => {
  const counted = new Map(confirmationsOf(db, row.request_no).map((each) => [each.member_id, notCounted(row, statement, each)]));
  const facts = db.all<{
    kind: Exclude<ApprovalEvent['kind'], 'asked'>;
    at: string;
    member_id: string | null;
    name: string | null;
    role: Role | null;
    body: string;
  }>(
    `SELECT f.kind, f.at, f.member_id, m.name, f.role, f.body FROM approval_facts f LEFT JOIN members m USING (member_id)
     WHERE f.request_no = ? ORDER BY f.fact_no`,
    [row.request_no],
  );
  return [
    {
      kind: 'asked',
      at: row.requested_at,
      by: { memberId: row.requested_by, name: row.requester, role: statement.requested_by.role },
      says: statement.reason,
      counts: null,
      address: null,
    },
    ...facts.map(({ kind, at, member_id, name, role, body }): ApprovalEvent => {
      const { says, reason, address } = JSON.parse(body) as { says?: string; reason?: string; address?: string | null };
      const why = kind === 'confirmed' && member_id !== null ? (counted.get(member_id) ?? null) : null;
      return {
        kind,
        at,
        by: member_id === null ? null : { memberId: member_id, name: name ?? member_id, role },
        says: reason ?? says ?? (why === null ? '' : `does not count: ${why}`),
        counts: kind === 'confirmed' ? why === null : null,
        address: address ?? null,
      };
    }),
  ];
};

/** A pass over what waits: policy is asked for each, so it stays small. */
const MOST_WAITING = 500;

const waitingRows = (db: StoreDb, where: string, params: readonly SqlValue[], now: string): RequestRow[] =>
  db.all<RequestRow>(
    `${SELECT_REQUEST} WHERE s.state = 'waiting' AND s.expires_at >= ?${where} ORDER BY r.request_no DESC LIMIT ${MOST_WAITING}`,
    [now, ...params],
  );

export const approvalsReads = {
  'approvals.list': (db: StoreDb, args: ApprovalListArgs): OutputOf<typeof approvals, 'approval.list'> => {
    const who = { memberId: args.memberId, now: args.now };
    const where = `${scopeSql(db, 't')}${args.tenantId === null ? '' : ' AND t.tenant_id = ?'}`;
    const fixed: SqlValue[] = args.tenantId === null ? [] : [args.tenantId];
    const forMe = waitingRows(db, where, fixed, args.now).filter(
      (row) => decideRequest(db, 'can_approve', row, { ...who, seenSha256: row.statement_sha256 }).allowed,
    );
    const totals = db.get<{ byMe: number; waiting: number; ended: number }>(
      `SELECT coalesce(sum(r.requested_by = ? AND s.state = 'waiting' AND s.expires_at >= ?), 0) AS byMe,
         coalesce(sum(s.state = 'waiting' AND s.expires_at >= ?), 0) AS waiting,
         coalesce(sum(s.state <> 'waiting' OR s.expires_at < ?), 0) AS ended
       FROM approval_requests r JOIN approval_state s USING (request_no) LEFT JOIN tenants t ON t.tenant_no = r.tenant_no
       WHERE 1${where}`,
      [args.memberId, args.now, args.now, args.now, ...fixed],
    )!;
    const chosen: Readonly<Record<Exclude<ApprovalListArgs['show'], 'for-me'>, [string, SqlValue[]]>> = {
      'by-me': [' AND r.requested_by = ?', [args.memberId]],
      waiting: [` AND s.state = 'waiting' AND s.expires_at >= ?`, [args.now]],
      ended: [` AND (s.state <> 'waiting' OR s.expires_at < ?)`, [args.now]],
      all: ['', []],
    };
    const page =
      args.show === 'for-me'
        ? forMe.filter(({ request_no }) => args.after === null || request_no < args.after).slice(0, args.limit + 1)
        : db.all<RequestRow>(`${SELECT_REQUEST} WHERE r.request_no < ?${where}${chosen[args.show][0]} ORDER BY r.request_no DESC LIMIT ?`, [
            args.after ?? Number.MAX_SAFE_INTEGER,
            ...fixed,
            ...chosen[args.show][1],
            args.limit + 1,
          ]);
    const rows = page.slice(0, args.limit);
    return {
      approvals: rows.map((row) => approvalOf(db, row, who)),
      next: page.length > args.limit ? (rows.at(-1)?.request_no ?? null) : null,
      totals: { forMe: forMe.length, ...totals },
    };
  },
  'approvals.show': (
    db: StoreDb,
    { request, memberId, now }: { request: string; memberId: string; now: string },
  ): OutputOf<typeof approvals, 'approval.show'> => {
    const row = visibleRequest(db, request);
    const statement = readStatement(row.statement);
    const who = { memberId, now, seenSha256: row.statement_sha256 };
    return {
      approval: approvalOf(db, row, who),
      says: [...statement.says],
      changes: changesOf(statement),
      statement: row.statement,
      unchanged: sha256Of(row.statement) === row.statement_sha256,
      policy: {
        rule: ruleWords({
          action: statement.policy.action,
          rule: statement.policy.rule,
          policyId: statement.policy.id,
          policyVersion: statement.policy.version,
        }),
        id: statement.policy.id,
        version: statement.policy.version,
        sha256: statement.policy.sha256,
        inForce: policyEngine().describe().sha256 === statement.policy.sha256,
      },
      events: eventsOf(db, row, statement),
      refuse: answerOf(decideRequest(db, 'can_refuse', row, who)),
      withdraw: answerOf(decideRequest(db, 'can_withdraw', row, who)),
      command: `countersign approve show ${approvalRefOf(row.request_no)}`,
    };
  },
  'approvals.policy': (_db: StoreDb, _args: null): OutputOf<typeof approvals, 'policy.show'> => {
    const { version, sha256, rules, cedarVersion } = policyEngine().describe();
    return {
      version,
      sha256,
      engine: `Cedar ${cedarVersion}`,
      rules: [...rules.values()]
        .sort((a, b) => a.rule - b.rule)
        .map(({ approval, ...rule }) => ({ ...rule, approval: approval === null ? null : { ...approval, roles: [...approval.roles] } })),
    };
  },
} as const satisfies QueryMap;

import type { outbox, OutboxEndpoint, OutboxMessage, OutboxState } from '../../src-shared/contract/outbox.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { approvalAddress, canonicalBytes } from '../approvals/index.ts';
import { openIncident, resolveIncident } from '../incidents/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { addTimeline, scopeSql } from '../tenants/index.ts';
import { endpointUrl, MOST_FAILURES, SENT_TOO_LONG_HOURS, waitMs } from './outbox.ts';
import type { Receipt } from './outbox-send.ts';

/** Messages, their receipts, and how each stands. */

export interface NewMessage {
  /** UUIDv7; the idempotency key of its deliveries. */
  readonly messageId: string;
  readonly actionId: string;
  readonly kind: string;
  readonly tenantNo: number;
  /** Where the tenant's records come from; null where no source delivered it. */
  readonly sourceNo: number | null;
  /** Everything the other system needs; `message_id` and `schema` are added. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The message that this one takes back. */
  readonly compensates: number | null;
  /** ISO 8601 UTC. */
  readonly now: string;
}

export const MESSAGE_SCHEMA = 'urn:countersign:outbox-message:1';

const numbered = (db: StoreDb, table: 'outbox_messages' | 'outbox_attempts', column: 'message_no' | 'attempt_no'): number =>
  db.get<{ next: number }>(`SELECT coalesce(max(${column}), 0) + 1 AS next FROM ${table}`)!.next;

/** Writes a message in the transaction of what it tells: neither is there without the other. Answers with its number. */
export function enqueueMessage(db: StoreDb, message: NewMessage): number {
  const { text, sha256 } = canonicalBytes({ ...message.body, schema: MESSAGE_SCHEMA, message_id: message.messageId });
  const messageNo = numbered(db, 'outbox_messages', 'message_no');
  db.run(
    `INSERT INTO outbox_messages (message_no, message_id, action_id, kind, tenant_no, source_no, created_at, body, body_sha256, compensates)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      messageNo,
      message.messageId,
      message.actionId,
      message.kind,
      message.tenantNo,
      message.sourceNo,
      message.now,
      text,
      sha256,
      message.compensates,
    ],
  );
  db.run(`INSERT INTO outbox_state (message_no, state, tenant_no, next_attempt_at, says) VALUES (?, 'pending', ?, ?, ?)`, [
    messageNo,
    message.tenantNo,
    message.now,
    'Waits to be delivered.',
  ]);
  return messageNo;
}

interface MessageRow {
  readonly message_no: number;
  readonly message_id: string;
  readonly kind: string;
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly source_id: string | null;
  readonly source_name: string | null;
  readonly source_kind: 'folder' | 'http' | null;
  readonly state: OutboxState;
  readonly created_at: string;
  readonly attempts: number;
  readonly last_attempt_at: string | null;
  readonly next_attempt_at: string | null;
  readonly says: string;
  readonly body: string;
  readonly body_sha256: string;
  readonly compensates_id: string | null;
  readonly compensated_by: string | null;
}

const FROM = `FROM outbox_messages o JOIN outbox_state s USING (message_no) JOIN tenants t ON t.tenant_no = o.tenant_no
  LEFT JOIN sources c ON c.source_no = o.source_no
  LEFT JOIN outbox_messages b ON b.message_no = o.compensates LEFT JOIN outbox_messages a ON a.compensates = o.message_no`;
const SELECT = `SELECT o.message_no, o.message_id, o.kind, o.tenant_no, t.tenant_id, t.name AS tenant_name, c.source_id,
    c.name AS source_name, c.kind AS source_kind, s.state, o.created_at, s.attempts, s.last_attempt_at, s.next_attempt_at, s.says,
    o.body, o.body_sha256, b.message_id AS compensates_id, a.message_id AS compensated_by ${FROM}`;

const messageOf = (row: MessageRow): OutboxMessage => {
  const { title, approval } = JSON.parse(row.body) as { title: string; approval: { request_id: string } | null };
  return {
    messageId: row.message_id,
    messageNo: row.message_no,
    kind: row.kind,
    title,
    tenant: { tenantId: row.tenant_id, name: row.tenant_name },
    source: row.source_id === null ? null : { sourceId: row.source_id, name: row.source_name ?? '', kind: row.source_kind ?? 'folder' },
    state: row.state,
    createdAt: row.created_at,
    attempts: row.attempts,
    lastAttemptAt: row.last_attempt_at,
    nextAttemptAt: row.next_attempt_at,
    says: row.says,
    bodySha256: row.body_sha256,
    compensates: row.compensates_id,
    compensatedBy: row.compensated_by,
    approval: approval === null ? null : approvalAddress(approval.request_id),
  };
};

/** The same answer for a message that is not there and one that is another partner's. */
function visibleMessage(db: StoreDb, messageId: string): MessageRow {
  const row = db.get<MessageRow>(`${SELECT} WHERE o.message_id = ?${scopeSql(db, 't')}`, [messageId]);
  if (row !== undefined) return row;
  throw new AppError('NOT_FOUND', 'There is no such message.', {
    nextStep: 'Look for it in the outbox.',
    details: { messageId },
  });
}

/** What a message told, for the room that takes it back. Fails with NOT_FOUND like every read. */
export const messageForRollback = (
  db: StoreDb,
  messageId: string,
): { readonly messageNo: number; readonly actionId: string; readonly tenantId: string; readonly compensatedBy: string | null } => {
  const row = visibleMessage(db, messageId);
  const { action_id } = db.get<{ action_id: string }>('SELECT action_id FROM outbox_messages WHERE message_no = ?', [row.message_no])!;
  return { messageNo: row.message_no, actionId: action_id, tenantId: row.tenant_id, compensatedBy: row.compensated_by };
};

/** A message that is to be delivered now, with the place it goes to. */
export interface DueMessage {
  readonly messageNo: number;
  readonly messageId: string;
  readonly body: string;
  readonly bodySha256: string;
  readonly source: {
    readonly sourceId: string;
    readonly kind: 'folder' | 'http';
    readonly location: string;
    readonly state: 'active' | 'paused' | 'removed';
    readonly hasToken: boolean;
    readonly url: string | null;
  } | null;
}

const MOST_DUE = 50;
const addMs = (now: string, ms: number): string => new Date(Date.parse(now) + ms).toISOString();

export const outboxReads = {
  'outbox.list': (
    db: StoreDb,
    args: { state: OutboxState | null; tenantId: string | null; after: number | null; limit: number },
  ): OutputOf<typeof outbox, 'outbox.list'> => {
    const scope = scopeSql(db, 't');
    const fixed: SqlValue[] = args.tenantId === null ? [] : [args.tenantId];
    const ofTenant = args.tenantId === null ? '' : ' AND t.tenant_id = ?';
    const rows = db.all<MessageRow>(
      `${SELECT} WHERE o.message_no < ?${scope}${ofTenant}${args.state === null ? '' : ' AND s.state = ?'} ORDER BY o.message_no DESC LIMIT ?`,
      [args.after ?? Number.MAX_SAFE_INTEGER, ...fixed, ...(args.state === null ? [] : [args.state]), args.limit + 1],
    );
    const totals = db.get<{ pending: number; sent: number; acknowledged: number; failed: number }>(
      `SELECT coalesce(sum(s.state = 'pending'), 0) AS pending, coalesce(sum(s.state = 'sent'), 0) AS sent,
         coalesce(sum(s.state = 'acknowledged'), 0) AS acknowledged, coalesce(sum(s.state = 'failed'), 0) AS failed
       ${FROM} WHERE 1${scope}${ofTenant}`,
      fixed,
    )!;
    const page = rows.slice(0, args.limit);
    return { messages: page.map(messageOf), next: rows.length > args.limit ? (page.at(-1)?.message_no ?? null) : null, totals };
  },
  'outbox.show': (db: StoreDb, { messageId }: { messageId: string }): OutputOf<typeof outbox, 'outbox.show'> => {
    const row = visibleMessage(db, messageId);
    const attempts = db.all<{
      at: string;
      via: Receipt['via'];
      outcome: Receipt['outcome'];
      status: number | null;
      request_sha256: string;
      response_bytes: number | null;
      response_sha256: string | null;
      says: string;
    }>(
      `SELECT at, via, outcome, status, request_sha256, response_bytes, response_sha256, says FROM outbox_attempts
       WHERE message_no = ? ORDER BY attempt_no DESC LIMIT 200`,
      [row.message_no],
    );
    const newer = db.get<{ n: number }>('SELECT count(*) AS n FROM outbox_messages WHERE tenant_no = ? AND message_no > ?', [
      row.tenant_no,
      row.message_no,
    ])!.n;
    const says =
      row.compensated_by !== null
        ? 'It was rolled back already.'
        : newer > 0
          ? 'The tenant was changed again after it: roll back the newest change first.'
          : 'The opposite is done here, under its own policy, and a message says so.';
    return {
      message: messageOf(row),
      body: row.body,
      attempts: attempts.map((each) => ({
        at: each.at,
        via: each.via,
        outcome: each.outcome,
        status: each.status,
        requestSha256: each.request_sha256,
        responseBytes: each.response_bytes,
        responseSha256: each.response_sha256,
        says: each.says,
      })),
      rollback: { possible: row.compensated_by === null && newer === 0, says },
    };
  },
  /** Messages whose time has come, oldest first; one of a tenant waits while an earlier one of that tenant was not taken. */
  'outbox.due': (db: StoreDb, { now }: { now: string }): DueMessage[] =>
    db
      .all<{
        message_no: number;
        message_id: string;
        body: string;
        body_sha256: string;
        source_id: string | null;
        kind: 'folder' | 'http';
        location: string;
        state: 'active' | 'paused' | 'removed';
        has_token: number;
        url: string | null;
      }>(
        `SELECT o.message_no, o.message_id, o.body, o.body_sha256, c.source_id, c.kind, c.location, g.state, g.has_token, e.url
         FROM outbox_state s JOIN outbox_messages o USING (message_no)
           LEFT JOIN sources c ON c.source_no = o.source_no LEFT JOIN source_settings g ON g.source_no = o.source_no
           LEFT JOIN outbox_endpoints e ON e.source_no = o.source_no
         WHERE s.next_attempt_at <= ? AND NOT EXISTS (
           SELECT 1 FROM outbox_state b WHERE b.tenant_no = s.tenant_no AND b.message_no < s.message_no AND b.state = 'pending'
         )
         ORDER BY o.message_no LIMIT ${MOST_DUE}`,
        [now],
      )
      .map((row) => ({
        messageNo: row.message_no,
        messageId: row.message_id,
        body: row.body,
        bodySha256: row.body_sha256,
        source:
          row.source_id === null
            ? null
            : {
                sourceId: row.source_id,
                kind: row.kind,
                location: row.location,
                state: row.state,
                hasToken: row.has_token === 1,
                url: row.url,
              },
      })),
  /** When the next message is due; null where none waits. */
  'outbox.nextDue': (db: StoreDb, _args: null): string | null =>
    db.get<{ at: string | null }>('SELECT min(next_attempt_at) AS at FROM outbox_state WHERE next_attempt_at IS NOT NULL')!.at,
  'outbox.endpoints': (db: StoreDb, _args: null): OutboxEndpoint[] =>
    db
      .all<{ source_id: string; name: string; kind: 'folder' | 'http'; location: string; url: string | null }>(
        `SELECT c.source_id, c.name, c.kind, c.location, e.url FROM sources c JOIN source_settings g USING (source_no)
           LEFT JOIN outbox_endpoints e USING (source_no) WHERE g.state <> 'removed' ORDER BY c.name`,
      )
      .map(({ source_id, name, kind, location, url }) => ({
        sourceId: source_id,
        name,
        kind,
        target: url ?? (kind === 'http' ? `${location}/actions` : 'outbox/ beside its feeds'),
        configured: url !== null,
      })),
} as const satisfies QueryMap;

export interface RecordArgs {
  readonly messageNo: number;
  readonly requestSha256: string;
  readonly receipt: Receipt;
  readonly now: string;
}

export const outboxWrites = {
  /** Keeps the receipt of a delivery and moves the message on. A message that has ended stays as it is. */
  'outbox.record': (db: StoreDb, { messageNo, requestSha256, receipt, now }: RecordArgs): OutboxState => {
    const before = db.get<{
      state: OutboxState;
      failures: number;
      attempts: number;
      tenant_no: number;
      message_id: string;
      kind: string;
      created_at: string;
      body: string;
    }>(
      `SELECT s.state, s.failures, s.attempts, s.tenant_no, o.message_id, o.kind, o.created_at, o.body
       FROM outbox_state s JOIN outbox_messages o USING (message_no) WHERE s.message_no = ?`,
      [messageNo],
    );
    if (before === undefined) throw new TypeError('there is no such message');
    db.run(
      `INSERT INTO outbox_attempts (attempt_no, message_no, at, via, outcome, request_sha256, status, response_bytes, response_sha256, says)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        numbered(db, 'outbox_attempts', 'attempt_no'),
        messageNo,
        now,
        receipt.via,
        receipt.outcome,
        requestSha256,
        receipt.status,
        receipt.responseBytes,
        receipt.responseSha256,
        receipt.says,
      ],
    );
    const { outcome } = receipt;
    if (before.state === 'acknowledged') {
      db.run('UPDATE outbox_state SET attempts = attempts + 1, last_attempt_at = ? WHERE message_no = ?', [now, messageNo]);
      return before.state;
    }
    // Both count deliveries in a row that brought no end: those that reached nobody, and those that were only taken again.
    const again = (outcome === 'unreachable' || (outcome === 'sent' && before.state === 'sent') ? before.failures : 0) + 1;
    const givenUp = outcome === 'unreachable' && again >= MOST_FAILURES;
    const state: OutboxState =
      outcome === 'acknowledged'
        ? 'acknowledged'
        : outcome === 'refused' || givenUp
          ? 'failed'
          : outcome === 'sent' || before.state === 'sent'
            ? 'sent'
            : 'pending';
    const ended = state === 'acknowledged' || state === 'failed';
    db.run(
      `UPDATE outbox_state SET state = ?, attempts = attempts + 1, failures = ?, next_attempt_at = ?, last_attempt_at = ?, says = ?
       WHERE message_no = ?`,
      [state, again, ended ? null : addMs(now, Math.max(waitMs(again), receipt.retryAfterMs ?? 0)), now, receipt.says, messageNo],
    );
    const { title } = JSON.parse(before.body) as { title: string };
    const address = `/approvals/outbox/${before.message_id}`;
    if (state !== before.state && state !== 'pending')
      addTimeline(db, {
        tenantNo: before.tenant_no,
        at: now,
        kind: 'action',
        status: state === 'acknowledged' ? 'ok' : state === 'failed' ? 'bad' : 'idle',
        title: `${title}: ${state === 'acknowledged' ? 'carried out upstream' : state === 'failed' ? 'not carried out upstream' : 'sent upstream'}`,
        says: receipt.says,
        address,
        key: `outbox/${messageNo}/${state}/${before.attempts + 1}`,
      });
    const key = `outbox/${messageNo}`;
    if (state === 'failed')
      openIncident(db, {
        key,
        kind: 'outbox',
        severity: 'bad',
        tenantNo: before.tenant_no,
        title: `${title}: the tenant's own system did not take it`,
        says: `${receipt.says} Here it is a fact, there it is not: have it carried out there and retry, or roll it back.`,
        address,
        ownerRole: 'platform',
        now,
      });
    else if (state === 'acknowledged') resolveIncident(db, { key, says: receipt.says, now });
    else if (state === 'sent' && Date.parse(now) - Date.parse(before.created_at) > SENT_TOO_LONG_HOURS * 3_600_000)
      openIncident(db, {
        key,
        kind: 'outbox',
        severity: 'warn',
        tenantNo: before.tenant_no,
        title: `${title}: taken by the tenant's own system, and not carried out for ${SENT_TOO_LONG_HOURS} hours`,
        says: `${receipt.says} Ask its operator.`,
        address,
        ownerRole: 'platform',
        now,
      });
    return state;
  },
  /** Tries a message that failed or waits again, now. CONFLICT where it was carried out. */
  'outbox.retry': (db: StoreDb, { messageId, by }: { messageId: string; by: ChangedBy }): void => {
    const row = visibleMessage(db, messageId);
    if (row.state === 'acknowledged')
      throw new AppError('CONFLICT', 'This message was carried out already; nothing was changed.', {
        nextStep: 'Roll it back if it was wrong.',
      });
    db.run(
      `UPDATE outbox_state SET state = CASE state WHEN 'failed' THEN 'pending' ELSE state END, failures = 0, next_attempt_at = ?, says = ?
       WHERE message_no = ?`,
      [by.now, 'Waits to be tried again.', row.message_no],
    );
    recordChange(db, by, {
      action: 'outbox.retry',
      subject: `${row.kind} of ${row.tenant_name}`,
      before: { state: row.state, attempts: row.attempts },
      after: { state: row.state === 'failed' ? 'pending' : row.state },
      address: `/approvals/outbox/${messageId}`,
    });
  },
  'outbox.setEndpoint': (db: StoreDb, { sourceId, url, by }: { sourceId: string; url: string | null; by: ChangedBy }): void => {
    const source = db.get<{ source_no: number; name: string; before: string | null }>(
      `SELECT c.source_no, c.name, e.url AS before FROM sources c JOIN source_settings g USING (source_no)
         LEFT JOIN outbox_endpoints e USING (source_no) WHERE c.source_id = ? AND g.state <> 'removed'`,
      [sourceId],
    );
    if (source === undefined)
      throw new AppError('NOT_FOUND', 'There is no such source.', { nextStep: 'Look for it in Settings.', details: { sourceId } });
    const target = url === null ? null : endpointUrl(url);
    if (target === null) db.run('DELETE FROM outbox_endpoints WHERE source_no = ?', [source.source_no]);
    else
      db.run(
        `INSERT INTO outbox_endpoints (source_no, url, updated_at) VALUES (?, ?, ?)
         ON CONFLICT (source_no) DO UPDATE SET url = excluded.url, updated_at = excluded.updated_at`,
        [source.source_no, target, by.now],
      );
    recordChange(db, by, {
      action: 'outbox.endpoint',
      subject: source.name,
      before: { url: source.before },
      after: { url: target },
      address: '/approvals?tab=outbox',
    });
  },
} as const satisfies QueryMap;

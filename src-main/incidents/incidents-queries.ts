import type { Incident, IncidentEvent, IncidentKind } from '../../src-shared/contract/incidents.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlParams, StoreDb } from '../store/index.ts';
import { addTimeline, scopeSql, updateStanding } from '../tenants/index.ts';
import { durationSays, type IncidentInput, incidentIdOf, restoreSeconds, restoreTimes, type RestoreTimes } from './incident.ts';

/** Incidents as facts with a derived state; every function here runs inside the transaction of what it speaks of. */

const incidentAddress = (incidentNo: number): string => `/incidents/${incidentNo}`;

const nextNo = (db: StoreDb, column: 'incident_no' | 'event_no', table: string): number =>
  db.get<{ next: number }>(`SELECT coalesce(max(${column}), 0) + 1 AS next FROM ${table}`)!.next;

const addEvent = (
  db: StoreDb,
  event: { incidentNo: number; kind: IncidentEvent['kind']; at: string; memberId: string | null; body: object },
): void => {
  db.run('INSERT INTO incident_events (event_no, incident_no, kind, at, member_id, body) VALUES (?, ?, ?, ?, ?, ?)', [
    nextNo(db, 'event_no', 'incident_events'),
    event.incidentNo,
    event.kind,
    event.at,
    event.memberId,
    JSON.stringify(event.body),
  ]);
};

/** The catalogue shows how many incidents of a tenant stand open. */
const recount = (db: StoreDb, tenantNo: number | null, now: string): void => {
  if (tenantNo === null) return;
  const { open } = db.get<{ open: number }>(`SELECT count(*) AS open FROM incident_state WHERE tenant_no = ? AND state = 'open'`, [
    tenantNo,
  ])!;
  updateStanding(db, tenantNo, { openIncidents: open }, now);
};

/**
 * Opens an incident, or records that an open one was met again: the same key is one incident while it stands. Inside the
 * transaction in which the trouble was found, so that neither is there without the other.
 * Answers with its number.
 */
export function openIncident(db: StoreDb, input: IncidentInput): number {
  const times = input.times ?? 1;
  const open = db.get<{ incident_no: number }>(`SELECT incident_no FROM incident_state WHERE key = ? AND state = 'open'`, [input.key]);
  if (open !== undefined) {
    const incidentNo = open.incident_no;
    addEvent(db, { incidentNo, kind: 'seen-again', at: input.now, memberId: null, body: { says: input.says, times } });
    db.run(
      `UPDATE incident_state SET says = ?, times_seen = times_seen + ?, last_seen_at = ?,
         severity = CASE WHEN ? = 'bad' THEN 'bad' ELSE severity END WHERE incident_no = ?`,
      [input.says, times, input.now, input.severity, incidentNo],
    );
    return incidentNo;
  }
  const incidentNo = nextNo(db, 'incident_no', 'incidents');
  db.run(
    `INSERT INTO incidents (incident_no, key, kind, severity, tenant_no, opened_at, title, says, address, owner_role)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [incidentNo, input.key, input.kind, input.severity, input.tenantNo, input.now, input.title, input.says, input.address, input.ownerRole],
  );
  db.run(
    `INSERT INTO incident_state (incident_no, key, state, tenant_no, kind, severity, says, times_seen, last_seen_at)
     VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?)`,
    [incidentNo, input.key, input.tenantNo, input.kind, input.severity, input.says, times, input.now],
  );
  if (input.tenantNo !== null)
    addTimeline(db, {
      tenantNo: input.tenantNo,
      at: input.now,
      kind: 'incident',
      status: input.severity,
      title: `Incident ${incidentIdOf(incidentNo)} opened`,
      says: `${input.title}. ${input.says}`,
      address: incidentAddress(incidentNo),
      key: `incident/${incidentNo}/opened`,
    });
  recount(db, input.tenantNo, input.now);
  return incidentNo;
}

interface EndArgs {
  readonly incidentNo: number;
  readonly says: string;
  readonly memberId: string | null;
  readonly now: string;
}

function end(db: StoreDb, { incidentNo, says, memberId, now }: EndArgs): void {
  const { opened_at, tenant_no, title } = db.get<{ opened_at: string; tenant_no: number | null; title: string }>(
    'SELECT opened_at, tenant_no, title FROM incidents WHERE incident_no = ?',
    [incidentNo],
  )!;
  const seconds = restoreSeconds(opened_at, now);
  addEvent(db, { incidentNo, kind: 'resolved', at: now, memberId, body: { says } });
  db.run(`UPDATE incident_state SET state = 'resolved', resolved_at = ?, restore_seconds = ? WHERE incident_no = ?`, [
    now,
    seconds,
    incidentNo,
  ]);
  if (tenant_no !== null)
    addTimeline(db, {
      tenantNo: tenant_no,
      at: now,
      kind: 'incident',
      status: 'ok',
      title: `Incident ${incidentIdOf(incidentNo)} resolved`,
      says: `${title}; restored in ${durationSays(seconds)}`,
      address: incidentAddress(incidentNo),
      key: `incident/${incidentNo}/resolved`,
    });
  recount(db, tenant_no, now);
}

/** Ends the open incident of this key because its cause is gone; false where none stands. */
export function resolveIncident(db: StoreDb, { key, says, now }: { key: string; says: string; now: string }): boolean {
  const open = db.get<{ incident_no: number }>(`SELECT incident_no FROM incident_state WHERE key = ? AND state = 'open'`, [key]);
  if (open === undefined) return false;
  end(db, { incidentNo: open.incident_no, says, memberId: null, now });
  return true;
}

interface IncidentRow {
  readonly incident_no: number;
  readonly kind: IncidentKind;
  readonly severity: 'warn' | 'bad';
  readonly state: 'open' | 'resolved';
  readonly tenant_id: string | null;
  readonly tenant_name: string | null;
  readonly title: string;
  readonly says: string;
  readonly address: string | null;
  readonly opened_at: string;
  readonly last_seen_at: string;
  readonly times_seen: number;
  readonly owner_role: string;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly resolved_at: string | null;
  readonly restore_seconds: number | null;
}

const incidentOf = (row: IncidentRow): Incident => ({
  incidentNo: row.incident_no,
  incidentId: incidentIdOf(row.incident_no),
  kind: row.kind,
  severity: row.severity,
  state: row.state,
  tenant: row.tenant_id === null ? null : { tenantId: row.tenant_id, name: row.tenant_name ?? row.tenant_id },
  title: row.title,
  says: row.says,
  address: row.address,
  openedAt: row.opened_at,
  lastSeenAt: row.last_seen_at,
  timesSeen: row.times_seen,
  ownerRole: row.owner_role,
  owner: row.owner_id === null ? null : { memberId: row.owner_id, name: row.owner_name ?? row.owner_id },
  resolvedAt: row.resolved_at,
  restoreSeconds: row.restore_seconds,
});

const FROM = `FROM incident_state s JOIN incidents i USING (incident_no)
  LEFT JOIN tenants t ON t.tenant_no = s.tenant_no LEFT JOIN members m ON m.member_id = s.owner_id`;
const SELECT = `SELECT s.incident_no, s.kind, s.severity, s.state, t.tenant_id, t.name AS tenant_name, i.title, s.says, i.address,
  i.opened_at, s.last_seen_at, s.times_seen, i.owner_role, s.owner_id, m.name AS owner_name, s.resolved_at, s.restore_seconds ${FROM}`;

export interface IncidentListArgs {
  readonly state: 'open' | 'resolved' | 'all';
  readonly kind: IncidentKind | null;
  readonly severity: 'warn' | 'bad' | null;
  readonly tenantId: string | null;
  readonly ownerId: string | null;
  /** Incidents with a smaller number. */
  readonly after: number | null;
  readonly limit: number;
  /** ISO 8601 UTC: times to restore are taken of the 90 days before. */
  readonly now: string;
}

export interface IncidentPage {
  readonly incidents: Incident[];
  readonly next: number | null;
  readonly totals: { readonly open: number; readonly bad: number; readonly unowned: number; readonly resolved: number };
  readonly restore: RestoreTimes | null;
}

const RESTORE_DAYS = 90;

/** One incident within the scope of who asks. The same answer for one that is not there and one that is another partner's. */
function visible(db: StoreDb, incidentNo: number): IncidentRow {
  const row = db.get<IncidentRow>(`${SELECT} WHERE s.incident_no = ?${scopeSql(db, 't')}`, [incidentNo]);
  if (row !== undefined) return row;
  throw new AppError('NOT_FOUND', `There is no incident ${incidentIdOf(incidentNo)}.`, {
    nextStep: 'Look for it in the list of incidents.',
    details: { incidentNo },
  });
}

const requireOpen = (row: IncidentRow): void => {
  if (row.state === 'open') return;
  throw new AppError('CONFLICT', `${incidentIdOf(row.incident_no)} was resolved already; nothing was changed.`, {
    nextStep: 'Reload it. If the trouble is back, it will be opened again by itself.',
    details: { incidentNo: row.incident_no, resolvedAt: row.resolved_at },
  });
};

export const incidentsReads = {
  'incidents.list': (db: StoreDb, args: IncidentListArgs): IncidentPage => {
    const scope = scopeSql(db, 't');
    // Filters that the totals keep: whose and of which tenant; the rest choose among them.
    const fixed: [string, string][] = [];
    if (args.tenantId !== null) fixed.push(['t.tenant_id = ?', args.tenantId]);
    if (args.ownerId !== null) fixed.push(['s.owner_id = ?', args.ownerId]);
    const chosen = [...fixed];
    if (args.state !== 'all') chosen.push(['s.state = ?', args.state]);
    if (args.kind !== null) chosen.push(['s.kind = ?', args.kind]);
    if (args.severity !== null) chosen.push(['s.severity = ?', args.severity]);
    const where = (parts: readonly [string, string][]): string => parts.map(([sql]) => ` AND ${sql}`).join('');
    const values = (parts: readonly [string, string][]): string[] => parts.map(([, value]) => value);

    const rows = db.all<IncidentRow>(`${SELECT} WHERE s.incident_no < ?${scope}${where(chosen)} ORDER BY s.incident_no DESC LIMIT ?`, [
      args.after ?? Number.MAX_SAFE_INTEGER,
      ...values(chosen),
      args.limit + 1,
    ] satisfies SqlParams);
    const totals = db.get<{ open: number; bad: number; unowned: number; resolved: number }>(
      `SELECT coalesce(sum(s.state = 'open'), 0) AS open, coalesce(sum(s.state = 'open' AND s.severity = 'bad'), 0) AS bad,
         coalesce(sum(s.state = 'open' AND s.owner_id IS NULL), 0) AS unowned, coalesce(sum(s.state = 'resolved'), 0) AS resolved
       ${FROM} WHERE 1${scope}${where(fixed)}`,
      values(fixed),
    )!;
    const since = new Date(Date.parse(args.now) - RESTORE_DAYS * 86_400_000).toISOString();
    const restored = db.all<{ restore_seconds: number }>(
      `SELECT s.restore_seconds ${FROM} WHERE s.state = 'resolved' AND s.resolved_at >= ?${scope}${where(fixed)}`,
      [since, ...values(fixed)],
    );
    const page = rows.slice(0, args.limit);
    return {
      incidents: page.map(incidentOf),
      next: rows.length > args.limit ? (page.at(-1)?.incident_no ?? null) : null,
      totals,
      restore: restoreTimes(restored.map(({ restore_seconds }) => restore_seconds)),
    };
  },
  'incidents.show': (db: StoreDb, { incidentNo }: { incidentNo: number }): { incident: Incident; events: IncidentEvent[] } => {
    const row = visible(db, incidentNo);
    const opened = db.get<{ says: string }>('SELECT says FROM incidents WHERE incident_no = ?', [incidentNo])!;
    const events = db.all<{ kind: Exclude<IncidentEvent['kind'], 'opened'>; at: string; name: string | null; body: string }>(
      `SELECT e.kind, e.at, m.name, e.body FROM incident_events e LEFT JOIN members m USING (member_id)
       WHERE e.incident_no = ? ORDER BY e.event_no DESC LIMIT 500`,
      [incidentNo],
    );
    return {
      incident: incidentOf(row),
      events: [
        { kind: 'opened', at: row.opened_at, by: null, says: opened.says, times: null },
        ...events.reverse().map(({ kind, at, name, body }) => {
          const { says, times, owner } = JSON.parse(body) as { says?: string; times?: number; owner?: string };
          return { kind, at, by: name, says: says ?? `Taken by ${owner ?? 'nobody'}`, times: times ?? null };
        }),
      ],
    };
  },
  'incidents.openCount': (db: StoreDb, _args: null): number =>
    db.get<{ n: number }>(`SELECT count(*) AS n FROM incident_state WHERE state = 'open'`)!.n,
  /** Open incidents whose key begins so, oldest first: how a rule that looks again knows what it raised. */
  'incidents.openByKey': (db: StoreDb, { prefix }: { prefix: string }): OpenByKey[] =>
    db.all<OpenByKey>(
      `SELECT s.key, i.title, s.says, s.severity, i.opened_at AS since, coalesce(i.address, '/incidents/' || s.incident_no) AS address
       FROM incident_state s JOIN incidents i USING (incident_no)
       WHERE s.state = 'open' AND s.key >= ? AND s.key < ? ORDER BY s.incident_no`,
      [prefix, `${prefix}\uffff`],
    ),
} satisfies QueryMap;

export interface OpenByKey {
  readonly key: string;
  readonly title: string;
  readonly says: string;
  readonly severity: 'warn' | 'bad';
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly address: string;
}

interface Act {
  readonly incidentNo: number;
  readonly by: ChangedBy;
}

const audited = (db: StoreDb, row: IncidentRow, by: ChangedBy, action: string, after: unknown): void => {
  recordChange(db, by, {
    action,
    subject: incidentIdOf(row.incident_no),
    before: row.owner_name === null ? null : { owner: row.owner_name },
    after,
    address: incidentAddress(row.incident_no),
  });
};

export const incidentsWrites = {
  /** What a standing rule found: opens what is new and ends what is over, in one transaction. */
  'incidents.apply': (
    db: StoreDb,
    args: {
      readonly open: readonly IncidentInput[];
      readonly end: readonly { readonly key: string; readonly says: string }[];
      readonly now: string;
    },
  ): void => {
    for (const input of args.open) openIncident(db, input);
    for (const { key, says } of args.end) resolveIncident(db, { key, says, now: args.now });
  },
  /** Fails with NOT_FOUND where the incident or the member is not to be seen, CONFLICT where it has ended. */
  'incidents.assign': (db: StoreDb, { incidentNo, memberId, by }: Act & { memberId: string }): void => {
    const row = visible(db, incidentNo);
    requireOpen(row);
    const { partnerId } = db.scope;
    const member = db.get<{ name: string }>(
      `SELECT name FROM members WHERE member_id = ?${partnerId === null ? '' : ' AND partner_id = ?'}`,
      partnerId === null ? [memberId] : [memberId, partnerId],
    );
    if (member === undefined)
      throw new AppError('NOT_FOUND', 'There is no such member; the incident keeps its owner.', {
        nextStep: 'Choose one of the members of this workspace.',
        details: { memberId },
      });
    addEvent(db, { incidentNo, kind: 'assigned', at: by.now, memberId: by.memberId, body: { ownerId: memberId, owner: member.name } });
    db.run('UPDATE incident_state SET owner_id = ? WHERE incident_no = ?', [memberId, incidentNo]);
    audited(db, row, by, 'incident.assign', { owner: member.name });
  },
  'incidents.note': (db: StoreDb, { incidentNo, says, by }: Act & { says: string }): void => {
    const row = visible(db, incidentNo);
    addEvent(db, { incidentNo, kind: 'note', at: by.now, memberId: by.memberId, body: { says } });
    audited(db, row, by, 'incident.note', { says });
  },
  'incidents.resolve': (db: StoreDb, { incidentNo, says, by }: Act & { says: string }): void => {
    const row = visible(db, incidentNo);
    requireOpen(row);
    end(db, { incidentNo, says, memberId: by.memberId, now: by.now });
    audited(db, row, by, 'incident.resolve', { says });
  },
} satisfies QueryMap;

export type IncidentsReads = typeof incidentsReads;
export type IncidentsWrites = typeof incidentsWrites;

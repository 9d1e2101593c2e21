import { AppError } from '../../src-shared/kernel/errors.ts';
import { refusedByPolicy } from '../approvals/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { addTimeline, tenantAddress, tenantIdOf } from '../tenants/index.ts';
import { decideTenant, tenantFacts } from './tenant-facts.ts';

/** Views as a tenant: read only, for a while, with a reason, and an end that is written down. */

export interface ViewStart {
  readonly tenantId: string;
  readonly reason: string;
  readonly minutes: number;
  readonly by: ChangedBy;
}

export interface ViewStarted {
  readonly tenantId: string;
  readonly until: string;
  readonly says: string;
  readonly latencyMs: number;
}

export function startView(db: StoreDb, { tenantId, reason, minutes, by }: ViewStart): ViewStarted {
  const tenant = tenantFacts(db, tenantId);
  const decision = decideTenant(db, 'can_impersonate', tenant, { memberId: by.memberId, stage: 'execute', confirmations: 0 });
  if (!decision.allowed) throw refusedByPolicy(decision);
  if (by.memberId === null)
    throw new AppError('FORBIDDEN', 'Only a member views as a tenant.', { nextStep: 'Choose who acts in Settings.' });
  const until = new Date(Date.parse(by.now) + minutes * 60_000).toISOString();
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(view_no), 0) + 1 AS next FROM impersonations')!;
  const { name } = db.get<{ name: string }>('SELECT name FROM members WHERE member_id = ?', [by.memberId])!;
  db.run('INSERT INTO impersonations (view_no, tenant_no, member_id, reason, started_at, until) VALUES (?, ?, ?, ?, ?, ?)', [
    next,
    tenant.tenantNo,
    by.memberId,
    reason,
    by.now,
    until,
  ]);
  addTimeline(db, {
    tenantNo: tenant.tenantNo,
    at: by.now,
    kind: 'action',
    status: 'idle',
    title: `Viewed as tenant, for up to ${minutes} min`,
    says: `by ${name}, read only: ${reason}`,
    address: tenantAddress(tenantId),
    key: `view/${next}`,
  });
  recordChange(db, by, {
    action: 'tenant.view.begin',
    subject: tenantId,
    before: null,
    after: { view: next, until, reason },
    address: tenantAddress(tenantId),
  });
  return {
    tenantId,
    until,
    says: `You see ${tenant.name} as it sees itself, read only, until ${until.slice(11, 16)} UTC.`,
    latencyMs: decision.latencyMs,
  };
}

interface OpenView {
  readonly view_no: number;
  readonly tenant_no: number;
  readonly member_id: string;
  readonly started_at: string;
  readonly until: string;
}

const OPEN = `SELECT v.view_no, v.tenant_no, v.member_id, v.started_at, v.until FROM impersonations v
  WHERE NOT EXISTS (SELECT 1 FROM impersonation_ends e WHERE e.view_no = v.view_no)`;

function endView(db: StoreDb, view: OpenView, how: 'left' | 'time', by: ChangedBy): void {
  const endedAt = how === 'time' || by.now > view.until ? view.until : by.now;
  db.run('INSERT INTO impersonation_ends (view_no, ended_at, how) VALUES (?, ?, ?)', [view.view_no, endedAt, how]);
  const minutes = Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(view.started_at)) / 60_000));
  recordChange(db, by, {
    action: 'tenant.view.end',
    subject: tenantIdOf(db, view.tenant_no),
    before: null,
    after: { view: view.view_no, how, endedAt, minutes },
    address: tenantAddress(tenantIdOf(db, view.tenant_no)),
  });
}

/** Ends the views of a member who leaves them. Answers with how many there were. */
export function leaveViews(db: StoreDb, { by }: { readonly by: ChangedBy }): number {
  const views = db.all<OpenView>(`${OPEN} AND v.member_id = ? AND v.started_at <= ?`, [by.memberId, by.now]);
  for (const view of views) endView(db, view, by.now > view.until ? 'time' : 'left', by);
  return views.length;
}

/** Writes down the ends of views whose time is over. */
export function endDueViews(db: StoreDb, { by }: { readonly by: ChangedBy }): number {
  const views = db.all<OpenView>(`${OPEN} AND v.until < ? LIMIT 500`, [by.now]);
  for (const view of views) endView(db, view, 'time', by);
  return views.length;
}

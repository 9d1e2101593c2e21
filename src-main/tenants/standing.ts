import type { LimitState, TenantStatus } from '../../src-shared/contract/tenants.ts';
import type { StoreDb } from '../store/index.ts';
import { mrrOfTenant } from './mrr.ts';
import { normalTime } from './record-fields.ts';
import { type RiskFacts, riskOf } from './risk.ts';
import type { SubscriptionRecord } from './subscription-record.ts';
import { plainText, type TenantContact, type TenantRecord, wordsOf } from './tenant-record.ts';

/**
 * The standing of a tenant: what the catalogue filters, sorts and shows. The part that follows from records is derived here;
 * the part that later rooms measure (use of limits, margin, activity, incidents) they hand in.
 */

export interface MarginClose {
  /** YYYY-MM. */
  readonly month: string;
  /** Basis points. */
  readonly bp: number;
}

/** What later rooms know of a tenant; what is left out stays as it is. */
export interface StandingPatch {
  /** The limit that is nearest; null where nothing is limited. */
  readonly limit?: { readonly metric: string; readonly ratioBp: number; readonly state: LimitState } | null;
  /** This month's estimate, millionths of USD. */
  readonly usageCostMicro?: number | bigint | null;
  /** Margins of the last closes, oldest first; the newest six are kept. */
  readonly margins?: readonly MarginClose[];
  /** ISO 8601 UTC; an earlier one than the known is passed over. */
  readonly lastActivityAt?: string | null;
  readonly openIncidents?: number;
}

interface StandingRow {
  readonly tenant_no: number;
  readonly status: TenantStatus;
  readonly risk: number;
  readonly limit_state: LimitState;
  readonly limit_bp: number;
  readonly margin_bp: number | null;
  readonly usage_cost_micro: number | null;
  readonly last_activity_at: string | null;
  readonly open_incidents: number;
  readonly limit_metric: string | null;
  readonly margins: string;
  readonly reasons: string;
  readonly source_risk: number | null;
  readonly last_dunning_at: string | null;
  readonly attention: number;
  readonly non_renewing: number;
  readonly risk_on: string;
}

const SELECT = `SELECT s.tenant_no, s.status, s.risk, s.limit_state, s.limit_bp, s.margin_bp, s.usage_cost_micro, s.last_activity_at,
    s.open_incidents, d.limit_metric, d.margins, d.reasons, d.source_risk, d.last_dunning_at, d.attention, d.non_renewing, d.risk_on
  FROM tenant_standing s JOIN tenant_details d USING (tenant_no) WHERE s.tenant_no = ?`;

const KEPT_CLOSES = 6;

/** Facts that the catalogue counts changed: what was counted before is counted again. */
export const markChanged = (db: StoreDb): void => {
  db.run('UPDATE tenant_changes SET change_no = change_no + 1 WHERE one = 1');
};

const riskFacts = (row: StandingRow, margins: readonly MarginClose[]): RiskFacts => ({
  status: row.status,
  limit: row.limit_metric === null || row.limit_bp < 0 ? null : { metric: row.limit_metric, ratioBp: row.limit_bp, state: row.limit_state },
  marginsBp: margins.map(({ bp }) => bp),
  openIncidents: row.open_incidents,
  lastActivityAt: row.last_activity_at,
  lastDunningAt: row.last_dunning_at,
  needsAttention: row.attention === 1,
  nonRenewing: row.non_renewing === 1,
  sourceRisk: row.source_risk,
});

/**
 * Takes what a later room measured, and judges the risk again. Inside a write, in the transaction of what it follows from.
 * @returns whether anything is another than before
 * @throws RangeError for a tenant that is not known
 */
export function updateStanding(db: StoreDb, tenantNo: number, patch: StandingPatch, now: string): boolean {
  const row = db.get<StandingRow>(SELECT, [tenantNo]);
  if (row === undefined) throw new RangeError(`there is no tenant number ${tenantNo}`);
  const margins = patch.margins === undefined ? (JSON.parse(row.margins) as MarginClose[]) : patch.margins.slice(-KEPT_CLOSES);
  const cost =
    patch.usageCostMicro === undefined ? row.usage_cost_micro : patch.usageCostMicro === null ? null : Number(patch.usageCostMicro);
  const limit =
    patch.limit === undefined
      ? { limit_metric: row.limit_metric, limit_bp: row.limit_bp, limit_state: row.limit_state }
      : patch.limit === null
        ? { limit_metric: null, limit_bp: -1, limit_state: 'none' as const }
        : { limit_metric: patch.limit.metric, limit_bp: patch.limit.ratioBp, limit_state: patch.limit.state };
  const activity = patch.lastActivityAt ?? null;
  const after: StandingRow = {
    ...row,
    ...limit,
    usage_cost_micro: cost,
    margins: JSON.stringify(margins),
    margin_bp: margins.at(-1)?.bp ?? null,
    last_activity_at:
      activity !== null && (row.last_activity_at === null || activity > row.last_activity_at) ? activity : row.last_activity_at,
    open_incidents: patch.openIncidents ?? row.open_incidents,
    risk_on: now.slice(0, 10),
  };
  const risk = riskOf(riskFacts(after, margins), now);
  return writeStanding(db, row, { ...after, risk: risk.points, reasons: JSON.stringify(risk.reasons) });
}

function writeStanding(db: StoreDb, before: StandingRow, after: StandingRow): boolean {
  const differs = (...keys: (keyof StandingRow)[]): boolean => keys.some((key) => before[key] !== after[key]);
  const isCounted = differs('risk', 'limit_state', 'limit_bp', 'margin_bp', 'usage_cost_micro', 'last_activity_at', 'open_incidents');
  if (isCounted)
    db.run(
      `UPDATE tenant_standing SET risk = ?, limit_state = ?, limit_bp = ?, margin_bp = ?, usage_cost_micro = ?, last_activity_at = ?,
         open_incidents = ? WHERE tenant_no = ?`,
      [
        after.risk,
        after.limit_state,
        after.limit_bp,
        after.margin_bp,
        after.usage_cost_micro,
        after.last_activity_at,
        after.open_incidents,
        after.tenant_no,
      ],
    );
  const isShown = differs('limit_metric', 'margins', 'reasons', 'risk_on');
  if (isShown)
    db.run('UPDATE tenant_details SET limit_metric = ?, margins = ?, reasons = ?, risk_on = ? WHERE tenant_no = ?', [
      after.limit_metric,
      after.margins,
      after.reasons,
      after.risk_on,
      after.tenant_no,
    ]);
  if (isCounted) markChanged(db);
  return isCounted || isShown;
}

export interface TenantRow {
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly body: string;
}

export interface SubscriptionRow extends Omit<SubscriptionRecord, 'subscription_id'> {
  readonly subscription_id: string;
}

export const subscriptionsOf = (db: StoreDb, tenantId: string): SubscriptionRow[] =>
  db.all<SubscriptionRow>(
    `SELECT subscription_id, tenant_id, tier, status, quantity, unit_amount, currency, interval, started_at, updated_at, ended_at,
       last_dunning_at, discount_percent FROM subscriptions WHERE tenant_id = ? ORDER BY subscription_id`,
    [tenantId],
  );

/** All tags: of the record, and those that members gave and did not take again. */
export function tagsOf(db: StoreDb, tenantNo: number, ofRecord: readonly string[]): { readonly all: string[]; readonly given: string[] } {
  const given = db
    .all<{ tag: string }>(
      `SELECT tag FROM (SELECT tag, what, max(event_no) FROM tenant_tag_events WHERE tenant_no = ? GROUP BY tag) WHERE what = 'add' ORDER BY tag`,
      [tenantNo],
    )
    .map(({ tag }) => tag);
  return { all: [...new Set([...ofRecord, ...given])].sort(), given };
}

/** `free` and `internal` cost nothing, whatever their plan is called. */
const isPaid = (tier: string): boolean => tier !== 'free' && tier !== 'internal';

/** Time as records keep it: UTC with nine places. */
export const normalNow = (now: string): string => normalTime(now) ?? `${new Date(now).toISOString().slice(0, 23)}000000Z`;

/**
 * Derives the standing of a tenant from its record, subscriptions and tags, keeping what later rooms handed in. Inside a write.
 * The same facts give the same rows whatever came before which.
 */
export function deriveStanding(db: StoreDb, tenantNo: number, now: string): void {
  const tenant = db.get<TenantRow>(
    'SELECT t.tenant_no, t.tenant_id, r.body FROM tenants t JOIN tenant_records r ON r.record_no = t.record_no WHERE t.tenant_no = ?',
    [tenantNo],
  );
  if (tenant === undefined) throw new RangeError(`there is no tenant number ${tenantNo}`);
  const record = JSON.parse(tenant.body) as TenantRecord;
  const at = normalNow(now);
  const subscriptions = subscriptionsOf(db, tenant.tenant_id);
  const mrr = mrrOfTenant(subscriptions, at);
  const running = subscriptions.filter(({ status, ended_at }) => status !== 'canceled' && (ended_at === null || ended_at > at));
  const dunned = running.map(({ last_dunning_at }) => last_dunning_at).filter((found) => found !== null && found <= at);
  const tags = tagsOf(db, tenantNo, record.tags).all;
  const words = wordsOf(record, tags);
  const before = db.get<StandingRow>(SELECT, [tenantNo]);
  const margins = before === undefined ? [] : (JSON.parse(before.margins) as MarginClose[]);
  const base: StandingRow = {
    tenant_no: tenantNo,
    limit_state: 'none',
    limit_bp: -1,
    margin_bp: null,
    usage_cost_micro: null,
    last_activity_at: null,
    open_incidents: 0,
    limit_metric: null,
    margins: '[]',
    ...before,
    status: record.status,
    risk: 0,
    reasons: '[]',
    source_risk: record.risk,
    last_dunning_at: dunned.length === 0 ? null : dunned.reduce((a, b) => (a! > b! ? a : b)),
    attention: running.some(({ status }) => status === 'attention') ? 1 : 0,
    non_renewing: running.some(({ status }) => status === 'non-renewing') ? 1 : 0,
    risk_on: now.slice(0, 10),
  };
  const risk = riskOf(riskFacts(base, margins), now);
  db.run(
    `INSERT INTO tenant_standing (tenant_no, tenant_id, partner_id, plan_id, tier, status, region, name_key, mrr_minor, paid, risk, limit_state,
       limit_bp, margin_bp, usage_cost_micro, last_activity_at, open_incidents)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_no) DO UPDATE SET partner_id = excluded.partner_id, plan_id = excluded.plan_id, tier = excluded.tier,
       status = excluded.status, region = excluded.region, name_key = excluded.name_key, mrr_minor = excluded.mrr_minor,
       paid = excluded.paid, risk = excluded.risk`,
    [
      tenantNo,
      record.tenant_id,
      record.partner_id,
      record.plan_id,
      record.tier,
      record.status,
      record.region,
      plainText(record.name),
      mrr.minor,
      isPaid(record.tier) ? 1 : 0,
      risk.points,
      base.limit_state,
      base.limit_bp,
      base.margin_bp,
      base.usage_cost_micro,
      base.last_activity_at,
      base.open_incidents,
    ],
  );
  const details = [
    JSON.stringify(mrr.other),
    JSON.stringify(risk.reasons),
    JSON.stringify(tags),
    JSON.stringify(record.contacts satisfies readonly TenantContact[]),
    record.risk,
    base.last_dunning_at,
    base.attention,
    base.non_renewing,
    JSON.stringify(words),
    base.risk_on,
  ];
  const had = db.get<{ words: string; tags: string }>('SELECT words, tags FROM tenant_details WHERE tenant_no = ?', [tenantNo]);
  if (had === undefined)
    db.run(
      `INSERT INTO tenant_details (mrr_other, reasons, tags, contacts, source_risk, last_dunning_at, attention, non_renewing, words, risk_on,
         limit_metric, margins, tenant_no) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '[]', ?)`,
      [...details, tenantNo],
    );
  else
    db.run(
      `UPDATE tenant_details SET mrr_other = ?, reasons = ?, tags = ?, contacts = ?, source_risk = ?, last_dunning_at = ?, attention = ?,
         non_renewing = ?, words = ?, risk_on = ? WHERE tenant_no = ?`,
      [...details, tenantNo],
    );
  keepWords(db, 'tenant_words', 'word', tenantNo, had === undefined ? [] : (JSON.parse(had.words) as string[]), words);
  keepWords(db, 'tenant_tags', 'tag', tenantNo, had === undefined ? [] : (JSON.parse(had.tags) as string[]), tags);
  markChanged(db);
}

/** Brings the rows of one tenant from `before` to `after`, touching only what differs. */
function keepWords(
  db: StoreDb,
  table: 'tenant_words' | 'tenant_tags',
  column: 'word' | 'tag',
  tenantNo: number,
  before: readonly string[],
  after: readonly string[],
): void {
  const [old, now] = [new Set(before), new Set(after)];
  for (const word of old) if (!now.has(word)) db.run(`DELETE FROM ${table} WHERE ${column} = ? AND tenant_no = ?`, [word, tenantNo]);
  for (const word of now) if (!old.has(word)) db.run(`INSERT INTO ${table} (${column}, tenant_no) VALUES (?, ?)`, [word, tenantNo]);
}

/** Derives the standing of tenants whose risk was judged on an earlier day: age alone changes it. Returns how many were. */
export function refreshStandings(db: StoreDb, now: string, limit: number): number {
  const due = db.all<{ tenant_no: number }>('SELECT tenant_no FROM tenant_details WHERE risk_on < ? ORDER BY risk_on, tenant_no LIMIT ?', [
    now.slice(0, 10),
    limit,
  ]);
  for (const { tenant_no } of due) deriveStanding(db, tenant_no, now);
  return due.length;
}

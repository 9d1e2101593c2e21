import { formatExact, parseExact } from '../../src-shared/kernel/quantity.ts';
import { openIncident, resolveIncident } from '../incidents/index.ts';
import type { StoreDb } from '../store/index.ts';
import { addTimeline, type MarginClose, tenantAddress, updateStanding } from '../tenants/index.ts';
import { COST_MODEL } from './cost-model.ts';
import { type CostUsed, digestOf, monthData } from './month-data.ts';
import { ECONOMICS_RULE, monthEconomics, perSeat, type TenantEconomics } from './unit-economics.ts';

/**
 * What a month came to when it was closed, as facts. A month is computed once its use can no longer change; the same facts
 * computed again are the same close, and other facts (a subscription that was told later) a restatement beside it.
 */

export const TIERS = ['free', 'starter', 'growth', 'pro', 'enterprise', 'internal'] as const;

/** Under it a closed month is an incident of its tenant: what is paid hardly covers more than the costs. */
export const MARGIN_ALARM_BP = 6000;
const KEPT = 6;

export interface Close {
  readonly closeNo: number;
  readonly month: string;
  readonly closedAt: string;
  readonly rule: string;
  readonly costModel: string;
  readonly costs: readonly CostUsed[];
  readonly sha256: string;
}

interface CloseRow {
  readonly close_no: number;
  readonly month: string;
  readonly closed_at: string;
  readonly rule: string;
  readonly cost_model: string;
  readonly costs: string;
  readonly sha256: string;
}

const closeOf = (row: CloseRow): Close => ({
  closeNo: row.close_no,
  month: row.month,
  closedAt: row.closed_at,
  rule: row.rule,
  costModel: row.cost_model,
  costs: JSON.parse(row.costs) as CostUsed[],
  sha256: row.sha256,
});

/** The close of a month that stands: its newest. */
export const closeOfMonth = (db: StoreDb, month: string): Close | null => {
  const row = db.get<CloseRow>('SELECT * FROM economics_closes WHERE month = ? ORDER BY close_no DESC LIMIT 1', [month]);
  return row === undefined ? null : closeOf(row);
};

/** The closes that stand, newest month first. */
export const standingCloses = (db: StoreDb, limit: number): Close[] =>
  db
    .all<CloseRow>(
      `SELECT c.* FROM economics_closes c WHERE c.close_no = (SELECT max(close_no) FROM economics_closes WHERE month = c.month)
       ORDER BY c.month DESC LIMIT ?`,
      [limit],
    )
    .map(closeOf);

/** Rows as the digest covers them: exact texts, by tenant. */
const rowFacts = (tenants: readonly TenantEconomics[]) =>
  tenants
    .map((row) => ({
      tenant_id: row.tenantId,
      partner_id: row.partnerId,
      tier: row.tier,
      mrr: String(row.mrrMinor),
      llm: String(row.llmMinor),
      infra: String(row.infraMinor),
      support: String(row.supportMinor),
      seats: formatExact(row.seats),
      other_currency: row.otherCurrency,
      margin_bp: row.marginBp,
    }))
    .sort((a, b) => (a.tenant_id < b.tenant_id ? -1 : 1));

export interface ComputedMonth {
  readonly rows: readonly (TenantEconomics & { readonly tenantNo: number })[];
  readonly costs: readonly CostUsed[];
  readonly sha256: string;
}

/** Computes a month from the facts as they are. */
export function computeMonth(db: StoreDb, month: string, now: string): ComputedMonth {
  const data = monthData(db, month, now);
  const { tenants } = monthEconomics(data.tenants, COST_MODEL, TIERS);
  const rows = tenants.map((row, at) => ({ ...row, tenantNo: data.tenants[at]!.tenantNo }));
  const sha256 = digestOf({
    month,
    rule: ECONOMICS_RULE,
    cost_model: COST_MODEL.version,
    costs: data.costs.map(({ metric, version, sha256: digest }) => ({ metric, version, sha256: digest })),
    tenants: rowFacts(rows),
  });
  return { rows, costs: data.costs, sha256 };
}

/** The rows of a close with names as they are now. */
export function rowsOf(db: StoreDb, closeNo: number, scope = ''): (TenantEconomics & { readonly tenantNo: number })[] {
  interface Row {
    readonly tenant_no: number;
    readonly tenant_id: string;
    readonly name: string;
    readonly partner_id: string;
    readonly tier: string;
    readonly mrr_minor: number;
    readonly llm_minor: number;
    readonly infra_minor: number;
    readonly support_minor: number;
    readonly seats: string;
    readonly other_currency: number;
    readonly margin_bp: number | null;
  }
  return db
    .all<Row>(
      `SELECT r.*, t.tenant_id, t.name FROM economics_rows r JOIN tenants t USING (tenant_no) WHERE r.close_no = ?${scope} ORDER BY r.tenant_no`,
      [closeNo],
    )
    .map((row) => {
      const [llmMinor, infraMinor, supportMinor] = [BigInt(row.llm_minor), BigInt(row.infra_minor), BigInt(row.support_minor)];
      const cogsMinor = llmMinor + infraMinor + supportMinor;
      const seats = parseExact(row.seats);
      return {
        tenantNo: row.tenant_no,
        tenantId: row.tenant_id,
        name: row.name,
        partnerId: row.partner_id,
        tier: row.tier,
        otherCurrency: row.other_currency === 1,
        mrrMinor: BigInt(row.mrr_minor),
        llmMinor,
        infraMinor,
        supportMinor,
        cogsMinor,
        marginBp: row.margin_bp,
        seats,
        cogsPerSeatMinor: perSeat(cogsMinor, seats),
      };
    });
}

/** Months whose use is closed and that have no close here, oldest first. */
export const monthsToClose = (db: StoreDb, closedMonths: readonly string[]): string[] => {
  const have = new Set(db.all<{ month: string }>('SELECT DISTINCT month FROM economics_closes').map(({ month }) => month));
  return closedMonths.filter((month) => !have.has(month)).sort();
};

export interface CloseResult {
  readonly month: string;
  readonly isNew: boolean;
  readonly tenants: number;
  readonly sha256: string;
}

/** Keeps what a month came to, and tells the catalogue, the timelines and, where a margin is too low, who must act. Inside a write. */
export function keepClose(db: StoreDb, month: string, now: string): CloseResult {
  const { rows, costs, sha256 } = computeMonth(db, month, now);
  const known = db.get('SELECT 1 FROM economics_closes WHERE month = ? AND sha256 = ?', [month, sha256]);
  if (known !== undefined) return { month, isNew: false, tenants: rows.length, sha256 };
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(close_no), 0) + 1 AS next FROM economics_closes')!;
  db.run('INSERT INTO economics_closes (close_no, month, closed_at, rule, cost_model, costs, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    next,
    month,
    now,
    ECONOMICS_RULE,
    COST_MODEL.version,
    JSON.stringify(costs),
    sha256,
  ]);
  for (const row of rows) {
    db.run(
      `INSERT INTO economics_rows (close_no, tenant_no, partner_id, tier, mrr_minor, llm_minor, infra_minor, support_minor, seats,
         other_currency, margin_bp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        next,
        row.tenantNo,
        row.partnerId,
        row.tier,
        row.mrrMinor,
        row.llmMinor,
        row.infraMinor,
        row.supportMinor,
        formatExact(row.seats),
        row.otherCurrency ? 1 : 0,
        row.marginBp,
      ],
    );
    if (row.marginBp !== null) tellOf(db, month, row.tenantNo, row.tenantId, row.marginBp, now);
  }
  return { month, isNew: true, tenants: rows.length, sha256 };
}

export const percentText = (bp: number): string => `${bp < 0 ? '−' : ''}${(Math.abs(bp) / 100).toFixed(2)}%`;

function tellOf(db: StoreDb, month: string, tenantNo: number, tenantId: string, bp: number, now: string): void {
  const margins = marginsOf(db, tenantNo, KEPT);
  updateStanding(db, tenantNo, { margins }, now);
  const before = margins.filter((close) => close.month < month).at(-1);
  const moved = before === undefined ? '' : `, ${before.bp > bp ? 'down' : 'up'} from ${percentText(before.bp)} in ${before.month}`;
  addTimeline(db, {
    tenantNo,
    at: now,
    kind: 'period',
    status: bp < MARGIN_ALARM_BP ? 'warn' : 'ok',
    title: `${month} closed`,
    says: `Margin ${percentText(bp)}${before !== undefined && before.bp === bp ? ', as before' : moved}.`,
    address: `/usage?tab=economics&month=${month}&proof=${encodeURIComponent(`economics:margin:tenant:${tenantId}`)}`,
    key: `economics/${tenantId}/${month}/${bp}`,
  });
  const key = `margin/${tenantId}`;
  // An older month that is closed late says nothing of today.
  if (margins.at(-1)?.month !== month) return;
  if (bp < MARGIN_ALARM_BP)
    openIncident(db, {
      key,
      kind: 'margin',
      severity: 'warn',
      tenantNo,
      title: 'The margin of a tenant is too low',
      says: `${percentText(bp)} in ${month}; under ${percentText(MARGIN_ALARM_BP)} a tenant is looked at.`,
      address: tenantAddress(tenantId),
      ownerRole: 'finance',
      now,
    });
  else resolveIncident(db, { key, says: `The margin of ${month} is ${percentText(bp)}.`, now });
}

/** A tenant's rows in the closes that stand, oldest first. */
export function closesOfTenant(
  db: StoreDb,
  tenantNo: number,
  limit: number,
): { readonly month: string; readonly mrrMinor: bigint; readonly cogsMinor: bigint; readonly marginBp: number | null }[] {
  return db
    .all<{ month: string; mrr: number; cogs: number; bp: number | null }>(
      `SELECT c.month, r.mrr_minor AS mrr, r.llm_minor + r.infra_minor + r.support_minor AS cogs, r.margin_bp AS bp
       FROM economics_rows r JOIN economics_closes c USING (close_no)
       WHERE r.tenant_no = ? AND c.close_no = (SELECT max(close_no) FROM economics_closes WHERE month = c.month)
       ORDER BY c.month DESC LIMIT ?`,
      [tenantNo, limit],
    )
    .reverse()
    .map(({ month, mrr, cogs, bp }) => ({ month, mrrMinor: BigInt(mrr), cogsMinor: BigInt(cogs), marginBp: bp }));
}

/** Margins of a tenant's last closes, oldest first. */
export const marginsOf = (db: StoreDb, tenantNo: number, limit: number): MarginClose[] =>
  db
    .all<MarginClose>(
      `SELECT c.month, r.margin_bp AS bp FROM economics_rows r JOIN economics_closes c USING (close_no)
       WHERE r.tenant_no = ? AND r.margin_bp IS NOT NULL
         AND c.close_no = (SELECT max(close_no) FROM economics_closes WHERE month = c.month)
       ORDER BY c.month DESC LIMIT ?`,
      [tenantNo, limit],
    )
    .reverse();

import type { PlanLimit } from '../../../src-shared/contract/plans.ts';
import { formatExact, parseExact } from '../../../src-shared/kernel/quantity.ts';
import { openIncident, resolveIncident } from '../../incidents/index.ts';
import { planLimits } from '../../plans/index.ts';
import type { StoreDb } from '../../store/index.ts';
import { addTimeline, updateStanding } from '../../tenants/index.ts';
import { type Catalogue, metricCatalogue } from '../catalogue.ts';
import { monthText } from '../usage-time.ts';
import { judgeLimit, type LimitBounds, limitPeriod, type LimitSpan, passedThresholds, type Threshold } from './limit-policy.ts';
import { periodFigure } from './period-figure.ts';

/**
 * Limits, judged from the rollups in the transaction that changed them: where each tenant stands, and a fact for each limit
 * that was passed, once for metric, period and threshold. Passing a hard limit opens an incident; coming near one does not.
 */

/** As much of touched usage as limits need (usage-touched.ts). */
export interface TouchedMeter {
  readonly tenantNo: number;
  readonly metric: string;
  /** 12 × year + month − 1, ascending. */
  readonly months: readonly number[];
}

interface TenantRow {
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly plan_id: string;
  readonly plan_version: string;
  readonly status: string;
}

export interface LimitUseFound {
  readonly metric: string;
  readonly unit: string;
  readonly per: LimitSpan;
  readonly period: string;
  readonly used: bigint;
  readonly included: bigint;
  readonly bounds: LimitBounds;
}

/** Judges limits within one transaction; what was looked up is remembered until its end. */
export class LimitJudge {
  private readonly db: StoreDb;
  private readonly now: string;
  private readonly catalogue: Catalogue;
  private readonly plans = new Map<string, readonly PlanLimit[]>();

  constructor(db: StoreDb, now: string) {
    this.db = db;
    this.now = now;
    this.catalogue = metricCatalogue(db);
  }

  limitsOf({ plan_id: planId, plan_version: version }: Pick<TenantRow, 'plan_id' | 'plan_version'>): readonly PlanLimit[] {
    const key = `${planId}\n${version}`;
    let limits = this.plans.get(key);
    if (limits === undefined) {
      limits = planLimits(this.db, planId, version);
      this.plans.set(key, limits);
    }
    return limits;
  }

  /** What a tenant used of a limit in a period; of a metric that no catalogue declares nothing was metered. */
  use(tenantNo: number, limit: PlanLimit, period: string): LimitUseFound {
    const metric = this.catalogue.byName.get(limit.metric);
    return {
      metric: limit.metric,
      unit: metric?.newest.unit ?? limit.metric,
      per: limit.per,
      period,
      used: metric === undefined ? 0n : periodFigure(this.db, tenantNo, metric, limit.per, period),
      included: parseExact(limit.included),
      bounds: { soft: limit.soft === null ? null : parseExact(limit.soft), hard: limit.hard === null ? null : parseExact(limit.hard) },
    };
  }

  /** Judges one limit in one period: records what was passed, and where it is the running period how the tenant stands. */
  judge(tenant: TenantRow, limit: PlanLimit, period: string): void {
    if (limit.hard === null) return;
    const use = this.use(tenant.tenant_no, limit, period);
    const { state, ratioBp } = judgeLimit(use.used, use.bounds);
    if (period === limitPeriod(limit.per, this.now) && state !== 'none')
      this.db.run(
        `INSERT INTO limit_standing (tenant_no, metric, per, period, used, included, soft, hard, ratio_bp, state, plan_id, plan_version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (tenant_no, metric, per) DO UPDATE SET period = excluded.period, used = excluded.used, included = excluded.included,
           soft = excluded.soft, hard = excluded.hard, ratio_bp = excluded.ratio_bp, state = excluded.state, plan_id = excluded.plan_id,
           plan_version = excluded.plan_version`,
        [
          tenant.tenant_no,
          limit.metric,
          limit.per,
          period,
          formatExact(use.used),
          formatExact(use.included),
          limit.soft,
          limit.hard,
          ratioBp ?? 0,
          state,
          tenant.plan_id,
          tenant.plan_version,
        ],
      );
    for (const threshold of passedThresholds(use.used, use.bounds)) this.cross(tenant, use, threshold);
  }

  private cross(tenant: TenantRow, use: LimitUseFound, threshold: Threshold): void {
    const { db, now } = this;
    const key = [tenant.tenant_no, use.metric, use.per, use.period, threshold];
    const known = db.get(
      'SELECT 1 FROM limit_crossings WHERE tenant_no = ? AND metric = ? AND per = ? AND period = ? AND threshold = ?',
      key,
    );
    if (known !== undefined) return;
    const limit = threshold === 'hard' ? use.bounds.hard! : use.bounds.soft!;
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(crossing_no), 0) + 1 AS next FROM limit_crossings')!;
    db.run(
      `INSERT INTO limit_crossings (crossing_no, tenant_no, metric, per, period, threshold, at, used, limit_quantity, plan_id, plan_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [next, ...key, now, formatExact(use.used), formatExact(limit), tenant.plan_id, tenant.plan_version],
    );
    const says = `${formatExact(use.used)} ${use.unit} were used ${use.per === 'day' ? 'on' : 'in'} ${use.period}; the ${threshold} limit of ${tenant.plan_id} ${tenant.plan_version} is ${formatExact(limit)}.`;
    const title = threshold === 'hard' ? `${use.metric} passed its limit` : `${use.metric} came near its limit`;
    const address = `/tenants/${encodeURIComponent(tenant.tenant_id)}`;
    addTimeline(db, {
      tenantNo: tenant.tenant_no,
      at: now,
      kind: 'limit',
      status: threshold === 'hard' ? 'bad' : 'warn',
      title,
      says,
      address: '/usage?tab=limits',
      key: `limit/${next}`,
    });
    if (threshold === 'hard')
      openIncident(db, {
        key: limitIncident(tenant.tenant_id, use),
        kind: 'limit',
        severity: 'bad',
        tenantNo: tenant.tenant_no,
        title,
        says: `${says} Talk to the tenant: a larger plan, or less use. Metered use is not cut off by the console.`,
        address,
        ownerRole: 'partner_operator',
        now,
      });
  }

  /** How the tenant stands to its nearest limit now. */
  settle(tenantNo: number): void {
    const nearest = this.db.get<{ metric: string; ratio_bp: number; state: 'ok' | 'soft' | 'over' }>(
      `SELECT metric, ratio_bp, state FROM limit_standing WHERE tenant_no = ? AND period IN (?, ?)
       ORDER BY ratio_bp DESC, metric LIMIT 1`,
      [tenantNo, limitPeriod('month', this.now), limitPeriod('day', this.now)],
    );
    const limit = nearest === undefined ? null : { metric: nearest.metric, ratioBp: nearest.ratio_bp, state: nearest.state };
    updateStanding(this.db, tenantNo, { limit }, this.now);
  }
}

const limitIncident = (tenantId: string, { metric, per, period }: Pick<LimitUseFound, 'metric' | 'per' | 'period'>): string =>
  `limit/${tenantId}/${metric}/${per}/${period}`;

const tenantRow = (db: StoreDb, tenantNo: number): TenantRow | undefined =>
  db.get<TenantRow>('SELECT tenant_no, tenant_id, plan_id, plan_version, status FROM tenants WHERE tenant_no = ?', [tenantNo]);

/**
 * Judges the limits of what was touched, in the transaction of the events. Months that were closed before are passed over:
 * their figures no longer change, late events are adjustments.
 */
export function judgeTouchedLimits(db: StoreDb, touched: readonly TouchedMeter[], now: string): void {
  const judge = new LimitJudge(db, now);
  const thisMonth = limitPeriod('month', now);
  const today = limitPeriod('day', now);
  const tenants = new Map<number, TenantRow>();
  const judged = new Set<number>();
  for (const { tenantNo, metric, months } of touched) {
    const tenant = tenants.get(tenantNo) ?? tenantRow(db, tenantNo);
    if (tenant === undefined) continue;
    tenants.set(tenantNo, tenant);
    for (const limit of judge.limitsOf(tenant)) {
      if (limit.metric !== metric) continue;
      judged.add(tenantNo);
      if (limit.per === 'day') judge.judge(tenant, limit, today);
      else
        for (const month of months.map(monthText)) if (month <= thisMonth && month >= lastOf(thisMonth)) judge.judge(tenant, limit, month);
    }
  }
  for (const tenantNo of judged) judge.settle(tenantNo);
}

/** The month before, which may still be in grace. */
const lastOf = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
};

/**
 * Judges every limit of tenants anew: a period began, a plan changed. Incidents of periods that ended end too.
 * @param after number of the last tenant of the page before; 0 for the first
 * @returns the number to go on after; null at the end
 */
export function refreshLimits(db: StoreDb, { after, limit, now }: { after: number; limit: number; now: string }): number | null {
  const rows = db.all<TenantRow>(
    'SELECT tenant_no, tenant_id, plan_id, plan_version, status FROM tenants WHERE tenant_no > ? ORDER BY tenant_no LIMIT ?',
    [after, limit],
  );
  for (const tenant of rows) refreshTenantLimits(db, tenant, now);
  if (rows.length < limit) endPastIncidents(db, now);
  return rows.length < limit ? null : rows.at(-1)!.tenant_no;
}

function refreshTenantLimits(db: StoreDb, tenant: TenantRow, now: string): void {
  const judge = new LimitJudge(db, now);
  const limits = judge.limitsOf(tenant).filter(({ hard }) => hard !== null);
  const kept = new Set(limits.map(({ metric, per }) => `${metric}\n${per}`));
  for (const row of db.all<{ metric: string; per: LimitSpan }>('SELECT metric, per FROM limit_standing WHERE tenant_no = ?', [
    tenant.tenant_no,
  ]))
    if (!kept.has(`${row.metric}\n${row.per}`))
      db.run('DELETE FROM limit_standing WHERE tenant_no = ? AND metric = ? AND per = ?', [tenant.tenant_no, row.metric, row.per]);
  for (const limit of limits) judge.judge(tenant, limit, limitPeriod(limit.per, now));
  judge.settle(tenant.tenant_no);
}

/** The limits of one tenant, as when its plan changed. */
export function refreshLimitsOf(db: StoreDb, tenantNo: number, now: string): void {
  const tenant = tenantRow(db, tenantNo);
  if (tenant !== undefined) refreshTenantLimits(db, tenant, now);
}

function endPastIncidents(db: StoreDb, now: string): void {
  const open = db.all<{ key: string }>(`SELECT key FROM incident_state WHERE kind = 'limit' AND state = 'open'`);
  for (const { key } of open) {
    const period = key.slice(key.lastIndexOf('/') + 1);
    const per: LimitSpan = period.length === 7 ? 'month' : 'day';
    if (/^\d{4}-\d{2}(-\d{2})?$/.test(period) && period < limitPeriod(per, now))
      resolveIncident(db, { key, says: `The ${per} ${period} ended; its limit counts anew.`, now });
  }
}

/** Every limit of a tenant with what was used of it now. */
export function limitStates(
  db: StoreDb,
  tenantNo: number,
  now: string,
): (LimitUseFound & { readonly ratioBp: number | null; readonly state: ReturnType<typeof judgeLimit>['state'] })[] {
  const tenant = tenantRow(db, tenantNo);
  if (tenant === undefined) return [];
  const judge = new LimitJudge(db, now);
  return judge.limitsOf(tenant).map((limit) => {
    const use = judge.use(tenantNo, limit, limitPeriod(limit.per, now));
    return { ...use, ...judgeLimit(use.used, use.bounds) };
  });
}

import type { LimitCrossing, LimitRow, LimitUse } from '../../../src-shared/contract/metering-care.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { formatExact, parseExact } from '../../../src-shared/kernel/quantity.ts';
import type { QueryMap, SqlValue, StoreDb } from '../../store/index.ts';
import { scopeSql, tenantAddress, visibleTenant } from '../../tenants/index.ts';
import { metricCatalogue } from '../catalogue.ts';
import { decideCommand, limitPeriod, type LimitSpan } from './limit-policy.ts';
import { limitStates, refreshLimits } from './limit-store.ts';
import { pageNumber } from './page-number.ts';

/** Who is near a limit, which were passed, and whether one more use fits. */

interface StandingRow {
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly name: string;
  readonly metric: string;
  readonly per: LimitSpan;
  readonly period: string;
  readonly used: string;
  readonly included: string;
  readonly soft: string | null;
  readonly hard: string;
  readonly ratio_bp: number;
  readonly state: 'ok' | 'soft' | 'over';
  readonly plan_id: string;
  readonly plan_version: string;
}

interface ListArgs {
  readonly state: 'near' | 'soft' | 'over' | 'all';
  readonly metric: string | null;
  readonly tenantId: string | null;
  /** `ratio|tenant|metric|per` of the last row of the page before. */
  readonly after: string | null;
  readonly limit: number;
  readonly now: string;
}

const STATES: Readonly<Record<ListArgs['state'], string>> = {
  near: ` AND l.state IN ('soft', 'over')`,
  soft: ` AND l.state = 'soft'`,
  over: ` AND l.state = 'over'`,
  all: '',
};

function afterOf(cursor: string | null): { sql: string; params: SqlValue[] } {
  if (cursor === null) return { sql: '', params: [] };
  const match = /^(\d{1,9})\|(\d{1,12})\|([a-z][a-z0-9_.]{0,63})\|(day|month)$/.exec(cursor);
  if (match === null)
    throw new AppError('BAD_INPUT', 'That is not the beginning of a page.', { nextStep: 'Ask for the first page again.' });
  const [, ratio = '0', tenant = '0', metric = '', per = ''] = match;
  return {
    sql: ' AND (-l.ratio_bp, l.tenant_no, l.metric, l.per) > (?, ?, ?, ?)',
    params: [-Number(ratio), Number(tenant), metric, per],
  };
}

export const limitReads = {
  'limit.list': (db: StoreDb, args: ListArgs) => {
    const month = limitPeriod('month', args.now);
    const day = limitPeriod('day', args.now);
    const catalogue = metricCatalogue(db);
    const from = `FROM limit_standing l JOIN tenants t USING (tenant_no) WHERE l.period IN (?, ?)${scopeSql(db, 't')}`;
    const scope: SqlValue[] = [month, day];
    const narrowed = `${args.metric === null ? '' : ' AND l.metric = ?'}${args.tenantId === null ? '' : ' AND t.tenant_id = ?'}`;
    const narrowedBy: SqlValue[] = [...(args.metric === null ? [] : [args.metric]), ...(args.tenantId === null ? [] : [args.tenantId])];
    const page = afterOf(args.after);
    const rows = db.all<StandingRow>(
      `SELECT l.*, t.tenant_id, t.name ${from}${narrowed}${STATES[args.state]}${page.sql}
       ORDER BY l.ratio_bp DESC, l.tenant_no, l.metric, l.per LIMIT ?`,
      [...scope, ...narrowedBy, ...page.params, args.limit + 1],
    );
    const totals = db.get<{ limits: number; soft: number | null; over: number | null; near: number }>(
      `SELECT count(*) AS limits, sum(l.state = 'soft') AS soft, sum(l.state = 'over') AS over,
         count(DISTINCT CASE WHEN l.state <> 'ok' THEN l.tenant_no END) AS near ${from}`,
      scope,
    )!;
    const metrics = db.all<{ metric: string }>(`SELECT DISTINCT l.metric ${from} ORDER BY l.metric`, scope).map(({ metric }) => metric);
    const shown = rows.slice(0, args.limit);
    const last = rows.length > args.limit ? shown.at(-1) : undefined;
    return {
      rows: shown.map((row): LimitRow => ({
        tenant: { tenantId: row.tenant_id, name: row.name },
        planId: row.plan_id,
        planVersion: row.plan_version,
        use: {
          metric: row.metric,
          unit: catalogue.byName.get(row.metric)?.newest.unit ?? row.metric,
          per: row.per,
          period: row.period,
          used: row.used,
          included: row.included,
          soft: row.soft,
          hard: row.hard,
          ratioBp: row.ratio_bp,
          state: row.state,
        },
        address: tenantAddress(row.tenant_id),
      })),
      next: last === undefined ? null : `${last.ratio_bp}|${last.tenant_no}|${last.metric}|${last.per}`,
      totals: { limits: totals.limits, soft: totals.soft ?? 0, over: totals.over ?? 0, tenantsNear: totals.near },
      metrics,
      month,
      day,
    };
  },
  /** Fails with NOT_FOUND. */
  'limit.tenant': (db: StoreDb, { tenantId, now }: { tenantId: string; now: string }) => {
    const tenant = visibleTenant(db, tenantId);
    return {
      planId: tenant.planId,
      planVersion: tenant.planVersion,
      limits: limitStates(db, tenant.tenantNo, now).map((use): LimitUse => ({
        metric: use.metric,
        unit: use.unit,
        per: use.per,
        period: use.period,
        used: formatExact(use.used),
        included: formatExact(use.included),
        soft: use.bounds.soft === null ? null : formatExact(use.bounds.soft),
        hard: use.bounds.hard === null ? null : formatExact(use.bounds.hard),
        ratioBp: use.ratioBp,
        state: use.state,
      })),
    };
  },
  'limit.crossings': (
    db: StoreDb,
    args: { tenantId: string | null; metric: string | null; threshold: 'soft' | 'hard' | null; after: string | null; limit: number },
  ) => {
    const catalogue = metricCatalogue(db);
    const where = `${args.tenantId === null ? '' : ' AND t.tenant_id = ?'}${args.metric === null ? '' : ' AND c.metric = ?'}${args.threshold === null ? '' : ' AND c.threshold = ?'}`;
    const params: SqlValue[] = [args.tenantId, args.metric, args.threshold].filter((value) => value !== null);
    const from = `FROM limit_crossings c JOIN tenants t USING (tenant_no) WHERE c.crossing_no < ?${scopeSql(db, 't')}${where}`;
    const rows = db.all<{
      crossing_no: number;
      at: string;
      tenant_id: string;
      name: string;
      metric: string;
      per: LimitSpan;
      period: string;
      threshold: 'soft' | 'hard';
      used: string;
      limit_quantity: string;
      plan_id: string;
      plan_version: string;
    }>(`SELECT c.*, t.tenant_id, t.name ${from} ORDER BY c.crossing_no DESC LIMIT ?`, [pageNumber(args.after), ...params, args.limit + 1]);
    const { total } = db.get<{ total: number }>(`SELECT count(*) AS total ${from}`, [Number.MAX_SAFE_INTEGER, ...params])!;
    const shown = rows.slice(0, args.limit);
    return {
      crossings: shown.map((row): LimitCrossing => ({
        crossingNo: row.crossing_no,
        at: row.at,
        tenant: { tenantId: row.tenant_id, name: row.name },
        metric: row.metric,
        unit: catalogue.byName.get(row.metric)?.newest.unit ?? row.metric,
        per: row.per,
        period: row.period,
        threshold: row.threshold,
        used: row.used,
        limit: row.limit_quantity,
        planId: row.plan_id,
        planVersion: row.plan_version,
        address: tenantAddress(row.tenant_id),
      })),
      next: rows.length > args.limit ? String(shown.at(-1)!.crossing_no) : null,
      total,
    };
  },
  /** For the counters of operations: what was crossed after this one. The first look only says how far they are. */
  'limit.crossingsAfter': (
    db: StoreDb,
    { after }: { after: number | null },
  ): { last: number; crossings: { metric: string; threshold: 'soft' | 'hard' }[] } => {
    const { last } = db.get<{ last: number }>('SELECT coalesce(max(crossing_no), 0) AS last FROM limit_crossings')!;
    if (after === null || last === after) return { last, crossings: [] };
    return {
      last,
      crossings: db.all('SELECT metric, threshold FROM limit_crossings WHERE crossing_no > ? AND crossing_no <= ? ORDER BY crossing_no', [
        after,
        last,
      ]),
    };
  },
  'limit.check': (db: StoreDb, { tenantId, metric, amount, now }: { tenantId: string; metric: string; amount: string; now: string }) => {
    const tenant = visibleTenant(db, tenantId);
    const checked = checkLimit(db, { tenantNo: tenant.tenantNo, metric, amount: parseExact(amount), usedBeside: 0n, now });
    return {
      allowed: checked.allowed,
      says: checked.says,
      nextStep: checked.nextStep,
      used: formatExact(checked.used),
      hard: checked.hard === null ? null : formatExact(checked.hard),
      left: checked.left === null ? null : formatExact(checked.left),
    };
  },
} satisfies QueryMap;

export interface LimitCheck {
  readonly allowed: boolean;
  readonly says: string;
  readonly nextStep: string;
  readonly used: bigint;
  readonly hard: bigint | null;
  readonly left: bigint | null;
}

/**
 * Whether a command of this amount stays within the tenant's hard limit of the metric; of several limits (a day, a month) the
 * first that does not. For rooms that enforce a limit inside the console.
 * @param usedBeside what was used in the period and is not metered: approvals that the console itself counts. In attos.
 */
export function checkLimit(
  db: StoreDb,
  args: { readonly tenantNo: number; readonly metric: string; readonly amount: bigint; readonly usedBeside: bigint; readonly now: string },
): LimitCheck {
  const limits = limitStates(db, args.tenantNo, args.now).filter(({ metric }) => metric === args.metric);
  let answer: LimitCheck = {
    allowed: true,
    says: `The plan has no limit of ${args.metric}.`,
    nextStep: '',
    used: args.usedBeside,
    hard: null,
    left: null,
  };
  for (const { used: metered, bounds, per, unit, period } of limits) {
    const used = metered > args.usedBeside ? metered : args.usedBeside;
    const { allowed, left } = decideCommand(used, args.amount, bounds);
    if (bounds.hard === null) continue;
    answer = {
      allowed,
      says: allowed
        ? `${formatExact(used)} of ${formatExact(bounds.hard)} ${unit} a ${per} are used.`
        : `The plan allows ${formatExact(bounds.hard)} ${unit} a ${per}; ${formatExact(used)} are used in ${period}. Nothing was done.`,
      nextStep: allowed
        ? ''
        : per === 'day'
          ? 'Wait for tomorrow (UTC), or change the plan.'
          : 'Wait for the next month, or change the plan.',
      used,
      hard: bounds.hard,
      left,
    };
    if (!allowed) return answer;
  }
  return answer;
}

export const limitWrites = {
  /** Judges a page of tenants anew; answers with where to go on. */
  'usage.refreshLimits': (db: StoreDb, args: { after: number; limit: number; now: string }): number | null => refreshLimits(db, args),
} satisfies QueryMap;

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { costVersion, metricCatalogue, monthTotals, parseMonth } from '../metering/index.ts';
import type { StoreDb } from '../store/index.ts';
import { MRR_CURRENCY, mrrOfSubscription, normalTime, type SubscriptionAt, subscriptionsAt, tenantsAt } from '../tenants/index.ts';
import type { MetricMonth, TenantMonth } from './unit-economics.ts';

/** A month's facts for the rules of this room: tenants and subscriptions as they stood when it ended (or now), and their use. */

/** The last moment of a month, nine places; `now` where the month still runs. ISO 8601 UTC. */
export function endOf(month: string, now: string): string {
  const [year, at] = month.split('-').map(Number);
  const end = new Date(Date.UTC(year ?? 1970, at ?? 1, 1) - 1).toISOString().replace(/Z$/, '999999Z');
  const present = normalTime(now) ?? now;
  return end < present ? end : present;
}

export const monthNow = (now: string): string => now.slice(0, 7);

export interface MonthTenant extends TenantMonth {
  readonly tenantNo: number;
  readonly status: string;
  readonly planId: string;
  readonly planVersion: string;
  readonly subscriptions: readonly SubscriptionAt[];
}

export interface CostUsed {
  readonly metric: string;
  readonly version: number;
  readonly sha256: string;
  /** USD a unit, decimal text. */
  readonly costPerUnit: string;
}

export interface MonthData {
  readonly month: string;
  /** ISO 8601 UTC, nine places: the moment that is looked at. */
  readonly at: string;
  readonly tenants: readonly MonthTenant[];
  /** The versions of the metrics whose costs count in the month, by metric. */
  readonly costs: readonly CostUsed[];
}

/** Tenants that are deleted and neither used nor paid for anything in the month are left out. Unscoped. */
export function monthData(db: StoreDb, month: string, now: string): MonthData {
  const at = endOf(month, now);
  const monthNo = parseMonth(month)!;
  const use = new Map<number, MetricMonth[]>();
  for (const { tenantNo, metric, own, costEstimate } of monthTotals(db, month)) {
    const rows = use.get(tenantNo) ?? [];
    rows.push({ metric, quantity: own.quantity, ownCostUsd: own.cost, costUsd: costEstimate });
    use.set(tenantNo, rows);
  }
  const subscriptions = new Map<number, SubscriptionAt[]>();
  for (const subscription of subscriptionsAt(db, at)) {
    if (subscription.tenantNo === null) continue;
    const rows = subscriptions.get(subscription.tenantNo) ?? [];
    rows.push(subscription);
    subscriptions.set(subscription.tenantNo, rows);
  }
  const tenants = tenantsAt(db, at).flatMap((tenant): MonthTenant[] => {
    const own = subscriptions.get(tenant.tenantNo) ?? [];
    const used = use.get(tenant.tenantNo) ?? [];
    const paid = own.map((row) => ({ row, ...mrrOfSubscription(row, at) })).filter(({ minor }) => minor !== null);
    if (tenant.status === 'deleted' && used.length === 0 && paid.length === 0) return [];
    const usd = paid.filter(({ currency }) => currency === MRR_CURRENCY);
    return [
      {
        tenantNo: tenant.tenantNo,
        tenantId: tenant.tenant_id,
        name: tenant.name,
        partnerId: tenant.partner_id,
        tier: tenant.tier,
        status: tenant.status,
        planId: tenant.plan_id,
        planVersion: tenant.plan_version,
        mrrMinor: usd.reduce((sum, { minor }) => sum + minor!, 0n),
        otherCurrency: paid.length > usd.length,
        paidTiers: paid.map(({ row }) => row.tier),
        use: used,
        subscriptions: own,
      },
    ];
  });
  const costs = [...metricCatalogue(db).byName.values()]
    .flatMap((metric): CostUsed[] => {
      const cost = costVersion(metric, monthNo);
      return cost === null
        ? []
        : [
            {
              metric: metric.metric,
              version: cost.version.version,
              sha256: cost.version.sha256,
              costPerUnit: formatExact(cost.perUnit),
            },
          ];
    })
    .sort((a, b) => (a.metric < b.metric ? -1 : 1));
  return { month, at, tenants, costs };
}

/** SHA-256 of a value's canonical JSON (RFC 8785): what a replay must give again. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalize(value)!, 'utf8').digest('hex');

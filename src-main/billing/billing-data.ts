import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BillingManifest } from '../../src-shared/contract/billing.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import {
  costVersion,
  metricCatalogue,
  type MonthTotal,
  monthText,
  monthTotals,
  parseMonth,
  periodState,
  type PeriodState,
} from '../metering/index.ts';
import { planLimits, planPrice, planVersion } from '../plans/index.ts';
import type { StoreDb } from '../store/index.ts';
import { mrrOfSubscription, scopeSql, subscriptionsAt, tenantsAt } from '../tenants/index.ts';
import { endOfMonth } from './billing-month.ts';
import { type ChargeLine, type Invoice, invoiceOf, type LateUse, type PlanTerms } from './invoice.ts';

/** Reads what a month's invoices are made from, as far as the running query may see it. */

export interface TenantInvoice {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly tier: string;
  readonly planId: string;
  readonly planVersion: string;
  /** Null where no such version is known here. */
  readonly plan: PlanTerms | null;
  readonly invoice: Invoice;
}

export interface MonthInvoices {
  readonly month: string;
  readonly periodState: PeriodState;
  /** By id. */
  readonly tenants: readonly TenantInvoice[];
  readonly input: BillingManifest['input'];
  readonly metrics: BillingManifest['rules']['metrics'];
}

const sha256 = (value: unknown): string => createHash('sha256').update(canonicalize(value)!, 'utf8').digest('hex');

const termsOf = (db: StoreDb, planId: string, version: string): PlanTerms | null => {
  const plan = planVersion(db, planId, version);
  const price = planPrice(db, planId, version);
  return plan === null || price === null ? null : { planId, version, sha256: plan.sha256, price, limits: planLimits(db, planId, version) };
};

type TenantThen = ReturnType<typeof tenantsAt>[number];

interface Scoped {
  readonly tenant_no: number;
}

/** Own figure of a month with everything late that earlier months than `before` took for it. */
function knownBefore(
  db: StoreDb,
  totals: Map<string, readonly MonthTotal[]>,
  original: string,
  before: string,
  tenantNo: number,
  metric: string,
): bigint {
  const read = (month: string): readonly MonthTotal[] => {
    const found = totals.get(month) ?? monthTotals(db, month);
    totals.set(month, found);
    return found;
  };
  const of = (month: string): MonthTotal | undefined => read(month).find((row) => row.tenantNo === tenantNo && row.metric === metric);
  let quantity = of(original)?.own.quantity ?? 0n;
  const [from, to] = [parseMonth(original)!, parseMonth(before)!];
  for (let month = from; month < to; month += 1)
    for (const late of of(monthText(month))?.adjustments ?? []) if (monthText(late.original) === original) quantity += late.quantity;
  return quantity;
}

/** @param only one tenant's number, or null for all that may be seen */
export function monthInvoices(db: StoreDb, month: string, only: number | null, now: string): MonthInvoices {
  const at = endOfMonth(month, now);
  const monthNo = parseMonth(month)!;
  const seen = new Set(
    db
      .all<Scoped>(`SELECT t.tenant_no FROM tenants t WHERE (? IS NULL OR t.tenant_no = ?)${scopeSql(db, 't')}`, [only, only])
      .map(({ tenant_no }) => tenant_no),
  );
  const catalogue = metricCatalogue(db);
  const totals = monthTotals(db, month).filter(({ tenantNo }) => seen.has(tenantNo));
  const readMonths = new Map<string, readonly MonthTotal[]>();
  const use = Map.groupBy(totals, ({ tenantNo }) => tenantNo);
  const subscriptions = Map.groupBy(
    subscriptionsAt(db, at).filter(({ tenantNo }) => tenantNo !== null && seen.has(tenantNo)),
    ({ tenantNo }) => tenantNo!,
  );
  const planAt = (tenantNo: number, of: string): { planId: string; version: string } | null => {
    const found = tenantsOf(of).get(tenantNo);
    return found === undefined ? null : { planId: found.plan_id, version: found.plan_version };
  };
  const tenantMonths = new Map<string, ReadonlyMap<number, TenantThen>>();
  const tenantsOf = (of: string): ReadonlyMap<number, TenantThen> => {
    const found = tenantMonths.get(of) ?? new Map(tenantsAt(db, endOfMonth(of, now)).map((tenant) => [tenant.tenantNo, tenant]));
    tenantMonths.set(of, found);
    return found;
  };
  const tenants = [...tenantsOf(month).values()]
    .filter(({ tenantNo }) => seen.has(tenantNo))
    .flatMap((tenant): TenantInvoice[] => {
      const own = use.get(tenant.tenantNo) ?? [];
      const charges = (subscriptions.get(tenant.tenantNo) ?? []).flatMap((row): ChargeLine[] => {
        const { minor } = mrrOfSubscription(row, at);
        return minor === null
          ? []
          : [
              {
                subscriptionId: row.subscription_id,
                tier: row.tier,
                status: row.status,
                quantity: row.quantity,
                unitAmount: row.unit_amount,
                currency: row.currency,
                interval: row.interval,
                discountPercent: row.discount_percent,
                minor,
              },
            ];
      });
      // Deleted, and neither used nor paid: there is nothing to bill.
      if (own.length === 0 && charges.length === 0) return [];
      const plan = termsOf(db, tenant.plan_id, tenant.plan_version);
      const unitOf = (metric: string): string => catalogue.byName.get(metric)?.newest.unit ?? '';
      const late = own.flatMap(({ metric, adjustments }) =>
        [...adjustments]
          .sort((a, b) => a.original - b.original)
          .map(({ original, quantity, cost }): LateUse => {
            const originalMonth = monthText(original);
            const then = planAt(tenant.tenantNo, originalMonth);
            return {
              metric,
              unit: unitOf(metric),
              quantity,
              costUsd: cost,
              originalMonth,
              before: knownBefore(db, readMonths, originalMonth, month, tenant.tenantNo, metric),
              plan: then === null ? plan : termsOf(db, then.planId, then.version),
            };
          }),
      );
      return [
        {
          tenantNo: tenant.tenantNo,
          tenantId: tenant.tenant_id,
          name: tenant.name,
          partnerId: tenant.partner_id,
          tier: tenant.tier,
          planId: tenant.plan_id,
          planVersion: tenant.plan_version,
          plan,
          invoice: invoiceOf({
            plan,
            use: own.map(({ metric, own: { quantity, cost } }) => ({ metric, unit: unitOf(metric), quantity, costUsd: cost })),
            late,
            charges,
          }),
        },
      ];
    })
    .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  const ids = new Map(tenants.map(({ tenantNo, tenantId }) => [tenantNo, tenantId]));
  return {
    month,
    periodState: periodState(db, monthNo, now),
    tenants,
    input: {
      ...ingestRange(db, monthNo, new Set(ids.keys())),
      usage_sha256: sha256(
        totals
          .filter(({ tenantNo }) => ids.has(tenantNo))
          .map(({ tenantNo, metric, events, own, adjustments }) => ({
            tenant_id: ids.get(tenantNo)!,
            metric,
            events,
            quantity: formatExact(own.quantity),
            cost: formatExact(own.cost),
            adjustments: [...adjustments]
              .sort((a, b) => a.original - b.original)
              .map(({ original, events: late, quantity, cost }) => ({
                month: monthText(original),
                events: late,
                quantity: formatExact(quantity),
                cost: formatExact(cost),
              })),
          }))
          .sort((a, b) => (a.tenant_id === b.tenant_id ? (a.metric < b.metric ? -1 : 1) : a.tenant_id < b.tenant_id ? -1 : 1)),
      ),
      subscriptions_sha256: sha256(
        tenants
          .flatMap(({ tenantNo }) => subscriptions.get(tenantNo) ?? [])
          .map(({ tenantNo: _no, ...record }) => record)
          .sort((a, b) => (a.subscription_id < b.subscription_id ? -1 : 1)),
      ),
    },
    metrics: [...new Set(totals.map(({ metric }) => metric))].sort().flatMap((name) => {
      const metric = catalogue.byName.get(name);
      const cost = metric === undefined ? null : costVersion(metric, monthNo);
      return cost === null ? [] : [{ metric: name, version: cost.version.version, sha256: cost.version.sha256 }];
    }),
  };
}

/** Ingest numbers of the first and last event that count in the month, and how many do: of the month itself and late ones it takes. */
function ingestRange(
  db: StoreDb,
  monthNo: number,
  tenants: ReadonlySet<number>,
): { first_ingest_no: number; last_ingest_no: number; events: number } {
  const rows = (['usage_months', 'usage_adjustments'] as const)
    .flatMap((table) =>
      db.all<{ tenant_no: number; events: number; first_no: number; last_no: number }>(
        `SELECT tenant_no, events, first_no, last_no FROM ${table} WHERE month = ?`,
        [monthNo],
      ),
    )
    .filter(({ tenant_no }) => tenants.has(tenant_no));
  return rows.length === 0
    ? { first_ingest_no: 0, last_ingest_no: 0, events: 0 }
    : {
        first_ingest_no: rows.reduce((least, { first_no }) => Math.min(least, first_no), Infinity),
        last_ingest_no: rows.reduce((most, { last_no }) => Math.max(most, last_no), 0),
        events: rows.reduce((sum, { events }) => sum + events, 0),
      };
}

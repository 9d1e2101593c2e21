import type { BillingExport, BillingInvoice, BillingManifest } from '../../src-shared/contract/billing.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import { monthText } from '../metering/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { addTimeline, scopeSql, tenantAddress, visibleTenant } from '../tenants/index.ts';
import { amountText } from './amounts.ts';
import { monthInvoices, type TenantInvoice } from './billing-data.ts';
import { type BillingFormat, type BillingScope, exportStem, makeExport, shownTotal, totalsOf, zipOf } from './billing-files.ts';

/** Reads of what is billed, and exports as facts. Each query sees what its scope sees. */

const exportAddress = (exportId: string): string => `/usage?tab=billing&export=${exportId}`;

const usd = (minor: bigint) => ({ amount: amountText(minor, 'USD'), currency: 'USD' });

/** Months with usage, newest first. */
const monthsWithUsage = (db: StoreDb): string[] =>
  db.all<{ month: number }>('SELECT DISTINCT month FROM usage_months ORDER BY month DESC LIMIT 120').map(({ month }) => monthText(month));

function shownInvoice({ invoice, ...tenant }: TenantInvoice): BillingInvoice {
  const amount = (minor: bigint, currency: string) => ({ amount: amountText(minor, currency), currency });
  return {
    tenantId: tenant.tenantId,
    name: tenant.name,
    partnerId: tenant.partnerId,
    tier: tenant.tier,
    planId: tenant.planId,
    planVersion: tenant.planVersion,
    planKnown: tenant.plan !== null,
    use: invoice.use.map((line) => ({
      metric: line.metric,
      unit: line.unit,
      quantity: formatExact(line.quantity),
      included: line.included === null ? null : formatExact(line.included),
      overage: formatExact(line.overage),
      overagePrice: line.overagePrice,
      overageAmount: amount(line.overageMinor, invoice.currency),
      cost: usd(line.costMinor),
    })),
    late: invoice.late.map((line) => ({
      metric: line.metric,
      unit: line.unit,
      originalMonth: line.originalMonth,
      quantity: formatExact(line.quantity),
      overage: formatExact(line.overage),
      overageAmount: amount(line.overageMinor, line.overageCurrency),
      cost: usd(line.costMinor),
    })),
    charges: invoice.charges.map((line) => ({
      subscriptionId: line.subscriptionId,
      tier: line.tier,
      status: line.status,
      quantity: line.quantity,
      unitAmount: { amount: line.unitAmount, currency: line.currency },
      interval: line.interval,
      discountPercent: line.discountPercent,
      amount: amount(line.minor, line.currency),
    })),
    totals: invoice.totals.map(shownTotal),
    cost: usd(invoice.costMinor),
    address: tenantAddress(tenant.tenantId),
  };
}

interface ExportRow {
  readonly export_no: number;
  readonly export_id: string;
  readonly at: string;
  readonly by: string;
  readonly month: string;
  readonly format: BillingFormat;
  readonly tenant_id: string | null;
  readonly partner_id: string | null;
  readonly tenants: number;
  readonly manifest: string;
  readonly sha256: string;
}

const SELECT = `SELECT e.export_no, e.export_id, e.at, m.name AS by, e.month, e.format, t.tenant_id, e.partner_id, e.tenants, e.manifest, e.sha256
  FROM billing_exports e JOIN members m USING (member_id) LEFT JOIN tenants t ON t.tenant_no = e.tenant_no`;

/** A partner sees exports of its own tenants and of itself; never one over all, for that names others. */
const visible = (db: StoreDb): string =>
  db.scope.partnerId === null && db.scope.tenantId === null
    ? ''
    : ` AND ((e.tenant_no IS NOT NULL${scopeSql(db, 't')})${db.scope.tenantId === null ? ' OR (e.tenant_no IS NULL AND e.partner_id = scope_partner())' : ''})`;

const shownExport = (row: ExportRow): BillingExport => {
  const scope: BillingScope = { tenantId: row.tenant_id, partnerId: row.partner_id };
  return {
    exportId: row.export_id,
    at: row.at,
    by: row.by,
    month: row.month,
    format: row.format,
    tenantId: row.tenant_id,
    partnerId: row.partner_id,
    tenants: row.tenants,
    sha256: row.sha256,
    fileName: `${exportStem(row.month, scope, row.format)}.zip`,
    totals: (JSON.parse(row.manifest) as BillingManifest).totals,
    address: exportAddress(row.export_id),
  };
};

function exportOf(db: StoreDb, exportId: string): ExportRow {
  const row = db.get<ExportRow>(`${SELECT} WHERE e.export_id = ?${visible(db)}`, [exportId]);
  if (row !== undefined) return row;
  throw new AppError('NOT_FOUND', 'There is no such export.', { nextStep: 'Look for it in the list of exports.' });
}

/** What a query may export: one tenant, a partner's, or all. The scope of the session is a part of it, and of the manifest. */
const scopeOf = (db: StoreDb, tenantId: string | null): BillingScope => ({
  tenantId: tenantId ?? db.scope.tenantId,
  partnerId: tenantId === null && db.scope.tenantId === null ? db.scope.partnerId : null,
});

const numberOf = (db: StoreDb, tenantId: string | null): number | null => (tenantId === null ? null : visibleTenant(db, tenantId).tenantNo);

export const billingReads = {
  'billing.preview': (
    db: StoreDb,
    args: { month: string; tenantId: string | null; now: string },
  ): OutputOf<Contract, 'billing.preview'> => {
    const found = monthInvoices(db, args.month, numberOf(db, args.tenantId), args.now);
    return {
      month: found.month,
      periodState: found.periodState,
      months: monthsWithUsage(db),
      tenants: found.tenants.map(({ tenantId, name, planId, planVersion, invoice }) => ({
        tenantId,
        name,
        planId,
        planVersion,
        cost: usd(invoice.costMinor),
        totals: invoice.totals.map(shownTotal),
        lateLines: invoice.late.length,
        address: tenantAddress(tenantId),
      })),
      totals: totalsOf(found.tenants).map(shownTotal),
      cost: usd(found.tenants.reduce((sum, { invoice }) => sum + invoice.costMinor, 0n)),
    };
  },
  'billing.invoice': (db: StoreDb, args: { month: string; tenantId: string; now: string }): OutputOf<Contract, 'billing.invoice'> => {
    const found = monthInvoices(db, args.month, numberOf(db, args.tenantId), args.now);
    const [tenant] = found.tenants;
    if (tenant === undefined)
      throw new AppError('NOT_FOUND', `The tenant neither used nor subscribed to anything in ${args.month}.`, {
        nextStep: 'Choose another month.',
      });
    return { month: found.month, periodState: found.periodState, invoice: shownInvoice(tenant) };
  },
  'billing.list': (
    db: StoreDb,
    args: { month: string | null; before: number | null; limit: number },
  ): OutputOf<Contract, 'billing.list'> => {
    const rows = db.all<ExportRow>(
      `${SELECT} WHERE (? IS NULL OR e.month = ?) AND (? IS NULL OR e.export_no < ?)${visible(db)} ORDER BY e.export_no DESC LIMIT ?`,
      [args.month, args.month, args.before, args.before, args.limit + 1],
    );
    const page = rows.slice(0, args.limit);
    return { exports: page.map(shownExport), next: rows.length > args.limit ? page.at(-1)!.export_no : null };
  },
  'billing.show': (db: StoreDb, args: { exportId: string; now: string }): OutputOf<Contract, 'billing.show'> => {
    const row = exportOf(db, args.exportId);
    const manifest = JSON.parse(row.manifest) as BillingManifest;
    const scope: BillingScope = { tenantId: row.tenant_id, partnerId: row.partner_id };
    const tenantNo = row.tenant_id === null ? null : visibleTenant(db, row.tenant_id).tenantNo;
    const again = makeExport(monthInvoices(db, row.month, tenantNo, args.now), row.format, scope);
    const same = again.sha256 === row.sha256;
    return {
      export: shownExport(row),
      manifest,
      same,
      says: same
        ? 'Made again from the facts as they are now, every file has the same bytes.'
        : 'Since then facts came in or the month moved on: made again, it would be another export. What left stays recorded as it was.',
    };
  },
} satisfies QueryMap;

export interface ExportArgs {
  readonly exportId: string;
  readonly month: string;
  readonly tenantId: string | null;
  readonly format: BillingFormat;
  readonly by: ChangedBy;
}

export interface ExportMade {
  readonly export: BillingExport;
  readonly manifest: BillingManifest;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export const billingWrites = {
  /** Makes the files and records that they left, in one transaction: what is recorded is what was made. */
  'billing.export': (db: StoreDb, { exportId, month, tenantId, format, by }: ExportArgs): ExportMade => {
    const scope = scopeOf(db, tenantId);
    const tenantNo = numberOf(db, scope.tenantId);
    const made = makeExport(monthInvoices(db, month, tenantNo, by.now), format, scope);
    const stem = exportStem(month, scope, format);
    db.run(
      `INSERT INTO billing_exports (export_no, export_id, at, member_id, month, format, tenant_no, partner_id, tenants, manifest, sha256)
       VALUES ((SELECT coalesce(max(export_no), 0) + 1 FROM billing_exports), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        exportId,
        by.now,
        by.memberId,
        month,
        format,
        tenantNo,
        scope.partnerId,
        made.manifest.tenants,
        made.manifestText.trimEnd(),
        made.sha256,
      ],
    );
    recordChange(db, by, {
      action: 'billing.export',
      subject: stem,
      before: null,
      after: { exportId, month, format, ...made.manifest.scope, tenants: made.manifest.tenants, manifestSha256: made.sha256 },
      address: exportAddress(exportId),
    });
    if (tenantNo !== null)
      addTimeline(db, {
        tenantNo,
        at: by.now,
        kind: 'period',
        status: 'ok',
        title: `Billing of ${month} exported`,
        says: `${format.toUpperCase()}, manifest ${made.sha256.slice(0, 8)}….`,
        address: exportAddress(exportId),
        key: `billing/${exportId}`,
      });
    return {
      export: shownExport(exportOf(db, exportId)),
      manifest: made.manifest,
      fileName: `${stem}.zip`,
      bytes: zipOf(stem, made.files),
    };
  },
} satisfies QueryMap;

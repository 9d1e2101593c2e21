import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { stringify } from 'csv-stringify/sync';
import { zipSync } from 'fflate';
import type { BillingManifest } from '../../src-shared/contract/billing.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { safeCell } from '../../src-shared/kernel/spreadsheet.ts';
import { MRR_RULE } from '../tenants/index.ts';
import { amountText } from './amounts.ts';
import type { MonthInvoices, TenantInvoice } from './billing-data.ts';
import { BILLING_RULE, type CurrencyTotal } from './invoice.ts';

/** The files of a billing export (docs/formats/billing-export.md). The same facts give the same bytes. Pure. */

export interface BillingFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Cell = string | number | null;

/** RFC 4180, CR LF, UTF-8 without a byte order mark; nothing in it is run by a spreadsheet. */
const csv = (columns: readonly string[], rows: readonly (readonly Cell[])[]): Uint8Array =>
  Buffer.from(stringify([[...columns], ...rows.map((row) => row.map(safeCell))], { record_delimiter: 'windows' }), 'utf8');

const exactOrNull = (value: bigint | null): string | null => (value === null ? null : formatExact(value));

const head = (month: string, { tenantId, name, partnerId }: TenantInvoice): Cell[] => [month, tenantId, name, partnerId];
const HEAD = ['period', 'tenant_id', 'tenant_name', 'partner_id'];

const usageCsv = ({ month, tenants }: MonthInvoices): Uint8Array =>
  csv(
    [
      ...HEAD,
      'plan_id',
      'plan_version',
      'metric',
      'unit',
      'quantity',
      'included',
      'overage_quantity',
      'overage_price',
      'overage_amount',
      'overage_currency',
      'cost_amount',
      'cost_exact',
      'cost_currency',
    ],
    tenants.flatMap((tenant) =>
      tenant.invoice.use.map((line): Cell[] => [
        ...head(month, tenant),
        tenant.planId,
        tenant.planVersion,
        line.metric,
        line.unit,
        formatExact(line.quantity),
        exactOrNull(line.included),
        formatExact(line.overage),
        line.overagePrice,
        amountText(line.overageMinor, tenant.invoice.currency),
        tenant.invoice.currency,
        amountText(line.costMinor, 'USD'),
        formatExact(line.costUsd),
        'USD',
      ]),
    ),
  );

const adjustmentsCsv = ({ month, tenants }: MonthInvoices): Uint8Array =>
  csv(
    [
      ...HEAD,
      'original_period',
      'original_plan_id',
      'original_plan_version',
      'metric',
      'unit',
      'quantity',
      'quantity_before',
      'overage_quantity',
      'overage_price',
      'overage_amount',
      'overage_currency',
      'cost_amount',
      'cost_exact',
      'cost_currency',
    ],
    tenants.flatMap((tenant) =>
      tenant.invoice.late.map((line): Cell[] => [
        ...head(month, tenant),
        line.originalMonth,
        line.plan?.planId ?? null,
        line.plan?.version ?? null,
        line.metric,
        line.unit,
        formatExact(line.quantity),
        formatExact(line.before),
        formatExact(line.overage),
        line.overagePrice,
        amountText(line.overageMinor, line.overageCurrency),
        line.overageCurrency,
        amountText(line.costMinor, 'USD'),
        formatExact(line.costUsd),
        'USD',
      ]),
    ),
  );

const chargesCsv = ({ month, tenants }: MonthInvoices): Uint8Array =>
  csv(
    [...HEAD, 'subscription_id', 'tier', 'status', 'interval', 'quantity', 'unit_amount', 'discount_percent', 'amount', 'currency'],
    tenants.flatMap((tenant) =>
      tenant.invoice.charges.map((line): Cell[] => [
        ...head(month, tenant),
        line.subscriptionId,
        line.tier,
        line.status,
        line.interval,
        line.quantity,
        line.unitAmount,
        line.discountPercent,
        amountText(line.minor, line.currency),
        line.currency,
      ]),
    ),
  );

const totalsCsv = ({ month, tenants }: MonthInvoices): Uint8Array =>
  csv(
    [...HEAD, 'plan_id', 'plan_version', 'currency', 'plan_amount', 'overage_amount', 'adjustment_amount', 'total_amount'],
    tenants.flatMap((tenant) =>
      tenant.invoice.totals.map((total): Cell[] => [
        ...head(month, tenant),
        tenant.planId,
        tenant.planVersion,
        total.currency,
        amountText(total.planMinor, total.currency),
        amountText(total.overageMinor, total.currency),
        amountText(total.adjustmentMinor, total.currency),
        amountText(total.totalMinor, total.currency),
      ]),
    ),
  );

/** Everything in one canonical JSON document; amounts and quantities are decimal texts. */
const billingJson = ({ month, periodState, tenants }: MonthInvoices): Uint8Array =>
  Buffer.from(
    `${canonicalize({
      format: 'countersign.billing/1',
      period: month,
      period_state: periodState,
      tenants: tenants.map((tenant) => ({
        tenant_id: tenant.tenantId,
        tenant_name: tenant.name.toWellFormed(),
        partner_id: tenant.partnerId,
        tier: tenant.tier,
        plan: { plan_id: tenant.planId, version: tenant.planVersion, sha256: tenant.plan?.sha256 ?? null },
        charges: tenant.invoice.charges.map(({ minor, ...line }) => ({
          subscription_id: line.subscriptionId,
          tier: line.tier,
          status: line.status,
          interval: line.interval,
          quantity: line.quantity,
          unit_amount: line.unitAmount,
          discount_percent: line.discountPercent,
          amount: amountText(minor, line.currency),
          currency: line.currency,
        })),
        usage: tenant.invoice.use.map((line) => ({
          metric: line.metric,
          unit: line.unit,
          quantity: formatExact(line.quantity),
          included: exactOrNull(line.included),
          overage_quantity: formatExact(line.overage),
          overage_price: line.overagePrice,
          overage_amount: amountText(line.overageMinor, tenant.invoice.currency),
          overage_currency: tenant.invoice.currency,
          cost_amount: amountText(line.costMinor, 'USD'),
          cost_exact: formatExact(line.costUsd),
          cost_currency: 'USD',
        })),
        adjustments: tenant.invoice.late.map((line) => ({
          original_period: line.originalMonth,
          original_plan: line.plan === null ? null : { plan_id: line.plan.planId, version: line.plan.version },
          metric: line.metric,
          unit: line.unit,
          quantity: formatExact(line.quantity),
          quantity_before: formatExact(line.before),
          overage_quantity: formatExact(line.overage),
          overage_price: line.overagePrice,
          overage_amount: amountText(line.overageMinor, line.overageCurrency),
          overage_currency: line.overageCurrency,
          cost_amount: amountText(line.costMinor, 'USD'),
          cost_exact: formatExact(line.costUsd),
          cost_currency: 'USD',
        })),
        totals: tenant.invoice.totals.map(shownTotal),
      })),
    })!}\n`,
    'utf8',
  );

export const shownTotal = (total: CurrencyTotal): BillingManifest['totals'][number] => ({
  currency: total.currency,
  plan: amountText(total.planMinor, total.currency),
  overage: amountText(total.overageMinor, total.currency),
  adjustments: amountText(total.adjustmentMinor, total.currency),
  total: amountText(total.totalMinor, total.currency),
});

/** Sums of all tenants, a row a currency, in the order of their codes. */
export function totalsOf(tenants: readonly TenantInvoice[]): CurrencyTotal[] {
  const sums = new Map<string, CurrencyTotal>();
  for (const total of tenants.flatMap(({ invoice }) => invoice.totals)) {
    const found = sums.get(total.currency);
    sums.set(
      total.currency,
      found === undefined
        ? total
        : {
            currency: total.currency,
            planMinor: found.planMinor + total.planMinor,
            overageMinor: found.overageMinor + total.overageMinor,
            adjustmentMinor: found.adjustmentMinor + total.adjustmentMinor,
            totalMinor: found.totalMinor + total.totalMinor,
          },
    );
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

export type BillingFormat = 'csv' | 'json';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface BillingScope {
  readonly tenantId: string | null;
  readonly partnerId: string | null;
}

export interface MadeExport {
  readonly manifest: BillingManifest;
  /** Canonical JSON of the manifest, with a line end. */
  readonly manifestText: string;
  readonly sha256: string;
  /** Data files, `manifest.json` and `SHA256SUMS`, by name. */
  readonly files: readonly BillingFile[];
}

/** The files of a month and the manifest over them. No time and no name of who asks is in them: the same facts, the same bytes. */
export function makeExport(month: MonthInvoices, format: BillingFormat, scope: BillingScope): MadeExport {
  const data: BillingFile[] =
    format === 'json'
      ? [{ name: 'billing.json', bytes: billingJson(month) }]
      : [
          { name: 'adjustments.csv', bytes: adjustmentsCsv(month) },
          { name: 'charges.csv', bytes: chargesCsv(month) },
          { name: 'totals.csv', bytes: totalsCsv(month) },
          { name: 'usage.csv', bytes: usageCsv(month) },
        ];
  const plans = new Map(
    month.tenants
      .flatMap(({ plan, invoice }) => [plan, ...invoice.late.map((line) => line.plan)])
      .flatMap((plan) => (plan === null ? [] : [[`${plan.planId} ${plan.version}`, plan] as const])),
  );
  const manifest: BillingManifest = {
    format: 'countersign.billing/1',
    period: month.month,
    period_state: month.periodState,
    scope: { tenant_id: scope.tenantId, partner_id: scope.partnerId },
    tenants: month.tenants.length,
    files: data.map(({ name, bytes }) => ({ name, sha256: sha256(bytes), bytes: bytes.byteLength })),
    input: month.input,
    rules: {
      billing: BILLING_RULE,
      mrr: MRR_RULE,
      metrics: month.metrics,
      plans: [...plans.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { planId, version, sha256: digest }]) => ({ plan_id: planId, version, sha256: digest })),
    },
    totals: totalsOf(month.tenants).map(shownTotal),
  };
  const manifestText = `${canonicalize(manifest)!}\n`;
  const manifestBytes = Buffer.from(manifestText, 'utf8');
  const listed = [...data, { name: 'manifest.json', bytes: manifestBytes }].sort((a, b) => (a.name < b.name ? -1 : 1));
  const sums = listed.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join('');
  return {
    manifest,
    manifestText,
    sha256: sha256(manifestBytes),
    files: [...listed, { name: 'SHA256SUMS', bytes: Buffer.from(sums, 'utf8') }],
  };
}

/** `billing_2026-05_all_csv`, `billing_2026-05_tn_9k4w2c_json`; ids are reduced to what every file system takes. */
export const exportStem = (month: string, { tenantId, partnerId }: BillingScope, format: BillingFormat): string =>
  `billing_${month}_${(tenantId ?? partnerId ?? 'all').replaceAll(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 80)}_${format}`;

/** ZIP times are local and have no zone; a constant keeps the same files the same bytes. */
const zipTime = (): Date => new Date(1980, 0, 1);

export const zipOf = (stem: string, files: readonly BillingFile[]): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ name, bytes }) => [`${stem}/${name}`, [bytes, { mtime: zipTime(), level: 6 }]])));

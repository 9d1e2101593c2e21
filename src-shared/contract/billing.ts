import { address, byteCount, count, hex64, isoTime } from './common.ts';
import { command, query, z } from './define.ts';
import { money, planId, planVersion } from './plans.ts';
import { tenantId } from './tenants.ts';

const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
/** Decimal text, exact. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const exportId = z.string().regex(/^[0-9a-f-]{36}$/);
const format = z.enum(['csv', 'json']);

const file = z.strictObject({ name: z.string(), sha256: hex64, bytes: byteCount });

/** What an export says about itself; `manifest.json` in the archive, canonical JSON (docs/formats/billing-export.md). */
export const billingManifest = z.strictObject({
  format: z.literal('countersign.billing/1'),
  period: month,
  /** `open` and `grace`: more use may come. */
  period_state: z.enum(['open', 'grace', 'closed']),
  scope: z.strictObject({ tenant_id: tenantId.nullable(), partner_id: z.string().nullable() }),
  tenants: count,
  files: z.array(file),
  input: z.strictObject({
    /** Ingest numbers of the first and last event that count, 0 where there is none. */
    first_ingest_no: count,
    last_ingest_no: count,
    events: count,
    /** SHA-256 over the rollups the figures were read from, as the format says. */
    usage_sha256: hex64,
    /** SHA-256 over the subscriptions as they stood. */
    subscriptions_sha256: hex64,
  }),
  rules: z.strictObject({
    billing: z.string(),
    mrr: z.string(),
    metrics: z.array(z.strictObject({ metric: z.string(), version: count, sha256: hex64 })),
    plans: z.array(z.strictObject({ plan_id: planId, version: planVersion, sha256: hex64 })),
  }),
  totals: z.array(z.strictObject({ currency: z.string(), plan: decimal, overage: decimal, adjustments: decimal, total: decimal })),
});
export type BillingManifest = z.infer<typeof billingManifest>;

const total = z.strictObject({
  currency: z.string(),
  plan: decimal,
  overage: decimal,
  adjustments: decimal,
  total: decimal,
});

const exported = z.strictObject({
  exportId,
  at: isoTime,
  by: z.string(),
  month,
  format,
  tenantId: tenantId.nullable(),
  partnerId: z.string().nullable(),
  tenants: count,
  /** Of the manifest. */
  sha256: hex64,
  fileName: z.string(),
  totals: z.array(total),
  address,
});
export type BillingExport = z.infer<typeof exported>;

const useLine = z.strictObject({
  metric: z.string(),
  unit: z.string(),
  quantity: decimal,
  /** Null where the plan says nothing of the metric. */
  included: decimal.nullable(),
  overage: decimal,
  overagePrice: decimal.nullable(),
  overageAmount: money,
  cost: money,
});

const lateLine = z.strictObject({
  metric: z.string(),
  unit: z.string(),
  originalMonth: month,
  quantity: decimal,
  overage: decimal,
  overageAmount: money,
  cost: money,
});

const chargeLine = z.strictObject({
  subscriptionId: z.string(),
  tier: z.string(),
  status: z.string(),
  quantity: count,
  unitAmount: money,
  interval: z.enum(['month', 'year']),
  discountPercent: decimal,
  amount: money,
});

const invoice = z.strictObject({
  tenantId,
  name: z.string(),
  partnerId: z.string(),
  tier: z.string(),
  planId,
  planVersion,
  planKnown: z.boolean(),
  use: z.array(useLine),
  late: z.array(lateLine),
  charges: z.array(chargeLine),
  totals: z.array(total),
  cost: money,
  address,
});
export type BillingInvoice = z.infer<typeof invoice>;

export const billing = {
  /** What would be exported: a line a tenant. The same figures as the files. */
  'billing.preview': query({
    roles: ['admin', 'founder', 'finance', 'auditor', 'leadership', 'partner_admin'],
    errors: ['NOT_FOUND'],
    input: z.strictObject({ month, tenantId: tenantId.optional() }),
    output: z.strictObject({
      month,
      periodState: z.enum(['open', 'grace', 'closed']),
      /** Months with usage, newest first. */
      months: z.array(month),
      tenants: z.array(
        z.strictObject({ tenantId, name: z.string(), planId, planVersion, cost: money, totals: z.array(total), lateLines: count, address }),
      ),
      totals: z.array(total),
      cost: money,
    }),
  }),
  /** One tenant's month, line by line. */
  'billing.invoice': query({
    roles: ['admin', 'founder', 'finance', 'auditor', 'leadership', 'partner_admin'],
    errors: ['NOT_FOUND'],
    input: z.strictObject({ month, tenantId }),
    output: z.strictObject({ month, periodState: z.enum(['open', 'grace', 'closed']), invoice }),
  }),
  /** Makes the files of a month, of one tenant or of all that the caller sees, and records that they left. */
  'billing.export': command({
    roles: ['admin', 'founder', 'finance', 'partner_admin'],
    errors: ['NOT_FOUND', 'READ_ONLY'],
    input: z.strictObject({ month, tenantId: tenantId.nullable(), format }),
    output: z.strictObject({ export: exported, manifest: billingManifest, ticket: z.string(), fileName: z.string(), bytes: byteCount }),
  }),
  'billing.list': query({
    roles: ['admin', 'founder', 'finance', 'auditor', 'leadership', 'partner_admin'],
    input: z.strictObject({ month: month.optional(), before: count.optional(), limit: z.int().min(1).max(200).default(50) }),
    output: z.strictObject({ exports: z.array(exported), next: count.nullable() }),
  }),
  'billing.show': query({
    roles: ['admin', 'founder', 'finance', 'auditor', 'leadership', 'partner_admin'],
    errors: ['NOT_FOUND'],
    input: z.strictObject({ exportId }),
    output: z.strictObject({
      export: exported,
      manifest: billingManifest,
      /** Made again from the facts as they are now: whether it would be the same. */
      same: z.boolean(),
      says: z.string(),
    }),
  }),
} as const;

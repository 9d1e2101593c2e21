/** Billing: what each tenant owes for a month, and exports of it that anybody can check. */
export { billingReads, billingWrites } from './billing-queries.ts';
export { createBillingService, type BillingService } from './billing-service.ts';
export { BILLING_RULE } from './invoice.ts';

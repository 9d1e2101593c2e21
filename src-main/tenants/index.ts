/** Tenants and their subscriptions: who they are, how they stand, who may see them. */
export { setTenantPlan, setTenantStatus } from './local-records.ts';
export { MRR_CURRENCY, MRR_RULE, mrrOfSubscription, mrrOfTenant, type SubscriptionMrr, type TenantMrr } from './mrr.ts';
export { type RecordConflict } from './record-store.ts';
export { normalTime, shownTime } from './record-fields.ts';
export { type SubscriptionAt, subscriptionsAt, tenantsAt } from './records-at.ts';
export { createSubscriptionsFeed, createTenantsFeed, type RecordFeedOptions } from './records-feed.ts';
export { type Risk, type RiskFacts, riskOf, riskWordOf } from './risk.ts';
export { scopeSql, tenantAddress, tenantIdOf, tenantNoOf, visibleTenant, type VisibleTenant } from './scope.ts';
export { type MarginClose, type StandingPatch, updateStanding } from './standing.ts';
export type { SubscriptionRecord } from './subscription-record.ts';
export type { TenantContact, TenantRecord } from './tenant-record.ts';
export { addTimeline, type TimelineInput } from './timeline.ts';
export { tenantsReads, tenantsWrites } from './tenants-parts.ts';
export { createTenantsService, type TenantsService } from './tenants-service.ts';

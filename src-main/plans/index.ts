/** Plans: what is sold, in versions that never change. */
export { annualDiscountPercent, softLimitOf } from './plan-rules.ts';
export { planJsonSchema, PLAN_SCHEMA_FILE } from './plan-schema.ts';
export { GUARDRAIL_NAMES, type PlanSpec } from './plan-spec.ts';
export { latestPlanVersions, planGuardrails, planLimits, planPrice, planVersion, planVersions, type StoredPlan } from './plan-store.ts';
export { compareVersions } from './plan-version.ts';
export { featuresOf, limitsOf, priceOf, specView } from './plan-view.ts';
export { createPlansFeed, type PlanConflict } from './plans-feed.ts';
export { planAddress, plansReads, plansWrites } from './plans-queries.ts';
export { createPlansService, type PlansService } from './plans-service.ts';
export { readPlan } from './read-plan.ts';

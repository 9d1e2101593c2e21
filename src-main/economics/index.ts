/** Unit economics: what tenants bring and cost, month by month, and where a limit should warn earlier. */
export { COST_MODEL } from './cost-model.ts';
export { economicsReads, economicsWrites } from './economics-queries.ts';
export { createEconomicsService, type EconomicsService } from './economics-service.ts';
export { TELEMETRY_RULE } from './finance-telemetry.ts';
export { ECONOMICS_RULE } from './unit-economics.ts';

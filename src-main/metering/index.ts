/** Metering: events become exact usage by tenant, metric and period, each figure with its proof. */
export { type Catalogue, type CatalogueMetric, costVersion, metricCatalogue, type MetricVersion } from './catalogue.ts';
export { createCatalogueFeed, type CatalogueFeedOptions, type MetricConflict } from './catalogue-feed.ts';
export { eventsFeed } from './events-feed.ts';
export { ingestEvents } from './ingest-events.ts';
export { meteringReads, meteringWrites } from './metering-parts.ts';
export { createMeteringService, type MeteringDeps, type MeteringService } from './metering-service.ts';
export { closesAtMs, dueThrough, type PeriodState, periodsAt, periodState } from './periods.ts';
export { meteringTasks } from './rebuild-task.ts';
export type { IngestOrigin, IngestRequest, IngestResult } from './take-events.ts';
export { takeWaiting } from './waiting-rows.ts';
export { type MonthTotal, monthTotals, type UsageAdjustment, type UsageFigure } from './usage-figures.ts';
export { conservationOf, tenantMonth, tenantUsage } from './usage-queries.ts';
export { monthOf, monthStartMs, monthText, parseMonth } from './usage-time.ts';
export { onUsageTouched, type TouchedUsage } from './usage-touched.ts';
export { checkLimit, type LimitCheck } from './care/limit-queries.ts';

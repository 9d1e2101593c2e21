/** The overview: what needs a person, what changed, whose data is late; and the search over all rooms. */
export { createOverviewService, type OverviewDeps } from './overview-service.ts';
export { overviewReads } from './overview-queries.ts';

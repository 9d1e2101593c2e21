import type { QueryMap, StoreDb } from '../store/index.ts';
import { catalogueReads } from './catalogue-queries.ts';
import { refreshStandings } from './standing.ts';
import { tagsWrites } from './tags-queries.ts';
import { tenantReads } from './tenant-queries.ts';
import { timelineReads } from './timeline-queries.ts';
import { viewsReads, viewsWrites } from './views-queries.ts';

/** The named queries of this room. */
export const tenantsReads = { ...catalogueReads, ...tenantReads, ...timelineReads, ...viewsReads } as const;
export const tenantsWrites = {
  ...tagsWrites,
  ...viewsWrites,
  /** A slice of the tenants whose risk was judged on an earlier day; 0 when there are none left. */
  'tenants.refresh': (db: StoreDb, { now, limit }: { now: string; limit: number }): number => refreshStandings(db, now, limit),
} as const satisfies QueryMap;

import type { QueryMap } from '../store/index.ts';
import { catalogueReads, catalogueWrites } from './catalogue-queries.ts';
import { conflictReads } from './conflict-queries.ts';
import { periodReads, periodWrites } from './period-queries.ts';
import { proofReads } from './usage-proof.ts';
import { rebuildReads, rebuildWrites } from './rebuild-queries.ts';
import { usageReads } from './usage-queries.ts';
import { standingWrites } from './usage-standing.ts';

/** The named queries of metering, as the store's threads know them. */
export const meteringReads = {
  ...usageReads,
  ...proofReads,
  ...conflictReads,
  ...catalogueReads,
  ...periodReads,
  ...rebuildReads,
} as const satisfies QueryMap;

export const meteringWrites = { ...catalogueWrites, ...periodWrites, ...rebuildWrites, ...standingWrites } as const satisfies QueryMap;

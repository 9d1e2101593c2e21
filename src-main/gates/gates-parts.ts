import type { QueryMap } from '../store/index.ts';
import { detailReads } from './detail-queries.ts';
import { freezeReads, freezeWrites } from './freeze-queries.ts';
import { matrixReads } from './matrix-queries.ts';
import { motionReads, motionWrites } from './motion-queries.ts';
import { runReads, runWrites } from './run-queries.ts';
import { thresholdsReads, thresholdsWrites } from './thresholds-queries.ts';

/** The named queries of this room, as the store's threads know them. */
export const gatesReads = {
  ...runReads,
  ...matrixReads,
  ...detailReads,
  ...thresholdsReads,
  ...freezeReads,
  ...motionReads,
} as const satisfies QueryMap;

export const gatesWrites = { ...runWrites, ...thresholdsWrites, ...freezeWrites, ...motionWrites } as const satisfies QueryMap;

import type { QueryMap, TaskMap } from '../../store/index.ts';
import { backfillReads, backfillWrites } from './backfill-queries.ts';
import { intakeReads, intakeWrites } from './intake-queries.ts';
import { limitReads, limitWrites } from './limit-queries.ts';
import { reconcileReads, reconcileWrites } from './reconcile-queries.ts';
import { validateUsage } from './validate-task.ts';
import { validationReads, validationWrites } from './validation-queries.ts';

/** What this part of the room brings to the store's and the compute threads. */
export const careReads = {
  ...limitReads,
  ...validationReads,
  ...backfillReads,
  ...reconcileReads,
  ...intakeReads,
} as const satisfies QueryMap;
export const careWrites = {
  ...limitWrites,
  ...validationWrites,
  ...backfillWrites,
  ...reconcileWrites,
  ...intakeWrites,
} as const satisfies QueryMap;
export const careTasks = { 'usage.validate': validateUsage } as const satisfies TaskMap;

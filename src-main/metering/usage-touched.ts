import type { StoreDb } from '../store/index.ts';
import { keepStandings } from './usage-standing.ts';
import { judgeTouchedLimits } from './care/limit-store.ts';

/** A metric of a tenant whose figures changed, and the months in which they did. */
export interface TouchedUsage {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly metricNo: number;
  readonly metric: string;
  /** 12 × year + month − 1, ascending. */
  readonly months: readonly number[];
  /** The latest moment of what came, ISO 8601 UTC. */
  readonly latestAt: string;
}

export type UsageListener = (db: StoreDb, touched: readonly TouchedUsage[], now: string) => void;

/** Who is told, in this order; in the transaction of the events. */
const LISTENERS: readonly UsageListener[] = [keepStandings, judgeTouchedLimits];

export const onUsageTouched: UsageListener = (db, touched, now) => {
  if (touched.length > 0) for (const listener of LISTENERS) listener(db, touched, now);
};

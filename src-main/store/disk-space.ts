import { statfs } from 'node:fs/promises';
import { storeError, withStoreErrorsAsync } from './store-errors.ts';

/** How much a workspace took at one moment. */
export interface SizeSample {
  /** ISO 8601 UTC. */
  readonly measuredAt: string;
  readonly folderBytes: number;
}

export type DiskState = 'ok' | 'soon' | 'short';

export interface DiskForecast {
  readonly state: DiskState;
  readonly freeBytes: number;
  /** Median growth of the samples, never below zero; null with samples of less than a day. */
  readonly bytesPerDay: number | null;
  /** Whole days until the disk is full at that rate; null where nothing grows or it is not known yet. */
  readonly daysLeft: number | null;
}

export interface DiskThresholds {
  /** Below this the state is `short` whatever the growth. */
  readonly shortBytes: number;
  readonly shortDays: number;
  readonly soonBytes: number;
  readonly soonDays: number;
}

export const DISK_THRESHOLDS: DiskThresholds = {
  shortBytes: 512 * 1024 * 1024,
  shortDays: 3,
  soonBytes: 2 * 1024 * 1024 * 1024,
  soonDays: 30,
};

/** Room that is left free beside a large write: SQLite's log, other programs, the file system itself. */
export const HEADROOM_BYTES = 32 * 1024 * 1024;

const DAY_MS = 86_400_000;
/** Rates over less than an hour say more about one import than about the days to come. */
const SHORTEST_SPAN_MS = 3_600_000;

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

/**
 * When the disk gets short, from recorded sizes. The rate is the median over neighbouring samples, each weighted equally,
 * so that one large import or one restored backup does not set it. Order of the samples does not matter.
 */
export const forecastDisk = (
  samples: readonly SizeSample[],
  freeBytes: number,
  thresholds: DiskThresholds = DISK_THRESHOLDS,
): DiskForecast => {
  const points = samples
    .map(({ measuredAt, folderBytes }) => ({ at: Date.parse(measuredAt), folderBytes }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  const rates: number[] = [];
  let before = points[0];
  for (const point of points.slice(1)) {
    if (before === undefined || point.at - before.at < SHORTEST_SPAN_MS) continue;
    rates.push(((point.folderBytes - before.folderBytes) / (point.at - before.at)) * DAY_MS);
    before = point;
  }
  const spanMs = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const bytesPerDay = rates.length === 0 || spanMs < DAY_MS ? null : Math.max(0, Math.round(median(rates.sort((a, b) => a - b))));
  const daysLeft = bytesPerDay === null || bytesPerDay === 0 ? null : Math.floor(freeBytes / bytesPerDay);
  const within = (bytes: number, days: number): boolean => freeBytes < bytes || (daysLeft !== null && daysLeft < days);
  const state = within(thresholds.shortBytes, thresholds.shortDays)
    ? 'short'
    : within(thresholds.soonBytes, thresholds.soonDays)
      ? 'soon'
      : 'ok';
  return { state, freeBytes, bytesPerDay, daysLeft };
};

/** Bytes that this account may still write to the drive of a folder. Fails with STORE_… errors. */
export const freeBytesAt = (folder: string): Promise<number> =>
  withStoreErrorsAsync({ file: folder }, async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  });

/** Throws STORE_FULL before a large write that would not fit, so that it does not fail in its middle. */
export const assertHeadroom = async (folder: string, neededBytes: number): Promise<void> => {
  const freeBytes = await freeBytesAt(folder);
  if (freeBytes < neededBytes + HEADROOM_BYTES)
    throw storeError('full', { operation: 'headroom', details: { neededBytes: neededBytes + HEADROOM_BYTES, freeBytes } });
};

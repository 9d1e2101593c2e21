import type { StoreDb } from '../store/index.ts';
import { HOUR_MS, monthOf, monthStartMs } from './usage-time.ts';

/**
 * Months of metering: open while they run, in grace while their late window lasts, then closed, by time or by a member who
 * closes one early. They close in order, so one number says which are closed: at one `now` it is the same for every event.
 */
export type PeriodState = 'open' | 'grace' | 'closed';

export interface MeteringSettings {
  readonly lateWindowHours: number;
  readonly mostSeries: number;
  readonly mostDimensions: number;
  readonly longestDimension: number;
}

export const meteringSettings = (db: StoreDb): MeteringSettings =>
  db.get<MeteringSettings>(
    `SELECT late_window_hours AS lateWindowHours, most_series AS mostSeries, most_dimensions AS mostDimensions,
       longest_dimension AS longestDimension FROM metering_settings`,
  )!;

/** The last month whose late window has ended. */
export const dueThrough = (nowMs: number, lateWindowHours: number): number => monthOf(nowMs - lateWindowHours * HOUR_MS) - 1;

/** The moment at which a month closes by itself. */
export const closesAtMs = (month: number, lateWindowHours: number): number => monthStartMs(month + 1) + lateWindowHours * HOUR_MS;

export interface Periods {
  /** Months up to and with this one are closed. */
  readonly closedThrough: number;
  /** The month that takes what comes late: the next one that is open. */
  readonly adjusts: number;
}

export const periodsAt = (db: StoreDb, now: string): Periods => {
  const nowMs = Date.parse(now);
  const { closed } = db.get<{ closed: number | null }>('SELECT max(month) AS closed FROM usage_closes')!;
  const due = dueThrough(nowMs, meteringSettings(db).lateWindowHours);
  const closedThrough = closed === null ? due : Math.max(closed, due);
  return { closedThrough, adjusts: Math.max(monthOf(nowMs), closedThrough + 1) };
};

/** How a month stands. */
export const periodState = (db: StoreDb, month: number, now: string): PeriodState => {
  if (month <= periodsAt(db, now).closedThrough) return 'closed';
  return monthStartMs(month + 1) <= Date.parse(now) ? 'grace' : 'open';
};

/**
 * Records the months that closed by time, each with the moment at which it did: the same whenever it is recorded. Months
 * before the first with usage are closed too, and need no record.
 */
export const recordDueCloses = (db: StoreDb, now: string): void => {
  const { lateWindowHours } = meteringSettings(db);
  const due = dueThrough(Date.parse(now), lateWindowHours);
  const { recorded } = db.get<{ recorded: number | null }>('SELECT max(month) AS recorded FROM usage_closes')!;
  if (recorded !== null && recorded >= due) return;
  const { first } = db.get<{ first: number | null }>('SELECT min(month) AS first FROM usage_months')!;
  if (first === null) return;
  for (let month = recorded === null ? first : recorded + 1; month <= due; month += 1)
    db.run('INSERT INTO usage_closes (month, closed_at, closed_by, reason) VALUES (?, ?, NULL, NULL)', [
      month,
      new Date(closesAtMs(month, lateWindowHours)).toISOString(),
    ]);
};

import type { MeteringSettings, UsagePeriod } from '../../src-shared/contract/metering.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { closesAtMs, meteringSettings, periodsAt, periodState, recordDueCloses } from './periods.ts';
import { monthTotals } from './usage-figures.ts';
import { usd } from './usage-queries.ts';
import { isoSecond, monthOf, monthStartMs, monthText, parseMonth } from './usage-time.ts';

/** Months on the screen, and what people decide about them. */

interface PeriodList {
  readonly periods: UsagePeriod[];
  readonly settings: MeteringSettings;
}

/** Newest first; costs of older months are told where they are asked for. */
const SHOWN = 24;

export function listPeriods(db: StoreDb, now: string): PeriodList {
  const settings = meteringSettings(db);
  const nowMs = Date.parse(now);
  const { first, last } = db.get<{ first: number | null; last: number | null }>(
    'SELECT min(month) AS first, max(month) AS last FROM usage_months',
  )!;
  const present = monthOf(nowMs);
  const newest = Math.max(present, last ?? present);
  const oldest = Math.max(first ?? present, newest - SHOWN + 1);
  const { closedThrough } = periodsAt(db, now);
  const periods: UsagePeriod[] = [];
  for (let month = newest; month >= oldest; month -= 1) {
    const state = periodState(db, month, now);
    const close = db.get<{ closed_at: string; reason: string | null; name: string | null }>(
      'SELECT c.closed_at, c.reason, m.name FROM usage_closes c LEFT JOIN members m ON m.member_id = c.closed_by WHERE c.month = ?',
      [month],
    );
    const totals = db.get<{ events: number; tenants: number }>(
      'SELECT coalesce(sum(events), 0) AS events, count(DISTINCT tenant_no) AS tenants FROM usage_months WHERE month = ?',
      [month],
    )!;
    const { late } = db.get<{ late: number }>('SELECT coalesce(sum(events), 0) AS late FROM usage_adjustments WHERE original = ?', [
      month,
    ])!;
    const closesAt = closesAtMs(month, settings.lateWindowHours);
    const mayClose = state === 'grace' && month === closedThrough + 1;
    periods.push({
      month: monthText(month),
      state,
      startsAt: isoSecond(monthStartMs(month)),
      endsAt: isoSecond(monthStartMs(month + 1)),
      closesAt: isoSecond(closesAt),
      closedAt: state === 'closed' ? (close?.closed_at ?? isoSecond(closesAt)) : null,
      closedBy: close?.name ?? null,
      reason: close?.reason ?? null,
      events: totals.events,
      late,
      tenants: totals.tenants,
      cost: usd(monthTotals(db, monthText(month)).reduce((sum, { costEstimate }) => sum + costEstimate, 0n)),
      mayClose,
      says: saysOf(state, mayClose, closesAt),
    });
  }
  return { periods, settings };
}

function saysOf(state: UsagePeriod['state'], mayClose: boolean, closesAt: number): string {
  if (state === 'open') return `It runs. Its events are taken until ${isoSecond(closesAt)}.`;
  if (state === 'closed') return 'It is closed: what still comes for it is an adjustment in the month that is open then.';
  return mayClose
    ? `It has ended; its events are still taken until ${isoSecond(closesAt)}, or until it is closed.`
    : `It has ended; its events are still taken until ${isoSecond(closesAt)}. The months before it close first.`;
}

export const periodReads = {
  'period.list': (db: StoreDb, { now }: { now: string }): PeriodList => listPeriods(db, now),
} satisfies QueryMap;

export const periodWrites = {
  /** Closes a month early. Fails with NOT_FOUND for no month, CONFLICT where it runs, is closed, or an earlier one is not. */
  'period.close': (db: StoreDb, args: { month: string; reason: string; by: ChangedBy }): PeriodList => {
    const month = parseMonth(args.month)!;
    const { now } = args.by;
    recordDueCloses(db, now);
    const { closedThrough } = periodsAt(db, now);
    const refuse = (says: string, nextStep: string): never => {
      throw new AppError('CONFLICT', `${says} Nothing was changed.`, { nextStep, details: { month: args.month } });
    };
    const state = periodState(db, month, now);
    if (state === 'closed') refuse(`${args.month} is closed already.`, 'What still comes for it is an adjustment in a later month.');
    if (state === 'open') refuse(`${args.month} still runs.`, `Close it when it has ended, from ${isoSecond(monthStartMs(month + 1))} on.`);
    if (month !== closedThrough + 1)
      refuse(`Months close in order, and ${monthText(closedThrough + 1)} is not closed.`, `Close ${monthText(closedThrough + 1)} first.`);
    db.run('INSERT INTO usage_closes (month, closed_at, closed_by, reason) VALUES (?, ?, ?, ?)', [
      month,
      now,
      args.by.memberId,
      args.reason,
    ]);
    recordChange(db, args.by, {
      action: 'period.close',
      subject: args.month,
      before: { state },
      after: { state: 'closed', reason: args.reason },
      address: '/usage/periods',
    });
    return listPeriods(db, now);
  },
  'metering.configure': (db: StoreDb, args: { settings: MeteringSettings; reason: string; by: ChangedBy }): void => {
    const before = meteringSettings(db);
    // What closed by the old window stays closed.
    recordDueCloses(db, args.by.now);
    const { lateWindowHours, mostSeries, mostDimensions, longestDimension } = args.settings;
    db.run('UPDATE metering_settings SET late_window_hours = ?, most_series = ?, most_dimensions = ?, longest_dimension = ?', [
      lateWindowHours,
      mostSeries,
      mostDimensions,
      longestDimension,
    ]);
    recordChange(db, args.by, {
      action: 'metering.configure',
      subject: 'metering',
      before,
      after: { ...args.settings, reason: args.reason },
      address: '/usage/periods',
    });
  },
} satisfies QueryMap;

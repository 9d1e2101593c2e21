/**
 * Alert rules: what operations watch, and when it raises an incident. Pure: the same readings give the same alerts.
 * A rule has two bounds, so that a figure that wavers around one of them does not open and end an incident at each look.
 */

export interface Readings {
  /** Seconds since the oldest event was taken that no total holds yet; 0 where all are in. */
  readonly aggregationLagSeconds: number;
  /** Rows that wait in quarantine, now and 24 hours ago. */
  readonly quarantineOpen: number;
  readonly quarantineOpenDayAgo: number;
  /** Largest relative deviation of the last recount, per cent; null where none was made. */
  readonly mismatchPercent: number | null;
  /** Feeds that are past their promise. */
  readonly lateFeeds: readonly { readonly source: string; readonly feed: string; readonly hoursLate: number }[];
}

export interface AlertBounds {
  readonly aggregationLagSeconds: number;
  /** Rows that may come to quarantine within a day. */
  readonly quarantineGrowth: number;
  readonly mismatchPercent: number;
  readonly hoursLate: number;
}

export const DEFAULT_BOUNDS: AlertBounds = { aggregationLagSeconds: 900, quarantineGrowth: 100, mismatchPercent: 1, hoursLate: 24 };

export type AlertRule = 'aggregation-lag' | 'quarantine-growth' | 'validation-mismatch' | 'freshness';

export interface Alert {
  /** Of the incident: one for each rule and thing. */
  readonly key: string;
  readonly rule: AlertRule;
  readonly severity: 'warn' | 'bad';
  readonly title: string;
  readonly says: string;
  readonly address: string;
}

export interface AlertDecision {
  readonly raise: readonly Alert[];
  /** Keys of open alerts whose cause is gone, with the figure that says so. */
  readonly clear: readonly { readonly key: string; readonly says: string }[];
}

/** Below this share of its bound, a figure is quiet again. */
const QUIET = 0.8;

const number = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(2));

/** What is raised and what is quiet again, by the readings and the alerts that stand open (by key). */
export function decideAlerts(readings: Readings, bounds: AlertBounds, open: ReadonlySet<string>): AlertDecision {
  const raise: Alert[] = [];
  const clear: { key: string; says: string }[] = [];
  const judge = (value: number, bound: number, alert: Alert, quietSays: string): void => {
    if (value > bound) raise.push(alert);
    else if (open.has(alert.key) && value <= bound * QUIET) clear.push({ key: alert.key, says: quietSays });
  };

  const lag = readings.aggregationLagSeconds;
  judge(
    lag,
    bounds.aggregationLagSeconds,
    {
      key: 'alert/aggregation-lag',
      rule: 'aggregation-lag',
      severity: 'bad',
      title: 'Totals lag behind the events',
      says: `Events wait for ${number(lag)} s to be in a total, longer than ${bounds.aggregationLagSeconds} s. Rebuild the totals, then look at what stopped them.`,
      address: '/usage',
    },
    `All events were in a total within ${number(lag)} s again.`,
  );

  const growth = Math.max(0, readings.quarantineOpen - readings.quarantineOpenDayAgo);
  judge(
    growth,
    bounds.quarantineGrowth,
    {
      key: 'alert/quarantine-growth',
      rule: 'quarantine-growth',
      severity: 'warn',
      title: 'Quarantine grows',
      says: `${growth} rows came to quarantine within a day, more than ${bounds.quarantineGrowth}; ${readings.quarantineOpen} wait now. Look at the commonest reason, and ask its source.`,
      address: '/quarantine',
    },
    `${growth} rows came within a day, and ${readings.quarantineOpen} wait.`,
  );

  const mismatch = readings.mismatchPercent;
  if (mismatch !== null)
    judge(
      mismatch,
      bounds.mismatchPercent,
      {
        key: 'alert/validation-mismatch',
        rule: 'validation-mismatch',
        severity: 'bad',
        title: 'A recount differs from the totals',
        says: `The last recount of raw events deviates by ${number(mismatch)}%, more than ${number(bounds.mismatchPercent)}%. No bill should leave before it is explained.`,
        address: '/usage?tab=reconciliation',
      },
      `The last recount deviates by ${number(mismatch)}%.`,
    );

  const late = new Map(readings.lateFeeds.map((feed) => [freshnessKey(feed), feed]));
  for (const [key, { source, feed, hoursLate }] of late)
    if (hoursLate > bounds.hoursLate)
      raise.push({
        key,
        rule: 'freshness',
        severity: 'warn',
        title: `${source}, feed ${feed}, is late`,
        says: `It is ${number(hoursLate)} h past its promise, more than ${bounds.hoursLate} h. What rests on it is as old as that.`,
        address: `/settings/sources/${source}`,
      });
  for (const key of open)
    if (key.startsWith(FRESHNESS) && (late.get(key)?.hoursLate ?? 0) <= bounds.hoursLate * QUIET)
      clear.push({ key, says: late.has(key) ? 'It is late by less than a day again.' : 'It keeps its promise again.' });
  return { raise, clear };
}

const FRESHNESS = 'alert/freshness/';
const freshnessKey = ({ source, feed }: { readonly source: string; readonly feed: string }): string => `${FRESHNESS}${source}/${feed}`;

import { describe, expect, it } from 'vitest';
import { type Alert, type AlertBounds, decideAlerts, DEFAULT_BOUNDS, type Readings } from '../../../src-main/app/observe/alert-rules.ts';

const QUIET: Readings = { aggregationLagSeconds: 0, quarantineOpen: 5, quarantineOpenDayAgo: 5, mismatchPercent: null, lateFeeds: [] };
const decide = (readings: Partial<Readings>, open: readonly string[] = [], bounds: AlertBounds = DEFAULT_BOUNDS) =>
  decideAlerts({ ...QUIET, ...readings }, bounds, new Set(open));
const keys = (alerts: readonly Pick<Alert, 'key'>[]): string[] => alerts.map(({ key }) => key);

describe('alert rules', () => {
  it('raise nothing while all is quiet', () => {
    expect(decide({})).toEqual({ raise: [], clear: [] });
  });

  it.each<[string, Partial<Readings>, Partial<Readings>]>([
    ['alert/aggregation-lag', { aggregationLagSeconds: 900 }, { aggregationLagSeconds: 901 }],
    ['alert/quarantine-growth', { quarantineOpen: 105 }, { quarantineOpen: 106 }],
    ['alert/validation-mismatch', { mismatchPercent: 1 }, { mismatchPercent: 1.01 }],
    [
      'alert/freshness/northwind/events',
      { lateFeeds: [{ source: 'northwind', feed: 'events', hoursLate: 24 }] },
      { lateFeeds: [{ source: 'northwind', feed: 'events', hoursLate: 25 }] },
    ],
  ])('%s: at its bound not, past it', (key, at, past) => {
    expect(keys(decide(at).raise)).toEqual([]);
    expect(keys(decide(past).raise)).toEqual([key]);
  });

  it('name the figure and its bound', () => {
    expect(decide({ mismatchPercent: 2.5 }).raise[0]?.says).toContain('2.50%, more than 1%');
    expect(decide({ quarantineOpen: 205 }).raise[0]?.says).toContain('200 rows came to quarantine within a day, more than 100; 205 wait');
  });

  it('end only when the figure is well below its bound, so that it does not waver', () => {
    const open = ['alert/aggregation-lag'];
    expect(decide({ aggregationLagSeconds: 850 }, open)).toEqual({ raise: [], clear: [] });
    expect(keys(decide({ aggregationLagSeconds: 720 }, open).clear)).toEqual(open);
    expect(decide({ aggregationLagSeconds: 0 }).clear).toEqual([]);
  });

  it('a recount that was not made ends nothing', () => {
    expect(decide({ mismatchPercent: null }, ['alert/validation-mismatch'])).toEqual({ raise: [], clear: [] });
    expect(keys(decide({ mismatchPercent: 0 }, ['alert/validation-mismatch']).clear)).toEqual(['alert/validation-mismatch']);
  });

  it('a feed that is read again, or is gone, ends its own alert and no other', () => {
    const open = ['alert/freshness/a/events', 'alert/freshness/b/events', 'limit/x'];
    const { raise, clear } = decide({ lateFeeds: [{ source: 'b', feed: 'events', hoursLate: 30 }] }, open);
    expect(keys(raise)).toEqual(['alert/freshness/b/events']);
    expect(keys(clear)).toEqual(['alert/freshness/a/events']);
  });

  it('fewer rows than a day ago is no growth', () => {
    expect(decide({ quarantineOpen: 0, quarantineOpenDayAgo: 1000 })).toEqual({ raise: [], clear: [] });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeFreshness } from '../../../src-main/overview/freshness.ts';

const now = '2026-06-03T10:00:00.000Z';
const judge = (successes: string[], promiseHours: number | null = 1, addedAt = '2026-05-01T00:00:00.000Z') =>
  judgeFreshness({ now, addedAt, successes, promiseHours, days: 3 });

describe('freshness', () => {
  it('is on time while the last success is within the promise and an hour', () => {
    const { state, hoursSince, days } = judge(['2026-06-03T08:30:00.000Z']);
    expect(state).toBe('on-time');
    expect(hoursSince).toBeCloseTo(1.5);
    expect(days.at(-1)).toEqual({ date: '2026-06-03', state: 'on-time', hoursLate: null });
  });
  it('counts whole hours past the promise', () => {
    expect(judge(['2026-06-03T03:00:00.000Z']).days.at(-1)).toEqual({ date: '2026-06-03', state: 'late', hoursLate: 5 });
  });
  it('is stale more than a day past the promise', () => {
    expect(judge(['2026-06-01T22:00:00.000Z']).state).toBe('stale');
  });
  it('judges each day by what was known at its end', () => {
    const { days } = judge(['2026-06-01T12:00:00.000Z', '2026-06-03T09:30:00.000Z']);
    expect(days.map(({ state }) => state)).toEqual(['late', 'stale', 'on-time']);
    expect(days.map(({ hoursLate }) => hoursLate)).toEqual([10, 34, null]);
  });
  it('says nothing of days before the source was added', () => {
    const { days } = judge([], 1, '2026-06-03T09:00:00.000Z');
    expect(days.map(({ state }) => state)).toEqual(['before', 'before', 'no-run']);
  });
  it('is never late when it is read by hand', () => {
    expect(judge(['2026-05-02T00:00:00.000Z'], null).state).toBe('on-time');
  });
  it('never gets fresher by an earlier last success', () => {
    const rank = { 'on-time': 0, late: 1, stale: 2 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 }), (a, b) => {
        const at = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
        const [older, newer] = [Math.max(a, b), Math.min(a, b)];
        return rank[judge([at(older)], 6).state] >= rank[judge([at(newer)], 6).state];
      }),
    );
  });
});

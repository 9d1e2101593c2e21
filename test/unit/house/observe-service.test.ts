import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../../src-shared/contract/define.ts';
import { createLatencies } from '../../../src-main/app/observe/latencies.ts';
import { createObserveService, type ObserveDeps, type OpenAlert, type Pulse } from '../../../src-main/app/observe/observe-service.ts';
import { createTraces } from '../../../src-main/app/observe/traces.ts';

const NOW = '2026-06-03T09:42:00.000Z';
const QUIET: Pulse = {
  aggregationLagSeconds: 0,
  quarantineOpen: 0,
  quarantineOpenDayAgo: 0,
  mismatchPercent: null,
  lateFeeds: [],
  incidentsOpen: 0,
  freeDiskBytes: 1e9,
};
const ctx = { now: NOW, session: { member_id: 'm', role: 'admin' }, requestId: 'r' } as unknown as HandlerContext;

/** The service on a pulse that the test sets; alerts are kept as the incidents room would. */
const watched = (writable = true) => {
  let pulse: Pulse | Error = QUIET;
  const open = new Map<string, OpenAlert>();
  const raised: string[] = [];
  const errors: unknown[] = [];
  const deps: ObserveDeps = {
    calls: createLatencies(),
    queries: createLatencies(),
    traces: createTraces(),
    metricsText: () => Promise.resolve('countersign_up 1\n'),
    downloads: { issue: () => 'ticket-0123456789abcdef' },
    pulse: () => (pulse instanceof Error ? Promise.reject(pulse) : Promise.resolve(pulse)),
    intake: () => Promise.resolve([]),
    openAlerts: () => Promise.resolve([...open.values()]),
    decide: ({ raise, clear, now }) => {
      for (const { key, title, says, severity, address } of raise) {
        raised.push(key);
        open.set(key, { key, title, says, severity, address, since: now });
      }
      for (const { key } of clear) open.delete(key);
      return Promise.resolve();
    },
    bounds: () => Promise.resolve(null),
    setBounds: () => Promise.resolve(),
    writable,
    version: '1.0.0',
    now: () => NOW,
    changed: () => undefined,
    onError: (error) => errors.push(error),
  };
  const service = createObserveService(deps);
  return {
    service,
    deps,
    open,
    raised,
    errors,
    set: (next: Partial<Pulse> | Error) => (pulse = next instanceof Error ? next : { ...QUIET, ...next }),
  };
};

describe('the watch', () => {
  it('raises an alert once while it stands, ends it when it is quiet, and raises it anew', async () => {
    const { service, set, open, raised } = watched();
    set({ mismatchPercent: 3 });
    await service.look();
    await service.look();
    expect(raised).toEqual(['alert/validation-mismatch']);
    set({ mismatchPercent: 0 });
    await service.look();
    expect(open.size).toBe(0);
    set({ mismatchPercent: 2 });
    await service.look();
    expect(raised).toEqual(['alert/validation-mismatch', 'alert/validation-mismatch']);
  });

  it('opens no incident in a workspace that is only read', async () => {
    const { service, set, raised } = watched(false);
    set({ mismatchPercent: 3 });
    await service.look();
    expect(raised).toEqual([]);
  });

  it('goes on after a look that failed', async () => {
    const { service, set, raised, errors } = watched();
    set(new Error('the store is busy'));
    await service.look();
    set({ aggregationLagSeconds: 5000 });
    await service.look();
    expect(errors).toHaveLength(1);
    expect(raised).toEqual(['alert/aggregation-lag']);
  });

  it('answers figures against their bounds, readings over time and the alerts that stand', async () => {
    const { service, set } = watched();
    set({ quarantineOpen: 300, quarantineOpenDayAgo: 100, lateFeeds: [{ source: 'northwind', feed: 'events', hoursLate: 30 }] });
    await service.look();
    const answer = await service.handlers['diagnostics.get']({}, ctx);
    const figure = (id: string) => answer.figures.find((each) => each.id === id);
    expect(figure('quarantine')).toMatchObject({ value: 300, status: 'warn', says: '200 more than a day ago; alert above 100' });
    expect(figure('late')).toMatchObject({ value: 1, status: 'warn', says: 'worst by 30 h; alert above 24 h' });
    expect(figure('mismatch')).toMatchObject({ value: null, status: 'idle' });
    expect(answer.series.find(({ id }) => id === 'quarantine')?.points).toEqual([[NOW, 300]]);
    expect(answer.alerts.map(({ key }) => key)).toEqual(['alert/quarantine-growth', 'alert/freshness/northwind/events']);
  });
});

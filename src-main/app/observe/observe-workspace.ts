import type { AlertBoundsDocument } from '../../../src-shared/contract/diagnostics.ts';
import type { AppContext } from '../app-context.ts';
import { houseState } from '../house-state.ts';
import type { OpenedStore } from '../open-workspace.ts';
import { VERSION } from '../version.ts';
import type { Readings } from './alert-rules.ts';
import { createObserveService, type Pulse } from './observe-service.ts';

/** What later rooms tell of themselves, for the watch. */
export interface Watched {
  readonly lateFeeds: (now: string) => Promise<Readings['lateFeeds']>;
}

const DAY_MS = 86_400_000;

/** The watch over an open workspace: its readings, its alerts as incidents, its gauges. */
export function observeWorkspace(context: AppContext, opened: OpenedStore, watched: Watched) {
  const { store, readOnly } = opened;
  const { hub, log, metrics, observer } = context;

  const pulse = async (): Promise<Pulse> => {
    const now = context.now();
    const [quarantine, lateFeeds, incidentsOpen, house, usage] = await Promise.all([
      store.read('overview.quarantineGrowth', { since: new Date(Date.parse(now) - DAY_MS).toISOString() }),
      watched.lateFeeds(now),
      store.read('incidents.openCount', null),
      houseState(context, opened),
      store.read('overview.metering', null),
    ]);
    return {
      aggregationLagSeconds:
        usage.waitingSince === null ? 0 : Math.max(0, Math.round((Date.parse(now) - Date.parse(usage.waitingSince)) / 1000)),
      quarantineOpen: quarantine.open,
      quarantineOpenDayAgo: quarantine.open - quarantine.newlyOpen,
      mismatchPercent: usage.deviationBp === null ? null : usage.deviationBp / 100,
      lateFeeds,
      incidentsOpen,
      freeDiskBytes: house.disk.freeBytes,
    };
  };
  metrics.beforeReading(async () => {
    const now = await pulse();
    metrics.gauge('quarantine_open', now.quarantineOpen);
    metrics.gauge('aggregation_lag_seconds', now.aggregationLagSeconds);
    if (now.mismatchPercent !== null) metrics.gauge('validation_mismatch_percent', now.mismatchPercent);
    metrics.gauge('feeds_late', now.lateFeeds.length);
    metrics.gauge('feed_hours_late_max', Math.max(0, ...now.lateFeeds.map(({ hoursLate }) => hoursLate)));
    metrics.gauge('incidents_open', now.incidentsOpen);
    metrics.gauge('disk_free_bytes', now.freeDiskBytes);
  });

  return createObserveService({
    calls: observer.calls,
    queries: observer.queries,
    traces: observer.traces,
    metricsText: () => metrics.text(),
    downloads: context.downloads,
    pulse,
    intake: (since) => store.read('overview.intake', { since }),
    openAlerts: () => store.read('incidents.openByKey', { prefix: 'alert/' }),
    decide: async ({ raise, clear, now }) => {
      const open = raise.map(({ key, severity, title, says, address }) => ({
        key,
        kind: 'alert' as const,
        severity,
        tenantNo: null,
        title,
        says,
        address,
        ownerRole: 'platform' as const,
        now,
      }));
      await store.write('incidents.apply', { open, end: clear, now }, { priority: 'background' });
    },
    // Written by `setBounds` alone, whose input the contract has checked.
    bounds: async () => (await store.read('workspace.alertBounds', null)) as AlertBoundsDocument | null,
    setBounds: (bounds, by) => store.write('workspace.setAlertBounds', { bounds, by }),
    writable: readOnly === null,
    version: VERSION,
    now: () => context.now(),
    changed: () => hub.changed('incidents'),
    onError: (error) => log.warn({ reason: String(error) }, 'The console could not look at itself'),
  });
}

/** Three partners' sources as Settings and Overview meet them: northwind and meridian by folder, kestrel by HTTP and late. */
import type { SyncRun, Source } from '../../../src-shared/contract/sources.ts';
import type { Answered } from './fixture-types.ts';

const HOUR_MS = 3_600_000;

/** `hours` before `now`, ISO 8601 UTC. */
export const hoursBefore = (now: string, hours: number): string => new Date(Date.parse(now) - Math.round(hours * HOUR_MS)).toISOString();

interface FeedSpec {
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly late: number;
  readonly quarantined: number;
}

const feed = (now: string, hours: number, outcome: Source['feeds'][number]['outcome'], says: string, totals: FeedSpec, open: number) => ({
  feed: 'receipts',
  cursor: 'pro@1.4:8407112',
  lastRunAt: hoursBefore(now, Math.min(hours, 0.07)),
  lastSuccessAt: hoursBefore(now, hours),
  outcome,
  says,
  totals,
  conserved: totals.received === totals.accepted + totals.duplicate + totals.conflict + totals.late + totals.quarantined,
  quarantineOpen: open,
});

/** Every line received stands in exactly one of the other five columns. */
export const makeSources = (now: string): Source[] => [
  {
    sourceId: 'src-northwind',
    name: 'northwind',
    kind: 'folder',
    location: '/srv/partners/northwind',
    state: 'active',
    addedAt: '2026-01-06T08:40:00.000Z',
    schedule: '*/15 * * * *',
    nextRunAt: hoursBefore(now, -0.22),
    failures: 0,
    hasToken: false,
    feeds: [
      feed(
        now,
        0.07,
        'ok',
        '14 new receipts in 2 chains.',
        { received: 37_216, accepted: 37_210, duplicate: 0, conflict: 0, late: 0, quarantined: 6 },
        5,
      ),
    ],
  },
  {
    sourceId: 'src-meridian',
    name: 'meridian',
    kind: 'folder',
    location: '/srv/partners/meridian',
    state: 'active',
    addedAt: '2026-01-06T09:02:00.000Z',
    schedule: '*/15 * * * *',
    nextRunAt: hoursBefore(now, -0.22),
    failures: 0,
    hasToken: false,
    feeds: [
      feed(
        now,
        0.07,
        'nothing-new',
        'Nothing new since 09:08 UTC.',
        { received: 31_250, accepted: 31_244, duplicate: 6, conflict: 0, late: 0, quarantined: 0 },
        0,
      ),
    ],
  },
  {
    sourceId: 'src-kestrel',
    name: 'kestrel',
    kind: 'http',
    location: 'https://feeds.kestrel.example/countersign',
    state: 'active',
    addedAt: '2026-01-07T13:15:00.000Z',
    schedule: '7 * * * *',
    nextRunAt: hoursBefore(now, -0.1),
    failures: 9,
    hasToken: true,
    feeds: [
      feed(
        now,
        31,
        'failed',
        'The address answered 503 nine times; what was accepted before stays.',
        { received: 28_308, accepted: 28_307, duplicate: 0, conflict: 0, late: 0, quarantined: 1 },
        1,
      ),
    ],
  },
];

export const makeRuns = (now: string, sources: readonly Source[]): SyncRun[] =>
  sources.flatMap((source) =>
    Array.from({ length: 14 }, (_, i): SyncRun => {
      const failed = source.name === 'kestrel' && i < 9;
      const startedAt = hoursBefore(now, 0.07 + i * (source.kind === 'http' ? 1 : 0.25));
      const accepted = failed || i % 3 === 1 ? 0 : 14 + ((i * 7) % 11);
      const quarantined = source.name === 'northwind' && i === 3 ? 2 : 0;
      return {
        runId: `run-${source.name}-${i}`,
        sourceId: source.sourceId,
        sourceName: source.name,
        feed: 'receipts',
        startedAt,
        endedAt: new Date(Date.parse(startedAt) + (failed ? 30_000 : 240 + i * 35)).toISOString(),
        outcome: failed ? 'failed' : accepted === 0 ? 'nothing-new' : 'ok',
        says: failed ? 'The address answered 503.' : accepted === 0 ? 'Nothing new.' : `${accepted} new receipts.`,
        counts: { received: accepted + quarantined, accepted, duplicate: 0, conflict: 0, late: 0, quarantined },
        conserved: true,
        cursor: null,
      };
    }),
  );

type Freshness = Answered<'overview.get'>['freshness'];

const LATE: Readonly<Record<string, Readonly<Record<number, number>>>> = { meridian: { 5: 7, 6: 14 }, kestrel: { 11: 9, 12: 20, 13: 31 } };

/** Fourteen days to today; kestrel is late since two days ago. */
export const makeFreshness = (now: string, sources: readonly Source[]): Freshness =>
  sources.map((source) => {
    const late = LATE[source.name] ?? {};
    const last = source.feeds[0]?.lastSuccessAt ?? null;
    return {
      sourceName: source.name,
      feed: 'receipts',
      days: Array.from({ length: 14 }, (_, day) => {
        const hours = late[day] ?? 0;
        const date = new Date(Date.parse(now) - (13 - day) * 24 * HOUR_MS).toISOString().slice(0, 10);
        return {
          date,
          state: hours === 0 ? ('on-time' as const) : hours >= 24 ? ('stale' as const) : ('late' as const),
          hoursLate: hours === 0 ? null : hours,
        };
      }),
      lastSuccessAt: last,
      hoursSince: last === null ? null : (Date.parse(now) - Date.parse(last)) / HOUR_MS,
      state: source.name === 'kestrel' ? ('stale' as const) : ('on-time' as const),
    };
  });

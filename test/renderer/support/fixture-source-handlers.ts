/** Sources that can be added, paused and removed, so that the screens can be worked with. */
import type { Topic } from '../../../src-shared/contract/index.ts';
import type { Source } from '../../../src-shared/contract/sources.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { FixtureJobs } from './fixture-jobs.ts';
import { hoursBefore, makeRuns, makeSources } from './fixture-sources.ts';
import type { Part, Scenario } from './fixture-types.ts';

type Names =
  | 'source.list'
  | 'source.preview'
  | 'source.add'
  | 'source.configure'
  | 'source.pause'
  | 'source.resume'
  | 'source.remove'
  | 'sync.run'
  | 'sync.state'
  | 'sync.runs';

export interface SourceFixtureOptions {
  readonly now: string;
  readonly scenario: Scenario;
  readonly jobs: FixtureJobs;
  readonly changed: (...topics: Topic[]) => void;
}

const CONSERVED_NOTHING = { received: 0, accepted: 0, duplicate: 0, conflict: 0, late: 0, quarantined: 0 };

export const createSourceHandlers = ({
  now,
  scenario,
  jobs,
  changed,
}: SourceFixtureOptions): Part<Names> & { current: () => readonly Source[] } => {
  let sources = scenario === 'empty' ? [] : makeSources(now);
  const runs = makeRuns(now, sources);
  const find = (sourceId: string): Source => {
    const source = sources.find((each) => each.sourceId === sourceId);
    if (source === undefined)
      throw new AppError('NOT_FOUND', 'There is no such source.', { nextStep: 'Look for it in Settings → Sources.' });
    return source;
  };
  const change = (sourceId: string, patch: Partial<Source>): Source => {
    const next = { ...find(sourceId), ...patch };
    sources = sources.map((each) => (each.sourceId === sourceId ? next : each));
    changed('sources', 'audit');
    return next;
  };
  return {
    current: () => sources,
    'source.list': ({ removed }) => ({ sources: sources.filter((each) => removed || each.state !== 'removed') }),
    'source.preview': ({ kind, location }) => {
      if (location.includes('nowhere')) return { reachable: false, says: 'There is no such folder.', feeds: [] };
      return {
        reachable: true,
        says: kind === 'folder' ? 'The folder can be read and offers one feed.' : 'The address answers and offers one feed.',
        feeds: [{ feed: 'receipts', items: 3, says: '3 chains, 6.6 MB' }],
      };
    },
    'source.add': ({ kind, location, name, schedule, token }) => {
      const chosen = name ?? location.split('/').filter(Boolean).at(-1) ?? 'source';
      if (sources.some((each) => each.name === chosen)) {
        throw new AppError('ALREADY_EXISTS', `A source named ${chosen} exists; nothing was added.`, { nextStep: 'Choose another name.' });
      }
      const source: Source = {
        sourceId: `src-${chosen}`,
        name: chosen,
        kind,
        location,
        state: 'active',
        addedAt: now,
        schedule: schedule ?? '*/15 * * * *',
        nextRunAt: hoursBefore(now, -0.25),
        failures: 0,
        hasToken: token !== undefined,
        feeds: [
          {
            feed: 'receipts',
            cursor: null,
            lastRunAt: null,
            lastSuccessAt: null,
            outcome: 'never',
            says: 'Not run yet.',
            totals: CONSERVED_NOTHING,
            conserved: true,
            quarantineOpen: 0,
          },
        ],
      };
      sources = [...sources, source];
      changed('sources', 'audit');
      return source;
    },
    'source.configure': ({ sourceId, schedule, token }) =>
      change(sourceId, { ...(schedule === undefined ? {} : { schedule }), ...(token === undefined ? {} : { hasToken: token !== null }) }),
    'source.pause': ({ sourceId }) => change(sourceId, { state: 'paused', nextRunAt: null }),
    'source.resume': ({ sourceId }) => change(sourceId, { state: 'active', nextRunAt: hoursBefore(now, -0.25) }),
    'source.remove': ({ sourceId }) => {
      change(sourceId, { state: 'removed', nextRunAt: null });
      return { done: true };
    },
    'sync.run': () => ({
      jobId: jobs.start('Syncing 3 sources', 'sync', 14, 'items', () => {
        changed('sources', 'receipts', 'audit');
      }),
    }),
    'sync.state': () => {
      const failing = sources.some((each) => each.name === 'kestrel')
        ? [{ sourceName: 'kestrel', says: 'answered 503 nine times; next try 09:48 UTC' }]
        : [];
      if (sources.length === 0) return { state: 'no-sources', lastSyncAt: null, nextRunAt: null, offlineSince: null, failing: [] };
      if (scenario === 'offline') {
        const all = sources.map((each) => ({ sourceName: each.name, says: 'not reachable' }));
        return {
          state: 'offline',
          lastSyncAt: hoursBefore(now, 1.72),
          nextRunAt: hoursBefore(now, -0.07),
          offlineSince: hoursBefore(now, 1.72),
          failing: all,
        };
      }
      return { state: 'failing', lastSyncAt: hoursBefore(now, 0.07), nextRunAt: hoursBefore(now, -0.1), offlineSince: null, failing };
    },
    'sync.runs': ({ sourceId, limit, before }) => {
      const found = runs
        .filter((run) => sourceId === undefined || run.sourceId === sourceId)
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
      const from = before === undefined ? 0 : Number(before);
      return { runs: found.slice(from, from + limit), next: from + limit < found.length ? String(from + limit) : null };
    },
  };
};

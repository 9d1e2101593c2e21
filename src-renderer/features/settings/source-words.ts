import type { IconName } from '@blueprintjs/core';
import type { Conservation, Source, SyncRun } from '../../../src-shared/contract/sources.ts';
import { integer } from '../../ui/format.ts';
import type { Status } from '../../ui/status.tsx';

export interface OutcomeLook {
  readonly status: Status;
  readonly icon: IconName;
  readonly word: string;
}

/** How a run ended, in a word. What a source did to its past is told as that. */
export const OUTCOME: Readonly<Record<SyncRun['outcome'], OutcomeLook>> = {
  never: { status: 'idle', icon: 'minus', word: 'not run yet' },
  ok: { status: 'ok', icon: 'tick', word: 'ok' },
  'nothing-new': { status: 'idle', icon: 'tick', word: 'nothing new' },
  failed: { status: 'bad', icon: 'error', word: 'failed' },
  'changed-past': { status: 'bad', icon: 'history', word: 'changed its past' },
  shrank: { status: 'bad', icon: 'error', word: 'shrank' },
  garbage: { status: 'bad', icon: 'error', word: 'answered garbage' },
  offline: { status: 'warn', icon: 'offline', word: 'not reachable' },
  cancelled: { status: 'idle', icon: 'disable', word: 'cancelled' },
};

/** How a source stands as a whole: paused, else the worst of its feeds. */
export const sourceLook = (source: Source): OutcomeLook => {
  if (source.state === 'paused') return { status: 'idle', icon: 'pause', word: 'paused' };
  if (source.state === 'removed') return { status: 'idle', icon: 'trash', word: 'removed' };
  const looks = source.feeds.map((feed) => OUTCOME[feed.outcome]);
  return looks.find((look) => look.status === 'bad') ?? looks.find((look) => look.status === 'warn') ?? looks[0] ?? OUTCOME.never;
};

/** The five places a received row can have gone, in the order of the table. */
export const PLACES = ['accepted', 'duplicate', 'conflict', 'late', 'quarantined'] as const;

export const placedSum = (counts: Conservation): number => PLACES.reduce((sum, place) => sum + counts[place], 0);

/** The proof of conservation in one line: `37,216 = 37,210 + 0 + 0 + 0 + 6`. */
export const conservationLine = (counts: Conservation): string =>
  `${integer(counts.received)} ${counts.received === placedSum(counts) ? '=' : '≠'} ${PLACES.map((place) => integer(counts[place])).join(' + ')}`;

export interface SchedulePreset {
  readonly pattern: string;
  readonly words: string;
}

export const SCHEDULES: readonly SchedulePreset[] = [
  { pattern: '*/5 * * * *', words: 'every 5 minutes' },
  { pattern: '*/15 * * * *', words: 'every 15 minutes' },
  { pattern: '7 * * * *', words: 'every hour, at 7 past' },
  { pattern: '0 6 * * *', words: 'every day at 06:00 UTC' },
  { pattern: 'manual', words: 'by hand only' },
];

export const scheduleWords = (pattern: string): string => SCHEDULES.find((each) => each.pattern === pattern)?.words ?? pattern;

/** A name as the contract wants it, from the last part of a path or address. */
export const suggestName = (location: string): string => {
  const last =
    location
      .trim()
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? '';
  return last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63);
};

export const isHttp = (location: string): boolean => /^https?:\/\//i.test(location.trim());

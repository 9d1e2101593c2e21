import type { StoreDb } from '../../store/index.ts';

/**
 * Ingest numbers of events whose backfill was reversed: they stay, and no longer count. Half-open, ascending; whoever makes
 * usage of events leaves them out.
 */
export const reversedRanges = (db: StoreDb): (readonly [from: number, to: number])[] =>
  db
    .all<{ first_no: number; last_no: number }>('SELECT first_no, last_no FROM usage_reversals WHERE last_no >= first_no ORDER BY first_no')
    .map(({ first_no, last_no }) => [first_no, last_no + 1] as const);

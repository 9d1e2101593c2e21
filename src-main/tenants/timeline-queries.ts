import type { TimelineEntry, TimelineKind } from '../../src-shared/contract/tenants.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { recordEntries, subscriptionEntries } from './record-history.ts';
import { subscriptionVersions, tenantVersions } from './record-queries.ts';
import { visibleTenant } from './scope.ts';

/** The timeline of a tenant: what other rooms told, and what its own records say, newest first and page by page. */

type EntryRow = TimelineEntry;

const ORDER = 'ORDER BY at DESC, key DESC';

/** Newest first; what happened in one moment is ordered by its key. */
const newestFirst = (a: TimelineEntry, b: TimelineEntry): number =>
  a.at !== b.at ? (a.at < b.at ? 1 : -1) : a.key < b.key ? 1 : a.key > b.key ? -1 : 0;

const cursorOf = ({ at, key }: TimelineEntry): string => Buffer.from(JSON.stringify([at, key]), 'utf8').toString('base64url');

function placeOf(cursor: string): readonly [string, string] {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(place) && place.length === 2 && typeof place[0] === 'string' && typeof place[1] === 'string')
      return [place[0], place[1]];
  } catch {
    // Not ours: refused below.
  }
  throw new AppError('BAD_INPUT', 'That is not where a page of this timeline begins.', { nextStep: 'Ask for the first page again.' });
}

export interface TimelineArgs {
  readonly tenantId: string;
  readonly kinds: readonly TimelineKind[] | null;
  readonly after: string | null;
  readonly limit: number;
}

export interface TimelineAnswer {
  readonly entries: TimelineEntry[];
  readonly next: string | null;
  readonly matched: number;
  readonly total: number;
  readonly kinds: { readonly kind: TimelineKind; readonly count: number }[];
}

export const timelineReads = {
  'tenants.timeline': (db: StoreDb, { tenantId, kinds, after, limit }: TimelineArgs): TimelineAnswer => {
    const { tenantNo } = visibleTenant(db, tenantId);
    const own = [
      ...recordEntries(tenantId, tenantVersions(db, tenantNo)),
      ...[...subscriptionVersions(db, tenantId)].flatMap(([id, versions]) => subscriptionEntries(id, versions)),
    ];
    const counts = new Map<TimelineKind, number>();
    const count = (kind: TimelineKind, n: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + n);
    for (const { kind } of own) count(kind, 1);
    const told = db.all<{ kind: TimelineKind; n: number }>(
      'SELECT kind, count(*) AS n FROM tenant_timeline WHERE tenant_no = ? GROUP BY kind',
      [tenantNo],
    );
    for (const { kind, n } of told) count(kind, n);

    const place = after === null ? null : placeOf(after);
    const wanted = (kind: TimelineKind): boolean => kinds === null || kinds.includes(kind);
    const conditions = [
      'tenant_no = ?',
      ...(kinds === null ? [] : [`kind IN (${kinds.map(() => '?').join(', ')})`]),
      ...(place === null ? [] : ['(at, key) < (?, ?)']),
    ];
    const params: SqlValue[] = [tenantNo, ...(kinds ?? []), ...(place ?? [])];
    const stored = db.all<EntryRow>(
      `SELECT key, at, kind, status, title, says, address FROM tenant_timeline WHERE ${conditions.join(' AND ')} ${ORDER} LIMIT ?`,
      [...params, limit + 1],
    );
    const mine = own.filter(
      (entry) => wanted(entry.kind) && (place === null || newestFirst({ ...entry, at: place[0], key: place[1] }, entry) < 0),
    );
    const merged = [...stored, ...mine].sort(newestFirst);
    const page = merged.slice(0, limit);
    return {
      entries: page,
      next: merged.length > limit ? cursorOf(page.at(-1)!) : null,
      matched: [...counts].reduce((sum, [kind, n]) => sum + (wanted(kind) ? n : 0), 0),
      total: [...counts.values()].reduce((sum, n) => sum + n, 0),
      kinds: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => ({ kind, count: n })),
    };
  },
} satisfies QueryMap;

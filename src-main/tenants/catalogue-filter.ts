import { TENANT_THRESHOLDS, type TenantFilter, type TenantSort } from '../../src-shared/contract/tenants.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { SqlValue } from '../store/index.ts';
import { searchWords } from './tenant-record.ts';

/** A filter of the catalogue as conditions over `tenant_standing s`. Pure. */

export interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Parts of a filter that have counts beside their choices: each is counted without itself. */
export const FACET_FIELDS = ['plan', 'tier', 'status', 'region', 'partner', 'limitState', 'risk'] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

const oneOf = (column: string, values: readonly string[]): Condition => ({
  sql: `${column} IN (${values.map(() => '?').join(', ')})`,
  params: values,
});

const { riskRaised, riskHigh } = TENANT_THRESHOLDS;
/** 0 low, 1 raised, 2 high. */
export const RISK_BAND = `(s.risk >= ${riskRaised}) + (s.risk >= ${riskHigh})`;
export const RISK_BANDS = ['low', 'raised', 'high'] as const;

const riskBands = (words: readonly (typeof RISK_BANDS)[number][]): Condition => ({
  sql: `(${RISK_BAND}) IN (${words.map(() => '?').join(', ')})`,
  params: words.map((word) => RISK_BANDS.indexOf(word)),
});

/** Where a prefix ends: no text that begins with it comes after. */
const END = '\u{10ffff}';
const hasWord = (word: string): Condition => ({
  sql: 's.tenant_no IN (SELECT tenant_no FROM tenant_words WHERE word >= ? AND word < ?)',
  params: [word, word + END],
});

/**
 * The conditions of a filter, all of which must hold; deleted tenants only where the status asks for them.
 * @param without a facet that is left out, because its own choices are being counted
 */
export function conditionsOf(filter: TenantFilter, without?: FacetField): Condition[] {
  const found: Condition[] = [];
  const facet = (field: FacetField, column: string): void => {
    const values = filter[field];
    if (values !== undefined && field !== without) found.push(oneOf(column, values));
  };
  facet('plan', 's.plan_id');
  facet('tier', 's.tier');
  facet('status', 's.status');
  facet('region', 's.region');
  facet('partner', 's.partner_id');
  facet('limitState', 's.limit_state');
  if (filter.risk !== undefined && without !== 'risk') found.push(riskBands(filter.risk));
  if (filter.status === undefined && without !== 'status') found.push({ sql: "s.status <> 'deleted'", params: [] });
  if (filter.paid !== undefined) found.push({ sql: 's.paid = ?', params: [filter.paid ? 1 : 0] });
  if (filter.riskAtLeast !== undefined) found.push({ sql: 's.risk >= ?', params: [filter.riskAtLeast] });
  if (filter.limitAtLeastPercent !== undefined) found.push({ sql: 's.limit_bp >= ?', params: [filter.limitAtLeastPercent * 100] });
  if (filter.attention !== undefined)
    found.push({ sql: '(s.risk >= ? OR s.limit_bp >= ?)', params: [filter.attention.risk, filter.attention.limitPercent * 100] });
  if (filter.marginUnder !== undefined) found.push({ sql: 's.margin_bp < ?', params: [Math.round(filter.marginUnder * 100)] });
  if (filter.openIncidents !== undefined)
    found.push({ sql: filter.openIncidents ? 's.open_incidents > 0' : 's.open_incidents = 0', params: [] });
  for (const tag of filter.tags ?? [])
    found.push({ sql: 's.tenant_no IN (SELECT tenant_no FROM tenant_tags WHERE tag = ?)', params: [tag] });
  if (filter.search !== undefined) {
    const words = searchWords(filter.search).map(hasWord);
    // Nothing to look for is nothing found, not everything.
    found.push(...(words.length === 0 ? [{ sql: '0', params: [] }] : words));
  }
  return found;
}

type Direction = 'asc' | 'desc';

interface Order {
  /** The column; null in it comes last in either direction. */
  readonly column: string;
  readonly isText: boolean;
  readonly second: string | null;
  readonly words: Readonly<Record<Direction, string>>;
}

const ORDERS: Readonly<Record<TenantSort, Order>> = {
  name: { column: 's.name_key', isText: true, second: null, words: { asc: 'By name.', desc: 'By name, from the end.' } },
  mrr: {
    column: 's.mrr_minor',
    isText: false,
    second: 's.risk',
    words: { asc: 'Smallest MRR first, then risk.', desc: 'Largest MRR first, then risk.' },
  },
  usage: {
    column: 's.usage_cost_micro',
    isText: false,
    second: null,
    words: { asc: 'Lowest cost of usage this month first.', desc: 'Highest cost of usage this month first.' },
  },
  margin: { column: 's.margin_bp', isText: false, second: null, words: { asc: 'Lowest margin first.', desc: 'Highest margin first.' } },
  risk: {
    column: 's.risk',
    isText: false,
    second: 's.mrr_minor',
    words: { asc: 'Lowest risk first, then MRR.', desc: 'Highest risk first, then MRR.' },
  },
  activity: {
    column: 's.last_activity_at',
    isText: true,
    second: null,
    words: { asc: 'Longest without activity first.', desc: 'Latest activity first.' },
  },
  limit: {
    column: 'nullif(s.limit_bp, -1)',
    isText: false,
    second: 's.risk',
    words: { asc: 'Farthest from a limit first, then risk.', desc: 'Nearest to a limit first, then risk.' },
  },
};

const NULLABLE: ReadonlySet<TenantSort> = new Set(['usage', 'margin', 'activity', 'limit']);
const BEYOND = 9_007_199_254_740_991;

export interface Sorting {
  /** Expressions that are sorted by, the tenant's number last. */
  readonly keys: readonly string[];
  readonly direction: Direction;
  readonly orderBy: string;
  readonly says: string;
}

export function sortingOf(sort: TenantSort, direction: Direction): Sorting {
  const { column, isText, second, words } = ORDERS[sort];
  const beyond = isText ? (direction === 'asc' ? `'${END}'` : "''") : String(direction === 'asc' ? BEYOND : -BEYOND);
  const first = NULLABLE.has(sort) ? `coalesce(${column}, ${beyond})` : column;
  const keys = [first, ...(second === null ? [] : [second]), 's.tenant_no'];
  return { keys, direction, orderBy: keys.map((key) => `${key} ${direction}`).join(', '), says: words[direction] };
}

/** The rows after a place, in the order of `sorting`. */
export const afterPlace = ({ keys, direction }: Sorting, place: readonly SqlValue[]): Condition => ({
  sql: `(${keys.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${keys.map(() => '?').join(', ')})`,
  params: place,
});

/** Where a page ended, as a text that only this room reads. */
export const cursorText = (sort: TenantSort, direction: Direction, place: readonly SqlValue[]): string =>
  Buffer.from(JSON.stringify([sort, direction, ...place]), 'utf8').toString('base64url');

/** @throws AppError BAD_INPUT for a cursor of another order, or none at all */
export function placeOfCursor(cursor: string, sort: TenantSort, direction: Direction): readonly (string | number)[] {
  const length = sortingOf(sort, direction).keys.length;
  try {
    const [itsSort, itsDirection, ...place] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const fits = place.every((value): value is string | number => typeof value === 'string' || typeof value === 'number');
    if (itsSort === sort && itsDirection === direction && place.length === length && fits) return place;
  } catch {
    // Not ours: refused below.
  }
  throw new AppError('BAD_INPUT', 'That is not where a page of this order begins.', { nextStep: 'Ask for the first page again.' });
}

/** What the catalogue shows, as its address says it: everything that narrows or orders the list can be shared and restored. Pure. */
import {
  type LimitState,
  type RiskWord,
  type TenantFilter,
  type TenantSort,
  tenantSort,
  type TenantStatus,
  tenantStatus,
  type TenantView,
} from '../../../src-shared/contract/tenants.ts';
import { formatAddress } from '../../router/address.ts';

type Query = Readonly<Record<string, string | undefined>>;
export type Direction = 'asc' | 'desc';

/** The keys of an address that say which list is meant; a tenant's own address carries them along, for previous and next. */
export const LIST_KEYS = [
  'view',
  'q',
  'plan',
  'paid',
  'tier',
  'status',
  'region',
  'partner',
  'limit',
  'risk',
  'tags',
  'attention',
  'risk-from',
  'limit-from',
  'under',
  'incidents',
  'sort',
  'dir',
] as const;
type ListKey = (typeof LIST_KEYS)[number];
const FILTER_KEYS = LIST_KEYS.filter((key) => key !== 'view' && key !== 'sort' && key !== 'dir');

const LIMIT_STATES: readonly LimitState[] = ['none', 'ok', 'soft', 'over'];
const RISK_WORDS: readonly RiskWord[] = ['low', 'raised', 'high'];

/** Several values in one entry: commas between them, a backslash before a comma of a value's own. */
export const joinWords = (words: readonly string[]): string => words.map((word) => word.replaceAll(/[\\,]/g, '\\$&')).join(',');

export const splitWords = (text: string): string[] => {
  const words = [''];
  for (let i = 0; i < text.length; i += 1) {
    const sign = text.charAt(i);
    if (sign === ',') words.push('');
    else {
      if (sign === '\\' && i + 1 < text.length) i += 1;
      words[words.length - 1] += text.charAt(i);
    }
  }
  return [...new Set(words.filter((word) => word !== ''))];
};

const some = <T>(values: readonly T[]): T[] | undefined => (values.length === 0 ? undefined : [...values]);
const known = <T extends string>(text: string | undefined, all: readonly T[]): T[] | undefined =>
  text === undefined ? undefined : some(all.filter((one) => splitWords(text).includes(one)));
const wholeNumber = (text: string | undefined, most: number): number | undefined =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
const flag = (text: string | undefined): boolean | undefined => (text === 'yes' ? true : text === 'no' ? false : undefined);

const MOST_WORDS = 50;
const MOST_TAGS = 20;
const LONGEST_SEARCH = 200;

/** The filter that an address spells out; null where it spells none and the view alone decides. What makes no sense is left out. */
export const filterOf = (query: Query): TenantFilter | null => {
  if (!FILTER_KEYS.some((key) => (query[key] ?? '') !== '')) return null;
  const words = (key: ListKey): string[] | undefined =>
    query[key] === undefined ? undefined : some(splitWords(query[key]).slice(0, MOST_WORDS));
  const attention = /^(\d{1,3})-(\d{1,5})$/.exec(query['attention'] ?? '');
  const search = (query['q'] ?? '').trim().slice(0, LONGEST_SEARCH);
  const under = query['under'];
  const parts = {
    plan: words('plan'),
    paid: flag(query['paid']),
    tier: words('tier'),
    status: known<TenantStatus>(query['status'], tenantStatus.options),
    region: words('region'),
    partner: words('partner'),
    limitState: known(query['limit'], LIMIT_STATES),
    risk: known(query['risk'], RISK_WORDS),
    tags: words('tags')?.slice(0, MOST_TAGS),
    riskAtLeast: wholeNumber(query['risk-from'], 100),
    limitAtLeastPercent: wholeNumber(query['limit-from'], 10_000),
    attention:
      attention === null || Number(attention[1]) > 100 || Number(attention[2]) > 10_000
        ? undefined
        : { risk: Number(attention[1]), limitPercent: Number(attention[2]) },
    marginUnder: under !== undefined && /^-?\d{1,3}(\.\d{1,2})?$/.test(under) && Number(under) <= 100 ? Number(under) : undefined,
    openIncidents: flag(query['incidents']),
    search: search === '' ? undefined : search,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
};

/** The inverse of `filterOf`. */
export const filterQuery = (filter: TenantFilter): Record<(typeof FILTER_KEYS)[number], string | undefined> => ({
  q: filter.search,
  plan: filter.plan === undefined ? undefined : joinWords(filter.plan),
  paid: filter.paid === undefined ? undefined : filter.paid ? 'yes' : 'no',
  tier: filter.tier === undefined ? undefined : joinWords(filter.tier),
  status: filter.status === undefined ? undefined : joinWords(filter.status),
  region: filter.region === undefined ? undefined : joinWords(filter.region),
  partner: filter.partner === undefined ? undefined : joinWords(filter.partner),
  limit: filter.limitState === undefined ? undefined : joinWords(filter.limitState),
  risk: filter.risk === undefined ? undefined : joinWords(filter.risk),
  tags: filter.tags === undefined ? undefined : joinWords(filter.tags),
  attention: filter.attention === undefined ? undefined : `${filter.attention.risk}-${filter.attention.limitPercent}`,
  'risk-from': filter.riskAtLeast?.toString(),
  'limit-from': filter.limitAtLeastPercent?.toString(),
  under: filter.marginUnder?.toString(),
  incidents: filter.openIncidents === undefined ? undefined : filter.openIncidents ? 'yes' : 'no',
});

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted).sort()
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, each]) => each !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value;

/** Whether two filters let the same tenants through; the order of values does not matter. */
export const sameFilter = (a: TenantFilter, b: TenantFilter): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

export interface Listing {
  /** The view it began with. */
  readonly base: TenantView;
  readonly filter: TenantFilter;
  readonly sort: TenantSort;
  readonly direction: Direction;
  /** It is no longer what the view says. */
  readonly changed: boolean;
}

/** The list that an address means: its view, and what was changed since. Null while the views are not known. */
export const listingOf = (query: Query, views: readonly TenantView[]): Listing | null => {
  const base = views.find((view) => view.viewId === query['view']) ?? views[0];
  if (base === undefined) return null;
  const filter = filterOf(query) ?? base.filter;
  const named = tenantSort.safeParse(query['sort']);
  const sort = named.success ? named.data : base.sort;
  const direction = query['dir'] === 'asc' || query['dir'] === 'desc' ? query['dir'] : named.success ? 'desc' : base.direction;
  return { base, filter, sort, direction, changed: !sameFilter(filter, base.filter) || sort !== base.sort || direction !== base.direction };
};

/** Which entries of the address say a list; those of another list are taken away. */
export const listQuery = (
  listing: Pick<Listing, 'base' | 'filter' | 'sort' | 'direction'>,
  views: readonly TenantView[],
): Record<ListKey, string | undefined> => {
  const { base, filter, sort, direction } = listing;
  // An address without a filter means the view's own: a list that lets everything through begins with the view that does.
  const everything = views.find((view) => sameFilter(view.filter, {}));
  const from = Object.keys(filter).length === 0 && everything !== undefined ? everything : base;
  const spelled = filterQuery(sameFilter(filter, from.filter) ? {} : filter);
  const sameOrder = sort === from.sort && direction === from.direction;
  return {
    ...spelled,
    view: from.viewId === views[0]?.viewId ? undefined : from.viewId,
    ...(sameOrder ? { sort: undefined, dir: undefined } : { sort, dir: direction }),
  };
};

/** A tenant's address with the list it was opened from. */
export const tenantAddress = (tenantId: string, query: Query): string =>
  formatAddress(['tenants', tenantId], Object.fromEntries(LIST_KEYS.map((key) => [key, query[key]])));

/** The list's address, as it was left for a tenant. */
export const listAddress = (query: Query): string =>
  formatAddress(['tenants'], Object.fromEntries(LIST_KEYS.map((key) => [key, query[key]])));

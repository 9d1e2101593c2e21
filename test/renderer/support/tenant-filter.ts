/** The catalogue's filter and order over rows in memory, as the app answers them from its store. */
import {
  TENANT_THRESHOLDS,
  type TenantFacetValue,
  type TenantFilter,
  type TenantRow,
  type TenantSort,
} from '../../../src-shared/contract/tenants.ts';

const percentOf = (row: TenantRow): number => Number(row.limit?.percent ?? 0);
const isPaid = (row: TenantRow): boolean => Number(row.mrr.amount) > 0 || row.mrrOther.length > 0;

const wordsOf = (row: TenantRow): string[] =>
  [row.name, row.tenantId, ...row.tags].flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}_]+/u));

export const matches = (row: TenantRow, filter: TenantFilter): boolean => {
  const within = (values: readonly string[] | undefined, value: string): boolean => values === undefined || values.includes(value);
  const typed = (filter.search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (
    within(filter.plan, row.planId) &&
    within(filter.tier, row.tier) &&
    within(filter.status, row.status) &&
    within(filter.region, row.region) &&
    within(filter.partner, row.partnerId) &&
    within(filter.limitState, row.limit?.state ?? 'none') &&
    within(filter.risk, row.riskWord) &&
    (filter.paid === undefined || filter.paid === isPaid(row)) &&
    (filter.tags === undefined || filter.tags.every((tag) => row.tags.includes(tag))) &&
    (filter.riskAtLeast === undefined || row.risk >= filter.riskAtLeast) &&
    (filter.limitAtLeastPercent === undefined || percentOf(row) >= filter.limitAtLeastPercent) &&
    (filter.attention === undefined || row.risk >= filter.attention.risk || percentOf(row) >= filter.attention.limitPercent) &&
    (filter.marginUnder === undefined || (row.margin !== null && Number(row.margin) < filter.marginUnder)) &&
    (filter.openIncidents === undefined || filter.openIncidents === row.openIncidents > 0) &&
    typed.every((word) => wordsOf(row).some((each) => each.startsWith(word)))
  );
};

const KEY: Readonly<Record<TenantSort, (row: TenantRow) => number | string>> = {
  name: (row) => row.name,
  mrr: (row) => Number(row.mrr.amount),
  usage: (row) => Number(row.usageCost?.amount ?? -1),
  margin: (row) => Number(row.margin ?? -1000),
  risk: (row) => row.risk,
  activity: (row) => row.lastActivityAt ?? '',
  limit: percentOf,
};

export const ordered = (rows: readonly TenantRow[], sort: TenantSort, direction: 'asc' | 'desc'): TenantRow[] => {
  const key = KEY[sort];
  const sign = direction === 'asc' ? 1 : -1;
  const less = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort((a, b) => sign * less(key(a), key(b)) || b.risk - a.risk || less(a.tenantId, b.tenantId));
};

const ORDER_WORDS: Readonly<Record<TenantSort, readonly [asc: string, desc: string]>> = {
  name: ['By name', 'By name, backwards'],
  mrr: ['Smallest MRR first, then risk', 'Largest MRR first, then risk'],
  usage: ['Least cost first, then risk', 'Most cost first, then risk'],
  margin: ['Lowest margin first, then risk', 'Highest margin first, then risk'],
  risk: ['Lowest risk first', 'Highest risk first'],
  activity: ['Longest quiet first, then risk', 'Latest activity first, then risk'],
  limit: ['Emptiest limit first, then risk', 'Fullest limit first, then risk'],
};
export const orderWords = (sort: TenantSort, direction: 'asc' | 'desc'): string => `${ORDER_WORDS[sort][direction === 'asc' ? 0 : 1]}.`;

export const countBy = (rows: readonly TenantRow[], valuesOf: (row: TenantRow) => readonly string[]): TenantFacetValue[] => {
  const counts = new Map<string, number>();
  for (const value of rows.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => ({ value, label: value, count }));
};

export const sumMrr = (rows: readonly TenantRow[]) => ({
  amount: rows.reduce((sum, row) => sum + Number(row.mrr.amount), 0).toFixed(2),
  currency: 'USD',
});

/** The views that come with the product. */
export const BUILT_IN_VIEWS = [
  {
    viewId: 'attention',
    name: 'Needs attention',
    filter: { paid: true, attention: { risk: TENANT_THRESHOLDS.riskRaised, limitPercent: TENANT_THRESHOLDS.limitSoftPercent } },
  },
  { viewId: 'all', name: 'All', filter: {} },
  { viewId: 'margin', name: 'Margin under 75%', filter: { marginUnder: TENANT_THRESHOLDS.marginFloorPercent } },
  { viewId: 'over', name: 'Over a limit', filter: { limitState: ['over'] } },
  { viewId: 'suspended', name: 'Suspended', filter: { status: ['suspended'] } },
] as const satisfies readonly { readonly viewId: string; readonly name: string; readonly filter: unknown }[];

import type { TenantFacetValue, TenantFilter, TenantRow, TenantSort, TenantStatus, LimitState } from '../../src-shared/contract/tenants.ts';
import { formatMinor } from '../../src-shared/kernel/money.ts';
import { latestPlanVersions, planVersion } from '../plans/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import {
  afterPlace,
  type Condition,
  conditionsOf,
  cursorText,
  type FacetField,
  placeOfCursor,
  RISK_BAND,
  RISK_BANDS,
  sortingOf,
} from './catalogue-filter.ts';
import { countedOnce } from './counted-once.ts';
import { MRR_CURRENCY } from './mrr.ts';
import { riskWordOf, tenths } from './risk.ts';
import { scopeSql, tenantAddress, visibleTenant } from './scope.ts';
import type { MarginClose } from './standing.ts';
import { searchWords } from './tenant-record.ts';

/** The catalogue: pages by key, totals, counts beside the choices of a filter. All in the scope of who asks. */

interface CatalogueRow {
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly name: string;
  readonly partner_id: string;
  readonly plan_id: string;
  readonly plan_version: string;
  readonly tier: string;
  readonly status: TenantStatus;
  readonly region: string;
  readonly mrr_minor: number;
  readonly mrr_other: string;
  readonly usage_cost_micro: number | null;
  readonly limit_metric: string | null;
  readonly limit_bp: number;
  readonly limit_state: LimitState;
  readonly risk: number;
  readonly margin_bp: number | null;
  readonly margins: string;
  readonly last_activity_at: string | null;
  readonly open_incidents: number;
  readonly tags: string;
}

const ROW = `SELECT s.tenant_no, s.tenant_id, t.name, s.partner_id, s.plan_id, t.plan_version, s.tier, s.status, s.region, s.mrr_minor, d.mrr_other,
    s.usage_cost_micro, d.limit_metric, s.limit_bp, s.limit_state, s.risk, s.margin_bp, d.margins, s.last_activity_at, s.open_incidents, d.tags
  FROM tenant_standing s JOIN tenants t USING (tenant_no) JOIN tenant_details d USING (tenant_no) WHERE s.tenant_no = ?`;

/** Hundredths of a percent as percent with two places. */
const percentText = (bp: number): string => `${Math.floor(bp / 100)}.${String(bp % 100).padStart(2, '0')}`;
/** Millionths as decimal text without zeros at its end. */
const microText = (micro: number): string => {
  const digits = String(Math.abs(micro)).padStart(7, '0');
  const part = digits.slice(-6).replace(/0+$/, '');
  return `${micro < 0 ? '-' : ''}${digits.slice(0, -6)}${part === '' ? '' : `.${part}`}`;
};

export const otherMoney = (json: string) =>
  (JSON.parse(json) as { currency: string; minor: string }[]).map(({ currency, minor }) => ({
    amount: formatMinor(BigInt(minor), currency),
    currency,
  }));

/** Whether a plan version is known: asked once for all rows of an answer. */
export const planKnower = (db: StoreDb): ((planId: string, version: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (planId, version) => {
    const key = `${planId} ${version}`;
    const found = known.get(key) ?? planVersion(db, planId, version) !== null;
    known.set(key, found);
    return found;
  };
};

const shownRow = (row: CatalogueRow, isKnown: (planId: string, version: string) => boolean): TenantRow => ({
  tenantId: row.tenant_id,
  name: row.name,
  partnerId: row.partner_id,
  planId: row.plan_id,
  planVersion: row.plan_version,
  planKnown: isKnown(row.plan_id, row.plan_version),
  tier: row.tier,
  status: row.status,
  region: row.region,
  mrr: { amount: formatMinor(row.mrr_minor, MRR_CURRENCY), currency: MRR_CURRENCY },
  mrrOther: otherMoney(row.mrr_other),
  usageCost: row.usage_cost_micro === null ? null : { amount: microText(row.usage_cost_micro), currency: MRR_CURRENCY },
  limit:
    row.limit_metric === null || row.limit_bp < 0
      ? null
      : { metric: row.limit_metric, percent: percentText(row.limit_bp), state: row.limit_state },
  risk: row.risk,
  riskWord: riskWordOf(row.risk),
  margin: row.margin_bp === null ? null : tenths(row.margin_bp),
  margins: (JSON.parse(row.margins) as MarginClose[]).map(({ month, bp }) => ({ month, percent: tenths(bp) })),
  lastActivityAt: row.last_activity_at,
  openIncidents: row.open_incidents,
  tags: JSON.parse(row.tags) as string[],
  address: tenantAddress(row.tenant_id),
});

/** One tenant as the catalogue shows it. The caller has asked `visibleTenant`. */
export const catalogueRow = (db: StoreDb, tenantNo: number): TenantRow => shownRow(db.get<CatalogueRow>(ROW, [tenantNo])!, planKnower(db));

const whereOf = (db: StoreDb, conditions: readonly Condition[]): { readonly sql: string; readonly params: SqlValue[] } => ({
  sql: `${['1', ...conditions.map(({ sql }) => sql)].join(' AND ')}${scopeSql(db, 's')}`,
  params: conditions.flatMap(({ params }) => [...params]),
});

interface Totals {
  readonly matched: number;
  readonly mrr: string;
  readonly mrrOther: { readonly amount: string; readonly currency: string }[];
}

export function totalsOf(db: StoreDb, filter: TenantFilter): Totals {
  return countedOnce(db, `totals ${JSON.stringify(filter)}`, (): Totals => {
    const { sql, params } = whereOf(db, conditionsOf(filter));
    const { matched, minor } = db.get<{ matched: number; minor: number }>(
      `SELECT count(*) AS matched, coalesce(sum(s.mrr_minor), 0) AS minor FROM tenant_standing s WHERE ${sql}`,
      params,
    )!;
    const others = new Map<string, bigint>();
    const rows = db.all<{ mrr_other: string }>(
      `SELECT d.mrr_other FROM tenant_details d JOIN tenant_standing s USING (tenant_no) WHERE d.mrr_other <> '[]' AND ${sql}`,
      params,
    );
    for (const { mrr_other } of rows)
      for (const { currency, minor: part } of JSON.parse(mrr_other) as { currency: string; minor: string }[])
        others.set(currency, (others.get(currency) ?? 0n) + BigInt(part));
    return {
      matched,
      mrr: formatMinor(minor, MRR_CURRENCY),
      mrrOther: [...others]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, sum]) => ({ amount: formatMinor(sum, currency), currency })),
    };
  }).value;
}

export interface ListArgs {
  readonly filter: TenantFilter;
  readonly sort: TenantSort;
  readonly direction: 'asc' | 'desc';
  readonly after: string | null;
  readonly limit: number;
}

export interface ListAnswer extends Totals {
  readonly rows: TenantRow[];
  readonly next: string | null;
  readonly total: number;
  readonly says: string;
}

function list(db: StoreDb, { filter, sort, direction, after, limit }: ListArgs): ListAnswer {
  const sorting = sortingOf(sort, direction);
  const conditions = conditionsOf(filter);
  if (after !== null) conditions.push(afterPlace(sorting, placeOfCursor(after, sort, direction)));
  const { sql, params } = whereOf(db, conditions);
  const names = sorting.keys.map((key, at) => `${key} AS k${at}`);
  const found = db.all<Record<string, string | number>>(
    `SELECT ${names.join(', ')} FROM tenant_standing s WHERE ${sql} ORDER BY ${sorting.orderBy} LIMIT ?`,
    [...params, limit + 1],
  );
  const page = found.slice(0, limit);
  const isKnown = planKnower(db);
  const noKey = `k${sorting.keys.length - 1}`;
  const last = page.at(-1);
  return {
    rows: page.map((keys) => shownRow(db.get<CatalogueRow>(ROW, [keys[noKey]!])!, isKnown)),
    next:
      found.length > limit && last !== undefined
        ? cursorText(
            sort,
            direction,
            sorting.keys.map((_, at) => last[`k${at}`]!),
          )
        : null,
    total: totalsOf(db, {}).matched,
    says: sorting.says,
    ...totalsOf(db, filter),
  };
}

const FACET_COLUMNS: Readonly<Record<FacetField, string>> = {
  plan: 's.plan_id',
  tier: 's.tier',
  status: 's.status',
  region: 's.region',
  partner: 's.partner_id',
  limitState: 's.limit_state',
  risk: `(${RISK_BAND})`,
};
const MOST_VALUES = 200;
/** Stands in no value: records with control characters are not taken. */
const SEPARATOR = '\u001f';

export type Facets = Readonly<Record<FacetField | 'tags', TenantFacetValue[]>>;

/** Most tenants first; what is chosen stays in the list even where nothing is left of it. */
function facetValues(counts: ReadonlyMap<string, number>, chosen: readonly string[]): TenantFacetValue[] {
  const all = new Map(counts);
  for (const value of chosen) if (!all.has(value)) all.set(value, 0);
  const sorted = [...all].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.slice(0, MOST_VALUES).map(([value, count]) => ({ value, label: value, count }));
}

function facets(db: StoreDb, filter: TenantFilter): Facets {
  // Statuses are always counted by themselves: deleted tenants are in no list, and must be among the choices all the same.
  const active = (Object.keys(FACET_COLUMNS) as FacetField[]).filter((field) => field === 'status' || filter[field] !== undefined);
  const counts = new Map<FacetField, Map<string, number>>((Object.keys(FACET_COLUMNS) as FacetField[]).map((field) => [field, new Map()]));
  // One look at all tenants for the facets nobody chose from, and one for each that somebody did.
  const passive = (Object.keys(FACET_COLUMNS) as FacetField[]).filter((field) => !active.includes(field));
  const looks: readonly (readonly FacetField[])[] = [passive, ...active.map((field) => [field])];
  for (const fields of looks) {
    if (fields.length === 0) continue;
    const { sql, params } = whereOf(db, conditionsOf(filter, active.includes(fields[0]!) ? fields[0] : undefined));
    // One text a row, counted here by what it says: a text for each column would cost as many times as much, and grouping by
    // many columns would sort all rows.
    const text = fields.map((field) => FACET_COLUMNS[field]).join(' || char(31) || ');
    const combined = new Map<string, number>();
    const rows = db.raw
      .prepare<unknown[], string>(`SELECT ${fields.length === 1 ? `${text} || ''` : text} FROM tenant_standing s WHERE ${sql}`)
      .pluck();
    for (const row of rows.iterate(...params)) combined.set(row, (combined.get(row) ?? 0) + 1);
    for (const [row, n] of combined)
      for (const [at, value] of row.split(SEPARATOR).entries()) {
        const map = counts.get(fields[at]!)!;
        map.set(value, (map.get(value) ?? 0) + n);
      }
  }
  const { sql, params } = whereOf(db, conditionsOf(filter));
  const tags = db.all<{ tag: string; n: number }>(
    `SELECT g.tag, count(*) AS n FROM tenant_tags g JOIN tenant_standing s USING (tenant_no) WHERE ${sql} GROUP BY g.tag ORDER BY n DESC, g.tag LIMIT ${MOST_VALUES}`,
    params,
  );
  const bands = new Map([...counts.get('risk')!].map(([band, n]) => [RISK_BANDS[Number(band)]!, n]));
  const of = (field: FacetField): TenantFacetValue[] => facetValues(field === 'risk' ? bands : counts.get(field)!, filter[field] ?? []);
  return {
    plan: of('plan'),
    tier: of('tier'),
    status: of('status'),
    region: of('region'),
    partner: of('partner'),
    limitState: of('limitState'),
    risk: of('risk'),
    tags: tags.map(({ tag, n }) => ({ value: tag, label: tag, count: n })),
  };
}

interface FoundRow {
  readonly tenant_id: string;
  readonly name: string;
  readonly partner_id: string;
  readonly plan_id: string;
  readonly status: TenantStatus;
  readonly risk: number;
}

export const catalogueReads = {
  'tenants.list': list,
  'tenants.facets': (db: StoreDb, { filter }: { filter: TenantFilter }): { facets: Facets; cached: boolean } => {
    const { value, cached } = countedOnce(db, `facets ${JSON.stringify(filter)}`, () => facets(db, filter));
    // Names of plans are another room's, and may change without a tenant.
    const names = new Map(latestPlanVersions(db).map(({ spec }) => [spec.plan_id, spec.name]));
    const plan = value.plan.map((one) => ({ ...one, label: names.get(one.value) ?? one.value }));
    return { facets: { ...value, plan }, cached };
  },
  'tenants.neighbours': (
    db: StoreDb,
    { tenantId, filter, sort, direction }: { tenantId: string } & Pick<ListArgs, 'filter' | 'sort' | 'direction'>,
  ): { position: number | null; matched: number; previous: string | null; next: string | null } => {
    const { tenantNo } = visibleTenant(db, tenantId);
    const sorting = sortingOf(sort, direction);
    const { matched } = totalsOf(db, filter);
    const { sql, params } = whereOf(db, conditionsOf(filter));
    const names = sorting.keys.map((key, at) => `${key} AS k${at}`);
    const mine = db.get<Record<string, string | number>>(
      `SELECT ${names.join(', ')} FROM tenant_standing s WHERE s.tenant_no = ? AND ${sql}`,
      [tenantNo, ...params],
    );
    if (mine === undefined) return { position: null, matched, previous: null, next: null };
    const place = sorting.keys.map((_, at) => mine[`k${at}`]!);
    const turned = sortingOf(sort, direction === 'asc' ? 'desc' : 'asc');
    const after = afterPlace(sorting, place);
    // The same keys read backwards: a missing value still comes last, so the comparison is turned and not the keys.
    const before = afterPlace({ ...sorting, direction: turned.direction }, place);
    const beside = (condition: Condition, order: string): string | null =>
      db.get<{ tenant_id: string }>(
        `SELECT s.tenant_id FROM tenant_standing s WHERE ${condition.sql} AND ${sql} ORDER BY ${order} LIMIT 1`,
        [...condition.params, ...params],
      )?.tenant_id ?? null;
    const ahead = db.get<{ n: number }>(`SELECT count(*) AS n FROM tenant_standing s WHERE ${before.sql} AND ${sql}`, [
      ...before.params,
      ...params,
    ])!.n;
    return {
      position: ahead + 1,
      matched,
      previous: beside(before, sorting.keys.map((key) => `${key} ${turned.direction}`).join(', ')),
      next: beside(after, sorting.orderBy),
    };
  },
  /** By beginnings of words; an id that is written out comes first, then names that begin with the text. */
  'tenants.find': (db: StoreDb, { text, limit }: { text: string; limit: number }) => {
    const plain = searchWords(text).join(' ');
    const { sql, params } = whereOf(db, conditionsOf({ search: text }));
    return db
      .all<FoundRow>(
        `SELECT s.tenant_id, t.name, s.partner_id, s.plan_id, s.status, s.risk FROM tenant_standing s JOIN tenants t USING (tenant_no)
         WHERE ${sql} ORDER BY s.tenant_id = ? DESC, s.name_key >= ? AND s.name_key < ? DESC, s.name_key, s.tenant_no LIMIT ?`,
        [...params, text, plain, `${plain}\u{10ffff}`, limit],
      )
      .map((row) => ({
        tenantId: row.tenant_id,
        name: row.name,
        partnerId: row.partner_id,
        planId: row.plan_id,
        status: row.status,
        risk: row.risk,
        riskWord: riskWordOf(row.risk),
        address: tenantAddress(row.tenant_id),
      }));
  },
  /** Tenants by `plan_id version`, for the list of plans. */
  'tenants.byPlan': (db: StoreDb, _args: null): Readonly<Record<string, number>> =>
    countedOnce(db, 'by plan', () =>
      Object.fromEntries(
        db
          .all<{ key: string; n: number }>(
            `SELECT t.plan_id || ' ' || t.plan_version AS key, count(*) AS n FROM tenants t WHERE t.status <> 'deleted'${scopeSql(db, 't')}
             GROUP BY t.plan_id, t.plan_version`,
          )
          .map(({ key, n }) => [key, n]),
      ),
    ).value,
  /** What may name a partner or a tenant, for texts that leave the machine: partners, and the tenants that changed last. */
  'tenants.names': (db: StoreDb, { limit }: { limit: number }): string[] => [
    ...db.all<{ id: string }>('SELECT DISTINCT partner_id AS id FROM tenants').map(({ id }) => id),
    ...db
      .all<{ id: string; name: string }>('SELECT tenant_id AS id, name FROM tenants ORDER BY record_no DESC LIMIT ?', [limit])
      .flatMap(({ id, name }) => [id, name]),
  ],
  'tenants.partners': (db: StoreDb, _args: null) =>
    countedOnce(db, 'partners', () =>
      db
        .all<{ partner_id: string; tenants: number; high: number; over: number; suspended: number; minor: number }>(
          `SELECT s.partner_id, count(*) AS tenants, sum(s.risk >= 75) AS high, sum(s.limit_state = 'over') AS over,
             sum(s.status = 'suspended') AS suspended, sum(s.mrr_minor) AS minor
           FROM tenant_standing s WHERE s.status <> 'deleted'${scopeSql(db, 's')} GROUP BY s.partner_id ORDER BY s.partner_id`,
        )
        .map((row) => ({
          partnerId: row.partner_id,
          tenants: row.tenants,
          highRisk: row.high,
          overLimit: row.over,
          suspended: row.suspended,
          mrr: { amount: formatMinor(row.minor, MRR_CURRENCY), currency: MRR_CURRENCY },
        })),
    ).value,
} satisfies QueryMap;

// The catalogue over a real file: pages, totals, facets and views against a plain recount, and nothing of another partner.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTimeline, tenantNoOf, tenantsReads, tenantsWrites, updateStanding, visibleTenant } from '../../src-main/tenants/index.ts';
import { tenantFilter, type TenantFilter, type TenantRow, type TenantSort } from '../../src-shared/contract/tenants.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { subscriptionRecord, tenantRecord } from '../support/tenant-records.ts';
import { NOW, openTenantsWorkspace, type TenantsWorkspace } from '../support/tenants-workspace.ts';

const SORTS: readonly TenantSort[] = ['name', 'mrr', 'usage', 'margin', 'risk', 'activity', 'limit'];
const PARTNERS = ['northwind', 'southwind', "o'brien"];
const NAMES = ['Harrow & Finch', 'Éclair Foods', 'harbour Logistics', 'Åse Optik', 'Zed'];
const TENANTS = 60;
let w: TenantsWorkspace;
const all = new Map<string, { row: TenantRow; words: string }>();

/** Numbers that look like chance and are the same every time. */
const nth = (n: number, salt: number): number => ((n * 2_654_435_761 + salt * 40_503) >>> 3) % 97;

beforeAll(async () => {
  w = await openTenantsWorkspace();
  const ids = Array.from({ length: TENANTS }, (_, n) => `tn_${String(n).padStart(2, '0')}`);
  w.lines('tenants', [
    ids.map((id, n) => ({
      ...tenantRecord(id),
      name: `${NAMES[nth(n, 1) % NAMES.length]} ${nth(n, 2) % 7}`,
      partner_id: PARTNERS[n % PARTNERS.length],
      tier: ['free', 'pro', 'growth'][nth(n, 3) % 3],
      plan_id: ['free', 'pro', 'growth'][nth(n, 3) % 3],
      status: ['active', 'suspended', 'trial', 'deleted'][nth(n, 4) % 4],
      region: ['eu', 'us'][nth(n, 5) % 2],
      contacts: [{ name: `Person${n}`, email: `p${n}@x-${n % 3}.org` }],
      tags: nth(n, 6) % 2 === 0 ? ['vip', `t-${n % 4}`] : [],
    })),
  ]);
  w.lines('subscriptions', [
    ids.flatMap((id, n) => [
      { ...subscriptionRecord(`s_${id}`, id), unit_amount: String((nth(n, 7) % 5) * 50), currency: n % 9 === 0 ? 'EUR' : 'USD' },
    ]),
  ]);
  w.write(() => {
    for (const [n, id] of ids.entries()) {
      const ratioBp = nth(n, 8) * 120;
      updateStanding(
        w.db,
        tenantNoOf(w.db, id)!,
        {
          limit: n % 5 === 0 ? null : { metric: 'seat', ratioBp, state: ratioBp >= 10_000 ? 'over' : ratioBp >= 8_000 ? 'soft' : 'ok' },
          ...(n % 4 === 0 ? {} : { usageCostMicro: nth(n, 9) * 1_000, margins: [{ month: '2026-05', bp: nth(n, 10) * 100 }] }),
          ...(n % 6 === 0 ? {} : { lastActivityAt: `2026-0${1 + (n % 5)}-01T00:00:00.000Z` }),
          openIncidents: n % 7 === 0 ? 1 : 0,
        },
        NOW,
      );
    }
  });
  for (const { tenant_id } of w.db.all<{ tenant_id: string }>('SELECT tenant_id FROM tenants')) {
    const shown = tenantsReads['tenants.show'](w.db, { tenantId: tenant_id, now: NOW });
    const { words } = w.db.get<{ words: string }>('SELECT words FROM tenant_details d JOIN tenants USING (tenant_no) WHERE tenant_id = ?', [
      tenant_id,
    ])!;
    all.set(tenant_id, { row: shown.tenant, words });
  }
});
afterAll(() => w.close());

const list = (
  filter: TenantFilter,
  sort: TenantSort = 'mrr',
  direction: 'asc' | 'desc' = 'desc',
  limit = 500,
  after: string | null = null,
) => tenantsReads['tenants.list'](w.db, { filter, sort, direction, after, limit });

/** The filter once more, over the rows as they are shown. */
function fits({ row, words }: { row: TenantRow; words: string }, filter: TenantFilter): boolean {
  const of = (values: readonly string[] | undefined, value: string): boolean => values === undefined || values.includes(value);
  const percent = row.limit === null ? -1 : Number(row.limit.percent);
  const has = JSON.parse(words) as string[];
  return (
    of(filter.plan, row.planId) &&
    of(filter.tier, row.tier) &&
    (filter.status === undefined ? row.status !== 'deleted' : of(filter.status, row.status)) &&
    of(filter.region, row.region) &&
    of(filter.partner, row.partnerId) &&
    of(filter.limitState, row.limit?.state ?? 'none') &&
    of(filter.risk, row.riskWord) &&
    (filter.tags ?? []).every((tag) => row.tags.includes(tag)) &&
    (filter.paid === undefined || filter.paid === (row.tier !== 'free')) &&
    row.risk >= (filter.riskAtLeast ?? 0) &&
    (filter.limitAtLeastPercent === undefined || percent >= filter.limitAtLeastPercent) &&
    (filter.attention === undefined || row.risk >= filter.attention.risk || percent >= filter.attention.limitPercent) &&
    (filter.marginUnder === undefined || (row.margin !== null && Number(row.margin) < filter.marginUnder)) &&
    (filter.openIncidents === undefined || filter.openIncidents === row.openIncidents > 0) &&
    (filter.search === undefined ||
      (filter.search !== '!' &&
        filter.search
          .split(' ')
          .filter((part) => part !== '&')
          .every((part) => has.some((word) => word.startsWith(part)))))
  );
}

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const filters = fc
  .record({
    plan: some(fc.subarray(['free', 'pro', 'growth'], { minLength: 1 })),
    status: some(fc.subarray(['active', 'suspended', 'trial', 'deleted'] as const, { minLength: 1 })),
    region: some(fc.subarray(['eu', 'us', 'nowhere'], { minLength: 1 })),
    partner: some(fc.subarray(PARTNERS, { minLength: 1 })),
    limitState: some(fc.subarray(['none', 'ok', 'soft', 'over'] as const, { minLength: 1 })),
    risk: some(fc.subarray(['low', 'raised', 'high'] as const, { minLength: 1 })),
    tags: some(fc.subarray(['vip', 't-1'], { minLength: 1 })),
    paid: some(fc.boolean()),
    riskAtLeast: some(fc.nat(60)),
    limitAtLeastPercent: some(fc.nat(110)),
    attention: some(fc.record({ risk: fc.nat(60), limitPercent: fc.nat(110) })),
    marginUnder: some(fc.nat(100)),
    openIncidents: some(fc.boolean()),
    search: some(fc.constantFrom('har', 'h', 'eclair', 'ase', 'person1', 'tn_0', 'vip', 'har & finch', 'p3@x-0', '!')),
  })
  .map((given) => tenantFilter.parse(JSON.parse(JSON.stringify(given))));

describe('the list', () => {
  it('holds what fits, in its order, page by page without a gap or a repeat; its totals are those of the rows', () => {
    fc.assert(
      fc.property(
        filters,
        fc.constantFrom(...SORTS),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 25 }),
        (filter, sort, direction, limit) => {
          const expected = [...all.values()].filter((one) => fits(one, filter)).map(({ row }) => row.tenantId);
          const rows: TenantRow[] = [];
          let after: string | null = null;
          do {
            const page = list(filter, sort, direction, limit, after);
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            expect(page.matched).toBe(expected.length);
            rows.push(...page.rows);
            after = page.next;
          } while (after !== null);
          expect(rows.map(({ tenantId }) => tenantId).sort()).toEqual(expected.sort());
          expectOrder(rows, sort, direction);
          const cents = rows.reduce((sum, row) => sum + Math.round(Number(row.mrr.amount) * 100), 0);
          expect(list(filter).mrr).toBe((cents / 100).toFixed(2));
          const euro = rows.flatMap(({ mrrOther }) => mrrOther).reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0);
          expect(list(filter).mrrOther).toEqual(
            rows.some(({ mrrOther }) => mrrOther.length > 0) ? [{ amount: (euro / 100).toFixed(2), currency: 'EUR' }] : [],
          );
        },
      ),
      { numRuns: process.env['COUNTERSIGN_DEEP'] === '1' ? 1_500 : 120 },
    );
  });

  it('refuses a cursor of another order, and one that is none', () => {
    const { next } = list({}, 'name', 'asc', 1);
    expect(list({}, 'name', 'asc', 1, next).rows).toHaveLength(1);
    for (const [sort, direction, after] of [
      ['mrr', 'asc', next],
      ['name', 'desc', next],
      ['name', 'asc', 'nonsense'],
      ['name', 'asc', Buffer.from('["name","asc",{},1]').toString('base64url')],
    ] as const)
      expect(() => list({}, sort, direction, 1, after)).toThrow(AppError);
  });
});

function expectOrder(rows: readonly TenantRow[], sort: TenantSort, direction: 'asc' | 'desc'): void {
  const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const key = (row: TenantRow): string | number | null =>
    sort === 'name'
      ? plain(row.name)
      : sort === 'mrr'
        ? Number(row.mrr.amount)
        : sort === 'usage'
          ? row.usageCost && Number(row.usageCost.amount)
          : sort === 'margin'
            ? row.margin === null
              ? null
              : Number(row.margin)
            : sort === 'risk'
              ? row.risk
              : sort === 'activity'
                ? row.lastActivityAt
                : row.limit && Number(row.limit.percent);
  const keys = rows.map(key);
  const known = keys.filter((one) => one !== null);
  // What is not known comes last, in either direction.
  expect(keys.slice(0, known.length)).toEqual(known);
  for (let at = 1; at < known.length; at += 1) {
    const [a, b] = [known[at - 1]!, known[at]!];
    expect(direction === 'asc' ? a <= b : a >= b).toBe(true);
  }
}

describe('facets', () => {
  it('count each choice with every other part of the filter and without their own', () => {
    const fields = [
      ['plan', (row: TenantRow) => row.planId],
      ['tier', (row: TenantRow) => row.tier],
      ['status', (row: TenantRow) => row.status],
      ['region', (row: TenantRow) => row.region],
      ['partner', (row: TenantRow) => row.partnerId],
      ['limitState', (row: TenantRow) => row.limit?.state ?? 'none'],
      ['risk', (row: TenantRow) => row.riskWord],
    ] as const;
    fc.assert(
      fc.property(filters, (filter) => {
        const { facets } = tenantsReads['tenants.facets'](w.db, { filter });
        for (const [field, of] of fields) {
          const { [field]: _own, ...rest } = filter;
          // Without a choice of statuses, deleted ones are counted too, so that they can be chosen.
          const others =
            field === 'status'
              ? { ...rest, status: ['trial', 'active', 'grace', 'expired', 'suspended', 'canceled', 'deleted'] as const }
              : rest;
          const expected = new Map<string, number>();
          for (const one of all.values())
            if (fits(one, others as TenantFilter)) expected.set(of(one.row), (expected.get(of(one.row)) ?? 0) + 1);
          for (const value of filter[field] ?? []) if (!expected.has(value)) expected.set(value, 0);
          expect(Object.fromEntries(facets[field].map(({ value, count }) => [value, count]))).toEqual(Object.fromEntries(expected));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are kept until a fact that is counted changes', () => {
    const ask = () => tenantsReads['tenants.facets'](w.db, { filter: { plan: ['pro'] } }).cached;
    ask();
    expect(ask()).toBe(true);
    const no = tenantNoOf(w.db, 'tn_00')!;
    const openIncidents = all.get('tn_00')!.row.openIncidents;
    w.write(() => updateStanding(w.db, no, { openIncidents: openIncidents + 1 }, NOW));
    expect(ask()).toBe(false);
    expect(ask()).toBe(true);
    w.write(() => updateStanding(w.db, no, { openIncidents }, NOW));
    expect(w.within({ partnerId: 'northwind' }, ask)).toBe(false);
  });
});

describe('neighbours', () => {
  it('are those of the list, with the place in it', () => {
    for (const sort of SORTS)
      for (const direction of ['asc', 'desc'] as const) {
        const ids = list({ region: ['eu'] }, sort, direction).rows.map(({ tenantId }) => tenantId);
        for (const [at, tenantId] of ids.entries())
          expect(tenantsReads['tenants.neighbours'](w.db, { tenantId, filter: { region: ['eu'] }, sort, direction })).toEqual({
            position: at + 1,
            matched: ids.length,
            previous: ids[at - 1] ?? null,
            next: ids[at + 1] ?? null,
          });
      }
    const outside = [...all.values()].find(({ row }) => row.region === 'us')!.row.tenantId;
    expect(
      tenantsReads['tenants.neighbours'](w.db, { tenantId: outside, filter: { region: ['eu'] }, sort: 'name', direction: 'asc' }),
    ).toMatchObject({
      position: null,
      previous: null,
      next: null,
    });
  });
});

describe('search', () => {
  it('finds an id that is written out first, then names that begin with the text', () => {
    const find = (text: string) => tenantsReads['tenants.find'](w.db, { text, limit: 10 });
    const id = [...all.values()].find(({ row }) => row.status !== 'deleted')!.row.tenantId;
    expect(find(id)[0]).toMatchObject({ tenantId: id });
    expect(find('harbour').every(({ name }) => name.startsWith('harbour'))).toBe(true);
    expect(find('nobody')).toEqual([]);
    expect(find('%')).toEqual([]);
  });
});

describe('scope', () => {
  const own = (partner: string) => [...all.values()].filter(({ row }) => row.partnerId === partner && row.status !== 'deleted');

  it.each(PARTNERS)('%s sees its own tenants and nothing else, in lists, counts, facets, search and views', (partnerId) => {
    w.within({ partnerId }, () => {
      const { rows, total, matched } = list({});
      expect(rows.map(({ tenantId }) => tenantId).sort()).toEqual(
        own(partnerId)
          .map(({ row }) => row.tenantId)
          .sort(),
      );
      expect([total, matched]).toEqual([rows.length, rows.length]);
      expect(list({ partner: PARTNERS }).rows).toHaveLength(rows.length);
      const { facets } = tenantsReads['tenants.facets'](w.db, { filter: {} });
      expect(facets.partner).toEqual([{ value: partnerId, label: partnerId, count: rows.length }]);
      expect(tenantsReads['tenants.find'](w.db, { text: 'tn', limit: 50 }).every((found) => found.partnerId === partnerId)).toBe(true);
      expect(tenantsReads['tenants.partners'](w.db, null)).toMatchObject([{ partnerId, tenants: rows.length }]);
      expect(Object.values(tenantsReads['tenants.byPlan'](w.db, null)).reduce((sum, n) => sum + n, 0)).toBe(rows.length);
      const views = tenantsReads['tenants.views'](w.db, { memberId: w.memberId });
      expect(views.find(({ viewId }) => viewId === 'all')!.count).toBe(rows.length);
      expect(facets.tags.reduce((sum, { count }) => sum + count, 0)).toBe(rows.reduce((sum, { tags }) => sum + tags.length, 0));
    });
  });

  it('says the same of another partner’s tenant as of one that does not exist', () => {
    const other = [...all.values()].find(({ row }) => row.partnerId === 'southwind')!.row.tenantId;
    const said = (tenantId: string): unknown[] =>
      w.within({ partnerId: 'northwind' }, () =>
        [
          () => tenantsReads['tenants.show'](w.db, { tenantId, now: NOW }),
          () => tenantsReads['tenants.timeline'](w.db, { tenantId, kinds: null, after: null, limit: 1 }),
          () => tenantsReads['tenants.records'](w.db, { tenantId }),
          () => tenantsReads['tenants.connections'](w.db, { tenantId, now: NOW }),
          () => tenantsReads['tenants.proof'](w.db, { tenantId, figure: 'mrr', now: NOW }),
          () => tenantsReads['tenants.neighbours'](w.db, { tenantId, filter: {}, sort: 'name', direction: 'asc' }),
          () => tenantsWrites['tenants.tag'](w.db, { tenantIds: [tenantId], add: ['x'], remove: [], by: w.by }),
          () => visibleTenant(w.db, tenantId),
        ].map((ask) => {
          try {
            ask();
            return 'answered';
          } catch (error) {
            const { code, message, nextStep } = error as AppError;
            return [code, message, nextStep];
          }
        }),
      );
    expect(said(other)).toEqual(said('tn_nobody'));
    expect(said(other).every((one) => Array.isArray(one) && one[0] === 'NOT_FOUND')).toBe(true);
  });

  it('of a view as one tenant is that tenant alone, and no partner sees what has none', () => {
    const { row } = own('northwind')[0]!;
    w.within({ partnerId: 'northwind', tenantId: row.tenantId }, () => {
      expect(list({}).rows.map(({ tenantId }) => tenantId)).toEqual([row.tenantId]);
      const { nodes } = tenantsReads['tenants.connections'](w.db, { tenantId: row.tenantId, now: NOW });
      expect(nodes.find(({ kind }) => kind === 'partner')).toMatchObject({ note: 'partner', address: null });
    });
    expect(w.within({ partnerId: '' }, () => list({})).total).toBe(0);
  });
});

describe('the timeline', () => {
  it('holds each thing once, newest first, with what the records say between; page by page and by kind', () => {
    const tenantNo = tenantNoOf(w.db, 'tn_01')!;
    w.write(() => {
      for (let n = 0; n < 30; n += 1)
        for (const _twice of [1, 2])
          addTimeline(w.db, {
            tenantNo,
            at: `2026-05-${String(1 + (n % 10)).padStart(2, '0')}T00:00:00.000Z`,
            kind: n % 3 === 0 ? 'limit' : 'usage',
            status: 'warn',
            title: `Thing ${n}`,
            says: '',
            address: null,
            key: `thing/${n}`,
          });
    });
    const read = (kinds: ('limit' | 'usage' | 'plan' | 'sync')[] | null, limit: number) => {
      const entries = [];
      let after: string | null = null;
      let answer;
      do {
        answer = tenantsReads['tenants.timeline'](w.db, { tenantId: 'tn_01', kinds, after, limit });
        entries.push(...answer.entries);
        after = answer.next;
      } while (after !== null);
      return { entries, answer };
    };
    const { entries, answer } = read(null, 4);
    expect(answer.total).toBe(entries.length);
    expect(entries).toHaveLength(30 + 2);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(32);
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(
      read(['limit', 'sync'], 3)
        .entries.map(({ kind }) => kind)
        .sort(),
    ).toEqual([...Array<string>(10).fill('limit'), 'sync']);
    expect(answer.kinds).toContainEqual({ kind: 'usage', count: 20 });
  });
});

describe('tags', () => {
  it('are given and taken, found by, and audited; those of the source stay', () => {
    const id = [...all.values()].find(({ row }) => row.tags.includes('vip') && row.status !== 'deleted')!.row.tenantId;
    const tag = (add: string[], remove: string[]) =>
      w.write(() => tenantsWrites['tenants.tag'](w.db, { tenantIds: [id], add, remove, by: w.by }));
    expect(tag(['Call back', 'vip'], [])).toEqual({ changed: 1, says: '1 tenant changed.' });
    expect(list({ tags: ['Call back'] }).rows.map(({ tenantId }) => tenantId)).toEqual([id]);
    expect(list({ search: 'call' }).matched).toBe(1);
    expect(tag(['Call back'], [])).toMatchObject({ changed: 0 });
    expect(tag([], ['Call back', 'vip'])).toMatchObject({ changed: 1 });
    expect(list({ tags: ['Call back'] }).matched).toBe(0);
    expect(list({ search: 'call' }).matched).toBe(0);
    expect(list({ tags: ['vip'] }).rows.some(({ tenantId }) => tenantId === id)).toBe(true);
    expect(() =>
      w.write(() => tenantsWrites['tenants.tag'](w.db, { tenantIds: [id, 'tn_nobody'], add: ['no'], remove: [], by: w.by })),
    ).toThrow('no such tenant');
    expect(list({ tags: ['no'] }).matched).toBe(0);
  });
});

describe('views', () => {
  const body = { filter: { region: ['eu'] }, sort: 'name', direction: 'asc', columns: ['name'] } as const;
  const save = (viewId: string, name: string, shared: boolean, memberId = w.memberId, isNew = true) =>
    w.write(() =>
      tenantsWrites['tenants.saveView'](w.db, {
        viewId,
        isNew,
        name,
        shared,
        body: { ...body, filter: { region: ['eu'] } },
        by: { ...w.by, memberId },
      }),
    );

  it('are a member’s own or shared within one partner; the built-in ones are everybody’s', () => {
    w.db.run(
      `INSERT INTO members (seq, member_id, name, name_key, role, added_at) VALUES (2, '00000000-0000-7000-8000-000000000002', 'Bo', 'bo', 'finance', ?)`,
      [NOW],
    );
    const other = '00000000-0000-7000-8000-000000000002';
    const names = (memberId: string) =>
      tenantsReads['tenants.views'](w.db, { memberId })
        .filter(({ builtIn }) => !builtIn)
        .map(({ name }) => name);
    save('v1', 'Mine', false);
    save('v2', 'Ours', true);
    expect(names(w.memberId)).toEqual(['Mine', 'Ours']);
    expect(names(other)).toEqual(['Ours']);
    expect(w.within({ partnerId: 'northwind' }, () => names(other))).toEqual([]);
    expect(() => save('v3', 'Mine', false)).toThrow('already a view');
    expect(() => save('v3', 'Suspended', false)).toThrow('already a view');
    expect(() => save('v2', 'Theirs', true, other, false)).toThrow('another member');
    expect(() => save('v1', 'Theirs', true, other, false)).toThrow('no such view');
    save('v1', 'Mine, renamed', true, w.memberId, false);
    expect(names(other)).toEqual(['Mine, renamed', 'Ours']);
    w.write(() => tenantsWrites['tenants.deleteView'](w.db, { viewId: 'v1', by: w.by }));
    expect(names(other)).toEqual(['Ours']);
    const counted = tenantsReads['tenants.views'](w.db, { memberId: other });
    expect(counted.find(({ name }) => name === 'Ours')!.count).toBe(list({ region: ['eu'] }).matched);
    expect(counted.find(({ viewId }) => viewId === 'needs-attention')!.count).toBe(
      [...all.values()].filter((one) => fits(one, { paid: true, attention: { risk: 60, limitPercent: 80 } })).length,
    );
  });
});

describe('proofs', () => {
  it('recompute what is shown', () => {
    for (const { row } of all.values())
      for (const figure of ['mrr', 'risk'] as const) {
        const proof = tenantsReads['tenants.proof'](w.db, { tenantId: row.tenantId, figure, now: NOW });
        expect(proof.holds).toBe(true);
        expect(proof.proof.resultSha256).toMatch(/^[0-9a-f]{64}$/);
      }
    const { proof } = tenantsReads['tenants.proof'](w.db, { tenantId: 'tn_00', figure: 'mrr', now: NOW });
    expect(proof.formula.map(({ says }) => says)).toContain('Sum in EUR, apart');
  });
});

/** Rules of the tenants' screens: what an address says of a list, how figures read, how the graph is walked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TenantFilter, TenantView, TimelineEntry } from '../../src-shared/contract/tenants.ts';
import { tenantSort, tenantStatus } from '../../src-shared/contract/tenants.ts';
import { withPart } from '../../src-renderer/features/tenants/catalogue-facets.tsx';
import {
  filterOf,
  filterQuery,
  joinWords,
  listAddress,
  listingOf,
  listQuery,
  sameFilter,
  splitWords,
  tenantAddress,
} from '../../src-renderer/features/tenants/catalogue-query.ts';
import {
  arrange,
  type GraphNode,
  graphFinding,
  moveInGraph,
  type Placed,
  placeAround,
} from '../../src-renderer/features/tenants/graph-model.ts';
import { limitWords, tagsOf, usd } from '../../src-renderer/features/tenants/tenant-words.ts';
import {
  beginsDay,
  clockWord,
  dayWord,
  entryIcon,
  kindsOf,
  TIMELINE_KINDS,
  toggleKind,
} from '../../src-renderer/features/tenants/timeline-words.ts';
import { lastMonths, monthSpan, usageLines, usageTable } from '../../src-renderer/features/tenants/usage-export.ts';
import { dayTick, evenUse, usageFinding } from '../../src-renderer/features/tenants/usage-model.ts';
import { centreId, centreOf, graphOfTenants, planParts } from '../../src-renderer/features/tenants/use-graph.ts';
import { formatAddress, parseAddress } from '../../src-renderer/router/address.ts';
import { facetWords } from '../../src-renderer/ui/facet-many.tsx';
import { limitPercent } from '../../src-renderer/ui/limit-bar.tsx';
import { amountText, compactQuantity, percentOfBp, wholeQuantity } from '../../src-renderer/ui/quantity-format.ts';
import { sparkLayout } from '../../src-renderer/ui/sparkline.tsx';
import { makeTenants } from './support/tenant-model.ts';

const view = (viewId: string, filter: TenantFilter, more: Partial<TenantView> = {}): TenantView => ({
  viewId,
  name: viewId,
  builtIn: true,
  shared: true,
  mine: false,
  owner: null,
  filter,
  sort: 'mrr',
  direction: 'desc',
  columns: [],
  count: 0,
  ...more,
});
const VIEWS = [
  view('attention', { paid: true, attention: { risk: 60, limitPercent: 80 } }),
  view('all', {}),
  view('thin', { marginUnder: 75 }, { sort: 'margin', direction: 'asc' }),
];

const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text && !/\p{Cc}/u.test(text));
const tag = word.filter((text) => !text.includes(','));
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.uniqueArray(of, { minLength: 1, maxLength: 4 });
const filters: fc.Arbitrary<TenantFilter> = fc.record(
  {
    plan: some(word),
    paid: fc.boolean(),
    tier: some(word),
    status: some(fc.constantFrom(...tenantStatus.options)),
    region: some(word),
    partner: some(word),
    limitState: some(fc.constantFrom('none' as const, 'ok' as const, 'soft' as const, 'over' as const)),
    risk: some(fc.constantFrom('low' as const, 'raised' as const, 'high' as const)),
    tags: some(tag),
    riskAtLeast: fc.nat(100),
    limitAtLeastPercent: fc.nat(10_000),
    attention: fc.record({ risk: fc.nat(100), limitPercent: fc.nat(10_000) }),
    marginUnder: fc.integer({ min: -999, max: 100 }),
    openIncidents: fc.boolean(),
    search: word,
  },
  { requiredKeys: [] },
);
const listings = fc.record({
  base: fc.constantFrom(...VIEWS),
  filter: filters,
  sort: fc.constantFrom(...tenantSort.options),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
});

describe('the address of a list', () => {
  it('holds several values in one entry, with commas of their own', () => {
    expect(splitWords(joinWords(['a,b', 'c\\', 'd']))).toEqual(['a,b', 'c\\', 'd']);
    fc.assert(
      fc.property(some(word), (words) => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
    );
  });

  it('says any filter, and is read as the same one', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const { query } = parseAddress(formatAddress(['tenants'], filterQuery(filter)));
        expect(sameFilter(filterOf(query) ?? {}, filter)).toBe(true);
      }),
    );
  });

  it('says any list, also one that lets everything through', () => {
    fc.assert(
      fc.property(listings, (listing) => {
        const { query } = parseAddress(formatAddress(['tenants'], listQuery(listing, VIEWS)));
        const read = listingOf(query, VIEWS);
        expect(read).not.toBeNull();
        expect(sameFilter(read?.filter ?? {}, listing.filter)).toBe(true);
        expect([read?.sort, read?.direction]).toEqual([listing.sort, listing.direction]);
      }),
    );
  });

  it('is short where the view says everything', () => {
    const [first, all] = VIEWS as [TenantView, TenantView];
    expect(formatAddress(['tenants'], listQuery({ base: first, filter: first.filter, sort: 'mrr', direction: 'desc' }, VIEWS))).toBe(
      '/tenants',
    );
    expect(formatAddress(['tenants'], listQuery({ base: first, filter: {}, sort: 'mrr', direction: 'desc' }, VIEWS))).toBe(
      '/tenants?view=all',
    );
    expect(listingOf({ view: all.viewId }, VIEWS)?.changed).toBe(false);
    expect(listingOf({ view: 'thin', plan: 'pro' }, VIEWS)).toMatchObject({ changed: true, sort: 'margin', direction: 'asc' });
  });

  it('begins with the first view, and leaves out what makes no sense', () => {
    expect(listingOf({}, [])).toBeNull();
    expect(listingOf({ view: 'gone' }, VIEWS)?.base.viewId).toBe('attention');
    expect(filterOf({ 'risk-from': '101', under: 'x', attention: '60', status: 'asleep', paid: 'maybe', sort: 'mrr' })).toEqual({});
    expect(filterOf({ sort: 'mrr', proof: 'risk' })).toBeNull();
  });

  it('goes along to a tenant and back', () => {
    const query = { view: 'thin', plan: 'pro,growth', proof: 'risk', at: 'partner/x' };
    expect(tenantAddress('tn 1', query)).toBe('/tenants/tn%201?plan=pro%2Cgrowth&view=thin');
    expect(listAddress(parseAddress(tenantAddress('tn 1', query)).query)).toBe('/tenants?plan=pro%2Cgrowth&view=thin');
  });

  it('a facet that is cleared leaves no trace', () => {
    expect(withPart({ plan: ['pro'], paid: true }, { plan: undefined })).toEqual({ paid: true });
  });
});

describe('figures of tenants', () => {
  it('are shortened from a million on, and whole beside it', () => {
    expect(compactQuantity('55812408')).toBe('55.8 M');
    expect(compactQuantity('60000000')).toBe('60 M');
    expect(compactQuantity('1160000')).toBe('1.16 M');
    expect(compactQuantity('2000000')).toBe('2 M');
    expect(compactQuantity('400000000')).toBe('400 M');
    expect(compactQuantity('999999.6')).toBe('1 M');
    expect(compactQuantity('41208')).toBe('41,208');
    expect(compactQuantity('212.4')).toBe('212.4');
    expect(compactQuantity('-0.04')).toBe('−0.040');
    expect(compactQuantity('0')).toBe('0');
    expect(wholeQuantity('55812408.250')).toBe('55,812,408.250');
    expect(wholeQuantity('-9007199254740993')).toBe('−9,007,199,254,740,993');
    expect(amountText('1234.5')).toBe('1,234.50');
    expect(percentOfBp(7163)).toBe('71.6%');
    expect(usd({ amount: '120', currency: 'EUR' })).toBe('120.00 EUR');
  });

  it('never say that a limit is reached before it is', () => {
    expect(limitPercent(99.99)).toBe('99%');
    expect(limitWords({ percent: '99.99', state: 'soft' })).toBe('limit at 99%');
    expect(limitWords({ percent: '106.20', state: 'over' })).toBe('over a limit, 106%');
  });

  it('a facet names up to two values, else counts', () => {
    const options = ['a', 'b', 'c', 'd'].map((value) => ({ value, label: value.toUpperCase() }));
    expect(facetWords(options, ['a', 'b'])).toBe('A, B');
    expect(facetWords(options, ['a', 'b', 'c'])).toBe('3 of 4');
    expect(facetWords(options, ['gone'])).toBe('gone');
  });

  it('tags are read once each', () => {
    expect(tagsOf(' pilot, renewal in July ,,pilot\nvip')).toEqual(['pilot', 'renewal in July', 'vip']);
  });
});

describe('a sparkline', () => {
  const size = { width: 72, height: 18 };
  it('keeps every point and the floor inside its box', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: -200, max: 200, noNaN: true })), { maxLength: 8 }), (values) => {
        const layout = sparkLayout(values, { ...size, floor: 75 });
        const points = layout.pieces.flatMap((piece) => piece.split(' ').map((pair) => pair.split(',').map(Number)));
        for (const [x = 0, y = 0] of points) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(size.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(size.height);
        }
        expect(layout.dot === null).toBe(values.every((value) => value === null));
      }),
    );
  });

  it('breaks where a month has no value, and ends at the last known one', () => {
    const layout = sparkLayout([1, 2, null, 3, 4, null], size);
    expect(layout.pieces).toHaveLength(2);
    expect(layout.dot?.value).toBe(4);
    expect(sparkLayout([], size)).toEqual({ pieces: [], dot: null, floor: null });
  });
});

const NOW = Date.parse('2026-06-03T09:42:00.000Z');
const entry = (at: string): TimelineEntry => ({ key: at, at, kind: 'limit', status: 'warn', title: '', says: '', address: null });

describe('the timeline', () => {
  it('names days as they are spoken of', () => {
    expect(dayWord('2026-06-03T00:00:00.000Z', NOW)).toBe('Today');
    expect(dayWord('2026-06-02T23:59:59.000Z', NOW)).toBe('Yesterday');
    expect(dayWord('2026-05-28T11:47:00.000Z', NOW)).toBe('28 May');
    expect(dayWord('2025-11-02T11:47:00.000Z', NOW)).toBe('2 Nov 2025');
    expect(clockWord('2026-05-28T11:47:59.000Z')).toBe('11:47');
  });

  it('begins a day once', () => {
    const [a, b, c] = [entry('2026-06-03T09:00:00.000Z'), entry('2026-06-03T08:00:00.000Z'), entry('2026-06-02T09:00:00.000Z')];
    expect([beginsDay(a, undefined), beginsDay(b, a), beginsDay(c, b)]).toEqual([true, false, true]);
  });

  it('takes kinds in and out; all of them is none chosen', () => {
    expect(toggleKind([], 'incident')).toEqual(['incident']);
    expect(toggleKind(['incident'], 'limit')).toEqual(['limit', 'incident']);
    expect(toggleKind(['incident'], 'incident')).toEqual([]);
    expect(toggleKind(TIMELINE_KINDS.slice(1), 'limit')).toEqual([]);
    expect(kindsOf('limit,nonsense,plan')).toEqual(['limit', 'plan']);
    expect(entryIcon({ kind: 'incident', status: 'ok' })).toBe('tick-circle');
    expect(entryIcon({ kind: 'plan', status: 'bad' })).toBe('error');
  });
});

const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  kind: 'chain',
  name: id,
  note: 'n',
  status: 'idle',
  says: '',
  address: null,
  walks: false,
  ...more,
});

describe('the graph', () => {
  it('keeps the same kind in the same direction, and folds what is too much without losing what is worst', () => {
    const nodes = [
      ...Array.from({ length: 6 }, (_, i) => node(`c${i}`, i === 5 ? { status: 'bad' } : {})),
      node('p', { kind: 'partner' }),
      node('i', { kind: 'incident' }),
    ];
    const around = arrange(nodes);
    expect(around.map(({ id }) => id)).toEqual(['p', 'c0', 'c1', 'c5', 'more:chain', 'i']);
    expect(around.find(({ id }) => id === 'more:chain')?.name).toBe('3 more');
  });

  it('is reached by arrows alone, every node of it', () => {
    const keys = ['ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowLeft'];
    for (let n = 1; n <= 16; n += 1) {
      const placed: Placed[] = [
        { node: node('centre'), x: 0, y: 0 },
        ...placeAround(
          Array.from({ length: n }, (_, i) => node(`n${i}`)),
          1.4,
        ),
      ];
      const reached = new Set(['centre']);
      for (let grew = true; grew;) {
        const before = reached.size;
        for (const at of [...reached]) for (const key of keys) reached.add(moveInGraph(key, at, placed) ?? at);
        grew = reached.size > before;
      }
      expect(reached.size, `${n} nodes`).toBe(n + 1);
    }
    expect(moveInGraph('x', 'centre', [])).toBeNull();
  });

  it('goes where the arrow points', () => {
    const placed = [{ node: node('centre'), x: 0, y: 0 }, ...placeAround([node('top'), node('right'), node('bottom'), node('left')])];
    expect(moveInGraph('ArrowUp', 'centre', placed)).toBe('top');
    expect(moveInGraph('ArrowDown', 'top', placed)).toBe('centre');
    expect(moveInGraph('ArrowLeft', 'centre', placed)).toBe('left');
  });

  it('says in one sentence what stands around the middle', () => {
    expect(graphFinding({ centre: node('H'), around: [node('a', { note: 'broken' })], cross: [] })).toBe(
      'H in the middle, joined to a (broken).',
    );
  });

  it('walks to a partner and its tenants at the highest risk', () => {
    const rows = makeTenants(new Date(NOW).toISOString())
      .filter(({ partnerId }) => partnerId === 'northwind')
      .slice(0, 10);
    const graph = graphOfTenants(
      { kind: 'partner', key: 'northwind' },
      { rows, matched: 614, mrr: { amount: '90210.00', currency: 'USD' } },
    );
    expect(graph.centre).toMatchObject({ id: 'partner/northwind', note: '614 tenants', address: '/tenants?partner=northwind&view=all' });
    expect(graph.around.at(-1)).toMatchObject({ name: '604 more', address: '/tenants?dir=desc&partner=northwind&sort=risk&view=all' });
    expect(graph.around.every(({ id, walks }) => id.startsWith('more/') || walks)).toBe(true);
  });

  it('reads a place of a walk from the address', () => {
    expect(centreOf('plan/pro@2.1.4')).toEqual({ kind: 'plan', key: 'pro@2.1.4' });
    expect(centreOf('chain/northwind/pro@1.4')).toBeNull();
    expect(centreOf(undefined)).toBeNull();
    expect(centreId({ kind: 'tenant', key: 'tn_1' })).toBe('tenant/tn_1');
    expect(planParts('pro@2.1.4')).toEqual({ planId: 'pro', version: '2.1.4' });
    expect(planParts('pro')).toEqual({ planId: 'pro', version: null });
  });
});

describe('usage', () => {
  it('is held against an even use of its limit', () => {
    expect(evenUse({ hard: '60000000', per: 'month' }, '2026-06-03')).toBe(2_000_000);
    expect(evenUse({ hard: '280', per: 'month' }, '2027-02-03')).toBe(10);
    expect(evenUse({ hard: '200', per: 'day' }, '2026-06-03')).toBe(200);
    expect(evenUse({ hard: null, per: 'month' }, '2026-06-03')).toBeNull();
    expect(evenUse(null, '2026-06-03')).toBeNull();
  });

  it('says what one sees, and does not take the running day for a fall', () => {
    const days = ['1200000', '2100000', '2500000', '40000'].map((quantity, i) => ({ day: `2026-06-0${i + 1}`, quantity }));
    const model = { metric: 'llm_token', unit: 'token', days, today: '2026-06-04', even: 2_000_000 };
    expect(usageFinding(model)).toBe(
      'llm_token a day over 4 days, from 1.2 M to 2.5 M. 2 of 3 days pass the even use of the limit, 2 M a day.',
    );
    expect(usageFinding({ ...model, even: null })).toContain('It has no limit.');
    expect(usageFinding({ ...model, days: [] })).toBe('No usage of llm_token is known.');
    expect(dayTick('2026-06-03')).toBe('3 June');
  });

  it('goes into a sheet exactly, and runs nothing there', () => {
    const row = {
      tenant_id: '=cmd',
      metric: 'seat',
      period_start: '2026-05-01T00:00:00.000Z',
      quantity: '12.000000000000000001',
      unit: 'seat',
      cost_estimate: '2.4',
      adjustments: [{ original_period: '2026-04-01T00:00:00.000Z', quantity: '1', cost_estimate: '0.2', events: 1 }],
    };
    const text = usageTable(usageLines([row], [{ tenantId: '=cmd', name: '@Harrow' }]));
    expect(text.split('\n')[1]).toBe("'=cmd\t'@Harrow\t2026-05-01T00:00:00.000Z\tseat\t12.000000000000000001\tseat\t2.4\t2026-04 1");
    expect(monthSpan('2026-12')).toEqual({ from: '2026-12-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' });
    expect(lastMonths(Date.parse('2026-01-31T23:00:00.000Z'), 3)).toEqual(['2026-01', '2025-12', '2025-11']);
  });
});

/** Tenants as the screens meet them: the catalogue with its filter, one tenant in full, saved views. */
import type { Handlers } from '../../../src-shared/contract/define.ts';
import type { TenantRow, tenants, TenantView, TimelineEntry } from '../../../src-shared/contract/tenants.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { BUILT_IN_VIEWS, countBy, matches, ordered, orderWords, sumMrr } from './tenant-filter.ts';
import { HERO_ID, makeTenants } from './tenant-model.ts';
import { timelineOf } from './tenant-timeline.ts';

type TenantHandlers = Handlers<typeof tenants>;
type Shown = Awaited<ReturnType<TenantHandlers['tenant.show']>>;

const ENTITLEMENTS: Shown['entitlements'] = [
  { key: 'production_enforcement', name: 'Production enforcement', included: true },
  { key: 'sso', name: 'Single sign-on', included: true },
  { key: 'audit_export', name: 'Audit export', included: true },
  { key: 'own_key', name: 'Own encryption key', included: false },
];

const REASONS: Shown['riskReasons'] = [
  { points: 30, says: 'llm_token at 93% of its limit' },
  { points: 24, says: 'margin fell five closes running' },
  { points: 14, says: '1 open incident' },
  { points: 10, says: 'last invoice 9 days late' },
];

const missing = (): never => {
  throw new AppError('NOT_FOUND', 'There is no such tenant.', { nextStep: 'Look for it in the list.' });
};

const HASH = '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592';

const pageOf = <Row>(rows: readonly Row[], after: string | undefined, limit: number) => {
  const from = after === undefined ? 0 : Number(after);
  return { rows: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
};

export const makeTenantHandlers = (now: string, scenario: 'full' | 'empty', told: () => void): TenantHandlers => {
  const all: TenantRow[] = scenario === 'empty' ? [] : makeTenants(now);
  const own: Omit<TenantView, 'count'>[] = [];
  const find = (tenantId: string): TenantRow => all.find((row) => row.tenantId === tenantId) ?? missing();
  const views = (): TenantView[] =>
    [
      ...BUILT_IN_VIEWS.map(({ viewId, name, filter }): Omit<TenantView, 'count'> => ({
        viewId,
        name,
        filter: filter as TenantView['filter'],
        builtIn: true,
        shared: true,
        mine: false,
        owner: null,
        sort: viewId === 'margin' ? 'margin' : 'mrr',
        direction: viewId === 'margin' ? 'asc' : 'desc',
        columns: [],
      })),
      ...own,
    ].map((view) => ({ ...view, count: all.filter((row) => matches(row, view.filter)).length }));
  const entriesOf = (row: TenantRow): TimelineEntry[] => timelineOf(row, now);
  return {
    'tenant.list': ({ filter, sort, direction, after, limit }) => {
      const rows = ordered(
        all.filter((row) => matches(row, filter)),
        sort,
        direction,
      );
      const others = rows.flatMap(({ mrrOther }) => mrrOther);
      return {
        ...pageOf(rows, after, limit),
        matched: rows.length,
        total: all.length,
        mrr: sumMrr(rows),
        mrrOther: others.length === 0 ? [] : [{ amount: (others.length * 120).toFixed(2), currency: 'EUR' }],
        ordered: orderWords(sort, direction),
        readAt: now,
        queryMs: 11,
      };
    },
    'tenant.facets': ({ filter }) => {
      const without = (key: keyof typeof filter): TenantRow[] => all.filter((row) => matches(row, { ...filter, [key]: undefined }));
      return {
        plan: countBy(without('plan'), (row) => [row.planId]),
        tier: countBy(without('tier'), (row) => [row.tier]),
        status: countBy(without('status'), (row) => [row.status]),
        region: countBy(without('region'), (row) => [row.region]),
        partner: countBy(without('partner'), (row) => [row.partnerId]),
        limitState: countBy(without('limitState'), (row) => [row.limit?.state ?? 'none']),
        risk: countBy(without('risk'), (row) => [row.riskWord]),
        tags: countBy(without('tags'), (row) => row.tags),
        cached: true,
      };
    },
    'tenant.neighbours': ({ tenantId, filter, sort, direction }) => {
      find(tenantId);
      const rows = ordered(
        all.filter((row) => matches(row, filter)),
        sort,
        direction,
      );
      const at = rows.findIndex((row) => row.tenantId === tenantId);
      return {
        position: at < 0 ? null : at + 1,
        matched: rows.length,
        previous: at < 0 ? null : (rows[at - 1]?.tenantId ?? null),
        next: at < 0 ? null : (rows[at + 1]?.tenantId ?? null),
      };
    },
    'tenant.find': ({ text, limit }) => ({
      tenants: all
        .filter((row) => matches(row, { search: text }))
        .slice(0, limit)
        .map(({ tenantId, name, partnerId, planId, status, risk, riskWord, address }) => ({
          tenantId,
          name,
          partnerId,
          planId,
          status,
          risk,
          riskWord,
          address,
        })),
    }),
    'tenant.show': ({ tenantId }) => {
      const tenant = find(tenantId);
      const hero = tenantId === HERO_ID;
      return {
        tenant,
        createdAt: '2025-01-14T08:00:00.000Z',
        updatedAt: '2026-05-09T09:00:00.000Z',
        planSince: '2026-05-09T09:00:00.000Z',
        statusSince: '2025-01-14T08:00:00.000Z',
        planName: tenant.planId,
        planAddress: `/plans/${tenant.planId}/${tenant.planVersion}`,
        contacts: hero ? [{ name: 'Ines Duarte', email: 'ines.duarte@harrow-finch.example', role: 'operations', phone: null }] : [],
        riskReasons: hero ? REASONS : tenant.risk === 0 ? [] : [{ points: tenant.risk, says: 'usage rose against its limits' }],
        entitlements: ENTITLEMENTS,
        subscriptions: [
          {
            subscriptionId: hero ? 'sub_7t2x9' : `sub_${tenantId.slice(3)}`,
            tier: tenant.tier,
            status: 'active',
            quantity: 1,
            unitAmount: tenant.mrr,
            interval: 'month',
            discountPercent: '0',
            startedAt: '2025-01-14T08:00:00.000Z',
            endedAt: null,
            lastDunningAt: null,
            updatedAt: '2026-05-09T09:00:00.000Z',
            mrr: tenant.mrr,
            says: 'It counts in full.',
            sourceName: tenant.partnerId,
          },
        ],
        sourceTags: tenant.tags.slice(0, 1),
        records: 4,
        conflicts: 0,
      };
    },
    'tenant.timeline': ({ tenantId, kinds, after, limit }) => {
      const entries = entriesOf(find(tenantId));
      const wanted = kinds === undefined ? entries : entries.filter(({ kind }) => kinds.includes(kind));
      const page = pageOf(wanted, after, limit);
      const counts = new Map<TimelineEntry['kind'], number>();
      for (const { kind } of entries) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return {
        entries: page.rows,
        next: page.next,
        matched: wanted.length,
        total: entries.length,
        kinds: [...counts].map(([kind, count]) => ({ kind, count })),
      };
    },
    'tenant.records': ({ tenantId }) => {
      find(tenantId);
      return {
        versions: [
          {
            updatedAt: '2026-05-09T09:00:00.000Z',
            receivedAt: '2026-05-09T09:04:00.000Z',
            origin: 'source',
            sourceName: 'northwind',
            by: null,
            reason: null,
            state: 'current',
            sha256: HASH,
            changes: ['plan version 2.1.3 became 2.1.4'],
          },
          {
            updatedAt: '2025-01-14T08:00:00.000Z',
            receivedAt: '2025-01-14T08:04:00.000Z',
            origin: 'source',
            sourceName: 'northwind',
            by: null,
            reason: null,
            state: 'older',
            sha256: HASH.replaceAll('5', '6'),
            changes: [],
          },
        ],
      };
    },
    'tenant.connections': ({ tenantId }) => {
      const row = find(tenantId);
      const id = `tenant/${tenantId}`;
      const hero = tenantId === HERO_ID;
      const nodes: Awaited<ReturnType<TenantHandlers['tenant.connections']>>['nodes'] = [
        { id, kind: 'tenant', label: row.name, note: `risk ${row.risk}`, status: 'idle', says: 'This tenant.', address: row.address },
        {
          id: `partner/${row.partnerId}`,
          kind: 'partner',
          label: row.partnerId,
          note: 'partner',
          status: 'idle',
          says: 'The partner that looks after it.',
          address: `/tenants?partner=${row.partnerId}&view=all`,
        },
        {
          id: `plan/${row.planId}@${row.planVersion}`,
          kind: 'plan',
          label: `${row.planId} ${row.planVersion}`,
          note: 'plan',
          status: 'idle',
          says: 'Its plan since 9 May.',
          address: `/plans/${row.planId}/${row.planVersion}`,
        },
        {
          id: 'subscription/sub_7t2x9',
          kind: 'subscription',
          label: 'sub_7t2x9',
          note: `${row.mrr.amount} USD a month`,
          status: 'idle',
          says: 'Its subscription, active since January 2025.',
          address: null,
        },
        {
          id: `source/${row.partnerId}`,
          kind: 'source',
          label: `${row.partnerId} events`,
          note: '212 k in 30 d',
          status: 'ok',
          says: 'Its events come from this source.',
          address: '/settings/sources',
        },
        {
          id: `chain/${row.partnerId}/pro@1.4`,
          kind: 'chain',
          label: `${row.partnerId}/pro@1.4`,
          note: hero ? 'broken' : 'verified',
          status: hero ? 'bad' : 'ok',
          says: hero
            ? "Proves this tenant's usage. 1,006 of its receipts concern this tenant; 2 of the 3 missing ones may."
            : "Proves this tenant's usage.",
          address: `/receipts/${row.partnerId}/pro@1.4`,
        },
      ];
      return {
        nodes,
        edges: nodes.slice(1).map((node) => ({ from: id, to: node.id, says: node.says, status: node.status })),
      };
    },
    'tenant.proof': ({ tenantId, figure }) => {
      const row = find(tenantId);
      return {
        name: figure === 'mrr' ? 'MRR, USD' : 'Risk',
        value: figure === 'mrr' ? row.mrr.amount : `${row.risk} ${row.riskWord}`,
        holds: true,
        proof: {
          says: figure === 'mrr' ? 'The sum over its subscriptions that count.' : 'The sum of its reasons, at most 100.',
          checkedAt: now,
          rule: { name: figure === 'mrr' ? 'tenant.mrr' : 'tenant.risk', version: '1', source: 'Countersign' },
          formula: REASONS.map(({ points, says }) => ({ says, figure: `+${points}`, holds: null })),
          inputs: [{ name: 'Its record', says: 'the version that stands now', sha256: HASH, address: null }],
          resultSha256: HASH,
          command: `countersign tenant show ${tenantId} --json`,
          changedSince: null,
        },
      };
    },
    'tenant.tag': ({ tenantIds, add, remove }) => {
      const rows = tenantIds.map(find);
      for (const row of rows) row.tags = [...new Set([...row.tags.filter((tag) => !remove.includes(tag)), ...add])];
      told();
      return { changed: rows.length, says: `Tags of ${rows.length} tenants were changed.` };
    },
    'tenant.views': () => ({ views: views() }),
    'tenant.saveView': ({ viewId, name, filter, sort, direction, columns, shared }) => {
      const made = { name, filter, sort, direction, columns, shared, builtIn: false, mine: true, owner: 'Amara Okafor' };
      const at = own.findIndex((view) => view.viewId === viewId);
      const id = viewId ?? `view-${own.length + 1}`;
      if (at < 0) own.push({ ...made, viewId: id });
      else own[at] = { ...made, viewId: id };
      told();
      return { viewId: id };
    },
    'tenant.deleteView': ({ viewId }) => {
      own.splice(0, own.length, ...own.filter((view) => view.viewId !== viewId));
      told();
      return { done: true };
    },
    'partner.list': () => ({
      partners: [...new Set(all.map(({ partnerId }) => partnerId))].sort().map((partnerId) => {
        const rows = all.filter((row) => row.partnerId === partnerId);
        return {
          partnerId,
          tenants: rows.length,
          highRisk: rows.filter((row) => row.riskWord === 'high').length,
          overLimit: rows.filter((row) => row.limit?.state === 'over').length,
          suspended: rows.filter((row) => row.status === 'suspended').length,
          mrr: sumMrr(rows),
        };
      }),
    }),
  };
};

import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { MRR_CURRENCY } from './mrr.ts';
import type { tenantsReads, tenantsWrites } from './tenants-parts.ts';

export interface TenantsServiceOptions {
  readonly store: Store<typeof tenantsReads, typeof tenantsWrites>;
  /** UUIDv7. */
  readonly newId: () => string;
  /** Milliseconds from any fixed point. */
  readonly monotonicMs: () => number;
  /** Facts changed: the faces ask again. */
  readonly changed: () => void;
  /** After each list, with the time its query took. */
  readonly onListed?: (queryMs: number) => void;
  /** After each count of facets: whether it was answered from what was counted before. */
  readonly onFacets?: (cached: boolean) => void;
}

type TenantProcedures = Pick<
  Handlers<Contract>,
  | 'tenant.list'
  | 'tenant.facets'
  | 'tenant.neighbours'
  | 'tenant.find'
  | 'tenant.show'
  | 'tenant.timeline'
  | 'tenant.records'
  | 'tenant.connections'
  | 'tenant.proof'
  | 'tenant.tag'
  | 'tenant.views'
  | 'tenant.saveView'
  | 'tenant.deleteView'
  | 'partner.list'
>;

/** Tenants whose standing is derived again in one write: some 30 ms. */
const REFRESH_SLICE = 200;

/** The tenants of an open workspace. */
export function createTenantsService({ store, newId, monotonicMs, changed, onListed, onFacets }: TenantsServiceOptions) {
  const handlers: TenantProcedures = {
    'tenant.list': async ({ filter, sort, direction, after, limit }, { now }) => {
      const start = monotonicMs();
      const { rows, next, matched, total, mrr, mrrOther, says } = await store.read('tenants.list', {
        filter,
        sort,
        direction,
        after: after ?? null,
        limit,
      });
      const queryMs = Math.max(0, Math.round((monotonicMs() - start) * 10) / 10);
      onListed?.(queryMs);
      return { rows, next, matched, total, mrr: { amount: mrr, currency: MRR_CURRENCY }, mrrOther, ordered: says, readAt: now, queryMs };
    },
    'tenant.facets': async ({ filter }) => {
      const { facets, cached } = await store.read('tenants.facets', { filter });
      onFacets?.(cached);
      return { ...facets, cached };
    },
    'tenant.neighbours': (input) => store.read('tenants.neighbours', input),
    'tenant.find': async (input) => ({ tenants: await store.read('tenants.find', input) }),
    'tenant.show': ({ tenantId }, { now }) => store.read('tenants.show', { tenantId, now }),
    'tenant.timeline': ({ tenantId, kinds, after, limit }) =>
      store.read('tenants.timeline', { tenantId, kinds: kinds ?? null, after: after ?? null, limit }),
    'tenant.records': async (input) => ({ versions: await store.read('tenants.records', input) }),
    'tenant.connections': ({ tenantId }, { now }) => store.read('tenants.connections', { tenantId, now }),
    'tenant.proof': (input, { now }) => store.read('tenants.proof', { ...input, now }),
    'tenant.tag': async (input, ctx) => {
      const answer = await store.write('tenants.tag', { ...input, by: changedBy(ctx) });
      if (answer.changed > 0) changed();
      return answer;
    },
    'tenant.views': async (_input, { session }) => ({ views: await store.read('tenants.views', { memberId: session.member_id }) }),
    'tenant.saveView': async ({ viewId, name, filter, sort, direction, columns, shared }, ctx) => {
      const saved = await store.write('tenants.saveView', {
        viewId: viewId ?? newId(),
        isNew: viewId === undefined,
        name,
        shared,
        body: { filter, sort, direction, columns },
        by: changedBy(ctx),
      });
      changed();
      return saved;
    },
    'tenant.deleteView': async ({ viewId }, ctx) => {
      const done = await store.write('tenants.deleteView', { viewId, by: changedBy(ctx) });
      changed();
      return done;
    },
    'partner.list': async () => ({ partners: await store.read('tenants.partners', null) }),
  };

  return {
    handlers,
    /** Tenants by `plan_id version`, in the scope of the running call. */
    byPlan: () => store.read('tenants.byPlan', null),
    /** Judges the risk again where a day has gone by, in slices that let others write in between. */
    refresh: async (now: string, signal?: AbortSignal): Promise<number> => {
      let refreshed = 0;
      for (;;) {
        if (signal?.aborted === true) return refreshed;
        const some = await store.write('tenants.refresh', { now, limit: REFRESH_SLICE }, { priority: 'background' });
        refreshed += some;
        if (some < REFRESH_SLICE) break;
      }
      if (refreshed > 0) changed();
      return refreshed;
    },
  };
}

export type TenantsService = ReturnType<typeof createTenantsService>;

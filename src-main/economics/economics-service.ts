import type { Handlers } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { TelemetryOfMonth } from '../evidence/index.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { CloseResult } from './closes.ts';
import type { economicsReads, economicsWrites } from './economics-queries.ts';
import type { FoundSuggestion } from './look.ts';

export interface EconomicsDeps {
  readonly store: Store<typeof economicsReads, typeof economicsWrites>;
  /** How often the catalogue's filters were asked for and answered from memory, since the console was opened. */
  readonly filterCache: () => { readonly asked: number; readonly hits: number };
  readonly changed: () => void;
}

/** Tenants a slice: a look over all of them lets others read in between. */
const SLICE = 200;

/** The handlers of `economics.*`, and what the console does by itself: closing months, and looking once a day. */
export const createEconomicsService = ({ store, filterCache, changed }: EconomicsDeps) => {
  const look = async (now: string): Promise<number> => {
    const found: FoundSuggestion[] = [];
    for (let after: number | null = 0; after !== null;) {
      const slice: { found: FoundSuggestion[]; next: number | null } = await store.read('economics.lookSlice', {
        after,
        limit: SLICE,
        now,
      });
      found.push(...slice.found);
      after = slice.next;
    }
    return store.write('economics.keepLook', { found, now }, { priority: 'background' });
  };

  const handlers: Pick<Handlers<Contract>, Extract<keyof Handlers<Contract>, `economics.${string}`>> = {
    'economics.overview': async ({ month }, { now }) => {
      const { asked, hits } = filterCache();
      const shown = await store.read('economics.overview', { month: month ?? null, now });
      return { ...shown, filterCache: { asked, hits, percent: asked === 0 ? null : ((hits / asked) * 100).toFixed(1) } };
    },
    'economics.tenants': ({ month, tier, limit }, { now }) =>
      store.read('economics.tenants', { month: month ?? null, tier: tier ?? null, limit, now }),
    'economics.tenant': ({ tenantId, month }, { now }) => store.read('economics.tenant', { tenantId, month: month ?? null, now }),
    'economics.proof': ({ month, figure, tenantId, tier }, { now }) =>
      store.read('economics.proof', { month: month ?? null, figure, tenantId: tenantId ?? null, tier: tier ?? null, now }),
    'economics.suggestions': ({ answered }) => store.read('economics.suggestions', { answered }),
    'economics.look': async (_input, { now }) => {
      const suggestions = await look(now);
      changed();
      return { suggestions, lookedAt: now };
    },
    'economics.answer': async ({ suggestionId, answer, reason }, ctx) => {
      const answered = await store.write('economics.answer', { suggestionId, answer, reason, by: changedBy(ctx) });
      changed();
      return answered;
    },
  };

  return {
    handlers,
    /**
     * Closes the months whose use is closed, oldest first, and looks for limits after a close or once a day. Unscoped; called
     * after usage came in.
     */
    catchUp: async (now: string, signal?: AbortSignal): Promise<readonly CloseResult[]> => {
      const closed: CloseResult[] = [];
      for (const month of await store.read('economics.due', null)) {
        if (signal?.aborted === true) break;
        closed.push(await store.write('economics.close', { month, now }, { priority: 'background' }));
      }
      const last = await store.read('economics.lookedAt', null);
      const due = closed.length > 0 || last === null || last.slice(0, 10) < now.slice(0, 10);
      if (due && signal?.aborted !== true) await look(now);
      if (due) changed();
      return closed;
    },
    /** For the makers of evidence. */
    telemetry: (async (month, now) => {
      try {
        return await store.read('economics.telemetry', { month, now });
      } catch (error) {
        // What cannot be computed is said in the form; anything else is a fault.
        if (error instanceof AppError && (error.code === 'BAD_INPUT' || error.code === 'NOT_FOUND')) return { refused: error.message };
        throw error;
      }
    }) satisfies TelemetryOfMonth,
  };
};

export type EconomicsService = ReturnType<typeof createEconomicsService>;

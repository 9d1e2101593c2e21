import { createBillingService } from '../billing/index.ts';
import { createEconomicsService } from '../economics/index.ts';
import { runUnscoped } from '../store/index.ts';
import type { AppContext } from './app-context.ts';
import { newUuid } from './ids.ts';
import type { OpenedStore } from './open-workspace.ts';

/** Billing and unit economics of an open workspace: their handlers, and what they do when usage came in or a month closed. */
export function createFinance(context: AppContext, { store, readOnly }: OpenedStore) {
  const { hub, log, metrics } = context;
  /** Answers of the catalogue's filters since the console was opened. */
  const filters = { asked: 0, hits: 0 };
  const economics = createEconomicsService({
    store,
    filterCache: () => filters,
    changed: () => hub.changed('billing', 'tenants', 'incidents', 'audit'),
  });
  const billing = createBillingService({
    store,
    downloads: context.downloads,
    newId: newUuid,
    changed: () => hub.changed('billing', 'audit'),
    onExport: (format) => metrics.exported(`billing-${format}`),
  });
  let catching: Promise<unknown> = Promise.resolve();

  return {
    handlers: { ...economics.handlers, ...billing.handlers },
    telemetry: economics.telemetry,
    filterAsked: (cached: boolean): void => {
      filters.asked += 1;
      filters.hits += cached ? 1 : 0;
    },
    /** Closes what is due, one after another; a failure is told and waits for the next time. */
    catchUp: (signal?: AbortSignal): Promise<unknown> => {
      if (readOnly !== null) return catching;
      catching = catching
        // Whoever's change it follows: a month is closed for all tenants.
        .then(() => runUnscoped(() => economics.catchUp(context.now(), signal)))
        .then((closed) => {
          for (const { month, tenants, sha256 } of closed) log.info({ month, tenants, sha256 }, 'The economics of a month were closed');
        })
        .catch((error: unknown) => log.warn({ reason: String(error) }, 'The economics of a month could not be closed'));
      return catching;
    },
    settled: (): Promise<unknown> => catching,
  };
}

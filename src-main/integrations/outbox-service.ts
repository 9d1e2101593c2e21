import type { outbox } from '../../src-shared/contract/outbox.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { OutboxDelivery } from './outbox-delivery.ts';
import type { outboxReads, outboxWrites } from './outbox-queries.ts';

export interface OutboxServiceOptions {
  readonly store: Store<typeof outboxReads, typeof outboxWrites>;
  readonly delivery: Pick<OutboxDelivery, 'deliver' | 'soon'>;
  readonly changed: () => void;
}

/** The handlers of `outbox.*`, except the rollback, which is an action. */
export function createOutboxService({ store, delivery, changed }: OutboxServiceOptions) {
  const handlers: Omit<Handlers<typeof outbox>, 'outbox.rollback'> = {
    'outbox.list': ({ state, tenantId, after, limit }) =>
      store.read('outbox.list', { state: state ?? null, tenantId: tenantId ?? null, after: after ?? null, limit }),
    'outbox.show': ({ messageId }) => store.read('outbox.show', { messageId }),
    'outbox.retry': async ({ messageId }, ctx) => {
      await store.write('outbox.retry', { messageId, by: changedBy(ctx) });
      changed();
      delivery.soon();
      return { done: true };
    },
    'outbox.deliver': async () => {
      const counts = await delivery.deliver();
      if (counts.tried > 0) changed();
      return counts;
    },
    'outbox.endpoints': async () => ({ endpoints: await store.read('outbox.endpoints', null) }),
    'outbox.setEndpoint': async ({ sourceId, url }, ctx) => {
      await store.write('outbox.setEndpoint', { sourceId, url, by: changedBy(ctx) });
      changed();
      delivery.soon();
      return { done: true };
    },
  };
  return { handlers };
}

import { createActionsService } from '../actions/index.ts';
import { createApprovalsService, type DecisionSeen } from '../approvals/index.ts';
import { createOutboxDelivery, createOutboxService } from '../integrations/index.ts';
import { changedBy } from '../members/index.ts';
import { runUnscoped } from '../store/index.ts';
import type { AppContext } from './app-context.ts';
import { newRequestId, newUuid } from './ids.ts';
import type { OpenedStore } from './open-workspace.ts';

const LOOK_MS = 60_000;

/** Approvals, acts on tenants and the outbox of an open workspace, wired to each other. */
export function createTenantActs(context: AppContext, opened: OpenedStore) {
  const { store } = opened;
  const { hub, log, metrics, viewing } = context;
  const warn = (what: string) => (error: unknown) => log.warn({ reason: String(error) }, what);
  const changed = () => hub.changed('approvals', 'actions', 'tenants', 'incidents', 'audit');

  /** Every decision is measured; a refusal is counted and audited, though what it refused left nothing behind. */
  const decided = ({ action, allowed, latencyMs, rule, ctx }: DecisionSeen): void => {
    metrics.policy(action, allowed, latencyMs / 1000);
    if (allowed) return;
    metrics.denied(action, ctx.session.role);
    runUnscoped(() =>
      store.write('workspace.recordDenial', { procedure: rule ?? action, by: changedBy(ctx) }, { priority: 'background' }),
    ).catch(warn('A refusal by policy could not be recorded'));
  };

  const delivery = createOutboxDelivery({
    store,
    tokens: context.capabilities.secrets,
    now: () => context.now(),
    onDelivered: ({ outcome, says }, { messageId }) => {
      log.info({ messageId, outcome, says }, 'A message was delivered');
      changed();
    },
    onError: warn('The outbox could not be worked off'),
  });
  const approvals = createApprovalsService({ store, changed, executed: () => delivery.soon(), decided });
  const outbox = createOutboxService({ store, delivery, changed });
  const actions = createActionsService({
    store,
    newId: newUuid,
    viewing,
    changed,
    viewChanged: () => hub.changed('session'),
    executed: () => delivery.soon(),
    decided,
  });

  let timer: ReturnType<typeof setInterval> | null = null;
  let looking: Promise<unknown> = Promise.resolve();
  const look = (): void => {
    const by = () => ({ requestId: newRequestId(), now: context.now() });
    looking = looking
      .then(() =>
        runUnscoped(async () => {
          await approvals.expire(by());
          await actions.endDueViews(by());
        }),
      )
      .catch(warn('What has expired could not be written down'));
  };

  return {
    handlers: { ...approvals.handlers, ...outbox.handlers, ...actions.handlers },
    start: (): void => {
      look();
      timer = setInterval(look, LOOK_MS);
      timer.unref();
      delivery.start();
    },
    stop: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer);
      await looking;
      await delivery.stop();
    },
  };
}

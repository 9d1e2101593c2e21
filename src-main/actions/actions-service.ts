import type { actions } from '../../src-shared/contract/actions.ts';
import type { outbox } from '../../src-shared/contract/outbox.ts';
import type { HandlerContext, Handlers } from '../../src-shared/contract/define.ts';
import { type DecisionSeen, watching } from '../approvals/index.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { actionsReads, actionsWrites } from './actions-queries.ts';
import type { AskArgs, AskResult } from './ask.ts';
import { type ActKind, POLICY_OF } from './tenant-act.ts';

export interface ActionsServiceOptions {
  readonly store: Store<typeof actionsReads, typeof actionsWrites>;
  /** UUIDv7. */
  readonly newId: () => string;
  /** The session's view of a tenant: begun and ended here, held by the console. */
  readonly viewing: {
    readonly current: () => unknown;
    readonly begin: (view: { readonly tenantId: string; readonly until: string }) => void;
    readonly end: () => void;
  };
  readonly changed: () => void;
  readonly viewChanged: () => void;
  /** Something was carried out: a message waits for delivery. */
  readonly executed: () => void;
  readonly decided: (decision: DecisionSeen) => void;
}

/** The handlers of `action.*`, and of the rollback of the outbox, which is an action too. */
export function createActionsService(options: ActionsServiceOptions) {
  const { store, newId, viewing, changed, viewChanged, executed, decided } = options;
  const ids = (): AskArgs['ids'] => ({ actionId: newId(), messageId: newId(), requestId: newId() });

  const settle = async (work: Promise<AskResult>, action: string, ctx: HandlerContext) => {
    const { latencyMs: _, ...result } = await watching(work, action, ctx, decided);
    changed();
    if (result.outcome === 'done') executed();
    return result;
  };
  const ask = (kind: ActKind, input: { tenantId: string; reason: string }, ctx: HandlerContext, plan: AskArgs['plan'] = null) =>
    settle(
      store.write('actions.ask', { kind, tenantId: input.tenantId, plan, reason: input.reason, ids: ids(), by: changedBy(ctx) }),
      POLICY_OF[kind],
      ctx,
    );

  const handlers: Handlers<typeof actions> & Pick<Handlers<typeof outbox>, 'outbox.rollback'> = {
    'action.check': ({ tenantId }, { session, now }) => store.read('actions.check', { tenantId, memberId: session.member_id, now }),
    'action.previewPlan': (input) => store.read('actions.previewPlan', input),
    'action.list': (input) => store.read('actions.list', input),
    'action.changePlan': ({ planId, planVersion, ...input }, ctx) => ask('tenant.plan', input, ctx, { planId, planVersion }),
    'action.suspend': (input, ctx) => ask('tenant.suspend', input, ctx),
    'action.reactivate': (input, ctx) => ask('tenant.reactivate', input, ctx),
    'action.delete': (input, ctx) => ask('tenant.delete', input, ctx),
    'action.impersonate': async ({ tenantId, reason, minutes }, ctx) => {
      const started = await watching(
        store.write('actions.startView', { tenantId, reason, minutes, by: changedBy(ctx) }),
        'can_impersonate',
        ctx,
        decided,
      );
      viewing.begin({ tenantId: started.tenantId, until: started.until });
      changed();
      viewChanged();
      return { until: started.until, says: started.says };
    },
    'action.endImpersonation': async (_input, ctx) => {
      const was = viewing.current() !== null;
      viewing.end();
      const ended = await store.write('actions.leaveViews', { by: changedBy(ctx) });
      viewChanged();
      if (ended > 0) changed();
      return { ended: was || ended > 0 };
    },
    'outbox.rollback': ({ messageId, reason }, ctx) =>
      settle(store.write('actions.rollBack', { messageId, reason, ids: ids(), by: changedBy(ctx) }), 'rollback', ctx),
  };
  return {
    handlers,
    /** Writes down views that ended by their time; by the console itself. */
    endDueViews: async (by: { readonly requestId: string; readonly now: string }): Promise<void> => {
      const ended = await store.write(
        'actions.endDueViews',
        { by: { memberId: null, role: null, requestId: by.requestId, now: by.now } },
        { priority: 'background' },
      );
      if (ended > 0) changed();
    },
  };
}

export type ActionsService = ReturnType<typeof createActionsService>;

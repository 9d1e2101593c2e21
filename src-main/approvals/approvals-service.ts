import type { approvals } from '../../src-shared/contract/approvals.ts';
import type { HandlerContext, Handlers } from '../../src-shared/contract/define.ts';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { approvalsReads } from './approvals-queries.ts';
import type { ApprovalsWrites } from './decide-approval.ts';

/** One decision of policy, for the metrics and the audit log. */
export interface DecisionSeen {
  readonly action: string;
  readonly allowed: boolean;
  readonly latencyMs: number;
  /** As `can_approve, rule 37 of version 1`; null where it was allowed. */
  readonly rule: string | null;
  readonly ctx: Pick<HandlerContext, 'session' | 'requestId' | 'now'>;
}

export interface ApprovalsServiceOptions {
  readonly store: Store<typeof approvalsReads, ApprovalsWrites>;
  /** Facts changed: the faces ask again. */
  readonly changed: () => void;
  /** Something was carried out: messages may wait for delivery. */
  readonly executed: () => void;
  readonly decided: (decision: DecisionSeen) => void;
}

/** The decision inside an error that policy made; null for any other failure. */
export const decisionIn = (error: unknown): { readonly action: string; readonly rule: string; readonly latencyMs: number } | null =>
  isAppError(error) && 'policy' in error.details ? (error.details['policy'] as { action: string; rule: string; latencyMs: number }) : null;

/** Tells of a decision by policy, whether it allowed or refused, and passes its outcome on. */
export const watching = async <T extends { readonly latencyMs: number }>(
  work: Promise<T>,
  action: string,
  ctx: DecisionSeen['ctx'],
  decided: (decision: DecisionSeen) => void,
): Promise<T> => {
  try {
    const result = await work;
    decided({ action, allowed: true, latencyMs: result.latencyMs, rule: null, ctx });
    return result;
  } catch (error) {
    const found = decisionIn(error);
    if (found !== null) decided({ action: found.action, allowed: false, latencyMs: found.latencyMs, rule: found.rule, ctx });
    throw error;
  }
};

/** The handlers of `approval.*`, and the expiry of requests for the schedule. */
export function createApprovalsService({ store, changed, executed, decided }: ApprovalsServiceOptions) {
  const handlers: Handlers<typeof approvals> = {
    'approval.list': ({ show, tenantId, after, limit }, { session, now }) =>
      store.read('approvals.list', {
        show,
        tenantId: tenantId ?? null,
        memberId: session.member_id,
        after: after ?? null,
        limit,
        now,
      }),
    'approval.show': ({ request }, { session, now }) => store.read('approvals.show', { request, memberId: session.member_id, now }),
    'approval.confirm': async ({ requestId, statementSha256 }, ctx) => {
      const { latencyMs: _, ...result } = await watching(
        store.write('approvals.confirm', { requestId, statementSha256, by: changedBy(ctx) }),
        'can_approve',
        ctx,
        decided,
      );
      changed();
      if (result.outcome === 'executed') executed();
      return result;
    },
    'approval.refuse': async ({ requestId, statementSha256, reason }, ctx) => {
      await watching(
        store.write('approvals.refuse', { requestId, statementSha256, reason, by: changedBy(ctx) }),
        'can_refuse',
        ctx,
        decided,
      );
      changed();
      return { done: true };
    },
    'approval.withdraw': async ({ requestId, reason }, ctx) => {
      await watching(store.write('approvals.withdraw', { requestId, reason, by: changedBy(ctx) }), 'can_withdraw', ctx, decided);
      changed();
      return { done: true };
    },
    'policy.show': () => store.read('approvals.policy', null),
  };
  return {
    handlers,
    /** Writes down what has expired by now; by the console itself. */
    expire: async (by: { readonly requestId: string; readonly now: string }): Promise<number> => {
      const expired = await store.write(
        'approvals.expire',
        { by: { memberId: null, role: null, requestId: by.requestId, now: by.now } },
        { priority: 'background' },
      );
      if (expired > 0) changed();
      return expired;
    },
  };
}

export type ApprovalsService = ReturnType<typeof createApprovalsService>;

import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Whose data a query may see. It is set once, below the services: the app runs each call in the scope of its session, the
 * pool sends that scope along with every query, and named queries that touch tenant data read it from `db.scope`.
 */
export interface Scope {
  /** Only what belongs to this partner; null: of every partner. */
  readonly partnerId: string | null;
  /** Only this one tenant (a view as the tenant); null: every tenant. */
  readonly tenantId: string | null;
}

/** What the console sees when it works by itself. */
export const EVERYTHING: Scope = Object.freeze({ partnerId: null, tenantId: null });

/**
 * The partner of a member of a partner role who has none: no record has an empty partner, so such a member sees nothing.
 */
export const NO_PARTNER = '';

const scopes = new AsyncLocalStorage<Scope>();

/** The scope of the running call; everything outside of any. */
export const currentScope = (): Scope => scopes.getStore() ?? EVERYTHING;

/** Runs `work`, and everything it starts, in a scope: every query it asks sees only that. */
export const runScoped = <T>(scope: Scope, work: () => T): T => scopes.run(scope, work);

/**
 * Runs `work` outside of any scope: schedules, reactions of one room to another, rules over all tenants. For what the console
 * does by itself after a member's call, never for what answers the member.
 */
export const runUnscoped = <T>(work: () => T): T => scopes.run(EVERYTHING, work);

export const isScoped = (scope: Scope): boolean => scope.partnerId !== null || scope.tenantId !== null;

/** Whether who sees `viewer` may be told of what was done in the scope `of`. */
export const seesScope = (viewer: Scope, of: Scope): boolean =>
  (viewer.partnerId === null || viewer.partnerId === of.partnerId) && (viewer.tenantId === null || viewer.tenantId === of.tenantId);

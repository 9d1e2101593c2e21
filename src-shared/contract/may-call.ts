import { AppError } from '../kernel/errors.ts';
import type { Contract, Procedure, Session } from './define.ts';

/**
 * Commands that work while a member looks at one tenant as that tenant sees itself: they change nothing of the tenant.
 * Everything else that changes something is refused until the view ends.
 */
export const WORKS_IN_VIEW: ReadonlySet<string> = new Set(['action.endImpersonation', 'job.cancel']);

/**
 * Why a session may not call a procedure: its role, or the view it is in; null when it may. In a view only such queries
 * answer as a partner may ask too, for those keep to the scope.
 */
export const refusalOf = (
  { role, viewing }: Pick<Session, 'role' | 'viewing'>,
  name: string,
  { kind, roles }: Pick<Procedure, 'kind' | 'roles'>,
): 'role' | 'view' | null => {
  if (roles !== 'any' && !roles.includes(role)) return 'role';
  if (viewing === null || WORKS_IN_VIEW.has(name)) return null;
  const keepsToScope = roles === 'any' || roles.includes('partner_operator');
  return kind === 'query' && keepsToScope ? null : 'view';
};

/** The FORBIDDEN that a refused caller meets. */
export const refusedError = (
  refusal: 'role' | 'view',
  { role }: Pick<Session, 'role'>,
  name: string,
  { roles }: Pick<Procedure, 'roles'>,
): AppError => {
  if (refusal === 'view')
    return new AppError('FORBIDDEN', 'You look at a tenant as that tenant sees itself, and such a view only reads; nothing was changed.', {
      nextStep: 'End the view first.',
      details: { procedure: name },
    });
  const allowed = roles === 'any' ? [] : roles;
  return new AppError('FORBIDDEN', `The role ${role} may not do this; nothing was changed.`, {
    nextStep: `Ask a member in one of these roles: ${allowed.join(', ')}.`,
    details: { procedure: name, role, allowed },
  });
};

/** Names of the procedures that a session may call, for the interface to show what it may not. */
export const allowedIn = (contract: Contract, session: Pick<Session, 'role' | 'viewing'>): string[] =>
  Object.entries(contract)
    .filter(([name, entry]) => entry.kind !== 'event' && refusalOf(session, name, entry) === null)
    .map(([name]) => name);

import type { OutputOf, ProcedureName } from '../../src-shared/contract/define.ts';
import { isCommand } from '../../src-shared/contract/client.ts';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import { isPartnerRole } from '../../src-shared/contract/roles.ts';
import { WORKS_READ_ONLY } from '../../src-shared/contract/read-only.ts';

type SessionAnswer = OutputOf<Contract, 'session.describe'>;

/** Whose tenants the session sees, in words for the top bar; null for who sees all of them. */
export const scopeWords = ({ member, viewing }: Pick<SessionAnswer, 'member' | 'viewing'>): string | null => {
  if (viewing !== null) return `As ${viewing.tenantId} only`;
  if (member.partnerId !== null) return `${member.partnerId.charAt(0).toUpperCase()}${member.partnerId.slice(1)} tenants only`;
  return isPartnerRole(member.role) ? 'No tenants: no partner was named' : null;
};

/** A role as people say it: `partner operator`. */
export const roleWord = (role: string): string => role.replaceAll('_', ' ');

/**
 * Why the acting member may not call a command now, in one plain sentence; null where they may. The app decides again at
 * each call: this only keeps people from being surprised.
 */
export const refusalOf = (session: SessionAnswer, name: ProcedureName<Contract>): string | null => {
  const { member, workspace, allowed, viewing } = session;
  if (!allowed.includes(name)) {
    if (viewing !== null) return 'You look at a tenant as that tenant sees itself: such a view only reads. End it first.';
    return `You act as ${member.name}, ${roleWord(member.role)}. This role may not do it.`;
  }
  if (!isCommand(contract, name)) return null;
  if (workspace.readOnly !== null && !WORKS_READ_ONLY.has(name)) return 'The workspace is open read-only, so nothing can be changed.';
  return null;
};

import type { CommandName, OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { WORKS_READ_ONLY } from '../../src-shared/contract/read-only.ts';

type SessionAnswer = OutputOf<Contract, 'session.describe'>;

/** A role as people say it: `partner operator`. */
export const roleWord = (role: string): string => role.replaceAll('_', ' ');

/**
 * Why the acting member may not call a command now, in one plain sentence; null where they may. The app decides again at
 * each call: this only keeps people from being surprised.
 */
export const refusalOf = (session: SessionAnswer, name: CommandName<Contract>): string | null => {
  const { member, workspace, allowed } = session;
  if (!allowed.includes(name)) return `You act as ${member.name}, ${roleWord(member.role)}. This role may not do it.`;
  if (workspace.readOnly !== null && !WORKS_READ_ONLY.has(name)) return 'The workspace is open read-only, so nothing can be changed.';
  return null;
};

import { contract } from '../../src-shared/contract/index.ts';
import type { Role } from '../../src-shared/contract/roles.ts';

/** Names of the procedures that a role may call, for the interface to show what it may not. */
export const allowedProcedures = (role: Role): string[] =>
  Object.entries(contract)
    .filter(([, entry]) => entry.kind !== 'event' && (entry.roles === 'any' || entry.roles.includes(role)))
    .map(([name]) => name);

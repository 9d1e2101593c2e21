import type { Role } from '../../src-shared/contract/roles.ts';

/**
 * Members: who acts in this workspace, and in which role. On one's own machine roles guide, they do not bind: whoever can
 * open the file can change it. What binds is a signature (docs/threat-model.md).
 */

/** The name as it is compared: two members are never told apart by capitals or by how an accent is spelled. */
export const memberNameKey = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** What each role is for, in a few words; shown where a role is chosen. */
export const ROLE_PURPOSE: Readonly<Record<Role, string>> = {
  admin: 'sets up the workspace: sources, members, backups',
  founder: 'signs approvals, sees everything',
  finance: 'reviews packets, sources and figures',
  auditor: 'verifies chains, logs and bundles',
  partner_admin: 'manages the tenants of a partner',
  partner_operator: 'looks after the tenants of a partner',
  engineering: 'looks after feeds and their quality',
  platform: 'runs the machines the sources live on',
  leadership: 'reads the overview',
};

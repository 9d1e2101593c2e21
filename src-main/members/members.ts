import { isPartnerRole, type Role } from '../../src-shared/contract/roles.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';

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

/** A partner role belongs to one partner; every other role to none. Fails with BAD_INPUT. */
export const requirePartnerFits = (role: Role, partnerId: string | null): void => {
  if (isPartnerRole(role) === (partnerId !== null)) return;
  if (partnerId === null)
    throw new AppError('BAD_INPUT', `A ${role} belongs to a partner, and none was named. Nothing was changed.`, {
      nextStep: 'Say whose tenants the member looks after (--partner ID).',
    });
  throw new AppError('BAD_INPUT', `A ${role} sees every partner and belongs to none. Nothing was changed.`, {
    nextStep: 'Leave the partner out, or choose the role partner_operator or partner_admin.',
  });
};

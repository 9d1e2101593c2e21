/** Roles of the acting member. On one's own machine they guide; only signatures bind (docs/threat-model.md). */
export const ROLES = [
  'admin',
  'founder',
  'finance',
  'auditor',
  'partner_admin',
  'partner_operator',
  'engineering',
  'platform',
  'leadership',
] as const;

export type Role = (typeof ROLES)[number];

/** Roles of people outside: they belong to one partner and see what is that partner's. */
export const PARTNER_ROLES = ['partner_admin', 'partner_operator'] as const satisfies readonly Role[];

/** Roles of the company itself: they see every partner. */
export const HOUSE_ROLES = [
  'admin',
  'founder',
  'finance',
  'auditor',
  'engineering',
  'platform',
  'leadership',
] as const satisfies readonly Role[];

/** The company's own roles but the one that only reads. */
export const WORKING_ROLES = ['admin', 'founder', 'finance', 'auditor', 'engineering', 'platform'] as const satisfies readonly Role[];

export const isPartnerRole = (role: Role): boolean => (PARTNER_ROLES as readonly Role[]).includes(role);

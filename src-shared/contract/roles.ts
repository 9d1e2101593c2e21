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

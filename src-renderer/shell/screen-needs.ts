/**
 * What a session must be allowed to ask for a screen to be of any use; null: every session opens it. A screen that a session
 * may not open stands neither in the rail nor in the palette, and its address says why.
 */
export const SCREEN_NEEDS: Readonly<Record<string, string | null>> = {
  overview: 'overview.get',
  tenants: 'tenant.list',
  usage: 'limit.list',
  plans: 'plan.list',
  receipts: 'receipt.chains',
  quarantine: 'quarantine.page',
  evidence: 'gate.matrix',
  packets: 'packet.list',
  incidents: 'incident.list',
  approvals: 'approval.list',
  audit: 'audit.page',
  settings: null,
};

/** Sections of Settings, by id. */
export const SETTINGS_NEEDS: Readonly<Record<string, string | null>> = {
  sources: 'source.list',
  trust: 'trustedLog.list',
  workspace: 'workspace.status',
  backups: 'backup.list',
  members: 'member.list',
  appearance: null,
  diagnostics: 'diagnostics.get',
  about: 'system.doctor',
};

/** @param allowed names the session may call; undefined while it is not known */
export const mayOpen = (needs: Readonly<Record<string, string | null>>, place: string, allowed: readonly string[] | undefined): boolean => {
  const need = needs[place] ?? null;
  return need === null || allowed === undefined || allowed.includes(need);
};

import type { Session } from '../../src-shared/contract/define.ts';
import { isPartnerRole } from '../../src-shared/contract/roles.ts';
import { NO_PARTNER, type Scope } from '../store/index.ts';

/** What a session may see: a partner role what is its partner's, a view of a tenant that tenant, everyone else everything. */
export const scopeOf = ({ role, partner_id, viewing }: Session): Scope => ({
  partnerId: partner_id ?? (isPartnerRole(role) ? NO_PARTNER : null),
  tenantId: viewing?.tenantId ?? null,
});

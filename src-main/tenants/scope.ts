import { AppError } from '../../src-shared/kernel/errors.ts';
import type { StoreDb } from '../store/index.ts';

/**
 * Who sees which tenants. Reads that touch tenant data add `scopeSql`; writes of people begin with `visibleTenant`. Intake,
 * rollups and rules run unscoped.
 */

/**
 * The condition of the running query's scope, to stand after a WHERE: ` AND t.partner_id = …`; empty where everything is seen.
 * @param alias of a table or view with the columns partner_id and tenant_id
 */
export const scopeSql = (db: StoreDb, alias: string): string =>
  `${db.scope.partnerId === null ? '' : ` AND ${alias}.partner_id = scope_partner()`}${db.scope.tenantId === null ? '' : ` AND ${alias}.tenant_id = scope_tenant()`}`;

export interface VisibleTenant {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly partnerId: string;
  readonly name: string;
  readonly planId: string;
  readonly planVersion: string;
  readonly tier: string;
  readonly status: string;
}

/**
 * The tenant, as far as the running query may see it.
 * @throws AppError NOT_FOUND, in the same words whether there is none or it is another partner's
 */
export function visibleTenant(db: StoreDb, tenantId: string): VisibleTenant {
  const found = db.get<VisibleTenant>(
    `SELECT t.tenant_no AS tenantNo, t.tenant_id AS tenantId, t.partner_id AS partnerId, t.name, t.plan_id AS planId,
       t.plan_version AS planVersion, t.tier, t.status FROM tenants t WHERE t.tenant_id = ?${scopeSql(db, 't')}`,
    [tenantId],
  );
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', 'There is no such tenant.', { nextStep: 'Look for it in the list of tenants.', details: { tenantId } });
}

/** The number of a tenant, whoever asks; null where its record has not come. */
export const tenantNoOf = (db: StoreDb, tenantId: string): number | null =>
  db.get<{ tenant_no: number }>('SELECT tenant_no FROM tenants WHERE tenant_id = ?', [tenantId])?.tenant_no ?? null;

/** @throws RangeError for a number that was never given */
export function tenantIdOf(db: StoreDb, tenantNo: number): string {
  const row = db.get<{ tenant_id: string }>('SELECT tenant_id FROM tenants WHERE tenant_no = ?', [tenantNo]);
  if (row === undefined) throw new RangeError(`there is no tenant number ${tenantNo}`);
  return row.tenant_id;
}

export const tenantAddress = (tenantId: string): string => `/tenants/${encodeURIComponent(tenantId)}`;

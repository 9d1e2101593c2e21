import { isScoped, type StoreDb } from '../store/index.ts';

/**
 * The condition under which the running query may see a source, to be put behind a WHERE: empty where everything may be seen.
 * A partner sees the sources that were given to it; a view as one tenant sees none, for a source speaks of many tenants.
 *
 * @param sourceNo the column with the source's number, e.g. `s.source_no`
 */
export const sourceScopeSql = (db: StoreDb, sourceNo: string): string => {
  if (!isScoped(db.scope)) return '';
  if (db.scope.tenantId !== null) return ' AND FALSE';
  return ` AND ${sourceNo} IN (SELECT source_no FROM source_settings WHERE partner_id = scope_partner())`;
};

import type { metering } from '../../src-shared/contract/metering.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { previewOf } from '../sources/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { scopeSql, visibleTenant } from '../tenants/index.ts';

interface ConflictRow {
  readonly conflict_no: number;
  readonly tenant_id: string;
  readonly emitter: string;
  readonly event_id: string;
  readonly at: string;
  readonly path: string;
  readonly ingest_no: number;
  readonly bytes: Buffer;
}

const PAGE = 100;

export const conflictReads = {
  /** Newest first. */
  'usage.conflicts': (
    db: StoreDb,
    args: { tenantId: string | null; after: number | null },
  ): OutputOf<typeof metering, 'usage.conflicts'> => {
    const one = args.tenantId === null ? null : visibleTenant(db, args.tenantId);
    const params: SqlValue[] = [args.after ?? Number.MAX_SAFE_INTEGER, ...(one === null ? [] : [one.tenantNo]), PAGE + 1];
    const rows = db.all<ConflictRow>(
      `SELECT c.conflict_no, t.tenant_id, e.emitter, c.event_id, c.at, c.path, c.ingest_no, c.bytes
       FROM usage_conflicts c JOIN tenants t USING (tenant_no) JOIN usage_emitters e USING (emitter_no)
       WHERE c.conflict_no < ?${one === null ? '' : ' AND c.tenant_no = ?'}${scopeSql(db, 't')} ORDER BY c.conflict_no DESC LIMIT ?`,
      params,
    );
    const page = rows.slice(0, PAGE);
    return {
      rows: page.map((row) => ({
        conflictNo: row.conflict_no,
        tenantId: row.tenant_id,
        source: row.emitter,
        id: row.event_id,
        at: row.at,
        path: row.path,
        against: row.ingest_no,
        text: previewOf(row.bytes),
      })),
      next: rows.length > PAGE ? page.at(-1)!.conflict_no : null,
    };
  },
} satisfies QueryMap;

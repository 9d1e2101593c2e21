import type { TimelineEntry, TimelineKind } from '../../src-shared/contract/tenants.ts';
import type { StoreDb } from '../store/index.ts';

/** What other rooms tell of a tenant. Each thing has a key of its own: told twice, it is one entry. */
export interface TimelineInput {
  readonly tenantNo: number;
  /** ISO 8601 UTC: when it happened. */
  readonly at: string;
  readonly kind: TimelineKind;
  readonly status: TimelineEntry['status'];
  readonly title: string;
  readonly says: string;
  /** Where it can be seen in the console. */
  readonly address: string | null;
  readonly key: string;
}

/** Inside the write it tells of. */
export function addTimeline(db: StoreDb, entry: TimelineInput): void {
  db.run(
    `INSERT INTO tenant_timeline (key, tenant_no, at, kind, status, title, says, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO NOTHING`,
    [entry.key, entry.tenantNo, entry.at, entry.kind, entry.status, entry.title, entry.says, entry.address],
  );
}

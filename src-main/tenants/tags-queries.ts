import { type ChangedBy, recordChange } from '../members/index.ts';
import { plural } from '../sources/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { visibleTenant } from './scope.ts';
import { deriveStanding, tagsOf } from './standing.ts';
import type { TenantRecord } from './tenant-record.ts';

interface TagArgs {
  readonly tenantIds: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly by: ChangedBy;
}

export const tagsWrites = {
  /** Gives and takes tags. One tenant that is not there and nothing is changed. */
  'tenants.tag': (db: StoreDb, { tenantIds, add, remove, by }: TagArgs): { changed: number; says: string } => {
    const tenants = [...new Set(tenantIds)].map((tenantId) => visibleTenant(db, tenantId));
    let { next } = db.get<{ next: number }>('SELECT coalesce(max(event_no), 0) + 1 AS next FROM tenant_tag_events')!;
    const changed: string[] = [];
    for (const { tenantNo, tenantId } of tenants) {
      const { body } = db.get<{ body: string }>(
        'SELECT r.body FROM tenants t JOIN tenant_records r ON r.record_no = t.record_no WHERE t.tenant_no = ?',
        [tenantNo],
      )!;
      const { all, given } = tagsOf(db, tenantNo, (JSON.parse(body) as TenantRecord).tags);
      const events = [
        ...[...new Set(add)].filter((tag) => !all.includes(tag)).map((tag) => ({ tag, what: 'add' })),
        ...[...new Set(remove)].filter((tag) => given.includes(tag)).map((tag) => ({ tag, what: 'remove' })),
      ];
      if (events.length === 0) continue;
      for (const { tag, what } of events) {
        db.run('INSERT INTO tenant_tag_events (event_no, at, tenant_no, tag, what, member_id) VALUES (?, ?, ?, ?, ?, ?)', [
          next,
          by.now,
          tenantNo,
          tag,
          what,
          by.memberId,
        ]);
        next += 1;
      }
      deriveStanding(db, tenantNo, by.now);
      changed.push(tenantId);
    }
    if (changed.length > 0)
      recordChange(db, by, {
        action: 'tenant.tag',
        subject: changed.length === 1 ? changed[0]! : plural(changed.length, 'tenant'),
        before: null,
        after: { add, remove, tenants: changed.slice(0, 200), count: changed.length },
        address: '/tenants',
      });
    const same = tenants.length - changed.length;
    return {
      changed: changed.length,
      says: `${plural(changed.length, 'tenant')} changed${same === 0 ? '' : `; ${same} had nothing to change`}.`,
    };
  },
} satisfies QueryMap;

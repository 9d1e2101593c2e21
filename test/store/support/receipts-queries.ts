// The named queries of the receipts room and those before it, and a way to put a chain's files into the store without sync.
import { auditReads, auditWrites } from '../../../src-main/audit/index.ts';
import { membersReads, membersWrites } from '../../../src-main/members/index.ts';
import { receiptFeed, receiptsReads, receiptsWrites } from '../../../src-main/receipts/index.ts';
import { type Delivery, sourcesReads, sourcesWrites } from '../../../src-main/sources/index.ts';
import type { StoreDb } from '../../../src-main/store/index.ts';
import { workspaceReads, workspaceWrites } from '../../../src-main/workspace/index.ts';

export const reads = { ...auditReads, ...membersReads, ...workspaceReads, ...sourcesReads, ...receiptsReads } as const;
export const writes = {
  ...auditWrites,
  ...membersWrites,
  ...workspaceWrites,
  ...sourcesWrites,
  ...receiptsWrites,
  'test.addSource': (db: StoreDb, { name, now }: { name: string; now: string }): void => {
    db.run(
      'INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES ((SELECT coalesce(max(source_no), 0) + 1 FROM sources), ?, ?, ?, ?, ?)',
      [`id-${name}`, name, 'folder', '/nowhere', now],
    );
  },
  'test.deliver': (db: StoreDb, { deliveries }: { deliveries: readonly Delivery[] }): void => {
    for (const delivery of deliveries) receiptFeed.accept(db, delivery);
  },
} as const;
export type TestReads = typeof reads;
export type TestWrites = typeof writes;

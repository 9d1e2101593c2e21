import { join } from 'node:path';
import { ingestEvents } from '../../../src-main/metering/index.ts';
import { openMeteringWorkspace, type MeteringWorkspace } from '../../support/metering-workspace.ts';
import { scratch } from './bench-workspace.ts';
import { BENCH_NOW } from './usage-events.ts';

/** A workspace with tenants, on the disk the other cases use; events go in by the one path that all events take. */
export interface MeteringBench {
  readonly w: MeteringWorkspace;
  readonly file: string;
  /** One delivery in one transaction. */
  readonly deliver: (bytes: Uint8Array) => void;
  readonly close: () => Promise<void>;
}

export async function openMeteringBench(tenants: number): Promise<MeteringBench> {
  const { folder, remove } = scratch('metering');
  const w = await openMeteringWorkspace({ folder, now: () => BENCH_NOW });
  const { db } = w;
  db.raw.transaction(() => {
    db.run(
      `INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES (1, 'bench', 'bench', 'folder', '/nowhere', ?)`,
      [BENCH_NOW],
    );
    db.run(`INSERT INTO source_settings (source_no, schedule) VALUES (1, 'manual')`);
  })();
  const lines = Array.from({ length: tenants }, (_, i) =>
    JSON.stringify({
      tenant_id: `tn_${i}`,
      name: `Tenant ${i}`,
      partner_id: 'partner',
      tier: 'pro',
      plan_id: 'pro',
      plan_version: '2026-06',
      status: 'active',
      region: 'eu',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    }),
  );
  await w.store.write('sync.begin', {
    sourceId: 'bench',
    feed: 'tenants',
    runId: 'bench-tenants',
    full: false,
    memberId: null,
    now: BENCH_NOW,
  });
  await w.store.write('sync.take', {
    runNo: 1,
    now: BENCH_NOW,
    deliveries: [
      {
        kind: 'appended',
        sourceId: 'bench',
        sourceName: 'bench',
        runId: 'bench-tenants',
        path: 'tenants.ndjson',
        now: BENCH_NOW,
        mode: 'append',
        because: null,
        offset: 0,
        atEnd: true,
        bytes: Uint8Array.from(Buffer.from(`${lines.join('\n')}\n`)),
      },
    ],
    unusable: [],
    cursors: [],
    page: null,
  });
  return {
    w,
    file: join(folder, 'countersign.db'),
    deliver: (bytes) => {
      db.raw
        .transaction(() =>
          ingestEvents(db, {
            origin: 'feed',
            sourceNo: 1,
            sourceId: 'bench',
            path: 'bench.ndjson',
            byteOffset: 0,
            runId: null,
            events: { format: 'ndjson', bytes },
            now: BENCH_NOW,
          }),
        )
        .immediate();
    },
    close: async () => {
      await w.close();
      remove();
    },
  };
}

import type { UsageRebuild } from '../../src-shared/contract/metering.ts';
import { openIncident } from '../incidents/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { remakeMeters } from './care/remake-usage.ts';
import type { RebuildOutput } from './rebuild-task.ts';

/** Rebuilds as facts, and what is done where the rollups that stood were not what the events make. */

interface RebuildRow {
  readonly at: string;
  readonly name: string | null;
  readonly events: number;
  readonly rows: number;
  readonly stood_sha256: string;
  readonly made_sha256: string;
  readonly differing: number;
  readonly elapsed_ms: number;
}

export const rebuildReads = {
  'usage.rebuilds': (db: StoreDb, _args: null): { rebuilds: UsageRebuild[] } => ({
    rebuilds: db
      .all<RebuildRow>(
        `SELECT r.at, m.name, r.events, r.rows, r.stood_sha256, r.made_sha256, r.differing, r.elapsed_ms
         FROM usage_rebuilds r LEFT JOIN members m USING (member_id) ORDER BY r.rebuild_no DESC LIMIT 50`,
      )
      .map((row) => ({
        at: row.at,
        member: row.name,
        events: row.events,
        rows: row.rows,
        stoodSha256: row.stood_sha256,
        madeSha256: row.made_sha256,
        same: row.stood_sha256 === row.made_sha256,
        differing: row.differing,
        elapsedMs: row.elapsed_ms,
      })),
  }),
} satisfies QueryMap;

export const rebuildWrites = {
  /** Records a rebuild; meters whose rows differed are made anew from their events, which are all there is to go by. */
  'usage.rebuilt': (db: StoreDb, args: { output: RebuildOutput; elapsedMs: number; by: ChangedBy }): void => {
    const { output, by } = args;
    remakeInParts(db, output.differing);
    db.run(
      `INSERT INTO usage_rebuilds (rebuild_no, at, member_id, last_no, events, rows, stood_sha256, made_sha256, differing, elapsed_ms)
       VALUES ((SELECT coalesce(max(rebuild_no), 0) + 1 FROM usage_rebuilds), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        by.now,
        by.memberId,
        output.lastNo,
        output.events,
        output.rows,
        output.stoodSha256,
        output.madeSha256,
        output.differingRows,
        args.elapsedMs,
      ],
    );
    if (output.differingRows > 0)
      openIncident(db, {
        key: 'rebuild',
        kind: 'validation',
        severity: 'bad',
        tenantNo: null,
        title: 'Rollups were not what their events make',
        says: `A rebuild from zero found ${output.differingRows} rows of ${output.differing.length} meters that differed; they were made anew from their events. Ask who else writes to this database.`,
        address: '/usage',
        ownerRole: 'engineering',
        now: by.now,
      });
    recordChange(db, by, {
      action: 'usage.rebuild',
      subject: 'usage',
      before: { sha256: output.stoodSha256 },
      after: { sha256: output.madeSha256, events: output.events, differing: output.differingRows },
      address: '/usage',
    });
  },
} satisfies QueryMap;

const PART = 200;

function remakeInParts(db: StoreDb, meters: RebuildOutput['differing']): void {
  for (let at = 0; at < meters.length; at += PART)
    remakeMeters(
      db,
      meters.slice(at, at + PART).map(({ tenantNo, metricNo }) => ({ tenant_no: tenantNo, metric_no: metricNo })),
    );
}

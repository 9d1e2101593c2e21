import { type SyncRun } from '../../../src-shared/contract/sources.ts';
import { findSource } from './source.ts';
import { type CliSession, waitForJob, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, print, table } from '../output.ts';
import { type GlobalOptions } from '../program.ts';

const FAILED: ReadonlySet<SyncRun['outcome']> = new Set(['failed', 'garbage', 'offline', 'cancelled']);

/** `sync`: 0 when every feed is conserved, 1 when one is not, 3 when a source could not be read. */
export async function sync(globals: GlobalOptions, names: readonly string[], options: { full?: boolean }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const started = performance.now();
    const sourceIds = await Promise.all(names.map(async (name) => (await findSource(session, name)).sourceId));
    const job = await waitForJob(session.client, () =>
      session.client.call('sync.run', { full: options.full ?? false, ...(sourceIds.length > 0 ? { sourceIds } : {}) }),
    );
    const runs = await runsOf(session, job.startedAt);
    const feeds = runs.map((run) => ({
      source: run.sourceName,
      feed: run.feed,
      ...run.counts,
      cursor: run.cursor,
      outcome: run.outcome,
      says: run.says,
    }));
    print({ feeds, elapsed_ms: Math.round(performance.now() - started) }, () => report(runs));
    if (runs.some((run) => !run.conserved)) endWith(1);
    if (runs.some((run) => FAILED.has(run.outcome))) endWith(3);
  });
}

async function runsOf({ client }: CliSession, since: string): Promise<SyncRun[]> {
  const { runs } = await client.call('sync.runs', { limit: 500 });
  return runs.filter((run) => run.startedAt >= since).reverse();
}

function report(runs: readonly SyncRun[]): string {
  if (runs.length === 0) return 'No source to read. Add one with `source add folder DIR`, or resume a paused one.';
  const rows = runs.map(({ sourceName, feed, counts, conserved, says }) => [
    sourceName,
    feed,
    ...[counts.received, counts.accepted, counts.duplicate, counts.conflict, counts.late, counts.quarantined].map(integer),
    conserved ? 'yes' : 'NO',
    says,
  ]);
  return table(['source', 'feed', '>received', '>accepted', '>duplicate', '>conflict', '>late', '>quarantined', 'conserved', 'says'], rows);
}

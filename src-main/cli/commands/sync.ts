import type { Source, SyncRun } from '../../../src-shared/contract/sources.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { tokenName } from '../../sources/index.ts';
import { findSource, readToken } from './source.ts';
import { type CliSession, waitForJob, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

const FAILED: ReadonlySet<SyncRun['outcome']> = new Set(['failed', 'garbage', 'offline', 'cancelled']);

interface SyncOptions {
  readonly full?: boolean;
  readonly tokenFile?: string;
}

/** `sync`: 0 when every feed is conserved, 1 when one is not, 3 when a source could not be read. */
export async function sync(globals: GlobalOptions, names: readonly string[], options: SyncOptions): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const started = performance.now();
    const sources = await Promise.all(names.map((name) => findSource(session, name)));
    if (options.tokenFile !== undefined) await giveToken(session, sources, readToken(options.tokenFile));
    const sourceIds = sources.map(({ sourceId }) => sourceId);
    const before = new Set((await newestRuns(session)).map(({ runId }) => runId));
    await waitForJob(session.client, () =>
      session.client.call('sync.run', { full: options.full ?? false, ...(sourceIds.length > 0 ? { sourceIds } : {}) }),
    );
    const runs = (await newestRuns(session)).filter(({ runId }) => !before.has(runId)).reverse();
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

/** A terminal has no store for secrets: the token of a source is handed over for this run, and only to that source. */
async function giveToken({ app, client }: CliSession, sources: readonly Source[], token: string): Promise<void> {
  const [source, ...others] = sources;
  if (source === undefined || others.length > 0 || source.kind !== 'http') {
    throw new AppError('BAD_INPUT', 'A token is for one HTTP source; nothing was read.', {
      nextStep: 'Name that one: `sync NAME --token-file FILE`.',
    });
  }
  if (source.hasToken) await app.context.capabilities.secrets.set(tokenName(source.sourceId), token);
  else await client.call('source.configure', { sourceId: source.sourceId, token });
}

const newestRuns = async ({ client }: CliSession): Promise<readonly SyncRun[]> => (await client.call('sync.runs', { limit: 500 })).runs;

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

import type { UsageConservation, UsageGrain, UsageRow } from '../../../src-shared/contract/metering.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { type CliSession, waitForJob, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, print, table } from '../output.ts';

interface ReportOptions {
  readonly tenant?: string;
  readonly metric?: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

const GRAINS: readonly UsageGrain[] = ['hour', 'day', 'month'];
/** Hours asked for at once; the contract takes 2,300. */
const HOURS_AT_ONCE = 2_160;
const HOUR_MS = 3_600_000;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `usage report`: 0 when every event that came in is accounted for, 1 when one is not. */
export async function report(globals: GlobalOptions, options: ReportOptions): Promise<void> {
  const by = GRAINS.find((grain) => grain === options.by);
  if (by === undefined) throw new AppError('BAD_INPUT', `There is no period ${options.by}.`, { nextStep: 'Give --by hour, day or month.' });
  const [from, to] = [momentOf('--from', options.from), momentOf('--to', options.to)];
  await withWorkspace(globals, { writes: false }, async (session) => {
    const parts: { from: string; to: string }[] = [];
    const step = by === 'hour' ? HOURS_AT_ONCE * HOUR_MS : Infinity;
    for (let at = Date.parse(from); at < Date.parse(to); at += step)
      parts.push({ from: new Date(at).toISOString(), to: new Date(Math.min(at + step, Date.parse(to))).toISOString() });
    const rows: UsageRow[] = [];
    let conservation: UsageConservation | null = null;
    for (const part of parts.length === 0 ? [{ from, to }] : parts) {
      const found = await everyRow(session, { ...part, by, tenantId: options.tenant, metric: options.metric });
      rows.push(...found.rows);
      ({ conservation } = found);
    }
    rows.sort((a, b) => compare(a.period_start, b.period_start) || compare(a.tenant_id, b.tenant_id) || compare(a.metric, b.metric));
    print({ rows, conservation: conservation! }, text);
    if (!isConserved(conservation!)) endWith(1);
  });
}

const isConserved = (c: UsageConservation): boolean =>
  c.received === c.accepted + c.duplicate + c.conflict + c.late + c.quarantined && c.accepted + c.late === c.aggregated;

async function everyRow(
  { client }: CliSession,
  ask: { from: string; to: string; by: UsageGrain; tenantId: string | undefined; metric: string | undefined },
): Promise<{ rows: UsageRow[]; conservation: UsageConservation }> {
  const rows: UsageRow[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.call('usage.report', {
      from: ask.from,
      to: ask.to,
      by: ask.by,
      ...(ask.tenantId === undefined ? {} : { tenantId: ask.tenantId }),
      ...(ask.metric === undefined ? {} : { metric: ask.metric }),
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows);
    if (page.next === null) return { rows, conservation: page.conservation };
    after = page.next;
  }
}

/** A month, a day or a moment; UTC. */
function momentOf(option: string, text: string): string {
  const full = /^\d{4}-\d{2}$/.test(text) ? `${text}-01T00:00:00Z` : /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const ms = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/i.test(full) ? Date.parse(full) : NaN;
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new AppError('BAD_INPUT', `${option} ${text} is no time.`, {
    nextStep: 'Give a UTC month, day or hour: 2026-06, 2026-06-03 or 2026-06-03T09:00:00Z.',
  });
}

function text({ rows, conservation: c }: { rows: readonly UsageRow[]; conservation: UsageConservation }): string {
  const body = rows.map((row) => [
    row.period_start,
    row.tenant_id,
    row.metric,
    row.quantity,
    row.unit,
    row.cost_estimate,
    row.adjustments.map(({ original_period, quantity }) => `${quantity} of ${original_period.slice(0, 7)}`).join(', '),
  ]);
  const account = `${integer(c.received)} events came in: ${integer(c.accepted)} accepted, ${integer(c.duplicate)} duplicate, ${integer(c.conflict)} in conflict, ${integer(c.late)} late, ${integer(c.quarantined)} in quarantine. ${integer(c.aggregated)} are in the rollups.`;
  const list =
    body.length === 0 ? 'No usage in this time.' : table(['period', 'tenant', 'metric', '>quantity', 'unit', '>USD', 'adjustments'], body);
  return `${list}\n${account}${isConserved(c) ? '' : ' These do not add up.'}`;
}

/** `usage aggregate`: rollups are written with the events; `--rebuild` makes them again from zero. 1 where they were others. */
export async function aggregate(globals: GlobalOptions, { rebuild }: { readonly rebuild?: boolean }): Promise<void> {
  await withWorkspace(globals, { writes: rebuild === true }, async ({ client }) => {
    if (rebuild !== true) {
      const { conservation, lastTakenAt } = await client.call('usage.overview', {});
      print(
        { lag_events: conservation.accepted + conservation.late - conservation.aggregated, conservation, last_taken_at: lastTakenAt },
        () =>
          conservation.accepted + conservation.late === conservation.aggregated
            ? `All ${integer(conservation.aggregated)} events are in the rollups: they are written in one transaction. \`--rebuild\` makes them again from zero.`
            : `${integer(conservation.accepted + conservation.late)} events were taken, ${integer(conservation.aggregated)} are in the rollups. Run it with --rebuild.`,
      );
      if (conservation.accepted + conservation.late !== conservation.aggregated) endWith(1);
      return;
    }
    const job = await waitForJob(client, () => client.call('usage.rebuild', {}));
    const [made] = (await client.call('usage.rebuilds', {})).rebuilds;
    print(
      {
        events: made!.events,
        rows: made!.rows,
        sha256_before: made!.stoodSha256,
        sha256: made!.madeSha256,
        same: made!.same,
        differing_rows: made!.differing,
        elapsed_ms: made!.elapsedMs,
      },
      () => job.says,
    );
    if (!made!.same) endWith(1);
  });
}

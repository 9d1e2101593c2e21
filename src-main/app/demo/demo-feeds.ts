import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { next, startOf } from './demo-months.ts';
import { catalogueFiles } from './demo-catalogue.ts';
import { planFiles } from './demo-plans.ts';
import { type RecordLine, recordLines } from './demo-tenant-records.ts';
import { demoTenants, PARTNERS } from './demo-tenants.ts';
import { createDemoUsage } from './demo-usage.ts';
import type { Seeded } from './seeded.ts';

export interface FeedsOptions {
  readonly seeded: Seeded;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** The folder with one folder for each source. */
  readonly sources: string;
  /** Name of the company's own source. */
  readonly own: string;
}

export interface FeedsWritten {
  readonly events: number;
}

/**
 * Writes what the sources of the demo say about tenants and their use, as time passes: each call adds the months up to one.
 * A tenant whose record is late is written one month after its first events.
 */
export function createDemoFeeds({ seeded, now, sources, own }: FeedsOptions) {
  const tenants = demoTenants(seeded);
  const usage = createDemoUsage(seeded, tenants, now);
  const known = ({ tenant, feed, at }: RecordLine): number =>
    tenant.late === true && feed === 'tenants' ? Math.max(at, startOf(next(new Date(at).toISOString().slice(0, 7)))) : at;
  const waiting = tenants
    .flatMap((tenant) => recordLines(seeded, tenant, now))
    .map((line) => ({ line, at: known(line) }))
    .sort((a, b) => a.at - b.at);
  const months = [...usage.months];
  /** Of the company's own source, with the month in which it has them. */
  const documents = [...planFiles().map((file) => ({ ...file, month: months[0]! })), ...catalogueFiles(usage.months)];

  const put = async (partner: string, path: string, text: string, how: typeof appendFile | typeof writeFile): Promise<void> => {
    const file = join(sources, partner, path);
    await mkdir(dirname(file), { recursive: true });
    await how(file, text);
  };

  const writeRecords = async (before: number): Promise<void> => {
    const ready: RecordLine[] = [];
    while (waiting.length > 0 && waiting[0]!.at < before) ready.push(waiting.shift()!.line);
    for (const partner of PARTNERS)
      for (const feed of ['tenants', 'subscriptions'] as const) {
        const text = ready
          .filter((line) => line.feed === feed && line.tenant.partner === partner)
          .map((line) => `${line.text}\n`)
          .join('');
        if (text !== '') await put(partner, `${feed}/${feed}.ndjson`, text, appendFile);
      }
  };

  return {
    /** Months with events, oldest first; the last one still runs. */
    months: usage.months,
    /** All months up to this one that were not written yet; `null`: everything up to now. */
    writeUpTo: async (month: string | null): Promise<FeedsWritten> => {
      while (documents.length > 0 && (month === null || documents[0]!.month <= month)) {
        const { path, text } = documents.shift()!;
        await put(own, path, text, writeFile);
      }
      let events = 0;
      await writeRecords(month === null ? Infinity : startOf(next(month)));
      while (months.length > 0 && (month === null || months[0]! <= month))
        for (const { partner, path, text, lines } of usage.filesOf(months.shift()!, PARTNERS)) {
          if (lines > 0) await put(partner, path, text, writeFile);
          events += lines;
        }
      return { events };
    },
  };
}

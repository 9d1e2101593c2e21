import { Readable } from 'node:stream';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { type CliSession, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { jsonWanted, print, table, writeJson } from '../output.ts';
import { saveTo, sendToStdout } from '../save.ts';
import type { GlobalOptions } from '../global-options.ts';

async function* entries({ client }: CliSession, limit: number): AsyncGenerator<AuditEntry> {
  let before: string | undefined;
  for (let left = limit; left > 0;) {
    const page = await client.call('audit.page', { limit: Math.min(500, left), ...(before ? { before } : {}) });
    yield* page.entries;
    left -= page.entries.length;
    if (page.next === null) return;
    before = page.next;
  }
}

export async function listAudit(globals: GlobalOptions, { limit }: { limit: number }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const newest: AuditEntry[] = [];
    for await (const entry of entries(session, limit)) newest.push(entry);
    print({ entries: newest }, () =>
      table(
        ['>#', 'at', 'who', 'action', 'subject', 'hash'],
        newest.map((entry) => [
          String(entry.seq),
          entry.at,
          `${entry.actor.name} (${entry.actor.role})`,
          entry.action,
          entry.subject ?? '',
          entry.hash.slice(0, 12),
        ]),
      ),
    );
  });
}

export async function verifyAudit(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const result = await client.call('audit.verify');
    print(result, () => `${result.verdict}: ${result.says}`);
    if (result.verdict === 'BROKEN') endWith(1);
  });
}

/** One JSON line for each entry; with --json and no file, one document. */
export async function exportAudit(globals: GlobalOptions, { output }: { output?: string }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const all = entries(session, Number.MAX_SAFE_INTEGER);
    if (output === undefined && jsonWanted()) {
      const collected: AuditEntry[] = [];
      for await (const entry of all) collected.push(entry);
      writeJson({ entries: collected });
      return;
    }
    const lines = Readable.from(asLines(all), { objectMode: false });
    if (output === undefined) await sendToStdout(lines);
    else await saveTo(output, lines);
  });
}

async function* asLines(all: AsyncIterable<AuditEntry>): AsyncGenerator<Buffer> {
  for await (const entry of all) yield Buffer.from(`${JSON.stringify(entry)}\n`);
}

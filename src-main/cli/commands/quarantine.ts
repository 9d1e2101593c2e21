import type { QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { findSource } from './source.ts';
import { everyPage, withWorkspace } from '../open.ts';
import { print, table } from '../output.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';

const STATES = ['open', 'requeued', 'resolved', 'dismissed', 'all'] as const;

export async function listQuarantine(globals: GlobalOptions, options: { state: string; source?: string }): Promise<void> {
  const state = STATES.find((known) => known === options.state);
  if (!state) throw new AppError('BAD_INPUT', `There is no state ${options.state}.`, { nextStep: `Use one of ${STATES.join(', ')}.` });
  await withWorkspace(globals, { writes: false }, async (session) => {
    const sourceId = options.source === undefined ? undefined : (await findSource(session, options.source)).sourceId;
    const rows = await everyPage<QuarantinedRow>((after) =>
      session.client.call('quarantine.page', { state, limit: 500, ...(sourceId ? { sourceId } : {}), ...(after ? { after } : {}) }),
    );
    print({ rows }, () =>
      rows.length === 0
        ? 'Nothing in quarantine.'
        : table(
            ['id', 'source', 'position', 'code', 'state', '>seen', 'says'],
            rows.map((row) => [row.quarantineId, row.sourceName, row.position, row.code, row.state, String(row.timesSeen), row.says]),
          ),
    );
  });
}

export async function showQuarantined(globals: GlobalOptions, id: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const row = await client.call('quarantine.entry', { quarantineId: id });
    print(row, () =>
      [
        `${row.sourceName}: ${row.position}`,
        `${row.code}: ${row.says}`,
        `Next step: ${row.nextStep}`,
        `Seen ${row.timesSeen} times, ${row.firstSeenAt} to ${row.lastSeenAt}; ${row.state}.`,
        '',
        row.rawText ?? `(not text; base64) ${row.rawBase64}`,
      ].join('\n'),
    );
  });
}

export async function requeue(globals: GlobalOptions, ids: readonly string[]): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(await client.call('quarantine.requeue', { quarantineIds: [...ids] }), (result) => result.says);
  });
}

export async function dismiss(globals: GlobalOptions, ids: readonly string[], { reason }: { reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(
      await client.call('quarantine.dismiss', { quarantineIds: [...ids], reason }),
      ({ dismissed }) => `Dismissed ${dismissed}. The raw rows are kept.`,
    );
  });
}

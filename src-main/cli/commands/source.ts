import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Source } from '../../../src-shared/contract/sources.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type CliSession, withWorkspace } from '../open.ts';
import { integer, print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

interface AddOptions {
  readonly name?: string;
  readonly schedule?: string;
  readonly tokenFile?: string;
}

const sentence = (source: Source) => `${source.name}: ${source.kind} ${source.location}, ${source.state}, ${source.schedule}`;

export async function findSource({ client }: CliSession, name: string): Promise<Source> {
  const { sources } = await client.call('source.list', { removed: true });
  const found = sources.find((source) => source.name === name || source.sourceId === name);
  if (!found) {
    throw new AppError('NOT_FOUND', `There is no source named ${name}.`, {
      nextStep: sources.length > 0 ? `Known: ${sources.map((source) => source.name).join(', ')}.` : 'Add one with `source add folder DIR`.',
    });
  }
  return found;
}

export async function addFolder(globals: GlobalOptions, dir: string, options: AddOptions): Promise<void> {
  await add(globals, { kind: 'folder', location: resolve(dir) }, options);
}

export async function addHttp(globals: GlobalOptions, url: string, options: AddOptions): Promise<void> {
  const token = options.tokenFile === undefined ? process.env['COUNTERSIGN_SOURCE_TOKEN'] : readToken(options.tokenFile);
  await add(globals, { kind: 'http', location: url, ...(token ? { token } : {}) }, options);
}

export function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new AppError('BAD_INPUT', `The token file ${file} cannot be read; nothing was done.`, {
      nextStep: 'Check its path and who may read it.',
      cause: error,
    });
  }
}

async function add(
  globals: GlobalOptions,
  what: { kind: 'folder' | 'http'; location: string; token?: string },
  options: AddOptions,
): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const source = await client.call('source.add', {
      ...what,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
    });
    print(source, (added) => `Added ${sentence(added)}.\nNothing was read yet: run \`sync\`.`);
  });
}

export async function listSources(globals: GlobalOptions, options: { removed?: boolean }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { sources } = await client.call('source.list', { removed: options.removed ?? false });
    print({ sources }, () =>
      sources.length === 0
        ? 'No sources yet. Add one with `source add folder DIR`.'
        : table(
            ['name', 'kind', 'state', 'schedule', 'feed', 'last success', '>received', '>quarantined', 'says'],
            sources.flatMap((source) =>
              (source.feeds.length > 0 ? source.feeds : [null]).map((feed) => [
                source.name,
                source.kind,
                source.state,
                source.schedule,
                feed?.feed ?? '',
                feed?.lastSuccessAt ?? 'never',
                feed ? integer(feed.totals.received) : '',
                feed ? integer(feed.quarantineOpen) : '',
                feed?.says ?? source.location,
              ]),
            ),
          ),
    );
  });
}

export async function pauseSource(globals: GlobalOptions, name: string): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const { sourceId } = await findSource(session, name);
    print(
      await session.client.call('source.pause', { sourceId }),
      (source) => `Paused ${source.name}. Resume it with \`source resume ${source.name}\`.`,
    );
  });
}

export async function resumeSource(globals: GlobalOptions, name: string): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const { sourceId } = await findSource(session, name);
    print(await session.client.call('source.resume', { sourceId }), (source) => `${source.name} is read again.`);
  });
}

export async function removeSource(globals: GlobalOptions, name: string, { reason }: { reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const { sourceId } = await findSource(session, name);
    await session.client.call('source.remove', { sourceId, reason });
    print({ removed: name }, () => `Removed the source ${name}. What it delivered stays.`);
  });
}

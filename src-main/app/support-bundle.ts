import { Readable } from 'node:stream';
import { strToU8, zipSync } from 'fflate';
import type { AppContext } from './app-context.ts';
import type { Console } from './console-state.ts';
import { runDoctor } from './doctor.ts';
import { VERSION } from './version.ts';

/**
 * A zip for whoever helps: versions, health checks, the newest log lines, metrics and table sizes. No secrets, no rows, no
 * names of people, tenants or folders: paths and member names are taken out line by line.
 */
export async function makeSupportBundle(
  context: AppContext,
  console: Console,
  signal: AbortSignal,
): Promise<{ fileName: string; bytes: number; open: () => Readable }> {
  const { checks } = await runDoctor(context, console, { sanity: false, signal });
  const state = console.state();
  const clean = scrubber(context, console, state.kind === 'open' ? await state.open.services.knownNames() : []);
  const counts = state.kind === 'open' ? await state.open.services.factCounts() : {};
  const files: Record<string, Uint8Array> = {
    'README.txt': strToU8(
      'Support bundle of Countersign. It holds versions, health checks, counts and log lines; no rows, tokens, names or paths.\nLook into it before you send it.\n',
    ),
    'checks.json': strToU8(
      clean(
        JSON.stringify(
          checks.map(({ name, state: found, says }) => ({ name, state: found, says })),
          null,
          2,
        ),
      ),
    ),
    'counts.json': strToU8(JSON.stringify(counts, null, 2)),
    'log.ndjson': strToU8(
      context.log
        .recent(500)
        .map(({ at, level, text, requestId }) => clean(JSON.stringify({ at, level, text, requestId })))
        .join('\n'),
    ),
    'metrics.txt': strToU8(clean(await context.metrics.text())),
    'version.json': strToU8(
      JSON.stringify({ countersign: VERSION, ...pick(process.versions), platform: process.platform, arch: process.arch }, null, 2),
    ),
  };
  const zip = zipSync(files, { mtime: new Date(context.now()) });
  return {
    fileName: `countersign-support-${context.now().slice(0, 10)}.zip`,
    bytes: zip.length,
    open: () => Readable.from([Buffer.from(zip)]),
  };
}

const pick = ({ node, v8, sqlite, electron }: NodeJS.ProcessVersions & { sqlite?: string; electron?: string }) => ({
  node,
  v8,
  sqlite,
  electron,
});

/** Replaces what could name a person, a partner or a place. */
function scrubber(context: AppContext, console: Console, names: readonly string[]): (text: string) => string {
  const state = console.state();
  const named = [
    ...(state.kind === 'open' ? [state.open.info.name, console.member().name, state.open.folder] : []),
    ...names,
    context.stateDir.folder,
    process.env['HOME'] ?? '',
  ]
    .filter((text) => text.length > 2)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let out = text;
    for (const name of named) out = out.replaceAll(name, '[name]').replaceAll(JSON.stringify(name).slice(1, -1), '[name]');
    return out
      .replace(/https?:\/\/[^\s"']+/g, '[address]')
      .replace(/(?:[A-Za-z]:\\|\/)(?:[^\s"'/\\:]+[/\\])+[^\s"'/\\:]*/g, '[path]')
      .replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, '[address]');
  };
}

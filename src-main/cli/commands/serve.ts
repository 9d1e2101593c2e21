import { existsSync } from 'node:fs';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';

/** `serve`: the console for a browser on this machine, as `npm start -- --host loopback --no-open` does it. */
export async function serve(globals: GlobalOptions, options: { port?: number; exitWithStdin?: boolean }): Promise<void> {
  const script = new URL('../../../scripts/start.ts', import.meta.url);
  if (!existsSync(script)) {
    throw new AppError('NOT_FOUND', 'The browser host is part of source checkouts only, and never of an installed app.', {
      nextStep: 'Open the desktop app, or run this in a checkout.',
    });
  }
  process.argv = [
    process.argv[0]!,
    script.pathname,
    '--host',
    'loopback',
    '--no-open',
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(options.exitWithStdin ? ['--exit-with-stdin'] : []),
    ...(globals.workspace === undefined ? [] : ['--workspace', globals.workspace]),
    ...(globals.as === undefined ? [] : ['--as', globals.as]),
    ...(globals.now === undefined ? [] : ['--now', globals.now]),
  ];
  await import(script.href);
}

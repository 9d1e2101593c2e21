/**
 * Opens the console: in Electron where its binary is, else in a browser window over the loopback host.
 *
 *   npm start                                  the last workspace, or the demo when there is none
 *   npm start -- --workspace DIR               that workspace (made when it is not there)
 *   npm start -- --host electron               downloads and opens the desktop app
 *   npm start -- --host loopback --port N --no-open --workspace DIR [--exit-with-stdin]    for scripts
 */
import { parseArgs } from 'node:util';
import { AppError, ERROR_CODES, isAppError } from '../src-shared/kernel/errors.ts';
import { chooseWorkspace } from '../src-main/app/choose-workspace.ts';
import { findElectron, openBrowserWindow } from './find-host.ts';

interface StartOptions {
  readonly host: 'electron' | 'loopback';
  readonly port: number;
  readonly open: boolean;
  readonly workspace: string | undefined;
  readonly exitWithStdin: boolean;
  readonly actAs: string | undefined;
  readonly now: string | undefined;
}

function readOptions(): StartOptions {
  const usage = (message: string) =>
    new AppError('BAD_INPUT', message, {
      nextStep: 'npm start -- [--host electron|loopback] [--workspace DIR] [--port N] [--no-open] [--as MEMBER]',
    });
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        workspace: { type: 'string' },
        'exit-with-stdin': { type: 'boolean', default: false },
        as: { type: 'string' },
        now: { type: 'string' },
      },
    }));
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
  const host = values.host ?? (findElectron() === null ? 'loopback' : 'electron');
  if (host !== 'electron' && host !== 'loopback') throw usage(`There is no host ${host}.`);
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw usage(`${values.port ?? ''} is no port.`);
  return {
    host,
    port,
    open: !values['no-open'],
    workspace: values.workspace,
    exitWithStdin: values['exit-with-stdin'],
    actAs: values.as,
    now: values.now,
  };
}

async function startLoopback(options: StartOptions): Promise<void> {
  const { ensureRenderer } = await import('./build-renderer.ts');
  const rendererDir = await ensureRenderer();
  const folder = await chooseWorkspace(options.workspace ?? null, (text) => process.stderr.write(`${text}\n`));
  const { createApp } = await import('../src-main/app/create-app.ts');
  const { startLoopbackHost } = await import('../src-main/loopback/main.ts');
  const app = await createApp({
    kind: 'loopback',
    folder,
    create: true,
    readOnly: false,
    background: true,
    ...(options.actAs === undefined ? {} : { actAs: options.actAs }),
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const host = await startLoopbackHost({ app, rendererDir, port: options.port, exitWithStdin: options.exitWithStdin, log: app.logHost });
  process.stdout.write(`Countersign is ready: ${host.address}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void host.close());
  if (options.open) {
    const opened = openBrowserWindow(host.address);
    process.stderr.write(
      `${opened ? 'It is open in a browser window.' : 'Open that address in a browser on this machine.'} Ctrl C here closes it.\n` +
        'The desktop app: npm start -- --host electron downloads and opens it.\n',
    );
  }
  await host.closed;
}

async function startElectron(options: StartOptions): Promise<void> {
  const { ensureRenderer } = await import('./build-renderer.ts');
  const { buildMain } = await import('./build-main.ts');
  await ensureRenderer();
  const main = await buildMain();
  const folder = await chooseWorkspace(options.workspace ?? null, (text) => process.stderr.write(`${text}\n`));
  const { openElectron } = await import('./find-host.ts');
  process.exitCode = await openElectron(main, ['--workspace', folder]);
}

try {
  const options = readOptions();
  await (options.host === 'electron' ? startElectron(options) : startLoopback(options));
} catch (error) {
  if (!isAppError(error)) throw error;
  process.stderr.write(`${error.message}\n${error.nextStep}\n`);
  process.exitCode = ERROR_CODES[error.code];
}

/**
 * The console as a person starts it: the real start script, the loopback host, and Chromium in front of it. Everything a
 * test makes is in folders of its own, also the user's state folder, and is gone when the test ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** Tools that the test run looked for and did not find. */
const missing = (process.env['COUNTERSIGN_MISSING_TOOLS'] ?? '').split(',');
export const chromiumIsMissing = missing.includes('chromium');

const READY = /^Countersign is ready: (\S+)$/m;
/** The interface may have to be built first. */
const START_MS = 110_000;
const STOP_MS = 15_000;

export interface ConsoleOptions {
  /** The workspace folder; without one the last, else the demo is opened. */
  readonly workspace?: string;
  readonly stateDir?: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly now?: string;
  /** Ends with the test unless `keep`: then whoever started it stops it. */
  readonly keep?: boolean;
}

export interface RunningConsole {
  /** With the token in its fragment. */
  readonly address: string;
  readonly origin: string;
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  readonly stateDir: string;
  /** What it wrote to stderr so far. */
  readonly said: () => string;
  readonly stdout: () => string;
  /** Closes stdin, as a parent that goes away does; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<void>;
}

/** A folder that is deleted when the test ends; in a hook, `keep` leaves that to the caller. */
export function tempFolder(name: string, { keep = false }: { keep?: boolean } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`));
  if (!keep) onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/**
 * A free port for a console that shall come back on it: outside the range from which systems give ports away, so that nobody
 * gets it in between.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

/** Runs `node scripts/run.mjs scripts/start.ts --host loopback …` and waits until it says that it serves. */
export async function startConsole(options: ConsoleOptions = {}): Promise<RunningConsole> {
  const keep = options.keep ?? false;
  const stateDir = options.stateDir ?? tempFolder('state', { keep });
  const words = [
    join(ROOT, 'scripts/run.mjs'),
    'scripts/start.ts',
    ...['--host', 'loopback', '--port', String(options.port ?? 0), '--no-open', '--exit-with-stdin'],
    ...(options.workspace === undefined ? [] : ['--workspace', options.workspace]),
    ...(options.now === undefined ? [] : ['--now', options.now]),
  ];
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, COUNTERSIGN_STATE_DIR: stateDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString('utf8')));
  // Closing the pipe of a process that is gone is no fault.
  child.stdin.on('error', () => undefined);
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  if (!keep) onTestFinished(kill);
  const address = await new Promise<string>((done, failed) => {
    const fail = (why: string) => failed(new Error(`The console did not start: ${why}\n${stdout}${stderr}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`no address after ${START_MS} ms.`);
    }, START_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with ${code}.`);
    });
    child.stdout.on('data', () => {
      const found = READY.exec(stdout)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      done(found);
    });
  });
  const url = new URL(address);
  return {
    address,
    origin: url.origin,
    port: Number(url.port),
    token: url.hash.replace('#token=', ''),
    pid: child.pid ?? 0,
    stateDir,
    said: () => stderr,
    stdout: () => stdout,
    stop: async () => {
      if (hasEnded(child)) return child.exitCode;
      const ended = once(child, 'exit') as Promise<[number | null]>;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const [code] = await ended;
      clearTimeout(timer);
      return code;
    },
    kill,
  };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

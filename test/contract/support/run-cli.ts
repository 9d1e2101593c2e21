/** The command line as a person runs it: a process of its own, with its own state folder. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document on stdout. @throws when stdout holds anything else. */
  readonly json: <T = Record<string, unknown>>() => T;
}

export interface Cli {
  /** For files of the test; deleted after the suite. */
  readonly folder: string;
  readonly stateDir: string;
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  /** Adds `--workspace` and `--json`; expects exit 0 and gives the document. */
  readonly ask: <T = Record<string, unknown>>(workspace: string, ...words: readonly string[]) => Promise<T>;
}

/** Environment that would change what a command does is left out. */
const environment = (stateDir: string): NodeJS.ProcessEnv => {
  const { COUNTERSIGN_WORKSPACE: _w, COUNTERSIGN_DEBUG: _d, COUNTERSIGN_SOURCE_TOKEN: _t, ...rest } = process.env;
  return { ...rest, COUNTERSIGN_STATE_DIR: stateDir };
};

/** A command line for one suite. */
export function createCli(name: string): Cli {
  const folder = mkdtempSync(join(tmpdir(), `countersign-cli-${name}-`));
  const stateDir = join(folder, 'state');
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const run = (...words: readonly string[]): Promise<Ran> =>
    new Promise((done, failed) => {
      const child = spawn(process.execPath, [join(ROOT, 'scripts/run.mjs'), 'src-main/cli/main.ts', ...words], {
        cwd: ROOT,
        env: environment(stateDir),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (data: Buffer) => out.push(data));
      child.stderr.on('data', (data: Buffer) => err.push(data));
      child.once('error', failed);
      child.once('close', (code) => {
        const stdout = Buffer.concat(out).toString('utf8');
        const stderr = Buffer.concat(err).toString('utf8');
        done({ code, stdout, stderr, json: <T>() => parseOne<T>(stdout, words, stderr) });
      });
    });
  return {
    folder,
    stateDir,
    run,
    ask: async <T>(workspace: string, ...words: readonly string[]) => {
      const ran = await run(...words, '--workspace', workspace, '--json');
      if (ran.code !== 0) throw new Error(`${words.join(' ')} ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
      return ran.json<T>();
    },
  };
}

const parseOne = <T>(stdout: string, words: readonly string[], stderr: string): T => {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`${words.join(' ')} did not print one JSON document but:\n${stdout.slice(0, 500)}\n${stderr.slice(0, 500)}`);
  }
};

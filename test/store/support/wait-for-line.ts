import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A child process that prints one fact a line, and that a test kills when it likes. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves when a line satisfies the test, or when the process has ended. */
  readonly until: (test: (line: string) => boolean) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly errors: () => string;
}

export const startChild = (script: URL, args: readonly string[], wrap: readonly string[] = []): Child => {
  const command = [...wrap, process.execPath, script.pathname, ...args];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let errors = '';
  let waiting: { test: (line: string) => boolean; resolve: () => void }[] = [];
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const each of waiting.filter(({ test }) => test(line))) each.resolve();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      for (const each of waiting) each.resolve();
      waiting = [];
      resolve({ code, signal });
    });
  });
  return {
    process: child,
    lines,
    until: (test) =>
      new Promise((resolve) => {
        if (lines.some(test) || child.exitCode !== null || child.signalCode !== null) resolve();
        else waiting.push({ test, resolve });
      }),
    ended,
    errors: () => errors,
  };
};

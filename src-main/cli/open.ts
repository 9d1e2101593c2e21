import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Client } from '../../src-shared/contract/client.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import { AppError, type ErrorCode, fromErrorBody } from '../../src-shared/kernel/errors.ts';
import { type App, createApp } from '../app/create-app.ts';
import { progressBar } from './output.ts';
import type { GlobalOptions } from './global-options.ts';

export interface OpenOptions {
  /** Commands that write make the workspace on first use; reading commands never do. */
  readonly writes: boolean;
  /** Reads, and records what it found where no other console holds the workspace. */
  readonly prefersWriting?: boolean;
}

export interface CliSession {
  readonly app: App;
  readonly client: Client<Contract>;
  readonly folder: string;
}

export function workspaceFolder(globals: GlobalOptions): string {
  if (!globals.workspace) {
    throw new AppError('BAD_INPUT', 'No workspace was named.', { nextStep: 'Add --workspace DIR, or set COUNTERSIGN_WORKSPACE.' });
  }
  return resolve(globals.workspace);
}

/** Opens the workspace, runs the work as the acting member and closes it again, whatever happens. */
export async function withWorkspace(
  globals: GlobalOptions,
  options: OpenOptions,
  run: (session: CliSession) => Promise<void>,
): Promise<void> {
  const folder = workspaceFolder(globals);
  if (!options.writes && !existsSync(join(folder, 'countersign.db'))) {
    throw new AppError('STORE_MISSING', `There is no workspace in ${folder}. Nothing was made.`, {
      nextStep: 'Check the folder, or make one with `workspace create` or by adding a source.',
    });
  }
  const app = await createApp({
    kind: 'cli',
    folder,
    create: options.writes,
    readOnly: !options.writes && !options.prefersWriting,
    background: false,
    ...(globals.as === undefined ? {} : { actAs: globals.as }),
    ...(globals.now === undefined ? {} : { now: globals.now }),
  });
  try {
    app.requireOpen({ writable: options.writes });
    await run({ app, client: app.connect(), folder });
  } finally {
    await app.close();
  }
}

/** Starts a job and waits for its end, with a bar on a terminal. Ctrl C cancels it. */
export async function waitForJob(client: Client<Contract>, start: () => Promise<{ jobId: string }>): Promise<Job> {
  const bar = progressBar();
  const ended = new Map<string, Job>();
  let wanted: string | null = null;
  let finish: (job: Job) => void = () => undefined;
  const done = new Promise<Job>((resolveJob) => (finish = resolveJob));
  const stop = client.on('job.changed', (job) => {
    if (job.state === 'running') {
      if (job.progress) bar.update(job.progress.done, job.progress.total, job.says || job.name);
      return;
    }
    ended.set(job.jobId, job);
    if (job.jobId === wanted) finish(job);
  });
  const interrupt = () => {
    if (wanted) void client.call('job.cancel', { jobId: wanted }).catch(() => undefined);
  };
  process.once('SIGINT', interrupt);
  try {
    wanted = (await start()).jobId;
    const job = ended.get(wanted) ?? (await done);
    if (job.error) {
      throw fromErrorBody({
        code: job.error.code as ErrorCode,
        message: job.error.message,
        nextStep: job.error.nextStep,
        retryable: false,
        details: {},
      });
    }
    if (job.state === 'cancelled') throw new AppError('CANCELLED', job.says, { nextStep: 'Run it again to go on where it stopped.' });
    return job;
  } finally {
    process.removeListener('SIGINT', interrupt);
    stop();
    bar.clear();
  }
}

/** Walks all pages of a keyset-paged call. */
export async function everyPage<Row>(
  page: (after: string | undefined) => Promise<{ rows: readonly Row[]; next: string | null }>,
): Promise<Row[]> {
  const all: Row[] = [];
  let after: string | undefined;
  do {
    const { rows, next } = await page(after);
    all.push(...rows);
    after = next ?? undefined;
  } while (after !== undefined);
  return all;
}

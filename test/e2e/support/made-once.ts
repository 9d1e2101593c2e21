/**
 * What all journeys share is made once: the built interface before the first of them, and a workspace that takes long to make
 * by the first that needs it; the others take a copy.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Where the run keeps what is made once; its forks inherit the variable. */
const FOLDER = 'COUNTERSIGN_TEST_MADE_ONCE';

/** Before the first suite, in a process of its own: a build must not change the environment of the tests. */
export default async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-made-once-'));
  process.env[FOLDER] = folder;
  const build = "await (await import('./scripts/build-renderer.ts')).ensureRenderer()";
  const child = spawn(process.execPath, ['--input-type=module', '-e', build], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The interface could not be built.');
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** The folder of this name, made by the first suite of this run that asks for it; the others wait until it is whole. */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const made = join(process.env[FOLDER] ?? '', name);
  const [done, failed] = [`${made}.done`, `${made}.failed`];
  if (isFirst(`${made}.begun`)) {
    try {
      await make(made);
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`${name} could not be made: see the suite that tried.`);
    await rest(50);
  }
  return made;
}

/** A copy of it, to be changed. */
export async function copyOf(name: string, to: string, make: (folder: string) => Promise<void>): Promise<void> {
  cpSync(await madeOnce(name, make), to, { recursive: true });
}

/**
 * The interface for suites over fixtures. The journeys use what ships; this one is the development build, in which the
 * libraries warn of misuse: on a page, a fault.
 */
export const developmentInterface = (): Promise<string> =>
  madeOnce('interface', async (outDir) => {
    const { build } = await import('vite');
    await build({
      configFile: join(ROOT, 'src-renderer/vite.config.ts'),
      mode: 'development',
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
  });

/** A folder is made by one process alone. */
const isFirst = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

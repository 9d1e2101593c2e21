import { copyFile, link, mkdir, mkdtemp, open, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';

/**
 * Writes the files of a packet, all or none. They are staged in a hidden folder inside the output folder (the same disk, so
 * that a move is one step), then each takes its place; when one cannot, those before it are taken back and what stood there
 * stands there again. The staging folder, and the output folder where it was made for this, are gone after a failure.
 */

export interface PacketFile {
  /** A bare file name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface WritePacketOptions {
  readonly outputDir: string;
  readonly files: readonly PacketFile[];
  /** Files that must stay as they are: the inputs. */
  readonly inputs: readonly string[];
  /** Runs when everything is staged and nothing is in place yet; what it throws ends the writing and leaves no trace. */
  readonly beforePromotion?: () => Promise<void>;
  /** How a staged file takes its place; tests inject failures here. */
  readonly move?: (from: string, to: string) => Promise<void>;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file of that name',
  EISDIR: 'there is a folder of that name',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
};

/**
 * Resolves with the absolute paths written, in the order of the files.
 * @throws AppError BAD_INPUT where a file would overwrite an input or cannot be written; nothing is left behind then.
 */
export async function writePacket(options: WritePacketOptions): Promise<string[]> {
  const outputDir = resolve(options.outputDir);
  const targets = options.files.map(({ name }) => join(outputDir, name));
  await refuseInputs(targets, options.inputs);
  const made = await explained(outputDir, () => mkdir(outputDir, { recursive: true }));
  let staging: string | null = null;
  try {
    const folder = await explained(outputDir, () => mkdtemp(join(outputDir, '.packet-')));
    staging = folder;
    for (const file of options.files) await explained(join(outputDir, file.name), () => stage(join(folder, file.name), file.bytes));
    await options.beforePromotion?.();
    await promote(folder, outputDir, options);
    await rm(folder, { recursive: true, force: true });
    await syncNames(outputDir);
    return targets;
  } catch (error) {
    if (staging !== null && !(error instanceof HalfWritten)) await rm(staging, { recursive: true, force: true });
    if (made !== undefined) await removeEmpty(outputDir, made);
    throw error;
  }
}

/** @throws AppError BAD_INPUT where the two are one file, under whatever names. */
export async function refuseSameFile(left: string, right: string, what: string): Promise<void> {
  if (!(await sameFile(left, right))) return;
  throw new AppError('BAD_INPUT', `${what} are the same file. Nothing was written.`, { nextStep: 'Name two different files.' });
}

async function refuseInputs(targets: readonly string[], inputs: readonly string[]): Promise<void> {
  for (const target of targets) {
    for (const input of inputs) {
      if (await sameFile(target, input)) {
        throw new AppError('BAD_INPUT', `${target} is an input of this packet and is not overwritten. Nothing was written.`, {
          nextStep: 'Choose another output folder.',
        });
      }
    }
  }
}

async function sameFile(left: string, right: string): Promise<boolean> {
  if (resolve(left) === resolve(right)) return true;
  const [a, b] = await Promise.all([left, right].map((path) => stat(path, { bigint: true }).catch(() => null)));
  if (!a || !b) return false;
  if (a.dev === b.dev && a.ino === b.ino && a.ino !== 0n) return true;
  return (await realpath(left)) === (await realpath(right));
}

async function stage(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes sure that the new names have reached the drive; Windows has no such call and needs none. */
async function syncNames(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Placed {
  readonly target: string;
  /** What stood there before, kept in the staging folder; null where nothing did. */
  readonly before: string | null;
}

async function promote(staging: string, outputDir: string, options: WritePacketOptions): Promise<void> {
  const move = options.move ?? rename;
  const placed: Placed[] = [];
  try {
    for (const { name } of options.files) {
      const target = join(outputDir, name);
      await explained(target, async () => {
        const before = await keepOld(target, join(staging, `${name}.before`));
        await move(join(staging, name), target);
        placed.push({ target, before });
      });
    }
  } catch (error) {
    await takeBack(placed, staging, error);
    throw error;
  }
}

/** The one failure that leaves something behind: files could not be put back, so what stood there is kept beside them. */
class HalfWritten extends AppError {}

async function takeBack(placed: readonly Placed[], staging: string, cause: unknown): Promise<void> {
  const stuck: string[] = [];
  for (const { target, before } of placed.toReversed()) {
    try {
      if (before === null) await rm(target, { force: true });
      else await rename(before, target);
    } catch {
      stuck.push(target);
    }
  }
  if (stuck.length === 0) return;
  throw new HalfWritten('BAD_INPUT', `The packet was not written whole, and these files could not be put back: ${stuck.join(', ')}.`, {
    nextStep: `What stood there before is kept in ${staging}: move it back by hand, then build the packet again.`,
    cause,
  });
}

/** Keeps a second name of what stands at the target, so that the target is never without a file; a copy where links are unknown. */
async function keepOld(target: string, keep: string): Promise<string | null> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  if (found.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  await link(target, keep).catch(() => copyFile(target, keep));
  return keep;
}

/** Removes the folders that were made for this, as long as nobody has put anything into them. */
async function removeEmpty(outputDir: string, firstMade: string): Promise<void> {
  for (let folder = outputDir; folder.startsWith(firstMade); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''];
    if (why === undefined) throw error;
    throw new AppError('BAD_INPUT', `${path} was not written: ${why}. No file of the packet was changed.`, {
      nextStep: 'Choose another output folder, or make room for the packet there.',
      cause: error,
    });
  }
}

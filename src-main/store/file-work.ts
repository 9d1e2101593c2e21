import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';

/** Long work on files: it reports how far it is and looks at the flag often enough to stop within 100 ms. */
export interface WorkControl {
  readonly cancelled?: () => boolean;
  readonly onProgress?: (progress: WorkProgress) => void;
}

export interface WorkProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'pages' | 'rows';
}

const CHUNK_BYTES = 1024 * 1024;

export const cancelledError = (what: string): AppError =>
  new AppError('CANCELLED', `${what} was cancelled. Nothing was changed.`, {
    nextStep: 'Start it again when you want it.',
    retryable: true,
  });

export const stopIfCancelled = (control: WorkControl, what: string): void => {
  if (control.cancelled?.() === true) throw cancelledError(what);
};

/** Makes sure that a file's bytes have reached the drive. */
export const syncFile = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes sure that names in a folder have reached the drive; Windows has no such call and needs none. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * SHA-256 of a file, hex. Never for a database that this process has open: closing the descriptor would drop SQLite's locks
 * (see peek-database.ts).
 */
export const sha256OfFile = async (
  file: string,
  control: WorkControl = {},
  step = 'digest',
): Promise<{ sha256: string; bytes: number }> => {
  const hash = createHash('sha256');
  const handle = await open(file, 'r');
  try {
    const total = (await handle.stat()).size;
    let done = 0;
    for await (const chunk of chunksOf(handle)) {
      stopIfCancelled(control, 'The check');
      hash.update(chunk);
      done += chunk.length;
      control.onProgress?.({ step, done, total, unit: 'bytes' });
    }
    return { sha256: hash.digest('hex'), bytes: done };
  } finally {
    await handle.close();
  }
};

/** Copies a file to a new one (mode 0600), synced, and returns the digest of what was read. The target must not exist. */
export const copyWithDigest = async (
  from: string,
  to: string,
  control: WorkControl = {},
  step = 'copy',
): Promise<{ sha256: string; bytes: number }> => {
  const hash = createHash('sha256');
  const source = await open(from, 'r');
  try {
    const total = (await source.stat()).size;
    const target = await open(to, 'wx', 0o600);
    try {
      let done = 0;
      for await (const chunk of chunksOf(source)) {
        stopIfCancelled(control, 'The copy');
        hash.update(chunk);
        await writeWhole(target, chunk);
        done += chunk.length;
        control.onProgress?.({ step, done, total, unit: 'bytes' });
      }
      await target.sync();
      return { sha256: hash.digest('hex'), bytes: done };
    } catch (error) {
      await target.close();
      await rm(to, { force: true });
      throw error;
    } finally {
      await target.close().catch(() => undefined);
    }
  } finally {
    await source.close();
  }
};

const writeWhole = async (handle: FileHandle, chunk: Buffer): Promise<void> => {
  let written = 0;
  while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
};

/** Writes a file so that a reader, or a start after a crash, sees the old content or the new one, never a part. Mode 0600. */
export const writeFileAtomic = async (file: string, content: string | Uint8Array): Promise<void> => {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.${temporaryCount++}.tmp`);
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
};

let temporaryCount = 0;

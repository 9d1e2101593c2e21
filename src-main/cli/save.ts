import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { jsonWanted, writeJson } from './output.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
};

/**
 * Writes the stream to a file and says so: with --json as the document, else on stderr; `quiet` says nothing.
 * @throws AppError BAD_INPUT where the file cannot be written.
 */
export async function saveTo(
  output: string,
  stream: NodeJS.ReadableStream,
  { mode, quiet = false }: { readonly mode?: number; readonly quiet?: boolean } = {},
): Promise<void> {
  const file = resolve(output);
  const target = createWriteStream(file, mode === undefined ? {} : { mode });
  try {
    await pipeline(stream, target);
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''];
    if (why === undefined) throw error;
    throw new AppError('BAD_INPUT', `${output} was not written: ${why}.`, { nextStep: 'Name another file.', cause: error });
  }
  if (quiet) return;
  if (jsonWanted()) writeJson({ file, bytes: target.bytesWritten });
  else process.stderr.write(`Wrote ${output}\n`);
}

export const sendToStdout = (stream: Readable): Promise<void> => pipeline(stream, process.stdout, { end: false });

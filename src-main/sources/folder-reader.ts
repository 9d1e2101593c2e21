import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { FeedModule, FileKind } from './feed-module.ts';
import type { FileStat } from './sync-queries.ts';

/** Reads a source that is a folder: which files a feed has, and their bytes. It never writes, and follows no link. */

export interface ListedFile {
  /** Below the feed's folder, with forward slashes. */
  readonly path: string;
  readonly kind: FileKind;
}

export interface FolderListing {
  readonly files: readonly ListedFile[];
  /** Folders and files that could not be looked at, links and special files that were passed over: path and why. */
  readonly passedOver: readonly { readonly path: string; readonly why: string; readonly unreadable: boolean }[];
}

/** Deeper folders belong to no feed. */
const MAX_DEPTH = 8;

export const errnoOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Codes that say that a folder or its drive is not there now, as against one that must not be read. */
const AWAY = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ESTALE', 'EIO', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENOTCONN']);

/** What reading a source's folder failed on, as the source's error. Never the path beyond the source's own location. */
export const folderError = (error: unknown, what: string): AppError => {
  const errno = errnoOf(error);
  if (errno !== undefined && AWAY.has(errno))
    return new AppError('SOURCE_UNREACHABLE', `${what} cannot be found.`, {
      nextStep: 'Connect the drive, or remove the source and add the folder it was moved to. What was synced before stays.',
      retryable: true,
      details: { errno },
      cause: error,
    });
  return new AppError('SOURCE_UNREADABLE', `${what} cannot be read${errno === undefined ? '' : ` (${errno})`}.`, {
    nextStep: 'Give this user account access to the folder and the files in it, then sync again.',
    retryable: true,
    details: { errno: errno ?? null },
    cause: error,
  });
};

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/** Which of the feeds have a folder at `location`. Fails with SOURCE_UNREACHABLE or SOURCE_UNREADABLE. */
export const feedsOfFolder = async (location: string, modules: readonly FeedModule[]): Promise<readonly FeedModule[]> => {
  try {
    if (!(await stat(location)).isDirectory())
      throw new AppError('SOURCE_UNREADABLE', `${location} is a file, not a folder.`, {
        nextStep: 'Choose the folder that holds the feeds.',
      });
    const found: FeedModule[] = [];
    for (const module of modules) if (await isFolder(join(location, module.feed))) found.push(module);
    return found;
  } catch (error) {
    throw error instanceof AppError ? error : folderError(error, `The folder ${location}`);
  }
};

/**
 * All files of a feed, in the order in which they are read; null when the source has no folder of that name.
 * Fails with SOURCE_UNREACHABLE or SOURCE_UNREADABLE.
 */
export const listFeed = async (location: string, module: FeedModule, signal?: AbortSignal): Promise<FolderListing | null> => {
  const root = join(location, module.feed);
  const files: ListedFile[] = [];
  const passedOver: { path: string; why: string; unreadable: boolean }[] = [];

  const walk = async (path: string, depth: number): Promise<void> => {
    signal?.throwIfAborted();
    const entries = await opendir(path === '' ? root : join(root, path));
    for await (const entry of entries) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth >= MAX_DEPTH) continue;
        try {
          await walk(child, depth + 1);
        } catch (error) {
          if (signal?.aborted) throw error;
          passedOver.push({ path: child, why: `the folder cannot be read (${errnoOf(error) ?? 'unknown'})`, unreadable: true });
        }
        continue;
      }
      const kind = module.classify(child);
      if (entry.isFile()) {
        if (kind !== null) files.push({ path: child, kind });
      } else if (entry.isSymbolicLink()) {
        passedOver.push({ path: child, why: 'it is a link, and links are not followed', unreadable: false });
      } else if (kind !== null) {
        passedOver.push({ path: child, why: 'it is not a plain file', unreadable: false });
      }
    }
  };

  try {
    await stat(location);
    if (!(await isFolder(root))) return null;
    await walk('', 0);
  } catch (error) {
    if (signal?.aborted || error instanceof AppError) throw error;
    throw folderError(error, `The folder ${location}`);
  }
  const byPath = (a: ListedFile, b: ListedFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  files.sort((a, b) => module.order(a.path) - module.order(b.path) || byPath(a, b));
  return { files, passedOver };
};

/** A file of a source, opened for reading. */
export interface SourceFile {
  /** As it was when it was opened: later growth is left for the next run. */
  readonly stat: FileStat;
  /** Exactly `length` bytes from `offset` on, in memory of their own. Null when the file became shorter meanwhile. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Whether the file is still as it was when it was opened. */
  isUnchanged(): Promise<boolean>;
  close(): Promise<void>;
}

const fileStatOf = (info: BigIntStats): FileStat => ({
  size: Number(info.size),
  mtimeNs: String(info.mtimeNs),
  ctimeNs: String(info.ctimeNs),
  inode: `${info.dev}:${info.ino}`,
});

const statOf = async (handle: FileHandle): Promise<FileStat | null> => {
  const info = await handle.stat({ bigint: true });
  return info.isFile() ? fileStatOf(info) : null;
};

/** What the file system says of a file, without opening it. */
export const statSourceFile = async (location: string, feed: string, path: string): Promise<FileStat> =>
  fileStatOf(await lstat(join(location, feed, path), { bigint: true }));

export const sameStat = (a: FileStat | null, b: FileStat): boolean =>
  a !== null && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode;

/** Opens a file without following a link and without waiting on one that is no plain file. */
export const openSourceFile = async (location: string, feed: string, path: string): Promise<SourceFile> => {
  // Windows has neither flag; there the listing alone keeps links out.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(join(location, feed, path), flags);
  try {
    const first = await statOf(handle);
    if (first === null)
      throw new AppError('SOURCE_UNREADABLE', `${path} is not a plain file.`, {
        nextStep: 'Put a plain file in its place, then sync again.',
      });
    return {
      stat: first,
      read: async (offset, length) => {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) return null;
          filled += bytesRead;
        }
        return bytes;
      },
      isUnchanged: async () => {
        const now = await statOf(handle);
        return now !== null && sameStat(first, now);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

const HASHED_BYTES = 1024 * 1024;

/** SHA-256 of a whole file, hex, read in pieces; null when it became shorter meanwhile. `onRead` gets the bytes of each piece. */
export const hashSourceFile = async (file: SourceFile, onRead: (bytes: number) => void): Promise<string | null> => {
  const { size } = file.stat;
  const hash = createHash('sha256');
  for (let offset = 0; offset < size; offset += HASHED_BYTES) {
    const bytes = await file.read(offset, Math.min(HASHED_BYTES, size - offset));
    if (bytes === null) return null;
    hash.update(bytes);
    onRead(bytes.length);
  }
  return hash.digest('hex');
};

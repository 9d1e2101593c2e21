import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AppError, type ErrorCode } from '../../src-shared/kernel/errors.ts';

/**
 * Recognises what went wrong below us by kind: SQLite's result code or the system's errno, never the text of a message.
 * Each kind says what happened, what is untouched and what to do next (docs/runbooks/recovery.md says it at length).
 */

interface Explanation {
  readonly code: ErrorCode;
  readonly message: (what: string) => string;
  readonly nextStep: string;
  readonly retryable: boolean;
}

const KINDS = {
  missing: {
    code: 'STORE_MISSING',
    message: (what) => `${what} is not there: its folder or its file cannot be found. Nothing was created in its place.`,
    nextStep: 'Connect the drive or choose the folder the workspace was moved to.',
    retryable: true,
  },
  corrupt: {
    code: 'STORE_CORRUPT',
    message: (what) => `Part of ${what} does not read back as it was written. Nothing has been changed or deleted.`,
    nextStep: 'Restore a backup, open the workspace read-only, or export what can be read.',
    retryable: false,
  },
  notADatabase: {
    code: 'STORE_NOT_A_DATABASE',
    message: (what) => `${what} is not a database, or its first page is damaged. The file has not been changed.`,
    nextStep: 'Check that this is the right folder; if it is, restore a backup or export what can be read.',
    retryable: false,
  },
  full: {
    code: 'STORE_FULL',
    message: (what) =>
      `The disk is full, so ${what} could not take the change. The change was undone whole; what was saved before is untouched.`,
    nextStep: 'Free some disk space, then do it again.',
    retryable: true,
  },
  locked: {
    code: 'STORE_LOCKED',
    message: (what) => `${what} is held by another program. Nothing was changed.`,
    nextStep: 'Close the other console or wait until it has finished, then do it again.',
    retryable: true,
  },
  readOnly: {
    code: 'STORE_READ_ONLY',
    message: (what) => `${what} can be read but not changed: the file, its folder or the drive is read-only. Nothing was changed.`,
    nextStep: 'Make the folder writable, or open the workspace read-only.',
    retryable: false,
  },
  permission: {
    code: 'STORE_PERMISSION',
    message: (what) => `This user account may not use ${what}. Nothing was changed.`,
    nextStep: 'Give this account access to the folder and its files, or choose another workspace.',
    retryable: false,
  },
  io: {
    code: 'STORE_IO',
    message: (what) => `The drive reported an error while ${what} was read or written. The change, if there was one, was undone.`,
    nextStep: 'Check the drive and the space on it, make a backup to another drive, then do it again.',
    retryable: true,
  },
  appendOnly: {
    code: 'STORE_APPEND_ONLY',
    message: () => 'A fact that is already recorded cannot be changed or deleted. Nothing was changed.',
    nextStep: 'Record a correction that points at the old fact.',
    retryable: false,
  },
} as const satisfies Record<string, Explanation>;

type Kind = keyof typeof KINDS;

/** SQLite's primary result codes that people can act on. Extended codes start with the same name. */
const SQLITE_KINDS: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'notADatabase'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_READONLY', 'readOnly'],
  ['SQLITE_CANTOPEN', 'missing'],
  ['SQLITE_PERM', 'permission'],
  ['SQLITE_AUTH', 'permission'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_PROTOCOL', 'locked'],
  // Only the append-only triggers raise in our schemas (docs/formats/workspace-database.md).
  ['SQLITE_CONSTRAINT_TRIGGER', 'appendOnly'],
];

const ERRNO_KINDS: Readonly<Record<string, Kind>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ENXIO: 'missing',
  EISDIR: 'notADatabase',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'readOnly',
  EACCES: 'permission',
  EPERM: 'permission',
  EBUSY: 'locked',
  ETXTBSY: 'locked',
  EIO: 'io',
  ESTALE: 'io',
};

/** The code that SQLite or the system gave an error, if it has one. */
export const nativeCode = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
};

/** Whether SQLite refused a row because of a UNIQUE, PRIMARY KEY, NOT NULL, CHECK or FOREIGN KEY rule. */
export const isConstraintError = (error: unknown): boolean => {
  const code = nativeCode(error);
  return code !== undefined && code.startsWith('SQLITE_CONSTRAINT') && code !== 'SQLITE_CONSTRAINT_TRIGGER';
};

/** SQLite says only "cannot open": the file's surroundings tell why. */
const whyCannotOpen = (file: string): Kind => {
  if (!existsSync(file)) return 'missing';
  try {
    accessSync(file, constants.R_OK);
    accessSync(dirname(file), constants.W_OK);
    return 'permission';
  } catch (error) {
    // A database in WAL mode needs to write beside itself even for reading.
    return nativeCode(error) === 'EROFS' ? 'readOnly' : 'permission';
  }
};

const kindOf = (code: string, file: string | undefined): Kind | undefined => {
  if (!code.startsWith('SQLITE_')) return ERRNO_KINDS[code];
  if (code === 'SQLITE_IOERR_NOMEM') return undefined;
  if (code === 'SQLITE_CANTOPEN_ISDIR') return 'notADatabase';
  if (code.startsWith('SQLITE_CANTOPEN') && file !== undefined) return whyCannotOpen(file);
  return SQLITE_KINDS.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`))?.[1];
};

export interface StoreErrorContext {
  /** The file the error is about. Only its last part reaches a message. */
  readonly file?: string;
  /** The named query, migration or step that failed. */
  readonly operation?: string;
}

/**
 * Turns an error of SQLite or of the file system into an `AppError` with a STORE_… code. An `AppError` passes unchanged;
 * anything else gives `undefined`: it is a bug, and the caller treats it as one.
 */
export const storeErrorFrom = (error: unknown, context: StoreErrorContext = {}): AppError | undefined => {
  if (error instanceof AppError) return error;
  const native = nativeCode(error);
  if (native === undefined) return undefined;
  const kind = kindOf(native, context.file);
  if (kind === undefined) return undefined;
  return storeError(kind, { ...context, native, cause: error });
};

/** An `AppError` of one kind, in the words all of the store uses. */
export const storeError = (
  kind: Kind,
  context: StoreErrorContext & {
    readonly native?: string;
    readonly cause?: unknown;
    readonly details?: Readonly<Record<string, unknown>>;
  } = {},
): AppError => {
  const explanation: Explanation = KINDS[kind];
  const what = context.file === undefined ? 'the workspace' : `“${basename(context.file)}”`;
  const message = explanation.message(what);
  return new AppError(explanation.code, message.charAt(0).toUpperCase() + message.slice(1), {
    nextStep: explanation.nextStep,
    retryable: explanation.retryable,
    details: {
      ...(context.native === undefined ? {} : { native: context.native }),
      ...(context.operation === undefined ? {} : { operation: context.operation }),
      ...context.details,
    },
    ...(context.cause === undefined ? {} : { cause: context.cause }),
  });
};

/** Runs `work` and turns what SQLite or the file system throws into an `AppError`; a bug passes as it is. */
export const withStoreErrors = <T>(context: StoreErrorContext, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw storeErrorFrom(error, context) ?? error;
  }
};

/** The same for work that is awaited. */
export const withStoreErrorsAsync = async <T>(context: StoreErrorContext, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw storeErrorFrom(error, context) ?? error;
  }
};

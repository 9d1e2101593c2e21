/**
 * Expected failures, as values people can act on. An `AppError` is part of the product's behaviour: it has a stable code,
 * one plain sentence that says what happened and what is untouched, and the next step. Anything else that is thrown is a
 * bug and crosses the contract as `INTERNAL` with a request id and no detail.
 */
export interface AppErrorOptions {
  /** What the reader should do next, as one sentence. */
  readonly nextStep: string;
  /** Whether the same call can succeed later without anything being changed. */
  readonly retryable?: boolean;
  /** Facts about the failure: counts, names, versions. Never a stack, never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.nextStep = options.nextStep;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/**
 * Every code a caller may meet, with the CLI exit code it leads to (0 holds, 1 does not hold, 2 usage or input, 3 cannot
 * be decided, 4 not anchored).
 */
export const ERROR_CODES = {
  /** The frame or the input does not fit the contract. */
  BAD_FRAME: 2,
  BAD_INPUT: 2,
  UNKNOWN_PROCEDURE: 2,
  FRAME_TOO_LARGE: 2,
  TOO_MANY_CALLS: 2,
  NOT_FOUND: 2,
  ALREADY_EXISTS: 2,
  CONFLICT: 2,
  /** The acting member's role does not allow this. */
  FORBIDDEN: 2,
  /** The workspace is open read-only: another console holds it, or it was opened so on purpose. */
  READ_ONLY: 2,
  CANCELLED: 3,
  DISCONNECTED: 3,
  TIMED_OUT: 3,
  INTERNAL: 3,
  /** A worker thread stopped in mid-work; what it was doing is named in `details`. */
  WORKER_CRASHED: 3,
  /** Store: recognised by kind, see src-main/store/store-errors.ts. */
  STORE_MISSING: 2,
  STORE_CORRUPT: 3,
  STORE_NOT_A_DATABASE: 2,
  STORE_FULL: 3,
  STORE_LOCKED: 3,
  STORE_READ_ONLY: 3,
  STORE_PERMISSION: 3,
  STORE_IO: 3,
  STORE_NEWER: 2,
  STORE_MIGRATION_CHANGED: 3,
  STORE_MIGRATION_FAILED: 3,
  STORE_FOREIGN: 2,
  STORE_APPEND_ONLY: 3,
  /** Sources. */
  SOURCE_MISSING: 2,
  SOURCE_UNREADABLE: 3,
  SOURCE_UNAUTHORISED: 2,
  SOURCE_UNREACHABLE: 3,
  SOURCE_GARBAGE: 3,
  SOURCE_PAUSED: 2,
  /** Packets: the inputs give none, or the alert that had to arrive did not. */
  PACKET_REFUSED: 2,
  PACKET_ALERT_FAILED: 2,
  /** Verification. */
  NO_CHAIN: 2,
  TRUST_FILE: 2,
  BACKUP_DAMAGED: 3,
  NOT_IN_RECOVERY: 2,
  /** The workspace could not be opened: only the recovery screen's procedures answer. */
  IN_RECOVERY: 3,
  /** The system has no safe place for secrets. */
  NO_SECRET_STORE: 2,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const isAppError = (error: unknown): error is AppError => error instanceof AppError;

/** The part of an error that may cross a thread or the contract. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

export const toErrorBody = (error: AppError): ErrorBody => ({
  code: error.code,
  message: error.message,
  nextStep: error.nextStep,
  retryable: error.retryable,
  details: error.details,
});

export const fromErrorBody = (body: ErrorBody): AppError =>
  new AppError(body.code, body.message, { nextStep: body.nextStep, retryable: body.retryable, details: body.details });

import { AppError, type ErrorBody } from '../kernel/errors.ts';
import { z } from './define.ts';
import { isLargerThan } from './limits.ts';

/** Raised when a frame's meaning changes; the two sides of a connection always come from one build, so others are refused. */
export const FRAME_VERSION = 1;

const version = z.literal(FRAME_VERSION);
/** Chosen by the caller, unique among its calls in flight. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const name = z.string().min(1).max(100);
const key = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

const callFrame = z.strictObject({ v: version, id, kind: z.literal('call'), name, key: key.optional(), body: z.unknown() });
const cancelFrame = z.strictObject({ v: version, id, kind: z.literal('cancel') });
const okFrame = z.strictObject({ v: version, id, kind: z.literal('ok'), body: z.unknown() });
const failBody = z.strictObject({
  code: z.string(),
  message: z.string(),
  nextStep: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()),
  requestId: z.string(),
});
/** An empty id: the failure concerns the connection, because the frame that caused it could not be read. */
const failFrame = z.strictObject({ v: version, id: z.union([id, z.literal('')]), kind: z.literal('fail'), body: failBody });
/** With an id it belongs to that call (`progress`), with an empty one to everybody. */
const eventFrame = z.strictObject({ v: version, id: z.union([id, z.literal('')]), kind: z.literal('event'), name, body: z.unknown() });

const callerFrame = z.discriminatedUnion('kind', [callFrame, cancelFrame]);
const appFrame = z.discriminatedUnion('kind', [okFrame, failFrame, eventFrame]);

/** What a caller sends. */
export type CallerFrame = z.infer<typeof callerFrame>;
/** What the app sends. */
export type AppFrame = z.infer<typeof appFrame>;
export type FailBody = Omit<z.infer<typeof failBody>, 'code'> & Pick<ErrorBody, 'code'>;

/** The name of the event that carries a call's progress. */
export const PROGRESS = 'progress';

export interface FrameLimits {
  readonly frameBytes: number;
  readonly depth: number;
}

/**
 * Reads a frame of a caller.
 * @throws AppError `FRAME_TOO_LARGE` or `BAD_FRAME`. The text itself is never repeated in the error.
 */
export const parseCallerFrame = (text: string, limits: FrameLimits): CallerFrame => readFrame(text, callerFrame, limits);

/**
 * Reads a frame of the app.
 * @throws AppError `BAD_FRAME`.
 */
export const parseAppFrame = (text: string): AppFrame => readFrame(text, appFrame, null);

const readFrame = <Frame>(text: string, schema: z.ZodType<Frame>, limits: FrameLimits | null): Frame => {
  if (limits !== null && isLargerThan(text, limits.frameBytes)) {
    throw new AppError('FRAME_TOO_LARGE', `The frame is larger than ${limits.frameBytes} bytes; nothing was read from it.`, {
      nextStep: 'Send less in one call; files are uploaded by ticket.',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badFrame('is not JSON');
  }
  if (limits !== null && isDeeperThan(value, limits.depth)) throw badFrame(`is nested deeper than ${limits.depth} levels`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badFrame(`does not fit the envelope at ${placeOf(parsed.error.issues[0])}`);
  return parsed.data;
};

/** The id of an unreadable frame where it still has one, so that its sender learns of the failure at the right call. */
export const salvageId = (text: string, limits: FrameLimits): string => {
  if (isLargerThan(text, limits.frameBytes)) return '';
  try {
    const value: unknown = JSON.parse(text);
    const found = typeof value === 'object' && value !== null && Object.hasOwn(value, 'id') ? (value as { id: unknown }).id : '';
    return id.safeParse(found).success ? (found as string) : '';
  } catch {
    return '';
  }
};

const badFrame = (why: string): AppError =>
  new AppError('BAD_FRAME', `The frame ${why}; nothing was done.`, {
    nextStep: 'Reload the screen so that both sides run the same version.',
  });

/** A place in a value as a person reads it: `$.filter.rows[3]`. */
export const placeOf = (issue: { readonly path: readonly PropertyKey[] } | undefined): string =>
  `$${(issue?.path ?? []).map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;

/** Walks level by level, without recursion: the depth of the value must not become the depth of the stack. */
const isDeeperThan = (value: unknown, limit: number): boolean => {
  let level: object[] = isObject(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const node of level) {
      for (const child of Object.values(node) as unknown[]) if (isObject(child)) next.push(child);
    }
    level = next;
  }
  return false;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A frame as text. The types keep what is not JSON (Date, bigint, Map) out of bodies; a handler's mistake throws here. */
export const encodeFrame = (frame: CallerFrame | AppFrame): string => JSON.stringify(frame);

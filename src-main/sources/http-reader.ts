import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import { garbageError } from './sync-run.ts';

/** Reads a source over HTTP (docs/formats/source-feeds.md): one page of one feed at a time, with every limit in place. */

export interface PageRequest {
  readonly location: string;
  readonly feed: string;
  readonly token: string | null;
  readonly after: string | null;
  readonly etag: string | null;
  readonly limit: number;
  readonly signal: AbortSignal;
  /** ISO 8601 UTC; for Retry-After. */
  readonly now: string;
  readonly options: HttpOptions;
}

export interface HttpOptions {
  readonly fetch: typeof fetch;
  /** For a whole page. */
  readonly timeoutMs: number;
  readonly maxPageBytes: number;
}

export const HTTP_DEFAULTS: HttpOptions = { fetch, timeoutMs: 60_000, maxPageBytes: 32 * 1024 * 1024 };

export type Page =
  | { readonly kind: 'page'; readonly body: Buffer; readonly next: string | null; readonly etag: string | null }
  | { readonly kind: 'not-modified' }
  /** The source does not know the cursor any more. */
  | { readonly kind: 'cursor-gone' }
  | { readonly kind: 'no-such-feed' };

const MAX_CURSOR = 4_096;

const unreachable = (message: string, cause?: unknown, retryNotBefore?: string): AppError =>
  new AppError('SOURCE_UNREACHABLE', message, {
    nextStep: 'Nothing needs doing: it is tried again on schedule. What was synced before stays usable.',
    retryable: true,
    ...(retryNotBefore === undefined ? {} : { details: { retryNotBefore } }),
    ...(cause === undefined ? {} : { cause }),
  });

/** Retry-After (RFC 9110 §10.2.3): seconds or a date, as ISO 8601; never more than a day. */
export const retryNotBefore = (header: string | null, now: string): string | undefined => {
  if (header === null) return undefined;
  const nowMs = Date.parse(now);
  const at = /^\d{1,9}$/.test(header) ? nowMs + Number(header) * 1_000 : Date.parse(header);
  if (Number.isNaN(at)) return undefined;
  return new Date(Math.min(Math.max(at, nowMs), nowMs + 24 * 60 * 60_000)).toISOString();
};

/** The name a network failure has, in a person's words. */
const whyUnreachable = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name could not be looked up';
    case 'ECONNREFUSED':
      return 'nothing answers at that address';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection was cut';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'it did not answer in time';
    case 'CERT_HAS_EXPIRED':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is not trusted (${code})`;
    default:
      return code === '' ? 'the connection failed' : `the connection failed (${code})`;
  }
};

/** Fetches one page. Fails with SOURCE_UNREACHABLE, SOURCE_UNAUTHORISED, SOURCE_UNREADABLE or SOURCE_GARBAGE, or aborts. */
export const fetchPage = async (request: PageRequest): Promise<Page> => {
  const { options, signal } = request;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const url = new URL(`${request.location}/feeds/${encodeURIComponent(request.feed)}`);
  if (request.after !== null) url.searchParams.set('after', request.after);
  url.searchParams.set('limit', String(request.limit));
  try {
    const response = await options.fetch(url, {
      headers: {
        accept: 'application/x-ndjson',
        ...(request.token === null ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.etag === null ? {} : { 'if-none-match': request.etag }),
      },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    return await readPage(response, request);
  } catch (error) {
    if (signal.aborted) throw error;
    if (isAppError(error)) throw error;
    if (timeout.aborted) throw unreachable(`The source did not answer within ${Math.round(options.timeoutMs / 1000)} seconds.`, error);
    throw unreachable(`The source cannot be reached: ${whyUnreachable(error)}.`, error);
  }
};

const readPage = async (response: Response, request: PageRequest): Promise<Page> => {
  const { status } = response;
  if (status === 200) {
    const type = response.headers.get('content-type') ?? '';
    if (/^text\/html\b/i.test(type)) {
      await discard(response);
      throw garbageError(
        'The source answered with a web page instead of a feed.',
        'Check the address; a sign-in page may stand before it.',
      );
    }
    const next = response.headers.get('next-cursor');
    if (next !== null && (next === '' || next.length > MAX_CURSOR)) {
      await discard(response);
      throw garbageError('The source answered with a cursor that is empty or too long.', 'Tell whoever runs the source.');
    }
    return { kind: 'page', body: await readBody(response, request.options.maxPageBytes), next, etag: response.headers.get('etag') };
  }
  await discard(response);
  if (status === 204)
    return { kind: 'page', body: Buffer.alloc(0), next: response.headers.get('next-cursor'), etag: response.headers.get('etag') };
  if (status === 304) return { kind: 'not-modified' };
  if (status === 410) return { kind: 'cursor-gone' };
  if (status === 404) return { kind: 'no-such-feed' };
  if (status === 401 || status === 403)
    throw new AppError(
      'SOURCE_UNAUTHORISED',
      request.token === null ? 'The source asks for a token, and none is kept on this machine.' : 'The source does not accept the token.',
      { nextStep: 'Give a valid token in Settings, or with “source add http URL --token-file FILE”.' },
    );
  if (status === 429 || status === 503)
    throw unreachable(
      status === 429 ? 'The source asks to be called less often.' : 'The source is busy or being serviced (503).',
      undefined,
      retryNotBefore(response.headers.get('retry-after'), request.now),
    );
  if (status >= 300 && status < 400)
    throw new AppError('SOURCE_UNREADABLE', `The source answers with a redirect (${status}), which is not followed.`, {
      nextStep: 'Add the address it redirects to.',
    });
  if (status >= 500) throw unreachable(`The source failed to answer (${status}).`);
  throw new AppError('SOURCE_UNREADABLE', `The source refused the request (${status}).`, { nextStep: 'Check the address of the source.' });
};

const discard = async (response: Response): Promise<void> => {
  await response.body?.cancel().catch(() => undefined);
};

const readBody = async (response: Response, maxBytes: number): Promise<Buffer> => {
  if (response.body === null) return Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  // A cut connection rejects here, for the body then is shorter than it was said to be.
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBytes)
      throw garbageError(
        `The source answered with more than ${maxBytes} bytes at once.`,
        'Tell whoever runs the source to honour “limit”.',
      );
    parts.push(part);
  }
  return Buffer.concat(parts, size);
};

/** The objects of an NDJSON body, with their own bytes. Fails with SOURCE_GARBAGE where a line is no JSON object. */
export const parseNdjson = (
  body: Buffer,
  firstLine: number,
): { readonly item: Readonly<Record<string, unknown>>; readonly bytes: Buffer }[] => {
  const items: { item: Readonly<Record<string, unknown>>; bytes: Buffer }[] = [];
  let start = 0;
  while (start < body.length) {
    const end = body.indexOf(10, start);
    if (end < 0)
      throw garbageError(
        'The source’s answer ends in the middle of an item.',
        'It is tried again; if it stays so, tell whoever runs the source.',
      );
    const bytes = body.subarray(start, end);
    items.push({ item: parseObject(bytes, firstLine + items.length), bytes });
    start = end + 1;
  }
  return items;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parseObject = (bytes: Buffer, line: number): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw garbageError(
      `The source’s answer is not NDJSON: line ${line} is no JSON object.`,
      'Check the address; if it is right, tell whoever runs the source.',
    );
  return value as Readonly<Record<string, unknown>>;
};

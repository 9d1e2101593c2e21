import { timingSafeEqual } from 'node:crypto';
import { DOWNLOAD_PATH, TICKET, UPLOAD_PATH } from '../app/hosted-app.ts';
import { isPlainPath } from '../app/renderer-files.ts';

/** What the guard needs to know of a request; header values in order, each as often as it was sent. */
export interface GuardedRequest {
  readonly method: string;
  /** The request target as it came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
}

export interface GuardSettings {
  /** The hosts under which we answer: `127.0.0.1:port`, nothing else. A rebound name is not in it. */
  readonly hosts: readonly string[];
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** 256 random bits of this launch, base64url. */
  readonly token: string;
}

export type Refusal = {
  readonly kind: 'refuse';
  readonly status: 400 | 401 | 403 | 404 | 405 | 421;
  /** One plain sentence, without anything the request brought. */
  readonly reason: string;
};

export type RequestDecision =
  | Refusal
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'download'; readonly ticket: string }
  | { readonly kind: 'upload'; readonly ticket: string }
  | { readonly kind: 'token-holds' };

export type UpgradeDecision = Refusal | { readonly kind: 'socket' };

/** Where a page whose socket did not open asks whether its token is still the one of this launch. */
export const TOKEN_CHECK_PATH = '/token';
/** Where the interface connects. */
export const SOCKET_PATH = '/socket';
/** The subprotocol we answer with; the token travels beside it and is never answered. */
export const SUBPROTOCOL = 'countersign.v1';
const TOKEN_PREFIX = 'token.';

/** Decides what an ordinary request may have. Pure: the same request and settings give the same answer. */
export const decideRequest = (request: GuardedRequest, settings: GuardSettings): RequestDecision => {
  const wrongHost = refuseHost(request, settings);
  if (wrongHost !== null) return wrongHost;
  const [path = ''] = request.target.split('?', 1);
  if (!isPlainPath(path)) return refuse(400, 'The path is not a plain one.');
  if (request.method === 'POST') {
    const refused = refuseOrigin(request, settings) ?? refuseToken(bearerToken(request), settings);
    if (refused !== null) return refused;
    if (path === TOKEN_CHECK_PATH) return { kind: 'token-holds' };
    const ticket = ticketOf(path, UPLOAD_PATH);
    return ticket === null ? refuse(404, 'Nothing takes a POST here.') : { kind: 'upload', ticket };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET, HEAD and POST are answered.');
  const foreign = refuseForeignFetch(request);
  if (foreign !== null) return foreign;
  if (path.startsWith(DOWNLOAD_PATH)) {
    const ticket = request.method === 'GET' ? ticketOf(path, DOWNLOAD_PATH) : null;
    return ticket === null ? refuse(404, 'There is no such download.') : { kind: 'download', ticket };
  }
  return { kind: 'file', path };
};

/** Decides whether a WebSocket may open. Browsers do not apply the same-origin rule to sockets, so every line counts. */
export const decideUpgrade = (request: GuardedRequest, settings: GuardSettings): UpgradeDecision => {
  const refused =
    refuseHost(request, settings) ??
    refuseOrigin(request, settings) ??
    refuseForeignFetch(request) ??
    (request.method !== 'GET' || only(request, 'upgrade')?.toLowerCase() !== 'websocket'
      ? refuse(400, 'Only a WebSocket opens here.')
      : null) ??
    (request.target !== SOCKET_PATH ? refuse(404, 'No socket opens here.') : null);
  if (refused !== null) return refused;
  const offered = (only(request, 'sec-websocket-protocol') ?? '').split(',').map((part) => part.trim());
  if (!offered.includes(SUBPROTOCOL)) return refuse(400, 'The socket speaks another protocol.');
  const tokens = offered.filter((part) => part.startsWith(TOKEN_PREFIX));
  const token = tokens.length === 1 ? (tokens[0]?.slice(TOKEN_PREFIX.length) ?? null) : null;
  return refuseToken(token, settings) ?? { kind: 'socket' };
};

const refuse = (status: Refusal['status'], reason: string): Refusal => ({ kind: 'refuse', status, reason });

/** The header's value when it was sent exactly once. */
const only = (request: GuardedRequest, name: string): string | null => {
  const values = request.headers[name];
  return values?.length === 1 ? (values[0] ?? null) : null;
};

/**
 * Against DNS rebinding: a rebound page sends Host and Origin that agree with each other, so Host is compared with our own
 * list and not with Origin.
 */
const refuseHost = (request: GuardedRequest, settings: GuardSettings): Refusal | null => {
  const host = only(request, 'host');
  return host !== null && settings.hosts.includes(host) ? null : refuse(421, 'This address is not served here.');
};

/** A missing Origin is refused too: whoever leaves it out is not our page. */
const refuseOrigin = (request: GuardedRequest, settings: GuardSettings): Refusal | null =>
  only(request, 'origin') === settings.origin ? null : refuse(403, 'Only our own page may do this.');

/** A second line: the header is absent on socket upgrades and in older browsers, so its absence proves nothing. */
const refuseForeignFetch = (request: GuardedRequest): Refusal | null => {
  const sites = request.headers['sec-fetch-site'] ?? [];
  return sites.every((site) => site === 'same-origin' || site === 'none') ? null : refuse(403, 'Another site asked for this.');
};

const refuseToken = (token: string | null, settings: GuardSettings): Refusal | null =>
  token !== null && isSameToken(token, settings.token) ? null : refuse(401, 'The token of this launch is missing or wrong.');

/** In a time that does not depend on where the two differ. The length is no secret. */
const isSameToken = (given: string, expected: string): boolean => {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
};

const bearerToken = (request: GuardedRequest): string | null => {
  const value = only(request, 'authorization');
  return value?.startsWith('Bearer ') === true ? value.slice('Bearer '.length) : null;
};

const ticketOf = (path: string, prefix: string): string | null => {
  const ticket = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  return TICKET.test(ticket) ? ticket : null;
};

import { describe, expect, it } from 'vitest';
import { decideRequest, decideUpgrade, type GuardedRequest, type GuardSettings } from '../../src-main/loopback/request-guard.ts';

const settings: GuardSettings = { hosts: ['127.0.0.1:4100'], origin: 'http://127.0.0.1:4100', token: 'T'.repeat(43) };
const TICKET = 'ticket-0123456789abcdef';

type Headers = Record<string, string | string[] | null>;
/** An honest request with some headers changed; null takes one away, a list sends it that often. */
const request = (method: string, target: string, base: Headers, changes: Headers): GuardedRequest => ({
  method,
  target,
  headers: Object.fromEntries(
    Object.entries({ ...base, ...changes })
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value : [value as string]]),
  ),
});
const get = (target: string, changes: Headers = {}): GuardedRequest =>
  request('GET', target, { host: '127.0.0.1:4100', 'sec-fetch-site': 'same-origin' }, changes);
const post = (target: string, changes: Headers = {}): GuardedRequest =>
  request('POST', target, { host: '127.0.0.1:4100', origin: settings.origin, authorization: `Bearer ${settings.token}` }, changes);
const upgrade = (changes: Headers = {}, target = '/socket'): GuardedRequest =>
  request(
    'GET',
    target,
    {
      host: '127.0.0.1:4100',
      origin: settings.origin,
      upgrade: 'websocket',
      'sec-websocket-protocol': `countersign.v1, token.${settings.token}`,
    },
    changes,
  );

describe('decideRequest', () => {
  it('serves files, start page and downloads to our own page', () => {
    expect(decideRequest(get('/assets/index.js'), settings)).toEqual({ kind: 'file', path: '/assets/index.js' });
    expect(decideRequest(get('/?utm=1', { 'sec-fetch-site': 'none' }), settings)).toEqual({ kind: 'file', path: '/' });
    expect(decideRequest(get('/', { 'sec-fetch-site': null }), settings)).toEqual({ kind: 'file', path: '/' });
    expect(decideRequest(get(`/downloads/${TICKET}`), settings)).toEqual({ kind: 'download', ticket: TICKET });
    expect(decideRequest(post(`/uploads/${TICKET}`), settings)).toEqual({ kind: 'upload', ticket: TICKET });
    expect(decideRequest(post('/token'), settings)).toEqual({ kind: 'token-holds' });
  });

  it.each<[string, GuardedRequest, number]>([
    ['a rebound name', get('/', { host: 'evil.example:4100' }), 421],
    ['a rebound name whose Origin agrees', post('/uploads/x', { host: 'evil.example', origin: 'http://evil.example' }), 421],
    ['localhost, which is another origin', get('/', { host: 'localhost:4100' }), 421],
    ['another port', get('/', { host: '127.0.0.1:4101' }), 421],
    ['a name with our address in it', get('/', { host: '127.0.0.1:4100.evil.example' }), 421],
    ['no Host', get('/', { host: null }), 421],
    ['two Hosts', get('/', { host: ['127.0.0.1:4100', '127.0.0.1:4100'] }), 421],
    ['a link from another site', get('/', { 'sec-fetch-site': 'cross-site' }), 403],
    ['another port of this machine', get('/', { 'sec-fetch-site': 'same-site' }), 403],
    ['a climbing path', get('/../etc/passwd'), 400],
    ['an encoded climb', get('/%2e%2e/%2e%2e/etc/passwd'), 400],
    ['an encoded slash climb', get('/assets/..%2f..%2fetc/passwd'), 400],
    ['a backslash climb', get('/assets/..%5c..%5cboot.ini'), 400],
    ['a NUL', get('/index.html%00.js'), 400],
    ['broken escapes', get('/%zz'), 400],
    ['an absolute target', get('http://evil.example/'), 400],
    ['a double slash', get('//evil.example/'), 400],
    ['a very long path', get(`/${'a'.repeat(3000)}`), 400],
    ['PUT', request('PUT', '/', { host: '127.0.0.1:4100' }, {}), 405],
    ['OPTIONS, so no preflight passes', request('OPTIONS', '/', { host: '127.0.0.1:4100' }, {}), 405],
    ['TRACE', request('TRACE', '/', { host: '127.0.0.1:4100' }, {}), 405],
    ['a download ticket with a path', get('/downloads/../../etc/passwd'), 400],
    ['a short ticket', get('/downloads/abc'), 404],
    ['HEAD of a ticket, which must not use it up', request('HEAD', `/downloads/${TICKET}`, { host: '127.0.0.1:4100' }, {}), 404],
    ['POST without Origin', post(`/uploads/${TICKET}`, { origin: null }), 403],
    ['POST of a foreign Origin', post(`/uploads/${TICKET}`, { origin: 'https://evil.example' }), 403],
    ['POST of the null Origin', post(`/uploads/${TICKET}`, { origin: 'null' }), 403],
    ['POST of an Origin that begins like ours', post(`/uploads/${TICKET}`, { origin: 'http://127.0.0.1:4100.evil.example' }), 403],
    ['a question after the token with another one', post('/token', { authorization: `Bearer ${'U'.repeat(43)}` }), 401],
    ['POST without token', post(`/uploads/${TICKET}`, { authorization: null }), 401],
    ['POST with a wrong token', post(`/uploads/${TICKET}`, { authorization: `Bearer ${'U'.repeat(43)}` }), 401],
    ['POST with a token in a cookie', post(`/uploads/${TICKET}`, { authorization: null, cookie: `token=${settings.token}` }), 401],
    ['POST elsewhere', post('/'), 404],
  ])('refuses %s', (_what, asked, status) => {
    expect(decideRequest(asked, settings)).toMatchObject({ kind: 'refuse', status });
  });
});

describe('decideUpgrade', () => {
  it('opens the socket for our own page with the token', () => {
    expect(decideUpgrade(upgrade(), settings)).toEqual({ kind: 'socket' });
  });

  it.each<[string, GuardedRequest, number]>([
    ['a rebound name whose Origin agrees', upgrade({ host: 'evil.example:4100', origin: 'http://evil.example:4100' }), 421],
    ['a missing Origin', upgrade({ origin: null }), 403],
    ['a foreign Origin', upgrade({ origin: 'http://127.0.0.1:4101' }), 403],
    ['two Origins', upgrade({ origin: [settings.origin, settings.origin] }), 403],
    ['another site by its own account', upgrade({ 'sec-fetch-site': 'cross-site' }), 403],
    ['no token', upgrade({ 'sec-websocket-protocol': 'countersign.v1' }), 401],
    ['a wrong token', upgrade({ 'sec-websocket-protocol': `countersign.v1, token.${'T'.repeat(42)}U` }), 401],
    ['a token that is a prefix', upgrade({ 'sec-websocket-protocol': `countersign.v1, token.${'T'.repeat(42)}` }), 401],
    ['an empty token', upgrade({ 'sec-websocket-protocol': 'countersign.v1, token.' }), 401],
    ['two tokens, one of them right', upgrade({ 'sec-websocket-protocol': `countersign.v1, token.x, token.${settings.token}` }), 401],
    ['the token in a cookie', upgrade({ 'sec-websocket-protocol': 'countersign.v1', cookie: settings.token }), 401],
    ['the token in the query', upgrade({ 'sec-websocket-protocol': 'countersign.v1' }, `/socket?token=${settings.token}`), 404],
    ['another protocol', upgrade({ 'sec-websocket-protocol': `token.${settings.token}` }), 400],
    ['an upgrade to something else', upgrade({ upgrade: 'h2c' }), 400],
    ['another path', upgrade({}, '/'), 404],
  ])('refuses %s', (_what, asked, status) => {
    expect(decideUpgrade(asked, settings)).toMatchObject({ kind: 'refuse', status });
  });
});

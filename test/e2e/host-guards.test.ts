/** Attacks the loopback host over real sockets, as a page of another site, a rebound name or a local program would. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { CONTENT_SECURITY_POLICY } from '../../src-main/app/content-security-policy.ts';
import { type LoopbackHost, startLoopbackHost } from '../../src-main/loopback/main.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { hostedApp, makeRendererDir, openSocket } from '../contract/support/adapters.ts';
import { createFixture, type Fixture } from '../contract/support/fixture-contract.ts';

// The adapters of the contract suite know the Electron one too; its module must not be loaded for real.
vi.mock('electron', () => import('../electron/support/electron-stub.ts'));

const TICKET = 'ticket-0123456789abcdef';
let rendererDir: string;
let fixture: Fixture;
let host: LoopbackHost;
let port: number;
let closes: number;
let uploads: string[];
const refusals: { status: number | undefined; text: string }[] = [];
const sockets: WebSocket[] = [];

beforeAll(() => {
  rendererDir = makeRendererDir();
  mkdirSync(join(rendererDir, 'assets'));
  writeFileSync(join(rendererDir, 'assets/index.js'), 'globalThis.loaded = true;');
  writeFileSync(join(rendererDir, 'assets/index.js.map'), '{}');
  symlinkSync('/etc/passwd', join(rendererDir, 'assets/passwd.txt'));
});
afterAll(() => {
  rmSync(rendererDir, { recursive: true, force: true });
});

beforeEach(async () => {
  fixture = createFixture();
  closes = 0;
  uploads = [];
  refusals.length = 0;
  let downloads = 1;
  host = await startLoopbackHost({
    rendererDir,
    log: ({ status, text }) => refusals.push({ status, text }),
    app: hostedApp(fixture.router.serve, {
      openDownload: (ticket) => {
        if (ticket !== TICKET || downloads === 0) return Promise.resolve(null);
        downloads -= 1;
        return Promise.resolve({ fileName: '../r"ü.csv', contentType: 'text/csv', stream: Readable.from(['a,b\n', '1,2\n']) });
      },
      acceptUpload: async (ticket, file) => {
        if (ticket !== TICKET) return false;
        const content = await readText(file);
        if (content === 'refuse me') throw new AppError('BAD_INPUT', 'Not a receipt file.', { nextStep: 'Choose another.' });
        uploads.push(content);
        return true;
      },
      close: () => {
        closes += 1;
        return Promise.resolve();
      },
    }),
  });
  port = Number(new URL(host.origin).port);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await host.close();
  expect(closes).toBe(1);
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request with exactly these headers; `fetch` would not let a test lie about Host or Origin. */
const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }), reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** Bytes as they are, for what no client library would send. */
const sendRaw = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.on('error', () => resolve(received));
    socket.on('close', () => resolve(received));
  });

const own = (): { Origin: string; Authorization: string } => ({ Origin: host.origin, Authorization: `Bearer ${host.token}` });

/** `open`, or the status with which the handshake was refused. */
const tryUpgrade = (options: { origin?: string; token?: string; protocols?: string[] }, path = '/socket'): Promise<'open' | number> =>
  new Promise((resolve) => {
    const socket = openSocket(`ws://127.0.0.1:${port}${path}`, options);
    sockets.push(socket);
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });

const openOwn = async (): Promise<WebSocket> => {
  expect(await tryUpgrade({ origin: host.origin, token: host.token })).toBe('open');
  return sockets.at(-1) as WebSocket;
};

describe('what our own page gets', () => {
  it('an address with the token in its fragment, 256 bits, new each launch', async () => {
    expect(host.address).toBe(`http://127.0.0.1:${port}/#token=${host.token}`);
    expect(Buffer.from(host.token, 'base64url')).toHaveLength(32);
    const other = await startLoopbackHost({ rendererDir, app: hostedApp(() => undefined) });
    expect(other.token).not.toBe(host.token);
    await other.close();
  });

  it('the start page with the security headers', async () => {
    for (const path of ['/', '/index.html', '/?from=chat']) {
      const answer = await send('GET', path, { Accept: 'text/html' });
      expect(answer).toMatchObject({ status: 200, body: '<!doctype html><title>Countersign</title>' });
      expect(answer.headers).toMatchObject({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    }
  });

  it('its scripts, but no start page where something is missing', async () => {
    expect(await send('GET', '/assets/index.js')).toMatchObject({ status: 200, body: 'globalThis.loaded = true;' });
    expect((await send('GET', '/assets/index.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(await send('HEAD', '/assets/index.js')).toMatchObject({ status: 200, body: '' });
    for (const path of ['/assets/gone.js', '/receipts', '/socket', '/__proto__', '/constructor']) {
      expect((await send('GET', path, { Accept: 'text/html' })).status).toBe(404);
    }
  });

  it('always whole files: a conditional request is answered in full', async () => {
    expect(
      (await send('GET', '/', { Accept: 'text/html', 'If-None-Match': '*', 'If-Modified-Since': new Date(0).toUTCString() })).status,
    ).toBe(200);
  });

  it('a download for a ticket, once', async () => {
    const answer = await send('GET', `/downloads/${TICKET}`);
    expect(answer).toMatchObject({ status: 200, body: 'a,b\n1,2\n' });
    expect(answer.headers['content-disposition']).toBe(`attachment; filename=".._r__.csv"; filename*=UTF-8''.._r%22%C3%BC.csv`);
    expect((await send('GET', `/downloads/${TICKET}`)).status).toBe(404);
  });

  it('an upload for a ticket', async () => {
    expect((await send('POST', `/uploads/${TICKET}`, own(), 'x'.repeat(3_000_000))).status).toBe(204);
    expect(uploads.map((content) => content.length)).toEqual([3_000_000]);
    const refused = await send('POST', `/uploads/${TICKET}`, own(), 'refuse me');
    expect(refused.status).toBe(422);
    expect(JSON.parse(refused.body)).toEqual({ code: 'BAD_INPUT', message: 'Not a receipt file.', nextStep: 'Choose another.' });
    expect((await send('POST', '/uploads/ticket-of-nobody-0000', own(), 'x')).status).toBe(404);
  });

  it('a socket that answers the contract and never repeats the token', async () => {
    const socket = await openOwn();
    expect(socket.protocol).toBe('countersign.v1');
    const answer = new Promise<string>((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString('utf8'))));
    socket.send('{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"x"}}');
    expect(JSON.parse(await answer)).toMatchObject({ kind: 'ok', body: { text: 'x' } });
  });
});

describe('what others get', () => {
  it('421 under any other name, even one whose Origin agrees with it', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `[::1]:${port}`,
    ]) {
      expect((await send('GET', '/', { Host: name, Accept: 'text/html' })).status).toBe(421);
      expect((await send('POST', `/uploads/${TICKET}`, { ...own(), Host: name, Origin: `http://${name}` }, 'x')).status).toBe(421);
    }
    expect(refusals).toHaveLength(12);
    expect(uploads).toEqual([]);
  });

  it('nothing without a Host, with two, or with a target that names another', async () => {
    expect(await sendRaw('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 4(00|21) /);
    expect(await sendRaw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await sendRaw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4(00|21) /);
    expect(await sendRaw(`GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw('\x16\x03\x01 not http at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 |^$/);
    expect(await sendRaw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).not.toMatch(/^HTTP\/1\.1 2/);
  });

  it('no socket without our Origin', async () => {
    for (const origin of [
      undefined,
      'https://evil.example',
      'null',
      `http://localhost:${port}`,
      `${host.origin}.evil.example`,
      'file://',
    ]) {
      expect(await tryUpgrade({ ...(origin === undefined ? {} : { origin }), token: host.token })).toBe(403);
    }
    expect(fixture.router.connections()).toBe(0);
  });

  it('no socket without the token', async () => {
    const { origin } = host;
    expect(await tryUpgrade({ origin, protocols: ['countersign.v1'] })).toBe(401);
    expect(await tryUpgrade({ origin, token: 'A'.repeat(43) })).toBe(401);
    expect(await tryUpgrade({ origin, token: host.token.slice(0, -1) })).toBe(401);
    expect(await tryUpgrade({ origin, protocols: ['countersign.v1'] }, `/socket?token=${host.token}`)).toBe(404);
    expect(await tryUpgrade({ origin, token: host.token }, '/other')).toBe(404);
    expect(fixture.router.connections()).toBe(0);
  });

  it('no socket on a rebound name', async () => {
    const raw = await sendRaw(
      [
        'GET /socket HTTP/1.1',
        `Host: evil.example:${port}`,
        `Origin: http://evil.example:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        `Sec-WebSocket-Protocol: countersign.v1, token.${host.token}`,
        '\r\n',
      ].join('\r\n'),
    );
    expect(raw).toMatch(/^HTTP\/1\.1 421 /);
    expect(raw).not.toContain(host.token);
  });

  it('no file outside the built interface', async () => {
    const climbs = [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2f..%2fetc/passwd',
      '/assets/%5c..%5c..%5cetc',
      '//etc/passwd',
    ];
    for (const path of climbs) {
      const raw = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
      expect(raw).toMatch(/^HTTP\/1\.1 400 /);
    }
    // Not in the list though they are in the folder: a source map, and a link that leads out.
    expect((await send('GET', '/assets/index.js.map')).status).toBe(404);
    expect((await send('GET', '/assets/passwd.txt')).status).toBe(404);
  });

  it('no POST without Origin and token, whatever cookies say', async () => {
    const { Origin, Authorization } = own();
    const Cookie = `token=${host.token}; countersign=${host.token}`;
    const path = `/uploads/${TICKET}`;
    expect((await send('POST', path, { Authorization, Cookie }, 'x')).status).toBe(403);
    expect((await send('POST', path, { Origin: 'https://evil.example', Authorization, Cookie }, 'x')).status).toBe(403);
    expect((await send('POST', path, { Origin, Cookie }, 'x')).status).toBe(401);
    expect((await send('POST', path, { Origin, Authorization: `Bearer ${'A'.repeat(43)}`, Cookie }, 'x')).status).toBe(401);
    expect((await send('POST', '/', own(), 'x')).status).toBe(404);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) expect((await send(method, path, own())).status).toBe(405);
    expect(uploads).toEqual([]);
  });

  it('neither a cookie nor leave to read us', async () => {
    const answers = [
      await send('GET', '/', { Accept: 'text/html', Cookie: 'a=b', Origin: 'https://evil.example' }),
      await send('OPTIONS', '/', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' }),
      await send('GET', '/', { Host: 'evil.example' }),
    ];
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name === 'set-cookie' || name.startsWith('access-control-'))).toEqual([]);
      expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    }
  });

  it('nothing when another site asks', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect((await send('GET', '/', { 'Sec-Fetch-Site': site, Accept: 'text/html' })).status).toBe(403);
      expect((await send('GET', `/downloads/${TICKET}`, { 'Sec-Fetch-Site': site })).status).toBe(403);
    }
    expect((await send('GET', `/downloads/${TICKET}`)).status).toBe(200);
  });

  it('no answer about who is asking: the reason repeats nothing of the request', async () => {
    const answer = await send('GET', '/<script>alert(1)</script>', { Host: '<script>evil</script>' });
    expect(answer.body).not.toContain('script');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(JSON.stringify(refusals)).not.toContain('script');
  });
});

describe('what a page with the token may not do either', () => {
  it('send a frame of 100 MB: its socket closes, others stay', async () => {
    const good = await openOwn();
    const bad = await openOwn();
    const closed = new Promise<number>((resolve) => bad.once('close', resolve));
    bad.send(`{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"${'x'.repeat(100 * 1024 * 1024)}"}}`);
    // 1009: message too big; 1006 where the connection went before the goodbye.
    expect([1009, 1006]).toContain(await closed);
    const answer = new Promise<string>((resolve) => good.once('message', (data: Buffer) => resolve(data.toString('utf8'))));
    good.send('{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"still here"}}');
    expect(await answer).toContain('still here');
  });

  it('send bytes instead of text', async () => {
    const socket = await openOwn();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(Buffer.from([1, 2, 3]));
    expect(await closed).toBe(1003);
  });

  it('reach prototypes', async () => {
    const socket = await openOwn();
    const answers: string[] = [];
    socket.on('message', (data: Buffer) => answers.push(data.toString('utf8')));
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      socket.send(`{"v":1,"id":"${name}","kind":"call","name":"${name}","body":{"__proto__":{"polluted":1}}}`);
    }
    await expect.poll(() => answers.length).toBe(4);
    for (const answer of answers) expect(JSON.parse(answer)).toMatchObject({ kind: 'fail', body: { code: 'UNKNOWN_PROCEDURE' } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('run more than 64 calls at a time', async () => {
    const socket = await openOwn();
    const codes: string[] = [];
    socket.on('message', (data: Buffer) => {
      const { kind, body } = JSON.parse(data.toString('utf8')) as { kind: string; body: { code?: string } };
      codes.push(kind === 'ok' ? 'ok' : (body.code ?? ''));
    });
    for (let i = 0; i < 5000; i += 1) socket.send(`{"v":1,"id":"c${i}","kind":"call","name":"work.wait","body":{}}`);
    await expect.poll(() => codes.length, { timeout: 10_000 }).toBe(5000 - 64);
    expect(new Set(codes)).toEqual(new Set(['TOO_MANY_CALLS']));
    expect(fixture.waiting).toBe(64);
    socket.terminate();
    await expect.poll(() => fixture.aborted).toBe(64);
  });

  it('keep a connection without a request for long', async () => {
    const begun = Date.now();
    const raw = await sendRaw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `);
    expect(raw).toMatch(/^HTTP\/1\.1 4(00|08) |^$/);
    expect(Date.now() - begun).toBeLessThan(15_000);
  });
});

describe('the life of the host', () => {
  it('listens on the loopback address alone', async () => {
    const reached = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.2', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(reached).toBe('ECONNREFUSED');
  });

  it('says when its port is taken', async () => {
    await expect(startLoopbackHost({ rendererDir, port, app: hostedApp(() => undefined) })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('closes pages, server and app, once', async () => {
    const socket = await openOwn();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await Promise.all([host.close(), host.close()]);
    await host.closed;
    expect(await closed).toBe(1000);
    await expect(send('GET', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends with its parent: when stdin closes, and not before', async () => {
    const source = `
      import { startLoopbackHost } from ${JSON.stringify(join(import.meta.dirname, '../../src-main/loopback/main.ts'))};
      const app = { serve() {}, close: async () => console.log('closed') };
      const host = await startLoopbackHost({ app, rendererDir: ${JSON.stringify(rendererDir)}, exitWithStdin: true });
      console.log(host.origin);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines: string[] = [];
    child.stdout.on('data', (data: Buffer) => lines.push(...data.toString('utf8').trim().split('\n')));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect((await fetch(`${lines[0]}/`)).status).toBe(200);
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(lines[1]).toBe('closed');
  });
});

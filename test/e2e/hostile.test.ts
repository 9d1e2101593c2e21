/**
 * The real app under attack, as another site, a rebound name, a local program or a page with the token would try it. The
 * host's guards have a suite of their own (host-guards); here the whole app stands behind them.
 */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { WebSocket } from 'ws';
import { folderOf, SOUND } from '../support/demo-source.ts';
import { type RunningConsole, startConsole, tempFolder } from './support/console.ts';
import { makeUsedWorkspace } from './support/workspace.ts';

interface Frame {
  readonly id: string;
  readonly kind: string;
  readonly body: Record<string, unknown>;
}

let console: RunningConsole;
let folder: string;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  folder = tempFolder('hostile', { keep: true });
  const used = await makeUsedWorkspace(folder, { chains: [SOUND] });
  console = await startConsole({ ...used, keep: true });
}, 180_000);
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await console.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

const send = (method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((done, failed) => {
    const asked = httpRequest({ host: '127.0.0.1', port: console.port, method, path, headers, agent: false }, (response) => {
      readText(response).then((body) => done({ status: response.statusCode ?? 0, body }), failed);
    });
    asked.on('error', failed);
    asked.end();
  });

/** A request line as it is: client libraries tidy paths up. */
const sendRaw = (path: string): Promise<string> =>
  new Promise((done) => {
    let received = '';
    const socket = connect(console.port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${console.port}\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.on('error', () => done(received));
    socket.on('close', () => done(received));
  });

interface Knock {
  readonly origin?: string | null;
  readonly token?: string | null;
  readonly host?: string;
}

/** An open socket, or the status with which it was refused. */
const knock = ({ origin = console.origin, token = console.token, host }: Knock = {}): Promise<WebSocket | number> =>
  new Promise((done) => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${console.port}/socket`,
      ['countersign.v1', ...(token === null ? [] : [`token.${token}`])],
      {
        ...(origin === null ? {} : { origin }),
        ...(host === undefined ? {} : { headers: { Host: host } }),
      },
    );
    sockets.push(socket);
    socket.on('open', () => done(socket));
    socket.on('unexpected-response', (_request, response) => done(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });

/** A line to the app as its own page has one. */
const openLine = async () => {
  const socket = await knock();
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8')) as Frame));
  let calls = 0;
  const sendText = (text: string): void => socket.send(text);
  return {
    socket,
    frames,
    sendText,
    /** Sends a body as text, as no client of ours would; resolves with the answer. */
    call: async (name: string, body: string, extra = ''): Promise<Frame> => {
      const id = `c${(calls += 1)}`;
      sendText(`{"v":1,"id":"${id}","kind":"call","name":"${name}","body":${body}${extra}}`);
      await expect.poll(() => frames.some((frame) => frame.id === id)).toBe(true);
      return frames.find((frame) => frame.id === id)!;
    },
  };
};

describe('at the door', () => {
  it('another Host, another Origin, none, no token: no socket and no page', async () => {
    expect(await knock({ host: `evil.example:${console.port}`, origin: `http://evil.example:${console.port}` })).toBe(421);
    expect(await knock({ origin: null })).toBe(403);
    expect(await knock({ origin: 'https://evil.example' })).toBe(403);
    expect(await knock({ origin: 'null' })).toBe(403);
    expect(await knock({ token: null })).toBe(401);
    expect(await knock({ token: 'A'.repeat(43) })).toBe(401);
    expect((await send('GET', '/', { Host: 'evil.example' })).status).toBe(421);
    expect((await send('GET', '/', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await send('POST', '/uploads/0123456789abcdef', { Origin: console.origin })).status).toBe(401);
  });

  it('no way out of the downloads', async () => {
    for (const path of [
      '/downloads/../../etc/passwd',
      '/downloads/..%2f..%2f..%2fetc%2fpasswd',
      '/downloads/%2e%2e/%2e%2e/countersign.db',
      '/downloads/..\\..\\countersign.db',
      '/downloads//etc/passwd',
      '/downloads/%00',
      `/downloads/${'A'.repeat(3000)}`,
      '/downloads/0123456789abcdef',
      '/countersign.db',
      '/../switchboard/countersign.db',
    ]) {
      const raw = await sendRaw(path);
      expect(raw, path).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(raw).not.toMatch(/root:|SQLite format/);
    }
  });

  it('a ticket opens one export, once, and only its own', async () => {
    const line = await openLine();
    const { kind, body } = await line.call(
      'receipt.export',
      `{"format":"csv","chainKeys":["northwind/${folderOf(SOUND)}"]}`,
      ',"key":"key-of-the-export-1"',
    );
    expect(kind).toBe('ok');
    const ticket = String(body['ticket']);
    expect((await send('GET', `/downloads/${ticket}`, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await send('HEAD', `/downloads/${ticket}`)).status).toBe(404);
    const first = await send('GET', `/downloads/${ticket}`);
    expect(first.status).toBe(200);
    expect(first.body.split(/\r?\n/).filter((each) => each !== '')).toHaveLength(SOUND.receipts + 1);
    expect((await send('GET', `/downloads/${ticket}`)).status).toBe(404);
    for (const [i, chainKey] of ['../../etc/passwd', 'northwind/../../x', '__proto__/x', 'northwind/%2e%2e'].entries()) {
      expect(
        (
          await line.call(
            'receipt.export',
            `{"format":"csv","chainKeys":[${JSON.stringify(chainKey)}]}`,
            `,"key":"key-of-export-${i}-0000"`,
          )
        ).kind,
      ).toBe('fail');
    }
  });
});

describe('with the token in hand', () => {
  it('a frame of 100 MB ends its own connection; the others and the app go on', async () => {
    const [good, bad] = await Promise.all([openLine(), openLine()]);
    const closed = new Promise<number>((done) => bad.socket.once('close', done));
    bad.sendText(`{"v":1,"id":"a","kind":"call","name":"search.find","body":{"text":"${'x'.repeat(100 * 1024 * 1024)}"}}`);
    expect([1009, 1006]).toContain(await closed);
    expect((await good.call('host.describe', '{}')).kind).toBe('ok');
  });

  it('keys of prototypes reach nothing', async () => {
    const line = await openLine();
    const bodies: readonly (readonly [name: string, body: string, code: string])[] = [
      ['__proto__', '{}', 'UNKNOWN_PROCEDURE'],
      ['constructor', '{}', 'UNKNOWN_PROCEDURE'],
      ['toString', '{}', 'UNKNOWN_PROCEDURE'],
      ['search.find', '{"text":"a","__proto__":{"polluted":true}}', 'BAD_INPUT'],
      ['search.find', '{"text":"a","constructor":{"prototype":{"polluted":true}}}', 'BAD_INPUT'],
      ['receipt.chains', '{"search":{"__proto__":{"polluted":true}}}', 'BAD_INPUT'],
      ['receipt.chain', '{"chainKey":"__proto__/constructor"}', 'NOT_FOUND'],
      ['quarantine.entry', '{"quarantineId":"__proto__"}', 'NOT_FOUND'],
    ];
    for (const [name, body, code] of bodies) {
      const answer = await line.call(name, body);
      expect([name, answer.kind, answer.body['code']]).toEqual([name, 'fail', code]);
    }
    const host = await line.call('host.describe', '{}');
    expect(host.kind).toBe('ok');
    expect(host.body['polluted']).toBeUndefined();
  });

  it('input of the wrong shape is refused in words, without a stack or a place of this machine', async () => {
    const line = await openLine();
    const tries: readonly (readonly [string, string])[] = [
      ['audit.page', '{"limit":100000}'],
      ['audit.page', '{"limit":"1; DROP TABLE audit"}'],
      ['audit.page', '{"before":"not a cursor"}'],
      ['receipt.chains', '{"after":"\' OR 1=1 --"}'],
      ['receipt.page', '{"chainKey":"northwind/nothing@0"}'],
      ['receipt.page', `{"chainKey":"northwind/${folderOf(SOUND)}","from":9007199254740993}`],
      ['receipt.find', '{"text":"%_\\u0000"}'],
      ['quarantine.page', '{"after":"-1"}'],
      ['audit.entry', '{"seq":1e308}'],
    ];
    for (const [name, body] of tries) {
      const answer = await line.call(name, body);
      const text = JSON.stringify(answer);
      expect(text, name).not.toMatch(/INTERNAL/);
      expect(text).not.toMatch(/node_modules|\.ts:|SqliteError|\\n {4}at /);
      expect(text).not.toContain(folder);
    }
    const relative = await line.call('workspace.create', '{"folder":"../../outside","name":"x"}', ',"key":"key-of-a-relative-one"');
    expect(relative).toMatchObject({ kind: 'fail', body: { code: 'BAD_INPUT' } });
  });

  it('5,000 calls at once: each is answered or refused, and the next connection is served', async () => {
    const flood = await openLine();
    for (let i = 0; i < 5000; i += 1) flood.sendText(`{"v":1,"id":"f${i}","kind":"call","name":"search.find","body":{"text":"north"}}`);
    await expect.poll(() => flood.frames.filter(({ id }) => id.startsWith('f')).length, { timeout: 60_000 }).toBe(5000);
    const kinds = new Set(flood.frames.map(({ kind, body }) => (kind === 'fail' ? String(body['code']) : kind)));
    expect(kinds).toEqual(new Set(['ok', 'TOO_MANY_CALLS']));
    expect((await (await openLine()).call('overview.get', '{}')).kind).toBe('ok');
  });

  it('frames that are none: refused one by one, then the connection ends', async () => {
    const line = await openLine();
    const closed = new Promise<number>((done) => line.socket.once('close', done));
    for (let i = 0; i < 40; i += 1) line.sendText(['not json', '[]', 'null', '{"v":9}', '{"v":1,"id":1}', `${'['.repeat(500)}`][i % 6]!);
    await closed;
    expect((await (await openLine()).call('host.describe', '{}')).kind).toBe('ok');
    const deep = await openLine();
    deep.sendText(`{"v":1,"id":"d","kind":"call","name":"search.find","body":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`);
    await expect.poll(() => deep.frames.some(({ kind }) => kind === 'fail')).toBe(true);
  });

  it('the same command twice under one key acts once', async () => {
    const line = await openLine();
    const body = '{"name":"Only once","role":"engineering"}';
    const [first, second] = await Promise.all([
      line.call('member.add', body, ',"key":"key-of-only-one-call"'),
      line.call('member.add', body, ',"key":"key-of-only-one-call"'),
    ]);
    expect([first.kind, second.kind]).toEqual(['ok', 'ok']);
    const { body: list } = await line.call('member.list', '{}');
    expect((list['members'] as { name: string }[]).filter(({ name }) => name === 'Only once')).toHaveLength(1);
  });
});

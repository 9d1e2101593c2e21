import { afterEach, describe, expect, it, vi } from 'vitest';
import { CallError, createClient, type Client } from '../../src-shared/contract/client.ts';
import { CONTRACT_LIMITS } from '../../src-shared/contract/limits.ts';
import type { Port } from '../../src-shared/contract/port.ts';
import { ADAPTERS, type Connected } from './support/adapters.ts';
import { createFixture, type Fixture, fixtureContract, SECRET_PATH } from './support/fixture-contract.ts';

vi.mock('electron', () => import('../electron/support/electron-stub.ts'));

/** One suite over every way a frame can travel: a host must not be the weaker door. */
describe.each(ADAPTERS)('the contract over $name', ({ connect }) => {
  const opened: Connected[] = [];
  afterEach(async () => {
    for (const connected of opened.splice(0)) await connected.close();
  });

  const open = async (fixture: Fixture): Promise<Connected> => {
    const connected = await connect((port) => {
      fixture.router.serve(port);
    });
    opened.push(connected);
    return connected;
  };
  const start = async (
    fixture: Fixture = createFixture(),
  ): Promise<{ fixture: Fixture; connected: Connected; client: Client<typeof fixtureContract>; faults: unknown[] }> => {
    const connected = await open(fixture);
    const faults: unknown[] = [];
    const client = createClient(connected.port, fixtureContract, { onFault: (fault) => faults.push(fault) });
    return { fixture, connected, client, faults };
  };
  const failureOf = async (call: Promise<unknown>): Promise<CallError> => {
    const error: unknown = await call.then(
      () => new Error('the call did not fail'),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CallError);
    return error as CallError;
  };
  /** Sends raw text and gives back the next frame that comes. */
  const exchange = async (port: Port, text: string): Promise<{ kind: string; id: string; body: { code: string; message: string } }> => {
    const next = new Promise<string>((resolve) => {
      const stop = port.onFrame((frame) => {
        stop();
        resolve(frame);
      });
    });
    port.send(text);
    return JSON.parse(await next) as never;
  };

  it('answers a query with the session of the host, never of the frame', async () => {
    const { client } = await start();
    expect(await client.call('echo.say', { text: 'Grüße 𝄞' })).toEqual({
      text: 'Grüße 𝄞',
      memberId: 'm-1',
      now: '2026-08-01T00:00:00.000Z',
    });
  });

  it('keeps many calls apart', async () => {
    const { client } = await start();
    const texts = Array.from({ length: 50 }, (_, i) => `text ${i}`);
    const answers = await Promise.all(texts.map((text) => client.call('echo.say', { text })));
    expect(answers.map((answer) => answer.text)).toEqual(texts);
  });

  it('sends an expected failure whole, without paths of the machine', async () => {
    const { client } = await start();
    const error = await failureOf(client.call('note.fail', {}));
    expect(error).toMatchObject({
      code: 'CONFLICT',
      message: 'The file …/x.csv is in the way.',
      nextStep: 'Choose another name.',
      retryable: false,
      details: { at: '…/x.csv', rows: [3] },
      requestId: 'r-1',
    });
  });

  it('sends a bug as INTERNAL: the detail is in the log alone, under the same request id', async () => {
    const { client, fixture } = await start();
    const error = await failureOf(client.call('bug.throw', {}));
    expect(error.code).toBe('INTERNAL');
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(SECRET_PATH);
    expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/ENOENT|\bat .*\.ts/);
    const entry = fixture.log.find((line) => line.requestId === error.requestId);
    expect(entry).toMatchObject({ level: 'error', name: 'bug.throw', outcome: 'INTERNAL', memberId: 'm-1' });
    expect(String(entry?.error)).toContain(SECRET_PATH);
  });

  it('finds an answer that drifts from the contract, and one that is too large', async () => {
    const { client, fixture } = await start();
    expect((await failureOf(client.call('bug.answer', {}))).code).toBe('INTERNAL');
    expect(String(fixture.log.at(-1)?.error)).toContain('answer of bug.answer');
    expect((await failureOf(client.call('bug.large', {}))).code).toBe('FRAME_TOO_LARGE');
  });

  it('carries progress before the answer, and events to those who listen', async () => {
    const { client } = await start();
    const seen: number[] = [];
    await client.call('work.steps', { steps: 3 }, { onProgress: (progress) => seen.push(progress.done) });
    expect(seen).toEqual([1, 2, 3]);

    const heard: string[] = [];
    const stop = client.on('note.added', ({ text }) => heard.push(text));
    await client.call('note.add', { text: 'one' });
    stop();
    await client.call('note.add', { text: 'two' });
    expect(heard).toEqual(['one']);
  });

  it('cancels: the caller learns it at once, the handler sees its signal', async () => {
    const { client, fixture } = await start();
    const abort = new AbortController();
    const failed = failureOf(client.call('work.wait', {}, { signal: abort.signal }));
    await expect.poll(() => fixture.waiting).toBe(1);
    abort.abort();
    expect(await failed).toMatchObject({ code: 'CANCELLED', retryable: true });
    await expect.poll(() => fixture.aborted).toBe(1);
    expect((await failureOf(client.call('work.wait', {}, { signal: abort.signal }))).code).toBe('CANCELLED');
    expect(fixture.waiting).toBe(1);
  });

  it('stops the work of a caller who vanishes', async () => {
    const { client, connected, fixture } = await start();
    const failed = failureOf(client.call('work.wait', {}));
    await expect.poll(() => fixture.waiting).toBe(1);
    connected.vanish();
    expect(await failed).toMatchObject({ code: 'DISCONNECTED', retryable: true, requestId: null });
    await expect.poll(() => fixture.aborted).toBe(1);
    await expect.poll(() => fixture.router.connections()).toBe(0);
    expect((await failureOf(client.call('echo.say', { text: 'late' }))).code).toBe('DISCONNECTED');
  });

  it('acts once for one idempotency key, also from another connection', async () => {
    const fixture = createFixture();
    const { client } = await start(fixture);
    const key = 'key-0123456789abcdef';
    const [first, second] = await Promise.all([
      client.call('note.add', { text: 'once' }, { key }),
      client.call('note.add', { text: 'once' }, { key }),
    ]);
    expect([first, second]).toEqual([{ count: 1 }, { count: 1 }]);
    expect(await client.call('note.add', { text: 'once' }, { key })).toEqual({ count: 1 });
    expect(fixture.notes).toEqual(['once']);
    expect((await failureOf(client.call('note.add', { text: 'other' }, { key }))).code).toBe('CONFLICT');
    fixture.session = { member_id: 'm-2', role: 'admin' };
    expect((await failureOf(client.call('note.add', { text: 'once' }, { key }))).code).toBe('CONFLICT');
    expect(fixture.notes).toEqual(['once']);
  });

  it('does not remember a failure: the same key may try again', async () => {
    const { client, fixture } = await start();
    const key = 'key-0123456789abcdef';
    await failureOf(client.call('note.fail', {}, { key }));
    await failureOf(client.call('note.fail', {}, { key }));
    expect(fixture.notes).toEqual(['failed', 'failed']);
  });

  it('refuses a role, counts it and tells who', async () => {
    const { client, fixture } = await start();
    const error = await failureOf(client.call('admin.only', {}));
    expect(error).toMatchObject({ code: 'FORBIDDEN', details: { role: 'auditor', allowed: ['admin'] } });
    // The role is looked at before the input: a stranger does not learn what would fit.
    expect((await failureOf(client.call('admin.only', { x: 1 } as never))).code).toBe('FORBIDDEN');
    expect(fixture.denials.map(({ name, count, session }) => [name, count, session.member_id])).toEqual([
      ['admin.only', 1, 'm-1'],
      ['admin.only', 2, 'm-1'],
    ]);
    fixture.session = { member_id: 'm-9', role: 'admin' };
    expect(await client.call('admin.only', {})).toEqual({});
  });

  it('answers in recovery only what belongs there', async () => {
    const { client, fixture } = await start();
    expect((await failureOf(client.call('recovery.only', {}))).code).toBe('NOT_IN_RECOVERY');
    fixture.phase = 'recovery';
    expect(await client.call('recovery.only', {})).toEqual({});
    expect((await failureOf(client.call('echo.say', { text: 'x' }))).code).toBe('IN_RECOVERY');
  });

  it('refuses input that does not fit, naming the place', async () => {
    const { client } = await start();
    const error = await failureOf(client.call('echo.say', { text: 7 } as never));
    expect(error).toMatchObject({ code: 'BAD_INPUT', retryable: false });
    expect(error.message).toContain('$.text');
    expect((await failureOf(client.call('echo.say', { text: 'a', more: 1 } as never))).code).toBe('BAD_INPUT');
    expect((await failureOf(client.call('echo.say', null as never))).code).toBe('BAD_INPUT');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'note.added', 'nothing.here'])(
    'knows no procedure named %s',
    async (name) => {
      const { client } = await start();
      expect((await failureOf(client.call(name as never))).code).toBe('UNKNOWN_PROCEDURE');
    },
  );

  it('refuses prototype keys anywhere in a frame, and no prototype changes', async () => {
    const connected = await open(createFixture());
    const frames = [
      '{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"x","__proto__":{"polluted":true}}}',
      '{"v":1,"id":"b","kind":"call","name":"echo.say","body":{"text":"x"},"__proto__":{"polluted":true}}',
      '{"v":1,"id":"c","kind":"call","name":"echo.say","body":{"text":"x","constructor":{"prototype":{"polluted":true}}}}',
    ];
    for (const frame of frames) expect((await exchange(connected.port, frame)).kind).toBe('fail');
    await exchange(connected.port, '{"v":1,"id":"d","kind":"call","name":"echo.say","body":{"text":"x","tags":{"__proto__":"y"}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['not JSON', '{"v":1,'],
    ['empty object', '{}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['unknown version', '{"v":2,"id":"a","kind":"call","name":"echo.say","body":{"text":"x"}}'],
    ['no version', '{"id":"a","kind":"call","name":"echo.say","body":{"text":"x"}}'],
    ['an answer from a caller', '{"v":1,"id":"a","kind":"ok","body":{}}'],
    ['an event from a caller', '{"v":1,"id":"","kind":"event","name":"note.added","body":{"text":"x"}}'],
    ['an unknown kind', '{"v":1,"id":"a","kind":"eval","name":"echo.say","body":{}}'],
    ['a number as id', '{"v":1,"id":1,"kind":"call","name":"echo.say","body":{"text":"x"}}'],
    ['an id with markup', '{"v":1,"id":"<b>","kind":"call","name":"echo.say","body":{"text":"x"}}'],
    ['an id that is too long', `{"v":1,"id":"${'a'.repeat(65)}","kind":"call","name":"echo.say","body":{"text":"x"}}`],
    ['an extra key', '{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"x"},"session":{"role":"admin"}}'],
    ['a query with a key', '{"v":1,"id":"a","kind":"call","name":"echo.say","key":"key-0123456789abcdef","body":{"text":"x"}}'],
    ['a command without a key', '{"v":1,"id":"a","kind":"call","name":"note.add","body":{"text":"x"}}'],
    ['deep nesting', `{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"x","extra":${'['.repeat(5000)}${']'.repeat(5000)}}}`],
  ])('refuses %s and goes on', async (_what, text) => {
    const fixture = createFixture();
    const connected = await open(fixture);
    const answer = await exchange(connected.port, text);
    expect(answer).toMatchObject({ kind: 'fail', body: { code: 'BAD_FRAME' } });
    expect(fixture.notes).toEqual([]);
    const next = await exchange(connected.port, '{"v":1,"id":"z","kind":"call","name":"echo.say","body":{"text":"still here"}}');
    expect(next).toMatchObject({ kind: 'ok', id: 'z' });
  });

  it('takes a frame just under the limit, and refuses one over it or closes', async () => {
    const fixture = createFixture();
    const { client, connected } = await start(fixture);
    const text = 'é'.repeat(CONTRACT_LIMITS.frameBytes / 2 - 200);
    expect((await failureOf(client.call('echo.say', { text }))).code).toBe('FRAME_TOO_LARGE'); // the answer, by the fixture's limit
    expect((await failureOf(client.call('echo.say', { text: `${text}${'é'.repeat(300)}` }))).requestId).toBeNull();
    const ended = new Promise<string>((resolve) => {
      connected.port.onClose(() => resolve('closed'));
      connected.port.onFrame((frame) => resolve((JSON.parse(frame) as { body: { code: string } }).body.code));
    });
    connected.port.send(`{"v":1,"id":"big","kind":"call","name":"echo.say","body":{"text":"${text}${'é'.repeat(300)}"}}`);
    expect(['closed', 'FRAME_TOO_LARGE']).toContain(await ended);
    expect(fixture.log.filter((entry) => entry.outcome === 'ok')).toEqual([]);
  });

  it('survives a frame of 100 MB', async () => {
    const fixture = createFixture();
    const first = await open(fixture);
    const ended = new Promise<string>((resolve) => {
      first.port.onClose(() => resolve('closed'));
      first.port.onFrame((frame) => resolve((JSON.parse(frame) as { body: { code: string } }).body.code));
    });
    first.port.send(`{"v":1,"id":"a","kind":"call","name":"echo.say","body":{"text":"${'x'.repeat(100 * 1024 * 1024)}"}}`);
    expect(['closed', 'FRAME_TOO_LARGE']).toContain(await ended);
    const { client } = await start(fixture);
    expect((await client.call('echo.say', { text: 'next' })).text).toBe('next');
  });

  it('runs 64 calls at a time, refuses the rest as retryable, and recovers', async () => {
    const { client, fixture } = await start();
    const calls = Array.from({ length: 200 }, () => client.call('work.wait', {}).catch((error: unknown) => (error as CallError).code));
    await expect.poll(() => fixture.log.length).toBe(136);
    expect(fixture.waiting).toBe(64);
    fixture.release();
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer === 'TOO_MANY_CALLS')).toHaveLength(136);
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(64);
    expect((await client.call('echo.say', { text: 'again' })).text).toBe('again');
  });

  it('refuses a second call under an id in flight without ending the first', async () => {
    const fixture = createFixture();
    const connected = await open(fixture);
    const frames: { id: string; kind: string; body: { code?: string } }[] = [];
    connected.port.onFrame((text) => frames.push(JSON.parse(text) as never));
    const call = '{"v":1,"id":"same","kind":"call","name":"work.wait","body":{}}';
    connected.port.send(call);
    connected.port.send(call);
    connected.port.send('{"v":1,"id":"other","kind":"cancel"}');
    await expect.poll(() => frames.length).toBe(1);
    expect(frames[0]).toMatchObject({ id: '', kind: 'fail', body: { code: 'BAD_FRAME' } });
    fixture.release();
    await expect.poll(() => frames.length).toBe(2);
    expect(frames[1]).toMatchObject({ id: 'same', kind: 'ok' });
  });

  it('closes on a caller who sends garbage only', async () => {
    const fixture = createFixture();
    const connected = await open(fixture);
    const closed = new Promise<void>((resolve) => connected.port.onClose(resolve));
    for (let i = 0; i < CONTRACT_LIMITS.badFrames + 10; i += 1) connected.port.send('garbage');
    await closed;
    expect(fixture.log).toHaveLength(CONTRACT_LIMITS.badFrames);
    await expect.poll(() => fixture.router.connections()).toBe(0);
  });

  it('closes all connections with the router', async () => {
    const { client, connected, fixture } = await start();
    await client.call('echo.say', { text: 'x' });
    const closed = new Promise<void>((resolve) => connected.port.onClose(resolve));
    fixture.router.close();
    await closed;
    expect((await failureOf(client.call('echo.say', { text: 'late' }))).code).toBe('DISCONNECTED');
  });
});

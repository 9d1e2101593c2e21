import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src-shared/contract/client.ts';
import { command, event, query, z } from '../../src-shared/contract/define.ts';
import { createMemoryPortPair } from '../../src-shared/contract/memory-port.ts';
import type { Port } from '../../src-shared/contract/port.ts';
import { createRouter } from '../../src-shared/contract/router.ts';
import { backoffMs } from '../../src-renderer/port/backoff.ts';
import { PortRefused } from '../../src-renderer/port/host-port.ts';
import { createLiveClient, type LiveClient } from '../../src-renderer/port/live-client.ts';

const contract = {
  'thing.get': query({ input: z.strictObject({ id: z.string() }), output: z.strictObject({ id: z.string() }) }),
  'thing.add': command({ input: z.strictObject({}), output: z.strictObject({ n: z.int() }) }),
  'thing.changed': event(z.strictObject({ n: z.int() })),
};

/** An app whose connections can be cut, and whose next openings can be made to fail. */
const world = () => {
  let added = 0;
  let failures = 0;
  let refuse = false;
  let cutAfterAdd = false;
  let opened = 0;
  let last: Port | null = null;
  const timers: { act: () => void; ms: number }[] = [];
  const router = createRouter({
    contract,
    handlers: {
      'thing.get': ({ id }) => ({ id }),
      'thing.add': () => {
        added += 1;
        if (cutAfterAdd) {
          cutAfterAdd = false;
          last?.close();
        }
        return { n: added };
      },
    },
    session: () => ({ member_id: 'm', role: 'admin' }),
    log: () => undefined,
    now: () => '2026-06-03T09:42:00.000Z',
    newRequestId: () => 'req_1',
    monotonicMs: () => 0,
  });
  const client: LiveClient<typeof contract> = createLiveClient(
    {
      open: () => {
        if (refuse) return Promise.reject(new PortRefused('The token no longer holds.'));
        if (failures > 0) {
          failures -= 1;
          return Promise.reject(new Error('The app does not answer.'));
        }
        const [ours, theirs] = createMemoryPortPair();
        opened += 1;
        last = ours;
        router.serve(theirs);
        return Promise.resolve(ours);
      },
    },
    contract,
    {
      nowMs: () => 1000,
      chance: () => 1,
      setTimer: (act, ms) => {
        const timer = { act, ms };
        timers.push(timer);
        return () => {
          timers.splice(0, timers.length, ...timers.filter((each) => each !== timer));
        };
      },
    },
  );
  return {
    client,
    router,
    timers,
    added: () => added,
    opened: () => opened,
    cut: () => last?.close(),
    cutAfterAdd: () => (cutAfterAdd = true),
    failNext: (n: number) => (failures = n),
    refuseAll: () => (refuse = true),
    /** Lets the oldest timer fire. */
    tick: () => timers.shift()?.act(),
  };
};

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

let open: LiveClient<typeof contract> | null = null;
afterEach(() => open?.close());

describe('the client that outlives its connections', () => {
  it('waits for the first connection', async () => {
    const { client } = world();
    open = client;
    expect(client.state().kind).toBe('connecting');
    await expect(client.call('thing.get', { id: 'a' })).resolves.toEqual({ id: 'a' });
    expect(client.state().kind).toBe('open');
  });

  it('says when it is lost, and comes back with growing pauses', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.failNext(2);
    w.cut();
    await settle();
    expect(w.client.state()).toEqual({ kind: 'lost', since: 1000, retryAt: 1250, tries: 1 });
    w.tick();
    await settle();
    expect(w.client.state()).toMatchObject({ kind: 'lost', since: 1000, retryAt: 1500, tries: 2 });
    w.tick();
    await settle();
    expect(w.client.state()).toMatchObject({ tries: 3, retryAt: 2000 });
    w.tick();
    await settle();
    expect(w.client.state().kind).toBe('open');
    expect(w.opened()).toBe(2);
  });

  it('asks a query again whose answer was lost', async () => {
    const w = world();
    open = w.client;
    await settle();
    const answer = w.client.call('thing.get', { id: 'b' });
    w.cut();
    await settle();
    w.tick();
    await expect(answer).resolves.toEqual({ id: 'b' });
  });

  it('lets a command act once, also when its answer was lost', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.cutAfterAdd();
    const answer = w.client.call('thing.add', {});
    await settle();
    expect(w.client.state().kind).toBe('lost');
    w.tick();
    await expect(answer).resolves.toEqual({ n: 1 });
    expect(w.added()).toBe(1);
  });

  it('hears events on every connection, each once', async () => {
    const w = world();
    open = w.client;
    const heard: number[] = [];
    w.client.on('thing.changed', ({ n }) => heard.push(n));
    await settle();
    w.router.publish('thing.changed', { n: 1 });
    await settle();
    w.cut();
    await settle();
    w.tick();
    await settle();
    w.router.publish('thing.changed', { n: 2 });
    await settle();
    expect(heard).toEqual([1, 2]);
  });

  it('gives up waiting after its patience, and says what to do', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.failNext(9);
    w.cut();
    await settle();
    const answer = w.client.call('thing.get', { id: 'c' });
    const outcome = expect(answer).rejects.toMatchObject({ code: 'DISCONNECTED', retryable: true, requestId: null });
    await settle();
    w.timers.find((timer) => timer.ms === 30_000)?.act();
    await outcome;
  });

  it('can be cancelled while it waits', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.failNext(9);
    w.cut();
    await settle();
    const abort = new AbortController();
    const answer = w.client.call('thing.get', { id: 'd' }, { signal: abort.signal });
    const outcome = expect(answer).rejects.toBeInstanceOf(CallError);
    await settle();
    abort.abort();
    await outcome;
  });

  it('does not knock on a door that is shut for good', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.refuseAll();
    w.cut();
    await settle();
    w.tick();
    await settle();
    expect(w.client.state()).toEqual({ kind: 'refused', says: 'The token no longer holds.' });
    expect(w.timers).toEqual([]);
    await expect(w.client.call('thing.get', { id: 'e' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
  });

  it('tries at once when asked', async () => {
    const w = world();
    open = w.client;
    await settle();
    w.cut();
    await settle();
    w.client.retryNow();
    await settle();
    expect(w.client.state().kind).toBe('open');
    expect(w.timers).toEqual([]);
  });
});

describe('the pauses', () => {
  it('double up to a quarter of a minute and are spread over the upper half', () => {
    expect(backoffMs(1, 1)).toBe(250);
    expect(backoffMs(1, 0)).toBe(125);
    expect(backoffMs(4, 1)).toBe(2000);
    expect(backoffMs(30, 1)).toBe(15_000);
    expect(backoffMs(10_000, 0)).toBe(7500);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrived,
  createEmitter,
  type EmitterOptions,
  type FetchLike,
  quantityText,
  retryDelayMs,
  type UsageEvent,
} from '../../../src-shared/emitter/index.ts';

/** An intake in memory: keeps each key once, and fails as it is told. */
function fakeIntake() {
  const kept = new Map<string, UsageEvent>();
  const requests: { readonly events: number; readonly status: number; readonly token: string }[] = [];
  /** What the next requests meet, in order; taken when the list is empty. `lost`: taken, but the answer does not arrive. */
  const faults: ('away' | 'lost' | number)[] = [];
  let maxEvents = Number.POSITIVE_INFINITY;
  const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    text: () => Promise.resolve(JSON.stringify(body)),
  });
  const fetch: FetchLike = (_url, init) => {
    const events = JSON.parse(init.body) as UsageEvent[];
    const fault = faults.shift();
    const note = (status: number) => requests.push({ events: events.length, status, token: init.headers['Authorization'] ?? '' });
    if (fault === 'away') {
      note(0);
      return Promise.reject(new Error('connection refused'));
    }
    if (typeof fault === 'number') {
      note(fault);
      return Promise.resolve(answer(fault, {}, fault === 429 ? { 'retry-after': '7' } : {}));
    }
    if (events.length > maxEvents) {
      note(413);
      return Promise.resolve(answer(413, {}));
    }
    const outcomes = events.map((event) => {
      const known = kept.get(event.id);
      if (known === undefined) kept.set(event.id, event);
      return { id: event.id, outcome: known === undefined ? 'accepted' : 'duplicate' };
    });
    note(fault === 'lost' ? -1 : 200);
    if (fault === 'lost') return Promise.reject(new Error('connection reset'));
    return Promise.resolve(answer(200, { outcomes }));
  };
  return { fetch, kept, requests, faults, limit: (events: number) => (maxEvents = events) };
}

function emitterOn(intake: ReturnType<typeof fakeIntake>, options: Partial<EmitterOptions> = {}) {
  const waits: number[] = [];
  let id = 0;
  const emitter = createEmitter({
    url: 'http://127.0.0.1:1/intake/events',
    token: () => 'a-token',
    source: 'test',
    fetch: intake.fetch,
    now: () => Date.parse('2026-05-01T00:00:00Z'),
    newId: () => `e${(id += 1)}`,
    random: () => 0.5,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { emitter, waits };
}

const use = { tenantId: 'acme', metric: 'api_request', quantity: 1, unit: 'request' } as const;

describe('quantities', () => {
  it('are exact: fractions only as text', () => {
    expect(quantityText('0.1')).toBe('0.1');
    expect(quantityText(9_007_199_254_740_993n)).toBe('9007199254740993');
    expect(quantityText(3)).toBe('3');
    expect(quantityText(-0)).toBe('0');
    for (const bad of [0.1, Number.NaN, 2 ** 53, 'one', '1e3', '.5', '']) expect(() => quantityText(bad)).toThrow(/nothing was queued/);
  });
});

describe('the emitter', () => {
  it('sends CloudEvents in batches, with the token and its source', async () => {
    const intake = fakeIntake();
    const { emitter } = emitterOn(intake, { batchEvents: 2 });
    for (let i = 0; i < 5; i += 1) emitter.emit(use);
    const after = await emitter.flush();
    expect(intake.requests.map(({ events }) => events)).toEqual([2, 2, 1]);
    expect(intake.requests[0]?.token).toBe('Bearer a-token');
    expect(after).toMatchObject({ state: 'idle', waiting: 0, sent: 5, outcomes: { accepted: 5 } });
    expect(intake.kept.get('e1')).toEqual({
      specversion: '1.0',
      id: 'e1',
      source: 'test',
      type: 'countersign.usage.v1',
      subject: 'acme',
      time: '2026-05-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: { metric: 'api_request', quantity: '1', unit: 'request' },
    });
  });

  it('keeps the key of an event over all tries: what arrived without an answer counts once', async () => {
    const intake = fakeIntake();
    intake.faults.push('lost');
    const { emitter } = emitterOn(intake);
    emitter.emit({ ...use, key: 'request-17' });
    const after = await emitter.flush();
    expect([...intake.kept.keys()]).toEqual(['request-17']);
    expect(after).toMatchObject({ sent: 1, outcomes: { accepted: 0, duplicate: 1 } });
  });

  it('waits longer with each try, and as long as it is asked to', async () => {
    const intake = fakeIntake();
    intake.faults.push('away', 503, 429);
    const { emitter, waits } = emitterOn(intake);
    emitter.emit(use);
    await emitter.flush();
    expect(waits).toEqual([375, 750, 7000]);
    expect(retryDelayMs(40, 0.999, 500, 30_000)).toBeLessThanOrEqual(30_000);
  });

  it('keeps everything while the intake is away, and sends it when it is back', async () => {
    const intake = fakeIntake();
    intake.faults.push('away', 'away', 'away');
    const { emitter } = emitterOn(intake, { attempts: 3 });
    emitter.emit(use);
    emitter.emit(use);
    expect(await emitter.flush()).toMatchObject({ state: 'offline', waiting: 2, sent: 0 });
    expect(await emitter.flush()).toMatchObject({ state: 'idle', waiting: 0, sent: 2 });
  });

  it('does not repeat what asking again cannot change, and loses nothing of it', async () => {
    const intake = fakeIntake();
    intake.faults.push(401);
    const { emitter } = emitterOn(intake);
    emitter.emit(use);
    expect(await emitter.flush()).toMatchObject({ state: 'refused', waiting: 1 });
    expect(intake.requests).toHaveLength(1);
  });

  it('takes smaller batches where the intake asks for it, and leaves out what is too large alone', async () => {
    const intake = fakeIntake();
    intake.limit(3);
    const { emitter } = emitterOn(intake, { batchEvents: 10 });
    for (let i = 0; i < 10; i += 1) emitter.emit(use);
    expect(await emitter.flush()).toMatchObject({ sent: 10, unsendable: 0 });
    intake.limit(0);
    emitter.emit(use);
    expect(await emitter.flush()).toMatchObject({ sent: 10, unsendable: 1, waiting: 0 });
  });

  it('has a bound: more is refused and counted, not kept', () => {
    const { emitter } = emitterOn(fakeIntake(), { bufferEvents: 2 });
    expect([emitter.emit(use).queued, emitter.emit(use).queued]).toEqual([true, true]);
    expect(emitter.emit(use)).toEqual({ queued: false, because: 'full' });
    expect(emitter.state()).toMatchObject({ waiting: 2, overflowed: 1 });
  });

  it('sends by itself where it may: when a batch is full, and after a moment', async () => {
    const intake = fakeIntake();
    const planned: { work: () => void; ms: number }[] = [];
    const { emitter } = emitterOn(intake, { batchEvents: 2, later: (work, ms) => planned.push({ work, ms }) });
    emitter.emit(use);
    expect(planned).toHaveLength(1);
    emitter.emit(use);
    await expect.poll(() => emitter.state().sent).toBe(2);
    planned[0]!.work();
    emitter.emit(use);
    const sentNow = (): number => {
      planned.at(-1)!.work();
      return emitter.state().sent;
    };
    await expect.poll(sentNow).toBe(3);
  });

  it('closes with what it could send, and takes no more', async () => {
    const { emitter } = emitterOn(fakeIntake());
    emitter.emit(use);
    expect(await emitter.close()).toMatchObject({ state: 'closed', sent: 1 });
    expect(emitter.emit(use)).toEqual({ queued: false, because: 'closed' });
    await expect(emitter.flush()).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('counts each event once in the end, whatever the network does between', async () => {
    const fault = fc.constantFrom<'away' | 'lost' | number>('away', 'lost', 429, 500, 503);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fault, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (events, faults, batch) => {
          const intake = fakeIntake();
          intake.faults.push(...faults);
          const { emitter } = emitterOn(intake, { batchEvents: batch, attempts: 3 });
          for (let i = 0; i < events; i += 1) emitter.emit(use);
          let state = await emitter.flush();
          for (let again = 0; state.waiting > 0 && again < 30; again += 1) state = await emitter.flush();
          expect(intake.kept.size).toBe(events);
          expect(state.sent).toBe(events);
          expect(arrived(state)).toBe(events);
        },
      ),
      { numRuns: 60 },
    );
  });
});

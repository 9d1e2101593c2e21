import { describe, expect, it } from 'vitest';
import { backoffMs, checkSchedule, createSyncScheduler, type ScheduledSource } from '../../../src-main/sources/index.ts';
import { nextRunAt } from '../../../src-main/sources/schedule.ts';

const at = (text: string): Date => new Date(`2026-03-01T${text}Z`);

describe('when a source is due', () => {
  it('follows its pattern in UTC from the end of the last run on', () => {
    const state = { schedule: '*/15 * * * *', since: at('12:03:00'), failures: 0, retryNotBefore: null };
    expect(nextRunAt(state, 0)).toEqual(at('12:15:00'));
    expect(nextRunAt({ ...state, schedule: '0 6 * * *' }, 0)?.toISOString()).toBe('2026-03-02T06:00:00.000Z');
    expect(nextRunAt({ ...state, schedule: 'manual' }, 0)).toBeNull();
  });

  it('backs off exponentially with jitter, up to an hour', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect(backoffMs(1, 0.5)).toBe(45_000);
    expect(backoffMs(500, 0.999)).toBeLessThanOrEqual(3_600_000);
    expect(backoffMs(500, 0)).toBe(1_800_000);
    expect(nextRunAt({ schedule: '*/15 * * * *', since: at('12:00:00'), failures: 2, retryNotBefore: null }, 0)).toEqual(at('12:01:00'));
  });

  it('never comes back before it is told to', () => {
    expect(nextRunAt({ schedule: '*/15 * * * *', since: at('12:00:00'), failures: 1, retryNotBefore: at('12:40:00') }, 0)).toEqual(
      at('12:40:00'),
    );
  });

  it.each(['', 'often', '61 * * * *', '* * * * * *', '*/10 * * * * *', '0 0 30 2 *'])('refuses the schedule “%s”', (schedule) => {
    expect(() => checkSchedule(schedule)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error);
  });

  it.each(['manual', '* * * * *', '0 6 * * 1-5', '@daily', '*/30 * * * * *'])('takes the schedule “%s”', (schedule) => {
    expect(() => checkSchedule(schedule)).not.toThrow();
  });
});

describe('the scheduler', () => {
  const source = (over: Partial<ScheduledSource> = {}): ScheduledSource => ({
    sourceId: 's1',
    name: 'one',
    schedule: '*/15 * * * *',
    addedAt: '2026-03-01T12:00:00.000Z',
    lastRunAt: null,
    failures: 0,
    retryNotBefore: null,
    ...over,
  });

  /** A clock and one timer, moved by hand. */
  const bench = (sources: () => readonly ScheduledSource[], run: (sourceId: string) => Promise<unknown>) => {
    let now = at('12:00:00').getTime();
    let timer: { readonly work: () => void; readonly due: number } | null = null;
    const errors: unknown[] = [];
    const scheduler = createSyncScheduler({
      sources: () => Promise.resolve(sources()),
      run,
      now: () => new Date(now),
      jitter: () => 0,
      onError: (error) => errors.push(error),
      setTimer: (work, delayMs) => (timer = { work, due: now + delayMs }),
      clearTimer: () => {
        timer = null;
      },
    });
    const settle = async () => {
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
    };
    return {
      scheduler,
      errors,
      settle,
      timerDue: () => (timer === null ? null : new Date(timer.due).toISOString()),
      fire: async () => {
        const { work, due } = timer!;
        now = due;
        timer = null;
        work();
        await settle();
      },
    };
  };

  it('runs what is due, then looks again', async () => {
    const runs: string[] = [];
    let state = [source(), source({ sourceId: 's2', schedule: '0 13 * * *' }), source({ sourceId: 's3', schedule: 'manual' })];
    const b = bench(
      () => state,
      (sourceId) => {
        runs.push(sourceId);
        state = state.map((one) => (one.sourceId === sourceId ? { ...one, lastRunAt: '2026-03-01T12:15:00.000Z' } : one));
        return Promise.resolve();
      },
    );
    expect(b.scheduler.nextRunAt('s1')).toBeNull();
    b.scheduler.start();
    await b.settle();
    expect(b.scheduler.nextRunAt('s1')).toBe('2026-03-01T12:15:00.000Z');
    expect(b.scheduler.nextRunAt('s3')).toBeNull();
    expect(b.timerDue()).toBe('2026-03-01T12:15:00.000Z');
    await b.fire();
    expect(runs).toEqual(['s1']);
    expect(b.timerDue()).toBe('2026-03-01T12:30:00.000Z');
    await b.scheduler.close();
    expect(b.timerDue()).toBeNull();
  });

  it('runs at once what was missed while the program was closed', async () => {
    const b = bench(
      () => [source({ addedAt: '2026-02-01T00:00:00.000Z' })],
      () => Promise.resolve(),
    );
    b.scheduler.start();
    await b.settle();
    expect(b.timerDue()).toBe('2026-03-01T12:00:00.000Z');
    await b.scheduler.close();
  });

  it('waits after a run that could not even be recorded, instead of spinning', async () => {
    let runs = 0;
    const b = bench(
      () => [source({ addedAt: '2026-02-01T00:00:00.000Z' })],
      () => {
        runs += 1;
        return Promise.reject(new Error('the disk is full'));
      },
    );
    b.scheduler.start();
    await b.settle();
    await b.fire();
    expect(runs).toBe(1);
    expect(b.errors).toHaveLength(1);
    expect(b.timerDue()).toBe('2026-03-01T12:01:00.000Z');
    await b.scheduler.close();
  });
});

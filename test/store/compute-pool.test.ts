import { afterEach, describe, expect, it } from 'vitest';
import { createComputePool, type ComputePoolOptions } from '../../src-main/store/compute-pool.ts';
import type { Compute } from '../../src-main/store/types.ts';
import type { TestTasks } from './support/compute-tasks.ts';

const entry = new URL('./support/compute-worker.ts', import.meta.url);
const open: Compute<TestTasks>[] = [];

const pool = (options: Partial<ComputePoolOptions> = {}): Compute<TestTasks> => {
  const made = createComputePool<TestTasks>({ entry, size: 2, ...options });
  open.push(made);
  return made;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const nothing = undefined as never;

describe('the compute pool', () => {
  it('runs a task by name and gives its result', async () => {
    expect(await pool().run('double', { value: 21 })).toBe(42);
  });

  it('has one worker a core by default, and at least one', () => {
    expect(createComputePool({ entry }).size).toBeGreaterThanOrEqual(1);
    expect(createComputePool({ entry, size: 0 }).size).toBe(1);
  });

  it('runs as many tasks at a time as it has workers, the rest in order', async () => {
    const compute = pool();
    const threads = await Promise.all(Array.from({ length: 5 }, () => compute.run('linger', { milliseconds: 30 })));
    expect(new Set(threads).size).toBe(2);
  });

  it('cancels a running synchronous task, which sees the flag without giving up its thread', async () => {
    const compute = pool();
    const abort = new AbortController();
    const started = Promise.withResolvers<void>();
    const outcome = compute.run(
      'spin',
      { milliseconds: 20_000 },
      {
        signal: abort.signal,
        onProgress: () => {
          started.resolve();
        },
      },
    );
    await started.promise;
    const at = performance.now();
    abort.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'CANCELLED' });
    // It would have gone on for 20 s; how quickly it stops is measured by the bench, not by a test on a busy machine.
    expect(performance.now() - at).toBeLessThan(10_000);
    expect(await compute.run('double', { value: 1 })).toBe(2);
  });

  it('takes a waiting task from the queue when it is cancelled', async () => {
    const compute = pool({ size: 1 });
    const order: string[] = [];
    const first = compute.run('linger', { milliseconds: 300 }).then(() => order.push('first is done'));
    const abort = new AbortController();
    const second = compute.run('double', { value: 1 }, { signal: abort.signal });
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    order.push('second is cancelled');
    await first;
    expect(order).toEqual(['second is cancelled', 'first is done']);
    await expect(compute.run('double', { value: 1 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('throttles progress and never swallows the last word', async () => {
    const seen: number[] = [];
    const { steps } = await pool().run(
      'spin',
      { milliseconds: 450 },
      { onProgress: (value) => seen.push((value as { steps: number }).steps) },
    );
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.length).toBeLessThanOrEqual(7);
    expect(seen.at(-1)).toBe(steps);
  });

  it('moves buffers both ways instead of copying them', async () => {
    const compute = pool();
    const { bytes } = await compute.run('bytes', { length: 1_000 });
    expect(bytes).toHaveLength(1_000);
    expect(bytes[999]).toBe(7);
    const buffer = new ArrayBuffer(8);
    await compute.run('double', { value: 1, buffer } as { value: number }, { transfer: [buffer] });
    expect(buffer.byteLength).toBe(0);
  });

  it('replaces a crashed worker, naming the task that was lost', async () => {
    const compute = pool({ size: 1 });
    const lost = compute.run('crash', nothing);
    const next = compute.run('double', { value: 4 });
    await expect(lost).rejects.toMatchObject({ code: 'WORKER_CRASHED', details: { operation: 'crash' } });
    expect(await next).toBe(8);
  });

  it('gives a bug as INTERNAL and an unknown task too', async () => {
    const compute = pool();
    await expect(compute.run('bug', nothing)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(compute.run('unheard-of' as 'bug', nothing)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('cancels what runs when it closes', async () => {
    const compute = pool();
    const running = compute.run('spin', { milliseconds: 20_000 });
    running.catch(() => undefined);
    await compute.run('double', { value: 1 });
    const at = performance.now();
    await compute.close();
    expect(performance.now() - at).toBeLessThan(10_000);
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(compute.run('double', { value: 1 })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

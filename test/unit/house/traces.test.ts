import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { otlpJson } from '../../../src-main/app/observe/otlp-json.ts';
import { createTraces } from '../../../src-main/app/observe/traces.ts';

describe('traces', () => {
  it('hang a span below the one that runs, across what is awaited', async () => {
    const traces = createTraces();
    const answer = await traces.run('call tenant.list', { role: 'finance' }, async () => {
      await Promise.resolve();
      return traces.run('read tenants.list', { rows: 3 }, async () => {
        await Promise.resolve();
        return 7;
      });
    });
    expect(answer).toBe(7);
    const [outer, inner] = traces.recent(10);
    expect(outer).toMatchObject({ name: 'call tenant.list', parentSpanId: null, outcome: 'ok', attributes: { role: 'finance' } });
    expect(inner).toMatchObject({ name: 'read tenants.list', parentSpanId: outer!.spanId, traceId: outer!.traceId });
    expect(outer!.durationMs).toBeGreaterThanOrEqual(inner!.durationMs);
  });

  it('two that run at the same time do not become parent and child', async () => {
    const traces = createTraces();
    await Promise.all([1, 2].map((n) => traces.run(`call ${n}`, {}, () => new Promise((resolve) => setTimeout(resolve, 5)))));
    expect(traces.recent(10).map(({ parentSpanId }) => parentSpanId)).toEqual([null, null]);
    expect(new Set(traces.recent(10).map(({ traceId }) => traceId)).size).toBe(2);
  });

  it('note the code of what failed and throw it on', async () => {
    const traces = createTraces();
    const refused = new AppError('FORBIDDEN', 'No.', { nextStep: 'Ask.' });
    await expect(traces.run('policy can_delete_tenant', {}, () => Promise.reject(refused))).rejects.toBe(refused);
    await expect(
      traces.run('read broken', {}, () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(traces.recent(2).map(({ outcome }) => outcome)).toEqual(['INTERNAL', 'FORBIDDEN']);
  });

  it('keep the newest and forget the rest', async () => {
    const traces = createTraces(3);
    for (let i = 0; i < 5; i += 1) await traces.run(`span ${i}`, {}, () => i);
    expect(traces.recent(10).map(({ name }) => name)).toEqual(['span 4', 'span 3', 'span 2']);
  });

  it('leave as one OTLP document with ids and nanoseconds', async () => {
    const traces = createTraces();
    await traces.run('read tenants.list', { rows: 3, ratio: 0.5, cached: true, name: 'x' }, () => 1);
    const [span] = traces.recent(1);
    const document = JSON.parse(otlpJson(traces.recent(1), '1.2.3')) as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    const written = document.resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
    expect(written).toMatchObject({
      traceId: span!.traceId,
      spanId: span!.spanId,
      name: 'read tenants.list',
      kind: 1,
      status: { code: 1 },
    });
    expect(written['traceId']).toMatch(/^[0-9a-f]{32}$/);
    expect(BigInt(written['endTimeUnixNano'] as string)).toBeGreaterThanOrEqual(BigInt(written['startTimeUnixNano'] as string));
    expect(written['attributes']).toEqual([
      { key: 'rows', value: { intValue: '3' } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
      { key: 'cached', value: { boolValue: true } },
      { key: 'name', value: { stringValue: 'x' } },
    ]);
  });
});

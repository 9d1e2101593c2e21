import { describe, expect, it } from 'vitest';
import { figureText, intakeFinding, seriesFinding, traceLines } from '../../src-renderer/features/diagnostics/diagnostics-words.ts';

describe('words of diagnostics', () => {
  it.each([
    [{ value: null, unit: 'count' }, '–'],
    [{ value: 1234, unit: 'count' }, '1,234'],
    [{ value: 0, unit: 'seconds' }, '0 s'],
    [{ value: 1.234, unit: 'percent' }, '1.23%'],
    [{ value: 4.25, unit: 'ms' }, '4.3 ms'],
    [{ value: 128, unit: 'ms' }, '128 ms'],
  ] as const)('%j reads %s', (figure, text) => {
    expect(figureText(figure)).toBe(text);
  });

  it('say what a series shows, also of one reading and of none', () => {
    const series = { id: 'lag', title: 'Lag', unit: 's' } as const;
    expect(seriesFinding({ ...series, points: [] })).toBe('Lag: no reading yet.');
    expect(seriesFinding({ ...series, points: [['2026-06-03T09:00:00.000Z', 4]] })).toBe('Lag: 4 s now, between 4 and 4 over 1 reading.');
    expect(
      seriesFinding({
        ...series,
        points: [
          ['2026-06-03T09:00:00.000Z', 9],
          ['2026-06-03T09:01:00.000Z', 2],
        ],
      }),
    ).toBe('Lag: 2 s now, between 2 and 9 over 2 readings.');
  });

  it('count what came in over all days', () => {
    const day = { date: '2026-06-01', accepted: 10, duplicate: 1, conflict: 0, late: 2, quarantined: 3 };
    expect(intakeFinding([day, { ...day, date: '2026-06-02' }])).toBe(
      'In 30 days 20 rows were accepted, 2 were duplicates, 4 late, 0 conflicts and 6 went to quarantine.',
    );
  });

  it('put spans below what they ran in', () => {
    const one = (spanId: string, parentSpanId: string | null, startedAt: string, traceId = 't1') => ({
      spanId,
      parentSpanId,
      traceId,
      startedAt,
      name: spanId,
      durationMs: 1,
      outcome: 'ok',
      attributes: {},
    });
    const lines = traceLines([
      one('c', 'b', '2026-06-03T09:00:00.002Z'),
      one('b', 'a', '2026-06-03T09:00:00.001Z'),
      one('x', 'gone', '2026-06-03T08:00:00.000Z', 't0'),
      one('a', null, '2026-06-03T09:00:00.000Z'),
    ]);
    expect(lines.map(({ spanId, depth }) => [spanId, depth])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['x', 0],
    ]);
  });
});

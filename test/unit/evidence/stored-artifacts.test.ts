import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentFacts } from '../../../src-main/evidence/content-facts.ts';
import { compareFields, leavesOf } from '../../../src-main/evidence/document-fields.ts';
import { judge, judgeStanding } from '../../../src-main/evidence/judge.ts';
import { readArtifact } from '../../../src-main/evidence/read-artifact.ts';
import { readJson } from '../../../src-main/evidence/reference/read-json.ts';
import type { ObjectValue } from '../../../src-main/evidence/reference/value.ts';
import { ARTIFACTS, guardrailsArtifact } from '../../support/evidence-artifacts.ts';

const valueOf = (document: unknown) => readJson(Buffer.from(JSON.stringify(document))).value as ObjectValue;
const bytesOf = (document: unknown) => Buffer.from(JSON.stringify(document));

describe('the month of an artifact', () => {
  const telemetry = (start: string, end: string) =>
    contentFacts('finance-telemetry', valueOf({ captured_at: '2026-04-03T00:00:00Z', window: { start, end, label: 'x' } }));
  it.each([
    ['2026-02-01T00:00:00Z', '2026-02-28T23:59:59.999999Z', '2026-02'],
    ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-02'],
    ['2026-01-01T00:00:00Z', '2026-02-28T23:59:59Z', '2026-02'],
    ['2026-02-01T00:00:00+02:00', '2026-03-01T00:30:00+02:00', '2026-02'],
    ['nonsense', 'nonsense', '2026-04'],
  ])('of %s to %s is %s', (start, end, month) => {
    expect(telemetry(start, end).month).toBe(month);
  });

  it('of assumptions is that of the window they were made for, else of their capture', () => {
    const of = (more: object) => contentFacts('finance-assumptions', valueOf({ captured_at: '2026-03-02T00:00:00Z', ...more })).month;
    expect([of({ source_window_label: '2026-02' }), of({ source_window_label: '2026-02-01_2026-02-28' }), of({})]).toEqual([
      '2026-02',
      '2026-02',
      '2026-03',
    ]);
  });

  it('is null where nothing says it', () => {
    expect(contentFacts('stress', valueOf({ captured_at: 5 }))).toEqual({
      month: null,
      windowLabel: null,
      windowStart: null,
      windowEnd: null,
      capturedAt: null,
    });
  });
});

describe('fields', () => {
  const leaves = (document: unknown) => leavesOf(valueOf(document));
  it('of rows that moved are compared with themselves', () => {
    const before = leaves({
      rows: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
    });
    const now = leaves({
      rows: [
        { id: 'new', n: 0 },
        { id: 'b', n: 2 },
        { id: 'a', n: 3 },
      ],
    });
    expect(compareFields(now, before).filter(({ change }) => change !== 'same')).toEqual([
      { pointer: '/rows/0/id', value: '"new"', before: null, change: 'added' },
      { pointer: '/rows/0/n', value: '0', before: null, change: 'added' },
      { pointer: '/rows/2/n', value: '3', before: '1', change: 'changed' },
    ]);
  });

  it('compared with themselves are the same, and every one is there', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const all = leaves(document);
        expect(compareFields(all, all).every(({ change }) => change === 'same')).toBe(true);
        expect(new Set(all.map(({ pointer }) => pointer)).size).toBe(all.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a verdict and time', () => {
  const NOW = Date.parse('2026-03-05T09:00:00Z');
  it.each(Object.entries(ARTIFACTS))('of %s is the same until it says it changes, and another from then on', (kind, make) => {
    const bytes = bytesOf(make());
    const standing = judgeStanding(kind as keyof typeof ARTIFACTS, bytes, new Date(NOW).toISOString())!;
    expect(standing).toMatchObject({ verdict: 'pass', stale: false });
    const until = Date.parse(standing.holdsUntil!);
    for (const at of [NOW, NOW + (until - NOW) / 2, until - 1])
      expect(judge(kind as keyof typeof ARTIFACTS, bytes, Math.floor(at))!.verdict).toBe('pass');
    expect(judge(kind as keyof typeof ARTIFACTS, bytes, until)!.verdict).toBe('fail');
    expect(judgeStanding(kind as keyof typeof ARTIFACTS, bytes, standing.holdsUntil!)).toMatchObject({ verdict: 'fail', stale: true });
  });

  it('of a capture still to come counts from then', () => {
    const bytes = bytesOf({ ...guardrailsArtifact(), captured_at: '2030-01-01T00:00:00Z' });
    expect(judgeStanding('finance-guardrails', bytes, '2026-03-05T09:00:00.000Z')).toMatchObject({
      verdict: 'pass',
      holdsUntil: '2030-02-01T00:00:00.001Z',
    });
  });

  it('does not matter where nothing ages: assumptions, packets, what is rejected for its shape', () => {
    expect(judgeStanding('committee-packet', bytesOf({}), '2026-03-05T09:00:00.000Z')).toBeNull();
    expect(judgeStanding('finance-assumptions', bytesOf({}), '2026-03-05T09:00:00.000Z')).toMatchObject({
      verdict: 'fail',
      holdsUntil: null,
    });
    expect(judgeStanding('finance-guardrails', bytesOf({ metrics: 1 }), '2026-03-05T09:00:00.000Z')).toMatchObject({
      verdict: 'fail',
      holdsUntil: null,
      stale: false,
    });
  });
});

describe('any bytes', () => {
  it('are an artifact or are not, and never make the reader throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const read = readArtifact(bytes);
          expect(read.ok || read.says.length > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { listAt, numberOf, numberText, valueAt, withValue } from '../../src-renderer/features/evidence/draft.ts';
import {
  cellLook,
  countdown,
  figureWords,
  pointerOfField,
  shortFigures,
  stateLook,
} from '../../src-renderer/features/evidence/evidence-words.ts';
import { signedText, valueText } from '../../src-renderer/features/evidence/consistency-tab.tsx';
import { timeText, timeValue } from '../../src-renderer/features/evidence/form-fields.tsx';

const NOW = Date.parse('2026-03-05T09:00:00Z');
const DAY = 86_400_000;
const until = (ms: number) => new Date(NOW + ms).toISOString();

describe('how long a verdict holds', () => {
  it('is said for what passes and ages, and warns a week before', () => {
    expect(countdown({ state: 'pass', holdsUntil: until(12 * DAY) }, NOW)).toMatchObject({ status: 'ok', text: '12 d left' });
    expect(countdown({ state: 'pass', holdsUntil: until(6 * DAY) }, NOW)).toMatchObject({ status: 'warn' });
    expect(countdown({ state: 'pass', holdsUntil: until(-1) }, NOW)).toMatchObject({ text: 'is verified again' });
    expect(countdown({ state: 'pass', holdsUntil: null }, NOW)).toBeNull();
    expect(countdown({ state: 'fail', holdsUntil: until(DAY) }, NOW)).toBeNull();
  });

  it('makes a cell: only the newest of a kind can be too old', () => {
    const look = (state: 'pass' | 'fail' | 'stale' | 'none', isNewest: boolean, ms: number | null = null) =>
      cellLook({ state, holdsUntil: ms === null ? null : until(ms) }, isNewest, NOW).look;
    expect([look('pass', true, 12 * DAY), look('pass', true, DAY), look('pass', true), look('stale', true), look('stale', false)]).toEqual([
      'ok',
      'soon',
      'ok',
      'stale',
      'past',
    ]);
    expect([look('fail', true), look('fail', false), look('none', true), look('pass', false, DAY)]).toEqual([
      'fail',
      'fail',
      'idle',
      'past',
    ]);
    expect(cellLook({ state: 'pass', holdsUntil: until(5 * 3_600_000) }, true, NOW).figure).toBe('5 h');
  });
});

describe('words of evidence', () => {
  it('say figures in their unit, and leave what is none', () => {
    expect([figureWords('84.6', 'percent'), figureWords('5194', 'usd'), figureWords('8', 'count'), figureWords(null, 'usd')]).toEqual([
      '84.60%',
      '5,194.00',
      '8',
      '–',
    ]);
    expect([figureWords('many', 'count'), figureWords('1.5', 'parsecs')]).toEqual(['many', '1.5']);
  });

  it('shorten what a verifier writes with all its digits', () => {
    expect(shortFigures('age 80.98728570601853 ≤ 120, share 0.7, MRR 1234567.123456')).toBe('age 80.99 ≤ 120, share 0.7, MRR 1,234,567.12');
  });

  it('find a field by the name that verifiers give it', () => {
    expect([pointerOfField('metrics.stress_margin_percent'), pointerOfField('sources[2].url')]).toEqual([
      '/metrics/stress_margin_percent',
      '/sources/2/url',
    ]);
  });

  it('know a packet that has nothing to verify', () => {
    expect([stateLook('none', 'committee-packet').word, stateLook('none', 'stress').word]).toEqual(['nothing to verify', 'not verified']);
  });

  it('give differences their sign and values their commas', () => {
    expect([signedText('56120'), signedText('-43.2'), signedText('0'), signedText('0.123456'), signedText('later')]).toEqual([
      '+56,120.00',
      '−43.20',
      '±0.00',
      '+0.123456',
      'later',
    ]);
    expect([valueText('62000'), valueText('-1234.5'), valueText('2026-02')]).toEqual(['62,000', '−1,234.5', '2026-02']);
  });
});

describe('a form over a document', () => {
  it('sets, adds and takes away by pointer without touching what it was given', () => {
    const given = { a: { b: 1 }, rows: [{ id: 'x' }, { id: 'y' }] };
    const frozen = JSON.stringify(given);
    expect(withValue(given, '/a/c', 2)).toEqual({ ...given, a: { b: 1, c: 2 } });
    expect(withValue(given, '/rows/0', undefined).rows).toEqual([{ id: 'y' }]);
    expect(withValue(given, '/new/deep', 'v')).toMatchObject({ new: { deep: 'v' } });
    expect(withValue(given, '/a/b', undefined).a).toEqual({});
    expect(JSON.stringify(given)).toBe(frozen);
    expect([valueAt(given, '/rows/1/id'), valueAt(given, '/toString'), listAt(given, '/a')]).toEqual(['y', undefined, []]);
  });

  it('keeps what was typed until it is a number', () => {
    expect(['', ' 7 ', '1,234.5', '.5', '-3', '1e3', '12a', 'NaN', '1.'].map(numberOf)).toEqual([
      null,
      7,
      1234.5,
      0.5,
      -3,
      1000,
      '12a',
      'NaN',
      1,
    ]);
    expect([numberText(null), numberText(0), numberText('12a'), numberText(undefined)]).toEqual(['', '0', '12a', '']);
  });

  it('writes times as artifacts do and shows them as the product does', () => {
    expect([timeText('2026-03-01T09:00:00Z'), timeText('2026-03-01T09:00:00.000Z'), timeText('2026-03-01T09:00:30Z')]).toEqual([
      '2026-03-01 09:00',
      '2026-03-01 09:00',
      '2026-03-01T09:00:30Z',
    ]);
    expect(['2026-03-01 09:00', '2026-03-01T09:00Z', '2026-03-01 09:00:30 UTC', '2026-03-01', 'soon'].map(timeValue)).toEqual([
      '2026-03-01T09:00:00Z',
      '2026-03-01T09:00:00Z',
      '2026-03-01T09:00:30Z',
      '2026-03-01',
      'soon',
    ]);
  });
});

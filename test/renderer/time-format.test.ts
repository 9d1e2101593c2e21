import { describe, expect, it } from 'vitest';
import { age, barTime, columnTime, factTime, localTime, parseTime, shortTime, span } from '../../src-renderer/ui/time-format.ts';

const NOW = Date.parse('2026-06-03T09:42:00Z');

describe('times', () => {
  it('shows the whole moment in facts', () => {
    expect(factTime('2026-06-03T09:42:51.123Z')).toBe('2026-06-03 09:42 UTC');
    expect(factTime('2026-06-03T09:42:51.123Z', true)).toBe('2026-06-03 09:42:51 UTC');
  });

  it('is as short as it stays clear', () => {
    expect(shortTime('2026-06-03T06:12:00Z', NOW)).toBe('06:12 UTC');
    expect(shortTime('2026-06-02T16:20:00Z', NOW)).toBe('2 June 16:20 UTC');
    expect(shortTime('2025-12-31T23:59:00Z', NOW)).toBe('2025-12-31 23:59 UTC');
    expect(columnTime('2026-06-03T06:12:00Z', NOW)).toBe('06:12');
    expect(columnTime('2026-06-02T06:12:00Z', NOW)).toBe('2 June');
    expect(columnTime('2025-06-02T06:12:00Z', NOW)).toBe('2025-06-02');
    expect(barTime(NOW)).toBe('3 June 2026 09:42 UTC');
  });

  it('puts the local time beside, and says nothing twice', () => {
    expect(localTime('2026-06-03T09:42:00Z', 120)).toBe('11:42 local');
    expect(localTime('2026-06-03T22:10:00Z', 120)).toBe('4 June 00:10 local');
    expect(localTime('2026-06-03T01:10:00Z', -240)).toBe('2 June 21:10 local');
    expect(localTime('2026-06-03T09:42:00Z', 345)).toBe('15:27 local');
    expect(localTime('2026-06-03T09:42:00Z', 0)).toBe('');
  });

  it('tells ages', () => {
    expect(age('2026-06-03T09:41:30Z', NOW)).toBe('just now');
    expect(age('2026-06-03T09:38:00Z', NOW)).toBe('4 min ago');
    expect(age('2026-06-05T17:00:00Z', NOW)).toBe('in 2 d 7 h');
    expect(span(3_600_000)).toBe('1 h');
    expect(span(30_000)).toBe('less than a minute');
  });

  it('shows what is no time as it came', () => {
    expect(parseTime('soon')).toBeNull();
    expect(factTime('soon')).toBe('soon');
    expect(age('soon', NOW)).toBe('');
  });
});

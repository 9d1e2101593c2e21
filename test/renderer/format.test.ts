import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteSize,
  counted,
  decimal,
  duration,
  initials,
  integer,
  listed,
  percent,
  position,
  shortHash,
  signed,
} from '../../src-renderer/ui/format.ts';

describe('figures', () => {
  it('groups by comma and has a true minus', () => {
    expect(integer(12029)).toBe('12,029');
    expect(integer(-1234567)).toBe('\u22121,234,567');
    expect(integer(0)).toBe('0');
    expect(decimal(4119.5, 2)).toBe('4,119.50');
    expect(percent(8.321)).toBe('8.32%');
  });

  it('never shows minus zero', () => {
    expect(decimal(-0.001, 2)).toBe('0.00');
  });

  it('always signs a difference', () => {
    expect(signed(0.34, 2)).toBe('+0.34');
    expect(signed(-5020)).toBe('\u22125,020');
    expect(signed(0)).toBe('±0');
    expect(signed(0.004, 2)).toBe('±0.00');
  });

  it('keeps every digit of a whole number', () => {
    fc.assert(fc.property(fc.integer(), (n) => Number(integer(n).replaceAll(',', '').replace('\u2212', '-')) === n));
  });

  it('names one thing and many', () => {
    expect(counted(1, 'chain')).toBe('1 chain');
    expect(counted(1200, 'entry', 'entries')).toBe('1,200 entries');
    expect(listed([])).toBe('');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});

describe('sizes and times taken', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '1.00 kB'],
    [6_627_917, '6.63 MB'],
    [219_152_384, '219 MB'],
    [999_600_000, '1.00 GB'],
    [184_230_000_000, '184 GB'],
  ])('%d bytes are %s', (n, text) => {
    expect(byteSize(n)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [2400, '2.4 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('names', () => {
  it('shortens a hash to eight and six, and leaves short ids whole', () => {
    expect(shortHash('f81a1d0e6d1e23a2e60ea2381766fd6de36fb2c5d36ef0e7f4d886d215468d02')).toBe('f81a1d0e…468d02');
    expect(shortHash('3f2a91c0')).toBe('3f2a91c0');
    expect(position(8213)).toBe('#8,213');
  });

  it('takes initials of any name', () => {
    expect(initials('Amara Okafor')).toBe('AO');
    expect(initials('  priya ')).toBe('P');
    expect(initials('𝒜lan Turing Jr')).toBe('𝒜T');
    expect(initials('')).toBe('');
  });
});

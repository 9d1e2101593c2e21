import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDecimals,
  decimalOf,
  divideHalfEven,
  formatDecimal,
  formatMinor,
  minorPlaces,
  parseDecimal,
  toMinor,
} from '../../../src-shared/kernel/money.ts';

describe('decimal texts', () => {
  it.each(['1e3', '+1', ' 1', '1 ', '', '.5', '1.', '0x10', 'NaN', '1,000', '--1'])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeNull();
    expect(() => decimalOf(text)).toThrow(RangeError);
  });

  it('are read and written without a loss', () => {
    for (const [text, shortest] of [
      ['0', '0'],
      ['-0', '0'],
      ['0.10', '0.1'],
      ['007.500', '7.5'],
      ['-0.00000000000000000001', '-0.00000000000000000001'],
      ['123456789012345678901234567890.5', '123456789012345678901234567890.5'],
    ] as const)
      expect(formatDecimal(decimalOf(text))).toBe(shortest);
  });

  it('are compared by value, whatever their places', () => {
    expect(compareDecimals(decimalOf('1.50'), decimalOf('1.5'))).toBe(0);
    expect(compareDecimals(decimalOf('-2'), decimalOf('-1.999'))).toBe(-1);
    expect(compareDecimals(decimalOf('0.000001'), decimalOf('0'))).toBe(1);
  });
});

describe('half-even division', () => {
  it.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [5n, -2n, -2n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [0n, 7n, 0n],
  ])('%d ÷ %d = %d', (over, under, expected) => {
    expect(divideHalfEven(over, under)).toBe(expected);
  });

  it('is never more than half away, and even at a tie', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (over, under) => {
        const rounded = divideHalfEven(over, under);
        const off = 2n * (over - rounded * under);
        const distance = off < 0n ? -off : off;
        expect(distance <= under).toBe(true);
        if (distance === under) expect(rounded % 2n === 0n).toBe(true);
        expect(divideHalfEven(-over, under)).toBe(-rounded || 0n);
      }),
      { numRuns: 300 },
    );
  });

  it('does not divide by zero', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
  });
});

describe('minor units', () => {
  it('have the places of their currency', () => {
    expect([minorPlaces('USD'), minorPlaces('JPY'), minorPlaces('KWD')]).toEqual([2, 0, 3]);
    expect([formatMinor(5, 'USD'), formatMinor(-1490200n, 'USD'), formatMinor(1490, 'JPY'), formatMinor(1, 'KWD')]).toEqual([
      '0.05',
      '-14902.00',
      '1490',
      '0.001',
    ]);
    expect([toMinor(2990n, 12n, 'USD'), toMinor(1n, 8n, 'USD'), toMinor(3n, 8n, 'USD'), toMinor(1n, 2n, 'JPY')]).toEqual([
      24917n,
      12n,
      38n,
      0n,
    ]);
  });
});

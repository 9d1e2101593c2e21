/** Decimal texts and fractions: exact, and parts that add up to what is shown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  decimalText,
  divide,
  fraction,
  fractionOf,
  minus,
  multiply,
  plainNumber,
  plus,
  signOf,
  spread,
  subtract,
  sumOf,
} from '../../../src-main/packets/exact.ts';

const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 })).map(([units, places]) => {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
});

describe('decimals', () => {
  it('add and subtract without loss, with the places of the longer one', () => {
    expect(plus('0.1', '0.20')).toBe('0.30');
    expect(minus('82.08', '81.74')).toBe('0.34');
    expect(minus('0.10', '0.10')).toBe('0.00');
    expect(minus('-0.5', '1')).toBe('-1.5');
    expect(sumOf(['1.10', '2.20', '-3.30'])).toBe('0.00');
    fc.assert(fc.property(decimal, decimal, (a, b) => compare(minus(plus(a, b), b), a) === 0));
    fc.assert(fc.property(decimal, (a) => signOf(minus(a, a)) === 0 && compare(absolute(a), a) >= 0));
  });

  it('refuse what is no decimal', () => {
    for (const text of ['', '-', '1.', '.5', '1e3', 'NaN', '1,000']) expect(() => plus(text, '0'), text).toThrow(RangeError);
  });

  it('are made of doubles as they were rounded; zero has no sign', () => {
    expect(decimalText(5194, 2)).toBe('5194.00');
    expect(decimalText(-0.001, 2)).toBe('0.00');
    expect(decimalText(0.833333, 2, 6)).toBe('0.833333');
    expect(decimalText(0.4, 2, 4)).toBe('0.40');
    expect(decimalText(3, 0)).toBe('3');
    expect(decimalText(1e22, 2)).toBe('10000000000000000000000.00');
    expect(() => decimalText(NaN, 2)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        expect(Number(decimalText(value, 2))).toBeCloseTo(value, 1);
      }),
    );
  });

  it('write a double as it was written, without an exponent', () => {
    expect(plainNumber(7.5)).toBe('7.5');
    expect(plainNumber(1e-7)).toBe('0.0000001');
    expect(plainNumber(-1.5e-9)).toBe('-0.0000000015');
    expect(plainNumber(1e21)).toBe('1000000000000000000000');
    expect(plainNumber(-0)).toBe('0');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Number(plainNumber(value)) === (value === 0 ? 0 : value)),
    );
  });
});

const small = fc
  .tuple(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([over, under]) => fraction(over, under));
const equal = (a: { over: bigint; under: bigint }, b: { over: bigint; under: bigint }): boolean => a.over * b.under === b.over * a.under;

describe('fractions', () => {
  it('compute exactly', () => {
    fc.assert(fc.property(small, small, (a, b) => equal(subtract(add(a, b), b), a)));
    fc.assert(fc.property(small, small, (a, b) => b.over === 0n || equal(divide(multiply(a, b), b), a)));
    expect(equal(fractionOf('-12.50'), fraction(-25n, 2n))).toBe(true);
    expect(() => fraction(1n, 0n)).toThrow(RangeError);
  });
});

describe('spread', () => {
  it('adds up to the total as shown, whatever the parts', () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 6 }), fc.integer({ min: -500, max: 500 }), (parts, off) => {
        const sum = parts.reduce(add);
        const rounded = (sum.over * 100n) / sum.under + BigInt(off);
        const digits = String(rounded < 0n ? -rounded : rounded).padStart(3, '0');
        const total = `${rounded < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(compare(sumOf(spread(total, parts)), total)).toBe(0);
      }),
    );
  });

  it('moves no part by more than a unit where the total is the rounded sum', () => {
    const thirds = [fraction(1n, 3n), fraction(1n, 3n), fraction(1n, 3n)];
    expect(spread('1.00', thirds)).toEqual(['0.34', '0.33', '0.33']);
    expect(
      spread(
        '-1.00',
        thirds.map((part) => subtract(fraction(0n, 1n), part)),
      ),
    ).toEqual(['-0.33', '-0.33', '-0.34']);
    expect(spread('0.34', [fraction(104n, 1000n), fraction(101n, 1000n), fraction(135n, 1000n)])).toEqual(['0.10', '0.10', '0.14']);
    expect(spread('0.00', [])).toEqual([]);
  });
});

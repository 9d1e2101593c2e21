import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, minorOf, spreadMinor } from '../../../src-main/billing/amounts.ts';
import { ONE, parseExact } from '../../../src-shared/kernel/quantity.ts';

describe('amounts of an export', () => {
  it.each([
    ['0.125', 'USD', '0.12'],
    ['0.135', 'USD', '0.14'],
    ['-0.125', 'USD', '-0.12'],
    ['1.0005', 'KWD', '1.000'],
    ['2.5', 'JPY', '2'],
    ['3.5', 'JPY', '4'],
  ])('%s %s is shown as %s', (exact, currency, shown) => {
    expect(amountText(minorOf(parseExact(exact), currency), currency)).toBe(shown);
  });

  it('gives what is left to the largest remainders, the earlier part first', () => {
    const thirds = [ONE / 3n, ONE / 3n, ONE - 2n * (ONE / 3n)];
    expect(spreadMinor(thirds, 'USD')).toEqual([33n, 33n, 34n]);
    expect(spreadMinor([ONE / 2n / 100n, ONE / 2n / 100n], 'USD')).toEqual([1n, 0n]);
  });

  it('adds up to the rounded total, and no part is a cent away from its exact value', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), { maxLength: 20 }), (parts) => {
        const shown = spreadMinor(parts, 'USD');
        const total = parts.reduce((sum, part) => sum + part, 0n);
        expect(shown.reduce((sum, part) => sum + part, 0n)).toBe(minorOf(total, 'USD'));
        for (const [at, part] of parts.entries()) {
          const away = shown[at]! * (ONE / 100n) - part;
          expect(away < ONE / 100n && away > -(ONE / 100n)).toBe(true);
        }
      }),
    );
  });
});

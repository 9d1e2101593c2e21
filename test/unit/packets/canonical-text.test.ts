/** Canonical JSON of a packet: the library that the rest of the product uses is the judge. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../src-main/packets/canonical-text.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\u0000', '\u001f', '\u007f', '\u2028', 'é', '😀', 'a') }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -0, 1e21, 1e-7, 5e-324),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    // Keys that JavaScript would list as numbers, before all others.
    fc.dictionary(fc.oneof(text, fc.constantFrom('10', '9', 'a', 'B', '')), fc.oneof(tie('value'), fc.constant(undefined)), { maxKeys: 7 }),
  ),
}));

describe('canonical text', () => {
  it('is what the canonical writer of the house makes', () => {
    fc.assert(
      fc.property(value, (document) => {
        expect(canonicalText(document)).toBe(canonicalize(document));
      }),
      { numRuns: 2000 },
    );
  });

  it('has no half of a surrogate pair in it', () => {
    expect(canonicalText({ name: 'cut \ud800 off', '\udc00': 1 })).toBe('{"name":"cut \ufffd off","\ufffd":1}');
  });

  it('is not made of what is no number', () => {
    for (const number of [NaN, Infinity, -Infinity]) expect(() => canonicalText({ figures: [number] })).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashFingerprint, idFingerprint, rangesOfPrefix } from '../../../src-main/receipts/receipt-fingerprint.ts';
import { KeyCollector, sortKeys } from '../../../src-main/receipts/receipt-key-index.ts';

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const covers = (text: string, fingerprint: number): boolean =>
  rangesOfPrefix(text).some(({ from, to }) => from <= fingerprint && fingerprint < to);

describe('fingerprints', () => {
  it('are exact integers that SQLite and doubles hold', () => {
    fc.assert(
      fc.property(fc.string(), hex(64), (id, hash) => {
        for (const value of [idFingerprint(id), hashFingerprint(hash)]) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(2 ** 52);
        }
      }),
    );
  });

  it('of a hash lie in the range of each of its beginnings', () => {
    fc.assert(
      fc.property(hex(64), fc.integer({ min: 6, max: 64 }), (hash, length) => {
        expect(covers(hash.slice(0, length), hashFingerprint(hash))).toBe(true);
      }),
    );
  });

  it('of a UUID lie in the range of each of its beginnings of at least six digits', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 6, max: 36 }), (id, length) => {
        expect(covers(id.slice(0, length), idFingerprint(id))).toBe(true);
      }),
    );
  });

  it('of any other id lie in the range of its beginnings', () => {
    for (const id of ['rcpt-000001-tenant', 'Ärger-mit-Umlaut', '回执-0001-abc', 'x']) {
      expect(covers(id, idFingerprint(id))).toBe(true);
      if (id.length >= 6) expect(covers(id.slice(0, 6), idFingerprint(id))).toBe(true);
    }
  });

  it('tell ids apart that begin alike', () => {
    const ids = Array.from({ length: 2_000 }, (_none, i) => `0190a000-0000-7000-8000-${String(i).padStart(12, '0')}`);
    expect(new Set(ids.map(idFingerprint)).size).toBeGreaterThan(1_980);
  });

  it('leave a prefix of another hash out', () => {
    expect(covers('abcdef12', hashFingerprint(`abcdef13${'0'.repeat(56)}`))).toBe(false);
  });
});

describe('keys of lines', () => {
  it('are collected by line and sorted without losing one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uuid(), hex(64), fc.boolean()), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 1000 }),
        (lines, from) => {
          const half = Math.floor(lines.length / 2);
          const collectors = [new KeyCollector(from, from + half), new KeyCollector(from + half, from + lines.length)];
          lines.forEach(([id, hash, hasHash], i) => {
            for (const collector of collectors) collector.add(from + i, id, hasHash ? hash : null);
          });
          const { fingerprints, positions } = sortKeys(
            collectors.map((collector) => collector.take()),
            (index) => 7 * 2 ** 32 + index,
          );
          const got = Array.from(fingerprints, (key, i) => `${key} ${positions[i]! - 7 * 2 ** 32}`).sort();
          const wanted = lines
            .flatMap(([id, hash, hasHash], i) => [
              `${idFingerprint(id)} ${from + i}`,
              ...(hasHash ? [`${hashFingerprint(hash)} ${from + i}`] : []),
            ])
            .sort();
          expect(got).toEqual(wanted);
          const pages = Array.from(fingerprints, (key) => Math.floor(key / 2 ** 20));
          expect(pages).toEqual([...pages].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('refuse more lines than fit', () => {
    expect(() => sortKeys([{ from: 0, keys: new Float64Array(2 ** 21 + 2) }], (index) => index)).toThrow(RangeError);
  });
});

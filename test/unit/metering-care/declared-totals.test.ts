import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTotalsPath, readDeclaration } from '../../../src-main/metering/care/declared-totals.ts';
import { bpSays, deviationBp, percentToBp } from '../../../src-main/metering/care/deviation.ts';
import { compareTotals } from '../../../src-main/metering/care/reconcile-rules.ts';
import { parseExact } from '../../../src-shared/kernel/quantity.ts';

const document = (changes: Record<string, unknown> = {}): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      format: 'countersign.usage-totals/1',
      month: '2026-05',
      as_of: '2026-06-01T00:10:00Z',
      totals: [{ tenant_id: 'tn_1', metric: 'llm_token', events: 3, quantity: '12.50' }],
      ...changes,
    }),
  );
const total = (changes: Record<string, unknown>): Uint8Array =>
  document({ totals: [{ tenant_id: 'tn_1', metric: 'llm_token', quantity: '1', ...changes }] });

describe('totals that a source declares', () => {
  it('are known by their name', () => {
    expect(['2026-05.totals.json', 'a/b.TOTALS.json', '2026-05.ndjson', 'totals.json', '.totals.json'].map(isTotalsPath)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('are read exactly', () => {
    expect(readDeclaration(document())).toMatchObject({
      ok: true,
      declaration: {
        month: '2026-05',
        asOf: '2026-06-01T00:10:00.000Z',
        totals: [{ tenantId: 'tn_1', metric: 'llm_token', events: 3, quantity: '12.5' }],
      },
    });
    expect(readDeclaration(total({ quantity: 7 }))).toMatchObject({ ok: true, declaration: { totals: [{ events: null, quantity: '7' }] } });
    expect(readDeclaration(document({ totals: [] }))).toMatchObject({ ok: true });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['no JSON', Buffer.from('{'), /no JSON/],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), /no UTF-8/],
    ['another format', document({ format: 'x' }), /does not say "format"/],
    ['a list', Buffer.from('[]'), /does not say "format"/],
    ['no month', document({ month: '2026-13' }), /"month"/],
    ['a time without zone', document({ as_of: '2026-06-01T00:10:00' }), /"as_of"/],
    ['a day that is none', document({ as_of: '2026-99-01T00:10:00Z' }), /"as_of"/],
    ['a stranger', document({ total: 1 }), /nobody knows: "total"/],
    ['totals that are none', document({ totals: {} }), /"totals" must be a list/],
    ['an entry that is none', document({ totals: [1] }), /Entry 1 of "totals": it must be an object/],
    ['a stranger in an entry', total({ note: '' }), /nobody knows: "note"/],
    ['no tenant', total({ tenant_id: '' }), /"tenant_id"/],
    ['no metric', total({ metric: 5 }), /"metric"/],
    ['half an event', total({ events: 1.5 }), /"events"/],
    ['a fraction as a double', total({ quantity: 0.1 }), /"quantity"/],
    ['a quantity beyond the range', total({ quantity: '1e40' }), /"quantity"/],
    [
      'the same total twice',
      document({
        totals: [
          { tenant_id: 'a', metric: 'm', quantity: '1' },
          { tenant_id: 'a', metric: 'm', quantity: '2' },
        ],
      }),
      /Entry 2 of "totals": a has a total of m already/,
    ],
  ])('with %s are refused', (_what, bytes, says) => {
    const read = readDeclaration(bytes);
    expect(read.ok ? '' : read.says).toMatch(says);
  });
});

describe('a deviation', () => {
  it.each([
    ['100', '100', 0],
    ['100', '99', 100],
    ['100', '101', 100],
    ['100', '99.999999999999999999', 1],
    ['0', '0', 0],
    ['0', '1', 1_000_000],
    ['1', '9000000', 1_000_000],
    ['-100', '-98', 200],
  ])('of %s to %s is %s bp', (right, other, bp) => {
    expect(deviationBp(parseExact(right), parseExact(other))).toBe(bp);
  });

  it('is zero only for equal figures', () => {
    const any = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(fc.property(any, any, (a, b) => (deviationBp(a, b) === 0) === (a === b)));
  });

  it('is told in percent', () => {
    expect([0, 1, 20, 25, 100, 12_345, 150_000, 1_000_000].map(bpSays)).toEqual([
      '0%',
      '0.01%',
      '0.2%',
      '0.25%',
      '1%',
      '123.45%',
      '1,500%',
      'more than 10,000%',
    ]);
    expect([1, 0.5, 0.07, 100].map(percentToBp)).toEqual([100, 50, 7, 10_000]);
  });
});

describe('declared against counted', () => {
  const declared = { events: 10, quantity: parseExact('1000'), sources: ['meridian'], asOf: '2026-06-01T00:10:00.000Z' };
  it('names what is apart, and in which direction', () => {
    expect(compareTotals(declared, { events: 10, quantity: parseExact('1000') }, 'token')).toMatchObject({
      deviationBp: 0,
      direction: 'equal',
    });
    expect(compareTotals(declared, { events: 10, quantity: parseExact('990') }, 'token')).toMatchObject({
      deviationBp: 100,
      direction: 'lost',
      says: 'meridian as of 2026-06-01 00:10 UTC declared 1000 token; 990 were counted, 1% apart.',
    });
    expect(compareTotals(declared, { events: 12, quantity: parseExact('1000') }, 'token')).toMatchObject({
      deviationBp: 2000,
      direction: 'more',
      counted: '12',
    });
    expect(compareTotals(declared, { events: 9, quantity: null }, 'GB')).toMatchObject({ deviationBp: 1000, direction: 'lost' });
    expect(compareTotals({ ...declared, events: null }, { events: 9, quantity: null }, 'GB')).toMatchObject({ direction: 'equal' });
  });
});

/** Reading events: strict JSON, exact quantities, moments to the nanosecond, catalogues that never change their meaning. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_METRICS } from '../../../src-main/metering/built-in-metrics.ts';
import { EventFault, EventScanner } from '../../../src-main/metering/event-scanner.ts';
import { rowsOf } from '../../../src-main/metering/intake-rows.ts';
import { readSpec, specSha256, unlike } from '../../../src-main/metering/metric-spec.ts';
import { attosOf, QuantityReader, unitsColumn } from '../../../src-main/metering/quantity-reader.ts';
import { MomentReader, momentText, monthOf, monthStartMs, monthText, parseMonth } from '../../../src-main/metering/usage-time.ts';
import {
  divExact,
  formatExact,
  fromLimbs,
  mulExact,
  ONE,
  parseExact,
  readExact,
  roundHalfEven,
  toLimbs,
} from '../../../src-shared/kernel/quantity.ts';
import { migrations } from '../../../migrations/index.ts';

const attos = fc.bigInt({ min: -9n * 10n ** 36n, max: 9n * 10n ** 36n });

describe('exact quantities', () => {
  it('come back from their text and from their limbs', () => {
    fc.assert(
      fc.property(attos, (value) => {
        expect(parseExact(formatExact(value))).toBe(value);
        const limbs = toLimbs(value);
        expect(fromLimbs(limbs)).toBe(value);
        for (const limb of [limbs.units, limbs.nano, limbs.atto]) expect(limb === 0n || limb < 0n === value < 0n).toBe(true);
      }),
    );
  });

  it.each([
    ['1e3', '1000'],
    ['1.50', '1.5'],
    ['15e-1', '1.5'],
    ['-0', '0'],
    ['9007199254740993', '9007199254740993'],
    ['0.0000000000000000010', '0.000000000000000001'],
    ['9e18', '9000000000000000000'],
    ['0e99999999999', '0'],
  ])('reads %s as %s', (text, value) => {
    expect(formatExact(parseExact(text))).toBe(value);
  });

  it.each([
    ['1e-19', 'digits'],
    ['9000000000000000000.000000000000000001', 'range'],
    ['1e999999999999', 'range'],
    ['01', 'syntax'],
    ['+1', 'syntax'],
    ['1.', 'syntax'],
    ['NaN', 'syntax'],
    ['', 'syntax'],
    ['1 ', 'syntax'],
  ])('refuses %s: %s', (text, fault) => {
    expect(readExact(text)).toBe(fault);
  });

  it('round half to even, once', () => {
    expect([5n, 7n, -5n, -7n].map((over) => roundHalfEven(over, 2n))).toEqual([2n, 4n, -2n, -4n]);
    expect(formatExact(mulExact(parseExact('0.000000000000000001'), parseExact('0.5')))).toBe('0');
    expect(formatExact(divExact(2n * ONE, 3n * ONE))).toBe('0.666666666666666667');
  });

  it('are read into limbs as the slow way reads them', () => {
    const reader = new QuantityReader();
    const texts = fc.oneof(
      fc
        .tuple(fc.bigInt({ min: 0n, max: 9n * 10n ** 18n }), fc.stringMatching(/^\d{0,19}$/))
        .map(([whole, part]) => (part === '' ? String(whole) : `${whole}.${part}`)),
      fc.stringMatching(/^-?\d{1,17}(\.\d{1,20})?([eE]-?\d{1,2})?$/),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const slow = readExact(text);
        const fault = reader.read(text);
        if (typeof slow !== 'bigint') expect(fault).toBe(slow);
        else if (slow < 0n) expect(fault).toBe('negative');
        else {
          expect(fault).toBeNull();
          expect(attosOf(reader)).toBe(slow);
          expect(BigInt(unitsColumn(reader.giga, reader.units))).toBe(slow / ONE);
        }
      }),
    );
  });
});

describe('moments', () => {
  it('are those of Date, to the nanosecond', () => {
    const reader = new MomentReader();
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2261-12-30T00:00:00Z'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: -1439, max: 1439 }),
        (date, ns, offset) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
          const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
          const zone = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
          expect(reader.read(`${local}${String(ns).padStart(6, '0')}${zone}`)).toBe(true);
          expect([reader.ms, reader.ns]).toEqual([date.getTime(), ns]);
          expect(reader.read(momentText(date.getTime(), ns))).toBe(true);
          expect([reader.ms, reader.ns]).toEqual([date.getTime(), ns]);
        },
      ),
    );
  });

  it.each([
    '2026-06-01',
    '2026-06-01T10:00:00',
    '2026-06-01 10:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-06-01T24:00:00Z',
    '2026-06-30T23:59:60Z',
    '2026-06-01T10:00:00.Z',
    '2026-06-01T10:00:00.1234567891Z',
    '1969-12-31T23:59:59Z',
    '2026-06-01T10:00:00+0200',
  ])('refuse %s', (text) => {
    expect(new MomentReader().read(text)).toBe(false);
  });

  it('fall into months', () => {
    expect(monthText(monthOf(Date.parse('2026-06-30T23:59:59.999Z')))).toBe('2026-06');
    expect(monthStartMs(parseMonth('2028-03')!)).toBe(Date.parse('2028-03-01T00:00:00Z'));
    expect(parseMonth('2026-13')).toBeNull();
  });
});

const EVENT = {
  specversion: '1.0',
  id: 'e1',
  source: 'api',
  type: 't',
  subject: 'tn',
  time: '2026-06-01T00:00:00Z',
  data: { metric: 'm', quantity: '1', unit: 'u', dimensions: { a: 'b' } },
};
const scan = (text: string): EventScanner => {
  const scanner = new EventScanner();
  scanner.scan(text, 0, text.length);
  return scanner;
};

describe('events', () => {
  it('are read whatever their order, blanks and other members', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.jsonValue(),
        ),
        fc.constantFrom(0, 1, 4),
        (other, blanks) => {
          const extra = Object.fromEntries(Object.entries(other).filter(([key]) => !(key in EVENT) && key !== 'data_base64'));
          const scanner = scan(JSON.stringify({ ...extra, ...EVENT }, null, blanks));
          expect([scanner.id, scanner.source, scanner.subject, scanner.time, scanner.metric, scanner.quantity, scanner.unit]).toEqual([
            'e1',
            'api',
            'tn',
            EVENT.time,
            'm',
            '1',
            'u',
          ]);
          expect(JSON.parse(scanner.dimensions)).toEqual({ a: 'b' });
        },
      ),
    );
  });

  it('are JSON exactly when JSON.parse says so', () => {
    const base = JSON.stringify(EVENT);
    fc.assert(
      fc.property(
        fc.nat(base.length),
        fc.nat(3),
        fc.constantFrom('', '"', '\\', '{', '}', ',', '0', 'x', '\u0007', ' '),
        (at, cut, put) => {
          const text = `${base.slice(0, at)}${put}${base.slice(at + cut)}`;
          let json = true;
          try {
            JSON.parse(text);
          } catch {
            json = false;
          }
          try {
            scan(text);
            expect(json).toBe(true);
          } catch (error) {
            if (!(error instanceof EventFault)) throw error;
            if (error.code === 'EVENT_NOT_JSON') expect(json && text.startsWith('{')).toBe(false);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keep a number as it is spelled', () => {
    expect(scan(JSON.stringify(EVENT).replace('"quantity":"1"', '"quantity":0.1000000000000000055')).quantity).toBe(
      '0.1000000000000000055',
    );
  });

  it.each([
    ['no id', { ...EVENT, id: undefined }, 'has no "id"'],
    ['an empty source', { ...EVENT, source: '' }, '"source" has 0 characters'],
    ['another version', { ...EVENT, specversion: '0.3' }, 'CloudEvents "0.3"'],
    ['no unit', { ...EVENT, data: { ...EVENT.data, unit: undefined } }, 'has no "data.unit"'],
    ['data that is no object', { ...EVENT, data: [1] }, '"data" is no object'],
    ['a subject that is no text', { ...EVENT, subject: 7 }, '"subject" is no text'],
    ['dimensions that are no object', { ...EVENT, data: { ...EVENT.data, dimensions: 'x' } }, '"data.dimensions" is no object'],
    ['half a surrogate pair', { ...EVENT, id: '\ud800' }, 'half of a surrogate pair'],
  ])('refuse %s', (_name, event, says) => {
    expect(() => scan(JSON.stringify(event))).toThrow(says);
  });

  it('refuse a member that stands twice', () => {
    expect(() => scan(JSON.stringify(EVENT).replace('"id":"e1"', '"id":"e1","id":"e2"'))).toThrow('says "id" twice');
  });

  it('come one a line, empty lines aside, or in a list', () => {
    const line = JSON.stringify({ ...EVENT, id: 'ü' });
    const texts = (bytes: Buffer, format: 'ndjson' | 'batch'): string[] => {
      const found: string[] = [];
      // One object stands for every row in turn.
      for (const { start, stop } of rowsOf(bytes, format)) found.push(bytes.subarray(start, stop).toString('utf8'));
      return found;
    };
    expect(texts(Buffer.from(`${line}\n\r\n ${line}\n\n${line}`), 'ndjson')).toEqual([line, ` ${line}`, line]);
    expect(texts(Buffer.from(`[ ${line} ,\n${line}]`), 'batch')).toEqual([line, line]);
    expect(texts(Buffer.from('[]'), 'batch')).toEqual([]);
    expect(texts(Buffer.from('[1, {'), 'batch')).toEqual(['[1, {']);
  });
});

describe('metrics', () => {
  it('built in are what the migration writes', () => {
    const { sql } = migrations.find(({ name }) => name === 'metering')!;
    for (const spec of BUILT_IN_METRICS) {
      expect(sql).toContain(`'${spec.metric}')`);
      expect(sql).toContain(
        `'${spec.costPerUnit}', ${spec.costFrom}, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '${specSha256(spec)}'`,
      );
    }
  });

  const BASE = { metric: 'm_1', version: 1, unit: 'u', aggregation: 'SUM', cost_per_unit: '0.1' };
  const spec = (entry: Record<string, unknown>) => {
    const reading = readSpec({ ...BASE, ...entry });
    if (!reading.ok) throw new Error(reading.says);
    return reading.spec;
  };

  it('may change cost and dimensions, and nothing else', () => {
    expect(unlike(spec({}), spec({ version: 2, cost_per_unit: '7', cost_from: '2026-07', dimensions: ['a'] }))).toBeNull();
    expect(unlike(spec({}), spec({ version: 2, aggregation: 'MAX' }))).toContain('aggregated by SUM');
    expect(unlike(spec({}), spec({ version: 2, unit: 'v' }))).toContain('counts u');
    expect(unlike(spec({}), spec({ version: 2, keeping: 'preaggregated' }))).toContain('kept raw');
  });

  it.each([
    [{ metric: 'Bad Name' }, '"metric" must be'],
    [{ version: 0 }, '"version"'],
    [{ aggregation: 'AVG' }, '"aggregation"'],
    [{ cost_per_unit: '-1' }, '"cost_per_unit"'],
    [{ cost_from: '2026-07-15T00:00:00Z' }, 'a cost changes with a month'],
    [{ aggregation: 'TIME_WEIGHTED', keeping: 'preaggregated' }, 'its samples must be kept'],
    [{ unique_of: 'a' }, 'is for that aggregation alone'],
    [{ color: 'red' }, 'a member nobody knows'],
  ])('refuse %o', (entry, says) => {
    const reading = readSpec({ ...BASE, ...entry });
    expect(reading.ok ? '' : reading.says).toContain(says);
  });
});

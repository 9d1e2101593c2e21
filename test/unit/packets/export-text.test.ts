/** What a font can show, what it cannot, and how figures and names are written in an export. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spanOf, waterfallSpan } from '../../../src-main/packets/export/charts.ts';
import { fontCovers } from '../../../src-main/packets/export/draw-pdf.ts';
import { freeName, safeFileName } from '../../../src-main/packets/export/file-names.ts';
import { coverageOf, printable } from '../../../src-main/packets/export/font-coverage.ts';
import { change, shortened, whole } from '../../../src-main/packets/export/report-words.ts';

const faces = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts/Roboto');
const shown = (text: string): string => printable(text, fontCovers);

describe('the font', () => {
  it.each(['Roboto-Regular.ttf', 'Roboto-Medium.ttf', 'Roboto-Italic.ttf', 'Roboto-MediumItalic.ttf'])(
    '%s has the signs of the report',
    (name) => {
      const covers = coverageOf(readFileSync(join(faces, name)));
      const lacks = [...'−±×≥≤≠·–—…“”‘’•√½ABCabc0123456789.,;:/%()+<>=_ÁáÉéÍíÓóÚúñÑçüÜßøåłŁżćęğşİőűŽžĐđΩωЖжĄ'].filter(
        (sign) => !covers(sign.codePointAt(0)!),
      );
      expect(lacks).toEqual([]);
      expect([covers(0x4e2d), covers(0x2192), covers(0xffff)]).toEqual([false, false, false]);
    },
  );

  it('whose character map cannot be read is refused', () => {
    expect(() => coverageOf(new Uint8Array(64))).toThrow(RangeError);
  });
});

describe('a text', () => {
  it.each([
    ['Tomás Reyes', 'Tomás Reyes'],
    ['Toma\u0301s', 'Tomás'],
    ['Nguyễn Thị Hồng', 'Nguyễn Thị Hồng'],
    ['张三', '<U+5F20 U+4E09>'],
    ['张 三', '<U+5F20> <U+4E09>'],
    ['a\u202eb', 'a<U+202E>b'],
    ['zero\u200bwidth', 'zero<U+200B>width'],
    ['🦊!', '<U+1F98A>!'],
    ['👩\u200d💻', '<U+1F469 U+200D U+1F4BB>'],
    ['bell\u0007', 'bell<U+0007>'],
    ['Growth → Pro', 'Growth -> Pro'],
    ['✓ ✕', '√ ×'],
    ['one\r\ntwo\tthree\u2028four', 'one\ntwo three\nfour'],
    ['\ud800', '<U+D800>'],
    ['\ufffd', fontCovers(0xfffd) ? '\ufffd' : '<U+FFFD>'],
    ['', ''],
  ])('%j is shown as %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('loses no sign: each is shown, written as its like, or named by its code point', () => {
    const alike: Readonly<Record<string, string>> = {
      '→': '->',
      '←': '<-',
      '✓': '√',
      '✕': '×',
      '✗': '×',
      '\t': ' ',
      '\r': '',
      '\u2028': '\n',
      '\u2029': '\n',
    };
    const codes = /<(U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*)>/g;
    const read = (text: string): string =>
      text.replaceAll(codes, (_all, named: string) =>
        String.fromCodePoint(...named.split(' ').map((code) => Number.parseInt(code.slice(2), 16))),
      );
    const anySign = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Object.keys(alike), 'a', '张', '\u202e', '🦊') }),
    );
    fc.assert(
      fc.property(anySign, (text) => {
        const expected = [...text.replaceAll('\r\n', '\n').normalize('NFC')].map((sign) => alike[sign] ?? sign).join('');
        expect(read(shown(text))).toBe(expected);
      }),
    );
  });
});

describe('figures in words', () => {
  it.each([
    ['332668.00', '332,668'],
    ['332668.49', '332,668'],
    ['332668.50', '332,669'],
    ['-0.49', '0'],
    ['-0.50', '−1'],
    ['-999999999999999.99', '−1,000,000,000,000,000'],
    ['5', '5'],
  ])('%s without cents is %s', (value, expected) => {
    expect(whole(value)).toBe(expected);
  });

  it('a change always has its sign', () => {
    expect(['0.00', '1234.50', '-0.02'].map((value) => change(value, 'USD'))).toEqual(['±0', '+1,234.50', '−0.02']);
    expect([change('0.34', 'percent'), change('-1', 'points'), change('3', 'count'), change(null, 'USD')]).toEqual([
      '+0.34 pt',
      '−1 pt',
      '+3',
      '',
    ]);
  });

  it('a shortened text says that it is', () => {
    expect([shortened('short', 5), shortened('a longer one', 5), shortened('🦊🦊🦊', 2), shortened('one\n two', 20)]).toEqual([
      'short',
      'a lo…',
      '🦊…',
      'one two',
    ]);
  });
});

describe('names of files', () => {
  it.each([
    ['telemetry.json', 'telemetry.json'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['', '_'],
    ['-rf', '_rf'],
    ['.hidden', '_hidden'],
    ['a\nb\\c:d*e"f', 'a_b_c_d_e_f'],
    ['c:\\windows\\x', 'c_windows_x'],
    ['trailing. ', 'trailing'],
    ['张三 2026.json', '张三 2026.json'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  it('are never longer than a folder takes, and never the same twice, whatever their case', () => {
    expect(Buffer.byteLength(safeFileName('x'.repeat(500)))).toBeLessThanOrEqual(255);
    const taken = new Set<string>();
    expect(['in/a.json', 'in/A.json', 'in/a.json', 'in.d/a'].map((name) => freeName(name, taken))).toEqual([
      'in/a.json',
      'in/A-2.json',
      'in/a-3.json',
      'in.d/a',
    ]);
    expect(freeName('in.d/a', taken)).toBe('in.d/a-2');
  });
});

describe('axes', () => {
  it('hold every value between round bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 40 }), (cents) => {
        const values = cents.map((cent) => cent / 100);
        const { min, max, interval } = spanOf(values);
        expect(interval).toBeGreaterThan(0);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(min - Math.abs(min) * 1e-9);
        expect(Math.max(...values)).toBeLessThanOrEqual(max + Math.abs(max) * 1e-9);
      }),
    );
  });

  it('of a waterfall begin near its steps, and at zero rather than below it', () => {
    const step = (value: number) => ({ tick: '', value });
    const { min, max } = waterfallSpan({ from: step(327_648), to: step(332_668), steps: [step(588), step(4432)] });
    expect([min > 300_000, min < 327_648, max > 332_668]).toEqual([true, true, true]);
    expect(waterfallSpan({ from: step(0), to: step(10), steps: [step(10)] }).min).toBe(0);
  });
});

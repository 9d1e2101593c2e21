// What the reference does is what Python does: the readers and writers are compared with Python itself, on values that are
// made to be awkward. One process a table of values.
import fc from 'fast-check';
import { beforeAll, expect, it, vi } from 'vitest';
import { floatText } from '../../../src-main/evidence/reference/float-text.ts';
import { isHttpsUrl } from '../../../src-main/evidence/reference/https-url.ts';
import { floatOfText, integerOfText, pyStrip } from '../../../src-main/evidence/reference/numbers.ts';
import { readJson } from '../../../src-main/evidence/reference/read-json.ts';
import { pyRound } from '../../../src-main/evidence/reference/round.ts';
import { placeholderIn, pyStr, truthy } from '../../../src-main/evidence/reference/text.ts';
import { instantText, readDate, readInstant } from '../../../src-main/evidence/reference/timestamps.ts';
import type { Value } from '../../../src-main/evidence/reference/value.ts';
import { writeReferenceCsv } from '../../../src-main/evidence/reference/write-csv.ts';
import { writeReferenceJson } from '../../../src-main/evidence/reference/write-json.ts';
import { Refusal } from '../../../src-main/evidence/verdict.ts';
import { describePython, runPython } from '../../support/python-verifier.ts';

vi.setConfig({ testTimeout: 300_000 });

const SEED = 20260228;
const full = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { numRuns: count, seed: SEED });
/** All of them takes half a minute, so that is left to the deep run. */
const SHARE = process.env['COUNTERSIGN_DEEP'] === '1' ? 1 : 0.2;
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => full(arbitrary, count * SHARE);

/** Runs `code` with `rows` (whatever was sent); it must leave one answer a row in `answers`. Texts go as hex of UTF-16. */
async function python<T>(code: string, rows: unknown): Promise<T[]> {
  const program = `
import json, sys
rows = json.load(sys.stdin)
def text(hexed):
    return bytes.fromhex(hexed).decode('utf-16-le', 'surrogatepass')
def attempt(make):
    try:
        return make()
    except (ValueError, OverflowError, RecursionError, TypeError):
        return None
def known(value):
    # Characters that came after this Python's Unicode are none of its business.
    import unicodedata
    return all(unicodedata.category(c) != 'Cn' for c in value)
answers = []
${code}
json.dump(answers, sys.stdout)
`;
  const { exitCode, stdout, stderr } = await runPython(['-c', program], JSON.stringify(rows));
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as T[];
}

const hex = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');

/** Rows where both sides differ; the first few say enough. */
function differences<R, A>(rows: readonly R[], theirs: readonly A[], ours: (row: R) => A): unknown[] {
  expect(theirs.length).toBe(rows.length);
  const found: unknown[] = [];
  rows.forEach((row, i) => {
    const mine = ours(row);
    if (mine !== theirs[i] && found.length < 10) found.push({ row, ours: mine, theirs: theirs[i] });
  });
  return found;
}

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const money = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((n) => n / 1000);

describePython('as Python does', () => {
  let version = [0, 0];
  beforeAll(async () => {
    version = await python<number>('answers = list(sys.version_info[:2])', null);
  });

  it('round(x, n), on random doubles, on halves that are exact and on halves that only look so', async () => {
    const exact = fc
      .tuple(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.integer({ min: 0, max: 9 }))
      .map(([n, power]) => (2 * n + 1) / 2 ** power);
    const apparent = fc
      .tuple(fc.integer({ min: -10_000_000, max: 10_000_000 }), fc.integer({ min: 1, max: 7 }))
      .map(([n, places]) => Number(`${n}5e-${places}`));
    const values = [
      ...full(anyDouble, 30_000),
      ...full(money, 10_000),
      ...full(exact, 30_000),
      ...full(apparent, 30_000),
      ...[
        0,
        -0,
        0.005,
        -0.005,
        0.015,
        0.125,
        -0.125,
        2.675,
        1e21,
        1e22,
        5e-324,
        2 ** 52 - 0.5,
        2 ** 52 + 1,
        2 ** 53 - 1,
        1.7e308,
        -0.001,
        0.0000005,
      ],
    ];
    const rows = values.flatMap((value) => [2, 4, 6].map((digits) => [value, digits] as const));
    // JSON has no minus zero in JavaScript, so the doubles travel as texts.
    const theirs = await python<string>(
      'answers = [repr(round(float(x), n)) for x, n in rows]',
      rows.map(([x, n]) => [floatText(x), n]),
    );
    expect(differences(rows, theirs, ([value, digits]) => floatText(pyRound(value, digits)))).toEqual([]);
  });

  it('repr(float), in the order of size and at the borders of its forms', async () => {
    const borders = [
      1e-5, 1e-4, 0.00009999999999999999, 1e15, 1e16, 9999999999999998, 1e17, 5880, -0, 0.1, 1e100, 123456789012345680, 1.5e-7,
    ];
    const values = [...sample(anyDouble, 60_000), ...sample(money, 20_000), ...borders, ...borders.map((value) => -value)];
    const bytes = Buffer.alloc(values.length * 8);
    values.forEach((value, i) => bytes.writeDoubleLE(value, i * 8));
    const theirs = await python<string>(
      "import struct\ndata = bytes.fromhex(rows)\nanswers = [repr(x) for (x,) in struct.iter_unpack('<d', data)]",
      bytes.toString('hex'),
    );
    expect(differences(values, theirs, floatText)).toEqual([]);
  });

  const numberish = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789+-_.eE naNiIfFtTyY\t\u00a0\u0661\u0966\u{1d7d8}x'), maxLength: 12 }),
    fc.string({ maxLength: 8 }),
    fc
      .tuple(fc.constantFrom('', ' ', '\n', '\u2003', '\u001c', '\ufeff', '\u0085'), money.map(String))
      .map(([pad, text]) => pad + text + pad),
  );
  const numberTexts = [
    ...sample(numberish, 40_000),
    'nan',
    '-inf',
    'Infinity',
    '+Infinity',
    '1_000',
    '1__0',
    '_1',
    '1_',
    '5.',
    '.5',
    '.',
    '1e5',
    '1_0e1_0',
    '0x10',
    '١٢٣',
    '1'.repeat(400),
    '9'.repeat(4300),
    '9'.repeat(4301),
    '0'.repeat(5000),
    '-0',
  ];

  it('float(text)', async () => {
    const theirs = await python<string | null>('answers = [attempt(lambda: repr(float(text(t)))) for t in rows]', numberTexts.map(hex));
    const ours = (text: string) => {
      const value = floatOfText(text);
      return value === null ? null : floatText(value);
    };
    expect(differences(numberTexts, theirs, ours)).toEqual([]);
  });

  it('int(text)', async () => {
    const theirs = await python<string | null>('answers = [attempt(lambda: str(int(text(t)))) for t in rows]', numberTexts.map(hex));
    expect(differences(numberTexts, theirs, (text) => integerOfText(text)?.toString() ?? null)).toEqual([]);
  });

  it('str.strip(), on every character that either language takes for space', async () => {
    const texts = Array.from({ length: 0x10000 }, (_, code) => `${String.fromCharCode(code)}x${String.fromCharCode(code)}`);
    const theirs = await python<number>('answers = [len(text(t).strip()) for t in rows]', texts.map(hex));
    expect(differences(texts, theirs, (text) => pyStrip(text).length)).toEqual([]);
  });

  it('datetime.fromisoformat, to the microsecond, with its oversights', async ({ skip }) => {
    skip(version[0] !== 3 || version[1] !== 11, 'the reference is compared under Python 3.11');
    const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, '0'));
    const date = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('2026', '0001', '9999', '2024', '1970', '0000', '1900'),
          fc.integer({ min: 0, max: 13 }),
          fc.integer({ min: 0, max: 32 }),
          fc.constantFrom('-', ''),
        )
        .map(([y, m, d, dash]) => `${y}${dash}${String(m).padStart(2, '0')}${dash}${String(d).padStart(2, '0')}`),
      fc
        .tuple(
          fc.constantFrom('2026', '2020', '0001', '9999', '2015'),
          fc.integer({ min: 0, max: 54 }),
          fc.integer({ min: 0, max: 8 }),
          fc.constantFrom('-', ''),
          fc.boolean(),
        )
        .map(([y, w, d, dash, withDay]) => `${y}${dash}W${String(w).padStart(2, '0')}${withDay ? `${dash}${d}` : ''}`),
    );
    const clock = fc
      .tuple(
        two,
        two,
        two,
        fc.constantFrom(':', '', ''),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('', '.5', '.123456', ',123456789', '.', '.12x', '.1234567x'),
      )
      .map(([h, m, s, colon, parts, fraction]) => [h, m, s].slice(0, parts).join(colon) + fraction);
    const zone = fc.oneof(
      fc.constantFrom(
        '',
        'Z',
        'z',
        '+00:00',
        '-00:00',
        '+0000',
        '+00',
        '+05:30',
        '-23:59',
        '+24:00',
        '+14',
        '+01:02:03',
        '+01:02:03.456789',
        '+00:00:00.5',
        ' UTC',
        '+1',
        '+',
        '-12:60',
        '+99:99',
      ),
      clock.map((text) => `-${text}`),
    );
    const good = fc.tuple(date, fc.constantFrom('T', ' ', 't', '-', '1', '😀', 'é', ''), clock, zone).map((parts) => parts.join(''));
    const broken = fc
      .tuple(good, fc.nat(40), fc.constantFrom('', ':', 'x', '0', '-', '+', 'Z', 'W', '\u0000', ' '))
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));
    const texts = [
      ...sample(good, 60_000),
      ...sample(broken, 60_000),
      ...sample(fc.string({ unit: fc.constantFrom(...'0123456789-+:.TZW '), maxLength: 30 }), 30_000),
    ];
    const theirs = await python<string | null>(
      `from datetime import datetime, timezone, timedelta
start = datetime(1970, 1, 1, tzinfo=timezone.utc)
def instant(value):
    if value == '':
        return 'empty'
    if value.endswith('Z'):
        value = value[:-1] + '+00:00'
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None or parsed.utcoffset() is None:
        return 'naive'
    return str((parsed.astimezone(timezone.utc) - start) // timedelta(microseconds=1))
answers = [attempt(lambda: instant(text(t))) for t in rows]`,
      texts.map(hex),
    );
    const ours = (text: string): string | null => {
      const read = readInstant(text);
      if (read.ok) return read.at.toString();
      return read.why === 'no-zone' ? 'naive' : read.why === 'empty' ? 'empty' : null;
    };
    expect(theirs.filter((answer) => answer !== null && /^-?\d+$/.test(answer)).length).toBeGreaterThan(5000 * SHARE);
    expect(differences(texts, theirs, ours)).toEqual([]);

    const dates = [
      ...sample(date, 20_000),
      ...sample(
        fc.tuple(date, fc.constantFrom('', 'x', '1')).map((parts) => parts.join('')),
        10_000,
      ),
    ];
    const days = await python<number | null>(
      'from datetime import date\nanswers = [attempt(lambda: date.fromisoformat(text(t)).toordinal() - 719163) for t in rows]',
      dates.map(hex),
    );
    expect(days.filter((day) => day !== null).length).toBeGreaterThan(3000 * SHARE);
    expect(differences(dates, days, readDate)).toEqual([]);
  });

  it('isoformat of an instant, back and forth', async () => {
    const instants = sample(fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }), 5000);
    const theirs = await python<string>(
      `from datetime import datetime, timezone, timedelta
start = datetime(1970, 1, 1, tzinfo=timezone.utc)
answers = [(start + timedelta(microseconds=int(at))).isoformat().replace('+00:00', 'Z') for at in rows]`,
      instants.map(String),
    );
    expect(differences(instants, theirs, instantText)).toEqual([]);
    for (const at of instants) expect(readInstant(instantText(at))).toMatchObject({ ok: true, at, plain: true });
  });

  const hostileJson = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc
      .json({ maxDepth: 3 })
      .chain((text) =>
        fc
          .tuple(
            fc.constant(text),
            fc.nat(Math.max(1, text.length)),
            fc.constantFrom('', ',', '"', '}', ']', '\\', '0', '-', '\n', '\u0001', 'NaN', '\ufeff', 'e', '.'),
          )
          .map(([all, at, put]) => all.slice(0, at) + put + all.slice(at + (put === '' ? 1 : 0))),
      ),
    fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"a"',
          '"b"',
          '"\\u00e9"',
          '"\\ud83d\\ude00"',
          '"\\ud800"',
          '"\\x"',
          '"\\u12"',
          '1',
          '-0',
          '01',
          '1.',
          '1.5',
          '.5',
          '1e5',
          '1E+400',
          '-',
          'NaN',
          'Infinity',
          '-Infinity',
          '-NaN',
          'true',
          'false',
          'null',
          'nul',
          ' ',
          '\t',
          '\u00a0',
          '"\n"',
          '1'.repeat(30),
          '-1',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '', '__proto__'), fc.constantFrom('1', '{"a":1,"a":2}', '"x"')), { maxLength: 5 })
      .map((members) => `{${members.map(([key, value]) => `"${key}":${value}`).join(',')}}`),
  );

  it('json.loads and json.dumps, on good, broken and hostile text', async () => {
    const texts = [
      ...sample(hostileJson, 40_000),
      '',
      ' ',
      '[]',
      '{}',
      '"',
      '"\\',
      '[1,]',
      '{"a":1,}',
      '{"a"}',
      '{a:1}',
      '[1 2]',
      '\ufeff{}',
      '1 2',
      '"\u007f"',
      '"\u2028"',
      `${'['.repeat(900)}${']'.repeat(900)}`,
      `${'['.repeat(5000)}`,
      `${'{"a":'.repeat(100_000)}`,
      '9'.repeat(4300),
      '9'.repeat(4301),
      `-${'9'.repeat(4300)}`,
      '1e400',
      '[-1e400, 1e-400]',
      '{"b":1,"a":2,"\\ud800":3,"\\ue000":4,"\\ud83d\\ude00":5}',
    ];
    const theirs = await python<string | null>(
      `answers = [attempt(lambda: json.dumps(json.loads(text(t)), indent=2, sort_keys=True)) for t in rows]`,
      texts.map(hex),
    );
    // A lone surrogate in the text itself (not escaped) cannot come out of UTF-8, so bytes are only made where they can be.
    const rows = texts.map((text, i) => [text, theirs[i]] as const).filter(([text]) => text.isWellFormed());
    const ours = ([text]: readonly [string, unknown]): string | null =>
      written(() => writeReferenceJson(readJson(Buffer.from(text, 'utf8')).value));
    expect(rows.filter(([, answer]) => answer !== null).length).toBeGreaterThan(10_000 * SHARE);
    expect(rows.filter(([, answer]) => answer === null).length).toBeGreaterThan(5000 * SHARE);
    expect(
      differences(
        rows,
        rows.map(([, answer]) => answer ?? null),
        ours,
      ),
    ).toEqual([]);
  });

  it('UTF-8, byte by byte', async () => {
    const sequences = sample(fc.uint8Array({ maxLength: 6 }), 20_000).map((bytes) =>
      Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')]).toString('hex'),
    );
    const nasty = ['c080', 'eda080', 'f4908080', 'f09f9880', 'efbfbd', 'efbbbf', 'c3', 'e282', 'ff', 'f8888080', '7f'].map(
      (bytes) => `22${bytes}22`,
    );
    const rows = [...sequences, ...nasty];
    const theirs = await python<string | null>(
      "answers = [attempt(lambda: json.dumps(json.loads(bytes.fromhex(t).decode('utf-8')))) for t in rows]",
      rows,
    );
    expect(theirs.filter((answer) => answer !== null).length).toBeGreaterThan(1000 * SHARE);
    expect(differences(rows, theirs, (bytes) => written(() => writeReferenceJson(readJson(Buffer.from(bytes, 'hex')).value)))).toEqual([]);
  });

  it('str() and truth of every kind of value', async () => {
    const texts = [
      ...sample(fc.json({ maxDepth: 3 }), 20_000),
      ...sample(fc.string({ unit: 'binary', maxLength: 3 }), 10_000).map((text) => JSON.stringify(text)),
      '"\\u0000\\n\\u00ad\\u200b\\u3000\\ue000\'\\""',
      '{"\'":["it\'s", "say \\"x\\""]}',
    ];
    const answers = await python<[boolean, string, boolean]>(
      `def both(value):
    return [known(value), str(json.loads(value)).encode('utf-16-le', 'surrogatepass').hex(), bool(json.loads(value))]
answers = [both(text(t)) for t in rows]`,
      texts.map(hex),
    );
    const rows = texts.map((text, i) => ({ text, answer: answers[i]! })).filter(({ answer: [known] }) => known);
    const theirs = rows.map(({ answer: [, text, truth] }) => `${text} ${truth}`);
    const ours = ({ text }: { text: string }): string => {
      const value: Value = readJson(Buffer.from(text, 'utf8')).value;
      return `${hex(pyStr(value))} ${truthy(value)}`;
    };
    expect(rows.length).toBeGreaterThan(5000 * SHARE);
    expect(differences(rows, theirs, ours)).toEqual([]);
  });

  it('word boundaries of placeholders', async () => {
    const edge = fc.oneof(
      fc.constantFrom('', ' ', '-', '_', '.', '/', '\u00a0', '1', 'é', 'ж', '²', 'Ⅷ', '中', '\u0301', '😀', '٣', 'ª', '@'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const token = fc.constantFrom(
      'todo',
      'TBD',
      'Placeholder',
      'replace_me',
      'REPLACE-ME',
      'replaceme',
      'changeme',
      'change-me',
      'example.com',
      '.example',
      'yyyy',
      'YYYY-MM',
      'to-do',
      'ToDo',
    );
    const texts = sample(
      fc.tuple(edge, token, edge).map((parts) => parts.join('')),
      20_000,
    ).filter((text) => text.isWellFormed());
    const answers = await python<boolean | null>(
      `import re
token = re.compile(r'\\b(?:todo|tbd|placeholder|replace[_-]?me|changeme)\\b|example\\.com|\\.example\\b|yyyy', re.IGNORECASE)
answers = [token.search(text(t)) is not None if known(text(t)) else None for t in rows]`,
      texts.map(hex),
    );
    const rows = texts.filter((_, i) => answers[i] !== null);
    const theirs = answers.filter((answer) => answer !== null);
    expect(rows.length).toBeGreaterThan(5000 * SHARE);
    expect(differences(rows, theirs, (text) => placeholderIn(text) !== null)).toEqual([]);
  });

  it('urlsplit for https addresses', async ({ skip }) => {
    skip(version[0] !== 3 || version[1]! < 11, 'bracketed hosts are checked from Python 3.11 on');
    const part = fc.constantFrom(
      'https:',
      'HTTPS:',
      'http:',
      'https',
      '//',
      '/',
      ':',
      '@',
      '[',
      ']',
      '::1',
      '2001:db8::5',
      'v1.x',
      'vz.',
      '1.2.3.4',
      'a.test',
      'préçing.test',
      '?',
      '#',
      ' ',
      '\t',
      '\u0001',
      '\u2100',
      '\uff0f',
      'x',
      ':8443',
      '%25eth0',
      '\\',
    );
    const texts = [
      ...sample(
        fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')),
        40_000,
      ),
      ...sample(
        fc.array(part, { maxLength: 5 }).map((parts) => `https://${parts.join('')}`),
        40_000,
      ),
    ];
    const theirs = await python<boolean>(
      `from urllib.parse import urlsplit
def https(value):
    parts = urlsplit(value)
    return parts.scheme == 'https' and bool(parts.netloc)
answers = [bool(attempt(lambda: https(text(t)))) for t in rows]`,
      texts.map(hex),
    );
    expect(theirs.filter(Boolean).length).toBeGreaterThan(5000 * SHARE);
    expect(differences(texts, theirs, isHttpsUrl)).toEqual([]);
  });

  it('csv.writer', async () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      anyDouble,
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é', "'", ';'), maxLength: 6 }),
    );
    const tables = sample(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 4 }), 10_000);
    const sent = tables.map((rows) =>
      rows.map((row) => row.map((value) => (typeof value === 'number' ? { float: floatText(value) } : value))),
    );
    const theirs = await python<string>(
      `import csv, io
def written(table):
    out = io.StringIO(newline='')
    csv.writer(out).writerows([[float(c['float']) if isinstance(c, dict) else c for c in row] for row in table])
    return out.getvalue()
answers = [written(table) for table in rows]`,
      sent,
    );
    expect(differences(tables, theirs, writeReferenceCsv)).toEqual([]);
  });
});

function written(make: () => string): string | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

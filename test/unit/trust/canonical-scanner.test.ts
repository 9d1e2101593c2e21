import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MAX_DEPTH, MAX_LINE_BYTES, scanCanonicalObject } from '../../../src-main/trust/canonical-scanner.ts';
import { inspectLine } from '../../../src-main/trust/canonical-slow-path.ts';
import { RECEIPT_MEMBERS, ReceiptFields } from '../../../src-main/trust/receipt-fields.ts';
import { isHex64 } from '../../../src-main/trust/receipt-rules.ts';
import { buildChain } from '../../support/chain-builder.ts';

const fields = new ReceiptFields();
// The deep form of the properties takes minutes.
vi.setConfig({ testTimeout: process.env['COUNTERSIGN_DEEP'] === '1' ? 900_000 : 60_000 });

const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';

/** Whether the scanner accepts, with what it leaves to its caller. */
function scannerAccepts(line: Buffer): boolean {
  const padded = Buffer.concat([line, Buffer.from('\n')]);
  if (!scanCanonicalObject(padded, 0, line.length, fields)) return false;
  return [1, 4].every((slot) => {
    const start = fields.valueStart[slot]!;
    const isHash = fields.has(slot) && fields.valueEnd[slot]! - start === 66 && padded[start] === 0x22;
    return !isHash || isHex64(padded, start + 1);
  });
}

/** The libraries' word, with the limits of the profile that they do not know. */
function oracleAccepts(line: Buffer): boolean {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text);
    if (canonicalize(value) !== text) return false;
  } catch {
    return false;
  }
  const depth = (node: unknown): number =>
    typeof node === 'object' && node !== null ? 1 + Math.max(0, ...Object.values(node).map(depth)) : 0;
  const safe = (node: unknown): boolean =>
    typeof node === 'object' && node !== null
      ? Object.values(node).every(safe)
      : typeof node !== 'number' || !/^-?\d{16,}$/.test(String(node)) || Number.isSafeInteger(node);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && depth(value) <= MAX_DEPTH && safe(value) && line.length <= MAX_LINE_BYTES;
}

const slowPathAccepts = (line: Buffer): boolean => {
  const { issues, isObject } = inspectLine(line, { strictness: 'canonical', fields: new ReceiptFields() });
  return issues.length === 0 && isObject;
};

const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...RECEIPT_MEMBERS, 'a', 'b', 'ab', 'Z', '', '1', '10', '__proto__', 'toJSON') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('é', 'é', '\u{1f600}', '\ue000', 'a"b', 'a\\b', '\n') },
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1e-7, 1e21, 5e-324, 0.1, 1e-6, 123456789012345.6),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('f'.repeat(64), 'F'.repeat(64), '\u0000', '\u001f', '\u007f', '\u2028', '\ud83d\ude00', '\ufeff', '"\\/\b\f\n\r\t'),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, text, number, fc.constantFrom(null, true, false), tie('array'), tie('object')),
  array: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
}));
const canonicalLine = json.object.map((value) => Buffer.from(canonicalize(value)!, 'utf8'));

/** Pieces that turn canonical text into something else, or into other canonical text. */
const piece = fc.constantFrom(
  ' ',
  '\t',
  '\r',
  ',',
  ':',
  '"',
  '{',
  '}',
  '[',
  ']',
  '0',
  '.0',
  'e1',
  'E+2',
  '-',
  '-0',
  '1',
  '\\u0061',
  '\\/',
  '\\ud800',
  '\\u001F',
  '\\u0008',
  '\ufeff',
  'null',
  'true',
  '"a":1,',
  '\u0000',
  '\u00e9',
);
const mutation = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.oneof(piece, fc.uint8Array({ minLength: 0, maxLength: 2 })) });

function mutate(line: Buffer, { at, cut, put }: { at: number; cut: number; put: string | Uint8Array }): Buffer {
  const from = line.length === 0 ? 0 : at % (line.length + 1);
  return Buffer.concat([line.subarray(0, from), typeof put === 'string' ? Buffer.from(put, 'utf8') : put, line.subarray(from + cut)]);
}

describe('the canonical scanner against the libraries', () => {
  const runs = DEEP ? 200_000 : 4_000;

  it('accepts no line that they refuse, and neither does the slow path', () => {
    fc.assert(
      fc.property(canonicalLine, fc.array(mutation, { maxLength: 2 }), (line, mutations) => {
        const mutated = mutations.reduce(mutate, line);
        if (mutated.includes(0x0a)) return;
        const truth = oracleAccepts(mutated);
        if (scannerAccepts(mutated)) expect(truth).toBe(true);
        expect(slowPathAccepts(mutated)).toBe(truth);
      }),
      { numRuns: runs, seed: 20261121 },
    );
  });

  it('accepts no mutated receipt that they refuse', () => {
    const { lines } = buildChain({ receipts: 12, seed: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.array(mutation, { minLength: 1, maxLength: 3 }), (line, mutations) => {
        const mutated = mutations.reduce(mutate, line);
        if (mutated.includes(0x0a)) return;
        const truth = oracleAccepts(mutated);
        if (scannerAccepts(mutated)) expect(truth).toBe(true);
        expect(slowPathAccepts(mutated)).toBe(truth);
      }),
      { numRuns: runs, seed: 20261122 },
    );
  });

  it('accepts every plain receipt itself, so that the slow path stays rare', () => {
    for (const line of buildChain({ receipts: 60, seed: 9 }).lines) expect(scannerAccepts(line)).toBe(true);
  });

  it('finds each member of a receipt where it stands', () => {
    const line = Buffer.concat([buildChain({ receipts: 3 }).lines[2]!, Buffer.from('\n')]);
    expect(scanCanonicalObject(line, 0, line.length - 1, fields)).toBe(true);
    const receipt = JSON.parse(line.toString()) as Record<string, unknown>;
    RECEIPT_MEMBERS.forEach((name, slot) => {
      expect(line.toString('utf8', fields.keyStart[slot], fields.valueStart[slot])).toBe(`"${name}":`);
      expect(JSON.parse(line.toString('utf8', fields.valueStart[slot], fields.valueEnd[slot]))).toEqual(receipt[name]);
    });
  });
});

describe('the edges of canonical form', () => {
  const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['64 levels', nested(64), ''],
    ['65 levels', nested(65), 'CANON_DEPTH'],
    ['2^53−1', '{"a":9007199254740991}', ''],
    ['2^53', '{"a":9007199254740992}', 'CANON_NUMBER'],
    ['2^53+1', '{"a":9007199254740993}', 'CANON_NUMBER'],
    ['−0', '{"a":-0}', 'CANON_NUMBER'],
    ['1.0', '{"a":1.0}', 'CANON_NUMBER'],
    ['1E2', '{"a":1E2}', 'CANON_NUMBER'],
    ['1e400', '{"a":1e400}', 'CANON_NUMBER'],
    ['a millionth', '{"a":0.000001}', ''],
    ['below a millionth', '{"a":0.0000001}', 'CANON_NUMBER'],
    ['its exponent form', '{"a":1e-7}', ''],
    ['10^21', '{"a":1e+21}', ''],
    ['leading zero', '{"a":01}', 'CANON_SYNTAX'],
    ['NaN', '{"a":NaN}', 'CANON_SYNTAX'],
    ['unsorted', '{"b":1,"a":2}', 'CANON_UNSORTED'],
    ['same key twice', '{"a":1,"a":1}', 'CANON_DUPLICATE_KEY'],
    ['same key, once escaped', '{"a":1,"\\u0061":1}', 'CANON_DUPLICATE_KEY'],
    ['UTF-16 order', '{"\u{1f600}":1,"\ue000":2}', ''],
    ['code point order', '{"\ue000":1,"\u{1f600}":2}', 'CANON_UNSORTED'],
    ['escaped slash', '{"a":"\\/"}', 'CANON_SYNTAX'],
    ['escaped letter', '{"a":"\\u00fc"}', 'CANON_SYNTAX'],
    ['upper-case escape', '{"a":"\\u001F"}', 'CANON_SYNTAX'],
    ['control without short form', '{"a":"\\u001f"}', ''],
    ['control with short form, long', '{"a":"\\u000a"}', 'CANON_SYNTAX'],
    ['half a pair', '{"a":"\\ud800"}', 'CANON_SURROGATE'],
    ['space', '{"a": 1}', 'CANON_WHITESPACE'],
    ['carriage return at the end', '{"a":1}\r', 'CANON_WHITESPACE'],
    ['trailing comma', '{"a":1,}', 'CANON_SYNTAX'],
    ['garbage after', '{"a":1}x', 'CANON_SYNTAX'],
    ['NFC and NFD side by side', '{"e\u0301":1,"\u00e9":2}', ''],
    ['line separator', '{"a":"\u2028\u2029\u0085\u007f"}', ''],
  ];

  it.each(cases)('%s', (_name, line, code) => {
    const bytes = Buffer.from(line, 'utf8');
    const { issues } = inspectLine(bytes, { strictness: 'canonical' });
    if (code === '') {
      expect(issues).toEqual([]);
    } else {
      expect(issues.map((issue) => issue.code)).toContain(code);
      expect(scannerAccepts(bytes)).toBe(false);
    }
  });

  it.each([
    ['a byte that is no UTF-8', [0xff]],
    ['an overlong form', [0xc0, 0x80]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence cut short', [0xe2, 0x82]],
  ])('%s', (_name, bad) => {
    const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bad), Buffer.from('"}')]);
    expect(scannerAccepts(line)).toBe(false);
    expect(inspectLine(line, { strictness: 'canonical' }).issues).toContainEqual(
      expect.objectContaining({ code: 'CANON_UTF8', offset: 6 }),
    );
  });

  it('names byte and pointer inside nested objects', () => {
    const { issues } = inspectLine(Buffer.from('{"x":{"b/c":[0,{"k":1.50}]}}'), { strictness: 'canonical' });
    expect(issues).toEqual([expect.objectContaining({ code: 'CANON_NUMBER', offset: 20, length: 4, pointer: '/x/b~1c/1/k' })]);
  });

  it('a line of 65,535 bytes passes, one more does not', () => {
    const line = (length: number): Buffer => Buffer.from(`{"a":"${'x'.repeat(length - 8)}"}`);
    expect(scannerAccepts(line(65_535))).toBe(true);
    expect(inspectLine(line(65_536), { strictness: 'canonical' }).issues[0]?.code).toBe('CANON_SIZE');
    expect(scannerAccepts(line(65_536))).toBe(false);
  });

  it('survives nesting that would overflow a recursive reader', () => {
    const { issues, readable } = inspectLine(Buffer.from('['.repeat(60_000)), { strictness: 'canonical' });
    expect(readable).toBe(false);
    expect(issues.map(({ code }) => code)).toContain('CANON_DEPTH');
  });
});

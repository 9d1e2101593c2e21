import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReceiptItem } from '../../../src-main/receipts/receipt-items.ts';
import { chainAddress, chainKeyOf, parseChainKey, receiptFeed } from '../../../src-main/receipts/index.ts';
import { retryNotBefore } from '../../../src-main/sources/http-reader.ts';
import { positionOf, previewOf, quarantineIdOf } from '../../../src-main/sources/quarantine.ts';
import { deriveSourceName, freeSourceName, grouped, httpLocation } from '../../../src-main/sources/source.ts';

describe('source names', () => {
  it.each([
    ['/data/Northwind Traders', 'northwind-traders'],
    ['/data/Müller & Söhne/', 'mu-ller-so-hne'],
    ['C:\\exports\\EU.1', 'eu.1'],
    ['/', 'source'],
    ['/data/---', 'source'],
    [`/${'x'.repeat(100)}`, 'x'.repeat(63)],
  ])('of %s is %s', (folder, name) => {
    expect(deriveSourceName('folder', folder)).toBe(name);
  });

  it('come from the host of an address', () => {
    expect(deriveSourceName('http', 'https://Export.Example.com:8443/base')).toBe('export.example.com');
  });

  it('always fit the contract, and are made unique', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(deriveSourceName('folder', text)).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/);
      }),
    );
    const taken = new Set(['a', 'a-2', 'a-3', 'x'.repeat(63)]);
    expect(freeSourceName('a', (name) => taken.has(name))).toBe('a-4');
    expect(freeSourceName('b', (name) => taken.has(name))).toBe('b');
    expect(freeSourceName('x'.repeat(63), (name) => taken.has(name))).toBe(`${'x'.repeat(61)}-2`);
  });
});

describe('addresses of HTTP sources', () => {
  it('lose the slash at their end', () => {
    expect(httpLocation('HTTPS://Example.com/base//', true)).toBe('https://example.com/base');
    expect(httpLocation('http://127.0.0.1:8080', true)).toBe('http://127.0.0.1:8080');
  });
  it.each(['ftp://x', 'file:///etc/passwd', 'x', 'https://a:b@x', 'https://x?y=1', 'https://x#y'])('cannot be %s', (text) => {
    expect(() => httpLocation(text, false)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error);
  });
  it('take no token over plain http, but to this machine', () => {
    expect(() => httpLocation('http://example.com', true)).toThrow('can be read on the way');
    expect(() => httpLocation('http://localhost.example.com', true)).toThrow('can be read on the way');
    expect(httpLocation('http://localhost:1', true)).toBe('http://localhost:1');
  });
  it('read Retry-After as seconds or a date, for a day at most', () => {
    const now = '2026-03-01T12:00:00.000Z';
    expect(retryNotBefore('90', now)).toBe('2026-03-01T12:01:30.000Z');
    expect(retryNotBefore('Sun, 01 Mar 2026 12:05:00 GMT', now)).toBe('2026-03-01T12:05:00.000Z');
    expect(retryNotBefore('999999999', now)).toBe('2026-03-02T12:00:00.000Z');
    expect(retryNotBefore('Sun, 01 Mar 2020 12:05:00 GMT', now)).toBe(now);
    expect(retryNotBefore('soon', now)).toBeUndefined();
    expect(retryNotBefore(null, now)).toBeUndefined();
  });
});

describe('quarantined rows', () => {
  it('are shown with what is invisible or no text escaped, and cut between characters', () => {
    expect(previewOf(Buffer.from('a\u202eb\tc\u0000d\ufeff'))).toBe('a\\u202eb\\u0009c\\u0000d\\ufeff');
    expect(previewOf(Buffer.from([0x41, 0xff, 0x0a]))).toBe('A\\xff\\x0a');
    expect(previewOf(Buffer.from('€'.repeat(5_000)))).toBe(`${'€'.repeat(2_000)}…`);
    expect(previewOf(new Uint8Array(0))).toBe('');
  });

  it('are one row when place and bytes are the same', () => {
    const row = {
      path: 'c/receipts.jsonl',
      line: 2,
      byteOffset: 10,
      bytes: Buffer.from('x'),
      byteLength: 1,
      code: 'A',
      says: '',
      nextStep: '',
      address: null,
    };
    const id = quarantineIdOf('s', 'receipts', row);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(quarantineIdOf('s', 'receipts', { ...row, code: 'B', says: 'other' })).toBe(id);
    for (const other of [{ path: 'd' }, { line: 3 }, { byteOffset: null }, { bytes: Buffer.from('y') }, { byteLength: 2 }])
      expect(quarantineIdOf('s', 'receipts', { ...row, ...other })).not.toBe(id);
    expect(quarantineIdOf('t', 'receipts', row)).not.toBe(id);
    expect(positionOf(row)).toBe('c/receipts.jsonl line 2, byte 10');
    expect(positionOf({ path: 'x.json', line: null, byteOffset: 6401 })).toBe('x.json byte 6,401');
    expect(grouped(1234567)).toBe('1,234,567');
  });
});

describe('the receipts feed', () => {
  it.each([
    ['pro@1.4/receipts.jsonl', 'appended'],
    ['pro@1.4/chain.json', 'whole'],
    ['pro@1.4/checkpoints/000000000100.note', 'whole'],
    ['receipts.jsonl', null],
    ['a/b/receipts.jsonl', null],
    ['pro/checkpoints/readme.txt', null],
    ['pro/checkpoints/old/1.note', null],
    ['pro/notes/1.note', null],
    ['pro/receipts.jsonl.bak', null],
  ] as const)('reads %s as %s', (path, kind) => {
    expect(receiptFeed.classify(path)).toBe(kind);
  });

  it('takes manifests before lines and lines before checkpoints', () => {
    const paths = ['b/checkpoints/1.note', 'a/receipts.jsonl', 'b/chain.json'];
    expect(paths.toSorted((x, y) => receiptFeed.order(x) - receiptFeed.order(y))).toEqual([
      'b/chain.json',
      'a/receipts.jsonl',
      'b/checkpoints/1.note',
    ]);
  });

  it.each([
    [
      { chain: 'pro', kind: 'line', line: 1, text: '{}' },
      { kind: 'line', path: 'pro/receipts.jsonl', line: 1, ended: true },
    ],
    [
      { chain: 'pro', kind: 'line', line: 7, base64: '/w==', eol: false },
      { kind: 'line', line: 7, ended: false },
    ],
    [
      { chain: 'pro', kind: 'manifest', text: '{}' },
      { kind: 'whole', path: 'pro/chain.json' },
    ],
    [
      { chain: 'pro', kind: 'checkpoint', name: '000000000001.note', text: 'x' },
      { kind: 'whole', path: 'pro/checkpoints/000000000001.note' },
    ],
  ])('places the item %j', (item, expected) => {
    expect(parseReceiptItem(item)).toMatchObject(expected);
  });

  it.each([
    {},
    { chain: '..', kind: 'manifest', text: '' },
    { chain: 'a/b', kind: 'manifest', text: '' },
    { chain: 'a\\b', kind: 'manifest', text: '' },
    { chain: '', kind: 'manifest', text: '' },
    { chain: 'a', kind: 'manifest' },
    { chain: 'a', kind: 'manifest', text: 'x', base64: 'eA==' },
    { chain: 'a', kind: 'manifest', base64: 'eA' },
    { chain: 'a', kind: 'manifest', base64: 'e-_=' },
    { chain: 'a', kind: 'manifest', text: '\ud800' },
    { chain: 'a', kind: 'checkpoint', text: 'x' },
    { chain: 'a', kind: 'checkpoint', name: '../1.note', text: 'x' },
    { chain: 'a', kind: 'checkpoint', name: '1.txt', text: 'x' },
    { chain: 'a', kind: 'line', text: 'x' },
    { chain: 'a', kind: 'line', line: 0, text: 'x' },
    { chain: 'a', kind: 'line', line: 1.5, text: 'x' },
    { chain: 'a', kind: 'line', line: 1, text: 'x\ny' },
    { chain: 'a', kind: 'line', line: 1, text: 'x', eol: 'yes' },
    { chain: 'a', kind: 'other', text: 'x' },
  ])('takes %j for garbage', (item) => {
    expect(parseReceiptItem(item)).toMatchObject({ kind: 'garbage' });
  });

  it('has addresses for chains and receipts', () => {
    expect(chainAddress('northwind', 'pro@1.4')).toBe('/receipts/northwind/pro@1.4');
    expect(chainAddress('northwind', 'a b/ü?', 12)).toBe('/receipts/northwind/a%20b%2F%C3%BC%3F/12');
    expect(parseChainKey(chainKeyOf('northwind', 'pro@1.4'))).toEqual({ sourceName: 'northwind', folder: 'pro@1.4' });
    for (const text of ['', 'x', '/x', 'x/']) expect(parseChainKey(text)).toBeNull();
  });
});

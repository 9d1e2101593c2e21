import { describe, expect, it } from 'vitest';
import { flattenReceipt } from '../../../src-main/trust/receipt-flatten.ts';
import { buildChain, canonicalBytes, receiptOf } from '../../support/chain-builder.ts';

const [line] = buildChain({ receipts: 1 }).lines as [Buffer];
const { current_hash, previous_receipt_hash, ...rest } = receiptOf(line);
const nested = { ...rest, hash_chain: { previous_receipt_hash, current_hash } };

describe('flattening on import', () => {
  it('gives the flat canonical line of a nested receipt, in any order and spacing', () => {
    expect(flattenReceipt(canonicalBytes(nested))).toEqual({ ok: true, line, unchanged: false });
    expect(flattenReceipt(Buffer.from(JSON.stringify(nested, null, 1)))).toEqual({ ok: true, line, unchanged: false });
  });

  it('leaves a flat canonical line as it is', () => {
    expect(flattenReceipt(line)).toEqual({ ok: true, line, unchanged: true });
  });

  it.each([
    ['a document record', buildChain({ receipts: 1, profile: 'erlmcp-json-0' }).lines[0]!],
    ['a wrong hash', canonicalBytes({ ...nested, version: '9.9' })],
    ['hashes in two places', canonicalBytes({ ...nested, current_hash })],
    ['a key twice', Buffer.from(line.toString().replace('"version":', '"version":"1.0","version":'))],
    ['a number that is not minimal', Buffer.from(line.toString().replace('"concurrent":128', '"concurrent":128.0'))],
    ['no object', Buffer.from('[]')],
    ['no JSON', Buffer.from('{')],
    ['no hash_chain object', canonicalBytes({ ...rest, hash_chain: null })],
  ])('refuses %s', (_name, bytes) => {
    expect(flattenReceipt(bytes)).toMatchObject({ ok: false });
  });
});

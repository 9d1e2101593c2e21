import { createPrivateKey, type KeyObject } from 'node:crypto';

/** PKCS #8 (RFC 8410) before the 32 bytes of an Ed25519 seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 private key of the seed that repeats one byte: the same in every run. For tests only. */
export const testKey = (seedByte: number): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, Buffer.alloc(32, seedByte)]), format: 'der', type: 'pkcs8' });

/** Order of the Ed25519 base point (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The malleable twin of a signature: s + L in place of s, which lax verifiers accept. */
export function withUnreducedScalar(signature: Uint8Array): Buffer {
  const twin = Buffer.from(signature);
  let s = BigInt(`0x${Buffer.from(twin.subarray(32)).reverse().toString('hex')}`) + L;
  for (let i = 32; i < 64; i += 1, s >>= 8n) twin[i] = Number(s & 0xffn);
  return twin;
}

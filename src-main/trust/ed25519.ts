/**
 * Ed25519 (RFC 8032) over node:crypto: the one place where the trust formats sign and verify. OpenSSL and BoringSSL both
 * refuse a scalar that is not reduced (s + L), so a signature has no second spelling; the Wycheproof suite holds them to it.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export const ED25519_PUBLIC_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;

/** The key object of 32 raw public key bytes. Throws a RangeError on another length. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  if (raw.length !== ED25519_PUBLIC_KEY_BYTES) {
    throw new RangeError(`an Ed25519 public key has ${ED25519_PUBLIC_KEY_BYTES} bytes, not ${raw.length}`);
  }
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });
}

/** The 32 raw bytes of a public key, or of the public half of a private one. Throws a TypeError unless it is Ed25519. */
export function rawEd25519PublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`not an Ed25519 key: ${key.asymmetricKeyType ?? key.type}`);
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
}

/** Whether `signature` is the 64-byte signature of `message` by `publicKey`. Never throws for a signature of any length. */
export const verifyEd25519 = (publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === ED25519_SIGNATURE_BYTES && verify(null, message, publicKey, signature);

/** The 64-byte signature of `message`; the same key and message always give the same bytes. */
export const signEd25519 = (privateKey: KeyObject, message: Uint8Array): Buffer => sign(null, message, privateKey);

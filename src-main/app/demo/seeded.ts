import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';

/** Everything in the demo is a function of one seed: the same seed gives the same bytes on any machine. */
export interface Seeded {
  /** 32 bytes for a name. */
  bytes(name: string): Buffer;
  /** 0 ≤ n < below. */
  below(name: string, below: number): number;
  /** UUID version 4 in form, from the seed in content. */
  uuid(name: string): string;
  pick<T>(name: string, of: readonly T[]): T;
  /** An Ed25519 key for demo signatures. It protects nothing: whoever has the seed has the key. */
  key(name: string): KeyObject;
}

/** PKCS #8 header of an Ed25519 private key (RFC 8410); the 32-byte seed follows. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function createSeeded(seed: string): Seeded {
  const bytes = (name: string) => createHash('sha256').update(`${seed}\n${name}`).digest();
  const below = (name: string, limit: number) => bytes(name).readUInt32BE(0) % limit;
  return {
    bytes,
    below,
    uuid: (name) => {
      const raw = bytes(name).subarray(0, 16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    pick: (name, of) => of[below(name, of.length)]!,
    key: (name) => createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, bytes(`key ${name}`)]), format: 'der', type: 'pkcs8' }),
  };
}

/**
 * Verifier keys of C2SP signed-note, one line of text: `<name>+<key id, 8 hex digits>+base64(<algorithm byte> ‖ <key>)`.
 * The key id is the first four bytes of `SHA-256(<name> ‖ 0x0A ‖ <algorithm byte> ‖ <key>)`, big-endian.
 */
import { hash, type KeyObject } from 'node:crypto';
import { ED25519_PUBLIC_KEY_BYTES, ed25519PublicKey, rawEd25519PublicKey } from './ed25519.ts';
import { decodeStrictBase64 } from './strict-base64.ts';

/** `ed25519` signs the text of a note; `cosignature/v1` signs the text and the time at which a witness saw it. */
export type NoteAlgorithm = 'ed25519' | 'cosignature/v1';

/** The byte that stands for an algorithm in key ids and verifier keys (signed-note, "Signature types"). */
export const NOTE_ALGORITHM_BYTES: Readonly<Record<NoteAlgorithm, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 };

/** A key that notes may be checked against. */
export interface VerifierKey {
  /** Key name; for the key of a log, its origin. */
  readonly name: string;
  /** Unsigned 32-bit key id. */
  readonly keyId: number;
  readonly algorithm: NoteAlgorithm;
  readonly publicKey: KeyObject;
  /** The key as a verifier key line, without LF. */
  readonly vkey: string;
}

/** Key names are not empty and have neither white space, controls nor a plus sign. */
export const isKeyName = (name: string): boolean => /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

/** Key id as the eight hexadecimal digits of a verifier key. */
export const formatKeyId = (keyId: number): string => keyId.toString(16).padStart(8, '0');

/** Key id of a name, an algorithm and 32 raw key bytes. */
export const noteKeyId = (name: string, algorithm: NoteAlgorithm, rawPublicKey: Uint8Array): number =>
  hash(
    'sha256',
    Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([NOTE_ALGORITHM_BYTES[algorithm]]), rawPublicKey]),
    'buffer',
  ).readUInt32BE(0);

/**
 * The verifier key of an Ed25519 key, public or private, under a name. Throws a RangeError for a name that no key can
 * have, a TypeError for a key that is not Ed25519.
 */
export function makeVerifierKey(name: string, key: KeyObject, algorithm: NoteAlgorithm = 'ed25519'): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  const raw = rawEd25519PublicKey(key);
  const keyId = noteKeyId(name, algorithm, raw);
  const material = Buffer.concat([Buffer.from([NOTE_ALGORITHM_BYTES[algorithm]]), raw]);
  return {
    name,
    keyId,
    algorithm,
    publicKey: ed25519PublicKey(raw),
    vkey: `${name}+${formatKeyId(keyId)}+${material.toString('base64')}`,
  };
}

export type VerifierKeyResult = { readonly ok: true; readonly key: VerifierKey } | { readonly ok: false; readonly reason: string };

/** Parse a verifier key line, without LF. The key id must be that of the key. Never throws. */
export function parseVerifierKey(vkey: string): VerifierKeyResult {
  const refuse = (reason: string): VerifierKeyResult => ({ ok: false, reason });
  // Base64 has plus signs of its own, so only the first two separate.
  const [name = '', id] = vkey.split('+', 2);
  if (id === undefined || vkey.length <= name.length + id.length + 2) return refuse('it is not <name>+<key id>+<base64 key>');
  if (!isKeyName(name)) return refuse('the key name is empty or has white space');
  if (!/^[0-9a-f]{8}$/i.test(id)) return refuse('the key id is not 8 hexadecimal digits');
  const material = decodeStrictBase64(vkey.slice(name.length + id.length + 2));
  if (material === undefined) return refuse('the key is not base64 with padding');
  const algorithm = (Object.keys(NOTE_ALGORITHM_BYTES) as NoteAlgorithm[]).find((a) => NOTE_ALGORITHM_BYTES[a] === material[0]);
  if (algorithm === undefined) {
    return refuse(`algorithm 0x${(material[0] ?? 0).toString(16).padStart(2, '0')} is not Ed25519 (0x01) or cosignature/v1 (0x04)`);
  }
  const raw = material.subarray(1);
  if (raw.length !== ED25519_PUBLIC_KEY_BYTES) return refuse(`the key has ${raw.length} bytes, not ${ED25519_PUBLIC_KEY_BYTES}`);
  const keyId = noteKeyId(name, algorithm, raw);
  if (keyId !== Number.parseInt(id, 16)) return refuse(`the key id is ${id.toLowerCase()}, but name and key give ${formatKeyId(keyId)}`);
  return { ok: true, key: { name, keyId, algorithm, publicKey: ed25519PublicKey(raw), vkey } };
}
